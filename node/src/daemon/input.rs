//! What reaches the core and what it asks for: both closed.

use super::invited::Given;
use crate::{
    api::{Command, Failure, ImportReport, ImportRequest, Outcome, Query},
    handle::Order,
    import::Item,
    net::{NetCommand, NetEvent},
    views::ElementChanges,
};
use communaut_protocol::{Cell, fold::Record, private::Item as Wrapped};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Where an answer goes.
pub(crate) type Answer = oneshot::Sender<Result<Outcome, Failure>>;

/// Everything that happens to a node.
#[derive(Debug)]
pub(crate) enum Input {
    /// A command.
    Order(Order),
    /// From the network.
    Net(NetEvent),
    /// Stored entries, read again at the start.
    Loaded(Vec<Record>),
    /// What stored entries give to this device.
    LoadedWraps(Vec<(Given, Vec<Wrapped>)>),
    /// All stored entries have been read; an error names what could not be.
    LoadEnd(Result<(), String>),
    /// Records of the file that is being imported.
    ImportItems(Vec<Item>),
    /// Its end; an error says where it broke off.
    ImportEnd(Option<String>),
    /// Once a second.
    Tick,
}

/// Everything that the core wants done, after the flush.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Answer a command.
    Reply(Answer, Result<Outcome, Failure>),
    /// Answer a command from the snapshot, off the loop.
    Read(Command, Answer),
    /// Answer a search, off the loop; the cells are those of the territory asked for.
    Search(Query, Option<Arc<Vec<Cell>>>, Answer),
    /// Bring the search index up to date.
    Index(ElementChanges),
    /// All elements are loaded: let the index check itself against them.
    IndexLoaded,
    /// Something was erased: make the search index anew.
    IndexRenew,
    /// Tell the network task.
    Net(NetCommand),
    /// Begin to read a file.
    Import(ImportRequest),
    /// End the loop.
    Stop,
}

/// An import under way.
#[derive(Debug)]
pub(crate) struct ImportJob {
    pub answer: Answer,
    pub file: String,
    pub report: ImportReport,
    /// Seeds met in this file: the same id twice in one file would change back and forth.
    pub seen: std::collections::HashSet<[u8; 16]>,
}
