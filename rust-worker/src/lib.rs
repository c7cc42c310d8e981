//! Takes BullMQ jobs from Redis, computes them, gives back results.
//!
//! Layout: [`run`] is the program's whole life, [`work`] the worker's, [`processor`] one job's, [`Link`] what is known of
//! Redis, [`payload`] what a job carries, [`Places`] how many are in hand, [`EndedWork`] what gateways are told of their
//! end, [`Config`] the settings. The work is the crate `workload`, threads and admin port are `rust-service`.

mod config;
mod ended;
mod events;
mod link;
pub mod payload;
mod places;
mod probe;
pub mod processor;
mod redis_url;
mod work;

use std::{future, sync::Arc, time::Duration};

use metrics::{counter, describe_counter, describe_histogram};
use rust_service::{
    admin,
    compute::{ComputePool, PoolSettings},
    metrics::Metrics,
    signals::shutdown_signal,
};
use tokio::{net::TcpListener, time};

pub use config::Config;
pub use ended::EndedWork;
pub use link::{Cause, Link};
pub use places::Places;
pub use processor::Processor;
pub use redis_url::{CaFile, RedisUrl};
pub use work::work;

/// For the last report of ended work; a Redis that is away must not keep the process.
const LAST_REPORT: Duration = Duration::from_millis(300);

/// Works until a signal, then finishes or hands back what is in hand. Fails where the port is taken or threads cannot
/// be had; a Redis that is away is waited for.
pub async fn run(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let metrics = Metrics::install(env!("CARGO_PKG_VERSION"), &config.service.commit)?;
    describe_histogram!("job_end_to_end_seconds", "From adding a job to its result");
    describe_counter!("job_attempts_total", "Attempts at jobs by how they ended");
    // From the start, or the first of a kind would not show as an increase.
    for outcome in ["completed", "retried", "stalled", "failed"] {
        counter!("job_attempts_total", "outcome" => outcome).increment(0);
    }
    let places = Places::new(config.concurrency, config.max_long_jobs);
    let service = &config.service;
    let settings = PoolSettings {
        threads: service.threads.into(),
        nice: service.compute_nice,
        // Of a worker and of the one before it, whose connection failed.
        max_tasks: 2 * places.most(),
    };
    let pool = Arc::new(ComputePool::new(service.kernel, settings)?);
    let admin_listener = TcpListener::bind((service.host, config.admin_port))
        .await
        .map_err(|error| format!("cannot listen on {}:{}: {error}", service.host, config.admin_port))?;
    // Port 0 asks for any free one.
    let admin_port = admin_listener.local_addr()?.port();
    let link = Link::default();
    let ready = {
        let link = link.clone();
        move || link.state()
    };
    let signal = shutdown_signal()?;
    tracing::info!(admin_port, kernel = service.kernel.name(), threads = service.threads, "working");

    let patience = Duration::from_millis(service.shutdown_timeout_ms);
    let ended = Arc::new(EndedWork::new(&config));
    let processor = Arc::new(Processor { pool, lock_ms: config.lock_ms, places, ended: ended.clone() });
    // The admin port answers to the last: it is where draining can be watched.
    tokio::select! {
        worked = work(&config, processor, link, patience, signal) => worked?,
        () = admin::serve(admin_listener, metrics, ready, future::pending()) => (),
        () = ended.report() => (),
    }
    let _ = time::timeout(LAST_REPORT, ended.report_once()).await;
    Ok(())
}
