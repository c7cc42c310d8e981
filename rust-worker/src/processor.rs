//! One job: read it, compute it, tell how far it is, give back its result or the reason why there is none.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bullmq::{Error, Job, types::JobProgress, worker::CancellationToken};
use metrics::{counter, histogram};
use rust_service::compute::{ComputeError, ComputePool, RunHandle};
use serde_json::{Value, json};
use tokio::time::{self, Instant, MissedTickBehavior, interval_at};
use tracing::Instrument;

use crate::{
    EndedWork, Places,
    payload::{self, Payload},
    places::{LONG_AFTER, LONG_SIZE},
};

/// Between two reports of a job's progress, and two looks whether it is still ours. Shorter jobs have none.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// Runs jobs on the pool.
pub struct Processor {
    /// Where the arithmetic is done.
    pub pool: Arc<ComputePool>,
    /// What a renewal makes the lock last, in milliseconds.
    pub lock_ms: u64,
    /// How many jobs are in hand.
    pub places: Places,
    /// Where a job's end is told.
    pub ended: Arc<EndedWork>,
}

/// How a job ended, as `job_attempts_total` counts it.
fn count(outcome: &'static str) {
    counter!("job_attempts_total", "outcome" => outcome).increment(1);
}

impl Processor {
    /// What BullMQ calls for every job. `stop` fires when this worker must leave before the job is done.
    pub async fn process(&self, job: Job, stop: CancellationToken) -> Result<Value, Error> {
        let Payload { task, request_id } = match payload::read(job.name(), job.data()) {
            Ok(payload) => payload,
            Err(detail) => {
                tracing::warn!(job = job.id(), detail, "not a valid job");
                count("failed");
                // No retry makes it valid.
                return Err(Error::Unrecoverable(format!("invalid_task: {detail}")));
            }
        };
        let span = tracing::error_span!("job", job = job.id(), requestId = request_id);
        async {
            if lost_before(&job) {
                count("stalled");
                tracing::warn!(started = job.attempts_started(), "started again: an earlier start came to nothing");
            }
            self.compute(job, task, stop).await
        }
        .instrument(span)
        .await
    }

    async fn compute(&self, mut job: Job, task: workload::Task, stop: CancellationToken) -> Result<Value, Error> {
        // The pool has room for as many tasks as two workers of BullMQ hand out at once.
        let submitted =
            self.pool.submit(&task).map_err(|full| Error::ProcessingError(format!("overloaded: {full}")))?;
        let handle = submitted.handle();
        tokio::pin!(submitted);
        let long_after = time::sleep(LONG_AFTER);
        tokio::pin!(long_after);
        let mut long_job = None;
        let mut report = interval_at(Instant::now() + REPORT_EVERY, REPORT_EVERY);
        report.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                outcome = &mut submitted => return match outcome {
                    Ok(computed) => {
                        tracing::debug!(compute_ms = computed.timings.compute_ms, "computed");
                        // Completed it is when Redis has taken the result: see `work`.
                        histogram!("job_end_to_end_seconds").record(age(&job));
                        self.ended.add(task.size());
                        Ok(json!(computed))
                    }
                    Err(error) => Err(self.failed(&job, &task, &error)),
                },
                () = &mut long_after, if long_job.is_none() && task.size() > LONG_SIZE => {
                    long_job = Some(self.places.long_job());
                }
                () = stop.cancelled() => return hand_back(&job, &handle).await,
                _ = report.tick() => {
                    if !self.still_ours(&mut job, &handle).await {
                        handle.cancel();
                        tracing::warn!("the lock is lost: the job was cancelled, or another worker has it or will have it");
                        // "Moved already" to BullMQ: it writes nothing to a job that is not ours.
                        return Err(Error::Delayed);
                    }
                }
            }
        }
    }

    /// Renews the lock and reports progress. False if the lock is another's; a Redis that does not answer is no reason
    /// to stop.
    async fn still_ours(&self, job: &mut Job, handle: &RunHandle) -> bool {
        let token = job.token().unwrap_or_default().to_owned();
        if let Err(Error::JobLocked(_)) = job.extend_lock(&token, self.lock_ms).await {
            return false;
        }
        let progress = JobProgress::Object(json!({ "done": handle.done(), "total": handle.total() }));
        if let Err(error) = job.update_progress(progress).await {
            tracing::debug!(%error, "progress is not reported");
        }
        true
    }

    fn failed(&self, job: &Job, task: &workload::Task, error: &ComputeError) -> Error {
        let allowed = job.opts().attempts.unwrap_or(1);
        let again = job.attempts_made() + 1 < allowed;
        if !again {
            self.ended.add(task.size());
        }
        count(if again { "retried" } else { "failed" });
        tracing::error!(%error, again, "the job failed");
        Error::ProcessingError(format!("{}: {error}", error.code()))
    }
}

/// Back to the head of the queue, at no cost in attempts: whoever is free starts it at once, instead of after the lock's
/// time. If that fails, the lock runs out and stall recovery does the same later.
async fn hand_back(job: &Job, handle: &RunHandle) -> Result<Value, Error> {
    handle.cancel();
    match job.move_to_wait(None).await {
        Ok(_) => tracing::info!(done = handle.done(), "handed back: there is no time to finish it"),
        Err(error) => tracing::warn!(%error, "could not be handed back"),
    }
    Err(Error::Delayed)
}

/// Whether a start of this job left no attempt behind: its worker died, or left and handed it back. BullMQ's own event
/// for it never comes (bullmq-official 1.4.4 reads the script's flat list of ids as a nested one).
fn lost_before(job: &Job) -> bool {
    job.attempts_started() > job.attempts_made() + 1
}

/// Seconds since the job was added.
fn age(job: &Job) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(Duration::from_millis(job.timestamp())).as_secs_f64()
}
