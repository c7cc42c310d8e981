//! Around every request: its id, a log line, an observation.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics::histogram;
use tracing::{Instrument, error_span};
use uuid::Uuid;

use crate::error::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// nginx's number for a caller that went away before its answer; only seen in logs and metrics.
const CLIENT_CLOSED_REQUEST: u16 = 499;

/// The outermost layer: everything inside runs in a span that carries the request id.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let request_id = request_id(request.headers().get(&REQUEST_ID));
    // At the level of errors, or their lines would lose the id where nothing below is logged.
    let span = error_span!("request", requestId = %request_id);
    let mut observation = Observation::of(&request);
    async {
        let mut response = next.run(request).await;
        observation.status = response.status().as_u16();
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            match problem.document(&request_id) {
                Ok(body) => *response.body_mut() = body,
                Err(error) => {
                    tracing::error!(%error, "a problem cannot be written");
                    response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                }
            }
        }
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        drop(observation);
        response
    }
    .instrument(span)
    .await
}

/// The caller's id where it is a sane one, else a fresh one.
fn request_id(header: Option<&HeaderValue>) -> String {
    let sane = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let given = header.and_then(|value| value.to_str().ok()).filter(sane);
    given.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

/// Recorded when it is dropped, which is also how a handler ends whose caller has gone.
struct Observation {
    started_at: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    status: u16,
}

impl Observation {
    fn of(request: &Request) -> Self {
        Self {
            started_at: Instant::now(),
            method: method_label(request.method()),
            route: request.extensions().get().cloned(),
            status: CLIENT_CLOSED_REQUEST,
        }
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let Self { method, status, .. } = *self;
        let elapsed = self.started_at.elapsed();
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str);
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status_code", status.to_string())];
        histogram!("http_request_duration_seconds", &labels).record(elapsed);

        let ms = elapsed.as_secs_f64() * 1000.0;
        // A line for each success would cost throughput at some thousand requests a second.
        match status {
            ..300 => tracing::debug!(method, route, status, ms, "request"),
            ..500 | 503 => tracing::info!(method, route, status, ms, "request"),
            _ => tracing::error!(method, route, status, ms, "request"),
        }
    }
}

/// Callers may invent methods, but not labels.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
