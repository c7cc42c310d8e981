use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::{Part, to_hex};

/// What is done of a task so far. Threads add to it at once, in any order.
#[derive(Debug, Default)]
pub struct Total {
    sum: AtomicU32,
    done: AtomicU64,
}

impl Total {
    /// Adds a range of this size and what it came to.
    pub fn add(&self, part: Part, size: u64) {
        self.sum.fetch_add(part, Relaxed);
        self.done.fetch_add(size, Relaxed);
    }

    /// The size of what is done.
    pub fn size(&self) -> u64 {
        self.done.load(Relaxed)
    }

    /// As it is answered. Whoever asks has to know that all threads have added theirs.
    pub fn answer(&self) -> Answer {
        Answer { checksum: to_hex(self.sum.load(Relaxed)), count: self.size() }
    }
}

/// What comes of a task, as it travels.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// 8 lower-case hex digits.
    pub checksum: String,
    /// Ops really done.
    pub count: u64,
}
