//! The worker's life: made when Redis can be used, made anew when only another connection would do, in the end let go.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bullmq::{Error, Worker, WorkerOptions, options::RedisConnectionOptions};
use tokio::{sync::watch, task::JoinHandle, time};

use crate::{
    Config, Link, Processor,
    events::{Sign, heed, until_over},
    probe::Probe,
    redis_url::connection_options,
};

/// The queue that the gateway fills.
const QUEUE_NAME: &str = "tasks";
/// A worker that waits for jobs asks again this often.
const IDLE: Duration = Duration::from_secs(1);
/// How long a returning Redis may go unnoticed; so often, too, it is asked whether it can be written to.
const RETRY: Duration = Duration::from_millis(250);
/// For making a worker where Redis has just answered.
const CONNECT: Duration = Duration::from_secs(1);
/// So many looks in a row at a worker that fails beside a Redis that does not: its connection leads elsewhere, or waits.
const STRIKES: u32 = 3;
/// How often a job may lose its worker before it is taken for the cause.
const MAX_STALLED: u32 = 3;
/// Kept from the time to leave for handing back and for the last writes.
const FAREWELL: Duration = Duration::from_secs(2);

/// Takes jobs until `shutdown`, then no more; finishes what it holds within `patience` and hands back the rest. Fails
/// where the settings are no address.
pub async fn work(
    config: &Config,
    processor: Arc<Processor>,
    link: Link,
    patience: Duration,
    shutdown: impl Future<Output = ()>,
) -> Result<(), String> {
    let connection = connection_options(&config.redis_url, config.redis_ca_file.as_ref())?;
    let probe = Probe::new(&connection).map_err(|error| format!("REDIS_URL: {error}"))?;
    let address = config.redis_url.name();
    tokio::select! {
        never = keep_asking(probe, &address, &link) => match never {},
        () = keep_working(config, &connection, processor, &link, patience, shutdown) => Ok(()),
    }
}

async fn keep_asking(mut probe: Probe, address: &str, link: &Link) -> Infallible {
    let mut again = time::interval(RETRY);
    again.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        again.tick().await;
        match probe.ask().await {
            Ok(()) => link.ended(address),
            Err(cause) => link.began(address, cause),
        }
    }
}

async fn keep_working(
    config: &Config,
    connection: &RedisConnectionOptions,
    processor: Arc<Processor>,
    link: &Link,
    patience: Duration,
    shutdown: impl Future<Output = ()>,
) {
    tokio::pin!(shutdown);
    let mut let_go: Option<JoinHandle<()>> = None;
    let worker = loop {
        let (give_up, given_up) = watch::channel(());
        let worker = tokio::select! {
            worker = connect(config, connection, processor.clone(), given_up, link) => worker,
            () = &mut shutdown => return link.leave(),
        };
        tokio::select! {
            () = until_worn_out(&worker, link) => (),
            () = processor.places.follow(&worker) => (),
            () = &mut shutdown => break (worker, give_up),
        }
        tracing::warn!("jobs are taken on another connection: the last one does not recover");
        // At most two have jobs in hand.
        if let Some(before) = let_go.take() {
            let _ = before.await;
        }
        let_go = Some(tokio::spawn(finish(worker, give_up, Duration::from_millis(config.lock_ms))));
    };
    link.leave();
    tracing::info!("draining");
    drain(worker.0, patience).await;
}

/// Lets a worker end its jobs for as long as they can still be its own, then gives them up: stall recovery has them.
async fn finish(worker: Worker, give_up: watch::Sender<()>, lock: Duration) {
    tokio::select! {
        _ = time::timeout(lock, worker.close(millis(lock))) => (),
        // What ends meanwhile is counted, too.
        () = until_over(&worker) => (),
    }
    drop(give_up);
}

async fn drain(worker: Worker, patience: Duration) {
    let hand_back = async {
        time::sleep(patience.saturating_sub(FAREWELL)).await;
        worker.cancel_all_jobs().await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        closed = time::timeout(patience, worker.close(millis(patience))) => {
            if let Ok(Err(error)) = closed {
                tracing::warn!(%error, "did not close cleanly");
            }
        }
        () = hand_back => (),
        () = until_over(&worker) => (),
    }
}

/// Waits for Redis, then makes a worker. Not before: the library waits longer and longer between its attempts.
async fn connect(
    config: &Config,
    connection: &RedisConnectionOptions,
    processor: Arc<Processor>,
    given_up: watch::Receiver<()>,
    link: &Link,
) -> Worker {
    let options = WorkerOptions {
        connection: connection.clone(),
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
        let (processor, given_up) = (processor.clone(), given_up.clone());
        let process = move |job, stop| {
            let (processor, mut given_up) = (processor.clone(), given_up.clone());
            async move {
                tokio::select! {
                    outcome = processor.process(job, stop) => outcome,
                    // "Moved already" to BullMQ: it writes nothing.
                    _ = given_up.changed() => Err(Error::Delayed),
                }
            }
        };
        if link.is_up() {
            match time::timeout(CONNECT, Worker::with_options(QUEUE_NAME, process, options.clone())).await {
                Ok(Ok(worker)) => return worker,
                Ok(Err(error)) => tracing::debug!(%error, "no worker"),
                Err(late) => tracing::debug!(%late, "no worker"),
            }
        }
        time::sleep(RETRY / 5).await;
    }
}

/// Reads the worker's events, which pile up otherwise. Ends when the worker fails where Redis does not: it reconnects by
/// itself when a connection is lost, but keeps one that leads to a replica, and after a long absence it is late.
async fn until_worn_out(worker: &Worker, link: &Link) {
    let mut look = time::interval(RETRY);
    let (mut failed, mut alive, mut troubled, mut strikes) = (false, false, false, 0);
    loop {
        let event = tokio::select! {
            Some(event) = worker.next_event() => event,
            _ = look.tick() => {
                troubled |= failed;
                if link.is_up() && (failed || (troubled && !alive)) {
                    strikes += 1;
                } else {
                    strikes = 0;
                    troubled &= !link.is_up();
                }
                (failed, alive) = (false, false);
                if strikes == STRIKES {
                    return;
                }
                continue;
            }
        };
        match heed(event) {
            Some(Sign::Failure) => failed = true,
            Some(Sign::Life) => alive = true,
            None => {}
        }
    }
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}
