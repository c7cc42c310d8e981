import { dashboard } from '../dashboard.ts';
import { panel } from '../panel.ts';
import { BLOCKING, MODE, orZero, quantile, rate } from '../queries.ts';
import { scoreboard } from '../scoreboard.ts';
import { taskCosts } from './task-costs.ts';

const range = '$__range';
const peak = (rule: string) => `max_over_time(${rule}{${MODE}}[${range}])`;
const overall = (q: number, histogram: string, labels: string) => quantile(q, histogram, labels, 'mode', range);
const ended = (outcome: string) => `sum by (mode) (increase(tasks_total{outcome="${outcome}",${MODE}}[${range}]))`;

export const overview = dashboard(
  'overview',
  'Overview',
  'Which mode, how much load, what it costs. A row for each mode that ran in the time range; choose a longer range to compare runs.',
  [
    {
      title: 'Scoreboard of this time range',
      lines: [
        {
          panels: [
            scoreboard(
              'Each mode',
              'Rates are the best 5 s in the range. Accepted is not completed: in queue a 202 is a promise, and the worker keeps it later. Latency is that of /blocking as the gateway saw it; the bystander is a cheap request as its caller saw it, so it also shows what a blocked gateway cannot see. Failed are tasks that ended with an error, refused those that met a bound.',
              [
                { name: 'Accepted/s', unit: 'reqps', expr: peak('mode:tasks_accepted:rate5s') },
                { name: 'Completed/s', unit: 'reqps', expr: peak('mode:tasks_completed:rate5s') },
                { name: 'p50', unit: 's', expr: overall(0.5, 'http_request_duration_seconds', `${BLOCKING},${MODE}`) },
                { name: 'p95', unit: 's', expr: overall(0.95, 'http_request_duration_seconds', `${BLOCKING},${MODE}`) },
                { name: 'p99', unit: 's', expr: overall(0.99, 'http_request_duration_seconds', `${BLOCKING},${MODE}`) },
                { name: 'Failed', unit: 'short', expr: ended('failed') },
                { name: 'Refused', unit: 'short', expr: ended('refused') },
                { name: 'Bystander p99', unit: 's', expr: overall(0.99, 'bystander_duration_seconds', MODE) },
              ],
            ),
          ],
        },
      ],
    },
    {
      title: 'Load',
      lines: [
        {
          panels: [
            panel({
              title: 'Accepted',
              about: 'Tasks a second that the gateway answered with 200, or with 202 in queue.',
              unit: 'reqps',
              width: 8,
              queries: [{ expr: `mode:tasks_accepted:rate5s{${MODE}}`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Completed',
              about:
                'Tasks a second whose arithmetic was done. Below accepted in queue: the backlog grows by the difference.',
              unit: 'reqps',
              width: 8,
              queries: [{ expr: `mode:tasks_completed:rate5s{${MODE}}`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Refused and failed',
              about: 'Tasks a second that met a bound (503 with Retry-After) and tasks that ended with an error.',
              unit: 'reqps',
              width: 8,
              queries: ['refused', 'failed'].map((outcome) => ({
                expr: `sum by (mode) (${rate(`tasks_total{outcome="${outcome}",${MODE}}`)})`,
                legend: `{{mode}} ${outcome}`,
              })),
            }),
          ],
        },
      ],
    },
    {
      title: 'Who waits, and for how long',
      lines: [
        {
          panels: [
            panel({
              title: 'p99 of /blocking',
              about:
                'The slowest 1 % of the requests that ask for work. In queue it is the time until 202, not until the result. Dots are single requests, with their id.',
              unit: 's',
              width: 8,
              exemplars: true,
              queries: [
                { expr: quantile(0.99, 'http_request_duration_seconds', `${BLOCKING},${MODE}`), legend: '{{mode}}' },
              ],
            }),
            panel({
              title: 'p99 of the bystander',
              about:
                'The slowest 1 % of a cheap request, measured by its caller during a bench: what the heavy endpoint does to everybody else.',
              unit: 's',
              width: 8,
              thresholds: [{ from: 0.1, color: 'orange' }],
              queries: [{ expr: quantile(0.99, 'bystander_duration_seconds', MODE), legend: '{{mode}}' }],
            }),
            panel({
              title: 'Answers with a server error',
              about:
                'Share of all answers with a 5xx status. Refusals (503) count here: for the caller they are no answer.',
              unit: 'percentunit',
              width: 8,
              max: 1,
              thresholds: [{ from: 0.05, color: 'red' }],
              queries: [
                {
                  expr: `(${orZero(
                    `sum by (mode) (${rate(`http_request_duration_seconds_count{status_code=~"5..",${MODE},job="gateway"}`)})`,
                    `sum by (mode) (${rate(`http_request_duration_seconds_count{${MODE},job="gateway"}`)})`,
                  )}) / (sum by (mode) (${rate(`http_request_duration_seconds_count{${MODE},job="gateway"}`)}) > 0)`,
                  legend: '{{mode}}',
                },
              ],
            }),
          ],
        },
      ],
    },
    taskCosts,
    {
      title: 'What it costs',
      lines: [
        {
          panels: [
            panel({
              title: 'CPU of all services',
              about: "Cores in use, from each process's own counter: gateway, Rust services and Redis together.",
              unit: 'short',
              width: 8,
              queries: [{ expr: `mode:cpu_cores:rate5s{${MODE}}`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Event loop of the gateway',
              about:
                'Share of time in which the event loop was busy. At 100 % everybody waits; inline comes there with a single request.',
              unit: 'percentunit',
              width: 8,
              max: 1,
              thresholds: [{ from: 0.9, color: 'red' }],
              queries: [{ expr: `max by (mode) (nodejs_eventloop_utilization_ratio{${MODE}})`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Backlog',
              about: 'Accepted and not completed: in flight at the gateway, and jobs in Redis.',
              unit: 'short',
              width: 8,
              queries: [
                { expr: `sum by (mode) (tasks_in_flight{job="gateway",${MODE}})`, legend: '{{mode}} in flight' },
                { expr: `mode:backlog:jobs{${MODE}}`, legend: '{{mode}} in Redis' },
              ],
            }),
          ],
        },
      ],
    },
  ],
);
