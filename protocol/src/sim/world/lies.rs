//! What liars do.

use super::{EPOCH_MS, Message, What, World, header, sign};
use crate::{
    entry::{
        Entry, Header, LEAVES, RawEntry,
        leaves::{self, Leaf},
    },
    limits::EPOCHS_MAX,
    op::{ElementOp, Field, Kind, Op},
    scope::Scope,
};
use std::sync::Arc;

/// Entries that a liar floods its territory with.
const FLOOD: usize = 60;

impl World {
    /// Two entries of one number to two neighbours, old entries again, more than anybody reads, a restatement of what
    /// was never said, leaves withheld, more logs than count, stamps of another year.
    pub(super) fn lie(&mut self, node: usize) {
        let territory = self.follows[node][0];
        self.lies += 1;
        match self.lies % 7 {
            1 => {
                let mut rivals = Vec::new();
                for _ in 0..2 {
                    let (op, scope) = self.words(node, territory);
                    let Ok(payload) = op.encode(self.next_nonce()) else { continue };
                    rivals.extend(self.sign(node, scope, &op, payload, EPOCH_MS + self.now));
                }
                self.say_apart(node, rivals);
            }
            2 => {
                // As if it had just been written, to whoever has forgotten that it heard it. What was written inside
                // stays there: a member who gives it away is no fault of the protocol.
                let all = self.nodes[node].held.replica.entries().filter(|entry| !entry.header().log.scope.is_closed());
                let old: Vec<Entry> = all.filter_map(|entry| entry.whole()).take(20).collect();
                for entry in old {
                    self.gossip(node, &entry, None);
                }
            }
            4 => self.restate_falsely(node),
            5 => self.withhold(node),
            6 => self.open_logs(node),
            3 => (0..FLOOD).for_each(|_| self.say_something(node)),
            _ => {
                let (op, scope) = self.words(node, territory);
                let Ok(payload) = op.encode(self.next_nonce()) else { return };
                let when = if self.rng.bool() { 1 } else { EPOCH_MS * 2 };
                let entry = self.sign(node, scope, &op, payload, when);
                entry.into_iter().for_each(|entry| self.publish(node, entry));
            }
        }
    }

    /// Rival entries, each to another neighbour; the first is kept.
    pub(super) fn say_apart(&mut self, node: usize, rivals: Vec<Entry>) {
        let neighbours: Vec<usize> = self.nodes[node].neighbours.iter().copied().collect();
        for (n, rival) in rivals.into_iter().enumerate() {
            let (cell, id) = (rival.header().log.scope.cell, rival.id());
            let Ok(data) = rival.to_raw().encode() else { continue };
            if n == 0 && self.nodes[node].held.write(&rival).is_err() {
                continue;
            }
            if let Some(to) = neighbours.get(n * (neighbours.len() / 2)).copied() {
                let message = Message::Gossip { cell, id, data: Arc::new(data) };
                self.at(self.now + 1, What::Message { to, from: node, message });
            }
        }
    }

    /// A batch of which one half of the neighbours first hears one leaf, and the other half the other one.
    fn withhold(&mut self, node: usize) {
        let place = self.places[self.follows[node][0]];
        let (owner, scope) = (self.nodes[node].held.person, Scope::open(place));
        let ops = [3, 4].map(|seed| {
            let fields = vec![Field::Kind(Kind::Place), Field::Name(format!("lieu {seed}")), Field::Position(place)];
            Op::Element(Box::new(ElementOp { owner, seed: vec![seed; 16], fields }))
        });
        let leaves: Vec<Vec<u8>> = ops.iter().filter_map(|op| op.encode(self.next_nonce()).ok()).collect();
        let held: Vec<Leaf<'_>> = leaves.iter().map(|leaf| Leaf::Held(leaf)).collect();
        let Ok(payload) = leaves::payload_of(&held) else { return };
        let own = &self.nodes[node].held;
        let log = own.log(scope, own.epochs.get(&scope).copied().unwrap_or(1));
        let Some(header) = header(&own.replica, log, &ops[0], EPOCH_MS + self.now) else { return };
        let Some(entry) = sign(&own.key, Header { flags: LEAVES, ..header }, payload) else { return };
        for (at, to) in self.nodes[node].neighbours.clone().into_iter().enumerate() {
            let gone = u8::from(at % 2 == 0);
            let payload = leaves::without(entry.payload(), |leaf| leaf == gone).unwrap_or_default();
            let raw = RawEntry { payload, ..entry.to_raw() };
            if let Ok(data) = raw.encode() {
                let message = Message::Gossip { cell: scope.cell, id: entry.id(), data: Arc::new(data) };
                self.at(self.now + 1, What::Message { to, from: node, message });
            }
        }
        self.publish(node, entry);
    }

    /// More logs of one device than count, those with smaller numbers last: what was said first is displaced.
    fn open_logs(&mut self, node: usize) {
        let most = u64::try_from(EPOCHS_MAX).unwrap_or_default() + 2;
        for epoch in (1..=most).rev() {
            let (op, scope) = self.words(node, self.follows[node][0]);
            let Ok(payload) = op.encode(self.next_nonce()) else { return };
            let own = &self.nodes[node].held;
            let header = header(&own.replica, own.log(scope, epoch), &op, EPOCH_MS + self.now);
            let entry = header.and_then(|header| sign(&own.key, header, payload));
            entry.into_iter().for_each(|entry| self.publish(node, entry));
        }
    }
}
