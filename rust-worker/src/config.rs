use std::str::FromStr;

use clap::{Parser, value_parser};
use rust_service::settings::ServiceSettings;

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
    /// Where the queue is
    #[arg(long, env, default_value = "redis://127.0.0.1:6390")]
    pub redis_url: RedisUrl,
    /// Jobs in hand at once; enough that the next one is there when a thread is free
    #[arg(long, env, default_value_t = 16, value_parser = value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,
    /// How long a job is ours without renewal, in milliseconds: after a crash others wait as long
    #[arg(long, env, default_value_t = 3_000, value_parser = value_parser!(u64).range(500..=600_000))]
    pub lock_ms: u64,
    /// How often to look for jobs whose worker died, in milliseconds
    #[arg(long, env, default_value_t = 500, value_parser = value_parser!(u64).range(100..=600_000))]
    pub stalled_check_ms: u64,
}

/// The address of a Redis.
#[derive(Clone, Debug)]
pub struct RedisUrl(pub String);

impl FromStr for RedisUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let address = url.strip_prefix("redis://").or_else(|| url.strip_prefix("rediss://"));
        match address {
            Some(rest) if !rest.is_empty() => Ok(Self(url.to_owned())),
            _ => Err("must be a URL such as redis://127.0.0.1:6390"),
        }
    }
}
