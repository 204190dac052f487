//! The phrase that decides between recoveries, for those who asked for one. SPEC.md §7.1.

use super::{
    Decide, DecidingPhrase, PhraseWords,
    commands::{gone, internal_io, invalid},
};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::identity::{IdentityChange, IdentityInfo, PhraseState},
    snapshot::Phase,
};
use communaut_protocol::{
    Scope,
    fold::IdentityView,
    ids::RecoveryKey,
    op::{DecideOp, Op, decision_bytes},
    recovery::{RecoverySecret, Wordlist},
};

#[cfg(test)]
mod tests;

/// Its bytes in the vault, until its owner has written it down.
const DECIDING: &str = "deciding";

impl Act for DecidingPhrase {
    fn act(self, replica: &mut Replica) -> Result<PhraseWords, Failure> {
        let list = if self.french { Wordlist::French } else { Wordlist::English };
        let view = replica.my_identity()?;
        let secret = replica.waiting_deciding_phrase(Some(&view))?.ok_or_else(gone)?;
        Ok(PhraseWords { words: secret.words(list).to_string() })
    }
}

impl Act for Decide {
    fn act(self, replica: &mut Replica) -> Result<IdentityInfo, Failure> {
        let Self { words, recovery } = self;
        let view = replica.my_identity()?;
        let secret = RecoverySecret::from_words(&words).map_err(invalid)?;
        match view.deciding {
            Some(key) if key == secret.deciding_commitment() => {}
            Some(_) => {
                let why = if secret.commitment() == view.recovery {
                    "this is the phrase that recovers; the one that decides is another"
                } else {
                    "this phrase does not decide for your identity; look at what you wrote down"
                };
                return Err(Failure::invalid(why));
            }
            None => {
                let why = "your identity was made without a phrase that decides (`init --deciding`), and none can be \
                           added: nobody decides";
                return Err(Failure::new(FailureCode::NotAllowed, why));
            }
        }
        let state = replica.views.identity(view.id);
        let stands = state.is_some_and(|state| {
            state.history().iter().any(|act| act.entry == recovery && act.what == IdentityChange::Recovery)
        });
        if !stands {
            let why = format!("the identity's log has no recovery {}; `identity show` names them", recovery.short());
            return Err(Failure::not_found(why));
        }
        let key = secret.deciding_key();
        let proof = key.sign(&decision_bytes(view.id, recovery));
        let op = Op::Decide(DecideOp { recovery, key: RecoveryKey(key.id().0), proof });
        // The key decides alone: this device need not speak, and before that may not.
        replica.write(view.id, vec![(Scope::identity(view.id), op)])?;
        replica.interests_changed();
        replica.identity_info()
    }
}

impl Replica {
    /// A phrase that decides, for a new identity, kept until it is confirmed.
    pub(crate) fn new_deciding_phrase(&mut self) -> Result<RecoverySecret, Failure> {
        // One that waits already belongs to an inception that a crash has cut off.
        if let Some(waiting) = self.waiting_deciding_phrase(None)? {
            return Ok(waiting);
        }
        let secret = RecoverySecret::from_bytes(self.random()?);
        self.private.vault.write(DECIDING, secret.expose()).map_err(internal_io)?;
        Ok(secret)
    }

    /// The one that waits, if it is that of an identity.
    fn waiting_deciding_phrase(&self, of: Option<&IdentityView>) -> Result<Option<RecoverySecret>, Failure> {
        let bytes = self.private.vault.read(DECIDING, 32).map_err(internal_io)?;
        let bytes = bytes.map(|bytes| <[u8; 32]>::try_from(bytes.as_slice())).transpose().map_err(|_| {
            Failure::internal("the deciding phrase kept in the data folder is damaged; bring it back from a backup")
        })?;
        let secret = bytes.map(RecoverySecret::from_bytes);
        let Some(view) = of else { return Ok(secret) };
        Ok(secret.filter(|secret| view.deciding == Some(secret.deciding_commitment())))
    }

    /// Where the phrase is that decides; none: there is none.
    pub(crate) fn deciding_state(&self, view: &IdentityView) -> Result<Option<PhraseState>, Failure> {
        if view.deciding.is_none() {
            return Ok(None);
        }
        let here = self.waiting_deciding_phrase(Some(view))?.is_some();
        Ok(Some(if here { PhraseState::Unconfirmed } else { PhraseState::Confirmed }))
    }

    /// Forget it, if these are its words. What was left over by an identity that a crash cut off goes with it.
    pub(super) fn forget_deciding_phrase(&mut self, typed: &RecoverySecret) -> Result<bool, Failure> {
        let view = self.my_identity()?;
        if self.phase != Phase::Ready || self.waiting_deciding_phrase(Some(&view))?.as_ref() != Some(typed) {
            return Ok(false);
        }
        self.private.vault.remove(DECIDING).map_err(internal_io)?;
        self.changed = true;
        Ok(true)
    }
}
