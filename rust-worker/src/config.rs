use clap::{Parser, value_parser};
use rust_service::settings::ServiceSettings;

use crate::{CaFile, RedisUrl, redis_url::connection_options};

/// Takes jobs from the queue and computes them.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Config {
    /// What every Rust service has.
    #[command(flatten)]
    pub service: ServiceSettings,
    /// Port for metrics and health
    #[arg(long, env, default_value_t = 9466)]
    pub admin_port: u16,
    /// Where the queue is: redis[s]://[[user]:password@]host[:port][/database], user and password percent-encoded
    #[arg(long, env, default_value = "redis://127.0.0.1:6390")]
    pub redis_url: RedisUrl,
    /// Certificates (PEM) that the one of a rediss:// server is checked against; without it those that browsers trust
    #[arg(long, env)]
    pub redis_ca_file: Option<CaFile>,
    /// Jobs in hand at once; enough that the next one is there when a thread is free
    #[arg(long, env, default_value_t = 16, value_parser = value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,
    /// Jobs in hand besides those, where as many take long: smaller ones take turns with them
    #[arg(long, env, default_value_t = 256, value_parser = value_parser!(u16).range(0..=1024))]
    pub max_long_jobs: u16,
    /// How long a job is ours without renewal, in milliseconds: after a crash others wait as long
    #[arg(long, env, default_value_t = 3_000, value_parser = value_parser!(u64).range(500..=600_000))]
    pub lock_ms: u64,
    /// How often to look for jobs whose worker died, in milliseconds
    #[arg(long, env, default_value_t = 500, value_parser = value_parser!(u64).range(100..=600_000))]
    pub stalled_check_ms: u64,
}

impl Config {
    /// What is wrong between settings that are right alone.
    pub fn problems(&self) -> Vec<String> {
        connection_options(&self.redis_url, self.redis_ca_file.as_ref()).err().into_iter().collect()
    }
}
