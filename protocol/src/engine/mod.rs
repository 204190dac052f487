//! Replication with many peers: when each is asked and what for, who is answered and how much, what is passed on, what
//! each may know of, what is declined for want of room. SPEC.md §9, §10.5.
//!
//! Sans-IO: events in, [`Effect`]s out; the time and the randomness are handed in. A node drives it over libp2p and its
//! store, the simulator over virtual time and memory; both are a [`Host`].
//!
//! * [`peers`]: what is known of each peer
//! * [`interest`]: what this replica asks for, hears and keeps
//! * `rounds`: asking; `answers`: answering; `taking`: what has come is verified and stored; `proving`: whether it
//!   counts by its author's identity; `gossip`: passing on
//! * `proofs`: which closed scopes a peer shares with this node
//! * `carried`: what a file brings
//! * `declining`: what the replica's own policy does not want
//! * [`admission`], [`allowance`]: how much strangers may bring, and have done for them
//! * [`strangers`]: how much people may have here whom nobody known vouches for
//! * [`cursors`]: how far each peer was followed, over restarts

pub mod admission;
pub mod allowance;
mod answers;
mod carried;
pub mod cursors;
mod declining;
mod gossip;
pub mod interest;
pub mod peers;
mod proofs;
mod proving;
mod rounds;
pub mod strangers;
mod taking;

pub use admission::Admission;
pub use carried::Carried;
pub use cursors::Cursors;
pub use gossip::Verdict;
pub use interest::Interest;
pub use peers::PeerReport;
pub use strangers::{Room, Strangers};

use crate::{
    clock::{Monotonic, OwnClock},
    entry::{Entry, Header, HeldEntry, Signed},
    geo::Cell,
    ids::{AuthorId, DeviceId, EntryId, Hash},
    log::NotTaken,
    op::EntryPlace,
    private::{Arrivals, Draw, Only, ProofOf, proof::ProofMessage},
    replication::{
        declined::Declined,
        message::{Missing, Request, Response},
        replica::Replica,
    },
    scope::{LogId, Scope},
};
use peers::Peers;
use proving::Unproven;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::{Debug, Display},
};

/// The name of another node. It is not by itself a person. Its text names what is kept of it over restarts.
pub trait Peer: Copy + Ord + Debug + Display {
    /// What stands for it in proofs of closed scopes (SPEC.md §10.5): a hash of the key that the transport verified.
    fn end(&self) -> Hash;
}

/// The replica that is replicated, and what its owner knows and wants.
pub trait Host: Interest {
    /// Where the entries lie.
    type Store: Replica;

    /// Where the entries lie.
    fn store(&self) -> &Self::Store;
    /// The numbers of arrivals that some peers may not know of.
    fn arrivals(&self) -> &Arrivals;
    /// What this node can prove, and asks of others.
    fn proofs(&self) -> Vec<ProofOf>;
    /// Another number whenever [`Host::proofs`] may have changed.
    fn proofs_revision(&self) -> u64;
    /// Whether an entry may be taken, by what its verified header says: a policy of this replica's own. Of what is
    /// declined nothing is stored or passed on. Not asked of closed scopes, of which a key is held. To how many bytes
    /// of blobs it leads the header says too ([`Header::blobs_total`]).
    fn admits(&self, _header: &Header, _room: Room) -> bool {
        true
    }
    /// What is taken though there is no room for strangers.
    fn belonging(&self) -> Only;
    /// The erasure that counts for the entry at a place.
    fn erasure(&self, scope: &Scope, place: &EntryPlace) -> Option<EntryId>;
    /// The header that is held of a payload that is still to come.
    fn header_of(&self, of: &Missing) -> Result<Option<Signed>, Failed<Self>>;
    /// Whether an act of a log's author brings its device in: only then are its entries taken. In closed scopes that is
    /// for the reducers to say.
    fn proves(&self, log: &LogId) -> bool {
        log.scope.is_closed() || self.brought_in(log.author, log.device)
    }
    /// Whether an act of an identity brings a device in, be it that the act does not count.
    fn brought_in(&self, author: AuthorId, device: DeviceId) -> bool;
    /// The devices that acts of an identity bring in, with entries that have come of it.
    fn brought_in_by(&self, author: AuthorId, entries: &[HeldEntry]) -> BTreeSet<DeviceId>;
    /// Store verified entries in this order, and fold them. Logs of which nothing is held may `begin` with their first
    /// entry here, whatever its number.
    fn take(&mut self, entries: Vec<HeldEntry>, begin: &BTreeSet<LogId>) -> Result<TakenOrNot, Failed<Self>>;
    /// A payload has come, or the word that it is erased, of a header that is held.
    fn fill(&mut self, entry: HeldEntry) -> Result<(), Failed<Self>>;
    /// A round has ended: all that one peer has of interest is held.
    fn caught_up(&mut self) -> Result<(), Failed<Self>>;
    /// Something was refused, by name: it is counted.
    fn refused(&mut self, reason: &str, detail: &str);
    /// Randomness for one use.
    fn draw(&mut self) -> Result<Draw, Failed<Self>>;
}

/// What became of entries that came: of each, in the order given.
pub type TakenOrNot = Vec<Result<(), NotTaken>>;

/// Why a host's store failed.
pub type Failed<H> = <<H as Host>::Store as Replica>::Error;

/// What the shell does, after what was stored is durable. `P` names a peer, `Q` a question that waits for its answer.
#[derive(Debug)]
pub enum Effect<P, Q> {
    /// Ask a peer; its answer comes back with the token.
    Ask {
        /// Whom.
        peer: P,
        /// Names the question.
        token: u64,
        /// What.
        request: Request,
    },
    /// Answer a peer.
    Answer {
        /// Which question.
        to: Q,
        /// What.
        response: Response,
    },
    /// Say a proof of closed scopes to a peer; its answer comes back with the token.
    Prove {
        /// Whom.
        peer: P,
        /// Names the message.
        token: u64,
        /// What.
        message: ProofMessage,
    },
    /// Gossip an entry to whoever hears its cell's topic. A hint: it may be lost.
    Publish(Box<Entry>),
    /// The topics to hear: the whole set.
    Subscribe(BTreeSet<Cell>),
    /// End the connection with a peer.
    Disconnect(P),
}

/// What clocks show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Now {
    /// What this machine knows of the time by itself.
    pub own: OwnClock,
    /// A clock that never jumps.
    pub monotonic: Monotonic,
}

/// Milliseconds between two rounds with a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between the first two after a connection; the wait doubles.
    pub first_ms: u64,
    /// The longest wait: what gossip lost comes with the next round.
    pub every_ms: u64,
}

impl Default for Pace {
    /// Until gossip's mesh stands, what is written reaches a new neighbour by rounds alone.
    fn default() -> Self {
        Self { first_ms: 1_000, every_ms: 15_000 }
    }
}

/// The state of replication with all peers.
#[derive(Debug)]
pub struct Engine<P, Q> {
    peers: Peers<P>,
    /// Who was followed how far.
    pub cursors: Cursors,
    /// What the replica's own policy has declined.
    pub declined: Declined,
    /// How much strangers may bring.
    pub admission: Admission,
    pace: Pace,
    now: Now,
    /// What stands for this node in proofs; none without a network.
    end: Option<Hash>,
    /// Whether all that is held has been folded: before, it is not known whom to hide, and whom to ask for.
    ready: bool,
    /// What peers asked meanwhile.
    early: Vec<(P, Q, Request)>,
    /// Questions of those that have used up their work, the oldest first.
    late: VecDeque<answers::Late<P, Q>>,
    /// What was proved last, and as of which revision.
    proved: Vec<ProofOf>,
    proved_at: Option<u64>,
    /// Entries to be gossiped once they are durable, the last of each log.
    said: BTreeMap<LogId, Entry>,
    unproven: Unproven,
    effects: Vec<Effect<P, Q>>,
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Nobody has been met yet, and nothing that is held has been folded.
    #[must_use]
    pub fn new(cursors: Cursors, pace: Pace) -> Self {
        Self {
            peers: Peers::default(),
            cursors,
            declined: Declined::default(),
            admission: Admission::default(),
            pace,
            now: Now::default(),
            end: None,
            ready: false,
            early: Vec::new(),
            late: VecDeque::new(),
            proved: Vec::new(),
            proved_at: None,
            said: BTreeMap::new(),
            unproven: Unproven::default(),
            effects: Vec::new(),
        }
    }

    /// This node has a name on the network, and this stands for it in proofs ([`Peer::end`]).
    pub fn set_end(&mut self, end: Option<Hash>) {
        self.end = end;
    }
    /// What stands for this node in proofs.
    #[must_use]
    pub const fn end(&self) -> Option<Hash> {
        self.end
    }
    /// What clocks show from now on.
    pub fn set_now(&mut self, now: Now) {
        self.now = now;
    }
    /// Whether all that is held has been folded.
    pub fn set_ready(&mut self, ready: bool) {
        self.ready = ready;
    }
    /// What is to be done, in this order.
    pub fn take_effects(&mut self) -> Vec<Effect<P, Q>> {
        std::mem::take(&mut self.effects)
    }
    /// The peers connected now.
    #[must_use]
    pub fn connected(&self) -> Vec<P> {
        self.peers.connected()
    }
    /// What the clocks of those connected show now, milliseconds since 1970 UTC.
    pub fn clocks(&self, monotonic: Monotonic) -> impl Iterator<Item = u64> {
        self.peers.clocks(monotonic)
    }
    /// How it stands with each peer met.
    pub fn reports(&self) -> impl Iterator<Item = (P, PeerReport)> {
        self.peers.reports()
    }
    /// A name for a question to a peer.
    pub fn next_token(&mut self) -> u64 {
        self.peers.next_token()
    }

    /// The store is another one: what was under way is begun anew.
    pub fn begin_anew(&mut self, cursors: Cursors, declined: Declined) {
        self.peers.begin_anew(self.pace);
        (self.cursors, self.declined) = (cursors, declined);
        self.ready = false;
        self.early.clear();
        (self.proved, self.proved_at) = (Vec::new(), None);
        self.said.clear();
    }

    /// What is followed, written in or met has changed: hear its topics, ask for it.
    pub fn interests_changed<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        self.effects.push(Effect::Subscribe(interest::topics(host)));
        self.answer_early(host)?;
        for peer in self.peers.connected() {
            self.begin_round(host, &peer)?;
        }
        Ok(())
    }

    /// Once a second: what is due.
    pub fn tick<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        self.look_at_unproven();
        self.rounds_due(host)?;
        self.answer_late(host)?;
        self.prove_anew(host)?;
        self.prove_again(host)
    }
}
