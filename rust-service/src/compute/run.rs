//! One task on its way through the pool.

use std::{
    any::Any,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::AcqRel, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use workload::Task;

use super::{ComputeError, Computed, Timings, shared::Shared};

/// Ops between two looks at the cancel flag: some milliseconds, so neither late nor noticeable.
const SLICE: u64 = 1 << 25;

type Outcome = Result<Computed, ComputeError>;

/// What a task's chunks share.
pub(super) struct Run {
    seed: u32,
    ops: u64,
    pool: Arc<Shared>,
    submitted_at: Instant,
    started_at: OnceLock<Instant>,
    sum: AtomicU32,
    done: AtomicU64,
    chunks_left: AtomicU32,
    cancelled: AtomicBool,
    reply: Mutex<Option<oneshot::Sender<Outcome>>>,
    /// Given back with the answer, or else with the last chunk: what is cancelled still waits in the threads' queue.
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
            seed: task.seed,
            ops: task.ops,
            pool,
            submitted_at,
            started_at: OnceLock::new(),
            sum: AtomicU32::new(0),
            done: AtomicU64::new(0),
            chunks_left: AtomicU32::new(task.chunks),
            cancelled: AtomicBool::new(false),
            reply: Mutex::new(Some(reply)),
            slot: Mutex::new(Some(slot)),
            span: tracing::Span::current(),
        });
        (run.clone(), Submitted { outcome, handle: RunHandle(run) })
    }

    /// Runs on a compute thread.
    pub fn chunk(&self, range: Range<u64>) {
        if !self.cancelled.load(Relaxed) {
            self.pool.threads_busy.increment(1);
            self.started_at.get_or_init(Instant::now);
            let panic = self.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| self.slices(range))).err());
            self.pool.threads_busy.decrement(1);
            if let Some(payload) = panic {
                self.end(Err(ComputeError::Panicked(panic_text(&*payload))));
            }
        }
        // AcqRel: the last one must see what the others added.
        if self.chunks_left.fetch_sub(1, AcqRel) == 1 {
            self.finish();
        }
    }

    fn slices(&self, range: Range<u64>) {
        let mut from = range.start;
        while from < range.end && !self.cancelled.load(Relaxed) {
            let to = range.end.min(from + SLICE);
            self.sum.fetch_add((self.pool.compute)(self.seed, from..to), Relaxed);
            self.done.fetch_add(to - from, Relaxed);
            from = to;
        }
    }

    fn finish(&self) {
        // Before the answer, or a caller that has it and asks again at once could find its own slot taken.
        drop(locked(&self.slot).take());
        self.pool.in_flight.decrement(1);
        if self.cancelled.load(Relaxed) {
            return;
        }
        let now = Instant::now();
        let started_at = *self.started_at.get_or_init(|| now);
        let (waited, computed) = (started_at - self.submitted_at, now - started_at);
        self.pool.wait_seconds.record(waited);
        self.pool.compute_seconds.record(computed);
        self.end(Ok(Computed {
            checksum: workload::to_hex(self.sum.load(Relaxed)),
            count: self.done.load(Relaxed),
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
    /// Ops done so far.
    pub fn done(&self) -> u64 {
        self.0.done.load(Relaxed)
    }

    /// Ops there are to do.
    pub fn total(&self) -> u64 {
        self.0.ops
    }

    /// Ends the task: the waiting side gets [`ComputeError::Cancelled`] at once, running chunks stop within
    /// milliseconds, the others never start. Without effect on a task that has ended.
    pub fn cancel(&self) {
        self.0.end(Err(ComputeError::Cancelled));
    }
}

/// No holder of these locks panics, and what they guard is whole at any time.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text").to_owned()
}

/// Rounded to microseconds, which is what a person can read.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
