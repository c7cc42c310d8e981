import { dashboard } from '../dashboard.ts';
import { panel } from '../panel.ts';
import { MODE, orZero, quantiles, rate } from '../queries.ts';

const OWN = `job=~"rust-.+",${MODE}`;
const asked = `http_request_duration_seconds_count{${OWN}}`;

export const rustServices = dashboard(
  'rust',
  'Rust services',
  'The microservice and the worker: how long tasks compute and wait, whether the threads are busy, what is refused.',
  [
    {
      title: 'Tasks',
      lines: [
        {
          panels: [
            panel({
              title: 'Computed',
              about: 'Tasks a second whose arithmetic was done here.',
              unit: 'ops',
              width: 8,
              queries: [
                {
                  expr: `sum by (mode, job) (${rate(`task_compute_seconds_count{${OWN}}`)})`,
                  legend: '{{job}}',
                },
              ],
            }),
            panel({
              title: 'Compute time',
              about: "From the start of a task's first chunk to the end of its last.",
              unit: 's',
              width: 8,
              queries: quantiles('task_compute_seconds', OWN, 'mode, job', '{{job}}'),
            }),
            panel({
              title: 'Wait time',
              about: 'From handing over to the start of the first chunk: long when all threads are busy.',
              unit: 's',
              width: 8,
              queries: quantiles('task_wait_seconds', OWN, 'mode, job', '{{job}}'),
            }),
          ],
        },
      ],
    },
    {
      title: 'Threads and bounds',
      lines: [
        {
          panels: [
            panel({
              title: 'Busy compute threads',
              about:
                'Threads that compute at the moment of the scrape; the service has as many as it has cores (THREADS).',
              unit: 'short',
              width: 8,
              queries: [{ expr: `sum by (mode, job) (compute_threads_busy{${OWN}})`, legend: '{{job}}' }],
            }),
            panel({
              title: 'In flight',
              about: 'Tasks in hand, waiting for a thread or computing.',
              unit: 'short',
              width: 8,
              queries: [{ expr: `sum by (mode, job) (tasks_in_flight{${OWN}})`, legend: '{{job}}' }],
            }),
            panel({
              title: 'Answered and refused',
              about:
                'Calls of the microservice by status; 503 is the bound MAX_QUEUE. The worker has no callers: it takes what it can do.',
              unit: 'reqps',
              width: 8,
              queries: [
                { expr: `sum by (mode, status_code) (${rate(asked)})`, legend: '{{status_code}}' },
                {
                  expr: orZero(
                    `sum by (mode) (${rate(`http_request_duration_seconds_count{status_code="503",${OWN}}`)})`,
                    `sum by (mode) (${rate(asked)})`,
                  ),
                  legend: 'refused',
                },
              ],
            }),
          ],
        },
      ],
    },
    {
      title: 'The process',
      lines: [
        {
          panels: [
            panel({
              title: 'Kernel',
              about: 'Which form of the arithmetic is in use: chosen by the processor, or forced by KERNEL=.',
              unit: 'short',
              width: 4,
              kind: 'name',
              queries: [{ expr: `sum by (job, path) (kernel_info{${OWN}})`, legend: '{{job}}: {{path}}' }],
            }),
            panel({
              title: 'CPU',
              about: "Cores in use, from the process's own counter.",
              unit: 'short',
              width: 7,
              queries: [
                {
                  expr: `sum by (mode, job) (${rate(`process_cpu_seconds_total{${OWN}}`)})`,
                  legend: '{{job}}',
                },
              ],
            }),
            panel({
              title: 'Memory',
              about: 'Resident memory; the service is killed at RUST_MEMORY.',
              unit: 'bytes',
              width: 7,
              queries: [{ expr: `sum by (mode, job) (process_resident_memory_bytes{${OWN}})`, legend: '{{job}}' }],
            }),
            panel({
              title: 'Threads',
              about: 'Of the process: compute threads and the few that serve.',
              unit: 'short',
              width: 6,
              queries: [{ expr: `sum by (mode, job) (process_threads{${OWN}})`, legend: '{{job}}' }],
            }),
          ],
        },
      ],
    },
  ],
);
