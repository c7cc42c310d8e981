//! A bounded HTTP server. axum's own `serve` has no limit on the time a head may take, on connections or on draining.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore, time};

/// What one server bears.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections; more wait in the kernel's backlog.
    pub max_connections: usize,
    /// For a request's head to arrive, and for a kept connection to idle. Longer than the 4 s after which undici lets
    /// go of an idle connection, so that none is closed while a request is on its way.
    pub header_timeout: Duration,
    /// From the shutdown until what is in hand is cut off.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_connections: 4_096, header_timeout: Duration::from_secs(10), drain_timeout: Duration::from_secs(1) }
    }
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request was answered.
    Fully,
    /// Some were cut off by the drain timeout.
    CutOff,
}

/// Connections are at the process's limit, or one was gone before it was taken: neither may spin nor end the server.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A request's head; a task's body has its own limit.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// Serves `router` until `shutdown`, then answers what is in hand.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Drained {
    let connections = GracefulShutdown::new();
    let accept_all = accept(listener, router, limits, &connections);
    tokio::select! {
        never = accept_all => match never {},
        () = shutdown => (),
    }
    match time::timeout(limits.drain_timeout, connections.shutdown()).await {
        Ok(()) => Drained::Fully,
        Err(_) => Drained::CutOff,
    }
}

async fn accept(listener: TcpListener, router: Router, limits: Limits, connections: &GracefulShutdown) -> Infallible {
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    loop {
        let slot = slots.clone().acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small and awaited: they must not linger for more.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // Callers may go at any time.
            let _ = connection.await;
            drop(slot);
        });
    }
}
