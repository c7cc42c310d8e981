//! Takes what has ended off the work that is accepted and not ended. Gateways add to it when they accept a job, and
//! refuse jobs by it (`gateway/src/queue/work.ts`).

use std::{
    sync::atomic::{AtomicI64, Ordering::Relaxed},
    time::Duration,
};

use bullmq::redis_connection::RedisConnection;
use tokio::{sync::Mutex, time};
use workload::TURN_SIZE;

use crate::{Config, redis_url::connection_options};

/// A hash beside the queue's own keys: the size of all jobs of one turn, and of all larger ones.
const KEY: &str = "bull:tasks:work";
const FIELDS: [&str; 2] = ["turn", "more"];
/// As often as gateways look.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// The size of what has ended since the last report, in the order of [`FIELDS`].
pub struct EndedWork {
    sizes: [AtomicI64; 2],
    config: Config,
    connection: Mutex<Option<RedisConnection>>,
}

impl EndedWork {
    /// For the queue that `config` names.
    pub fn new(config: &Config) -> Self {
        Self { sizes: Default::default(), config: config.clone(), connection: Mutex::new(None) }
    }

    /// A job of this size is done or has failed for good.
    pub fn add(&self, size: u64) {
        self.sizes[usize::from(size > TURN_SIZE)].fetch_add(size as i64, Relaxed);
    }

    /// Reports for ever. What Redis does not take is reported later.
    pub async fn report(&self) {
        loop {
            time::sleep(REPORT_EVERY).await;
            self.report_once().await;
        }
    }

    /// Reports what there is.
    pub async fn report_once(&self) {
        for (size, field) in self.sizes.iter().zip(FIELDS) {
            let ended = size.swap(0, Relaxed);
            if ended == 0 {
                continue;
            }
            if let Err(error) = self.take_off(field, ended).await {
                size.fetch_add(ended, Relaxed);
                tracing::debug!(%error, "ended work is not reported");
            }
        }
    }

    /// After a refusal another connection is made: this one may lead to a replica.
    async fn take_off(&self, field: &str, ops: i64) -> Result<(), bullmq::Error> {
        let mut kept = self.connection.lock().await;
        let connection = match kept.take() {
            Some(connection) => connection,
            None => {
                let options = connection_options(&self.config.redis_url, self.config.redis_ca_file.as_ref());
                RedisConnection::new_managed_only(&options.map_err(bullmq::Error::InvalidConfig)?).await?
            }
        };
        let (): () = connection.cmd(redis::cmd("HINCRBY").arg(KEY).arg(field).arg(-ops)).await?;
        *kept = Some(connection);
        Ok(())
    }
}
