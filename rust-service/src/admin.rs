//! The admin port: `/metrics`, `/healthz`, `/readyz`. Never for callers.

use std::time::Duration;

use axum::{
    Json, Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use serde_json::json;
use tokio::{net::TcpListener, time};

use crate::{
    http::{self, Limits},
    metrics::Metrics,
};

const FOLD_EVERY: Duration = Duration::from_secs(5);

/// Serves the admin port until `shutdown`. `ready` says what stands in the way of work, if anything does.
pub async fn serve(
    listener: TcpListener,
    metrics: Metrics,
    ready: impl Fn() -> Result<(), String> + Clone + Send + Sync + 'static,
    shutdown: impl Future<Output = ()>,
) {
    let rendered = metrics.clone();
    let router = Router::new()
        .route("/healthz", get(async || Json(json!({ "status": "up" }))))
        .route(
            "/readyz",
            get(async move || match ready() {
                Ok(()) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
                Err(reason) => {
                    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready", "detail": reason })))
                }
            }),
        )
        .route("/metrics", get(async move || ([(CONTENT_TYPE, "text/plain; version=0.0.4")], rendered.render())));

    let fold = async {
        let mut interval = time::interval(FOLD_EVERY);
        loop {
            interval.tick().await;
            metrics.fold();
        }
    };
    tokio::select! {
        _ = http::serve(listener, router, Limits { max_connections: 64, ..Limits::default() }, shutdown) => (),
        () = fold => (),
    }
}
