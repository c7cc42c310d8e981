/** An end that the user can do something about: its text is printed, its code is the program's exit code. */
export class Failure extends Error {
  readonly exitCode: number;

  /** 1: not measured, or not valid. 2: wrong answers; of two comparisons: no answer, as 1 is one. */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
