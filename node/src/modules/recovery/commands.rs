//! The recovery phrase: shown until it is written down, then on no device; and what it is good for. SPEC.md §7.1.

use super::{ConfirmPhrase, FriendShares, Phrase, PhraseWords, RecoverRequest, Recovered, Shares};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, private::Recovering, wrap_inbox::Given},
    },
    failure::{Failure, FailureCode},
    modules::identity::{IdentityInfo, PhraseState},
    snapshot::Phase,
    store::StoreError,
};
use communaut_protocol::{
    Cell, DeviceId, ElementId, EntryId, Hash, IdentityId, Scope,
    fold::{IdentityView, Standing},
    ids::RecoveryKey,
    limits::ACCEPTED_MAX,
    log::{Accepted, Branch},
    op::{
        Op, OutOp, RecoveryOp, RecoveryTerms, accepted_head,
        text::{Lines, clean},
    },
    private::Draw,
    recovery::{RecoverySecret, Share, Wordlist, combine, split},
};
use std::{collections::BTreeSet, io, sync::Arc};

/// The phrase's bytes in the vault, until its owner has written it down.
const PHRASE: &str = "phrase";
/// Remembers which devices went out by a recovery here.
const LOST: &str = "lost";
/// Remembers in which closed scopes it was settled what counts of such a device: pairs of a device and a container.
const SETTLED: &str = "lost settled";

#[cfg(test)]
mod tests;

impl Act for Phrase {
    fn act(self, replica: &mut Replica) -> Result<PhraseWords, Failure> {
        let list = if self.french { Wordlist::French } else { Wordlist::English };
        replica.my_identity()?;
        let secret = replica.waiting_phrase()?.ok_or_else(gone)?;
        Ok(PhraseWords { words: secret.words(list).to_string() })
    }
}

impl Act for ConfirmPhrase {
    fn act(self, replica: &mut Replica) -> Result<IdentityInfo, Failure> {
        let words = self.words;
        replica.my_identity()?;
        let typed = RecoverySecret::from_words(&words).map_err(invalid);
        if let Ok(typed) = &typed
            && replica.forget_deciding_phrase(typed)?
        {
            return replica.identity_info();
        }
        let waiting = replica.waiting_phrase()?.ok_or_else(gone)?;
        if typed? != waiting {
            return Err(Failure::invalid("these are the words of another phrase; look at what you wrote down"));
        }
        replica.private.vault.remove(PHRASE).map_err(internal_io)?;
        replica.changed = true;
        replica.identity_info()
    }
}

impl Act for Shares {
    fn act(self, replica: &mut Replica) -> Result<FriendShares, Failure> {
        let Self { words, threshold, count } = self;
        let identity = replica.my_identity()?;
        let secret = match words {
            Some(words) => RecoverySecret::from_words(&words).map_err(invalid)?,
            None => replica.waiting_phrase()?.ok_or_else(gone)?,
        };
        if secret.commitment() != identity.recovery {
            return Err(Failure::invalid("this phrase does not recover your identity; look at what you wrote down"));
        }
        let mut draw = Draw::new(replica.random()?);
        let shares = split(&secret, identity.id, threshold, count, &mut draw).map_err(invalid)?;
        Ok(FriendShares(shares.iter().map(ToString::to_string).collect()))
    }
}

impl Act for RecoverRequest {
    fn act(self, replica: &mut Replica) -> Result<Box<Recovered>, Failure> {
        let how = self;
        let RecoverRequest { secret, identity, label, after, until_ms, reject } = how;
        let (whose, secret) = read_secret(&secret)?;
        let view = replica.recoverable(&secret, identity.or(whose)).inspect_err(|_| {
            // Whose log it is to be is known: peers are asked for it.
            let wanted = identity.or(whose).filter(|id| !replica.views.book().contains_key(id));
            if wanted.is_some_and(|id| replica.wanted.insert(id)) {
                replica.interests_changed();
            }
        });
        let view = view?;
        if let Some(me) = replica.me.filter(|me| *me != view.id) {
            let why = format!(
                "this data folder belongs to the identity {} already; give another one with --data",
                me.short()
            );
            return Err(Failure::new(FailureCode::AlreadyInitialised, why));
        }
        if view.is_contested() {
            let why = "your identity was recovered twice at once by one phrase, so neither counts, and another by the \
                       same phrase would be a third: the phrase that decides says which (`identity decide`)";
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let this = replica.device.id();
        // Those that speak where it goes on from: their word counts as far as it is held here.
        let speakers: BTreeSet<DeviceId> = match after {
            None => view.devices.keys().copied().collect(),
            Some(act) => {
                replica.views.identity(view.id).and_then(|state| state.speakers_after(act)).ok_or_else(|| {
                    Failure::not_found(format!("the identity's log has no act {} that may be done", act.short()))
                })?
            }
        };
        if view.standing(this) == Standing::Out && !speakers.contains(&this) {
            let why = "this device was taken out of the identity, for good: recover in a new data folder (--data), or \
                       go on from an act before that (--after)";
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        replica.set_me(view.id).map_err(internal)?;
        let others: BTreeSet<DeviceId> = speakers.iter().copied().filter(|device| *device != this).collect();
        let whole: BTreeSet<DeviceId> = others.iter().copied().filter(|device| !reject.contains(device)).collect();
        let mut parts = replica.accepted_of(&view, &whole, until_ms, &reject).map_err(internal)?.into_iter();
        let terms = RecoveryTerms {
            number: view.recoveries.saturating_add(1),
            device: this,
            sealing_key: replica.private.sealing.public(),
            // Signed here already: it is not made tidy where it is written.
            label: clean(&label, Lines::One),
            next: secret.commitment(),
            next_sealing: secret.sealing_key(),
            keep: Vec::new(),
            accepted: parts.next().unwrap_or_default(),
            previous: after.map_or(view.head, |act| replica.act_after(view.id, act)),
        };
        let bytes = terms.signing_bytes(view.id).map_err(|error| Failure::internal(error.to_string()))?;
        let key = secret.key();
        let op = RecoveryOp { terms, key: RecoveryKey(key.id().0), proof: key.sign(&bytes) };
        let out = others.len() as u64;
        let written = replica.write(view.id, vec![(Scope::identity(view.id), Op::Recovery(Box::new(op)))])?;
        let lost = replica.lost(&whole, &reject).map_err(internal)?;
        let named = if others.is_empty() { view.out.keys().copied().collect() } else { others };
        replica.accept_more(view.id, &named, parts, written.last().copied())?;
        let keys = replica.open_what_was_wrapped(&secret, lost, until_ms)?;
        replica.interests_changed();
        Ok(Box::new(Recovered { identity: replica.identity_info()?, out, keys }))
    }
}

impl Replica {
    /// A phrase for a new identity, kept until it is confirmed.
    pub(crate) fn new_phrase(&mut self) -> Result<RecoverySecret, Failure> {
        // One that waits already belongs to an inception that a crash has cut off.
        if let Some(waiting) = self.waiting_phrase()? {
            return Ok(waiting);
        }
        let secret = RecoverySecret::from_bytes(self.random()?);
        self.private.vault.write(PHRASE, secret.expose()).map_err(internal_io)?;
        Ok(secret)
    }

    fn waiting_phrase(&self) -> Result<Option<RecoverySecret>, Failure> {
        let bytes = self.private.vault.read(PHRASE, 32).map_err(internal_io)?;
        let bytes = bytes.map(|bytes| <[u8; 32]>::try_from(bytes.as_slice()));
        let secret = bytes.transpose().map(|bytes| bytes.map(RecoverySecret::from_bytes)).map_err(|_| {
            Failure::internal("the phrase kept in the data folder is damaged; bring it back from a backup")
        })?;
        // A crash while an identity was made can leave words behind, and the folder becomes another identity's: whoever
        // wrote those down would recover nothing. Without its inception an identity names no words yet.
        let view = self.me.and_then(|me| self.views.book().get(&me)).filter(|view| view.recovery != Hash::ZERO);
        let (Some(held), Some(view)) = (&secret, view) else { return Ok(secret) };
        if held.commitment() == view.recovery {
            return Ok(secret);
        }
        // While the replica loads, what the identity says last is not known yet.
        if self.phase == Phase::Ready {
            self.private.vault.remove(PHRASE).map_err(internal_io)?;
        }
        Ok(None)
    }

    /// Whether the phrase is still here.
    pub(crate) fn phrase_state(&self) -> Result<PhraseState, Failure> {
        let here = self.waiting_phrase()?.is_some();
        Ok(if here { PhraseState::Unconfirmed } else { PhraseState::Confirmed })
    }

    /// How an act names the one that it follows: the inception by nothing.
    fn act_after(&self, id: IdentityId, act: EntryId) -> Option<EntryId> {
        let inception = self.views.identity(id).and_then(|state| state.inception());
        Some(act).filter(|act| inception != Some(*act))
    }

    /// What did not fit into the act that took devices out goes into further ones.
    pub(crate) fn accept_more(
        &mut self,
        id: IdentityId,
        devices: &BTreeSet<DeviceId>,
        parts: impl Iterator<Item = Vec<Hash>>,
        mut previous: Option<EntryId>,
    ) -> Result<(), Failure> {
        let devices: Vec<DeviceId> = devices.iter().copied().take(communaut_protocol::limits::DEVICES_MAX).collect();
        for accepted in parts {
            let op = Op::Out(OutOp { devices: devices.clone(), accepted, previous });
            previous = self.write(id, vec![(Scope::identity(id), op)])?.last().copied();
        }
        Ok(())
    }

    /// The identity that a secret recovers, among those held.
    fn recoverable(&self, secret: &RecoverySecret, id: Option<IdentityId>) -> Result<Arc<IdentityView>, Failure> {
        let commitment = secret.commitment();
        let held = match id {
            Some(id) => self.views.book().get(&id).filter(|view| view.recovery == commitment),
            None => self.views.book().values().find(|view| view.recovery == commitment),
        };
        held.cloned().ok_or_else(|| {
            let what = id.map_or_else(|| "no identity".to_owned(), |id| format!("the identity {}", id.short()));
            let held = id.is_some_and(|id| self.views.book().contains_key(&id));
            let why = if held {
                format!("{what} is not recovered by this phrase or these shares")
            } else {
                format!(
                    "{what} that this recovers is held here yet: stay connected with a node that holds it, or follow \
                     the territory where you wrote, and try again"
                )
            };
            Failure::not_found(why)
        })
    }

    /// Keys that were wrapped to the recovery phrase: what the lost devices could read this one reads too.
    /// The secret is written nowhere; until the node stops it also opens what comes later, and after that
    /// when the phrase is typed again.
    fn open_what_was_wrapped(
        &mut self,
        secret: &RecoverySecret,
        lost: BTreeSet<DeviceId>,
        until_ms: Option<u64>,
    ) -> Result<u64, Failure> {
        let sealing = secret.sealing();
        let mut found = 0;
        let mut entries: Vec<_> = self.store.reader().wraps().collect::<Result<_, StoreError>>().map_err(internal)?;
        // Which communities there are stands outside of them, and comes first: otherwise their keys would be nobody's.
        entries.sort_by_key(|entry| entry.header().log.scope.is_closed());
        for entry in entries {
            if let Ok(Some((given, items))) = Given::open(&entry, &[&sealing]) {
                found += items.len() as u64;
                self.take_items(&entry, given, items).map_err(internal)?;
            }
        }
        self.private.recovering = Some(Recovering { sealing, lost, until_ms });
        self.fold_stale().map_err(internal)?;
        Ok(found)
    }

    /// The devices that went out by a recovery here, now or before, and are not rejected.
    fn lost(&self, now: &BTreeSet<DeviceId>, reject: &[DeviceId]) -> Result<BTreeSet<DeviceId>, StoreError> {
        let before = self.store.meta(LOST)?.unwrap_or_default();
        let before = before.chunks(32).filter_map(|key| Some(DeviceId(key.try_into().ok()?)));
        let lost: BTreeSet<DeviceId> =
            before.chain(now.iter().copied()).filter(|device| !reject.contains(device)).collect();
        let bytes: Vec<u8> = lost.iter().flat_map(|device| device.0).collect();
        self.store.set_meta(LOST, &bytes)?;
        Ok(lost)
    }

    /// After a recovery: what the lost devices wrote in closed communities could not be held when they were taken out,
    /// since it took the phrase to know where these lie. When it has come it is accepted, once for each device and
    /// scope: what such a device writes later counts no more there than elsewhere, in another log neither.
    pub(crate) fn accept_what_was_closed(&mut self) -> Result<(), StoreError> {
        let Some(Recovering { lost, until_ms, .. }) = &self.private.recovering else { return Ok(()) };
        let (Ok(id), until_ms) = (self.author(), *until_ms) else { return Ok(()) };
        let Some(view) = self.views.book().get(&id).cloned() else { return Ok(()) };
        // Of one that speaks, or never did, nothing has to be accepted.
        let lost: BTreeSet<DeviceId> = lost.iter().copied().filter(|device| view.out.contains_key(device)).collect();
        let mut settled = self.settled()?;
        let before = settled.len();
        let mut open = Vec::new();
        for (log, _) in self.store.heads_under(&Cell::CLOSED.bytes()).filter(|(log, _)| lost.contains(&log.device)) {
            let pair = (log.device, log.scope.container);
            if settled.contains(&pair) {
                continue;
            }
            let Some(state) = self.store.log(&log) else { continue };
            let at = |branch, seq| self.store.held(&log, branch, seq).map(|entry| entry.map(|entry| entry.id()));
            let accepted = Accepted::of(state, at, |head| view.accepts(&log, head))?;
            if [Branch::First, Branch::Second].into_iter().any(|branch| accepted.last(branch).is_some()) {
                settled.insert(pair);
            } else {
                open.push((log, pair));
            }
        }
        let mut fresh: BTreeSet<Hash> = BTreeSet::new();
        // Among them logs of which an earlier one was accepted when the device went out.
        open.retain(|(_, pair)| !settled.contains(pair));
        for (log, pair) in open {
            let Some(state) = self.store.log(&log) else { continue };
            for branch in [Branch::First, Branch::Second] {
                let last = self.last_until(&log, state, branch, until_ms)?;
                fresh.extend(last.map(|head| accepted_head(&log, head)));
            }
            settled.insert(pair);
        }
        let fresh: Vec<Hash> = fresh.into_iter().collect();
        let parts: Vec<Vec<Hash>> = fresh.chunks(ACCEPTED_MAX).map(<[Hash]>::to_vec).collect();
        if let Err(failure) = self.accept_more(id, &lost, parts.into_iter(), view.head) {
            tracing::warn!("what the lost devices wrote in closed communities is not accepted yet: {failure}");
            return Ok(());
        }
        if settled.len() > before {
            let bytes: Vec<u8> = settled.iter().flat_map(|(device, at)| [device.0, at.0].concat()).collect();
            self.store.set_meta(SETTLED, &bytes)?;
        }
        Ok(())
    }

    /// Where it is settled what counts of lost devices.
    fn settled(&self) -> Result<BTreeSet<(DeviceId, ElementId)>, StoreError> {
        let bytes = self.store.meta(SETTLED)?.unwrap_or_default();
        let pairs = bytes.chunks(64).filter_map(|pair| {
            let (device, at) = pair.split_at_checked(32)?;
            Some((DeviceId(device.try_into().ok()?), ElementId(at.try_into().ok()?)))
        });
        Ok(pairs.collect())
    }
}

/// A phrase, or shares of one.
fn read_secret(text: &str) -> Result<(Option<IdentityId>, RecoverySecret), Failure> {
    let shares: Result<Vec<Share>, _> = text.split_whitespace().map(str::parse::<Share>).collect();
    match shares {
        Ok(shares) if !shares.is_empty() => {
            let (identity, secret) = combine(&shares).map_err(invalid)?;
            Ok((Some(identity), secret))
        }
        Err(error) if text.contains("communautshare") => Err(invalid(error)),
        _ => RecoverySecret::from_words(text).map(|secret| (None, secret)).map_err(invalid),
    }
}

pub(super) fn gone() -> Failure {
    Failure::not_found(
        "the recovery phrase is not on this device: it was confirmed as written down, or was made on another device",
    )
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn internal_io(error: io::Error) -> Failure {
    Failure::new(FailureCode::Io, format!("the secrets of the data folder: {error}"))
}

pub(super) fn invalid(error: impl std::fmt::Display) -> Failure {
    Failure::invalid(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn internal(error: StoreError) -> Failure {
    Failure::internal(error.to_string())
}
