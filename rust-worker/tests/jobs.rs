//! Jobs through a real Redis: results, refusals, panics.

mod support;

use std::{sync::Arc, time::Duration};

use bullmq::JobState;
use clap::Parser;
use rust_service::compute::{ComputePool, PoolSettings};
use rust_worker::{Config, EndedWork, Link, Places, Processor, work};
use serde_json::json;
use support::{Redis, WorkerProcess, add, data, in_state, result, until};
use tokio::sync::oneshot;
use workload::{Kernel, vectors};

#[tokio::test]
async fn every_vector_is_computed() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let _worker = WorkerProcess::start(&redis, &[]);
    for vector in vectors::generate() {
        let id = add(&queue, data(vector.ops, vector.chunks, vector.seed)).await;
        let result = result(&in_state(&queue, &id, JobState::Completed).await);
        assert_eq!(result["checksum"], json!(vector.checksum));
        assert_eq!(result["count"], json!(vector.ops));
        assert!(result["timings"]["computeMs"].is_number(), "{result}");
    }
}

#[tokio::test]
async fn a_job_that_is_no_task_fails_at_once_and_alone() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let worker = WorkerProcess::start(&redis, &[]);
    let bad = add(&queue, json!({ "v": 1, "ops": 0, "chunks": 99, "seed": -1, "requestId": "r" })).await;
    let other_version = add(&queue, json!({ "v": 2 })).await;
    let good = add(&queue, data(1000, 2, 3)).await;

    let failed = in_state(&queue, &bad, JobState::Failed).await;
    assert!(failed.failed_reason().starts_with("invalid_task: ops must be"), "{}", failed.failed_reason());
    assert!(failed.failed_reason().contains("chunks") && failed.failed_reason().contains("seed"));
    assert_eq!(failed.attempts_made(), 1);
    let failed = in_state(&queue, &other_version, JobState::Failed).await;
    assert!(failed.failed_reason().contains("v must be 1"));
    in_state(&queue, &good, JobState::Completed).await;

    // A completion is counted when Redis has answered, which others may see before the worker does.
    for line in ["job_attempts_total{outcome=\"failed\"} 2", "job_attempts_total{outcome=\"completed\"} 1"] {
        until(line, async || worker.get("/metrics").await.filter(|(_, metrics)| metrics.contains(line))).await;
    }
}

#[tokio::test]
async fn a_panic_fails_its_job_after_the_attempts_it_has_and_nothing_else() {
    const CURSED: u32 = 13;
    let redis = Redis::start();
    let queue = redis.queue().await;
    let url = redis.url();
    let config = Config::parse_from(["rust-worker", "--redis-url", &url, "--threads", "1"]);
    let settings = PoolSettings { threads: 1, nice: 0, max_tasks: 16 };
    let pool = ComputePool::with_compute(Kernel::detect(), settings, |task, range| {
        let seed = task.seed;
        assert!(seed != CURSED, "cursed");
        workload::compute(Kernel::detect(), seed, range)
    });
    let processor = Arc::new(Processor {
        pool: Arc::new(pool.unwrap()),
        lock_ms: config.lock_ms,
        places: Places::new(16, 0),
        ended: Arc::new(EndedWork::new(&config)),
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let working = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        work(&config, processor, Link::default(), Duration::from_secs(10), shutdown).await.unwrap();
    });

    let cursed = add(&queue, data(1000, 4, CURSED)).await;
    let good = add(&queue, data(1000, 4, CURSED + 1)).await;
    let failed = in_state(&queue, &cursed, JobState::Failed).await;
    assert_eq!(failed.failed_reason(), "kernel_panic: cursed");
    assert_eq!(failed.attempts_made(), 3);
    in_state(&queue, &good, JobState::Completed).await;
    let later = add(&queue, data(1000, 4, 0)).await;
    in_state(&queue, &later, JobState::Completed).await;
    stop.send(()).unwrap();
    working.await.unwrap();
}
