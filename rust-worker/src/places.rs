//! How many jobs the worker takes: CONCURRENCY, and one more for each that has been at it for long.

use std::time::Duration;

use bullmq::Worker;
use tokio::{sync::watch, time};

/// Some tenths of a second of one thread, and more. With smaller jobs in all places, what is behind them is taken soon.
pub const LONG_SIZE: u64 = 1 << 30;
/// A job of more than [`LONG_SIZE`] that is not done after this time counts as long: soon enough that what is behind
/// some dozens of them is taken within a second.
pub const LONG_AFTER: Duration = Duration::from_millis(100);
/// How often the worker is told again: it may be about to wait and not hear it.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Jobs of other sizes take turns with long ones on the threads, so long ones need not keep them from being taken:
/// without this, as many of them as there are places would keep every job behind them in Redis.
pub struct Places {
    concurrency: usize,
    max_long_jobs: usize,
    long: watch::Sender<usize>,
}

impl Places {
    /// `concurrency` places, and up to `max_long_jobs` that long jobs free.
    pub fn new(concurrency: u16, max_long_jobs: u16) -> Self {
        let long = watch::Sender::new(0);
        Self { concurrency: concurrency.into(), max_long_jobs: max_long_jobs.into(), long }
    }

    /// Jobs in hand at most.
    pub fn most(&self) -> usize {
        self.concurrency + self.max_long_jobs
    }

    /// A job is long from now on until what is returned is dropped.
    pub fn long_job(&self) -> LongJob<'_> {
        self.long.send_modify(|long| *long += 1);
        LongJob(self)
    }

    /// Tells the worker how many jobs it may have in hand, for ever.
    pub async fn follow(&self, worker: &Worker) {
        let mut changes = self.long.subscribe();
        loop {
            let long = *changes.borrow_and_update();
            // Only a rise wakes the worker, so it is made one each time.
            worker.set_concurrency(self.concurrency);
            worker.set_concurrency(self.concurrency + long.min(self.max_long_jobs));
            tokio::select! {
                _ = changes.changed() => (),
                () = time::sleep(TELL_EVERY), if long > 0 => (),
            }
        }
    }
}

/// One long job.
pub struct LongJob<'a>(&'a Places);

impl Drop for LongJob<'_> {
    fn drop(&mut self) {
        self.0.long.send_modify(|long| *long -= 1);
    }
}
