//! `--healthcheck`: what a container asks instead of carrying curl.

use std::{error::Error, net::Ipv4Addr, process::ExitCode, time::Duration};

use http_body_util::Empty;
use hyper::{Request, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime, time};

const PATIENCE: Duration = Duration::from_secs(2);

/// Asks `/healthz` on this machine's `admin_port`; blocks for at most two seconds. Prints why it fails.
pub fn run(admin_port: u16) -> ExitCode {
    let asked = runtime::Builder::new_current_thread().enable_all().build().map_err(Into::into).and_then(|runtime| {
        runtime
            .block_on(async { time::timeout(PATIENCE, ask(admin_port)).await.unwrap_or_else(|late| Err(late.into())) })
    });
    match asked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("not healthy: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn ask(admin_port: u16) -> Result<(), Box<dyn Error>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, admin_port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::get("/healthz").header(HOST, "localhost").body(Empty::<Bytes>::new())?;
    match sender.send_request(request).await?.status() {
        status if status.is_success() => Ok(()),
        status => Err(format!("/healthz answers {status}").into()),
    }
}
