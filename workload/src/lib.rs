//! The one definition of the work that every Rust service does. The specification is this crate's `README.md`; the
//! proof that other implementations agree with it is `vectors.json`.
//!
//! Layout: [`Task`] is what a request asks for, [`Kernel`] the arithmetic in the widest form this CPU has,
//! [`compute`] one range of it on the calling thread, [`compute_parallel`] a whole task on a rayon pool.

mod kernel;
mod task;
pub mod vectors;

pub use kernel::{Kernel, KernelError, compute, fmix32};
pub use task::{FieldError, MAX_CHUNKS, Task, TaskError};

use rayon::prelude::*;

/// The most ops of a task that is answered at once: seconds of work.
pub const MAX_OPS_DIRECT: u64 = 2_000_000_000;
/// The most ops of a task that waits in a queue: minutes of work.
pub const MAX_OPS_QUEUED: u64 = 1_000_000_000_000;
/// What a thread does of a task before tasks of other sizes have their turn: 2 to 100 ms, as fast as the kernel is.
pub const TURN_OPS: u64 = 1 << 25;

/// The checksum of a whole task, its chunks spread over `pool`. Blocks the calling thread until it is done.
pub fn compute_parallel(pool: &rayon::ThreadPool, kernel: Kernel, task: &Task) -> u32 {
    let chunks: Vec<_> = task.chunk_ranges().collect();
    pool.install(|| {
        chunks.into_par_iter().map(|range| compute(kernel, task.seed, range)).reduce(|| 0, u32::wrapping_add)
    })
}

/// The written form of a checksum: 8 lower-case hex digits.
pub fn to_hex(checksum: u32) -> String {
    format!("{checksum:08x}")
}
