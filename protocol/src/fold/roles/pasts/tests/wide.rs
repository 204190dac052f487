//! Wider worlds: many devices that are out and named later, leaders who are taken down and made again, people who leave
//! and step down by devices that are out, several speakers, points that are settled in between.

use super::*;

const SEEDS: u64 = 1_000;

/// Whom a world is about.
struct World {
    people: usize,
    /// Of how many acts in ten the device is out.
    out: usize,
    /// On whom most words are; 0: on anybody.
    one: u8,
    /// How many acts one names at most.
    most: usize,
    /// How often an act names a later one of its author.
    own_again: usize,
    /// How many acts and posts there are at least.
    least: usize,
}

fn drawn(dice: &mut Dice) -> World {
    World {
        people: 4 + dice.below(5),
        out: dice.below(8),
        one: [0, 0, 4, 3, 2][dice.below(5)],
        most: 1 + dice.below(4),
        own_again: 1 + dice.below(5),
        least: if dice.below(64) == 0 { 150 } else { 20 },
    }
}

fn wide(dice: &mut Dice, world: &World) -> Vec<Record> {
    let mut all: Vec<Record> = Vec::new();
    let (mut acts, mut said): (Vec<(u8, EntryId)>, Vec<EntryId>) = (Vec::new(), Vec::new());
    let roles = [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)];
    for number in 0..world.least + dice.below(50) {
        let person = |dice: &mut Dice, most: usize| u8::try_from(1 + dice.below(most)).unwrap();
        let by = if number < 4 { 1 } else { person(dice, world.people) };
        let ids: Vec<EntryId> = acts.iter().map(|(_, id)| *id).collect();
        let mut refs = dice.some(&ids, world.most);
        refs.extend(ids.last().filter(|_| dice.below(3) == 0));
        // What they said themselves, whatever became of its device.
        let own: Vec<EntryId> = acts.iter().filter(|(who, _)| *who == by).map(|(_, id)| *id).collect();
        if dice.below(world.own_again) == 0 {
            refs.extend(dice.some(&own, 2));
        }
        if number < 4 {
            refs.extend(ids.last());
        }
        refs.sort_unstable();
        refs.dedup();
        refs.truncate(8);
        match if number < 4 { 0 } else { dice.below(11) } {
            0..=5 => {
                let on = if number < 4 {
                    u8::try_from(number + 2).unwrap()
                } else if world.one > 0 && dice.below(3) > 0 {
                    world.one
                } else if dice.below(5) == 0 {
                    by
                } else {
                    person(dice, world.people)
                };
                let role = if number < 4 { roles[[4, 4, 3, 2][number]] } else { roles[dice.below(5)] };
                let lowers = number >= 4 && dice.below(2) == 0;
                all.push(record(number, by, Op::Role(RoleOp { person: id(on), role, refs, lowers })));
                acts.push((by, all[all.len() - 1].id));
            }
            6 => {
                let entries = dice.some(&said, 2);
                all.push(record(number, by, Op::Keep(KeepOp { entries, refs })));
                acts.push((by, all[all.len() - 1].id));
            }
            _ => {
                let by = if world.one > 0 && dice.below(3) > 0 { world.one } else { by };
                let under = dice.some(&ids, 1).first().copied().filter(|_| dice.below(8) > 0);
                all.push(Record { under, ..record(number, by, Op::Post(PostOp::default())) });
                said.push(all[all.len() - 1].id);
            }
        }
    }
    all
}

#[test]
fn in_wider_worlds_they_speak_as_the_rule_says() {
    let mut counts = Counts::default();
    for seed in 0..SEEDS {
        let mut dice = Dice(seed.wrapping_mul(0x1234_5678_9abc_def1));
        let world = drawn(&mut dice);
        let mut rest = wide(&mut dice, &world);
        let near = [2, 6, usize::MAX][dice.below(3)];
        let settles = dice.below(3) == 0;
        let mut told = Told::new(seed);
        let founded = if dice.below(6) == 0 { dice.below(rest.len()) } else { rest.len() };
        let mut silent: Vec<Record> = Vec::new();
        let mut waits: Vec<Record> = Vec::new();
        while !rest.is_empty() || !silent.is_empty() {
            if !rest.is_empty() {
                let came = rest.remove(dice.below(rest.len().min(near)));
                if rest.len() <= founded {
                    told.roles.found(id(1));
                }
                if matches!(came.op, Op::Post(_)) {
                    waits.push(came);
                } else {
                    let speaks = dice.below(10) >= world.out;
                    if !speaks && dice.below(2) == 0 {
                        silent.push(came.clone());
                    }
                    told.roles.take(&Arc::new(came), speaks);
                }
            }
            // What was silent is accepted later.
            if !silent.is_empty() && (rest.is_empty() || dice.below(4) == 0) {
                let late = silent.remove(dice.below(silent.len()));
                told.roles.take(&Arc::new(late), true);
            }
            if dice.below(4) == 0 && !(rest.is_empty() && silent.is_empty()) {
                continue;
            }
            if settles && dice.below(6) == 0 {
                let tips = told.tips();
                let some = dice.some(&tips, 3);
                told.settle(if dice.below(2) == 0 { &tips } else { &some });
            }
            told.judge(waits.drain(..));
        }
        counts.add(&told.counts);
    }
    let (taken, alone) = (counts.taken as u64, counts.alone as u64);
    assert!(taken > SEEDS && alone > SEEDS, "{counts:?}");
}
