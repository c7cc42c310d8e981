//! A slow disk for `make chaos FAULT=SLOW_DISK`: loaded into Redis by LD_PRELOAD, it makes every fdatasync take as many
//! milliseconds longer as the file named by `SLOW_DISK_FILE` says. Without the file nothing changes.

use std::{env, ffi::c_int, fs, thread, time::Duration};

unsafe extern "C" {
    fn fsync(fd: c_int) -> c_int;
}

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    let delay = env::var("SLOW_DISK_FILE").ok().and_then(|file| fs::read_to_string(file).ok());
    if let Some(milliseconds) = delay.and_then(|text| text.trim().parse().ok()) {
        thread::sleep(Duration::from_millis(milliseconds));
    }
    // SAFETY: any descriptor may be passed. It does at least what fdatasync does, and sets errno alike.
    unsafe { fsync(fd) }
}
