/** What a person sees while it runs: one line that rewrites itself on a terminal, a line for each phase elsewhere. */
export class Progress implements News {
  readonly #tty = process.stdout.isTTY === true;
  #phase = '';
  #startedAt = 0;

  /** A new phase, with what it is for. */
  phase(name: string, about: string): void {
    this.end();
    this.#phase = name;
    this.#startedAt = performance.now();
    if (this.#tty) this.#draw(about);
    else console.log(`${name}: ${about}`);
  }

  /** News within the phase; only a terminal shows it. */
  update(text: string): void {
    if (this.#tty) this.#draw(text);
  }

  /** A line that stays. */
  note(text: string): void {
    if (this.#tty) process.stdout.write('\r\x1b[K');
    console.log(`  ${text}`);
  }

  /** Leaves the line clean for what follows. */
  end(): void {
    if (this.#tty && this.#phase) process.stdout.write('\r\x1b[K');
    this.#phase = '';
  }

  #draw(text: string): void {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const line = `${this.#phase} ${seconds} s: ${text}`;
    process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  }
}

/** What happens within a phase: `update` may be overwritten, `note` stays. */
export interface News {
  update(text: string): void;
  note(text: string): void;
}
