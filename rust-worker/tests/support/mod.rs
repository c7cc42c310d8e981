//! A Redis of the test's own, the queue as the gateway sees it, and workers as processes.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(dead_code, reason = "every test file is a program of its own and uses its part")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Lines},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{self, Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use bullmq::{Job, JobOptions, JobState, Queue, QueueOptions, options::RedisConnectionOptions};
use serde_json::{Value, json};

/// For hangs, not for timing.
const LIMIT: Duration = Duration::from_secs(40);

/// Waits until `condition` yields something.
pub async fn until<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Free a moment ago, and below what systems take for outgoing connections: one of those could otherwise have it while
/// what listens there is started again. The range is apart from those of the other tests.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let place = process::id().wrapping_add(NEXT.fetch_add(1, Relaxed)) % 1_000;
        let port = 22_000 + u16::try_from(place).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

pub struct Redis {
    child: Child,
    dir: PathBuf,
    port: u16,
}

impl Redis {
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("heavy-lifter-worker-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        // In memory where that is a folder: each job waits for a write, and a disk may be busy with somebody's build.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { memory.join(name) } else { env::temp_dir().join(name) };
        fs::create_dir_all(&dir).unwrap();
        let port = free_port();
        let child = Self::spawn(&dir, port);
        Self { child, dir, port }
    }

    fn spawn(dir: &PathBuf, port: u16) -> Child {
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../compose/redis.conf");
        let mut command = Command::new("redis-server");
        command.arg(config).args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--dir"]).arg(dir);
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port with the same data.
    pub fn restart(&mut self) {
        self.child = Self::spawn(&self.dir, self.port);
    }

    /// The queue as the gateway fills it.
    pub async fn queue(&self) -> Queue {
        until("Redis answers", async || {
            let connection = RedisConnectionOptions::new().url(self.url());
            let default_job_options = JobOptions::new().attempts(3);
            let options = QueueOptions { connection, default_job_options, ..QueueOptions::default() };
            let queue = Queue::with_options("tasks", options).await.ok()?;
            queue.get_job("none").await.is_ok().then_some(queue)
        })
        .await
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

pub fn data(ops: u64, chunks: u32, seed: u32) -> Value {
    json!({ "v": 1, "ops": ops, "chunks": chunks, "seed": seed, "requestId": "test" })
}

pub async fn add(queue: &Queue, data: Value) -> String {
    queue.add("compute", data).await.unwrap().id().to_owned()
}

pub async fn in_state(queue: &Queue, id: &str, state: JobState) -> Job {
    until(&format!("job {id} is {}", state.as_str()), async || {
        let job = queue.get_job(id).await.ok()??;
        if job.get_state().await.ok()? != state {
            return None;
        }
        // What was read before the state may be older than it.
        queue.get_job(id).await.ok()?
    })
    .await
}

pub fn result(job: &Job) -> Value {
    serde_json::from_str(job.returnvalue()).unwrap()
}

pub struct WorkerProcess {
    pub child: Child,
    log: Lines<BufReader<ChildStdout>>,
    admin_port: u16,
}

impl WorkerProcess {
    pub fn start(redis: &Redis, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rust-worker"));
        command.env_clear().env("REDIS_URL", redis.url()).env("ADMIN_PORT", "0").env("THREADS", "1");
        let mut child = command.envs(settings.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut worker = Self { child, log, admin_port: 0 };
        worker.admin_port = worker.line("working")["admin_port"].as_u64().unwrap() as u16;
        worker
    }

    /// The next log line with this `msg`.
    pub fn line(&mut self, msg: &str) -> Value {
        let lines = self.log.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.into_iter().find(|line| line["msg"] == msg).unwrap_or_else(|| panic!("no line says {msg}"))
    }

    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let answer = reqwest::get(format!("http://127.0.0.1:{}{path}", self.admin_port)).await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    pub async fn until_ready(&self, expected: u16) {
        until(&format!("/readyz answers {expected}"), async || {
            self.get("/readyz").await.filter(|(status, _)| *status == expected)
        })
        .await;
    }

    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; returns its exit code.
    pub fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
