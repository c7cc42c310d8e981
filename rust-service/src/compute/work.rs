//! What kernels have done, counted by the threads that run them.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use metrics::{Counter, Gauge, counter, gauge};

use crate::clock::thread_cpu;

/// All that the kernels of a pool have done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KernelWork {
    /// CPU time, by each thread's own clock.
    pub cpu: Duration,
    /// Time that threads were in a kernel, whether they had a CPU or waited for one.
    pub threads: Duration,
    /// The size of what they did.
    pub size: u64,
}

/// Sums it, for `/metrics` and for whoever asks.
pub(super) struct WorkSum {
    cpu_ns: AtomicU64,
    threads_ns: AtomicU64,
    size: AtomicU64,
    // As in `crate::metrics`, a counter would have whole numbers only.
    cpu_seconds: Gauge,
    thread_seconds: Gauge,
    ops_total: Counter,
}

impl WorkSum {
    pub fn new() -> Self {
        Self {
            cpu_ns: AtomicU64::new(0),
            threads_ns: AtomicU64::new(0),
            size: AtomicU64::new(0),
            cpu_seconds: gauge!("task_compute_cpu_seconds_total"),
            thread_seconds: gauge!("task_compute_thread_seconds_total"),
            ops_total: counter!("task_ops_total"),
        }
    }

    /// Counts what `kernel` takes the calling thread, and `size` if it says that it came to its end.
    pub fn count<T, E>(&self, size: u64, kernel: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let (started_at, cpu_before) = (Instant::now(), thread_cpu());
        let outcome = kernel();
        let cpu = thread_cpu().saturating_sub(cpu_before);
        let in_kernel = started_at.elapsed();
        self.cpu_ns.fetch_add(cpu.as_nanos() as u64, Relaxed);
        self.threads_ns.fetch_add(in_kernel.as_nanos() as u64, Relaxed);
        self.cpu_seconds.increment(cpu.as_secs_f64());
        self.thread_seconds.increment(in_kernel.as_secs_f64());
        if outcome.is_ok() {
            self.size.fetch_add(size, Relaxed);
            self.ops_total.increment(size);
        }
        outcome
    }

    pub fn so_far(&self) -> KernelWork {
        KernelWork {
            cpu: Duration::from_nanos(self.cpu_ns.load(Relaxed)),
            threads: Duration::from_nanos(self.threads_ns.load(Relaxed)),
            size: self.size.load(Relaxed),
        }
    }
}
