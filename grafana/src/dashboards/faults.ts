import { dashboard } from '../dashboard.ts';
import { panel } from '../panel.ts';
import { BLOCKING, MODE, quantile, rate } from '../queries.ts';

/** Of what belongs to a mode that runs: Prometheus remembers addresses whose name is gone. */
const ANSWERS = `up{job="gateway"} or up{job=~"rust-.+|redis",${MODE}} and on (mode) build_info{job="gateway"}`;
const WATCHED = `job=~"gateway|rust-.+",${MODE}`;

export const faults = dashboard(
  'faults',
  'Faults',
  'What died, when it came back, and what callers noticed. Red marks are faults of make chaos, orange ones are starts of a process.',
  [
    {
      title: 'What happened',
      lines: [
        {
          height: 6,
          panels: [
            panel({
              title: 'Fault in effect',
              about: 'From a fault of make chaos until all is well again: red while it lasts.',
              unit: 'bool_yes_no',
              width: 8,
              kind: 'states',
              max: 1,
              thresholds: [{ from: 1, color: 'red' }],
              queries: [{ expr: 'max by (service, fault) (chaos_fault)', legend: '{{service}} {{fault}}' }],
            }),
            panel({
              title: 'Services that do not answer',
              about: 'Red: it does not answer. A gap: it is not there at all, or its gateway is not.',
              unit: 'bool_yes_no',
              width: 8,
              kind: 'states',
              max: 1,
              thresholds: [{ from: 1, color: 'red' }],
              queries: [{ expr: `max by (job) (1 - (${ANSWERS}))`, legend: '{{job}}' }],
            }),
            panel({
              title: 'Alerts',
              about: 'Rules of compose/prometheus/rules.yml that fire.',
              unit: 'bool_yes_no',
              width: 8,
              kind: 'states',
              max: 1,
              thresholds: [{ from: 1, color: 'red' }],
              queries: [{ expr: 'max by (alertname) (ALERTS{alertstate="firing"})', legend: '{{alertname}}' }],
            }),
          ],
        },
      ],
    },
    {
      title: 'What callers noticed',
      lines: [
        {
          panels: [
            panel({
              title: 'Throughput',
              about:
                'Accepted and completed a second. A dip at a red mark and how soon it is gone: that is the recovery.',
              unit: 'reqps',
              width: 12,
              queries: [
                { expr: `mode:tasks_accepted:rate5s{${MODE}}`, legend: '{{mode}} accepted' },
                { expr: `mode:tasks_completed:rate5s{${MODE}}`, legend: '{{mode}} completed' },
              ],
            }),
            panel({
              title: 'Tasks that were not served',
              about:
                'Refused, failed or cancelled, a second. A gateway that is itself dead counts nothing: see the gap in throughput.',
              unit: 'reqps',
              width: 12,
              queries: [
                {
                  expr: `sum by (mode, outcome) (${rate(`tasks_total{outcome!="ok",${MODE}}`)})`,
                  legend: '{{mode}} {{outcome}}',
                },
              ],
            }),
          ],
        },
        {
          panels: [
            panel({
              title: 'p99 of /blocking',
              about: 'The slowest 1 % of the requests that were answered. Dots are single requests, with their id.',
              unit: 's',
              width: 12,
              exemplars: true,
              queries: [
                { expr: quantile(0.99, 'http_request_duration_seconds', `${BLOCKING},${MODE}`), legend: '{{mode}}' },
              ],
            }),
            panel({
              title: 'p99 of the bystander',
              about: 'A cheap request beside the fault, as its caller sees it.',
              unit: 's',
              width: 12,
              queries: [{ expr: quantile(0.99, 'bystander_duration_seconds', MODE), legend: '{{mode}}' }],
            }),
          ],
        },
      ],
    },
    {
      title: 'How it recovers',
      lines: [
        {
          panels: [
            panel({
              title: 'Backlog',
              about: 'Jobs accepted and not completed: grows while the worker is away, drains after.',
              unit: 'short',
              width: 8,
              queries: [{ expr: `mode:backlog:jobs{${MODE}}`, legend: '{{mode}}' }],
            }),
            panel({
              title: 'Jobs started again',
              about:
                'Stalled: the worker that had it died. Retried: an attempt failed. Both are at-least-once at work.',
              unit: 'short',
              width: 8,
              queries: [
                {
                  expr: `sum by (outcome) (increase(job_attempts_total{outcome=~"stalled|retried|failed",${MODE}}[$__rate_interval]))`,
                  legend: '{{outcome}}',
                },
              ],
            }),
            panel({
              title: 'Seconds since start',
              about: 'Falls to 0 when a process starts again.',
              unit: 's',
              width: 8,
              queries: [
                {
                  expr: `min by (job, mode) (time() - process_start_time_seconds{${WATCHED}})`,
                  legend: '{{mode}} {{job}}',
                },
                { expr: `min by (job, mode) (time() - redis_start_time_seconds{${MODE}})`, legend: '{{mode}} {{job}}' },
              ],
            }),
          ],
        },
      ],
    },
  ],
);
