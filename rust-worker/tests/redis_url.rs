//! `REDIS_URL`, as the gateway reads it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::process::Command;

use rust_worker::RedisUrl;
use serde::Deserialize;

#[derive(Deserialize)]
struct Urls {
    accepted: Vec<(String, String)>,
    refused: Vec<(String, String)>,
}

fn urls() -> Urls {
    serde_json::from_str(include_str!("../../gateway/test/redis-urls.json")).unwrap()
}

#[test]
fn what_the_gateway_accepts_is_accepted() {
    for (url, name) in urls().accepted {
        assert_eq!(url.parse::<RedisUrl>().map(|url| url.name()), Ok(name), "{url}");
    }
}

#[test]
fn what_the_gateway_refuses_is_refused_for_the_same_reason() {
    for (url, reason) in urls().refused {
        let refused = url.parse::<RedisUrl>().expect_err(&url);
        assert!(refused.contains(&reason), "{url}: {refused}");
    }
}

#[test]
fn a_refused_url_is_shown_without_its_password() {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_rust-worker"));
    let output = worker.env_clear().env("REDIS_URL", "redis://user:se@cret@redis/x").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("  REDIS_URL: 'redis://***@redis/x': the path must be"), "{text}");
}

#[test]
fn certificates_are_read_before_anything_starts() {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_rust-worker"));
    let output = worker.env_clear().env("REDIS_CA_FILE", file!()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("  REDIS_CA_FILE: "), "{text}");
}
