//! The routes.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use rust_service::compute::{ComputePool, Computed};
use tokio::time::{Instant, timeout_at};
use tower_http::catch_panic::CatchPanicLayer;
use workload::{MAX_SIZE_DIRECT, Task};

use crate::{
    error::{Code, Problem},
    observe::observe,
};

/// A task is some 60 bytes.
const BODY_LIMIT_BYTES: usize = 16_384;

/// What the routes share.
#[derive(Clone)]
struct Service {
    pool: Arc<ComputePool>,
    request_timeout: Duration,
}

/// The service without its listener: `POST /compute` on `pool`, each request within `request_timeout`.
pub fn app(pool: Arc<ComputePool>, request_timeout: Duration) -> Router {
    Router::new()
        .route("/compute", post(compute))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed, "this resource takes POST"))
        .fallback(async || Problem::new(Code::NotFound, "no such resource"))
        .with_state(Service { pool, request_timeout })
        .layer(middleware::from_fn(refuse_cross_site))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(middleware::from_fn(observe))
}

/// A page can make a browser send `POST` without a body to loopback, which is the default task. That browser says so
/// (Fetch Metadata, W3C); nothing here is for other sites.
async fn refuse_cross_site(request: Request, next: Next) -> Result<Response, Problem> {
    if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Problem::new(Code::Forbidden, "pages of other sites may not ask for this"));
    }
    Ok(next.run(request).await)
}

/// When the caller goes, this future is dropped, and with it the chunks that have not started.
async fn compute(State(service): State<Service>, request: Request) -> Result<Json<Computed>, Problem> {
    let deadline = Instant::now() + service.request_timeout;
    let late = |code, detail| move |_| Problem::new(code, detail).with_limit("REQUEST_TIMEOUT_MS");

    let (head, body) = request.into_parts();
    let json = timeout_at(deadline, read(&head.headers, body))
        .await
        .map_err(late(Code::RequestTimeout, "the body did not arrive in time"))??;
    let task = Task::from_json(&json, MAX_SIZE_DIRECT)?;
    let submitted = service.pool.submit(&task)?;
    let computed =
        timeout_at(deadline, submitted).await.map_err(late(Code::UpstreamLate, "the task was not done in time"))??;
    Ok(Json(computed))
}

/// The body; none at all stands for the default task, as at the gateway.
async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::from_static(b"{}"));
    }
    if !is_json(headers) {
        return Err(Problem::new(Code::UnsupportedType, "the body must be application/json"));
    }
    match Limited::new(body, BODY_LIMIT_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::new(Code::TooLarge, format!("the body must not exceed {BODY_LIMIT_BYTES} bytes")))
        }
        Err(_) => Err(Problem::new(Code::InvalidTask, "the body ended early")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
