//! `POST /compute`: a task in, what comes of it out.
//!
//! Layout: [`run`] is the service's whole life, [`app`] its routes, [`error`] what callers are told, [`Config`] its
//! settings. The work is the crate `workload`, threads and server are `rust-service`.

mod app;
mod config;
pub mod error;
mod observe;

use std::{
    future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use metrics::describe_histogram;
use rust_service::{
    admin,
    compute::{ComputePool, PoolSettings},
    http::{self, Drained, Limits},
    metrics::Metrics,
    signals::shutdown_signal,
};
use tokio::net::TcpListener;

pub use app::app;
pub use config::Config;

/// Serves until a signal, then answers what is in hand. Fails where a port is taken or threads cannot be had.
pub async fn run(config: Config) -> Result<Drained, Box<dyn std::error::Error>> {
    let Config { service, port, admin_port, max_queue, request_timeout_ms } = config;
    let metrics = Metrics::install(env!("CARGO_PKG_VERSION"), &service.commit)?;
    describe_histogram!("http_request_duration_seconds", "From request to answer");
    let settings =
        PoolSettings { threads: service.threads.into(), nice: service.compute_nice, max_tasks: max_queue as usize };
    let pool = Arc::new(ComputePool::new(service.kernel, settings)?);
    let listener = bind(service.host, port).await?;
    let admin_listener = bind(service.host, admin_port).await?;
    // Port 0 asks for any free one.
    let (port, admin_port) = (listener.local_addr()?.port(), admin_listener.local_addr()?.port());

    let signal = shutdown_signal()?;
    let draining = Arc::new(AtomicBool::new(false));
    let ready = {
        let draining = draining.clone();
        move || if draining.load(Relaxed) { Err("shutting down".to_owned()) } else { Ok(()) }
    };
    let shutdown = async move {
        signal.await;
        draining.store(true, Relaxed);
        tracing::info!("draining");
    };
    let limits = Limits { drain_timeout: Duration::from_millis(service.shutdown_timeout_ms), ..Limits::default() };
    let app = app(pool, Duration::from_millis(request_timeout_ms));
    tracing::info!(port, admin_port, kernel = service.kernel.name(), threads = service.threads, "listening");

    // The admin port answers to the last: it is where draining can be watched.
    tokio::select! {
        drained = http::serve(listener, app, limits, shutdown) => Ok(drained),
        () = admin::serve(admin_listener, metrics, ready, future::pending()) => Ok(Drained::Fully),
    }
}

async fn bind(host: std::net::IpAddr, port: u16) -> Result<TcpListener, String> {
    TcpListener::bind((host, port)).await.map_err(|error| format!("cannot listen on {host}:{port}: {error}"))
}
