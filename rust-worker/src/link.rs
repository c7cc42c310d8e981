//! Whether Redis can be used, for `/readyz` and for the log: a line when it no longer can, one when it can again.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Why it cannot be used: a short name, by which causes are told apart, and a sentence.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Such as READONLY.
    pub name: String,
    /// What Redis or the system said.
    pub detail: String,
}

/// What is known of Redis.
#[derive(Clone, Default)]
pub struct Link {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Redis has answered the last question.
    up: bool,
    leaving: bool,
    outage: Option<Outage>,
}

struct Outage {
    cause: Cause,
    since: Instant,
    told: HashSet<String>,
}

impl Link {
    /// Says what stands in the way of work, if anything does.
    pub fn state(&self) -> Result<(), String> {
        let state = self.lock();
        match &state.outage {
            _ if state.leaving => Err("shutting down".to_owned()),
            Some(outage) => Err(outage.cause.detail.clone()),
            None if state.up => Ok(()),
            None => Err("Redis is not connected".to_owned()),
        }
    }

    pub(crate) fn is_up(&self) -> bool {
        self.state().is_ok()
    }

    /// `address` must hold no secret.
    pub(crate) fn began(&self, address: &str, cause: Cause) {
        let mut state = self.lock();
        state.up = false;
        let outage = state.outage.get_or_insert_with(|| Outage {
            cause: cause.clone(),
            since: Instant::now(),
            told: HashSet::new(),
        });
        // Two causes that take turns are told once each.
        if outage.told.insert(cause.name.clone()) {
            tracing::warn!(address, cause = cause.name, detail = cause.detail, "Redis cannot be used");
        }
        outage.cause = cause;
    }

    pub(crate) fn ended(&self, address: &str) {
        let mut state = self.lock();
        state.up = true;
        if let Some(outage) = state.outage.take() {
            tracing::info!(address, after_s = outage.since.elapsed().as_secs_f64(), "Redis can be used again");
        }
    }

    /// This process leaves: nothing is taken any more.
    pub(crate) fn leave(&self) {
        self.lock().leaving = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
