/** A control stays as its visitor left it until the order is heard of, or had the time to be: it would spring back. */
import type { Model } from '../model/model.ts';

const PATIENCE_MS = 2_000;

export class Ordered {
  readonly #model: Model;
  /** When the orders were given that held before. */
  #before: number | undefined;
  #until = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  now() {
    this.#before = this.#model.orders?.at;
    this.#until = performance.now() + PATIENCE_MS;
  }

  get isOnItsWay(): boolean {
    return performance.now() < this.#until && this.#model.orders?.at === this.#before;
  }
}
