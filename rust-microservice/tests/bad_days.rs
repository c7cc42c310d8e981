//! Overload, callers that go, panics, slowness, shutdown.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::{io, sync::Arc, time::Duration};

use rust_service::http::{Drained, Limits};
use serde_json::Value;
use support::{Gate, METRICS, Options, TestService, problem, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Long enough for a busy machine to begin what is then given up.
const SHORT: Duration = Duration::from_millis(500);
const TASK: &str = r#"{"ops":8,"chunks":8}"#;

async fn gated(options: Options) -> (TestService, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let held = gate.clone();
    let service = TestService::with(options, move |task, range| {
        let seed = task.seed;
        held.pass();
        workload::compute(workload::Kernel::detect(), seed, range)
    })
    .await;
    (service, gate)
}

#[tokio::test]
async fn one_task_too_many_is_refused_and_the_others_are_answered() {
    let (service, gate) = gated(Options { max_tasks: 2, ..Options::default() }).await;
    let taken = [service.posted(TASK), service.posted(TASK)];
    until(async || service.pool.tasks_in_hand() == 2).await;

    let mut times = [0; 6];
    let refused = loop {
        let refused = service.post(TASK).send().await.unwrap();
        let seconds: usize = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert_eq!((refused.status().as_u16(), (1..=5).contains(&seconds)), (503, true));
        times[seconds] += 1;
        if times[1..].iter().all(|&times| times > 0) {
            break refused;
        }
        assert!(times.iter().sum::<u32>() < 1_000, "all are told to come back together: {times:?}");
    };
    let problem = problem(refused).await;
    assert_eq!((&problem["code"], &problem["limit"]), (&"overloaded".into(), &"MAX_QUEUE".into()));

    gate.open();
    for request in taken {
        assert_eq!(request.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(service.post(TASK).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_caller_that_goes_takes_its_unstarted_chunks_along() {
    let (service, gate) = gated(Options::default()).await;
    let request = service.posted(TASK);
    until(async || gate.arrivals() == 1).await;
    request.abort();
    until(async || METRICS.render().contains(r#"route="/compute",status_code="499"} 1"#)).await;
    gate.open();
    until(async || service.pool.tasks_in_hand() == 0).await;
    assert_eq!(gate.arrivals(), 1);
}

#[tokio::test]
async fn a_panic_in_the_kernel_is_an_internal_problem_and_nothing_else() {
    let service = TestService::with(Options::default(), |task, _| {
        let seed = task.seed;
        assert_ne!(seed, 13, "the secret cause");
        seed
    })
    .await;
    let response = service.post(r#"{"ops":8,"seed":13}"#).send().await.unwrap();
    assert_eq!(response.status(), 500);
    let problem = problem(response).await;
    assert_eq!(problem["code"], "internal");
    assert!(!problem.to_string().contains("secret"));

    let body: Value = service.post(r#"{"ops":1,"seed":7}"#).send().await.unwrap().json().await.unwrap();
    assert_eq!(body["checksum"], "00000007");
}

#[tokio::test]
async fn a_task_that_takes_too_long_is_given_up() {
    let (service, gate) = gated(Options { request_timeout: SHORT, ..Options::default() }).await;
    let response = service.post(TASK).send().await.unwrap();
    assert_eq!(response.status(), 504);
    let problem = problem(response).await;
    assert_eq!((&problem["code"], &problem["limit"]), (&"upstream_late".into(), &"REQUEST_TIMEOUT_MS".into()));
    gate.open();
    until(async || service.pool.tasks_in_hand() == 0).await;
    assert_eq!(gate.arrivals(), 1);
}

#[tokio::test]
async fn slow_heads_and_bodies_are_cut_off() {
    let limits = Limits { header_timeout: SHORT, ..Limits::default() };
    let (service, _) = gated(Options { request_timeout: SHORT, limits, ..Options::default() }).await;

    assert_eq!(answer_to(&service, "POST /compute HTTP/1.1\r\nhost: x\r\n").await, "");

    let body_missing =
        "POST /compute HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    let answer = answer_to(&service, body_missing).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains(r#""code":"request_timeout""#), "{answer}");
}

/// All that comes back until the service closes the connection.
async fn answer_to(service: &TestService, request: &str) -> String {
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8(answer).unwrap(),
    }
}

#[tokio::test]
async fn shutdown_finishes_what_is_in_hand_and_takes_nothing_more() {
    let (service, gate) = gated(Options::default()).await;
    let in_hand = service.posted(TASK);
    until(async || gate.arrivals() == 1).await;

    service.stop.send(()).unwrap();
    until(async || TcpStream::connect(service.address).await.is_err()).await;
    gate.open();
    assert_eq!(in_hand.await.unwrap().unwrap().status(), 200);
    assert_eq!(service.served.await.unwrap(), Drained::Fully);
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let limits = Limits { drain_timeout: SHORT, ..Limits::default() };
    let (service, gate) = gated(Options { limits, ..Options::default() }).await;
    let _in_hand = service.posted(TASK);
    until(async || gate.arrivals() == 1).await;
    service.stop.send(()).unwrap();
    assert_eq!(service.served.await.unwrap(), Drained::CutOff);
    gate.open();
}
