//! The one way into a running node, for the window, the command line and tests.

use crate::{
    failure::{Failure, FailureCode},
    modules::{Command, Outcome, Reply as _, Request},
    snapshot::{Overview, Snapshot},
};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot, watch,
};

/// Commands waiting for the node: a person types, a script sends one after the other.
pub const COMMANDS_MAX: usize = 256;

/// Where an answer goes.
pub(crate) type Answer = oneshot::Sender<Result<Outcome, Failure>>;

/// A command on its way, with the place for its one answer.
#[derive(Debug)]
pub(crate) struct Order {
    pub command: Command,
    pub reply: Answer,
}

type Waker = Box<dyn Fn() + Send + Sync>;

/// Sends commands, and reads what the node is. Cheap to clone; nothing here blocks, except what says so.
#[derive(Clone)]
pub struct NodeHandle {
    orders: mpsc::Sender<Order>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    wakers: Wakers,
}

/// The node's ends of a handle.
pub(crate) struct Ends {
    pub orders: mpsc::Receiver<Order>,
    pub snapshots: watch::Sender<Arc<Snapshot>>,
    pub wakers: Wakers,
}

/// Called after each published snapshot and each answer, so that a window repaints.
#[derive(Clone, Default)]
pub(crate) struct Wakers(Arc<Mutex<Vec<Waker>>>);

impl Wakers {
    pub fn wake(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|wake| wake());
    }
}

/// Wakes when it is dropped, whatever happened before.
pub(crate) struct WakeAtEnd(pub Wakers);

impl Drop for WakeAtEnd {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl fmt::Debug for NodeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeHandle").field("version", &self.snapshot().overview.version).finish_non_exhaustive()
    }
}

impl NodeHandle {
    /// A handle and the node's ends of it.
    pub(crate) fn new() -> (Self, Ends) {
        let (order_in, orders) = mpsc::channel(COMMANDS_MAX);
        let (snapshot_in, snapshots) = watch::channel(Arc::default());
        let wakers = Wakers::default();
        let ends = Ends { orders, snapshots: snapshot_in, wakers: wakers.clone() };
        (Self { orders: order_in, snapshots, wakers }, ends)
    }

    /// Send a command. Never waits: when too many are under way the reply is [`FailureCode::Busy`].
    pub fn send(&self, command: impl Into<Command>) -> PendingReply {
        let command = command.into();
        let (reply, answer) = oneshot::channel();
        let refused = match self.orders.try_send(Order { command, reply }) {
            Ok(()) => None,
            Err(TrySendError::Full(_)) => {
                Some(Failure::new(FailureCode::Busy, format!("{COMMANDS_MAX} commands are waiting; try again")))
            }
            Err(TrySendError::Closed(_)) => Some(stopped()),
        };
        PendingReply { answer, refused }
    }

    /// Send a command and wait for its outcome, in async code.
    pub async fn call(&self, command: impl Into<Command>) -> Result<Outcome, Failure> {
        let command = command.into();
        let (reply, answer) = oneshot::channel();
        self.orders.send(Order { command, reply }).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Send a command and block until its outcome is there. Not for a frame, nor for async code.
    pub fn call_blocking(&self, command: impl Into<Command>) -> Result<Outcome, Failure> {
        let command = command.into();
        let (reply, answer) = oneshot::channel();
        self.orders.blocking_send(Order { command, reply }).map_err(|_| stopped())?;
        answer.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }

    /// Send a request and wait for its reply, in async code.
    pub async fn ask<R: Request>(&self, request: R) -> Result<R::Reply, Failure> {
        R::Reply::of(self.call(request).await?)
    }

    /// Send a request and block until its reply is there. Not for a frame, nor for async code.
    pub fn ask_blocking<R: Request>(&self, request: R) -> Result<R::Reply, Failure> {
        R::Reply::of(self.call_blocking(request)?)
    }

    /// What the node is and does now.
    #[must_use]
    pub fn overview(&self) -> Arc<Overview> {
        self.snapshots.borrow().overview.clone()
    }

    /// All of the replica as it is now, for tests: who wants to know something asks, since views may leave memory.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// Wait until a snapshot fulfils a condition, in async code. None when the node stops before.
    pub async fn wait_for(&self, condition: impl FnMut(&Arc<Snapshot>) -> bool) -> Option<Arc<Snapshot>> {
        let mut snapshots = self.snapshots.clone();
        let found = snapshots.wait_for(condition).await.ok()?;
        Some(found.clone())
    }

    /// Call `wake` after each new snapshot and each answer, from the node's threads.
    pub fn on_change(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.wakers.0.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(wake));
    }
}

fn stopped() -> Failure {
    Failure::new(FailureCode::Stopped, "the node has stopped")
}

/// The answer to a command, to be polled.
#[derive(Debug)]
pub struct PendingReply {
    answer: oneshot::Receiver<Result<Outcome, Failure>>,
    refused: Option<Failure>,
}

impl PendingReply {
    /// The outcome, once it is there; then never again.
    pub fn poll(&mut self) -> Option<Result<Outcome, Failure>> {
        if let Some(failure) = self.refused.take() {
            return Some(Err(failure));
        }
        match self.answer.try_recv() {
            Ok(answer) => Some(answer),
            Err(oneshot::error::TryRecvError::Empty) => None,
            Err(oneshot::error::TryRecvError::Closed) => Some(Err(stopped())),
        }
    }
}
