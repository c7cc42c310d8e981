//! The worker's tie to Redis: made, watched, and in the end let go.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use bullmq::{Worker, WorkerOptions, options::RedisConnectionOptions, worker::WorkerEvent};
use metrics::counter;
use tokio::time;

use crate::{Config, Processor};

/// The queue that the gateway fills.
const QUEUE_NAME: &str = "tasks";
/// A worker that waits for jobs asks again this often, which is also how soon it notices that Redis is away.
const IDLE: Duration = Duration::from_secs(1);
/// How soon a returning Redis is noticed; BullMQ's own default is 15 s.
const RETRY: Duration = Duration::from_secs(1);
/// How often a job may lose its worker before it is taken for the cause.
const MAX_STALLED: u32 = 3;
/// BullMQ's reason for that.
const STALLED_TOO_OFTEN: &str = "job stalled more than allowable limit";
/// Kept from the time to leave for handing back and for the last writes.
const FAREWELL: Duration = Duration::from_secs(2);

/// Whether jobs can be had, for `/readyz`.
#[derive(Clone, Default)]
pub struct Link {
    up: Arc<AtomicBool>,
}

impl Link {
    /// Says what stands in the way of work, if anything does.
    pub fn state(&self) -> Result<(), String> {
        if self.up.load(Relaxed) { Ok(()) } else { Err("Redis cannot be reached".to_owned()) }
    }
}

/// Takes jobs until `shutdown`, then no more; finishes what it holds within `patience` and hands back the rest.
pub async fn work(
    config: &Config,
    processor: Arc<Processor>,
    link: Link,
    patience: Duration,
    shutdown: impl Future<Output = ()>,
) {
    tokio::pin!(shutdown);
    let worker = tokio::select! {
        worker = connect(config, processor) => worker,
        () = &mut shutdown => return,
    };
    tokio::select! {
        () = watch(&worker, &link) => (),
        () = shutdown => (),
    }
    tracing::info!("draining");
    link.up.store(false, Relaxed);
    let hand_back = async {
        time::sleep(patience.saturating_sub(FAREWELL)).await;
        worker.cancel_all_jobs().await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        closed = worker.close(millis(patience)) => {
            if let Err(error) = closed {
                tracing::warn!(%error, "did not close cleanly");
            }
        }
        () = hand_back => (),
    }
}

/// Waits for Redis to be there the first time; from then on the worker reconnects by itself.
async fn connect(config: &Config, processor: Arc<Processor>) -> Worker {
    let options = WorkerOptions {
        connection: RedisConnectionOptions::new().url(config.redis_url.0.clone()),
        concurrency: config.concurrency.into(),
        lock_duration: config.lock_ms,
        // Three chances before the lock is lost: a slow Redis must not cost a healthy worker its jobs.
        lock_renew_time: Some(config.lock_ms / 3),
        stalled_interval: config.stalled_check_ms,
        max_stalled_count: MAX_STALLED,
        drain_delay: IDLE.as_secs(),
        run_retry_delay: millis(RETRY),
        ..WorkerOptions::default()
    };
    loop {
        let processor = processor.clone();
        let process = move |job, stop| {
            let processor = processor.clone();
            async move { processor.process(job, stop).await }
        };
        match Worker::with_options(QUEUE_NAME, process, options.clone()).await {
            Ok(worker) => return worker,
            Err(error) => tracing::warn!(%error, "Redis cannot be reached, trying again"),
        }
        time::sleep(RETRY).await;
    }
}

/// Reads the worker's events, which pile up otherwise: they tell whether Redis answers, and which jobs were
/// given up. Ends when the worker does.
async fn watch(worker: &Worker, link: &Link) {
    while let Some(event) = worker.next_event().await {
        match event {
            WorkerEvent::Error(error) => {
                tracing::warn!(error, "worker");
                link.up.store(false, Relaxed);
            }
            // BullMQ fails such a job itself, before it would come to be processed.
            WorkerEvent::Failed { job_id, error } if error.starts_with(STALLED_TOO_OFTEN) => {
                tracing::error!(job = job_id, "lost its worker too often and is taken for the cause");
                counter!("job_attempts_total", "outcome" => "failed").increment(1);
            }
            WorkerEvent::Ready | WorkerEvent::Active { .. } | WorkerEvent::Completed { .. } | WorkerEvent::Drained => {
                link.up.store(true, Relaxed);
            }
            _ => {}
        }
    }
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}
