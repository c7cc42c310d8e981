//! What tests of the compute pool share.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(dead_code, reason = "every test file is a program of its own and uses its part")]

use std::sync::{Condvar, Mutex};

use rust_service::compute::PoolSettings;
use workload::{MAX_SIZE_QUEUED, Task};

pub const SETTINGS: PoolSettings = PoolSettings { threads: 2, nice: 10, max_tasks: 3 };
pub const ONE_THREAD: PoolSettings = PoolSettings { threads: 1, ..SETTINGS };

pub fn task(ops: u64, chunks: u32, seed: u32) -> Task {
    let json = format!(r#"{{"ops":{ops},"chunks":{chunks},"seed":{seed}}}"#);
    Task::from_json(json.as_bytes(), MAX_SIZE_QUEUED).unwrap()
}

/// Holds the compute threads until it is opened.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub fn pass(&self) {
        drop(self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
    }

    pub fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

pub async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}
