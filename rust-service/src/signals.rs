//! When to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Resolves with the first SIGINT or SIGTERM. Fails where the process cannot listen for them.
pub fn shutdown_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}
