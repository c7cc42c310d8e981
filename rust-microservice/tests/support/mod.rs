//! The service on a port of its own, computing with what a test hands it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(dead_code, reason = "every test file is a program of its own and uses its part")]

use std::{
    net::SocketAddr,
    ops::Range,
    sync::{Arc, Condvar, LazyLock, Mutex},
    time::Duration,
};

use jsonschema::Validator;
use reqwest::{Client, Response, header::CONTENT_TYPE};
use rust_microservice::app;
use rust_service::{
    compute::{ComputePool, PoolSettings},
    http::{Drained, Limits, serve},
    metrics::Metrics,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use workload::{Kernel, Part, Task};

/// One recorder a process, whatever the number of services.
pub static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics::install("test", "test").unwrap());

pub struct Options {
    pub threads: usize,
    pub max_tasks: usize,
    pub request_timeout: Duration,
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        let patient = Duration::from_secs(60);
        Self {
            threads: 1,
            max_tasks: 400,
            request_timeout: patient,
            limits: Limits { header_timeout: patient, drain_timeout: patient, ..Limits::default() },
        }
    }
}

pub struct TestService {
    pub address: SocketAddr,
    pub pool: Arc<ComputePool>,
    pub stop: oneshot::Sender<()>,
    pub served: JoinHandle<Drained>,
    pub client: Client,
}

impl TestService {
    pub async fn start() -> Self {
        Self::with(Options { threads: 2, ..Options::default() }, |task, range| {
            workload::run(Kernel::detect(), task, range)
        })
        .await
    }

    pub async fn with(options: Options, compute: impl Fn(&Task, Range<u64>) -> Part + Send + Sync + 'static) -> Self {
        LazyLock::force(&METRICS);
        let Options { threads, max_tasks, request_timeout, limits } = options;
        let settings = PoolSettings { threads, nice: 0, max_tasks };
        let pool = Arc::new(ComputePool::with_compute(Kernel::detect(), settings, compute).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let app = app(pool.clone(), request_timeout);
        let served = tokio::spawn(serve(listener, app, limits, async { stopped.await.unwrap_or_default() }));
        Self { address, pool, stop, served, client: Client::new() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn post(&self, body: &str) -> reqwest::RequestBuilder {
        self.client.post(self.url("/compute")).header(CONTENT_TYPE, "application/json").body(body.to_owned())
    }

    /// Posts in the background.
    pub fn posted(&self, body: &str) -> JoinHandle<reqwest::Result<Response>> {
        tokio::spawn(self.post(body).send())
    }
}

/// Holds the compute threads until it is opened, and counts who came.
#[derive(Default)]
pub struct Gate {
    state: Mutex<(bool, u64)>,
    opened: Condvar,
}

impl Gate {
    pub fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        drop(self.opened.wait_while(state, |(open, _)| !*open).unwrap());
    }

    pub fn open(&self) {
        self.state.lock().unwrap().0 = true;
        self.opened.notify_all();
    }

    pub fn arrivals(&self) -> u64 {
        self.state.lock().unwrap().1
    }
}

pub async fn until(condition: impl AsyncFn() -> bool) {
    while !condition().await {
        tokio::task::yield_now().await;
    }
}

/// Checks a body against one of the schemas that the gateway generates and both languages share.
pub fn assert_valid(schema: &str, body: &Value) {
    static COMPUTED: LazyLock<Validator> =
        LazyLock::new(|| validator(include_str!("../../../workloads/count/schemas/computed.schema.json")));
    static PROBLEM: LazyLock<Validator> =
        LazyLock::new(|| validator(include_str!("../../../workloads/count/schemas/problem.schema.json")));
    let validator = if schema == "computed" { &COMPUTED } else { &PROBLEM };
    let errors: Vec<_> = validator.iter_errors(body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{body} is no {schema}: {errors:?}");
}

fn validator(schema: &str) -> Validator {
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// The problem in a response, after everything that all problems have in common was checked.
pub async fn problem(response: Response) -> Value {
    let status = response.status();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    assert_valid("problem", &body);
    assert_eq!(body["status"], status.as_u16());
    assert_eq!(body["requestId"], request_id);
    body
}
