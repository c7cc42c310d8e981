//! Asks Redis whether a job could be taken: on a connection of its own, which after a refusal is made anew.

use std::time::Duration;

use bullmq::options::RedisConnectionOptions;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, RedisError, RedisResult, TlsCertificates, aio::MultiplexedConnection,
};

use crate::link::Cause;

/// As patient as the gateway is.
const PATIENCE: Duration = Duration::from_millis(900);
/// A write that changes nothing: refused wherever taking a job would be, on a replica, without room, without rights.
const TRY_TO_WRITE: &str = "return redis.call('ZADD', KEYS[1], 'XX', 0, 'none')";
const NOWHERE: &str = "bull:tasks:writable";

/// A way to Redis besides the worker's.
pub struct Probe {
    client: Client,
    connection: Option<MultiplexedConnection>,
}

impl Probe {
    /// Connects when it is first asked. Fails where the options are no address.
    pub fn new(options: &RedisConnectionOptions) -> RedisResult<Self> {
        let url = options.effective_url();
        let client = match options.tls_certs.clone() {
            Some(certs) => {
                Client::build_with_tls(url, TlsCertificates { client_tls: None, root_cert: certs.root_cert })?
            }
            None => Client::open(url)?,
        };
        Ok(Self { client, connection: None })
    }

    /// Writes nothing where something could be written, or says why not.
    pub async fn ask(&mut self) -> Result<(), Cause> {
        if let Some(connection) = self.connection.take() {
            match self.ask_on(connection).await {
                // A connection that was lost says nothing of why: the next one does.
                Err(error) if error.is_io_error() && !error.is_timeout() => {}
                answer => return answer.map_err(cause),
            }
        }
        let connection = self.connect().await.map_err(cause)?;
        self.ask_on(connection).await.map_err(cause)
    }

    async fn ask_on(&mut self, mut connection: MultiplexedConnection) -> RedisResult<()> {
        let mut script = Cmd::new();
        script.arg("EVAL").arg(TRY_TO_WRITE).arg(1).arg(NOWHERE);
        script.query_async::<()>(&mut connection).await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }
}

/// Redis's own name for it, or what the system says.
fn cause(error: RedisError) -> Cause {
    let text = error.to_string();
    let (name, detail) = match error.code() {
        Some(code) => (code.to_owned(), format!("{code} {}", error.detail().unwrap_or_default())),
        None if error.is_timeout() => ("TIMEOUT".to_owned(), text),
        // The library keeps no more of it.
        None if error.kind() == ErrorKind::AuthenticationFailed => ("WRONGPASS".to_owned(), text),
        None => (text.clone(), text),
    };
    Cause { name, detail }
}
