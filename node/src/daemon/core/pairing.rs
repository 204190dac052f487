//! Two devices of one person meet: one shows a code, the other comes in by it. SPEC.md §9.4.
//!
//! Anybody who reaches this node can send it such a message. So one that is refused costs an answer and nothing else,
//! whoever guesses is not heard for a while, whether they connect anew or not, and the code stays good for whom it is
//! meant for: it has 128 bits, which nobody guesses.

#[cfg(test)]
mod tests;

use super::Core;
use crate::{
    daemon::input::{Answer, Effect},
    failure::{Failure, FailureCode},
    net::{NetCommand, PairChannel, Peer},
    snapshot::Followed,
    store::StoreError,
};
use communaut_protocol::{
    Hash,
    clock::Monotonic,
    engine::Peer as _,
    ids::Signature,
    limits::{KEYRING_MAX, PAIRING_MESSAGE_MAX},
    op::consent_bytes,
    pairing::{self, Code, PairEnds, PairMessage},
    private::Keyring,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Wrong codes of one peer after which it is not heard: a device that was given the code has it right.
const TRIES_MAX: u32 = 5;
/// Wrong codes of all peers together after which a code is taken back: somebody is up to something, and whoever stands
/// before the two devices asks for another one.
const TRIES_ALL_MAX: u32 = 1_000;
/// Milliseconds for which a peer that has guessed too often is not heard: as long as a code is good.
const NOT_HEARD_MS: u64 = 10 * 60 * 1_000;
/// Peers remembered that had a wrong code, about 100 B each; beyond, the one that began longest ago is forgotten.
/// Whoever takes so many names could as well take a fresh one.
const GUESSING_MAX: usize = 1_024;
/// Bytes of a keyring that go along; a larger one is brought by the recovery phrase, or by those who gave the keys.
const KEYS_MAX: usize = PAIRING_MESSAGE_MAX / 2;

/// A code that is shown, and a code that is used.
#[derive(Debug, Default)]
pub(crate) struct Pairing {
    pub shown: Option<Shown>,
    pub joining: Option<Joining>,
    /// Who had a wrong code, connected or not.
    guessing: BTreeMap<Peer, Guessing>,
}

/// A peer that had a wrong code.
#[derive(Debug)]
struct Guessing {
    tries: u32,
    /// Of the first of them.
    since: Monotonic,
}

impl Pairing {
    /// Whether a peer is heard.
    fn hears(&mut self, peer: &Peer, monotonic: Monotonic) -> bool {
        self.guessing.retain(|_, held| monotonic.since(held.since) < NOT_HEARD_MS);
        self.guessing.get(peer).is_none_or(|held| held.tries < TRIES_MAX)
    }

    /// A peer has had a wrong code.
    fn guessed(&mut self, peer: &Peer, monotonic: Monotonic) {
        let oldest = self.guessing.iter().min_by_key(|(_, held)| held.since).map(|(oldest, _)| *oldest);
        if let Some(oldest) =
            oldest.filter(|_| self.guessing.len() >= GUESSING_MAX && !self.guessing.contains_key(peer))
        {
            self.guessing.remove(&oldest);
        }
        self.guessing.entry(*peer).or_insert(Guessing { tries: 0, since: monotonic }).tries += 1;
    }
}

/// A code that another device may use.
#[derive(Debug)]
pub(crate) struct Shown {
    pub code: Code,
    /// How long it is good, or waited for.
    pub until: Monotonic,
    pub tries: u32,
}

/// This device wants to come in.
#[derive(Debug)]
pub(crate) struct Joining {
    pub code: Code,
    pub label: String,
    pub answer: Answer,
    /// How long it is good, or waited for.
    pub until: Monotonic,
    pub asked: BTreeSet<Peer>,
    /// Names the question that waits for an answer.
    pub token: Option<u64>,
}

impl Core {
    /// Ask a peer to be let in, if it is the one that shows the code.
    pub(crate) fn ask_to_join(&mut self, peer: &Peer) {
        let Some(own) = self.engine.end() else { return };
        let token = self.engine.next_token();
        let Some(joining) = &mut self.pairing.joining else { return };
        let name = format!("/p2p/{peer}");
        if joining.token.is_some() || !joining.code.addresses.iter().any(|address| address.ends_with(&name)) {
            return;
        }
        if !joining.asked.insert(*peer) {
            return;
        }
        let sealing_key = self.replica.private.sealing.public();
        let consent = self.replica.device.sign(&consent_bytes(joining.code.identity, sealing_key));
        let ends = PairEnds { new: own, old: peer.end() };
        let label = joining.label.clone();
        let message =
            PairMessage::Join { device: self.replica.device.id(), sealing_key, label, consent, tag: Hash::ZERO };
        match joining.code.sign(&ends, message) {
            Ok(message) => {
                joining.token = Some(token);
                self.effects.push(Effect::Net(NetCommand::Pair { peer: *peer, message, token }));
            }
            Err(error) => self.end_join(Err(Failure::internal(error.to_string()))),
        }
    }

    /// A device wants to come in.
    pub(crate) fn on_pairing(&mut self, peer: &Peer, message: PairMessage, channel: PairChannel) {
        let message = self.answer_pairing(peer, message);
        self.effects.push(Effect::Net(NetCommand::AnswerPair { channel, message }));
    }

    fn answer_pairing(&mut self, peer: &Peer, message: PairMessage) -> PairMessage {
        match self.let_in(peer, message) {
            Ok(welcome) => {
                // There is a device more, whose logs are of interest.
                self.replica.interests_changed();
                welcome
            }
            Err(failure) => {
                self.engine.refuse(&mut self.replica, Some(peer), "pairing", &failure.message);
                PairMessage::Refused { why: failure.message }
            }
        }
    }

    fn let_in(&mut self, peer: &Peer, message: PairMessage) -> Result<PairMessage, Failure> {
        let refuse = |why: &str| Failure::new(FailureCode::NotAllowed, why);
        let no_code = || refuse("no code is shown on that device, or it is no longer good: ask for a new one there");
        let monotonic = self.replica.clocks.monotonic;
        if !self.pairing.hears(peer, monotonic) {
            return Err(refuse("too many wrong codes came from this device: try again in ten minutes"));
        }
        let own = self.engine.end().ok_or_else(no_code)?;
        self.pairing.shown.take_if(|shown| shown.until <= monotonic);
        let shown = self.pairing.shown.as_mut().ok_or_else(no_code)?;
        let ends = PairEnds { new: peer.end(), old: own };
        if !shown.code.signed(&ends, &message) {
            shown.tries += 1;
            if shown.tries >= TRIES_ALL_MAX {
                tracing::warn!("{TRIES_ALL_MAX} wrong codes have come: the code that was shown is no longer good");
                self.pairing.shown = None;
            }
            self.pairing.guessed(peer, monotonic);
            return Err(refuse("this is not the code that is shown on that device"));
        }
        // Good for one device.
        let Some(shown) = self.pairing.shown.take() else { return Err(no_code()) };
        let PairMessage::Join { device, sealing_key, label, consent, .. } = message else {
            return Err(refuse("this is not how a device asks to come in"));
        };
        let consent: Signature = consent;
        self.replica.bring_in(device, sealing_key, label, consent)?;
        let followed = self.replica.followed.iter().map(|held| pairing::PairedTerritory {
            id: held.id,
            name: held.name.clone(),
            cells: held.cells.to_vec(),
            centre: held.centre,
        });
        let keys = self.replica.private.ring.to_stored().map_err(|error| Failure::internal(error.to_string()))?;
        let keys = if keys.len() <= KEYS_MAX { keys.to_vec() } else { Vec::new() };
        let welcome = PairMessage::Welcome { followed: followed.collect(), keys, tag: Hash::ZERO };
        shown.code.sign(&ends, welcome).map_err(|error| Failure::internal(error.to_string()))
    }

    /// The device that shows the code has answered.
    pub(crate) fn on_paired(&mut self, token: u64, message: Option<PairMessage>) -> Result<(), StoreError> {
        let Some(joining) = self.pairing.joining.as_mut().filter(|joining| joining.token == Some(token)) else {
            return Ok(());
        };
        joining.token = None;
        let (own, asked) = (self.engine.end().unwrap_or_default(), joining.asked.clone());
        match message {
            // Another address may do.
            None => {
                joining.asked.clear();
                Ok(())
            }
            Some(PairMessage::Refused { why }) => {
                let why = format!("the other device says: {}", why.chars().take(300).collect::<String>());
                self.end_join(Err(Failure::new(FailureCode::NotAllowed, why)));
                Ok(())
            }
            Some(message) => {
                let signed =
                    asked.iter().any(|peer| joining.code.signed(&PairEnds { new: own, old: peer.end() }, &message));
                let PairMessage::Welcome { followed, keys, .. } = message else { return Ok(()) };
                if !signed {
                    self.end_join(Err(Failure::new(
                        FailureCode::NotAllowed,
                        "the other device does not have the code",
                    )));
                    return Ok(());
                }
                self.welcomed(followed, &keys)
            }
        }
    }

    fn welcomed(&mut self, followed: Vec<pairing::PairedTerritory>, keys: &[u8]) -> Result<(), StoreError> {
        let Some(joining) = &self.pairing.joining else { return Ok(()) };
        self.replica.set_me(joining.code.identity)?;
        if let Ok(ring) = Keyring::from_stored(keys)
            && keys.len() <= KEYRING_MAX
            && self.replica.private.ring.scopes().is_empty()
        {
            self.replica.fold_anew(ring.scopes());
            self.replica.private.ring = ring;
            self.replica.private.changed();
            self.replica.private.save()?;
        }
        for held in followed {
            let (name, cells, outline) = (held.name, Arc::new(held.cells), Arc::default());
            let followed = Followed { id: held.id, name, cells, centre: held.centre, outline };
            if let Err(failure) = self.replica.follow_too(followed) {
                tracing::info!("a territory is not followed here: {}", failure.message);
            }
        }
        self.replica.interests_changed();
        self.joined();
        Ok(())
    }

    /// Answer who waits to come in, once the identity's log says so.
    pub(crate) fn joined(&mut self) {
        let Some(joining) = &self.pairing.joining else { return };
        let id = joining.code.identity;
        let this = self.replica.device.id();
        let late = joining.until <= self.replica.clocks.monotonic;
        let known = self.replica.views.book().get(&id).is_some_and(|view| view.devices.contains_key(&this));
        if self.replica.me == Some(id) && known {
            self.replica.witness_coming_in(id);
            let outcome = self.replica.identity_info().map(Into::into);
            self.end_join(outcome);
        } else if late {
            let why = if self.replica.me == Some(id) {
                "the other device has let this one in, and its identity's log has not come yet: stay connected with it"
            } else {
                "the device that shows the code was not reached at any of its addresses: let both be on one network, \
                 and try again"
            };
            self.end_join(Err(Failure::new(FailureCode::Busy, why)));
        } else {
            for peer in self.engine.connected() {
                self.ask_to_join(&peer);
            }
        }
    }

    fn end_join(&mut self, outcome: Result<crate::modules::Outcome, Failure>) {
        if let Some(joining) = self.pairing.joining.take() {
            self.answer(joining.answer, outcome);
        }
    }
}
