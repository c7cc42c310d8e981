//! What a caller is told when it gets no result: RFC 9457 problems with a stable `code`.

use std::ops::RangeInclusive;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_service::compute::{ComputeError, Overloaded};
use serde::Serialize;
use workload::{FieldError, TaskError};

/// The stable codes; callers may rely on them, not on texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Code {
    InvalidTask,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    TooLarge,
    UnsupportedType,
    Internal,
    Overloaded,
    UpstreamLate,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidTask => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::UpstreamLate => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// An error whose text the caller may read.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    limit: Option<&'static str>,
}

impl Problem {
    /// A problem without particulars.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), limit: None }
    }

    /// What an unexpected error looks like from outside.
    pub fn internal() -> Self {
        Self::new(Code::Internal, "an internal error; the log has it under this requestId")
    }

    /// Names the setting whose bound refused the request.
    pub fn with_limit(self, setting: &'static str) -> Self {
        Self { limit: Some(setting), ..self }
    }

    /// The answer's body, once it is known whose request it was.
    pub(crate) fn document(&self, request_id: &str) -> Result<Body, serde_json::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Document<'a> {
            r#type: &'static str,
            title: &'a str,
            status: u16,
            code: Code,
            detail: &'a str,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            errors: &'a [FieldError],
            #[serde(skip_serializing_if = "Option::is_none")]
            limit: Option<&'static str>,
            request_id: &'a str,
        }

        let status = self.code.status();
        let document = Document {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: self.code,
            detail: &self.detail,
            errors: &self.errors,
            limit: self.limit,
            request_id,
        };
        serde_json::to_vec(&document).map(Body::from)
    }
}

/// Not the same for all: told the same second they would come back together.
const RETRY_AFTER_S: RangeInclusive<u16> = 1..=5;

/// The status and headers; the body is written by `observe`, which knows the request id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == Code::Overloaded {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(fastrand::u16(RETRY_AFTER_S)));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<TaskError> for Problem {
    fn from(error: TaskError) -> Self {
        let detail = error.to_string();
        match error {
            TaskError::Malformed(_) => Self::new(Code::InvalidTask, format!("the body is not a JSON object: {detail}")),
            TaskError::Fields(errors) => Self { errors, ..Self::new(Code::InvalidTask, detail) },
        }
    }
}

impl From<Overloaded> for Problem {
    fn from(error: Overloaded) -> Self {
        Self::new(Code::Overloaded, error.to_string()).with_limit("MAX_QUEUE")
    }
}

/// Neither is the caller's doing. The panic itself was logged where it happened.
impl From<ComputeError> for Problem {
    fn from(_: ComputeError) -> Self {
        Self::internal()
    }
}
