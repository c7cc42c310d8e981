/** What came of a step, whatever it ran. */

/** A file of tests and how long it took, its hooks included. */
export interface FileTime {
  readonly file: string;
  readonly seconds: number;
}

export interface Failure {
  readonly name: string;
  readonly why: string;
}

/** What a test runner says of a run; `compose/test/reporter.ts` writes it for vitest. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly FileTime[];
  readonly failures: readonly Failure[];
}

export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** Of a step that tests. */
  readonly counts?: Counts;
  /** Why it did not run. */
  readonly leftOut?: string;
}
