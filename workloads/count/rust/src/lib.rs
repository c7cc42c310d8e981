//! The workload `count` as every Rust service does it. The specification is `README.md` beside this crate; the proof that
//! other implementations agree with it is `vectors.json` there.
//!
//! Services ask for [`Task`], [`Kernel`], [`run`], [`Total`] and the sizes, and for nothing of what a task is made of.
//!
//! Layout: [`Task`] is what a request asks for, [`Kernel`] the arithmetic in the widest form this CPU has, [`run`] a range
//! of a task on the calling thread, [`Total`] what ranges come to, [`compute_parallel`] a whole task on a rayon pool.

mod kernel;
mod task;
mod total;
pub mod vectors;

pub use kernel::{Kernel, KernelError, compute, fmix32};
pub use task::{FieldError, MAX_CHUNKS, Task, TaskError};
pub use total::{Answer, Total};

use std::ops::Range;

use rayon::prelude::*;

/// The most ops of a task that is answered at once: seconds of work.
pub const MAX_SIZE_DIRECT: u64 = 2_000_000_000;
/// The most ops of a task that waits in a queue: minutes of work.
pub const MAX_SIZE_QUEUED: u64 = 1_000_000_000_000;
/// What a thread does of a task before tasks of other sizes have their turn: 2 to 100 ms, as fast as the kernel is.
pub const TURN_SIZE: u64 = 1 << 25;

/// What a range of a task came to; several add up in a [`Total`].
pub type Part = u32;

/// Does `range` of a task on the calling thread.
pub fn run(kernel: Kernel, task: &Task, range: Range<u64>) -> Part {
    compute(kernel, task.seed, range)
}

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
