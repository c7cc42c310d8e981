//! What a worker of BullMQ tells of itself: for the log, for the metrics, and for whoever judges its connection.

use bullmq::{Worker, worker::WorkerEvent};
use metrics::counter;

/// BullMQ's reason for a job that lost its worker too often.
const STALLED_TOO_OFTEN: &str = "job stalled more than allowable limit";
/// How its error begins for a job whose lock is gone or another's.
const NOT_OURS: &str = "script error: Job lock";

/// Reads the events of a worker that takes nothing more, until it is closed.
pub(crate) async fn until_over(worker: &Worker) {
    while let Some(event) = worker.next_event().await {
        heed(event);
    }
}

/// What an event says of the connection.
pub(crate) enum Sign {
    Life,
    Failure,
}

/// Tells log and metrics what they must know of an event.
pub(crate) fn heed(event: WorkerEvent) -> Option<Sign> {
    match event {
        // Redis refused the end of a job that is not ours any more: cancelled, or given to another worker.
        WorkerEvent::Error(error) if error.starts_with(NOT_OURS) => {
            tracing::warn!(error, "came too late");
            Some(Sign::Life)
        }
        WorkerEvent::Error(error) => {
            tracing::debug!(error, "worker");
            Some(Sign::Failure)
        }
        // BullMQ fails such a job itself, before it would come to be processed.
        WorkerEvent::Failed { job_id, error } if error.starts_with(STALLED_TOO_OFTEN) => {
            tracing::error!(job = job_id, "lost its worker too often and is taken for the cause");
            counter!("job_attempts_total", "outcome" => "failed").increment(1);
            None
        }
        WorkerEvent::Completed { .. } => {
            counter!("job_attempts_total", "outcome" => "completed").increment(1);
            Some(Sign::Life)
        }
        WorkerEvent::Active { .. } | WorkerEvent::Drained => Some(Sign::Life),
        _ => None,
    }
}
