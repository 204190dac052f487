//! Stolen devices: a person's second device writes from somebody else's node, is taken out, and goes on.

use super::{EPOCH_MS, Ms, What, World, header, sign};
use crate::{
    entry::{DeviceKey, Head, Header},
    fold::{Record, Standing},
    ids::{EntryId, IdentityId, SealingKey},
    log::Branch,
    op::{DeviceOp, Op, OutOp, accepted_head, consent_bytes},
    replication::replica::Replica,
    scope::{LogId, Scope},
};

/// Times that a thief does something, from when the device came in to the end of all writing.
const DEEDS: usize = 16;

/// One of them.
pub(super) struct Theft {
    owner: usize,
    thief: usize,
    phone: DeviceKey,
    /// The act by which it came in.
    came: Option<EntryId>,
    out: bool,
}

impl World {
    pub(super) fn plan_thefts(&mut self) {
        let Self { config, .. } = self;
        let (count, nodes, writing_ms) = (config.thefts, config.nodes, config.writing_ms);
        for n in 0..count {
            let owner = (n * nodes / count.max(1) + 2) % nodes;
            // Somebody who follows one of the owner's territories.
            let near = |other: &usize| *other != owner && self.follows[*other].contains(&self.follows[owner][0]);
            let Some(thief) = (0..nodes).map(|step| (owner + 1 + step) % nodes).find(near) else { continue };
            let mut seed = [0; 32];
            self.rng.fill(&mut seed);
            let phone = DeviceKey::from_seed(&seed);
            let at = self.thefts.len();
            self.thefts.push(Theft { owner, thief, phone, came: None, out: false });
            self.at(writing_ms / 8, What::Theft(at));
            for _ in 0..DEEDS {
                let when = self.rng.u64(writing_ms / 8..writing_ms);
                self.at(when, What::Theft(at));
            }
        }
    }

    /// What comes next between an owner and a thief.
    pub(super) fn theft(&mut self, n: usize) {
        let half: Ms = self.config.writing_ms / 2;
        let (owner, thief) = (self.thefts[n].owner, self.thefts[n].thief);
        if self.thefts[n].came.is_none() {
            if self.is_up(owner) {
                self.thefts[n].came = self.bring_in(n);
            }
        } else if self.now > half && !self.thefts[n].out {
            if self.is_up(owner) {
                self.take_out(n);
            }
        } else if self.is_up(thief) {
            match self.rng.u32(0..6) {
                0 if self.thefts[n].out => self.compete(n),
                1 => self.fork_back(n),
                _ => self.write_as_owner(n),
            }
        }
    }

    fn identity_of(&self, n: usize) -> IdentityId {
        self.nodes[self.thefts[n].owner].held.person
    }

    fn device_op(&self, n: usize, key: &DeviceKey) -> Op {
        let (person, sealing_key) = (self.identity_of(n), SealingKey(key.id().0));
        let consent = key.sign(&consent_bytes(person, sealing_key));
        let previous = self.thefts[n].came;
        Op::Device(DeviceOp { device: key.id(), sealing_key, label: String::new(), consent, previous })
    }

    fn bring_in(&mut self, n: usize) -> Option<EntryId> {
        let (owner, scope) = (self.thefts[n].owner, Scope::identity(self.identity_of(n)));
        let op = self.device_op(n, &self.thefts[n].phone.clone());
        let payload = op.encode(self.next_nonce()).ok()?;
        self.write(owner, scope, &op, payload);
        let log = self.nodes[owner].held.log(scope, 1);
        self.nodes[owner].held.replica.state(&log).map(|state| state.tip.id)
    }

    /// The owner accepts what they hold.
    fn take_out(&mut self, n: usize) {
        let (owner, scope) = (self.thefts[n].owner, Scope::identity(self.identity_of(n)));
        let phone = self.thefts[n].phone.id();
        let logs = self.nodes[owner].held.replica.states().filter(|(log, _)| log.device == phone);
        let mut accepted: Vec<_> =
            logs.flat_map(|(log, state)| state.tips().map(move |tip| accepted_head(&log, tip))).collect();
        accepted.sort_unstable();
        let op = Op::Out(OutOp { devices: vec![phone], accepted, previous: self.thefts[n].came });
        let Ok(payload) = op.encode(self.next_nonce()) else { return };
        self.write(owner, scope, &op, payload);
        self.thefts[n].out = true;
    }

    /// Another device after the same act: nobody is to hear of it.
    fn compete(&mut self, n: usize) {
        let mut seed = [0; 32];
        self.rng.fill(&mut seed);
        let op = self.device_op(n, &DeviceKey::from_seed(&seed));
        self.sign_stolen(n, Scope::identity(self.identity_of(n)), &op, 0);
    }

    fn write_as_owner(&mut self, n: usize) {
        let thief = self.thefts[n].thief;
        let territory = self.follows[thief][self.rng.usize(0..self.follows[thief].len())];
        let (op, scope) = self.words(self.thefts[n].owner, territory);
        self.sign_stolen(n, scope, &op, 0);
    }

    /// A rival to an entry further back, perhaps to one that was accepted.
    fn fork_back(&mut self, n: usize) {
        let territory = self.follows[self.thefts[n].thief][0];
        let (op, scope) = self.words(self.thefts[n].owner, territory);
        self.sign_stolen(n, scope, &op, 2);
    }

    /// Write in one of the stolen device's logs, so many entries behind its tip.
    fn sign_stolen(&mut self, n: usize, scope: Scope, op: &Op, back: u64) {
        let (thief, phone) = (self.thefts[n].thief, self.thefts[n].phone.clone());
        let log = LogId { scope, author: self.identity_of(n).into(), device: phone.id(), epoch: 1 };
        let replica = &self.nodes[thief].held.replica;
        let tip = replica.state(&log).map(|state| state.tip);
        let after = match tip.filter(|_| back > 0) {
            None => tip,
            Some(tip) => {
                let seq = tip.seq.saturating_sub(back);
                replica.logs().find_map(|held| {
                    let entry = held.get(Branch::First, seq).filter(|entry| entry.header().log == log)?;
                    Some(Head { seq, id: entry.id() })
                })
            }
        };
        let Some(next) = header(replica, log, op, EPOCH_MS + self.now) else { return };
        let (seq, backlink) = (after.map_or(0, |after| after.seq + 1), after.map(|after| after.id));
        let Ok(payload) = op.encode(self.next_nonce()) else { return };
        if let Some(entry) = sign(&phone, Header { seq, backlink, ..next }, payload) {
            self.publish(thief, entry);
        }
    }

    /// Records held somewhere that count for nothing, since their device was taken out before.
    pub(super) fn disowned(&self) -> u64 {
        let counts = self.nodes.iter().map(|node| {
            let (book, records) = super::check::judged(&node.held, &[]);
            let out = |record: &&Record| {
                book.get(&record.author).is_some_and(|person| person.standing(record.log.device) == Standing::Out)
            };
            records.iter().filter(out).filter(|record| !record.accepted).count() as u64
        });
        counts.sum()
    }
}
