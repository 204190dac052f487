//! What acts of governance cost a replica that holds 10,000 of them: the arrival of one, and the worst that a stranger,
//! a member, a moderator, a leader and a teller can do; and what anybody can do with their own identity, with what they
//! announce, and by confirmations. Each line is held to a limit: SPEC.md §8.8 has the table.
//! `cargo bench -p communaut-protocol --bench governance`
//!
//! With COMMUNAUT_BENCH_SHORT set, fewer acts in a build that is not optimised, and a loose limit.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench"
)]

#[path = "../author/mod.rs"]
mod author;
mod club;
mod people;

use club::{Club, KEEPERS, newcomer};
use communaut_protocol::{
    EntryId, KeyId, Scope,
    entry::hash,
    fold::{ProposalStatus, Record, ScopeState, electorate_root},
    geo::Cell,
    ids::DeviceId,
    limits::{CARRIED_MAX, CLOSES_MAX, CONFIRMS_MAX, REFS_MAX},
    op::{BallotOp, Choice, CloseOp, EraseOp, KeyEpochOp, Op, PostOp, Role, RoleOp, SettleOp, Tally},
};
use std::time::{Duration, Instant};

/// Acts held before any arrives that is measured.
const HELD: usize = 10_000;
const HELD_SHORT: usize = 500;
/// Acts that a hostile author writes.
const HOSTILE: usize = 2_000;
const HOSTILE_SHORT: usize = 100;
/// Arrivals that are measured, of which the median and the slowest are told.
const ARRIVALS: usize = 60;
/// The most that one arrival may take, in milliseconds: in order, and as a hostile author brings it about.
const MOST_MS: f64 = 10.0;
const MOST_HOSTILE_MS: f64 = 400.0;
/// And as the keys of one member bring it about.
const MOST_KEYS_MS: f64 = 50.0;
/// One more act of one's own identity, and what an act may take of memory, in bytes; all of them at once.
const MOST_OWN_MS: f64 = 1.0;
const MOST_OWN_BYTES: u64 = 8_192;
const MOST_WHOLE_MS: f64 = 2_000.0;
/// A build that is not optimised is slower by this.
const SLOWER: f64 = 20.0;

/// What strangers may write that is no act: nothing of votes is counted anew but that of which they say something.
fn strangers(club: &mut Club, state: &ScopeState, hostile: usize, most: f64, tip: EntryId) {
    let mut under = state.clone();
    let root = electorate_root(&under.electorate(&[tip]).unwrap());
    let asked: Vec<[Record; 2]> = (0..100).map(|_| club.ask(1, &[tip], root)).collect();
    let proposal = asked[0][0].id;
    under.apply(asked.into_iter().flatten(), &club.book);
    assert!(under.view().governance.as_ref().unwrap().proposals.iter().all(|held| held.opening.electorate.is_some()));
    let mut said = Vec::new();
    for number in 0..hostile / 8 {
        said.extend(club.ask(11, &[tip, EntryId(hash(&number.to_be_bytes()).0)], root));
        let (target, own) = (said[said.len() - 1].place, said[0].id);
        said.push(club.say(11, Op::Erase(EraseOp { targets: [target].into(), refs: None, reason: String::new() })));
        let cast = |proposal| BallotOp { proposal, electorate: root, choice: Choice::No, previous: None };
        said.push(club.say(11, Op::Ballot(cast(own))));
        let close = |proposal| CloseOp { proposal, electorate: root, parts: vec![own], tally: Tally::default() };
        said.push(club.say(11, Op::Close(Box::new(close(own)))));
        said.push(club.say(11, Op::Settle(SettleOp { previous: None, refs: vec![tip], root })));
    }
    let counted = under.votes_counted();
    tell("a stranger's governing record among 100 votes", &arrive(club, &mut under, said), most);
    assert_eq!(under.votes_counted(), counted, "nothing of votes is counted anew");
    // On what others ask: that vote alone.
    let mut said = Vec::new();
    for _ in 0..hostile / 2 {
        let ballot = BallotOp { proposal, electorate: root, choice: Choice::No, previous: None };
        said.push(club.say(11, Op::Ballot(ballot)));
        let close = CloseOp { proposal, electorate: root, parts: vec![], tally: Tally::default() };
        said.push(club.say(11, Op::Close(Box::new(close))));
    }
    let many = said.len() as u64;
    tell("a stranger's record on a vote", &arrive(club, &mut under, said), most);
    assert_eq!(under.votes_counted(), counted + many);
    let act = club.act(4, newcomer(5_000_004), Some(Role::Member), &[tip]);
    tell("one act after those", &arrive(club, &mut under, vec![act]), most);
}

/// A teller closes again and again, each time naming all that they carry.
fn teller(club: &mut Club, state: &ScopeState, hostile: usize, (most, worst): (f64, f64)) {
    let mut under = state.clone();
    let (first, parts) = (3_000_000, (hostile / CARRIED_MAX).max(1));
    let admit = |number| club.next(4, newcomer(first + number), Some(Role::Member));
    let admitted: Vec<Record> = (0..(parts * CARRIED_MAX) as u64).map(admit).collect();
    under.apply(admitted, &club.book);
    let tip = club.tips[0];
    let root = electorate_root(&under.electorate(&[tip]).unwrap());
    let asked = club.ask(1, &[tip], root);
    let (proposal, mut from) = (asked[0].id, first);
    under.apply(asked, &club.book);
    let carried: Vec<Vec<Record>> = (0..parts).map(|_| club.carry(1, proposal, root, &mut from)).collect();
    let mut names: Vec<EntryId> = carried.iter().map(|part| part[0].id).collect();
    names.sort();
    let electorate = under.view().governance.as_ref().unwrap().roles.len() as u32;
    let tally = Tally { yes: (parts * CARRIED_MAX) as u32, electorate, ..Tally::default() };
    let close = CloseOp { proposal, electorate: root, parts: names, tally };
    let closes: Vec<Record> = (0..hostile).map(|_| club.say(1, Op::Close(Box::new(close.clone())))).collect();
    let (some, rest) = closes.split_at(CLOSES_MAX);
    // They come first: all that is carried is counted for each of them at last.
    tell("a teller's close", &arrive(club, &mut under, some.to_vec()), most);
    let timed = carried.into_iter().map(|part| {
        let begun = Instant::now();
        under.apply(part, &club.book);
        begun.elapsed()
    });
    let mut times: Vec<Duration> = timed.collect();
    times.sort_unstable();
    tell("what a teller carries, named by many closes", &times, worst);
    let status = |state: &ScopeState| state.view().governance.as_ref().unwrap().proposals[0].status;
    assert_eq!(status(&under), ProposalStatus::Accepted);
    tell("a teller's close among many", &arrive(club, &mut under, rest.to_vec()), most);
    assert_eq!(status(&under), ProposalStatus::Disputed);
    let act = club.act(4, newcomer(5_000_005), Some(Role::Member), &[tip]);
    tell("one act after those of a teller", &arrive(club, &mut under, vec![act]), most);
}

/// A keeper names each of many acts, all at once, and so does another at last.
fn keeper(club: &mut Club, state: &ScopeState, records: &[Record], hostile: usize, (most, worst): (f64, f64)) {
    let mut under = state.clone();
    let acts: Vec<EntryId> = records.iter().rev().take(hostile).map(|record| record.id).collect();
    let keeper = club.people[KEEPERS[0]].0;
    let words = acts.iter().map(|act| {
        let op = under.settlement(club.people[0].0, &[*act]).unwrap();
        club.say(KEEPERS[0], Op::Settle(op))
    });
    let words: Vec<Record> = words.collect();
    let last = words[words.len() / 2].op.clone();
    tell("a keeper's word among many at once", &arrive(club, &mut under, words), most);
    assert!(under.waits_to_settle(keeper) && under.view().governance.as_ref().unwrap().settled.is_none());
    let act = club.act(4, newcomer(5_000_006), Some(Role::Member), &[acts[0]]);
    tell("one act after those of a keeper", &arrive(club, &mut under, vec![act]), most);
    let settles = club.say(KEEPERS[1], last);
    tell("what another keeper settles", &arrive(club, &mut under, vec![settles]), worst);
    assert!(under.view().governance.as_ref().unwrap().settled.is_some());
}

/// A member of a closed community makes keys that follow nothing, or as many of their own as one can.
fn keys(club: &mut Club, records: Vec<Record>, hostile: usize, most: f64) {
    let mut state = ScopeState::new(Scope { cell: Cell::CLOSED, ..club.scope });
    let closed: Vec<Record> = records.into_iter().map(|record| club.closed(record)).collect();
    let acts: Vec<EntryId> = closed.iter().skip(2).map(|record| record.id).collect();
    let tip = acts[acts.len() - 1];
    let member = club.act(4, club.people[10].0, Some(Role::Member), &[tip]);
    state.apply(closed.into_iter().chain([club.closed(member)]), &club.book);
    let mut said: Vec<Record> = Vec::new();
    for number in 0..hostile {
        let key = KeyId(hash(&(number as u64).to_be_bytes()).0);
        let follows = said.iter().rev().step_by(1 + number % 3).take(if number % 2 == 0 { 0 } else { 16 });
        let mut follows: Vec<EntryId> = follows.map(|epoch| epoch.id).collect();
        follows.sort();
        let mut refs: Vec<EntryId> = (0..REFS_MAX).map(|at| acts[(number * 37 + at * 101) % acts.len()]).collect();
        refs.sort();
        refs.dedup();
        let epoch = KeyEpochOp { key, follows, refs, outs: vec![DeviceId([7; 32])], history: false };
        let epoch = club.say(10, Op::KeyEpoch(epoch));
        said.push(club.closed(epoch));
    }
    tell("a key epoch among many at once", &arrive(club, &mut state, said), most);
    assert_eq!(state.view().keys.as_ref().unwrap().epochs.len(), hostile);
    let acts: Vec<Record> = (0..8)
        .map(|number| {
            let act = club.act(4, newcomer(7_000_000 + number), Some(Role::Member), &[tip]);
            club.closed(act)
        })
        .collect();
    tell("one act after key epochs", &arrive(club, &mut state, acts), most);
}

/// A moderator says much of one contributor, who speaks in the past of each such word; then words on them take and give
/// in turn: each is weighed in all pasts.
fn speaker(club: &mut Club, state: &ScopeState, hostile: usize, (most, worst): (f64, f64), tip: EntryId) {
    let (mut state, speaker) = (state.clone(), club.people[10].0);
    let first = club.act(4, speaker, Some(Role::Contributor), &[tip]);
    state.apply([first.clone()], &club.book);
    let (mut words, mut said): (Vec<Record>, Vec<Record>) = (Vec::new(), Vec::new());
    for number in 0..hostile {
        let knows = words.iter().rev().step_by(2).take(REFS_MAX - 1).map(|act| act.id).chain([first.id]);
        let mut refs: Vec<EntryId> = if number % 3 == 0 { vec![first.id] } else { knows.collect() };
        refs.sort();
        let role = Some([Role::Contributor, Role::Member, Role::Contributor][number % 3]);
        words.push(club.say(5, Op::Role(RoleOp { person: speaker, role, refs, lowers: true })));
        let post = club.say(10, Op::Post(PostOp { text: "Bonjour".into(), ..PostOp::default() }));
        said.push(Record { under: Some(words[number].id), ..post });
    }
    let by_turns: Vec<Record> = words.iter().cloned().zip(said).flat_map(|(word, post)| [word, post]).collect();
    tell("a word on who speaks in as many pasts, or one of these", &arrive(club, &mut state, by_turns), worst);
    let acts = (0..8).map(|number| club.act(4, newcomer(5_000_010 + number), Some(Role::Member), &[tip])).collect();
    tell("one act after these words and pasts", &arrive(club, &mut state, acts), most);
    // Who is more says the opposite, of nothing of which the moderator knew.
    let given = club.act(1, speaker, Some(Role::Contributor), &[first.id]);
    tell("a leader outranks all these words", &arrive(club, &mut state, vec![given]), worst);
    let gone = club.act(0, club.people[5].0, None, &[tip]);
    tell("who said these words is taken down", &arrive(club, &mut state, vec![gone]), worst);
}

/// Words of a moderator's device that was taken out come to count, as another device of theirs names them one by one:
/// they are on who speaks in as many pasts, in half of which they are. At last they count no longer.
fn unheard(club: &mut Club, state: &ScopeState, hostile: usize, (most, worst): (f64, f64), tip: EntryId) {
    let (mut state, speaker) = (state.clone(), club.people[10].0);
    let first = club.act(4, speaker, Some(Role::Contributor), &[tip]);
    let lowers =
        |refs: Vec<EntryId>| Op::Role(RoleOp { person: speaker, role: Some(Role::Member), refs, lowers: true });
    let (mut acts, mut said, mut silent) = (vec![first.clone()], Vec::new(), Vec::new());
    let mut last = first.id;
    for _ in 0..hostile / 2 {
        let word = club.say(5, lowers(vec![first.id]));
        let out = club.say(5, lowers(vec![first.id]));
        silent.push(club.by_old_device(5, out));
        // The contributor steps down beside these. Somebody else knows of it all, in whose past they speak too.
        let own = club.say(10, lowers(vec![first.id]));
        let known = [last, word.id, own.id, silent[silent.len() - 1].id];
        let knows = club.act(4, newcomer(6_000_000), Some(Role::Member), &known);
        last = knows.id;
        for under in [word.id, knows.id] {
            let post = club.say(10, Op::Post(PostOp { text: "Bonjour".into(), ..PostOp::default() }));
            said.push(Record { under: Some(under), ..post });
        }
        acts.extend([word, own, silent[silent.len() - 1].clone(), knows]);
    }
    state.apply(acts, &club.book);
    state.apply(said, &club.book);
    let named = silent.iter().rev().step_by(7);
    let named: Vec<Record> =
        named.map(|word| club.act(5, newcomer(6_000_001), Some(Role::Member), &[word.id])).collect();
    tell("a word of an old device comes to count, in as many pasts", &arrive(club, &mut state, named), worst);
    let acts = (0..8).map(|number| club.act(4, newcomer(6_000_010 + number), Some(Role::Member), &[tip])).collect();
    tell("one act after these words", &arrive(club, &mut state, acts), most);
    let gone = club.act(0, club.people[5].0, None, &[tip]);
    tell("who said these words is taken down", &arrive(club, &mut state, vec![gone]), worst);
}

/// How long each arrival takes.
fn arrive(club: &Club, state: &mut ScopeState, acts: Vec<Record>) -> Vec<Duration> {
    let timed = acts.into_iter().map(|act| {
        let begun = Instant::now();
        state.apply([act], &club.book);
        begun.elapsed()
    });
    let mut times: Vec<Duration> = timed.collect();
    times.sort_unstable();
    times
}

/// Say how long the arrivals took, and hold the slowest but for one in a hundred, which a busy machine makes slow, to
/// the limit.
fn tell(what: &str, times: &[Duration], most: f64) {
    let ms = |at: usize| times[at].as_secs_f64() * 1e3;
    let (median, slow) = (ms(times.len() / 2), ms(times.len() - 1 - times.len() / 100));
    println!("{what}: {median:.2} ms, {slow:.2} ms at worst ({:.3} of {most} ms)", slow / most);
    assert!(slow <= most, "{what}: {slow:.2} ms, at most {most}");
}

/// What somebody costs without anybody's role.
fn anybody(held: usize, hostile: usize, slower: f64) {
    let own = MOST_OWN_MS * slower;
    let (times, looks, whole, bytes) = people::identity(held);
    tell(&format!("an act of an identity of {held}"), &times, own);
    tell("a device of it that is not known", &looks, own);
    tell("all of it at once, the last first", &[whole], MOST_WHOLE_MS * slower);
    println!("an act of an identity: {bytes} B of memory");
    // A process's memory grows by whole pages: few tell nothing.
    assert!(slower > 1.0 || bytes <= MOST_OWN_BYTES, "{bytes} B");
    tell("a witness of one act of it, in a closed community", &people::witnesses(held, hostile / 10), own);
    tell("a territory of one author in a wide scope", &people::announced(held), own);
    let took = people::confirmer(held / 2, if slower > 1.0 { hostile } else { CONFIRMS_MAX });
    tell("claims of a resource with the most confirmations", &[took], MOST_HOSTILE_MS * slower);
}

fn main() {
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let (held, hostile, slower) = if short { (HELD_SHORT, HOSTILE_SHORT, SLOWER) } else { (HELD, HOSTILE, 1.0) };
    let (most, worst) = (MOST_MS * slower, MOST_HOSTILE_MS * slower);
    anybody(held, hostile, slower);
    let (mut club, state, records) = Club::holding(held);

    // Somebody is admitted, by who knows of all.
    let mut one = state.clone();
    let acts = (0..ARRIVALS as u64).map(|number| club.next(4, newcomer(1_000_000 + number), Some(Role::Member)));
    let acts: Vec<Record> = acts.collect();
    tell(&format!("one act among {held}"), &arrive(&club, &mut one, acts), most);
    let governance = one.view().governance.clone().unwrap();
    let tip = governance.role_tips[0].entry;
    assert!(
        governance.roles.contains_key(&newcomer(1_000_000 + ARRIVALS as u64 - 1)) && governance.role_tips.len() == 1
    );

    // A stranger shouts.
    let mut under = one.clone();
    let shouts: Vec<Record> =
        (0..hostile as u64).map(|number| club.act(11, newcomer(number), Some(Role::Leader), &[tip])).collect();
    tell("an act of a stranger", &arrive(&club, &mut under, shouts), most);
    let act = club.act(4, newcomer(5_000_000), Some(Role::Member), &[tip]);
    tell("one act after those of a stranger", &arrive(&club, &mut under, vec![act]), most);

    // A member leaves again and again, knowing of nothing of it, or of as much as can be.
    let mut under = one.clone();
    let member = club.people[10].0;
    let mut known = vec![club.act(4, member, Some(Role::Member), &[tip])];
    let given = known[0].id;
    let mut before = vec![given];
    for _ in 0..hostile {
        let act = club.act(10, member, None, &before);
        let knows = known.iter().rev().step_by(2).take(REFS_MAX - 1).map(|act| act.id);
        before = knows.chain([given]).collect();
        known.push(act);
    }
    tell("a leave among many at once", &arrive(&club, &mut under, known), worst);
    let act = club.act(4, newcomer(5_000_001), Some(Role::Member), &[tip]);
    tell("one act after those of a member", &arrive(&club, &mut under, vec![act]), most);

    // A moderator says as much of one person, knowing of half of it.
    let mut under = one.clone();
    let mut known: Vec<Record> = Vec::new();
    for number in 0..hostile {
        let knows = known.iter().rev().step_by(2).take(REFS_MAX - 1).map(|act| act.id).chain([tip]);
        let knows: Vec<EntryId> = if number % 3 == 0 { vec![tip] } else { knows.collect() };
        let role = [None, Some(Role::Member), Some(Role::Contributor)][number % 3];
        known.push(club.act(5, newcomer(6_000_000), role, &knows));
    }
    tell("a moderator's word among many at once", &arrive(&club, &mut under, known), worst);
    let act = club.act(4, newcomer(5_000_002), Some(Role::Member), &[tip]);
    tell("one act after those of a moderator", &arrive(&club, &mut under, vec![act]), most);
    let moderator = club.people[5].0;
    let act = club.act(0, moderator, None, &[tip]);
    tell("the moderator is taken down", &arrive(&club, &mut under, vec![act]), worst);

    // A leader takes down people whom they made leaders, who acted meanwhile: each time all is judged anew.
    let mut under = one.clone();
    let puppet = club.people[11].0;
    let made = club.act(1, puppet, Some(Role::Leader), &[tip]);
    let base = made.id;
    let mut acts = vec![made];
    for number in 0..(hostile / 20) as u64 {
        acts.push(club.act(11, newcomer(number), Some(Role::Member), &[base]));
        acts.push(club.act(1, puppet, None, &[base]));
        let last = acts[acts.len() - 1].id;
        acts.push(club.act(1, puppet, Some(Role::Leader), &[last, base]));
    }
    tell("a leader's act that takes down who acted meanwhile", &arrive(&club, &mut under, acts), worst);
    let act = club.act(4, newcomer(5_000_003), Some(Role::Member), &[tip]);
    tell("one act after those of a leader", &arrive(&club, &mut under, vec![act]), most);

    speaker(&mut club, &one, hostile, (most, worst), tip);
    unheard(&mut club, &one, hostile, (most, worst), tip);
    strangers(&mut club, &one, hostile, most, tip);
    teller(&mut club, &one, hostile / 2, (most, worst));
    keeper(&mut club, &one, &records, hostile / 2, (most, worst));
    keys(&mut club, records, hostile, MOST_KEYS_MS * slower);
}
