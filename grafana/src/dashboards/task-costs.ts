import { panel } from '../panel.ts';
import { MODE, rate } from '../queries.ts';

/** Of whoever computes: the gateway itself, or a Rust service. */
const sum = (metric: string, labels = MODE) => `sum by (mode) (${rate(`${metric}{${labels}}`)})`;
const compute = sum('task_compute_cpu_seconds_total');
const services = sum('process_cpu_seconds_total', `job=~"gateway|rust-.+",${MODE}`);
const each = (expr: string, of: string) => [{ expr: `${expr} / (${of} > 0)`, legend: '{{mode}}' }];

/** Figures that a busy neighbour hardly moves: CPU time, as the system's kernel counts it. */
export const taskCosts = {
  title: 'What a task costs in CPU time',
  lines: [
    {
      panels: [
        panel({
          title: 'Compute CPU a task',
          about: "CPU time of the arithmetic, by each thread's own clock, for a task that was computed.",
          unit: 's',
          width: 6,
          queries: each(compute, sum('task_compute_seconds_count')),
        }),
        panel({
          title: 'Overhead a task',
          about:
            'CPU time of the gateway and of the Rust service besides the arithmetic, for a task that was computed: the way there, threads, copies.',
          unit: 's',
          width: 6,
          queries: each(`clamp_min(${services} - ${compute}, 0)`, sum('task_compute_seconds_count')),
        }),
        panel({
          title: 'Ops a CPU second',
          about:
            'What a second of CPU time does of the arithmetic: the kernel and the processor, whoever else is busy.',
          unit: 'ops',
          width: 6,
          queries: each(sum('task_ops_total'), compute),
        }),
        panel({
          title: 'Compute threads with a CPU',
          about:
            'Share of their time in the arithmetic for which threads had a CPU. The rest they waited for one: for each other, for what comes first here, or for a neighbour.',
          unit: 'percentunit',
          width: 6,
          max: 1,
          queries: each(compute, sum('task_compute_thread_seconds_total')),
        }),
      ],
    },
  ],
};
