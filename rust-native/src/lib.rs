//! The compute pool of the Rust services inside a Node process, for the gateway's mode `native`. What calls it is
//! `gateway/src/compute/native.ts`.

use napi::{
    Error, Result, Status,
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode::NonBlocking},
};
use napi_derive::napi;
use rust_service::compute::{ComputeError, ComputePool, Computed, KernelWork, PoolSettings, RunHandle, Submitted};
use serde_json::{Map, Value};
use workload::{Kernel, MAX_SIZE_DIRECT, Task};

/// Called once on Node's main thread, as Node's own callbacks are: with an error, or with `null` and what was computed.
/// It holds the event loop alive until then.
type Answer = ThreadsafeFunction<Value, ()>;

/// Compute threads beside the event loop.
#[napi]
pub struct Pool {
    /// Nothing once it is closed.
    threads: Option<ComputePool>,
}

#[napi]
impl Pool {
    /// Starts the threads. `kernel` is a value of `KERNEL`, `max_tasks` how many tasks may be in hand.
    #[napi(constructor)]
    pub fn new(kernel: String, threads: u32, nice: u8, max_tasks: u32) -> Result<Self> {
        let kernel: Kernel = kernel.parse().map_err(|error| invalid(format!("KERNEL: {error}")))?;
        let settings = PoolSettings { threads: threads as usize, nice, max_tasks: max_tasks as usize };
        let threads = ComputePool::new(kernel, settings).map_err(failed)?;
        Ok(Self { threads: Some(threads) })
    }

    /// Hands a task over. Throws `QueueFull` beyond `max_tasks` and `InvalidArg` for what is no task.
    #[napi]
    pub fn submit(&self, task: Map<String, Value>, answer: Answer) -> Result<Run> {
        let task = Task::from_fields(task, MAX_SIZE_DIRECT).map_err(invalid)?;
        let threads = self.threads.as_ref().ok_or_else(|| Error::new(Status::Closing, "the pool is closed"))?;
        let submitted = threads.submit(&task).map_err(|error| Error::new(Status::QueueFull, error.to_string()))?;
        let handle = submitted.handle();
        // It fails only where Node is ending, and then nobody is left to hear it.
        when_done(submitted, move |outcome| {
            answer.call(outcome, NonBlocking);
        });
        Ok(Run(handle))
    }

    /// Tasks of which something is still to be done or dropped.
    #[napi(getter)]
    pub fn in_hand(&self) -> u32 {
        self.threads.as_ref().map_or(0, |threads| threads.tasks_in_hand() as u32)
    }

    /// What the kernels have done so far; all noughts once it is closed.
    #[napi(getter)]
    pub fn work(&self) -> Work {
        let KernelWork { cpu, threads, size } = self.threads.as_ref().map(ComputePool::work).unwrap_or_default();
        Work { cpu_s: cpu.as_secs_f64(), threads_s: threads.as_secs_f64(), size: size as f64 }
    }

    /// Ends the threads, each after what it has in hand.
    #[napi]
    pub fn close(&mut self) {
        self.threads = None;
    }
}

/// `KernelWork` of the gateway.
#[napi(object)]
pub struct Work {
    /// CPU time in seconds, by each thread's own clock.
    pub cpu_s: f64,
    /// Seconds that threads were in a kernel, whether they had a CPU or waited for one.
    pub threads_s: f64,
    /// The size of what they did.
    pub size: f64,
}

/// A task in hand.
#[napi]
pub struct Run(RunHandle);

#[napi]
impl Run {
    /// Answers with an error at once, unless there is an answer already; chunks that have not started never do.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// Waits without a thread or a runtime of its own: whoever ends the task also passes the answer on.
fn when_done(submitted: Submitted, answer: impl FnOnce(Result<Value>) + Send + 'static) {
    let waiting = async move { answer(submitted.await.map_err(task_failed).and_then(to_value)) };
    let (runnable, task) = async_task::spawn(waiting, |runnable: async_task::Runnable| {
        runnable.run();
    });
    task.detach();
    runnable.run();
}

fn to_value(computed: Computed) -> Result<Value> {
    serde_json::to_value(computed).map_err(failed)
}

fn task_failed(error: ComputeError) -> Error {
    failed(format!("{}: {error}", error.code()))
}

fn failed(error: impl ToString) -> Error {
    Error::from_reason(error.to_string())
}

fn invalid(error: impl ToString) -> Error {
    Error::new(Status::InvalidArg, error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_panic_is_the_answer_of_its_own_task_and_of_no_other() {
        let settings = PoolSettings { threads: 1, nice: 0, max_tasks: 3 };
        let pool = ComputePool::with_compute(Kernel::detect(), settings, |task, range| {
            assert_ne!(task.seed, 13, "seed 13 is unlucky");
            workload::run(Kernel::detect(), task, range)
        });
        let pool = pool.unwrap();
        let (sender, answers) = mpsc::channel();
        for seed in [12, 13, 14] {
            let sender = sender.clone();
            let mut task = Task::default();
            task.seed = seed;
            when_done(pool.submit(&task).unwrap(), move |outcome| {
                sender.send((seed, outcome.map_err(|error| error.reason.to_string()))).unwrap();
            });
        }
        drop(sender);
        let answers: Vec<_> = answers.into_iter().collect();
        assert_eq!(answers.iter().map(|(seed, _)| *seed).collect::<Vec<_>>(), [12, 13, 14]);
        assert_eq!(answers[0].1.as_ref().unwrap()["checksum"], checksum(12));
        assert!(answers[1].1.as_ref().unwrap_err().starts_with("kernel_panic: assertion"));
        assert_eq!(answers[2].1.as_ref().unwrap()["checksum"], checksum(14));
    }

    fn checksum(seed: u32) -> String {
        workload::to_hex(workload::compute(Kernel::detect(), seed, 0..Task::default().ops))
    }
}
