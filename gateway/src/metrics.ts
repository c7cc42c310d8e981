/** The gateway's metrics, named as in the Rust services so that panels compare. Each carries the label `mode`. */
import { performance } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import type { KernelWork } from './compute/work.ts';
import type { Mode } from './mode.ts';

/** From a cheap answer (0.5 ms) to the request limit (30 s). */
const HTTP_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a small task to 1e12 ops on one core. */
const TASK_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600];

const OUTCOMES = ['ok', 'refused', 'failed', 'cancelled'] as const;
export type TaskOutcome = (typeof OUTCOMES)[number];

/** What a scrape gets. */
export interface Exposed {
  readonly type: string;
  readonly text: string;
}

export class Metrics {
  readonly registry = new Registry();
  /** prom-client keeps exemplars only for a registry of this format. */
  readonly #open = openRegistry();

  readonly #requests: Histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From request to answer',
    buckets: HTTP_BUCKETS,
    labelNames: ['method', 'route', 'status_code'],
    registers: [this.#open],
    // 0.4 us more a request; 0.45 us without.
    enableExemplars: true,
  });
  readonly #compute = this.#histogram('task_compute_seconds', 'First chunk start to last chunk end', TASK_BUCKETS);
  readonly #wait = this.#histogram('task_wait_seconds', 'Handing over to first chunk start', TASK_BUCKETS);
  readonly #tasks = new Counter({
    name: 'tasks_total',
    help: 'Tasks by how they ended for the caller',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly #inFlight = this.#gauge('tasks_in_flight', 'Requests for a task that have no answer yet');

  constructor(mode: string, version: string, commit: string) {
    for (const registry of [this.registry, this.#open]) registry.setDefaultLabels({ mode });
    this.registry.registerMetric(this.#requests);
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('build_info', 'Constant 1', ['version', 'commit']).set({ version, commit }, 1);
    // From the start, or the first of a kind would not show as an increase.
    for (const outcome of OUTCOMES) this.#tasks.inc({ outcome }, 0);
    let before = performance.eventLoopUtilization();
    this.#gauge('nodejs_eventloop_utilization_ratio', 'Share of time since the last scrape', [], function () {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
  }

  /** What the mode itself knows. */
  observeMode(mode: Mode): void {
    const read = () => mode.gauges?.() ?? { waiting: 0, threads: 0 };
    this.#gauge('tasks_waiting', 'Tasks taken but not started', [], function () {
      this.set(read().waiting);
    });
    this.#gauge('threads_live', 'Worker threads alive', [], function () {
      this.set(read().threads);
    });
    const { kernelWork } = mode;
    if (!kernelWork) return;
    const count = (name: string, help: string, of: keyof KernelWork) =>
      this.#countUp(name, help, () => kernelWork.call(mode)[of]);
    count('task_compute_cpu_seconds_total', "CPU time of kernels, by each thread's own clock", 'cpuS');
    count('task_compute_thread_seconds_total', 'Time of threads in kernels, with a CPU or without', 'threadsS');
    count('task_ops_total', 'Size of what kernels did, in ops', 'size');
  }

  /**
   * The text of a named few, or of all. For readers besides Prometheus: a full collect would reset the
   * event-loop-lag window under it.
   */
  async plain(names: string[]): Promise<Exposed> {
    const type = this.registry.contentType;
    if (names.length === 0) return { type, text: await this.registry.metrics() };
    // prom-client brings all its CPU counters up to date when this one is read.
    await this.registry.getSingleMetric('process_cpu_user_seconds_total')?.get();
    const known = names.filter((name) => this.registry.getSingleMetric(name));
    const parts = await Promise.all(known.map((name) => this.registry.getSingleMetricAsString(name)));
    return { type, text: `${parts.join('\n')}\n` };
  }

  /**
   * Everything in OpenMetrics, with exemplars: in each bucket the last request that fell into it. The names are those of
   * `plain`. Not by `metrics()` of prom-client, which renames counters for good, in both formats.
   */
  async openMetrics(): Promise<Exposed> {
    const parts = this.registry.getMetricsAsArray().map(async ({ name }) => {
      const registry = this.#open.getSingleMetric(name) ? this.#open : this.registry;
      const part = await registry.getSingleMetricAsString(name);
      // Of a counter this format names the family in its head, and only samples end in _total.
      const counts = registry.getSingleMetric(name) instanceof Counter;
      return counts ? part.replaceAll(/^(# \w+ \S+)_total /gm, '$1 ') : part;
    });
    return { type: this.#open.contentType, text: `${(await Promise.all(parts)).join('\n')}\n# EOF\n` };
  }

  /** `requestId` makes it the exemplar of its bucket. */
  request(method: string, route: string, statusCode: number, seconds: number, requestId: string): void {
    this.#requests.observe({
      labels: { method, route, status_code: statusCode },
      value: seconds,
      exemplarLabels: { request_id: requestId },
    });
  }

  taskStarted(): void {
    this.#inFlight.inc();
  }

  taskEnded(outcome: TaskOutcome): void {
    this.#inFlight.dec();
    this.#tasks.inc({ outcome });
  }

  /** Only where this process did the arithmetic, so that nothing is counted twice. */
  computed({ queuedMs, computeMs }: { queuedMs: number; computeMs: number }): void {
    this.#wait.observe(queuedMs / 1000);
    this.#compute.observe(computeMs / 1000);
  }

  #histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }

  /** A counter of what is counted elsewhere. */
  #countUp(name: string, help: string, total: () => number): void {
    let before = 0;
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        const now = total();
        this.inc(now - before);
        before = now;
      },
    });
  }

  #gauge(name: string, help: string, labelNames: string[] = [], collect?: (this: Gauge) => void): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry], ...(collect ? { collect } : {}) });
  }
}

function openRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}
