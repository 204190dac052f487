//! What the window has read of the replica. A view reads in each frame what it draws; the node is asked once for each
//! question and version of the replica, off the frame, and what it said last is shown meanwhile.

use super::Commands;
use crate::backend::Pending;
use communaut_node::api::{CARDS_MAX, Card, Cards, Command, Failure, FailureCode, Outcome, Reply, Request};
use communaut_protocol::ElementId;
use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Seconds between two requests that only a changed replica asks for: an import publishes many snapshots a second.
pub const REST_SECS: f64 = 0.5;
/// Questions held: more than a window shows at once. The one that was read longest ago goes.
const HELD_MAX: usize = 64;
/// Seconds between two attempts where the node could not answer: doubled each time, up to this.
const RETRY_MAX_SECS: f64 = 30.0;
/// Cards held, each with its element's texts: those in sight, and those that one scrolls back to.
const CARDS_HELD_MAX: usize = 2_048;

/// An answer as far as it is known.
#[derive(Debug)]
pub struct Reading<T> {
    /// What the node said last; none until it has.
    pub value: Option<Arc<T>>,
    /// Why it has nothing newer to say.
    pub failure: Option<Failure>,
}

impl<T> Reading<T> {
    /// Whether nothing was answered yet.
    #[must_use]
    pub const fn is_awaited(&self) -> bool {
        self.value.is_none() && self.failure.is_none()
    }
}

type Value = Arc<dyn Any + Send + Sync>;

/// A question with its answer.
struct Held {
    question: Command,
    /// Version of the replica for which it was asked last.
    of: u64,
    sent_secs: f64,
    under_way: Option<Box<dyn Pending>>,
    /// Holds the reply that the question names.
    value: Option<Value>,
    failure: Option<Failure>,
    /// Attempts that failed since it was answered.
    failed: u32,
    /// Unpacks the reply that the question names.
    unpack: fn(Outcome) -> Result<Value, Failure>,
    /// The frame in which it was last read.
    used: u64,
}

impl Held {
    fn poll(&mut self) {
        let Some(outcome) = self.under_way.as_mut().and_then(|pending| pending.poll()) else { return };
        self.under_way = None;
        match outcome.and_then(self.unpack) {
            Ok(value) => (self.value, self.failure, self.failed) = (Some(value), None, 0),
            Err(failure) => (self.failure, self.failed) = (Some(failure), self.failed.saturating_add(1)),
        }
    }
    /// Whether asking once more may help, though nothing has changed.
    fn may_be_answered_yet(&self) -> bool {
        use FailureCode::{Busy, Internal, Io, Stopped};
        self.failure.as_ref().is_some_and(|failure| matches!(failure.code, Busy | Internal | Io | Stopped))
    }
}

/// All that was read.
#[derive(Default)]
pub struct Readings {
    held: RefCell<Vec<Held>>,
    cards: RefCell<CardBook>,
    version: u64,
    now_secs: f64,
    frame: u64,
    /// Seconds after which something that is shown has to be asked again.
    due_secs: Cell<Option<f64>>,
}

impl Readings {
    /// A frame begins: take what was answered; from now on answers are wanted as of this version of the replica.
    pub fn begin(&mut self, commands: &Commands, version: u64, now_secs: f64) {
        // A window that was opened anew counts from its own beginning.
        if now_secs < self.now_secs {
            self.hurry();
        }
        (self.version, self.now_secs, self.frame) = (version, now_secs, self.frame.wrapping_add(1));
        let held = self.held.get_mut();
        held.iter_mut().for_each(Held::poll);
        if held.len() > HELD_MAX {
            held.sort_by_key(|one| std::cmp::Reverse(one.used));
            held.truncate(HELD_MAX);
        }
        let due = self.cards.get_mut().begin(commands, (version, now_secs, self.frame));
        self.wait(due);
    }

    /// What is of an older version is asked at once: one has written something oneself.
    pub fn hurry(&mut self) {
        self.held.get_mut().iter_mut().for_each(|held| held.sent_secs = f64::NEG_INFINITY);
        self.cards.get_mut().sent_secs = f64::NEG_INFINITY;
    }

    /// Seconds after which to draw again, since something shown is of an older version; once.
    pub fn take_due_secs(&self) -> Option<f64> {
        self.due_secs.take()
    }

    fn wait(&self, secs: Option<f64>) {
        let earlier = self.due_secs.get().into_iter().chain(secs).reduce(f64::min);
        self.due_secs.set(earlier);
    }

    /// The answer to a question, as far as it is known; asks it where it was not, or where the replica has changed.
    pub fn read<R: Request>(&self, commands: &Commands, question: R) -> Reading<R::Reply> {
        self.read_resting(commands, question, REST_SECS)
    }

    /// As [`Self::read`], with at least so many seconds between two requests: for what is dear to answer.
    pub fn read_resting<R: Request>(&self, commands: &Commands, question: R, rest_secs: f64) -> Reading<R::Reply> {
        let question: Command = question.into();
        let mut all = self.held.borrow_mut();
        let at = all.iter().position(|one| one.question == question).unwrap_or_else(|| {
            all.push(Held {
                question,
                of: self.version.wrapping_sub(1),
                sent_secs: f64::NEG_INFINITY,
                under_way: None,
                value: None,
                failure: None,
                failed: 0,
                unpack: |outcome| R::Reply::of(outcome).map(|reply| Arc::new(reply) as Value),
                used: 0,
            });
            all.len() - 1
        });
        let Some(held) = all.get_mut(at) else { return Reading { value: None, failure: None } };
        held.used = self.frame;
        if (held.of != self.version || held.may_be_answered_yet()) && held.under_way.is_none() {
            let rest = held.sent_secs + rest_after(held.failed, rest_secs) - self.now_secs;
            if rest > 0.0 {
                self.wait(Some(rest));
            } else {
                (held.of, held.sent_secs) = (self.version, self.now_secs);
                held.under_way = Some(commands.send(held.question.clone()));
                held.poll();
            }
        }
        let value = held.value.clone().and_then(|value| value.downcast().ok());
        Reading { value, failure: held.failure.clone() }
    }

    /// The node has answered a question with what it said of another: a reply that is still under way may be older.
    pub fn put<R: Request>(&self, question: R, reply: R::Reply) {
        let question: Command = question.into();
        if let Some(held) = self.held.borrow_mut().iter_mut().find(|held| held.question == question) {
            (held.under_way, held.of) = (None, self.version.wrapping_sub(1));
            held.value = Some(Arc::new(reply));
            held.failure = None;
        }
    }

    /// What is known of a person or an element, the person by the id of their card. What is wanted in one frame is
    /// asked for with one request; none until it is answered.
    #[must_use]
    pub fn card(&self, id: ElementId) -> Option<Arc<Card>> {
        let (card, asks) = self.cards.borrow_mut().get(id, self.version, self.frame);
        if asks {
            self.wait(Some(0.0));
        }
        card
    }
}

/// Seconds to wait after an attempt, of which so many failed.
fn rest_after(failed: u32, rest_secs: f64) -> f64 {
    if failed == 0 { rest_secs } else { (rest_secs * 2_f64.powi(failed.min(8) as i32)).min(RETRY_MAX_SECS) }
}

struct KnownCard {
    card: Arc<Card>,
    /// Version of the replica as of which it was answered.
    of: u64,
    used: u64,
}

/// Cards by id, and those that the frame before wanted.
#[derive(Default)]
struct CardBook {
    known: HashMap<ElementId, KnownCard>,
    wanted: BTreeSet<ElementId>,
    under_way: Option<(u64, Box<dyn Pending>)>,
    sent_secs: f64,
    /// Attempts that failed since one was answered.
    failed: u32,
}

impl CardBook {
    /// A card, and whether it is still to be asked for.
    fn get(&mut self, id: ElementId, version: u64, frame: u64) -> (Option<Arc<Card>>, bool) {
        let known = self.known.get_mut(&id);
        let fresh = known.as_ref().is_some_and(|known| known.of == version);
        let wants = !fresh && self.wanted.len() < CARDS_HELD_MAX && self.wanted.insert(id);
        let card = known.map(|known| {
            known.used = frame;
            known.card.clone()
        });
        (card, wants && self.under_way.is_none() && self.failed == 0)
    }

    /// Takes what was answered, and asks for what the frame before wanted. Seconds after which to look again.
    fn begin(&mut self, commands: &Commands, (version, now_secs, frame): (u64, f64, u64)) -> Option<f64> {
        self.poll(frame);
        // What has come meanwhile is asked no more.
        let known = &self.known;
        self.wanted.retain(|id| known.get(id).is_none_or(|known| known.of != version));
        if self.known.len() > CARDS_HELD_MAX {
            self.known.retain(|_, known| known.used.wrapping_add(1) >= frame);
        }
        if self.wanted.is_empty() || self.under_way.is_some() {
            return None;
        }
        let rest = self.sent_secs + rest_after(self.failed, REST_SECS) - now_secs;
        let (mut ids, stale): (Vec<_>, Vec<_>) = self.wanted.iter().partition(|id| !self.known.contains_key(id));
        if rest > 0.0 && (ids.is_empty() || self.failed > 0) {
            return Some(rest);
        }
        // Of more than one request takes, those of which nothing is known come first.
        ids.extend(stale);
        ids.truncate(CARDS_MAX);
        for id in &ids {
            self.wanted.remove(id);
        }
        self.sent_secs = now_secs;
        self.under_way = Some((version, commands.send(Cards { ids }.into())));
        self.poll(frame);
        None
    }

    fn poll(&mut self, frame: u64) {
        let Some((of, outcome)) = self.under_way.as_mut().and_then(|(of, pending)| Some((*of, pending.poll()?))) else {
            return;
        };
        self.under_way = None;
        match outcome.and_then(Vec::<Card>::of) {
            Ok(cards) => {
                self.failed = 0;
                let known = |card: Card| (card.id, KnownCard { card: Arc::new(card), of, used: frame });
                self.known.extend(cards.into_iter().map(known));
            }
            Err(failure) => {
                if self.failed == 0 {
                    tracing::warn!("names cannot be had: {failure}");
                }
                self.failed = self.failed.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture::{self, Double, ME};
    use communaut_node::api::{Communities, Show};

    struct World {
        double: Double,
        commands: Commands,
        readings: Readings,
    }

    impl World {
        fn new() -> Self {
            let double = Double::new(fixture::private());
            let commands = Commands::new(Arc::new(double.clone()), || {});
            Self { double, commands, readings: Readings::default() }
        }
        fn asked(&self) -> usize {
            self.double.sent().len()
        }
        fn begin(&mut self, version: u64, now_secs: f64) {
            self.readings.begin(&self.commands, version, now_secs);
        }
        fn communities(&self) -> usize {
            self.readings.read(&self.commands, Communities).value.unwrap().len()
        }
    }

    #[test]
    fn a_question_is_asked_once_for_each_version_of_the_replica_and_not_too_often() {
        let mut world = World::new();
        world.begin(1, 10.0);
        let count = world.communities();
        assert!(count > 0);
        assert_eq!((world.communities(), world.asked()), (count, 1), "memoised");
        world.begin(2, 10.1);
        assert_eq!((world.communities(), world.asked()), (count, 1), "what was said last is shown meanwhile");
        assert!((world.readings.take_due_secs().unwrap() - (REST_SECS - 0.1)).abs() < 1e-9);
        assert_eq!(world.readings.take_due_secs(), None);
        world.begin(3, 10.6);
        world.communities();
        world.communities();
        assert_eq!(world.asked(), 2);
    }

    #[test]
    fn a_failure_is_told_and_what_was_known_stays() {
        let mut world = World::new();
        world.begin(1, 10.0);
        let show = || Show { id: ME.to_string() };
        let first = world.readings.read(&world.commands, show());
        assert!(first.value.is_some() && first.failure.is_none() && !first.is_awaited());
        world.double.publish(fixture::empty());
        world.begin(2, 20.0);
        let second = world.readings.read(&world.commands, show());
        assert!(second.value.is_some());
        assert_eq!(second.failure.unwrap().code, FailureCode::NotFound);
    }

    #[test]
    fn the_cards_of_a_frame_are_one_request() {
        let mut world = World::new();
        let ids = [ElementId::from(ME), ElementId([0x77; 32])];
        world.begin(1, 10.0);
        assert!(ids.iter().all(|id| world.readings.card(*id).is_none()));
        assert_eq!(world.readings.take_due_secs(), Some(0.0), "another frame is needed");
        world.begin(1, 10.1);
        let names: Vec<_> = ids.iter().map(|id| world.readings.card(*id).unwrap().name.clone()).collect();
        assert_eq!((names, world.asked()), (vec!["Camille Moreau".to_owned(), String::new()], 1));
        assert_eq!(world.readings.take_due_secs(), None);
        // Another version: shown as they were, and asked again after a rest.
        world.begin(2, 10.2);
        assert!(world.readings.card(ids[0]).is_some());
        world.begin(2, 10.3);
        assert_eq!(world.asked(), 1);
        world.begin(2, 10.7);
        assert_eq!(world.asked(), 2);
    }

    #[test]
    fn a_window_that_is_opened_anew_does_not_wait_for_the_time_of_the_one_before() {
        let mut world = World::new();
        world.begin(1, 10_000.0);
        world.communities();
        let _ = world.readings.card(ME.into());
        world.begin(1, 10_000.1);
        let before = world.asked();
        world.begin(2, 0.5);
        world.communities();
        let _ = world.readings.card(ME.into());
        world.begin(2, 0.6);
        assert_eq!(world.asked(), before + 2, "both are asked again");
    }

    #[test]
    fn what_could_not_be_answered_is_asked_again_ever_more_seldom() {
        let mut world = World::new();
        world.double.refuse_reads(FailureCode::Busy);
        let mut asked = Vec::new();
        for tenth in 0..600 {
            world.begin(1, 10.0 + f64::from(tenth) / 10.0);
            drop(world.readings.read(&world.commands, Communities));
            let _ = world.readings.card(ME.into());
            asked.push(world.asked());
        }
        let total = asked.last().copied().unwrap();
        assert!((10..24).contains(&total), "{total} requests of two kinds in a minute");
        world.double.answer_reads();
        world.begin(1, 200.0);
        assert!(world.communities() > 0, "though nothing has changed");
    }

    #[test]
    fn what_is_not_read_any_more_makes_room() {
        let mut world = World::new();
        for number in 0..3 * HELD_MAX as u64 {
            world.begin(1, 10.0);
            world.communities();
            let show = Show { id: format!("{number:04x}") };
            drop(world.readings.read(&world.commands, show));
        }
        world.begin(1, 10.0);
        let held = world.readings.held.borrow().len();
        assert!(held <= HELD_MAX, "{held}");
        let before = world.asked();
        world.communities();
        assert_eq!(world.asked(), before, "what is read in each frame stays");
    }
}
