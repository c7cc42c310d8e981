//! Settings from the environment, described once: as a clap struct.

use std::{env, net::IpAddr, num::NonZero, process, str::FromStr, thread};

use clap::{Command, Parser, error::ContextKind, value_parser};
use tracing::level_filters::LevelFilter;
use workload::Kernel;

/// The settings that every Rust service has.
#[derive(Clone, Debug, clap::Args)]
pub struct ServiceSettings {
    /// Address to listen on
    #[arg(long, env, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// trace, debug, info, warn, error or silent
    #[arg(long, env, default_value = "info")]
    pub log_level: LogLevel,
    /// Compute threads; by default one for every core this process may use
    #[arg(long, env, default_value_t = available_cores(), value_parser = value_parser!(u16).range(1..=1024))]
    pub threads: u16,
    /// Form of the kernel: auto, scalar, sse2, avx2, avx512 or neon
    #[arg(long, env, default_value = "auto")]
    pub kernel: Kernel,
    /// Nice value of compute threads (Linux), so that accepting and renewing come first
    #[arg(long, env, default_value_t = 19, value_parser = value_parser!(u8).range(0..=19))]
    pub compute_nice: u8,
    /// Longest time from SIGTERM to exit, in milliseconds
    #[arg(long, env, default_value_t = 15_000, value_parser = value_parser!(u64).range(100..=600_000))]
    pub shutdown_timeout_ms: u64,
    /// The commit this was built from, for build_info
    #[arg(long, env, default_value = "unknown")]
    pub commit: String,
    /// Ask the running service's admin port whether it lives: exit 0 or 1
    #[arg(long)]
    pub healthcheck: bool,
    /// Read the settings and do nothing else: a line for each that is wrong, exit 0 or 1
    #[arg(long)]
    pub check: bool,
}

fn available_cores() -> u16 {
    thread::available_parallelism()
        .map_or(1, |cores| cores.min(NonZero::<usize>::MIN.saturating_add(1023)).get() as u16)
}

/// The least severe events that are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLevel(pub LevelFilter);

impl FromStr for LogLevel {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(Self(match name {
            "trace" => LevelFilter::TRACE,
            "debug" => LevelFilter::DEBUG,
            "info" => LevelFilter::INFO,
            "warn" => LevelFilter::WARN,
            "error" => LevelFilter::ERROR,
            "silent" => LevelFilter::OFF,
            _ => return Err("must be one of trace, debug, info, warn, error, silent"),
        }))
    }
}

/// Reads flags and environment, or prints every problem and ends the process with 1; with `--check` it ends it anyway.
pub fn read_or_exit<S: Parser>() -> S {
    read_together_or_exit(|_| Vec::new())
}

/// The same, with what is wrong between settings that are right alone: a line each, the variable's name in front.
pub fn read_together_or_exit<S: Parser>(together: impl FnOnce(&S) -> Vec<String>) -> S {
    // Asked of the words themselves, as settings that are wrong cannot be parsed.
    let only_check = env::args().any(|word| word == "--check");
    let refuse = |problems: Vec<String>| {
        match (problems.is_empty(), only_check) {
            (true, _) => return,
            (false, true) => eprintln!("{}", problems.join("\n")),
            (false, false) => eprintln!("bad configuration:\n  {}", problems.join("\n  ")),
        }
        process::exit(1)
    };
    refuse(environment_problems(&S::command()));
    let settings = S::try_parse().unwrap_or_else(|error| {
        // What goes to stdout is the help that was asked for.
        let code = i32::from(error.use_stderr());
        let _ = error.print();
        process::exit(code)
    });
    refuse(together(&settings));
    if only_check {
        process::exit(0)
    }
    settings
}

/// A URL as it may be shown: whatever stands between `//` and the last `@` is its reader's business.
fn without_password(value: &str) -> String {
    match (value.split_once("//"), value.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}//***@{host}"),
        _ => value.to_owned(),
    }
}

/// One line for every variable that is wrong. clap itself stops at the first, so each is parsed alone.
fn environment_problems(command: &Command) -> Vec<String> {
    let problem = |arg: &clap::Arg| {
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        let alone = Command::new("alone").no_binary_name(true).arg(arg.clone());
        let error = alone.try_get_matches_from(None::<&str>).err()?;
        let value = error.get(ContextKind::InvalidValue).map(ToString::to_string).unwrap_or_default();
        let reason = std::error::Error::source(&error).map_or_else(|| error.kind().to_string(), ToString::to_string);
        Some(format!("{variable}: '{}': {reason}", without_password(&value)))
    };
    command.get_arguments().filter_map(problem).collect()
}
