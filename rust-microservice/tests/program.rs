//! The program itself: settings, health check, logs, signals, exit codes.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    io::{BufRead, BufReader, Lines, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rust-microservice"));
    command.env_clear();
    command
}

#[test]
fn every_bad_setting_is_listed() {
    let bad = [
        ("HOST", "nowhere"),
        ("PORT", "x"),
        ("ADMIN_PORT", "65536"),
        ("LOG_LEVEL", "loud"),
        ("THREADS", "0"),
        ("KERNEL", "fast"),
        ("COMPUTE_NICE", "20"),
        ("MAX_QUEUE", "1.5"),
        ("REQUEST_TIMEOUT_MS", ""),
        ("SHUTDOWN_TIMEOUT_MS", "-1"),
    ];
    let output = program().envs(bad).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for (variable, value) in bad {
        assert!(text.contains(&format!("  {variable}: '{value}': ")), "{variable} is missing in:\n{text}");
    }
    assert_eq!(text.lines().count(), bad.len() + 1, "{text}");

    let checked = program().arg("--check").envs(bad).output().unwrap();
    let lines = text.lines().skip(1).map(str::trim_start).collect::<Vec<_>>();
    assert_eq!(String::from_utf8(checked.stderr).unwrap().lines().collect::<Vec<_>>(), lines);
    assert_eq!((checked.status.code(), checked.stdout.len()), (Some(1), 0));
}

#[test]
fn a_check_does_nothing_else() {
    let right = program().arg("--check").env("KERNEL", "scalar").output().unwrap();
    assert_eq!((right.status.code(), right.stdout.len(), right.stderr.len()), (Some(0), 0, 0));
    let together = program().arg("--check").envs([("PORT", "4000"), ("ADMIN_PORT", "4000")]).output().unwrap();
    assert_eq!(together.status.code(), Some(1));
    assert_eq!(String::from_utf8(together.stderr).unwrap(), "ADMIN_PORT: '4000': must be another than PORT\n");
}

#[test]
fn a_taken_port_is_said_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for ports in [[("PORT", port.as_str()), ("ADMIN_PORT", "0")], [("PORT", "0"), ("ADMIN_PORT", port.as_str())]] {
        let output = program().envs(ports).output().unwrap();
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(line["error"].as_str().unwrap().contains(&format!("127.0.0.1:{port}")), "{line}");
    }
}

#[test]
fn it_is_healthy_until_a_signal_and_then_exits_with_0() {
    let mut service = Service::start();
    let port = service.line("listening")["admin_port"].to_string();
    let health = |port: &str| program().arg("--healthcheck").env("ADMIN_PORT", port).status().unwrap().code();
    assert_eq!(health(&port), Some(0));

    service.terminate();
    let stopped = service.line("stopped");
    assert_eq!((&stopped["level"], &stopped["service"]), (&"info".into(), &"rust-microservice".into()));
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
    assert_eq!(health(&port), Some(1));
}

#[test]
fn log_lines_carry_the_request_id() {
    let mut service = Service::start();
    let port = service.line("listening")["port"].as_u64().unwrap() as u16;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-request-id: from-afar\r\n\r\n").unwrap();
    let line = service.line("request");
    assert_eq!(
        (&line["requestId"], &line["status"], &line["level"]),
        (&"from-afar".into(), &404.into(), &"info".into())
    );
    assert!(line["time"].as_str().unwrap().ends_with('Z'));
}

struct Service {
    child: Child,
    log: Lines<BufReader<ChildStdout>>,
}

impl Service {
    fn start() -> Self {
        let ports = [("PORT", "0"), ("ADMIN_PORT", "0")];
        let mut child = program().envs(ports).stdout(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, log }
    }

    /// The next log line with this `msg`.
    fn line(&mut self, msg: &str) -> Value {
        let lines = self.log.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.into_iter().find(|line| line["msg"] == msg).unwrap_or_else(|| panic!("no line says {msg}"))
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
