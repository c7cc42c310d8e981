//! Workers that leave, workers that die, a Redis that is away.

mod support;

use bullmq::JobState;
use support::{Redis, WorkerProcess, add, data, in_state, result, until};

/// Seconds of work on one thread: long enough to be caught in the middle.
const LONG: u64 = 30_000_000_000;
/// Recovery sooner than by default, for the test's sake.
const QUICK: [(&str, &str); 2] = [("LOCK_MS", "1000"), ("STALLED_CHECK_MS", "300")];

async fn under_way(queue: &bullmq::Queue, id: &str) {
    until("progress", async || {
        let job = queue.get_job(id).await.ok()??;
        let progress = serde_json::to_value(job.progress()).ok()?;
        (progress["done"].as_u64()? > 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_is_told_to_leave_finishes_what_it_holds() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let mut worker = WorkerProcess::start(&redis, &[]);
    let id = add(&queue, data(LONG / 10, 8, 1)).await;
    in_state(&queue, &id, JobState::Active).await;
    worker.terminate();
    assert_eq!(worker.code(), Some(0));
    let job = in_state(&queue, &id, JobState::Completed).await;
    assert_eq!(job.attempts_started(), 1);
}

#[tokio::test]
async fn what_a_leaving_worker_cannot_finish_goes_back_and_costs_no_attempt() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let mut worker = WorkerProcess::start(&redis, &[("SHUTDOWN_TIMEOUT_MS", "2500")]);
    let id = add(&queue, data(LONG * 10, 8, 1)).await;
    under_way(&queue, &id).await;
    worker.terminate();
    assert_eq!(worker.code(), Some(0));
    let job = in_state(&queue, &id, JobState::Waiting).await;
    assert_eq!(job.attempts_made(), 0);
    // The next one takes it at once.
    let _next = WorkerProcess::start(&redis, &[]);
    in_state(&queue, &id, JobState::Active).await;
}

#[tokio::test]
async fn a_job_whose_worker_is_killed_is_done_by_another() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let mut first = WorkerProcess::start(&redis, &QUICK);
    let id = add(&queue, data(LONG / 5, 8, 5)).await;
    under_way(&queue, &id).await;
    first.kill();
    let second = WorkerProcess::start(&redis, &QUICK);
    let job = in_state(&queue, &id, JobState::Completed).await;
    assert_eq!(result(&job)["count"], LONG / 5);
    assert!(job.attempts_started() >= 2);
    let (_, metrics) = second.get("/metrics").await.unwrap();
    assert!(metrics.contains("job_attempts_total{outcome=\"stalled\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_job_that_kills_its_worker_again_and_again_fails_with_its_reason_and_alone() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let poison = add(&queue, data(LONG, 8, 6)).await;
    // Three times the job is given to another worker; the fourth death is its last.
    for death in 1..=4 {
        let mut worker = WorkerProcess::start(&redis, &QUICK);
        until("start", async || {
            let job = queue.get_job(&poison).await.ok()??;
            (job.attempts_started() == death).then_some(())
        })
        .await;
        worker.kill();
    }
    let survivor = WorkerProcess::start(&redis, &QUICK);
    let job = in_state(&queue, &poison, JobState::Failed).await;
    assert_eq!(job.failed_reason(), "job stalled more than allowable limit");
    let harmless = add(&queue, data(1000, 8, 7)).await;
    in_state(&queue, &harmless, JobState::Completed).await;
    let (_, metrics) = survivor.get("/metrics").await.unwrap();
    assert!(metrics.contains("job_attempts_total{outcome=\"failed\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_redis_that_comes_late_or_comes_back_is_used_without_a_restart() {
    let mut redis = Redis::start();
    redis.queue().await;
    redis.kill();
    let worker = WorkerProcess::start(&redis, &[]);
    worker.until_ready(503).await;
    assert_eq!(worker.get("/healthz").await.map(|(status, _)| status), Some(200));
    redis.restart();
    worker.until_ready(200).await;
    let queue = redis.queue().await;
    let id = add(&queue, data(1000, 8, 0)).await;
    in_state(&queue, &id, JobState::Completed).await;

    redis.kill();
    worker.until_ready(503).await;
    redis.restart();
    worker.until_ready(200).await;
    let queue = redis.queue().await;
    let id = add(&queue, data(1000, 8, 1)).await;
    in_state(&queue, &id, JobState::Completed).await;
}

#[test]
fn every_bad_setting_is_listed() {
    let bad = [
        ("REDIS_URL", "http://x"),
        ("CONCURRENCY", "0"),
        ("LOCK_MS", "1"),
        ("STALLED_CHECK_MS", "x"),
        ("KERNEL", "fast"),
    ];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rust-worker")).env_clear().envs(bad).output();
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for (variable, value) in bad {
        assert!(text.contains(&format!("  {variable}: '{value}': ")), "{variable} is missing in:\n{text}");
    }
}

#[test]
fn a_check_reads_the_settings_and_does_nothing_else() {
    let check = |variable: &str, value: &str| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_rust-worker"));
        program.env_clear().env(variable, value).arg("--check").output().unwrap_or_else(|error| panic!("{error}"))
    };
    let wrong = check("LOCK_MS", "1");
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8_lossy(&wrong.stderr).starts_with("LOCK_MS: '1': "));
    let right = check("LOCK_MS", "1000");
    assert_eq!((right.status.code(), right.stdout.len(), right.stderr.len()), (Some(0), 0, 0));
}

#[test]
fn a_taken_port_ends_it_with_a_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
    let address = taken.local_addr().unwrap_or_else(|error| panic!("{error}"));
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_rust-worker"));
    let ended = program.env_clear().env("ADMIN_PORT", address.port().to_string()).output();
    let ended = ended.unwrap_or_else(|error| panic!("{error}"));
    let text = String::from_utf8_lossy(&ended.stdout);
    assert_eq!((ended.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    assert!(text.contains(&format!("cannot listen on {address}")), "{text}");
}
