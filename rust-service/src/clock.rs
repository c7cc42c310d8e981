//! CPU time, in the system's finest grain (POSIX, `clock_gettime`).

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Of the calling thread.
pub(crate) fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// Of the process, all its threads together.
#[cfg(feature = "server")]
pub(crate) fn process_cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
