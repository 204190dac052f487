//! What a view has asked of the node: the view owns its requests, and takes their replies itself.

use super::Commands;
use crate::backend::Pending;
use communaut_node::api::{Failure, Reply, Request};
use std::marker::PhantomData;

/// Requests of one type under way, each for something: a newer one for the same takes the place of the older.
///
/// `K`: what it is for, an element's id say; nothing where there is one alone.
pub struct Asked<R, K = ()> {
    under_way: Vec<(K, Box<dyn Pending>)>,
    of: PhantomData<fn() -> R>,
}

impl<R, K> Default for Asked<R, K> {
    fn default() -> Self {
        Self { under_way: Vec::new(), of: PhantomData }
    }
}

impl<R: Request, K: PartialEq> Asked<R, K> {
    /// Send a request for something.
    pub fn send_for(&mut self, commands: &Commands, of: K, request: R) {
        self.under_way.retain(|(held, _)| *held != of);
        self.under_way.push((of, commands.send(request.into())));
    }
    /// Whether one is under way for this.
    #[must_use]
    pub fn is_under_way_for(&self, of: &K) -> bool {
        self.under_way.iter().any(|(held, _)| held == of)
    }
    /// A reply that has come, and for what; once.
    pub fn take_for(&mut self) -> Option<(K, Result<R::Reply, Failure>)> {
        let mut come = None;
        let at = self.under_way.iter_mut().position(|(_, pending)| {
            come = pending.poll();
            come.is_some()
        })?;
        let (of, _) = self.under_way.swap_remove(at);
        Some((of, come?.and_then(R::Reply::of)))
    }
}

impl<R: Request> Asked<R> {
    /// Send a request.
    pub fn send(&mut self, commands: &Commands, request: R) {
        self.send_for(commands, (), request);
    }
    /// Whether one is under way.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.is_under_way_for(&())
    }
    /// The reply, if it has come; once.
    pub fn take(&mut self) -> Option<Result<R::Reply, Failure>> {
        self.take_for().map(|(_, reply)| reply)
    }
}
