use std::ops::Range;

use metrics::{Gauge, Histogram};

use super::work::WorkSum;

/// The arithmetic of a range, as [`workload::compute`].
pub(super) type KernelFn = dyn Fn(u32, Range<u64>) -> u32 + Send + Sync;

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
