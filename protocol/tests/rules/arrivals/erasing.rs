//! What is erased in a world.

use super::World;
use communaut_protocol::{
    fold::{Record, TEXT},
    op::{EntryPlace, EraseOp, Op},
};

impl World {
    /// One thing or several, some of which cannot be erased, are erased already, or are named where they do not stand.
    pub fn erase(&mut self) {
        let Some(first) = self.target() else { return };
        let own = self.people.iter().position(|one| one.id.0 == first.author.0).unwrap();
        let by = if self.dice.below(3) == 0 { self.dice.below(4) } else { own };
        let refs = if by == own && self.dice.below(4) > 0 { None } else { Some(self.refs(by)) };
        let mut targets = vec![first];
        for _ in 0..self.dice.below(3) {
            targets.extend(self.target());
        }
        targets.sort();
        targets.dedup();
        self.say(by, &Op::Erase(EraseOp { targets: targets.into(), refs, reason: String::new() }));
    }

    fn target(&mut self) -> Option<EntryPlace> {
        let of = self.dice.below(8);
        let place = |record: &Record| match &record.op {
            Op::Proposal(_) => vec![record.place().leaf(TEXT)],
            Op::Carry(_) => vec![record.place().leaf(1)],
            Op::Ballot(_) | Op::Post(_) => vec![record.place()],
            Op::Erase(op) if of < 3 => op.targets.to_vec(),
            _ if of == 7 => vec![record.place()],
            _ => Vec::new(),
        };
        let own = self.records.iter().filter(|record| record.witness.is_none());
        let all: Vec<EntryPlace> = own.flat_map(place).collect();
        let target = self.pick(&all)?;
        Some(match self.dice.below(12) {
            0 => EntryPlace { seq: target.seq + 1, ..target },
            1 => target.leaf(2),
            _ => target,
        })
    }
}
