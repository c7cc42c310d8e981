use std::{ops::Range, sync::Arc, time::Instant};

use metrics::{gauge, histogram};
use tokio::sync::Semaphore;
use workload::{Kernel, Part, Task};

use super::{
    KernelWork, Submitted, priority::lower_calling_thread, run::Run, shared::Shared, turns::Turns, work::WorkSum,
};

/// How a [`ComputePool`] is bounded.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Compute threads.
    pub threads: usize,
    /// Their nice value (Linux only).
    pub nice: u8,
    /// Tasks in hand, running ones included; one more is refused.
    pub max_tasks: usize,
}

/// The pool has `max_tasks` tasks in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} tasks are in hand")]
pub struct Overloaded(pub usize);

/// Compute threads and the tasks they have in hand.
pub struct ComputePool {
    threads: rayon::ThreadPool,
    turns: Arc<Turns>,
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
    max_tasks: usize,
}

impl ComputePool {
    /// Starts the threads. Metrics go to the recorder installed by then.
    pub fn new(kernel: Kernel, settings: PoolSettings) -> Result<Self, rayon::ThreadPoolBuildError> {
        Self::with_compute(kernel, settings, move |task, range| workload::run(kernel, task, range))
    }

    /// The same with another function under `kernel`'s name: for the faults that the real one does not have.
    pub fn with_compute(
        kernel: Kernel,
        PoolSettings { threads, nice, max_tasks }: PoolSettings,
        compute: impl Fn(&Task, Range<u64>) -> Part + Send + Sync + 'static,
    ) -> Result<Self, rayon::ThreadPoolBuildError> {
        let turns = Arc::new(Turns::new(threads));
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("compute-{index}"))
            .start_handler(move |_| lower_calling_thread(nice))
            .build()?;
        gauge!("kernel_info", "path" => kernel.path()).set(1);
        let shared = Arc::new(Shared {
            compute: Box::new(compute),
            kernel_name: kernel.name(),
            threads_busy: gauge!("compute_threads_busy"),
            in_flight: gauge!("tasks_in_flight"),
            wait_seconds: histogram!("task_wait_seconds"),
            compute_seconds: histogram!("task_compute_seconds"),
            work: WorkSum::new(),
        });
        Ok(Self { threads, turns, shared, slots: Arc::new(Semaphore::new(max_tasks)), max_tasks })
    }

    /// Hands a task over. Tasks of a like size start in the order of submission; those of other sizes take turns with them
    /// (by [`workload::TURN_SIZE`]).
    pub fn submit(&self, task: &Task) -> Result<Submitted, Overloaded> {
        let submitted_at = Instant::now();
        let slot = self.slots.clone().try_acquire_owned().map_err(|_| Overloaded(self.max_tasks))?;
        self.shared.in_flight.increment(1);
        let (run, submitted) = Run::new(task, submitted_at, self.shared.clone(), slot);
        for _ in 0..self.turns.submit(run) {
            let turns = self.turns.clone();
            self.threads.spawn(move || turns.work());
        }
        Ok(submitted)
    }

    /// Tasks of which something is still to be done or dropped.
    pub fn tasks_in_hand(&self) -> usize {
        self.max_tasks - self.slots.available_permits()
    }

    /// What the kernels have done so far; what is being computed follows part by part.
    pub fn work(&self) -> KernelWork {
        self.shared.work.so_far()
    }
}
