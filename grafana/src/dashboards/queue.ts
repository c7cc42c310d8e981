import { dashboard } from '../dashboard.ts';
import { panel } from '../panel.ts';
import { MODE, quantiles, rate } from '../queries.ts';

export const queue = dashboard(
  'queue',
  'Queue',
  'What was promised, what is done, what is left, and whether Redis and the workers keep up.',
  [
    {
      title: 'Promised and kept',
      lines: [
        {
          panels: [
            panel({
              title: 'Accepted against completed',
              about: 'The area between the lines is the backlog: above, it grows; below, it drains.',
              unit: 'reqps',
              width: 12,
              queries: [
                { expr: `mode:tasks_accepted:rate5s{mode="queue",${MODE}}`, legend: 'accepted' },
                { expr: `mode:tasks_completed:rate5s{mode="queue",${MODE}}`, legend: 'completed' },
              ],
            }),
            panel({
              title: 'Backlog',
              about:
                'Jobs in Redis by state. Failed jobs stay for a day and completed ones for an hour, so they are not shown here.',
              unit: 'short',
              width: 12,
              queries: [
                {
                  expr: `max by (state) (bullmq_job_count{state=~"waiting|active|delayed",${MODE}})`,
                  legend: '{{state}}',
                },
              ],
            }),
          ],
        },
        {
          panels: [
            panel({
              title: 'Oldest waiting job',
              about:
                'How long the job at the head of the queue has waited: what a new job will wait if nothing changes.',
              unit: 's',
              width: 8,
              thresholds: [{ from: 60, color: 'orange' }],
              queries: [{ expr: `max by (mode) (queue_oldest_job_age_seconds{${MODE}})`, legend: 'oldest' }],
            }),
            panel({
              title: 'Time until it is empty',
              about:
                'How long the workers need if nothing more is accepted. To drain: backlog over completions a second. By work: what the gateway refuses by (MAX_WAITING_S), the sizes of the jobs by the rate of the last that ended.',
              unit: 's',
              width: 8,
              queries: [
                { expr: `max by (mode) (queue_waiting_work_seconds{${MODE}})`, legend: 'by work' },
                {
                  expr: `mode:backlog:jobs{${MODE}} / (mode:tasks_completed:rate5s{${MODE}} > 0)`,
                  legend: 'to drain',
                },
              ],
            }),
            panel({
              title: 'Finished jobs that Redis keeps',
              about: 'Completed jobs (kept for an hour, at most 100,000) and failed ones (a day, at most 10,000).',
              unit: 'short',
              width: 8,
              queries: [
                { expr: `max by (state) (bullmq_job_count{state=~"completed|failed",${MODE}})`, legend: '{{state}}' },
              ],
            }),
          ],
        },
      ],
    },
    {
      title: 'From adding to result',
      lines: [
        {
          panels: [
            panel({
              title: 'End-to-end latency',
              about:
                'Each column is what completed in that moment, each cell how many took that long, waiting included. A stripe that climbs is a backlog that grows.',
              unit: 'short',
              width: 12,
              kind: 'heatmap',
              queries: [
                {
                  expr: `sum by (le) (increase(job_end_to_end_seconds_bucket{${MODE}}[$__rate_interval]))`,
                  legend: '{{le}}',
                },
              ],
            }),
            panel({
              title: 'End-to-end quantiles',
              about: 'The same as quantiles.',
              unit: 's',
              width: 12,
              queries: quantiles('job_end_to_end_seconds', MODE, 'mode', 'end to end'),
            }),
          ],
        },
      ],
    },
    {
      title: 'Workers',
      lines: [
        {
          panels: [
            panel({
              title: 'Workers connected',
              about: 'As the queue itself sees them. At 0 jobs are accepted and wait.',
              unit: 'short',
              width: 8,
              queries: [{ expr: `max by (mode) (queue_workers_connected{${MODE}})`, legend: 'workers' }],
            }),
            panel({
              title: 'Attempts by outcome',
              about:
                'Retried: an attempt failed and another follows. Stalled: its worker died and another start began, so the work was done twice, its result kept once. Cancelled: jobs, started or not, whose end was asked for.',
              unit: 'ops',
              width: 16,
              queries: [
                { expr: `sum by (outcome) (${rate(`job_attempts_total{${MODE}}`)})`, legend: '{{outcome}}' },
                { expr: `sum(${rate(`jobs_cancelled_total{${MODE}}`)})`, legend: 'cancelled' },
              ],
            }),
          ],
        },
      ],
    },
    {
      title: 'Redis',
      lines: [
        {
          panels: [
            panel({
              title: 'Memory',
              about: 'Admission stops at 75 % of the limit, because a full Redis could not even finish jobs.',
              unit: 'bytes',
              width: 8,
              queries: [
                { expr: `redis_memory_used_bytes{${MODE}}`, legend: 'used' },
                { expr: `0.75 * redis_memory_max_bytes{${MODE}}`, legend: 'admission stops' },
              ],
            }),
            panel({
              title: 'Commands',
              about: 'Commands a second that Redis executed.',
              unit: 'ops',
              width: 8,
              queries: [{ expr: rate(`redis_commands_processed_total{${MODE}}`), legend: 'commands' }],
            }),
            panel({
              title: 'CPU and clients',
              about: 'Cores that Redis uses (its main thread can use one), and its connections.',
              unit: 'short',
              width: 8,
              queries: [
                {
                  expr: `${rate(`redis_cpu_sys_seconds_total{${MODE}}`)} + ${rate(`redis_cpu_user_seconds_total{${MODE}}`)}`,
                  legend: 'cores',
                },
                { expr: `redis_connected_clients{${MODE}}`, legend: 'clients' },
              ],
            }),
          ],
        },
      ],
    },
  ],
);
