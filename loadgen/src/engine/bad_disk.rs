//! A bad disk for `make chaos FAULT=SLOW_DISK` and `FAULT=FULL_DISK`: loaded into Redis by LD_PRELOAD, it does what the
//! file named by `DISK_FAULT_FILE` says. `slow 200`: every fdatasync takes so many milliseconds longer. `full`: no file
//! takes another byte. Without the file nothing changes.

use std::{
    env,
    ffi::{c_int, c_void},
    fs::{self, File},
    io::IoSlice,
    mem::ManuallyDrop,
    os::fd::FromRawFd,
    slice,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

unsafe extern "C" {
    fn fsync(fd: c_int) -> c_int;
    fn writev(fd: c_int, parts: *const IoSlice<'_>, count: c_int) -> isize;
    fn __errno_location() -> *mut c_int;
}

const ENOSPC: c_int = 28;

fn fault() -> Option<String> {
    fs::read_to_string(env::var("DISK_FAULT_FILE").ok()?).ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    let delay = fault().and_then(|text| text.strip_prefix("slow ")?.trim().parse().ok());
    if let Some(milliseconds) = delay {
        thread::sleep(Duration::from_millis(milliseconds));
    }
    // SAFETY: any descriptor may be passed. It does at least what fdatasync does, and sets errno alike.
    unsafe { fsync(fd) }
}

/// A disk that fills up takes a part of the last write first: so does this one, once in the life of a process.
static TOOK_THE_LAST: AtomicBool = AtomicBool::new(false);

/// # Safety
/// As for write(2): `length` bytes can be read at `bytes`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, bytes: *const c_void, length: usize) -> isize {
    let mut room = length;
    if is_file(fd) && fault().is_some_and(|text| text.starts_with("full")) {
        room = if TOOK_THE_LAST.swap(true, Relaxed) { 0 } else { length / 2 };
        if room == 0 {
            // SAFETY: it points to this thread's errno, always.
            unsafe { *__errno_location() = ENOSPC };
            return -1;
        }
    }
    // SAFETY: so much can be read by the caller's promise. An IoSlice is an iovec, and one part makes it a write.
    unsafe { writev(fd, &IoSlice::new(slice::from_raw_parts(bytes.cast(), room)), 1) }
}

/// Sockets and pipes have room on any disk.
fn is_file(fd: c_int) -> bool {
    // SAFETY: the caller's descriptor, which is only asked for its kind and not closed.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    file.metadata().is_ok_and(|metadata| metadata.is_file())
}
