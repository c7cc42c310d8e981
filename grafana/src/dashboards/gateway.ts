import { dashboard } from '../dashboard.ts';
import { panel } from '../panel.ts';
import { MODE, orZero, quantiles, rate } from '../queries.ts';

const OWN = `job="gateway",${MODE}`;
const requests = `http_request_duration_seconds_count{${OWN}}`;
const errors = `http_request_duration_seconds_count{status_code=~"[45]..",${OWN}}`;

export const gateway = dashboard(
  'gateway',
  'Gateway',
  'Where a request spends its time in Node: per route, on the event loop, in threads, in garbage collection.',
  [
    {
      title: 'Requests: rate, errors, duration',
      lines: [
        {
          panels: [
            panel({
              title: 'Requests',
              about: 'Answers a second by route. /non-blocking is the bystander.',
              unit: 'reqps',
              width: 8,
              queries: [{ expr: `sum by (mode, route) (${rate(requests)})`, legend: '{{mode}} {{route}}' }],
            }),
            panel({
              title: 'Errors',
              about:
                'Answers a second with a 4xx or 5xx status, by route and status; 499 is a caller that went away, 503 a bound that was met.',
              unit: 'reqps',
              width: 8,
              queries: [
                {
                  expr: orZero(
                    `sum by (mode, route, status_code) (${rate(errors)})`,
                    `sum by (mode) (${rate(requests)})`,
                  ),
                  legend: '{{mode}} {{route}} {{status_code}}',
                },
              ],
            }),
            panel({
              title: 'Duration',
              about:
                'From request to answer, by route, as the gateway sees it. While the event loop is blocked it does not see who waits: the bystander on Overview does. Dots are single requests, with their id.',
              unit: 's',
              width: 8,
              exemplars: true,
              queries: quantiles('http_request_duration_seconds', OWN, 'mode, route', '{{mode}} {{route}}'),
            }),
          ],
        },
        {
          panels: [
            panel({
              title: 'Tasks by outcome',
              about:
                'How tasks ended for their callers: ok, refused (a bound), failed, cancelled (the caller went away).',
              unit: 'reqps',
              width: 8,
              queries: [
                { expr: `sum by (mode, outcome) (${rate(`tasks_total{${OWN}}`)})`, legend: '{{mode}} {{outcome}}' },
              ],
            }),
            panel({
              title: 'Tasks in hand',
              about:
                'In flight: requests without an answer. Waiting: taken but not started, which is where a bounded queue fills.',
              unit: 'short',
              width: 8,
              queries: [
                { expr: `sum by (mode) (tasks_in_flight{${OWN}})`, legend: '{{mode}} in flight' },
                { expr: `sum by (mode) (tasks_waiting{${OWN}})`, legend: '{{mode}} waiting' },
              ],
            }),
            panel({
              title: "Where a task's time goes",
              about:
                'Mean seconds of a task that this process computes itself: waiting for a thread, then computing. Modes that hand over to Rust show it on Rust services.',
              unit: 's',
              width: 8,
              queries: ['wait', 'compute'].map((part) => ({
                expr: `sum by (mode) (${rate(`task_${part}_seconds_sum{${OWN}}`)}) / (sum by (mode) (${rate(`task_${part}_seconds_count{${OWN}}`)}) > 0)`,
                legend: `{{mode}} ${part}`,
              })),
            }),
          ],
        },
      ],
    },
    {
      title: 'Event loop',
      lines: [
        {
          panels: [
            panel({
              title: 'Utilisation',
              about: 'Share of time in which the event loop was busy since the last scrape.',
              unit: 'percentunit',
              width: 12,
              max: 1,
              thresholds: [{ from: 0.9, color: 'red' }],
              queries: [{ expr: `max by (mode) (nodejs_eventloop_utilization_ratio{${OWN}})`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Lag',
              about:
                "How late timers ran since the last scrape, mean, p99 and maximum. 10 ms is the clock's own resolution and means no lag; a gap while the loop was blocked means that even the scrape had no answer.",
              unit: 's',
              width: 12,
              thresholds: [{ from: 0.1, color: 'orange' }],
              queries: ['mean', 'p99', 'max'].map((which) => ({
                expr: `max by (mode) (nodejs_eventloop_lag_${which}_seconds{${OWN}})`,
                legend: `{{mode}} ${which}`,
              })),
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
              title: 'CPU by service',
              about:
                'Cores in use by each service, from its own counter. More than one core in a gateway are its threads.',
              unit: 'short',
              width: 8,
              queries: [
                {
                  expr: `sum by (job, mode) (${rate(`process_cpu_seconds_total{job=~"gateway|rust-.+",${MODE}}`)})`,
                  legend: '{{mode}} {{job}}',
                },
              ],
            }),
            panel({
              title: 'Memory by service',
              about: 'Resident memory. A service is killed at its limit (compose/services.env).',
              unit: 'bytes',
              width: 8,
              queries: [
                {
                  expr: `sum by (job, mode) (process_resident_memory_bytes{job=~"gateway|rust-.+",${MODE}})`,
                  legend: '{{mode}} {{job}}',
                },
              ],
            }),
            panel({
              title: 'Worker threads',
              about:
                'Worker threads alive. Constant in pool, wasm and native, as many as there are chunks in hand in unpooled.',
              unit: 'short',
              width: 8,
              queries: [{ expr: `sum by (mode) (threads_live{${OWN}})`, legend: '{{mode}}' }],
            }),
          ],
        },
        {
          panels: [
            panel({
              title: 'Heap of the main thread',
              about:
                'Used and reserved by V8; worker threads have heaps of their own, which only resident memory shows.',
              unit: 'bytes',
              width: 8,
              queries: ['used', 'total'].map((part) => ({
                expr: `max by (mode) (nodejs_heap_size_${part}_bytes{${OWN}})`,
                legend: `{{mode}} ${part}`,
              })),
            }),
            panel({
              title: 'Garbage collection',
              about: 'Share of time spent collecting, by kind.',
              unit: 'percentunit',
              width: 8,
              queries: [
                {
                  expr: `sum by (mode, kind) (${rate(`nodejs_gc_duration_seconds_sum{${OWN}}`)})`,
                  legend: '{{mode}} {{kind}}',
                },
              ],
            }),
            panel({
              title: 'Open files and sockets',
              about: 'File descriptors in use: one for each connection, besides a few of the process.',
              unit: 'short',
              width: 8,
              queries: [{ expr: `sum by (mode) (process_open_fds{${OWN}})`, legend: '{{mode}}' }],
            }),
          ],
        },
      ],
    },
  ],
);
