//! Commands under way: what each was for, polled once a frame.

use crate::backend::{Backend, Pending};
use communaut_node::api::{Command, Failure, Outcome};
use communaut_protocol::{ElementId, EntryId};
use std::sync::Arc;

/// What a command is for: who takes its answer. Two under way with the same purpose: the newer one
/// alone is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The shared selection.
    Search,
    /// Places while a name is typed: in the first run.
    FirstRunPlaces,
    /// Places while a name is typed: in the dialogue of territories.
    TerritoryPlaces,
    /// The first run's identity.
    Init,
    /// The first run's territory.
    FirstFollow,
    /// A territory.
    Follow,
    /// A territory no longer.
    Unfollow,
    /// Territories known and followed.
    Territories,
    /// An element with its wall.
    Show(ElementId),
    /// The editor's element.
    Save,
    /// A file of records.
    Import,
    /// A link of mine to an element.
    Link(ElementId),
    /// An element taken back.
    Retract(ElementId),
    /// A post on an element's wall.
    Post(ElementId),
    /// One's own name and text.
    Profile,
    /// Who one is, with one's devices.
    Identity,
    /// A code by which a device comes in.
    DeviceCode,
    /// Coming in as another device.
    DeviceJoin,
    /// A device taken out.
    DeviceOut,
    /// The recovery phrase.
    Phrase,
    /// The recovery phrase, shown to be written down.
    ConfirmPhrase,
    /// Shares of the recovery phrase.
    Shares,
    /// An identity recovered.
    Recover,
    /// A connection for it.
    RecoverDial,
    /// A territory where it is looked for.
    RecoverFollow,
    /// Places while a name is typed: for that territory.
    RecoverPlaces,
    /// Something erased or hidden.
    Erase,
    /// A moderator's erasure taken back.
    Void(EntryId),
    /// The audit trail of a community.
    Audit(ElementId),
    /// Invitations that wait.
    Invitations,
    /// An invitation accepted.
    Join(ElementId),
    /// The agenda's events.
    Agenda,
    /// A new proposal.
    Propose,
    /// A vote.
    Vote(EntryId),
    /// A role.
    Role,
    /// A close.
    CloseVote(EntryId),
    /// A connection.
    Dial,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it was for.
    pub purpose: Purpose,
    /// The outcome.
    pub result: Result<Outcome, Failure>,
}

/// Commands under way.
pub struct Commands {
    backend: Arc<dyn Backend>,
    under_way: Vec<(Purpose, Box<dyn Pending>)>,
}

impl Commands {
    /// None under way.
    #[must_use]
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, under_way: Vec::new() }
    }
    /// The node.
    #[must_use]
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }
    /// Send a command. The answer to an older one of the same purpose is no longer awaited.
    pub fn send(&mut self, purpose: Purpose, command: Command) {
        let pending = self.backend.send(command);
        self.under_way.retain(|(held, _)| *held != purpose);
        self.under_way.push((purpose, pending));
    }
    /// The answers that have come.
    pub fn poll(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        self.under_way.retain_mut(|(purpose, pending)| match pending.poll() {
            Some(result) => {
                answers.push(Answer { purpose: purpose.clone(), result });
                false
            }
            None => true,
        });
        answers
    }
    /// Whether any command is under way.
    #[must_use]
    pub fn any_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }
    /// Whether a command of a purpose is under way.
    #[must_use]
    pub fn is_under_way(&self, purpose: &Purpose) -> bool {
        self.under_way.iter().any(|(held, _)| held == purpose)
    }
}
