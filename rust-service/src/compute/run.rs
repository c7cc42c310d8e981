//! One task on its way through the pool.

use std::{
    any::Any,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::AcqRel, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use workload::{Task, Total};

use super::{ComputeError, Computed, Timings, locked, shared::Shared, turns::Todo};

type Outcome = Result<Computed, ComputeError>;

/// What a task's chunks share.
pub(super) struct Run {
    task: Task,
    pool: Arc<Shared>,
    submitted_at: Instant,
    started_at: OnceLock<Instant>,
    total: Total,
    pub todo: Mutex<Todo>,
    chunks_left: AtomicUsize,
    cancelled: AtomicBool,
    reply: Mutex<Option<oneshot::Sender<Outcome>>>,
    /// Given back with the answer, or else with the last chunk: what is cancelled still waits for its turn.
    slot: Mutex<Option<OwnedSemaphorePermit>>,
    /// Carries the request id to what is logged on a compute thread.
    span: tracing::Span,
}

impl Run {
    pub fn new(
        task: &Task,
        submitted_at: Instant,
        pool: Arc<Shared>,
        slot: OwnedSemaphorePermit,
    ) -> (Arc<Self>, Submitted) {
        let (reply, outcome) = oneshot::channel();
        let run = Arc::new(Self {
            task: *task,
            pool,
            submitted_at,
            started_at: OnceLock::new(),
            total: Total::default(),
            todo: Mutex::new(Todo::new(task.chunk_ranges())),
            chunks_left: AtomicUsize::new(task.chunk_ranges().len()),
            cancelled: AtomicBool::new(false),
            reply: Mutex::new(Some(reply)),
            slot: Mutex::new(Some(slot)),
            span: tracing::Span::current(),
        });
        (run.clone(), Submitted { outcome, handle: RunHandle(run) })
    }

    /// Runs on a compute thread, for at most a turn: some milliseconds, so that a cancelled task ends soon.
    pub fn compute(&self, range: Range<u64>) {
        let size = range.end - range.start;
        self.pool.threads_busy.increment(1);
        self.started_at.get_or_init(Instant::now);
        let kernel = || catch_unwind(AssertUnwindSafe(|| (self.pool.compute)(&self.task, range)));
        let part = self.span.in_scope(|| self.pool.work.count(size, kernel));
        self.pool.threads_busy.decrement(1);
        match part {
            Ok(part) => self.total.add(part, size),
            Err(payload) => self.end(Err(ComputeError::Panicked(panic_text(&*payload)))),
        }
    }

    /// So many chunks are computed or dropped.
    pub fn chunks_ended(&self, count: usize) {
        // AcqRel: the last one must see what the others added.
        if self.chunks_left.fetch_sub(count, AcqRel) == count {
            self.finish();
        }
    }

    pub fn size(&self) -> u64 {
        self.task.size()
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }

    fn finish(&self) {
        // Before the answer, or a caller that has it and asks again at once could find its own slot taken.
        drop(locked(&self.slot).take());
        self.pool.in_flight.decrement(1);
        if self.is_cancelled() {
            return;
        }
        let now = Instant::now();
        let started_at = *self.started_at.get_or_init(|| now);
        let (waited, computed) = (started_at - self.submitted_at, now - started_at);
        self.pool.wait_seconds.record(waited);
        self.pool.compute_seconds.record(computed);
        self.end(Ok(Computed {
            answer: self.total.answer(),
            kernel: self.pool.kernel_name,
            timings: Timings { queued_ms: milliseconds(waited), compute_ms: milliseconds(computed) },
        }));
    }

    /// Answers, the first time it is called, and drops what has not started.
    fn end(&self, outcome: Outcome) {
        self.cancelled.store(true, Relaxed);
        // Unlocked before the answer is sent: who it wakes takes this lock next, and would only wait for this thread.
        let reply = locked(&self.reply).take();
        if let Some(reply) = reply {
            // Nobody may be left to hear it.
            let _ = reply.send(outcome);
        }
    }
}

/// A task's outcome to wait for. Dropping it drops the chunks that have not started.
#[must_use = "a task whose outcome nobody waits for is cancelled"]
pub struct Submitted {
    outcome: oneshot::Receiver<Outcome>,
    handle: RunHandle,
}

impl Submitted {
    /// To watch or cancel the task while someone waits for its outcome.
    pub fn handle(&self) -> RunHandle {
        self.handle.clone()
    }
}

impl Future for Submitted {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let outcome = ready!(Pin::new(&mut self.outcome).poll(context));
        Poll::Ready(outcome.unwrap_or(Err(ComputeError::Cancelled)))
    }
}

impl Drop for Submitted {
    fn drop(&mut self) {
        self.handle.cancel();
    }
}

/// A second view of a task in hand.
#[derive(Clone)]
pub struct RunHandle(Arc<Run>);

impl RunHandle {
    /// The size of what is done so far.
    pub fn done(&self) -> u64 {
        self.0.total.size()
    }

    /// The size of all that is to be done.
    pub fn total(&self) -> u64 {
        self.0.size()
    }

    /// Ends the task: the waiting side gets [`ComputeError::Cancelled`] at once, running chunks stop within
    /// milliseconds, the others never start. Without effect on a task that has ended.
    pub fn cancel(&self) {
        self.0.end(Err(ComputeError::Cancelled));
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text").to_owned()
}

/// Rounded to microseconds, which is what a person can read.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
