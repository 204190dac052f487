//! The way to the node: sends what is asked, and knows how many answers are awaited.

use crate::backend::{Backend, Pending};
use communaut_node::api::{Command, Failure, Outcome};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// The way to the node.
pub struct Commands {
    backend: Arc<dyn Backend>,
    /// Called when something is sent: the answer of a double is there at once.
    wake: Box<dyn Fn()>,
    awaited: Arc<AtomicUsize>,
    /// Whether something that writes was answered.
    wrote: Arc<AtomicBool>,
}

/// An answer that is counted as long as it is awaited.
struct Awaited {
    pending: Box<dyn Pending>,
    awaited: Arc<AtomicUsize>,
    /// Of what writes: to be told when it is answered.
    wrote: Option<Arc<AtomicBool>>,
}

impl Pending for Awaited {
    fn poll(&mut self) -> Option<Result<Outcome, Failure>> {
        let answer = self.pending.poll();
        if answer.is_some()
            && let Some(wrote) = &self.wrote
        {
            wrote.store(true, Ordering::Relaxed);
        }
        answer
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.awaited.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Commands {
    /// Nothing awaited. `wake` draws another frame.
    #[must_use]
    pub fn new(backend: Arc<dyn Backend>, wake: impl Fn() + 'static) -> Self {
        Self { backend, wake: Box::new(wake), awaited: Arc::default(), wrote: Arc::default() }
    }
    /// The node.
    #[must_use]
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }
    /// Send a command. Its answer is awaited until it is taken or let go of.
    #[must_use]
    pub fn send(&self, command: Command) -> Box<dyn Pending> {
        self.awaited.fetch_add(1, Ordering::Relaxed);
        (self.wake)();
        let wrote = (!command.runs().only_reads()).then(|| self.wrote.clone());
        Box::new(Awaited { pending: self.backend.send(command), awaited: self.awaited.clone(), wrote })
    }
    /// Whether something that writes was answered since this was asked last.
    #[must_use]
    pub fn take_wrote(&self) -> bool {
        self.wrote.swap(false, Ordering::Relaxed)
    }
    /// Whether any answer is awaited.
    #[must_use]
    pub fn any_under_way(&self) -> bool {
        self.awaited.load(Ordering::Relaxed) > 0
    }
}
