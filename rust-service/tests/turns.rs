//! The compute pool's turns: a task holds a thread for one turn, then tasks of other sizes have theirs.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use rust_service::compute::{ComputePool, PoolSettings};
use support::{Gate, ONE_THREAD, SETTINGS, task, until};
use workload::{Kernel, MAX_SIZE_QUEUED, TURN_SIZE, compute, to_hex};

/// A pool whose kernel waits for the gate and then only writes down who was served.
fn recorder(settings: PoolSettings) -> (ComputePool, Arc<Gate>, Arc<Mutex<Vec<u32>>>) {
    let (gate, served) = (Arc::new(Gate::default()), Arc::new(Mutex::new(Vec::new())));
    let pool = ComputePool::with_compute(Kernel::detect(), settings, {
        let (gate, served) = (gate.clone(), served.clone());
        move |task, range| {
            let seed = task.seed;
            gate.pass();
            assert!(range.end - range.start <= TURN_SIZE);
            served.lock().unwrap().push(seed);
            0
        }
    });
    (pool.unwrap(), gate, served)
}

#[tokio::test]
async fn a_task_of_several_turns_lets_smaller_ones_in_between() {
    let (pool, gate, served) = recorder(ONE_THREAD);
    let tasks = [(3 * TURN_SIZE, 2, 1), (TURN_SIZE, 2, 2), (8, 2, 3)]
        .map(|(ops, chunks, seed)| pool.submit(&task(ops, chunks, seed)).unwrap());
    gate.open();
    let mut total = 0;
    for submitted in tasks {
        total += submitted.await.unwrap().answer.count;
    }
    assert_eq!(total, 4 * TURN_SIZE + 8);
    // Chunks of 1.5 turns, each of which is two parts; the others have two chunks of one part each. The thread may begin
    // before they are submitted.
    let served = served.lock().unwrap();
    assert!(
        [[1, 2, 1, 2, 1, 3, 1, 3], [2, 1, 2, 1, 3, 1, 3, 1]].contains(&(**served).try_into().unwrap()),
        "{served:?}"
    );
}

#[tokio::test]
async fn tasks_of_a_like_size_are_done_one_after_the_other() {
    let (pool, gate, served) = recorder(ONE_THREAD);
    let tasks = [1, 2, 3].map(|seed| pool.submit(&task(4 * TURN_SIZE, 2, seed)).unwrap());
    gate.open();
    for submitted in tasks {
        submitted.await.unwrap();
    }
    assert_eq!(*served.lock().unwrap(), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
}

#[tokio::test]
async fn beside_giants_on_all_threads_a_small_task_is_done_and_they_go_on() {
    let pool = ComputePool::new(Kernel::detect(), PoolSettings { max_tasks: 40, ..SETTINGS }).unwrap();
    let giants: Vec<_> = (0..38).map(|seed| pool.submit(&task(MAX_SIZE_QUEUED, 64, seed)).unwrap()).collect();
    let done = || giants.iter().map(|giant| giant.handle().done()).sum::<u64>();
    until(|| done() > 0).await;
    let small = pool.submit(&task(8, 8, 5)).unwrap();
    // For a hang, not for timing: in the order of submission it would be hours.
    let computed = tokio::time::timeout(Duration::from_secs(20), small).await.unwrap().unwrap();
    assert_eq!(computed.answer.checksum, to_hex(compute(Kernel::detect(), 5, 0..8)));
    let before = done();
    until(|| done() > before).await;
    drop(giants);
    until(|| pool.tasks_in_hand() == 0).await;
}

#[tokio::test]
async fn a_task_has_no_more_threads_than_chunks_and_a_free_thread_helps_where_there_are_more() {
    let (now, most, expected) = <(Arc<AtomicU64>, Arc<AtomicU64>, Arc<AtomicU64>)>::default();
    let pool = ComputePool::with_compute(Kernel::detect(), PoolSettings { threads: 4, ..SETTINGS }, {
        let (now, most, expected) = (now.clone(), most.clone(), expected.clone());
        move |_, _| {
            most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
            // Until the other chunks have their threads, too.
            while most.load(SeqCst) < expected.load(SeqCst) {
                thread::yield_now();
            }
            now.fetch_sub(1, SeqCst);
            0
        }
    })
    .unwrap();
    for chunks in [1, 2, 4] {
        most.store(0, SeqCst);
        expected.store(chunks.into(), SeqCst);
        pool.submit(&task(20 * TURN_SIZE, chunks, 0)).unwrap().await.unwrap();
        assert_eq!(most.load(SeqCst), u64::from(chunks));
    }
}

#[tokio::test]
async fn a_pool_that_is_dropped_still_does_what_it_has_in_hand() {
    let (pool, gate, served) = recorder(SETTINGS);
    let submitted = pool.submit(&task(5 * TURN_SIZE, 2, 1)).unwrap();
    drop(pool);
    gate.open();
    assert_eq!(submitted.await.unwrap().answer.count, 5 * TURN_SIZE);
    assert_eq!(served.lock().unwrap().len(), 6);
}
