//! What goes wrong, or goes: devices, recoveries, forks, logs beyond what counts, erasures, restatements.

use super::{A, B, C, D, DAY_MS, E, NICE, World, Z, deliver_whole, post};
use crate::{
    api,
    daemon::desk::{Desk, MONACO, NOW_MS},
    modules::{Outcome, devices::DeviceOut, pruning::Prune, recovery::RecoverRequest},
};
use communaut_protocol::{
    Entry, Header, LogId, Position, Scope, Stamp,
    entry::{Head, HeldEntry, hash},
    limits::EPOCHS_MAX,
    op::{ElementOp, EntryPlace, EraseOp, Field, Kind, LabelOp, Op, Profile, TerritoryOp},
    private::{Draw, Under},
};
use std::collections::BTreeSet;

impl World {
    pub(super) fn devices_come_and_go(&mut self) {
        let laptop = self.desks[A].let_in(Desk::seeded(11));
        self.desks.push(laptop);
        let laptop = self.desks.len() - 1;
        self.tend();
        self.say(laptop, None, "Du portable");
        let club = self.named("Régie");
        let (gone, back) = (self.say(B, Some(club), "Effacé"), self.say(B, Some(club), "Pas effacé"));
        self.meet();
        self.erase(laptop, gone);
        self.meet();
        let device = self.desks[laptop].keys.device().id().to_string();
        self.ask(A, DeviceOut { device, until_ms: None });
        // After it was taken out, and before it hears of it.
        self.say(laptop, None, "Volé");
        self.erase(laptop, back);
        self.tend();
        // Two devices that let in a third each at once: neither counts.
        let tablet = self.desks[E].let_in(Desk::seeded(12));
        self.desks.push(tablet);
        self.tend();
        let tablet = self.desks.len() - 1;
        for (who, seed) in [(E, 13), (tablet, 14)] {
            let third = self.desks[who].let_in(Desk::seeded(seed));
            self.desks.push(third);
        }
        self.meet();
        self.recovered_twice();
    }

    /// By one phrase, and another one decides.
    fn recovered_twice(&mut self) {
        let words = |outcome| match outcome {
            Outcome::Phrase(api::PhraseWords { words }) => words,
            other => panic!("{other:?}"),
        };
        let secret = words(self.ask(D, api::Phrase { french: false }));
        let deciding = words(self.ask(D, api::DecidingPhrase { french: false }));
        for seed in [15, 16] {
            let mut fresh = Desk::seeded(seed);
            let all: Vec<HeldEntry> = self.all.values().cloned().collect();
            deliver_whole(&mut fresh, all);
            fresh.ask(RecoverRequest { secret: secret.clone(), ..RecoverRequest::default() }).unwrap();
            self.desks.push(fresh);
        }
        let fresh = self.desks.len() - 1;
        self.meet();
        let Outcome::Identity(info) = self.ask(fresh, api::Identity) else { panic!("an identity") };
        let recovery = info.contested.iter().find(|one| one.this).unwrap().entry;
        self.ask(fresh, api::Decide { words: deciding, recovery });
        self.say(D, None, "De l'ancien");
        self.tend();
        self.say(fresh, None, "Du nouveau");
        self.meet();
    }

    /// What stands in two cells, or was said twice, until the later word is erased.
    pub(super) fn things_move(&mut self) {
        let (here, there) = (Scope::open(MONACO), Scope::open(NICE));
        let owner = self.id(Z);
        let element = |name: &str, at| {
            let fields = vec![Field::Kind(Kind::Place), Field::Name(name.into()), Field::Position(at)];
            Op::Element(Box::new(ElementOp { owner, seed: vec![30; 16], fields }))
        };
        let territory = |seed: u8, name: &str, at: Position| {
            let (cells, name) = (vec![at.cell(5)], name.to_owned());
            Op::Territory(TerritoryOp { seed: vec![seed; 16], name, cells, centre: at })
        };
        for op in [element("Forge", MONACO), territory(31, "Port", MONACO), territory(32, "Gare", MONACO)] {
            self.write(Z, here, op);
        }
        for op in [element("Forge neuve", NICE), territory(31, "Vieux port", NICE)] {
            self.write(Z, there, op);
        }
        let last = [
            (here, self.write(Z, here, element("Forge ancienne", MONACO))),
            (here, self.write(Z, here, territory(32, "Gare du haut", MONACO))),
            (there, self.write(Z, there, territory(31, "Port de plaisance", NICE))),
            (there, self.write(Z, there, territory(31, "Port de commerce", NICE))),
        ];
        self.meet();
        for (scope, id) in last {
            let header = self.all[&id].header();
            let targets = vec![EntryPlace::of(&header.log, header.seq, id)];
            self.write(Z, scope, Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() }));
        }
        self.tend();
    }

    /// Bob's device signs several entries of one number: in the open, where it governs, and sealed. Some say to be of
    /// tomorrow.
    pub(super) fn forks(&mut self) {
        let scopes: BTreeSet<Scope> = self.desks[B].core.replica.logs.keys().copied().collect();
        let mut made = BTreeSet::new();
        for scope in scopes.into_iter().filter(|scope| !scope.is_wide()) {
            let replica = &self.desks[B].core.replica;
            let log = replica.logs[&scope];
            let held = replica.store.log_entries(&log).unwrap();
            let Some(at) = held.len().checked_sub(2) else { continue };
            let current = replica.views.scopes().get(&scope).and_then(|view| view.keys.as_ref()?.current()?.key.into());
            if scope.is_closed() && current.is_none() {
                continue;
            }
            made.insert((scope.is_identity(), scope.is_closed(), scope.container.is_zero()));
            for branch in 0..3_u8 {
                let mut head = Head { seq: held[at].header().seq, id: held[at].id() };
                for n in 0..3_u8 {
                    let text = format!("Branche {branch}, {n}");
                    let op = if scope.is_identity() {
                        Op::Profile(Profile { name: text, about: String::new(), home: Some(MONACO) })
                    } else {
                        post(&text, vec![], vec![])
                    };
                    let ahead = if n == 2 { DAY_MS } else { u64::from(branch) };
                    let header = Header::following(log, Some(head), Stamp::from_ms(NOW_MS + ahead), op.schema());
                    let mut draw = Draw::new([branch * 16 + n; 32]);
                    let (header, payload) = match current {
                        Some(key) => {
                            let me = self.desks[B].me();
                            replica.private.ring.seal(header, Under::Epoch(key), me, &op, &mut draw).unwrap()
                        }
                        None => (header, op.encode(draw.bytes()).unwrap()),
                    };
                    let header = header.over(&payload).unwrap();
                    let entry = Entry::sign(&self.desks[B].keys.device(), header, payload).unwrap();
                    head = Head { seq: entry.header().seq, id: entry.id() };
                    self.all.insert(entry.id(), entry.into());
                }
            }
        }
        assert_eq!(made.len(), 4, "{made:?}");
        self.hear_all();
    }

    /// More logs of one device than count: the smallest are kept.
    pub(super) fn too_many_epochs(&mut self) {
        let scope = Scope::open(NICE);
        for epoch in 1..=EPOCHS_MAX as u64 + 3 {
            let log = LogId { scope, author: self.id(E).into(), device: self.desks[E].keys.device().id(), epoch };
            let op = post(&format!("Époque {epoch}"), vec![], vec![]);
            let payload = op.encode([7; 16]).unwrap();
            let header = Header::following(log, None, Stamp::from_ms(NOW_MS), op.schema()).over(&payload).unwrap();
            let entry = Entry::sign(&self.desks[E].keys.device(), header, payload).unwrap();
            self.all.insert(entry.id(), entry.into());
        }
        self.hear_all();
    }

    fn hear_all(&mut self) {
        let all: Vec<HeldEntry> = self.all.values().cloned().collect();
        self.desks.iter_mut().for_each(|desk| deliver_whole(desk, all.clone()));
        self.tend();
    }

    pub(super) fn erased_and_restated(&mut self) {
        let (open, said) = (Scope::open(MONACO), self.say(C, None, "À effacer"));
        let after = self.say(C, None, "À effacer plus tard");
        let label = LabelOp { on: hash(b"something else"), label: "ferme".into(), withdrawn: false };
        self.write(C, open, Op::Label(label));
        self.meet();
        self.erase(C, said);
        self.meet();
        for who in [C, A] {
            let Outcome::Pruned(pruned) = self.ask(who, Prune) else { panic!("pruned") };
            assert!(who == A || !pruned.logs.is_empty(), "{:?}", pruned.left);
        }
        self.meet();
        // Of what is said again, and after it.
        self.erase(C, after);
        self.say(C, None, "Après");
        self.tend();
    }
}
