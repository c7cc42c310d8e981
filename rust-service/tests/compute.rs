//! The compute pool: right answers, order, cancelling, panics, bounds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use rust_service::compute::{ComputeError, ComputePool, Overloaded, PoolSettings};
use support::{Gate, ONE_THREAD, SETTINGS, task, until};
use workload::{Kernel, MAX_SIZE_QUEUED, compute, to_hex};

#[tokio::test]
async fn every_path_answers_like_the_calling_thread() {
    for kernel in Kernel::available() {
        let pool = ComputePool::new(kernel, SETTINGS).unwrap();
        // More than two slices a chunk.
        let task = task(150_000_001, 2, u32::MAX);
        let computed = pool.submit(&task).unwrap().await.unwrap();
        assert_eq!(computed.answer.checksum, to_hex(compute(Kernel::detect(), task.seed, 0..task.ops)));
        assert_eq!((computed.answer.count, computed.kernel), (task.ops, kernel.name()));
        assert!(computed.timings.queued_ms >= 0.0 && computed.timings.compute_ms > 0.0);
    }
}

#[tokio::test]
async fn tasks_are_taken_in_order_and_one_too_many_is_refused() {
    let gate = Arc::new(Gate::default());
    let order = Arc::new(Mutex::new(Vec::new()));
    let pool = ComputePool::with_compute(Kernel::detect(), ONE_THREAD, {
        let (gate, order) = (gate.clone(), order.clone());
        move |task, _| {
            let seed = task.seed;
            gate.pass();
            order.lock().unwrap().push(seed);
            0
        }
    })
    .unwrap();

    let tasks = [1, 2, 3].map(|seed| pool.submit(&task(4, 2, seed)).unwrap());
    assert_eq!(pool.submit(&task(4, 2, 4)).err(), Some(Overloaded(3)));
    gate.open();
    for task in tasks {
        task.await.unwrap();
        // The slot is free by the time the answer is there.
        assert!(pool.tasks_in_hand() < 3);
    }
    assert_eq!(*order.lock().unwrap(), [1, 1, 2, 2, 3, 3]);
}

#[tokio::test]
async fn a_panic_ends_its_task_only() {
    let calls = Arc::new(AtomicU64::new(0));
    let pool = ComputePool::with_compute(Kernel::detect(), ONE_THREAD, {
        let calls = calls.clone();
        move |task, _| {
            let seed = task.seed;
            calls.fetch_add(1, SeqCst);
            assert!(seed != 13, "seed {seed} is unlucky");
            seed
        }
    })
    .unwrap();

    let (bad, good) = (pool.submit(&task(64, 64, 13)).unwrap(), pool.submit(&task(2, 2, 21)).unwrap());
    let error = bad.await.unwrap_err();
    assert_eq!(error, ComputeError::Panicked("seed 13 is unlucky".into()));
    assert_eq!(format!("{}: {error}", error.code()), "kernel_panic: seed 13 is unlucky");
    assert_eq!(good.await.unwrap().answer.checksum, to_hex(42));
    assert_eq!(calls.load(SeqCst), 1 + 2, "the other chunks of the first task never started");
}

#[tokio::test]
async fn what_is_dropped_or_cancelled_does_not_start() {
    let (gate, calls) = (Arc::new(Gate::default()), Arc::new(AtomicU64::new(0)));
    let pool = ComputePool::with_compute(Kernel::detect(), ONE_THREAD, {
        let (gate, calls) = (gate.clone(), calls.clone());
        move |_, _| {
            calls.fetch_add(1, SeqCst);
            gate.pass();
            0
        }
    })
    .unwrap();

    let running = pool.submit(&task(8, 8, 0)).unwrap();
    until(|| calls.load(SeqCst) == 1).await;
    let waiting = pool.submit(&task(8, 8, 0)).unwrap();
    let handle = waiting.handle();
    drop(running);
    handle.cancel();
    // At once, although the only thread is still held.
    assert_eq!(waiting.await, Err(ComputeError::Cancelled));
    assert_eq!(pool.tasks_in_hand(), 2, "what waits in the threads' queue still counts");

    gate.open();
    until(|| pool.tasks_in_hand() == 0).await;
    assert_eq!(calls.load(SeqCst), 1);
}

#[tokio::test]
async fn progress_is_seen_and_a_long_task_stops_between_slices() {
    let pool = ComputePool::new(Kernel::detect(), ONE_THREAD).unwrap();
    let submitted = pool.submit(&task(MAX_SIZE_QUEUED, 1, 0)).unwrap();
    let handle = submitted.handle();
    assert_eq!(handle.total(), MAX_SIZE_QUEUED);
    until(|| handle.done() > 0).await;
    handle.cancel();
    assert_eq!(submitted.await, Err(ComputeError::Cancelled));
    until(|| pool.tasks_in_hand() == 0).await;
    assert!(handle.done() < MAX_SIZE_QUEUED);
}

#[tokio::test]
async fn what_kernels_do_is_counted_once_and_waiting_is_no_cpu_time() {
    const NAP: Duration = Duration::from_millis(20);
    let pool = ComputePool::with_compute(Kernel::detect(), ONE_THREAD, |task, range| {
        let seed = task.seed;
        std::thread::sleep(NAP);
        assert!(seed != 13, "seed {seed} is unlucky");
        compute(Kernel::detect(), seed, range)
    })
    .unwrap();
    pool.submit(&task(1_000, 2, 0)).unwrap().await.unwrap();
    pool.submit(&task(1_000, 1, 13)).unwrap().await.unwrap_err();
    let work = pool.work();
    assert_eq!(work.size, 1_000, "a kernel that panics has done nothing that counts");
    assert!(work.threads >= 3 * NAP, "{work:?}");
    assert!(work.cpu > Duration::ZERO && work.cpu < work.threads, "{work:?}");
}

/// The nice value is the nineteenth field of a thread's `stat`; names may hold spaces, so count from the last ')'.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn only_compute_threads_have_low_priority() {
    fn nice_of_calling_thread() -> u32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(16).unwrap().parse::<i32>().unwrap() as u32
    }
    let settings = PoolSettings { nice: 11, ..SETTINGS };
    let pool = ComputePool::with_compute(Kernel::detect(), settings, |_, _| nice_of_calling_thread()).unwrap();
    let before = nice_of_calling_thread();
    assert_eq!(pool.submit(&task(1, 1, 0)).unwrap().await.unwrap().answer.checksum, to_hex(11));
    assert_eq!(nice_of_calling_thread(), before);
}
