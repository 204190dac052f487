//! Who restates a log of their own: truly, and as liars do.

use super::{EPOCH_MS, Ms, World, header, sign};
use crate::{
    entry::{Entry, Header, LEAVES, PRUNE},
    fold::{Erasures, restate},
    op::{Op, RestateOp, Restated},
    replication::replica::Replica,
    scope::{LogId, Scope},
};

impl World {
    /// Restate a log of one's own, if it is not forked.
    pub(super) fn prune(&mut self, node: usize) {
        let territory = self.follows[node][self.rng.usize(0..self.follows[node].len())];
        let scope = Scope::open(self.places[territory]);
        let own = &self.nodes[node].held;
        let log = own.log(scope, own.epochs.get(&scope).copied().unwrap_or(1));
        if own.replica.state(&log).is_none_or(|state| state.fork.is_some() || !state.is_complete()) {
            return;
        }
        let mut held = Vec::new();
        let Ok(()) = Replica::entries(&own.replica, &log, 0, u64::MAX, &mut |entry| {
            held.push(entry);
            true
        });
        let Ok(mut ops) = restate(&held, &Erasures::new()) else { return };
        // In several entries even where one would do.
        if let Some(op) = ops.last_mut().filter(|op| op.items.len() > 1) {
            let items = op.items.split_off(op.items.len() / 2);
            let said = op.said.split_off(op.items.iter().map(Restated::width).sum());
            ops.push(RestateOp { items, said });
        }
        self.write_run(node, log, ops);
    }

    fn write_run(&mut self, node: usize, log: LogId, ops: Vec<RestateOp>) {
        let last = ops.len().saturating_sub(1);
        let when = EPOCH_MS + self.now;
        for (at, op) in ops.into_iter().enumerate() {
            let op = Op::Restate(op);
            let flags = if at == last { Header::prune_flags(at).unwrap_or_default() } else { LEAVES };
            let Some(entry) = self.restatement(node, log, &op, when, flags) else { return };
            self.publish(node, entry);
        }
    }

    fn restatement(&mut self, node: usize, log: LogId, op: &Op, when: Ms, flags: u16) -> Option<Entry> {
        let mut nonces = std::iter::repeat_with(|| self.next_nonce());
        let (_, payload) = op.written(&mut || nonces.next().unwrap_or_default()).ok()?;
        let own = &self.nodes[node].held;
        sign(&own.key, Header { flags, ..header(&own.replica, log, op, when)? }, payload)
    }

    /// Two restatements of one number to two neighbours, neither of which is true.
    pub(super) fn restate_falsely(&mut self, node: usize) {
        let scope = Scope::open(self.places[self.follows[node][0]]);
        let own = &self.nodes[node].held;
        let log = own.log(scope, own.epochs.get(&scope).copied().unwrap_or(1));
        let (op, when) = (Op::Restate(RestateOp { items: Vec::new(), said: Vec::new() }), EPOCH_MS + self.now);
        let rivals = (0..2).filter_map(|_| self.restatement(node, log, &op, when, PRUNE | LEAVES)).collect();
        self.say_apart(node, rivals);
    }
}
