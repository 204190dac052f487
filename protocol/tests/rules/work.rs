//! What a peer's requests cost: bounded by what is asked and what is held, never by the one times the other.

use crate::sync::{Side, everything, log_of, pull, put, states, unsigned};
use communaut_protocol::{
    Cell as Geohash, Header, LogId, Scope,
    entry::{Body, HeldEntry},
    ids::{AuthorId, ElementId, EntryId, Signature},
    log::LogState,
    op::schema,
    private::{Access, Arrivals, Shown},
    replication::{
        INTERESTS_MAX, PREFIXES_MAX, RANGES_MAX,
        memory::MemoryReplica,
        message::{Digest, Missing, Mode, Range, RegisterInterests, Request, Response, Seen},
        prefixes::Prefixes,
        pull::{Pull, PullEffect},
        range::WORK_MAX,
        replica::{Arrived, Replica},
        serve::Serve,
    },
};
use serde_bytes::ByteBuf;
use std::{cell::Cell, convert::Infallible};

/// Counts looks for a place, and logs seen there.
struct Counting<'a> {
    replica: &'a MemoryReplica,
    looks: Cell<usize>,
    logs: Cell<usize>,
}

impl<'a> Counting<'a> {
    fn new(replica: &'a MemoryReplica) -> Self {
        Self { replica, looks: Cell::new(0), logs: Cell::new(0) }
    }
    fn cost(&self) -> usize {
        self.looks.get() + self.logs.get()
    }
}

impl Replica for Counting<'_> {
    type Error = Infallible;

    fn instance(&self) -> Digest {
        self.replica.instance()
    }
    fn arrival(&self) -> u64 {
        self.replica.arrival()
    }
    fn state(&self, log: &LogId) -> Option<LogState> {
        self.replica.state(log)
    }
    fn identity(&self, author: &AuthorId) -> Digest {
        self.replica.identity(author)
    }
    fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool {
        self.replica.writes_under(author, under)
    }
    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool) {
        self.looks.set(self.looks.get() + 1);
        self.replica.each(lower, upper, &mut |log, state| {
            self.logs.set(self.logs.get() + 1);
            each(log, state)
        });
    }
    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, Infallible> {
        self.replica.holds(log, seq, id)
    }
    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, Infallible> {
        self.replica.arrived(since, max)
    }
    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), Infallible> {
        Replica::entries(self.replica, log, from, to, each)
    }
    fn payload(&self, of: &Missing) -> Result<Body, Infallible> {
        self.replica.payload(of)
    }
    fn incomplete(&self, after: Option<&LogId>, each: &mut dyn FnMut(LogId) -> bool) {
        self.replica.incomplete(after, each);
    }
    fn missing(&self, after: Option<&Missing>, max: usize) -> Result<Vec<Missing>, Infallible> {
        self.replica.missing(after, max)
    }
}

fn filled(logs: u64) -> MemoryReplica {
    let mut replica = MemoryReplica::new([1; 16]);
    (0..logs).for_each(|n| put(&mut replica, log_of(n), 1));
    replica
}

/// As many prefixes as a peer may register, all of them below what is held.
fn prefixes() -> Vec<Vec<u8>> {
    (0..INTERESTS_MAX).map(|n| [&b"s"[..], &u16::try_from(n).unwrap().to_be_bytes()].concat()).collect()
}

fn register(serve: &mut Serve, replica: &impl Replica<Error = Infallible>, prefixes: &[Vec<u8>]) {
    for (at, some) in prefixes.chunks(PREFIXES_MAX).enumerate() {
        let add = some.iter().cloned().map(ByteBuf::from).collect();
        let request = Request::Interests { register: RegisterInterests { anew: at == 0, add } };
        let Ok(answer) = serve.answer(replica, request, &Pull::default());
        assert!(matches!(answer, Response::Registered { .. }));
    }
}

/// As many ranges as a message may have, above all prefixes but the last.
fn ranges() -> Vec<Range> {
    let upper = |n: usize| {
        let n = u16::try_from(n + 1).unwrap().to_be_bytes();
        [&b"t"[..], &n].concat()
    };
    let mode = Mode::Fingerprint { digest: Digest([7; 16]) };
    let mut ranges: Vec<Range> = (0..RANGES_MAX - 1)
        .map(|n| Range {
            shared: if n == 0 { 0 } else { 1 },
            rest: ByteBuf::from(&upper(n)[usize::from(n != 0)..]),
            mode: mode.clone(),
        })
        .collect();
    ranges.push(Range { shared: 0, rest: ByteBuf::new(), mode });
    ranges
}

#[test]
fn many_prefixes_and_many_ranges_are_looked_at_once_each_and_not_once_for_each_other() {
    let replica = filled(2_000);
    let counting = Counting::new(&replica);
    let mut serve = Serve::default();
    register(&mut serve, &counting, &prefixes());
    serve.spent = 0;
    let request = Request::Ranges { under: None, ranges: ranges() };
    assert!(request.encode().unwrap().len() < communaut_protocol::replication::REQUEST_MAX);
    let Ok(answer) = serve.answer(&counting, request, &Pull::default());
    Response::decode(&answer.encode().unwrap()).unwrap();
    // 33 million without the bound.
    let most = INTERESTS_MAX + RANGES_MAX + 2_000;
    assert!(counting.cost() <= most, "{} looks and logs, at most {most}", counting.cost());
    assert!(serve.spent >= counting.cost(), "what it cost is counted: {} of {}", serve.spent, counting.cost());
}

#[test]
fn a_request_costs_no_more_than_its_budget_whatever_is_held() {
    let replica = filled(2_000);
    for budget in [1, 10, 500] {
        let counting = Counting::new(&replica);
        let mut serve = Serve::default();
        serve.work_max = budget;
        let under = Some((1..=255_u8).map(|first| ByteBuf::from(vec![first])).collect());
        let Ok(answer) = serve.answer(&counting, Request::Ranges { under, ranges: ranges() }, &Pull::default());
        // One log is seen that is no longer taken.
        assert!(counting.cost() <= budget + 1, "{} with a budget of {budget}", counting.cost());
        let Response::Ranges { ranges } = answer else { panic!("ranges are answered with ranges") };
        assert!(!ranges.is_empty(), "what is left is told of, so that the asker comes back to it");
    }
    // An honest peer with 100,000 logs never meets it.
    const { assert!(WORK_MAX >= INTERESTS_MAX + RANGES_MAX + 100_000) };
}

#[test]
fn an_asker_comes_to_hold_all_of_an_answerer_that_does_little_for_each_request() {
    let (mut whole, _) = cost_with(WORK_MAX);
    for budget in [16, 50, 300] {
        let (asker, requests) = cost_with(budget);
        assert_eq!(states(&asker.replica), states(&whole.replica), "with a budget of {budget}");
        assert!(requests < 2_000, "{requests} requests with a budget of {budget}");
        whole = asker;
    }
}

/// Two that hold 600 logs alike and 300 each for itself; the answerer does so much for a request.
fn cost_with(budget: usize) -> (Side, usize) {
    let (mut asker, mut answerer) = (Side::new(1), Side::new(2));
    (0..600).for_each(|n| put(&mut asker.replica, log_of(n), 2));
    (0..600).for_each(|n| put(&mut answerer.replica, log_of(n), 2));
    (600..900).for_each(|n| put(&mut asker.replica, log_of(n), 1));
    (900..1_200).for_each(|n| put(&mut answerer.replica, log_of(n), 3));
    answerer.serve.work_max = budget;
    let (cost, told) = pull(&mut asker, &mut answerer, everything());
    assert!(matches!(told.as_slice(), [PullEffect::CaughtUp(_)]), "{told:?}");
    let missing = answerer.replica.states().filter(|(log, _)| asker.replica.state(log).is_none()).count();
    assert_eq!(missing, 0);
    (asker, cost.rounds)
}

#[test]
fn what_follows_a_prefix_is_not_walked_through_though_it_is_hidden() {
    let mut replica = filled(10);
    for n in 1..=500_u16 {
        let [high, low] = n.to_be_bytes();
        let mut container = [high; 32];
        container[31] = low;
        let scope = Scope { cell: Geohash::CLOSED, container: ElementId(container) };
        // Wraps are what stands in a closed scope without being sealed.
        let header = unsigned(log_of(u64::from(n)), None, 1).header().clone();
        let header = Header { log: LogId { scope, ..header.log }, schema: schema::WRAPS, ..header };
        let bytes = header.encode(Signature([7; 64])).unwrap();
        replica.take(HeldEntry::from_store(bytes, Body::Present(vec![1; 100])).unwrap(), false).unwrap();
    }
    let counting = Counting::new(&replica);
    let (access, arrivals) = (Access::default(), Arrivals::default());
    let shown = Shown::new(&counting, &access, &arrivals);
    let mut serve = Serve::default();
    // Each ends just before what is held begins.
    let low: Vec<Vec<u8>> = (0..1_000_u16).map(|n| [&b" "[..], &n.to_be_bytes()].concat()).collect();
    register(&mut serve, &shown, &low);
    let Ok(_) = serve.answer(&shown, Request::Ranges { under: None, ranges: ranges() }, &Pull::default());
    assert_eq!(counting.logs.get(), 0);
}

#[test]
fn a_liar_does_not_make_the_asker_compare_without_end() {
    let mut asker = Side::new(1);
    (0..2_000).for_each(|n| put(&mut asker.replica, log_of(n), 1));
    let counting = Counting::new(&asker.replica);
    let Ok(mut effects) = asker.pull.start(everything(), &counting);
    let mut requests = 0_usize;
    // It says of everything that it has something else there.
    while let Some(PullEffect::Send(request)) = effects.pop() {
        requests += 1;
        let answer = match request {
            Request::Hello { .. } => Response::Anew {
                own: Seen { instance: Digest([9; 16]), arrival: 5 },
                registered: true,
                ranges: ranges(),
                clock: None,
            },
            Request::Ranges { .. } => Response::Ranges { ranges: ranges() },
            other => panic!("not asked in a comparison: {other:?}"),
        };
        let Ok(more) = asker.pull.on_response(answer, &counting);
        effects.extend(more);
        if let Some(PullEffect::Misbehaved(why)) = effects.last() {
            assert_eq!(*why, "lets us compare without end");
            break;
        }
    }
    let most = 16 * 65_536 + 10_000;
    assert!(counting.cost() < most, "{} looks and logs in {requests} requests", counting.cost());
}

#[test]
fn registering_again_and_again_is_counted() {
    let replica = filled(1);
    let mut serve = Serve::default();
    register(&mut serve, &replica, &prefixes());
    let before = serve.spent;
    register(&mut serve, &replica, &prefixes());
    assert!(serve.spent > before + INTERESTS_MAX, "{} then {}", before, serve.spent);
}
