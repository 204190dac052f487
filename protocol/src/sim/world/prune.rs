//! Who restates a log of their own: truly, and as liars do.

use super::{EPOCH_MS, What, World, sign_with};
use crate::{
    entry::{Header, PRUNE},
    fold::{Erasures, restate},
    op::{Op, RestateOp},
    replication::replica::Replica,
    scope::{LogId, Scope},
};

impl World {
    /// Restate a log of one's own, if it is not forked.
    pub(super) fn prune(&mut self, node: usize) {
        let territory = self.follows[node][self.rng.usize(0..self.follows[node].len())];
        let scope = Scope::open(self.places[territory]);
        let own = &self.nodes[node];
        let log = LogId { scope, device: own.key.id(), epoch: own.epochs.get(&scope).copied().unwrap_or(1) };
        if own.replica.state(&log).is_none_or(|state| state.fork.is_some() || !state.is_complete()) {
            return;
        }
        let mut held = Vec::new();
        let Ok(()) = Replica::entries(&own.replica, &log, 0, u64::MAX, &mut |entry| {
            held.push(entry);
            true
        });
        let Ok(mut ops) = restate(own.person, &held, &Erasures::new()) else { return };
        // In several entries even where one would do.
        if let Some(op) = ops.last_mut().filter(|op| op.items.len() > 1) {
            let rest = op.items.split_off(op.items.len() / 2);
            ops.push(RestateOp { items: rest });
        }
        self.write_run(node, log, ops);
    }

    fn write_run(&mut self, node: usize, log: LogId, ops: Vec<RestateOp>) {
        let last = ops.len().saturating_sub(1);
        let when = EPOCH_MS + self.now;
        for (at, op) in ops.into_iter().enumerate() {
            let (op, own) = (Op::Restate(op), &self.nodes[node]);
            let (key, person, tip) = (own.key.clone(), own.person, own.replica.state(&log).map(|state| state.tip));
            let flags = if at == last { Header::prune_flags(at).unwrap_or_default() } else { 0 };
            let Ok(payload) = op.encode(self.next_nonce(), person) else { return };
            let Some(entry) = sign_with(&key, log, tip, &op, payload, when, flags) else { return };
            self.publish(node, entry);
        }
    }

    /// Two restatements of one number to two neighbours, neither of which is true.
    pub(super) fn restate_falsely(&mut self, node: usize) {
        let scope = Scope::open(self.places[self.follows[node][0]]);
        let own = &self.nodes[node];
        let log = LogId { scope, device: own.key.id(), epoch: own.epochs.get(&scope).copied().unwrap_or(1) };
        let (key, person, tip) = (own.key.clone(), own.person, own.replica.state(&log).map(|state| state.tip));
        let neighbours: Vec<usize> = own.peers.keys().copied().collect();
        for n in 0..2 {
            let op = Op::Restate(RestateOp { items: Vec::new() });
            let Ok(payload) = op.encode(self.next_nonce(), person) else { return };
            let Some(entry) = sign_with(&key, log, tip, &op, payload, EPOCH_MS + self.now, PRUNE) else { return };
            let Some((entry, author)) = self.verified.add(entry.into()) else { return };
            if n == 0 {
                let _own = self.nodes[node].take(&entry, author, false);
            }
            if let Some(to) = neighbours.get(n * (neighbours.len() / 2)).copied() {
                self.at(self.now + 1, What::Gossip { to, from: node, entry });
            }
        }
    }
}
