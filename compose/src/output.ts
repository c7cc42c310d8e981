/** A service's output in a file of bounded size: at the limit it becomes the one old file, and a new one begins. */
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

const MAX_BYTES = 10_000_000;
/** Characters, for the last line. */
const MAX_TAIL = 2_000;

export class OutputFile {
  readonly #path: string;
  #stream: WriteStream;
  #bytes: number;
  #tail = '';

  constructor(path: string) {
    this.#path = path;
    this.#stream = createWriteStream(path, { flags: 'a' });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The last line that is not empty, as far as it is kept. */
  get lastLine(): string {
    return this.#tail.trim().split('\n').at(-1) ?? '';
  }

  /** Keeps what a process prints. */
  take(source: Readable | null): void {
    source?.on('data', (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk).slice(-MAX_TAIL);
      this.#stream.write(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes > MAX_BYTES) this.#rotate();
    });
  }

  #rotate(): void {
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.old`);
    this.#stream = createWriteStream(this.#path, { flags: 'a' });
    this.#bytes = 0;
  }
}
