//! The asking side, towards one peer. One request is under way at a time. SPEC.md §9.
//!
//! A round: say hello; if the peer has been followed before, take what has arrived since, otherwise compare
//! ranges; fetch the entries that are missing, the newest logs first; fetch payloads; caught up.

mod beginnings;
mod comparing;
mod cursor;
mod declined;
mod goal;
mod people;
mod shown;
mod since;

pub use cursor::Cursor;
pub use goal::TAIL;

use self::{
    declined::TurnedDown,
    goal::{Goal, Rank, depth_digest},
    people::People,
    shown::ShownInstance,
};
use super::{
    HAVE_MAX, PAYLOADS_MAX, PREFIXES_MAX, REQUEST_MAX, WANTS_MAX,
    message::{Digest, Frame, LogItem, Missing, PayloadWant, RegisterInterests, Request, Response, Said, Seen, Want},
    prefixes::Prefixes,
    range::{self, Part, Work},
    replica::Replica,
};
use crate::{
    clock::Stamp,
    entry::{Body, Header},
    ids::AuthorId,
    log::LogState,
    scope::LogId,
};
use serde_bytes::ByteBuf;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
};

/// Digests remembered of what one peer has sent: 16 B each. What is forgotten may be sent back once.
const TOOK_MAX: usize = 1_024;
/// Prefixes under which one request compares, beside its ranges.
const UNDER_MAX: usize = 256;
/// Ranges of one request: each of them may be split by 64.
const RANGES_ASKED: usize = 1_000;
/// Units of [`Work`] that a comparison may cost for each unit with which it began: an honest peer lets each log be
/// looked at once for each time that ranges are split (by 64), and again for what did not fit into a message.
const COMPARING_MAX: usize = 16;
/// Units with which a comparison begins at least: that of a peer that begins with nothing costs what it lists.
const COMPARING_MIN: usize = 65_536;
/// Parts that wait to be compared: about 100 B each. Between two honest peers a part has eight logs, or is the last of
/// its kind, so these are more logs than are waited for.
const PARTS_MAX: usize = 65_536;

/// What the shell does for the core.
#[derive(Debug, Clone, PartialEq)]
pub enum PullEffect {
    /// Send, and hand the answer to [`Pull::on_response`].
    Send(Request),
    /// Verify and store in this order, what is refused counts against the peer; then call [`Pull::on_ingested`].
    Ingest {
        /// Headers with what is said of their payloads. An erasure is to be believed only if it is held.
        frames: Vec<Frame>,
        /// Logs of which nothing is held, that begin with their first frame here whatever its number.
        begin: BTreeSet<LogId>,
    },
    /// Payloads of headers that are held.
    Payloads(Vec<(Missing, Body)>),
    /// Nothing more of interest is known to be missing from this peer, of which so much has been followed.
    CaughtUp(Seen),
    /// The peer broke the protocol: say so, count it. The round is over.
    Misbehaved(&'static str),
}

#[derive(Debug, Clone, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    Registering,
    Greeting,
    Comparing,
    Fetching,
    Filling(Vec<Missing>),
    Meeting(Vec<AuthorId>),
}

/// The asking side, towards one peer.
#[derive(Debug, Clone, Default)]
pub struct Pull {
    state: State,
    /// What is wanted from this peer.
    interests: BTreeSet<Vec<u8>>,
    /// What the peer has registered, as far as it has said so.
    registered: BTreeSet<Vec<u8>>,
    /// The interests up to which `seen` holds.
    covered: BTreeSet<Vec<u8>>,
    seen: Option<Seen>,
    /// From before a restart: the digest of the interests for which `seen` holds, if they are still the same.
    kept: Option<Digest>,
    /// What `seen` becomes when the round ends.
    goal: Option<Seen>,
    /// Own arrival number when the last round ended.
    told: u64,
    /// Item digests of the logs that grew by what this peer sent, as they were then: not to be sent back to it.
    took: VecDeque<Digest>,
    /// Comparisons still to be made: under these prefixes, as many as fit a request; none: under all registered.
    todo: VecDeque<Option<Vec<Vec<u8>>>>,
    /// The comparison under way.
    under: Option<Vec<Vec<u8>>>,
    /// Parts still to be compared.
    parts: VecDeque<Part>,
    rounds: usize,
    /// What the comparison under way may still cost here.
    work: Work,
    wants: BTreeMap<LogId, Goal>,
    /// The same in the order in which they are asked for ([`Goal::place`]).
    order: BTreeSet<(Rank, Reverse<Stamp>, LogId)>,
    /// Whose identities are asked about.
    people: People,
    /// Logs of which something came that could not be taken before its author's identity.
    unproven: BTreeSet<LogId>,
    /// What was declined in this round.
    turned_down: TurnedDown,
    /// What the request under way asks for, and what was held of each then.
    asked: BTreeMap<LogId, (Want, Option<Digest>)>,
    /// Logs of which something came with the last answer.
    came: BTreeSet<LogId>,
    cut: bool,
    /// Logs left alone in this round: what was sent of them was not taken.
    stuck: BTreeSet<LogId>,
    filled: bool,
    /// The last log whose beginning this peer was asked for; none: from the first on.
    begun_up_to: Option<LogId>,
    /// What the peer had, and the own arrival number, when it was last asked for the first of all.
    begun_at: Option<(Option<Seen>, u64)>,
    asked_payloads: bool,
    /// The last payload that this peer was asked for; none: from the first on.
    filled_up_to: Option<Missing>,
    /// Whether what was asked for is all that is missing behind that.
    asked_all: bool,
    restart: bool,
    /// As which instance this replica is shown to the peer.
    shown: ShownInstance,
    /// What is told of our own clock.
    clock: Option<u64>,
}

impl Pull {
    /// Towards a peer that has been followed before, with the interests for which that holds.
    #[must_use]
    pub fn resume(seen: Option<Seen>, covered: BTreeSet<Vec<u8>>) -> Self {
        Self { seen, covered, ..Self::default() }
    }
    /// What to tell of our own clock from now on ([`crate::clock::OwnClock::told`]), in asking and in answering.
    pub fn set_clock(&mut self, clock: Option<u64>) {
        self.clock = clock;
    }
    /// What is told of our own clock.
    #[must_use]
    pub fn clock(&self) -> Option<u64> {
        self.clock
    }
    /// Whether a round is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.state != State::Idle
    }
    /// Logs of which entries are still to come, as far as known.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.wants.len()
    }
    /// Whether a log has come from this peer as it is now.
    #[must_use]
    pub fn has_sent(&self, digest: &Digest) -> bool {
        self.took.contains(digest)
    }
    /// How far the peer has been followed, and for which interests.
    #[must_use]
    pub fn followed(&self) -> (Option<Seen>, &BTreeSet<Vec<u8>>) {
        (self.seen, &self.covered)
    }

    /// Begin a round over interests: prefixes of log keys. While one is under way, another follows it.
    pub fn start<R: Replica>(
        &mut self,
        interests: BTreeSet<Vec<u8>>,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        self.interests = interests;
        self.look(replica);
        if self.is_busy() {
            self.restart = true;
            return Ok(Vec::new());
        }
        if self.interests.is_empty() {
            return Ok(Vec::new());
        }
        self.take_up();
        (self.rounds, self.filled, self.asked_payloads) = (0, false, false);
        self.stuck.clear();
        self.people.clear();
        self.turned_down = TurnedDown::default();
        self.todo.clear();
        self.greet(replica)
    }

    /// Ask for a log that another way has shown to be longer (gossip). Nothing if a round is under way that will.
    pub fn want<R: Replica>(&mut self, theirs: LogItem, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        self.look(replica);
        self.note_author(&theirs, replica);
        self.add_hint(theirs);
        if self.is_busy() { Ok(Vec::new()) } else { self.next(replica) }
    }

    /// The connection or a request failed: the round is over. What was followed stays.
    pub fn on_failure(&mut self) {
        let (seen, covered, took) = (self.seen, std::mem::take(&mut self.covered), std::mem::take(&mut self.took));
        let (told, clock, kept, begun_up_to) = (self.told, self.clock, self.kept, self.begun_up_to);
        *self = Self { told, clock, kept, took, begun_up_to, ..Self::resume(seen, covered) };
    }

    /// An answer came.
    pub fn on_response<R: Replica>(&mut self, response: Response, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        self.look(replica);
        match (std::mem::take(&mut self.state), response) {
            (_, Response::Refused { .. }) => Ok(self.misbehaved("refused our request")),
            (State::Registering, Response::Registered { interests }) => {
                if interests != Prefixes::digest(&self.registered) {
                    return Ok(self.misbehaved("registered other interests"));
                }
                self.greet(replica)
            }
            (State::Greeting, Response::Anew { own, registered, ranges, .. }) => {
                if !registered {
                    // It has forgotten them: all again.
                    self.registered.clear();
                    self.rounds = self.rounds.saturating_add(1);
                    if self.rounds > 2 {
                        return Ok(self.misbehaved("forgets what was registered"));
                    }
                    return self.greet(replica);
                }
                self.covered.clear();
                self.goal = Some(own);
                match range::unpack(ranges) {
                    Some(parts) if self.seen.is_none() => self.on_ranges(parts, replica),
                    Some(_) => {
                        // Another store than the one that was followed.
                        self.seen = None;
                        self.todo.push_back(None);
                        self.next(replica)
                    }
                    None => Ok(self.misbehaved("sent ranges that do not ascend")),
                }
            }
            (State::Greeting, Response::Since { frames, longer, seen, more, people, .. }) => {
                self.note_people(people);
                self.on_since(frames, longer, seen, more, replica)
            }
            (State::Comparing, Response::Ranges { ranges }) => match range::unpack(ranges) {
                Some(parts) => self.on_ranges(parts, replica),
                None => Ok(self.misbehaved("sent ranges that do not ascend")),
            },
            (State::Fetching, Response::Entries { frames, more }) => self.on_entries(frames, more, replica),
            (State::Filling(of), Response::Payloads { said }) => self.on_payloads(of, said, replica),
            (State::Meeting(of), Response::People { items, through }) => self.on_people(&of, items, through, replica),
            _ => Ok(self.misbehaved("answered something else than was asked")),
        }
    }

    /// What was given with [`PullEffect::Ingest`] has been stored, or refused.
    pub fn on_ingested<R: Replica>(&mut self, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        self.look(replica);
        for (log, (want, before)) in std::mem::take(&mut self.asked) {
            let state = replica.state(&log);
            let now = state.map(|state| depth_digest(&log, &state));
            let Some(goal) = self.wants.get_mut(&log) else { continue };
            let advanced = std::mem::take(&mut goal.advanced);
            if self.unproven.contains(&log) {
                // Once more as it was asked for, when its author's identity has come.
            } else if now != before {
                (goal.misses, goal.through) = (0, None);
                goal.go_on();
            } else if advanced {
                // The end of the restatement is still to come, or all of it in one answer.
            } else if self.cut && state.is_some_and(|state| want.to < state.lo) && goal.narrow() {
                // An answer begins with the oldest, and what is needed first did not fit any more.
            } else if self.came.contains(&log) || !self.cut {
                goal.misses = goal.misses.saturating_add(1);
            }
        }
        self.unproven.clear();
        for log in std::mem::take(&mut self.came) {
            // What is held may be more than what the peer has: another branch, say.
            let theirs = self.wants.get(&log).map(|goal| &goal.theirs.tips);
            let all_theirs =
                |state: &LogState| theirs.is_some_and(|theirs| state.tips().all(|tip| theirs.contains(&tip)));
            let digest = replica.state(&log).filter(all_theirs).and_then(|_| replica.item_digest(&log));
            self.took.extend(digest.filter(|digest| !self.took.contains(digest)));
        }
        let beyond = self.took.len().saturating_sub(TOOK_MAX);
        self.took.drain(..beyond);
        self.next(replica)
    }

    fn misbehaved(&mut self, how: &'static str) -> Vec<PullEffect> {
        self.on_failure();
        vec![PullEffect::Misbehaved(how)]
    }

    /// Register what the peer does not know of, then say hello.
    fn greet<R: Replica>(&mut self, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        let gone = self.registered.difference(&self.interests).next().is_some();
        if gone {
            self.registered.clear();
        }
        let mut add: Vec<Vec<u8>> = self.interests.difference(&self.registered).cloned().collect();
        let many = add.len() > PREFIXES_MAX;
        add.truncate(PREFIXES_MAX);
        let register = if gone || !add.is_empty() {
            let anew = self.registered.is_empty();
            self.registered.extend(add.iter().cloned());
            Some(RegisterInterests { anew, add: add.into_iter().map(ByteBuf::from).collect() })
        } else {
            None
        };
        if let Some(register) = register.clone().filter(|_| many) {
            self.state = State::Registering;
            return Ok(vec![PullEffect::Send(Request::Interests { register })]);
        }
        let own = Seen { instance: replica.instance(), arrival: replica.arrival() };
        let changed: BTreeSet<LogId> = if self.seen.is_some() {
            replica.arrived(self.told, HAVE_MAX.saturating_mul(4))?.into_iter().map(|what| what.log).collect()
        } else {
            BTreeSet::new()
        };
        let have = changed.into_iter().filter_map(|log| replica.item_digest(&log));
        let have = have.take(HAVE_MAX).collect();
        self.state = State::Greeting;
        let interests = Prefixes::digest(&self.registered);
        let ranges = if self.seen.is_none() {
            self.under = None;
            let all = Prefixes::new(self.interests.iter().cloned());
            range::pack(self.begin(&all, replica))
        } else {
            Vec::new()
        };
        let (seen, clock) = (self.seen, self.clock);
        Ok(vec![PullEffect::Send(Request::Hello { own, seen, register, interests, ranges, have, clock })])
    }

    fn on_entries<R: Replica>(
        &mut self,
        frames: Vec<Frame>,
        more: bool,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        let mut by_log: BTreeMap<LogId, Vec<Frame>> = BTreeMap::new();
        let mut kept = Vec::with_capacity(frames.len());
        for frame in frames {
            match Header::decode(&frame.header) {
                Ok((header, _)) => {
                    let asked = self.asked.get(&header.log);
                    if !asked.is_some_and(|(want, _)| (want.from..=want.to).contains(&header.seq)) {
                        return Ok(self.misbehaved("sent entries that were not asked for"));
                    }
                    by_log.entry(header.log).or_default().push(frame);
                }
                // What cannot be read goes on to be refused by name.
                Err(_) => kept.push(frame),
            }
        }
        if more && by_log.is_empty() {
            return Ok(self.misbehaved("promises entries and sends none"));
        }
        let mut begin = BTreeSet::new();
        for (log, mut frames) in by_log {
            match replica.state(&log) {
                // Each entry names the one before: downwards from the lowest.
                Some(state) if self.asked.get(&log).is_some_and(|(want, _)| want.to < state.lo) => {
                    frames.reverse();
                    let highest = frames.first().and_then(|frame| Header::decode(&frame.header).ok());
                    if more && highest.is_some_and(|(header, _)| header.seq.saturating_add(1) < state.lo) {
                        // No room was left for what is needed first: asked for again in a shorter step.
                        self.came.insert(log);
                        continue;
                    }
                }
                Some(_) => {}
                None => drop(begin.insert(log)),
            }
            self.came.insert(log);
            self.advance(log, &frames);
            kept.extend(frames);
        }
        self.cut = more;
        self.state = State::Fetching;
        if kept.is_empty() {
            return self.on_ingested(replica);
        }
        Ok(vec![PullEffect::Ingest { frames: kept, begin }])
    }

    fn on_payloads<R: Replica>(
        &mut self,
        of: Vec<Missing>,
        said: Vec<Said>,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        if said.len() > of.len() {
            return Ok(self.misbehaved("sent payloads that were not asked for"));
        }
        // One round after the other, so that what nobody has, or what did not fit, keeps nobody from the rest.
        let through = said.len().max(1).min(of.len());
        let all = through == of.len() && self.asked_all;
        self.filled_up_to = of.get(through.saturating_sub(1)).copied().filter(|_| !all);
        let found: Vec<(Missing, Body)> = of.into_iter().zip(said.into_iter().map(Said::body)).collect();
        let mut effects = vec![PullEffect::Payloads(found)];
        effects.extend(self.next(replica)?);
        Ok(effects)
    }

    fn next<R: Replica>(&mut self, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        // What others wrote counts by their identities.
        if let Some(effect) = self.meet(replica) {
            return Ok(vec![effect]);
        }
        self.ask_of_pushed();
        // Entries that are known to be missing, the newest logs first.
        while !self.order.is_empty() {
            let first: Vec<LogId> = self.order.iter().take(WANTS_MAX).map(|(.., log)| *log).collect();
            let mut wants = Vec::with_capacity(first.len());
            for log in first {
                let Some(goal) = self.wants.get_mut(&log) else { continue };
                let rests = !goal.again && replica.has_declined(&goal.theirs);
                let want = if rests || replica.declines(&log) {
                    None
                } else if let Some(tips) = goal.want_of_declined(replica)? {
                    tips
                } else {
                    goal.next_want(replica)?
                };
                match want {
                    Some(want) => {
                        let before = replica.state(&log).map(|state| depth_digest(&log, &state));
                        if replica.state(&log).is_some_and(|state| want.to < state.lo) {
                            self.put_back(&log);
                        }
                        self.asked.insert(log, (want, before));
                        wants.push(want);
                    }
                    None => {
                        self.stuck.insert(log);
                        self.forget(&log);
                        self.leave_declined(&log);
                    }
                }
            }
            if !wants.is_empty() {
                self.state = State::Fetching;
                return Ok(vec![PullEffect::Send(Request::Entries { wants })]);
            }
        }
        if !self.parts.is_empty() {
            return self.ask_ranges(replica);
        }
        if let Some(under) = self.todo.pop_front() {
            return self.compare(under, replica);
        }
        if !std::mem::replace(&mut self.filled, true) {
            self.ask_of_beginnings(replica);
            if !self.order.is_empty() {
                return self.next(replica);
            }
        }
        if !std::mem::replace(&mut self.asked_payloads, true) {
            let missing: Vec<Missing> = replica.missing(self.filled_up_to.as_ref(), PAYLOADS_MAX)?;
            let (mut of, mut asked, mut room) = (Vec::new(), Vec::new(), REQUEST_MAX.saturating_sub(1_024));
            for one in &missing {
                let want = PayloadWant::of(one, &replica.payload(one)?);
                let Some(left) = room.checked_sub(want.len()) else { break };
                room = left;
                asked.push(want);
                of.push(*one);
            }
            self.asked_all = of.len() == missing.len() && missing.len() < PAYLOADS_MAX;
            if of.is_empty() {
                self.filled_up_to = None;
            } else {
                self.state = State::Filling(of);
                return Ok(vec![PullEffect::Send(Request::Payloads { of: asked })]);
            }
        }
        self.state = State::Idle;
        self.stuck.clear();
        let partial = self.shown.changed_in_round();
        self.restart |= partial;
        if !self.restart {
            // Otherwise the next hello says what has come meanwhile, from wherever, so that it does not come again.
            self.told = replica.arrival();
        }
        if let Some(seen) = self.goal.take() {
            self.seen = Some(seen);
            if !partial {
                self.covered.clone_from(&self.registered);
            }
        }
        if std::mem::take(&mut self.restart) {
            let interests = self.interests.clone();
            return self.start(interests, replica);
        }
        Ok(self.seen.map(PullEffect::CaughtUp).into_iter().collect())
    }
}
