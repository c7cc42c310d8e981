//! The process's metrics, named as in the gateway so that panels compare.

use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use crate::clock;

/// Seconds; the gateway's too.
const HTTP_BUCKETS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Seconds; the gateway's too. From a small task to 1e12 ops on one core.
const TASK_BUCKETS: [f64; 17] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0];

/// What `/metrics` shows.
#[derive(Clone)]
pub struct Metrics {
    recorder: PrometheusHandle,
    process: Collector,
}

impl Metrics {
    /// Installs the recorder of the whole process; fails if it has one. Comes before everything that records.
    pub fn install(version: &'static str, commit: &str) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            // Without buckets histograms would be rendered as summaries, which cannot be added up.
            .set_buckets(&TASK_BUCKETS)?
            .set_buckets_for_metric(Matcher::Full("http_request_duration_seconds".into()), &HTTP_BUCKETS)?
            .install_recorder()?;
        let process = Collector::default();
        process.describe();
        describe_gauge!("build_info", "Constant 1");
        describe_gauge!("kernel_info", "Constant 1, the kernel in use as label");
        describe_gauge!("compute_threads_busy", "Compute threads that are working");
        describe_gauge!("tasks_in_flight", "Tasks of which something is still to be done or dropped");
        describe_gauge!("task_compute_cpu_seconds_total", "CPU time of kernels, by each thread's own clock");
        describe_gauge!("task_compute_thread_seconds_total", "Time of threads in kernels, with a CPU or without");
        describe_counter!("task_ops_total", "Ops done by kernels");
        describe_histogram!("task_compute_seconds", "First chunk start to last chunk end");
        describe_histogram!("task_wait_seconds", "Handing over to first chunk start");
        gauge!("build_info", "version" => version, "commit" => commit.to_owned()).set(1);
        Ok(Self { recorder, process })
    }

    /// The metrics in Prometheus's text format.
    pub fn render(&self) -> String {
        self.process.collect();
        // What the collector has read of /proc is in hundredths of a second: a short measurement is not many of them.
        gauge!("process_cpu_seconds_total").set(clock::process_cpu().as_secs_f64());
        // A counter of this library has whole numbers only, so seconds that only grow are kept in gauges.
        self.recorder.render().replace("_seconds_total gauge\n", "_seconds_total counter\n")
    }

    /// Folds what histograms have buffered: without it they grow for as long as nobody asks for them.
    pub fn fold(&self) {
        self.recorder.run_upkeep();
    }
}
