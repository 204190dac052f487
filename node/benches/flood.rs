//! What a flood costs: 10,000 identities that nobody knows, each of which writes what it may into one cell and at one
//! organisation. Of each kind of word: bytes of disk and of memory an entry, and how long one more takes among all
//! before; and of one author who writes as much as one may. Each line is held to a limit: SPEC.md §9.6 has the table.
//! `cargo bench -p communaut-node --bench flood`
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer, of a build that is not optimised (`.ci/run`), and a loose limit.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

#[path = "../../protocol/benches/author/mod.rs"]
mod author;

use author::Author;
use communaut_node::{store::Store, views::Views};
use communaut_protocol::{
    DeviceId, ElementId, Entry, EntryId, IdentityId, Position, Scope,
    engine::{Strangers, strangers},
    entry::{HeldEntry, hash},
    fold::Record,
    limits::{ENTRY_COST, ERASED_MAX, STRANGER_MAX, STRANGERS_MAX, TEXT_MAX},
    op::{
        BookmarkOp, BookmarkText, ClaimOp, CorrectionOp, ElementOp, EntryPlace, EraseOp, Field, Kind, LabelOp,
        LinkKind, LinkOp, LinkState, Op, PostOp, Profile, Reaction, ReactionOp, TerritoryOp, VouchOp,
    },
};
use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

const AT: Position = Position { lat_e7: 437_310_000, lon_e7: 74_200_000 };
/// Identities; in a short run.
const PEOPLE: usize = 10_000;
const PEOPLE_SHORT: usize = 150;
/// Entries of one author: as many as find room in a cell. In a short run fewer.
const OF_ONE: usize = (STRANGER_MAX / ENTRY_COST) as usize;
const OF_ONE_SHORT: usize = 150;
/// Of an identity's own log: what has room of it.
const OF_SELF: usize = 480;
/// Arrivals that are measured, the last ones.
const ARRIVALS: usize = 60;
/// The most that one arrival may take, in milliseconds; a build that is not optimised is slower by this.
const MOST_MS: f64 = 0.2;
const SLOWER: f64 = 20.0;
/// The most that an arrival may cost of one among few, in a long run: tens of it would say that it grows with the
/// number of others.
const GROWS: f64 = 8.0;
/// Below this, in milliseconds, nothing is said about growth: clocks and caches.
const NOTHING_MS: f64 = 0.05;
/// The most that entries may take of the disk and of memory for each 4 KB as which they count (SPEC.md §9.6).
const DISK: f64 = 4_096.0;
const MEMORY: f64 = 6_000.0;
const MEMORY_PERSON: f64 = 12_000.0;
/// The same of long ones, of which one more takes longer too.
const DISK_LONG: f64 = 5_000.0;
const MEMORY_LONG: f64 = 7_000.0;
const MOST_LONG_MS: f64 = 2.0;
const NOTHING_LONG_MS: f64 = 1.0;
/// From how many bytes on an entry is long, as it counts.
const LONG: f64 = 4.0 * ENTRY_COST as f64;

/// Entries of one answer.
const ANSWER: usize = 500;
/// Erasures that are measured, each of which has the whole scope folded anew, and the most that one may take, in
/// milliseconds: a node lets a scope rest by 5 entries a millisecond before the next.
const ERASED: usize = 20;
const ANEW_MS: f64 = 400.0;

/// A word of the kind that is measured: about one thing, and one of its own for each number.
type Word = fn(&On, usize, IdentityId) -> Op;

/// What everybody writes about.
struct On {
    card: ElementId,
    post: EntryId,
    person: IdentityId,
}

fn post(_: &On, number: usize, _: IdentityId) -> Op {
    Op::Post(PostOp { text: format!("message {number}"), position: Some(AT), ..PostOp::default() })
}
fn long_post(on: &On, number: usize, by: IdentityId) -> Op {
    let Op::Post(post) = post(on, number, by) else { unreachable!() };
    Op::Post(PostOp { text: format!("{:a<TEXT_MAX$}", post.text), ..post })
}
fn reaction(on: &On, number: usize, _: IdentityId) -> Op {
    let what = number.is_multiple_of(2).then_some(Reaction::ALL[0]);
    Op::Reaction(ReactionOp { target: on.post, what: what.or(Some(Reaction::ALL[1])) })
}
fn label(on: &On, number: usize, _: IdentityId) -> Op {
    Op::Label(LabelOp { on: hash(&on.card.0), label: format!("word-{number}"), withdrawn: false })
}
fn vouch(on: &On, number: usize, by: IdentityId) -> Op {
    let person =
        if number.is_multiple_of(2) && by != on.person { on.person } else { IdentityId(hash(&number.to_be_bytes()).0) };
    Op::Vouch(VouchOp { person, withdrawn: false })
}
fn correction(on: &On, number: usize, _: IdentityId) -> Op {
    let fields = vec![Field::Name(format!("name {number}"))];
    Op::Correction(Box::new(CorrectionOp { element: on.card, fields, reason: String::new() }))
}
fn bookmark(on: &On, number: usize, _: IdentityId) -> Op {
    let said = Some(BookmarkText { title: "a".into(), note: String::new() });
    Op::Bookmark(BookmarkOp { on: on.card, url: format!("https://example.org/{number}"), said })
}
fn claim(on: &On, number: usize, _: IdentityId) -> Op {
    Op::Claim(ClaimOp::of(on.card, 1 + (number % 3) as u16))
}
fn link(on: &On, number: usize, by: IdentityId) -> Op {
    let source = card(by, number).id();
    let (kind, role, state) = (LinkKind::Partner, String::new(), LinkState::Accepted);
    Op::Link(LinkOp { source, target: on.card, kind, role, state, mirror: None, origin: None, proof: None })
}
fn element(_: &On, number: usize, by: IdentityId) -> Op {
    Op::Element(Box::new(card(by, number)))
}
fn territory(_: &On, number: usize, _: IdentityId) -> Op {
    let seed = hash(&number.to_be_bytes()).0[..16].to_vec();
    Op::Territory(TerritoryOp { seed, name: "ici".into(), cells: vec![AT.cell(5)], centre: AT })
}

fn erasure(_: &On, number: usize, by: IdentityId) -> Op {
    // As long as one can be: each of another log.
    let target = |at: usize| {
        let id = EntryId(hash(&[number.to_be_bytes(), at.to_be_bytes()].concat()).0);
        EntryPlace { author: by.into(), device: DeviceId(id.0), epoch: u64::MAX, seq: u64::MAX >> 1, id, leaf: None }
    };
    let mut targets: Vec<EntryPlace> = (0..ERASED_MAX).map(target).collect();
    targets.sort();
    Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() })
}

fn card(owner: IdentityId, number: usize) -> ElementOp {
    let seed = hash(&number.to_be_bytes()).0[..16].to_vec();
    let fields = vec![Field::Kind(Kind::Organisation), Field::Name(format!("n° {number}")), Field::Position(AT)];
    ElementOp { owner, seed, fields }
}

/// A node that holds what has come.
struct Replica {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    store: Store,
    views: Views,
    strangers: Strangers,
    /// As how many bytes its entries count.
    counted: u64,
}

impl Replica {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = Store::open(&path).unwrap();
        Self { _folder: folder, path, store, views: Views::default(), strangers: Strangers::default(), counted: 0 }
    }
    /// Take them, as many at once as an answer brings, as far as there is room; gives how long the fold of each took.
    fn take(&mut self, entries: Vec<Entry>) -> Vec<Duration> {
        entries.chunks(ANSWER).flat_map(|entries| self.take_answer(entries.to_vec())).collect()
    }
    fn take_answer(&mut self, entries: Vec<Entry>) -> Vec<Duration> {
        let admitted = entries.into_iter().filter(|entry| self.strangers.admits(entry.header()));
        let entries: Vec<HeldEntry> = admitted.map(HeldEntry::from).collect();
        assert!(self.store.append(&entries).unwrap().iter().all(Result::is_ok));
        let fold = |entry: HeldEntry| {
            self.strangers.took(entry.header());
            self.counted += strangers::cost(entry.header());
            let record = Record::of(&entry.into_whole().unwrap()).unwrap();
            let begun = Instant::now();
            self.views.apply(vec![record]);
            begun.elapsed()
        };
        entries.into_iter().map(fold).collect()
    }
    /// Fold a scope anew, as a node does where something of it is erased.
    fn refold(&mut self, scope: Scope) {
        let reader = self.store.scope_reader(&scope);
        let records = reader.entries().map(|entry| Record::of(&entry.unwrap()).unwrap()).collect();
        self.views.refold(scope, records);
    }
    fn bytes(&self) -> u64 {
        self.store.flush().unwrap();
        fs::read_dir(&self.path).unwrap().map(|file| size(&file.unwrap().path())).sum()
    }
}

fn size(path: &std::path::Path) -> u64 {
    if path.is_dir() {
        return fs::read_dir(path).unwrap().map(|file| size(&file.unwrap().path())).sum();
    }
    path.metadata().unwrap().len()
}

/// Bytes of memory of this process, where the system says it.
fn memory() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|line| line.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * 4_096
}

fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Say what a line cost, and hold it to its limits: bytes of disk and of memory, and as how many its entries count.
fn tell(what: &str, times: &[Duration], [disk, memory, counted]: [u64; 3], short: bool) {
    let count = times.len();
    let each = |bytes: u64| bytes as f64 / count as f64;
    let (first, last) = (median(&times[..ARRIVALS]), median(&times[count - ARRIVALS..]));
    println!(
        "{what}: {count} entries that count as {:.0} B each, {:.0} B of disk, {:.0} B of memory; one more {last:.3} \
         ms, the first {first:.3} ms",
        each(counted),
        each(disk),
        each(memory),
    );
    let (most, nothing, most_disk, most_memory) = match what {
        IDENTITIES => (MOST_MS, NOTHING_MS, DISK, MEMORY_PERSON),
        _ if each(counted) >= LONG => (MOST_LONG_MS, NOTHING_LONG_MS, DISK_LONG, MEMORY_LONG),
        _ => (MOST_MS, NOTHING_MS, DISK, MEMORY),
    };
    let most = if short { most * SLOWER } else { most };
    assert!(last <= most, "{what}: {last:.3} ms, at most {most}");
    if !short {
        // A store's files grow by whole segments, and a process's memory by whole pages: few tell nothing.
        let within = |bytes: u64, most: f64| bytes as f64 <= counted as f64 / ENTRY_COST as f64 * most;
        assert!(within(disk, most_disk) && within(memory, most_memory), "{what}: too large");
        assert!(last <= nothing || last <= first * GROWS, "{what}: {last:.3} ms, {first:.3} ms among few");
    }
}

const IDENTITIES: &str = "identities";
const WORDS: [(&str, Word); 12] = [
    ("posts", post),
    ("reactions on one post", reaction),
    ("labels on one element", label),
    ("vouches", vouch),
    ("corrections of one element", correction),
    ("bookmarks of one element", bookmark),
    ("claims of one element", claim),
    ("links to one element", link),
    ("elements", element),
    ("territories", territory),
    ("erasures of as much as one names, which nobody holds", erasure),
    ("posts as long as one can be", long_post),
];

/// Names the one line that a process measures: each has one of its own, so that memory is not that of lines before.
const LINE: &str = "COMMUNAUT_FLOOD_LINE";

fn main() {
    let lines = 3 + 4 * WORDS.len();
    let Some(line) = std::env::var_os(LINE) else {
        for line in 0..lines {
            let own = std::env::current_exe().unwrap();
            let status = Command::new(own).env(LINE, line.to_string()).status().unwrap();
            assert!(status.success(), "line {line}");
        }
        return;
    };
    let line: usize = line.into_string().unwrap().parse().unwrap();
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let (count, of_one) = if short { (PEOPLE_SHORT, OF_ONE_SHORT) } else { (PEOPLE, OF_ONE) };
    match line.checked_sub(3) {
        None if line == 0 => identities(count, short),
        None if line == 1 => own_identity(),
        None => full(count),
        Some(line) => {
            let (what, word) = WORDS[line / 4];
            said(what, word, [count, of_one][line % 2], line % 2 == 1, line % 4 >= 2, short);
        }
    }
}

fn fresh(count: usize) -> (Vec<Author>, Vec<Entry>) {
    (0..count).map(Author::new).unzip()
}

/// 10,000 inceptions.
fn identities(count: usize, short: bool) {
    let (_, inceptions) = fresh(count);
    let (mut replica, before) = (Replica::new(), memory());
    let times = replica.take(inceptions);
    tell(IDENTITIES, &times, [replica.bytes(), memory() - before, replica.counted], short);
}

/// Words of one kind: of 10,000 people one each, or of one as many as find room; then some of them are erased.
fn said(what: &str, word: Word, written: usize, one: bool, container: bool, short: bool) {
    let (mut people, inceptions) = fresh(if one { 1 } else { written });
    let (mut victim, first) = Author::new(usize::MAX);
    let founded = card(victim.id, 0);
    let scope = if container { Scope::container(AT, founded.id()) } else { Scope::open(AT) };
    let mut on = On { card: founded.id(), post: EntryId([0; 32]), person: victim.id };
    let opening =
        [victim.write(scope, &Op::Element(Box::new(founded)), 2), victim.write(scope, &post(&on, 0, victim.id), 3)];
    on.post = opening[1].id();
    let mut replica = Replica::new();
    replica.take(vec![first]);
    replica.take(inceptions);
    replica.take(opening.to_vec());
    let by = |number: usize| if one { 0 } else { number };
    let write = |number: usize| {
        let by = &mut people[by(number)];
        by.write(scope, &word(&on, number, by.id), 10 + number as u64)
    };
    let entries: Vec<Entry> = (0..written).map(write).collect();
    let last: Vec<EntryPlace> = entries.iter().rev().take(ERASED).map(place).collect();
    let (disk, before, counted) = (replica.bytes(), memory(), replica.counted);
    let times = replica.take(entries);
    let place = if container { "at an organisation" } else { "in the cell" };
    let who = if one { "one author" } else { "as many authors" };
    let cost = [replica.bytes() - disk, memory().saturating_sub(before), replica.counted - counted];
    tell(&format!("{what} {place}, {who}"), &times, cost, short);
    if what == WORDS[0].0 && one {
        let erase = |target: EntryPlace| {
            let op = EraseOp { targets: [target].into(), refs: None, reason: String::new() };
            let entry = people[0].write(scope, &Op::Erase(op), 1_000_000);
            let taken = replica.take(vec![entry])[0];
            let begun = Instant::now();
            replica.refold(scope);
            (taken, begun.elapsed())
        };
        let (taken, anew): (Vec<Duration>, Vec<Duration>) = last.into_iter().map(erase).unzip();
        let (taken, anew) = (median(&taken), median(&anew));
        println!("  an erasure {place} among {written}: {taken:.2} ms; all of it folded anew: {anew:.1} ms");
        assert!(taken.max(anew) <= if short { ANEW_MS * SLOWER } else { ANEW_MS }, "{taken:.1} ms, {anew:.1} ms");
    }
}

fn place(entry: &Entry) -> EntryPlace {
    EntryPlace::of(&entry.header().log, entry.header().seq, entry.id())
}

/// One person's own identity, as much as has room of it.
fn own_identity() {
    let mut replica = Replica::new();
    let (mut person, inception) = Author::new(0);
    replica.take(vec![inception]);
    let own = Scope::identity(person.id);
    let profile = |n: usize| Op::Profile(Profile { name: format!("name {n}"), about: String::new(), home: Some(AT) });
    let entries: Vec<Entry> = (0..OF_SELF).map(|n| person.write(own, &profile(n), 10 + n as u64)).collect();
    let (before, counted) = (memory(), replica.counted);
    let times = replica.take(entries);
    let cost = [replica.bytes(), memory().saturating_sub(before), replica.counted - counted];
    tell("profiles of one person", &times, cost, true);
}

/// More than there is room for: the pool holds.
fn full(count: usize) {
    let (mut people, _) = fresh(count);
    let on = On { card: card(people[0].id, 0).id(), post: EntryId([0; 32]), person: people[0].id };
    let (mut strangers, mut taken) = (Strangers::default(), 0_u64);
    for person in &mut people {
        for number in 0..STRANGERS_MAX / ENTRY_COST / count as u64 + 2 {
            let entry = person.write(Scope::open(AT), &post(&on, number as usize, person.id), number);
            if strangers.admits(entry.header()) {
                strangers.took(entry.header());
                taken += strangers::cost(entry.header());
            }
        }
    }
    println!("posts of all, more than find room: {taken} bytes of {STRANGERS_MAX}");
    assert!(taken <= STRANGERS_MAX && taken > STRANGERS_MAX / 10 * 9);
}
