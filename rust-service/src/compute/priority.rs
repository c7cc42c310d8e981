//! The weight of compute threads against those that accept and renew.

/// Gives the calling thread, and no other, this nice value. Elsewhere than on Linux priorities belong to processes:
/// there nothing happens.
#[cfg(target_os = "linux")]
pub(super) fn lower_calling_thread(nice: u8) {
    // On Linux a thread's id is accepted where POSIX asks for a process's.
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), i32::from(nice)) {
        tracing::warn!(%error, nice, "compute threads keep the normal priority");
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn lower_calling_thread(_nice: u8) {}
