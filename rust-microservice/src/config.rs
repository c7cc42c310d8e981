use clap::{Parser, value_parser};
use rust_service::settings::ServiceSettings;

/// Computes tasks that come over HTTP: POST /compute.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Config {
    /// What every Rust service has.
    #[command(flatten)]
    pub service: ServiceSettings,
    /// Port for tasks
    #[arg(long, env, default_value_t = 4000)]
    pub port: u16,
    /// Port for metrics and health
    #[arg(long, env, default_value_t = 9465)]
    pub admin_port: u16,
    /// Tasks in hand; one more is refused
    #[arg(long, env, default_value_t = 400, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub max_queue: u32,
    /// Longest time from a request's head to its answer, in milliseconds
    #[arg(long, env, default_value_t = 30_000, value_parser = value_parser!(u64).range(10..=3_600_000))]
    pub request_timeout_ms: u64,
}

impl Config {
    /// What is wrong between settings that are right alone.
    pub fn problems(&self) -> Vec<String> {
        // Port 0 is any that is free.
        let shared = self.port != 0 && self.port == self.admin_port;
        shared.then(|| format!("ADMIN_PORT: '{}': must be another than PORT", self.admin_port)).into_iter().collect()
    }
}
