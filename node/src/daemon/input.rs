//! What reaches the core and what it asks for: both closed.

use super::replica::wrap_inbox::Given;
use crate::{
    bundle_file::FrameAt,
    failure::Failure,
    handle::Order,
    import::{Column, ImportError, ImportNote, Taken},
    modules::{
        Command, Outcome,
        bundle::{BundleReport, ReadBundle},
        export::Export,
        import::{BothChanged, Edition, ImportReport, ImportRequest, PreviewRow, Undone, said::SaidKey},
        search::Query,
    },
    net::{NetCommand, NetEvent},
    store::{Store, StoreError},
    streets::PackInfo,
    territory::Land,
    views::ElementChanges,
};
use communaut_protocol::{ElementId, IdentityId, engine::Strangers, fold::Record, private::Item as Wrapped};
use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

pub(crate) use crate::handle::Answer;

/// Everything that happens to a node.
#[derive(Debug)]
pub(crate) enum Input {
    /// A command.
    Order(Order),
    /// From the network.
    Net(NetEvent),
    /// Of the store, read again at the start; the number says of which ([`super::core::Core::generation`]).
    Loaded(u32, Loaded),
    /// A store that failed has come back, or has not.
    Mended(Result<Box<Store>, StoreError>),
    /// Records of the file that is being imported.
    ImportItems(Vec<Taken>),
    /// The street map that is made of it.
    ImportStreets(Streets),
    /// Its end.
    ImportEnd(Box<ImportEnd>),
    /// Frames of the bundle that is being read.
    BundleFrames(Vec<FrameAt>),
    /// Its end; an error says where it broke off.
    BundleEnd(Option<String>),
    /// The next part of the import that is being taken back.
    UndoPart,
    /// Once a second.
    Tick,
}

/// What becomes of the street map of a file.
#[derive(Debug)]
pub(crate) enum Streets {
    /// It is being made.
    Begin,
    /// It was made; and all that there are now.
    Made(PackInfo, Arc<Vec<PackInfo>>),
    /// Why there is none.
    Failed(ImportError),
}

/// What is read of the store at the start.
#[derive(Debug)]
pub(crate) enum Loaded {
    /// Stored entries.
    Records(Vec<Record>),
    /// What stored entries give to this device.
    Wraps(Vec<(Given, Vec<Wrapped>)>),
    /// How much is held of whom.
    Held(Strangers),
    /// All that can be read has been; an error names what could not be.
    End(Result<(), StoreError>),
}

/// Everything that the core wants done, after the flush.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Answer a command.
    Reply(Answer, Result<Outcome, Failure>),
    /// Answer a command from the snapshot, off the loop.
    Read(Command, Answer),
    /// Answer a search, off the loop, in the territories asked for.
    Search(Query, Option<Vec<Land>>, Answer),
    /// Write what a search finds, off the loop.
    Export(Export, Option<Vec<Land>>, Answer),
    /// Bring the search index up to date.
    Index(ElementChanges),
    /// All elements are loaded: let the index check itself against them.
    IndexLoaded,
    /// Something was erased: make the search index anew.
    IndexRenew,
    /// Tell the network task.
    Net(NetCommand),
    /// Begin to read a file for this person, until that is to end.
    Import(ImportRequest, IdentityId, Arc<AtomicBool>),
    /// Begin to read a bundle, until that is to end.
    ReadBundle(ReadBundle, Arc<AtomicBool>),
    /// Bring back a store that failed.
    Mend {
        /// Whether every entry of it is to be looked at.
        salvage: bool,
    },
    /// Take this once what waits has been taken: the rest of a work that would hold others up.
    Then(Input),
    /// End the loop.
    Stop,
}

/// Entries or records of one such batch: about 10 ms of folding.
pub(crate) const WORK_BATCH: usize = 500;

/// An import under way.
#[derive(Debug)]
pub(crate) struct ImportJob {
    pub answer: Answer,
    pub file: String,
    pub report: ImportReport,
    /// Nothing is written.
    pub dry_run: bool,
    /// Whoever asked has said which data set it is.
    pub named: bool,
    /// Whether its street map is being made.
    pub streets: bool,
    /// What to do where the owner and the file have changed a field.
    pub both_changed: BothChanged,
    /// Tells whoever reads the file to end.
    pub stop: Arc<AtomicBool>,
    /// Under what it is remembered what the file says.
    pub key: SaidKey,
}

/// An import that is being taken back, part by part.
#[derive(Debug)]
pub(crate) struct UndoJob {
    pub answer: Answer,
    /// Of which data set.
    pub source: String,
    pub undone: Undone,
    /// What is still to be looked at.
    pub rest: Vec<ElementId>,
    /// Whoever asked wants no more of it.
    pub stop: bool,
}

/// What is known when a file has been read.
#[derive(Debug, Default)]
pub(crate) struct ImportEnd {
    /// Where it broke off.
    pub error: Option<ImportError>,
    pub notes: Vec<ImportNote>,
    pub columns: Vec<Column>,
    /// The first records, for a preview.
    pub rows: Vec<PreviewRow>,
    /// Whether it may be a newer edition of a data set that is here.
    pub edition: Option<Edition>,
    /// The seeds of all that it has, or stands for.
    pub seen: HashSet<[u8; 16]>,
    /// The data set, if what it has no longer is to be told.
    pub whole: Option<String>,
}

/// A bundle that is being read.
#[derive(Debug)]
pub(crate) struct BundleJob {
    pub answer: Answer,
    pub path: PathBuf,
    pub report: BundleReport,
    /// Tells whoever reads the file to end.
    pub stop: Arc<AtomicBool>,
}
