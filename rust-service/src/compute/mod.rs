//! Tasks on threads of their own: the kernel never runs where connections or lock renewals are served.

mod pool;
mod priority;
mod run;
mod shared;
mod turns;
mod work;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use workload::Answer;

pub use pool::{ComputePool, Overloaded, PoolSettings};
pub use run::{RunHandle, Submitted};
pub use work::KernelWork;

/// What computing a task yields: the answer of `POST /compute` and a job's return value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Computed {
    /// What came of it.
    #[serde(flatten)]
    pub answer: Answer,
    /// Which kernel did it: `rust-<path>`.
    pub kernel: &'static str,
    /// How long it took.
    pub timings: Timings,
}

/// In milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// From [`ComputePool::submit`] until the first chunk started.
    pub queued_ms: f64,
    /// From the first chunk's start to the last one's end.
    pub compute_ms: f64,
}

/// Why a task yields nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComputeError {
    /// The kernel panicked, with this text. The pool is unharmed, the task's other chunks are dropped.
    #[error("{0}")]
    Panicked(String),
    /// It was cancelled through a [`RunHandle`].
    #[error("the task was cancelled")]
    Cancelled,
}

impl ComputeError {
    /// The stable code of a job's failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Panicked(_) => "kernel_panic",
            Self::Cancelled => "cancelled",
        }
    }
}

/// No holder of this module's locks panics, and what they guard is whole at any time.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
