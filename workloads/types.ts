/**
 * What a workload is: all that gateway, generator and reports know of the work that the endpoint does. They ask it in four
 * words. *Size*: how much a task is, a number in the workload's own unit. *Chunk*: a part of a task that can be done by
 * itself. *Case*: a task whose right answer is known. *Answer*: what comes of a task.
 *
 * `workload.ts` in a workload's folder puts one together; `exports` in the `package.json` beside this file say which one is
 * served.
 */
import type { z } from 'zod';

/** One implementation of a workload in one language, on the thread that calls it. */
export interface Implementation<Part, Result> {
  /**
   * Does a part of a task, in slices of at most some 20 ms: after each it says what that slice came to and how much of
   * the task's size it was. Whoever runs it may stop in between.
   */
  run(part: Part): Iterable<Slice<Result>>;
  /** What several parts, or slices of one, come to together. The order does not matter; of none it is that of no work. */
  merge(results: readonly Result[]): Result;
}

export interface Slice<Result> {
  readonly result: Result;
  readonly size: number;
}

/** A field of a task as a query has it: a whole number. */
export interface Parameter {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly byDefault: number;
}

export interface Workload<Task, Part, Result, Answer> {
  /** What a size is counted in; also the name of the field of a task that holds it, in a query and in stored JSON. */
  readonly unit: string;
  /** Of a task of which a request says nothing. */
  readonly defaultTask: Task;
  readonly maxChunks: number;
  /** The largest task that is answered at once (seconds of work), and the largest that may wait in a queue (minutes). */
  readonly maxSize: { readonly direct: number; readonly queued: number };
  /** Size a second of one task, as long as no task has shown it. */
  readonly usualRate: number;
  /** Of a task that takes one thread some seconds, and whose answer is known at once all the same. */
  readonly longSize: number;
  /** What a thread of Rust does of a task before tasks of other sizes have their turn. */
  readonly turnSize: number;
  /** A task's fields as a URL has them. */
  readonly parameters: readonly Parameter[];

  /** A task's rules where at most `maxSize` is taken. Unknown fields are refused: a misspelt one must not silently mean its default. */
  taskSchema(maxSize: number): z.ZodType<Task>;
  sizeOf(task: Task): number;
  chunksOf(task: Task): number;
  /** A task of this size; `nth` tells tasks apart that are alike. */
  taskOf(size: number, chunks?: number, nth?: number): Task;
  /** The same for equal tasks, and for no others; on one line. */
  keyOf(task: Task): string;
  /** The task as the query of `/blocking`, without the question mark. */
  queryOf(task: Task): string;
  /** What tells a task from others like it, in words for a message. */
  nameOf(task: Task): string;

  /** By their names in answers, the files that threads load: each exports what an `Implementation` has. */
  readonly implementations: Readonly<Record<string, URL>>;
  /** The chunks of a task: together all of it, none of it twice. */
  partsOf(task: Task): Part[];
  /** As every implementation has it. */
  merge(results: readonly Result[]): Result;
  /** The result of all parts as it is answered. */
  answerOf(result: Result): Answer;
  /** What is known of an answer, in a few words for a person. */
  describe(answer: Answer): string;

  /** Cases that every implementation is held against before anything is measured. */
  readonly golden: readonly Case<Task, Answer>[];
  /** The right answer of a task of any size, computed here. */
  solve(task: Task): Answer;
  /** Endless cases made from one task; `first`, if it is known, is the right answer of that one. */
  casesFrom(task: Task, first?: Answer): Cases<Task, Answer>;
}

export interface Case<Task, Answer> {
  readonly task: Task;
  readonly answer: Answer;
}

/** Tasks with their right answers, each known without computing it, so that every answer under load can be checked. */
export interface Cases<Task, Answer> {
  /** Hands out the next task: all of one series differ, so that an answer that was kept is caught. */
  next(): Task;
  /** The number of the case that this task is, from 0 on; nothing if it was never handed out. */
  numberOf(task: Task): number | undefined;
  /** What is wrong with the answer to one that was handed out; nothing if it is right. */
  wrongWith(number: number, answer: Answer): string | undefined;
  /** Cases that begin where these end. */
  heir(): Cases<Task, Answer>;
}
