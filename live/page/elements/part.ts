/** What every element of the page has in common: it is made with what it needs, and shows the model when told to. */
import type { Send } from '../feed/commands.ts';
import type { Model } from '../model/model.ts';

export interface Context {
  readonly model: Model;
  /** Null in a recording: then nothing can be ordered, and controls are not there. */
  readonly send: Send;
}

export abstract class Part extends HTMLElement {
  /** Called at most four times a second; writes only what differs. */
  abstract show(): void;
}
