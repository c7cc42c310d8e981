use std::ops::Range;

use metrics::{Gauge, Histogram};
use workload::{Part, Task};

use super::work::WorkSum;

/// Does a range of a task, as [`workload::run`].
pub(super) type KernelFn = dyn Fn(&Task, Range<u64>) -> Part + Send + Sync;

/// What every task needs of its pool.
pub(super) struct Shared {
    pub compute: Box<KernelFn>,
    pub kernel_name: &'static str,
    pub threads_busy: Gauge,
    pub in_flight: Gauge,
    pub wait_seconds: Histogram,
    pub compute_seconds: Histogram,
    pub work: WorkSum,
}
