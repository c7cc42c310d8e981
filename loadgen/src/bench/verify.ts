/** Before anything is measured: a wrong answer is not a fast answer. */
import { readFileSync } from 'node:fs';
import { Answer } from '@heavy-lifter/gateway/contract';
import { checksum, toHex } from '@heavy-lifter/gateway/workload';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { askTask } from '../load/target.ts';

const Vectors = z.array(z.object({ ops: z.int(), chunks: z.int(), seed: z.int(), checksum: z.string() }));

const file = new URL('../../../workload/vectors.json', import.meta.url);

export interface Verified {
  /** Vectors that were answered rightly: all of them. */
  readonly vectors: number;
}

/** Holds the generator's own kernel, then the service, against the golden vectors. Throws a `Failure` of 2 on the first wrong one. */
export async function verify(gatewayUrl: string, mode: string, signal: AbortSignal): Promise<Verified> {
  const vectors = Vectors.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const vector of vectors) {
    const own = toHex(checksum(vector));
    if (own !== vector.checksum) throw wrong('the generator itself', vector, own);
  }
  for (const [index, vector] of vectors.entries()) {
    signal.throwIfAborted();
    const { checksum: expected, ...task } = vector;
    const { status, body } = await askTask(gatewayUrl, task, signal, index % 4 === 3);
    if (status === 202) throw new Failure('verify: a job was accepted but not done in time: does a worker run?');
    const answer = Answer.safeParse(status === 200 ? JSON.parse(body) : undefined).data;
    if (!answer)
      throw new Failure(`verify: ${JSON.stringify(task)} was answered with ${status} ${body.slice(0, 300)}`, 2);
    if (answer.mode !== mode) throw new Failure(`verify: this gateway is in mode ${answer.mode}, not ${mode}`);
    const same = answer.ops === task.ops && answer.chunks === task.chunks && answer.seed === task.seed;
    if (!same || answer.checksum !== expected || answer.count !== task.ops) throw wrong('the service', vector, body);
  }
  return { vectors: vectors.length };
}

function wrong(who: string, vector: object, is: string): Failure {
  return new Failure(`verify: ${who} is wrong: ${JSON.stringify(vector)} gave ${is}. Nothing is measured.`, 2);
}
