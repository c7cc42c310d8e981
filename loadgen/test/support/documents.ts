/** The gateway's documents, as a gateway that works would write them. */
import type { Answer, JobDocument, Problem } from '@heavy-lifter/gateway/contract';
import { type Task, workload } from '@heavy-lifter/workloads';

export function answerTo(task: Task, mode = 'pool'): Answer {
  const timings = { queuedMs: 0, computeMs: 20 };
  return { mode, ...task, ...workload.solve(task), kernel: 'js', timings };
}

export function jobDocument(id: string): JobDocument {
  return {
    id,
    state: 'waiting',
    progress: { done: 0, total: 100 },
    attempts: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    links: { self: `/jobs/${id}`, events: `/jobs/${id}/events`, ws: `/jobs/${id}/ws` },
  };
}

export function problem(status: number, code: string, limit?: string): Problem {
  const title = 'Service Unavailable';
  return { type: 'about:blank', title, status, code, detail: code, ...(limit ? { limit } : {}), requestId: 'r' };
}
