//! `POST /compute` as `workloads/count/README.md` and the shared schemas describe it, over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use serde_json::{Value, json};
use support::{TestService, assert_valid, problem};
use workload::vectors::{CHECKED_IN, Vector};

#[tokio::test]
async fn every_vector() {
    let service = TestService::start().await;
    for Vector { ops, chunks, seed, checksum } in serde_json::from_str::<Vec<Vector>>(CHECKED_IN).unwrap() {
        let task = json!({ "ops": ops, "chunks": chunks, "seed": seed });
        let response = service.post(&task.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 200, "{task}");
        let body: Value = response.json().await.unwrap();
        assert_valid("computed", &body);
        assert_eq!((&body["checksum"], &body["count"]), (&json!(checksum), &json!(ops)), "{task}");
    }
}

#[tokio::test]
async fn nothing_asked_for_is_the_default_task() {
    let service = TestService::start().await;
    let without_body = service.client.post(service.url("/compute"));
    for request in [service.post("{}"), service.post(r#"{"ops":2e7,"seed":0.0}"#), without_body] {
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!((&body["checksum"], &body["count"]), (&json!("f0e409d1"), &json!(20_000_000)));
    }
}

#[tokio::test]
async fn a_bad_task_is_refused_with_every_wrong_field() {
    let service = TestService::start().await;
    let fields = async |body: &str| {
        let response = service.post(body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let problem = problem(response).await;
        assert_eq!(problem["code"], "invalid_task");
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.into_iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for ops in ["0", "-1", "1.5", "1e30", "\"abc\"", "\"1\"", "null", "2000000001"] {
        assert_eq!(fields(&format!(r#"{{"ops":{ops}}}"#)).await, ["ops"]);
    }
    assert_eq!(fields(r#"{"ops":0,"chunks":65,"seed":-1,"sed":1}"#).await, ["sed", "ops", "chunks", "seed"]);
    assert_eq!(fields(r#"{"ops":1,"ops":1}"#).await, ["ops"]);
    assert_eq!(fields(r#"{"ops":7,"chunks":8}"#).await, ["chunks"]);
    for broken in ["{", "[]", "1", "null", "\u{0}", r#"{"ops":1}x"#] {
        assert!(fields(broken).await.is_empty());
    }
}

#[tokio::test]
async fn other_requests_are_refused_by_their_own_code() {
    let service = TestService::start().await;
    let refused = async |request: reqwest::RequestBuilder| {
        let problem = problem(request.send().await.unwrap()).await;
        (problem["status"].as_u64().unwrap(), problem["code"].as_str().unwrap().to_owned())
    };
    let compute = service.url("/compute");
    let as_text = service.client.post(&compute).header("content-type", "text/plain").body("{}");
    assert_eq!(refused(service.client.get(&compute)).await, (405, "method_not_allowed".into()));
    assert_eq!(refused(service.client.get(service.url("/"))).await, (404, "not_found".into()));
    assert_eq!(refused(service.client.post(&compute).body("{}")).await, (415, "unsupported_type".into()));
    let of_a_page = |site| service.client.post(&compute).header("sec-fetch-site", site);
    assert_eq!(refused(of_a_page("cross-site")).await, (403, "forbidden".into()));
    assert_eq!(of_a_page("same-site").send().await.unwrap().status(), 200);
    assert_eq!(refused(as_text).await, (415, "unsupported_type".into()));
    assert_eq!(refused(service.post(&" ".repeat(16_385))).await, (413, "too_large".into()));

    let get = service.client.get(&compute).send().await.unwrap();
    assert_eq!(get.headers()["allow"], "POST");
    let padded = format!("{:16384}", "{\"ops\":1}");
    assert_eq!(service.post(&padded).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_request_id_comes_back_where_it_is_a_sane_one() {
    let service = TestService::start().await;
    let longest = "a".repeat(64);
    for id in ["A.b_c-9", &longest] {
        let response = service.post(r#"{"ops":1}"#).header("x-request-id", id).send().await.unwrap();
        assert_eq!(response.headers()["x-request-id"], id);
    }
    let too_long = "a".repeat(65);
    for id in ["", "a b", "a\tb", &too_long] {
        let response = service.post("{").header("x-request-id", id).send().await.unwrap();
        assert_eq!(problem(response).await["requestId"].as_str().unwrap().len(), 36, "a fresh UUID");
    }
}
