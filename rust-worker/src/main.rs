//! The program: settings, log, runtime, [`run`], exit code.

use std::process::ExitCode;

use rust_service::{healthcheck, logging, settings};
use rust_worker::{Config, run};

/// Taking, renewing and finishing jobs is little work; the cores are for the compute threads, whose priority is lower.
const IO_THREADS: usize = 1;

fn main() -> ExitCode {
    let config: Config = settings::read_together_or_exit(Config::problems);
    if config.service.healthcheck {
        return healthcheck::run(config.admin_port);
    }
    logging::init("rust-worker", config.service.log_level);
    // Which cryptography `rediss://` uses; it can only be installed already, and then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(IO_THREADS).enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(config))) {
        Ok(()) => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "cannot start");
            ExitCode::FAILURE
        }
    }
}
