//! The program: settings, log, runtime, [`run`], exit code.

use std::process::ExitCode;

use rust_microservice::{Config, run};
use rust_service::{healthcheck, http::Drained, logging, settings};

/// A request costs this side some 25 us, and each further thread adds wake-ups to that: the cores are for the compute
/// threads.
const IO_THREADS: usize = 1;

fn main() -> ExitCode {
    let config = settings::read_together_or_exit(Config::problems);
    if config.service.healthcheck {
        return healthcheck::run(config.admin_port);
    }
    logging::init("rust-microservice", config.service.log_level);

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(IO_THREADS).enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(config))) {
        Ok(Drained::Fully) => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        Ok(Drained::CutOff) => {
            tracing::warn!(limit = "SHUTDOWN_TIMEOUT_MS", "stopped with requests unanswered");
            ExitCode::FAILURE
        }
        Err(error) => {
            tracing::error!(%error, "cannot start");
            ExitCode::FAILURE
        }
    }
}
