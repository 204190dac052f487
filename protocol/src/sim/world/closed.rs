//! Closed communities: some nodes share a key, everybody else is to learn nothing of them.

use super::{World, op_post};
use crate::{
    engine::Host,
    entry::{Entry, hash},
    ids::{ElementId, Hash},
    limits::WITNESSED_MAX,
    op::{Op, WitnessOp},
    private::{Community, CommunitySecret, ReadKey, Under},
    replication::replica::Replica,
    scope::Scope,
};
use std::collections::BTreeSet;

/// Nodes of one community.
const MEMBERS: usize = 5;

/// One of them.
pub(super) struct Closed {
    pub scope: Scope,
    key: ReadKey,
    pub members: BTreeSet<usize>,
}

impl World {
    /// Found them: who belongs has the key, and knows another who belongs.
    pub(super) fn found(&mut self) {
        for n in 0..self.config.communities {
            let mut secret = [0; 32];
            self.rng.fill(&mut secret);
            let Hash(id) = hash(&secret);
            let community = Community { id: ElementId(id), secret: CommunitySecret::from_bytes(secret) };
            self.rng.fill(&mut secret);
            let (key, scope) = (ReadKey::from_bytes(secret), community.scope());
            let mut members = BTreeSet::from([n * self.config.nodes / self.config.communities]);
            while members.len() < MEMBERS.min(self.config.nodes) {
                members.insert(self.rng.usize(0..self.config.nodes));
            }
            for member in &members {
                let held = &mut self.nodes[*member].held;
                held.ring.join(community.clone());
                held.ring.add_read(&scope, key.clone(), held.key.id());
            }
            self.closed.push(Closed { scope, key, members });
        }
    }

    /// Somebody who belongs says something there, and before that who they are: nobody asks for it outside.
    pub(super) fn say_inside(&mut self, n: usize) {
        let Closed { scope, members, .. } = &self.closed[n];
        let (scope, members) = (*scope, members.clone());
        let Some(node) = members.iter().nth(self.rng.usize(0..members.len())).copied() else { return };
        if !self.is_up(node) {
            return;
        }
        let held = &self.nodes[node].held;
        if held.replica.state(&held.log(scope, 1)).is_none() {
            let own = held.replica.entries().filter_map(|entry| entry.whole());
            let own = own.filter(|entry| entry.header().log.scope == Scope::identity(held.person));
            let acts = own.take(WITNESSED_MAX).map(|entry| entry.to_raw()).collect();
            self.write_inside(n, node, &Op::Witness(WitnessOp { acts }));
        }
        let op = op_post(format!("à voix basse {}", self.next_number()), None);
        self.write_inside(n, node, &op);
    }

    fn write_inside(&mut self, n: usize, node: usize, op: &Op) {
        let Closed { scope, key, .. } = &self.closed[n];
        let (scope, key) = (*scope, key.id());
        let log = self.nodes[node].held.log(scope, 1);
        let when = self.nodes[node].system_ms(self.now);
        let held = &mut self.nodes[node].held;
        let Some(place) = super::header(&held.replica, log, op, when) else { return };
        let Ok(mut draw) = held.draw();
        let Ok((header, payload)) = held.ring.seal(place, Under::Epoch(key), held.person, op, &mut draw) else {
            return;
        };
        if let Ok(entry) = Entry::sign(&held.key, header, payload) {
            self.report.sealed += 1;
            self.publish(node, entry);
        }
    }

    /// Who holds something of a community to which they do not belong.
    pub(super) fn leak(&self) -> Option<String> {
        for closed in &self.closed {
            for (n, node) in self.nodes.iter().enumerate().filter(|(n, _)| !closed.members.contains(n)) {
                if node.held.replica.states().any(|(log, _)| log.scope == closed.scope) {
                    return Some(format!("node {n} holds something of a community to which it does not belong"));
                }
            }
        }
        None
    }
}
