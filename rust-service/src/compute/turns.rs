//! Whose turn it is: the tasks in hand, of which a thread takes one part after the other.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex},
};

use workload::{MAX_SIZE_QUEUED, TURN_SIZE};

use super::{locked, run::Run};

/// Tasks that have parts to hand out, in a line for each size: the first for what fits into one turn, each further one for
/// tasks of up to eight times as many. Lines take turns, so no task holds the threads, however large it is. Within a line
/// the order is that of submission: equal tasks that took turns with each other would become late together, and under
/// load none would be done before its caller gives up.
///
/// The lines are for all threads and not rayon's: there, what a thread puts back stays with that thread and comes before
/// what others bring.
pub(super) struct Turns {
    threads: usize,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    by_size: [VecDeque<Arc<Run>>; LINES],
    /// Whose turn it is.
    next: usize,
    /// Threads that take parts or are called to do so.
    awake: usize,
}

/// As many as it takes for the largest task.
const LINES: usize = line_of(MAX_SIZE_QUEUED) + 1;

/// The line of a task of this size.
const fn line_of(size: u64) -> usize {
    match size.div_ceil(TURN_SIZE) {
        0 | 1 => 0,
        turns => 1 + (turns - 1).ilog(8) as usize,
    }
}

impl Lines {
    /// The line that a task belongs to.
    fn of(&mut self, run: &Run) -> &mut VecDeque<Arc<Run>> {
        &mut self.by_size[line_of(run.size()).min(LINES - 1)]
    }

    /// The first of the line whose turn it is; the next turn is the next line's.
    fn pop(&mut self) -> Option<Arc<Run>> {
        let line = (0..LINES).map(|n| (self.next + n) % LINES).find(|line| !self.by_size[*line].is_empty())?;
        self.next = (line + 1) % LINES;
        self.by_size[line].pop_front()
    }
}

/// Of one task: the ranges that no thread has, a chunk or the rest of one each.
pub(super) struct Todo {
    ranges: VecDeque<Range<u64>>,
    /// Exactly while it has ranges, so that it is never there twice.
    in_line: bool,
}

impl Todo {
    pub fn new(chunks: impl Iterator<Item = Range<u64>>) -> Self {
        Self { ranges: chunks.collect(), in_line: false }
    }
}

/// What one thread does next, and what of the chunk is then left.
struct Part {
    run: Arc<Run>,
    range: Range<u64>,
    rest: Range<u64>,
}

impl Turns {
    pub fn new(threads: usize) -> Self {
        Self { threads, lines: Mutex::default() }
    }

    /// Lines up a task and returns how many threads must be called to [`work`](Self::work).
    pub fn submit(&self, run: Arc<Run>) -> usize {
        let mut lines = locked(&self.lines);
        let parts = {
            let mut todo = locked(&run.todo);
            todo.in_line = true;
            todo.ranges.len()
        };
        lines.of(&run).push_back(run);
        let called = parts.min(self.threads - lines.awake);
        lines.awake += called;
        called
    }

    /// What a compute thread does: parts of whatever task is first, until there are none.
    pub fn work(&self) {
        while let Some(Part { run, range, rest }) = self.take() {
            run.compute(range);
            if rest.is_empty() || run.is_cancelled() {
                run.chunks_ended(1);
            } else {
                self.put_back(run, rest);
            }
        }
    }

    fn take(&self) -> Option<Part> {
        let mut lines = locked(&self.lines);
        while let Some(run) = lines.pop() {
            let mut todo = locked(&run.todo);
            if run.is_cancelled() {
                let dropped = todo.ranges.len();
                todo.ranges.clear();
                todo.in_line = false;
                drop(todo);
                run.chunks_ended(dropped);
                continue;
            }
            let Some(chunk) = todo.ranges.pop_front() else { continue };
            let to = chunk.end.min(chunk.start + TURN_SIZE);
            todo.in_line = !todo.ranges.is_empty();
            if todo.in_line {
                // Its other chunks are for other threads.
                lines.of(&run).push_front(run.clone());
            }
            drop(todo);
            return Some(Part { run, range: chunk.start..to, rest: to..chunk.end });
        }
        lines.awake -= 1;
        None
    }

    /// The rest of a chunk. Only now, so that a task never has more threads than chunks; to the front, as it came first.
    fn put_back(&self, run: Arc<Run>, rest: Range<u64>) {
        let mut lines = locked(&self.lines);
        let mut todo = locked(&run.todo);
        todo.ranges.push_front(rest);
        if !todo.in_line {
            todo.in_line = true;
            drop(todo);
            lines.of(&run).push_front(run);
        }
    }
}
