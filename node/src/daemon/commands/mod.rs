//! One function for each command that writes; those that only read go to the snapshot.

mod audit;
pub(crate) mod backup;
mod closed;
mod devices;
mod element;
mod erase;
mod governance;
mod identity;
mod import;
mod lookup;
mod post;
mod prune;
mod recovery;
mod territory;

pub(super) use identity::no_identity;

use super::{
    core::Core,
    input::{Answer, Effect},
};
use crate::api::{Command, Failure, FailureCode, Outcome, Phase};
use crate::net::NetCommand;
use communaut_protocol::recovery::Wordlist;
use std::sync::Arc;

impl Core {
    /// Run a command, or send it to where it runs. It gets exactly one answer.
    pub(super) fn run(&mut self, command: Command, answer: Answer) {
        let outcome = match command {
            Command::Init { name, about, home, sample } => self.init(name, about, home, sample),
            Command::SetProfile { name, about } => self.set_profile(name, about),
            Command::DeviceCode => self.device_code(),
            Command::DeviceJoin { code, label } => return self.join_identity(&code, label, answer),
            Command::DeviceOut { device, until_ms } => self.device_out(&device, until_ms),
            Command::Phrase { french } => self.phrase(if french { Wordlist::French } else { Wordlist::English }),
            Command::ConfirmPhrase { words } => self.confirm_phrase(&words),
            Command::Shares { words, threshold, count } => self.shares(words.as_deref(), threshold, count),
            Command::Recover(how) => self.recover(how),
            Command::Invitations => Ok(self.invitations()),
            Command::Join { community } => self.join(&community),
            Command::Seed { community, device, on } => self.seed(community, &device, on),
            Command::Seeds => Ok(self.seeds()),
            Command::AcceptSeed { request } => self.accept_seed(&request),
            Command::SaveElement { id, draft } => self.save_element(id, *draft),
            Command::Retract { id } => self.retract(id),
            Command::Backup { to } => self.backup(&to),
            Command::Erase { id, reason } => self.erase(&id, &reason),
            Command::Void { id } => self.void(&id),
            Command::Prune => self.prune(),
            Command::Post(draft) => self.post(draft),
            Command::React { post, what } => self.react(&post, what),
            Command::Link { target, kind, state } => self.link(target, kind, state),
            Command::SetRole { container, person, role } => self.set_role(container, person, role),
            Command::CreateTerritory { name, area } => self.create_territory(name, &area),
            Command::Follow(target) => self.follow(target),
            Command::Unfollow { id } => self.unfollow(id),
            Command::Members { container } => self.members(container),
            Command::Audit { container } => self.audit(container),
            Command::Propose(draft) => self.propose(draft),
            Command::Vote { proposal, choice } => self.vote(&proposal, choice),
            Command::CloseVote { proposal } => self.close_vote(&proposal),
            Command::Import(request) => return self.import(request, answer),
            Command::Identity => self.identity(),
            Command::Search(query) => match self.territory_cells(query.territory) {
                Ok(cells) => return self.effects.push(Effect::Search(query, cells, answer)),
                Err(failure) => Err(failure),
            },
            Command::Dial { address } => {
                self.effects.push(Effect::Net(NetCommand::Dial(address, dialled(answer))));
                return;
            }
            Command::Stop => {
                self.phase = Phase::Stopping;
                self.changed = true;
                self.effects.push(Effect::Reply(answer, Ok(Outcome::Done)));
                self.effects.push(Effect::Stop);
                return;
            }
            read @ (Command::Status
            | Command::Peers
            | Command::Show { .. }
            | Command::Territories
            | Command::Places { .. }
            | Command::Agenda { .. }
            | Command::Posts { .. }
            | Command::Proposal { .. }) => return self.effects.push(Effect::Read(read, answer)),
        };
        self.answer(answer, outcome);
    }

    /// The cells of a territory that is followed or known.
    fn territory_cells(
        &self,
        id: Option<crate::api::TerritoryId>,
    ) -> Result<Option<Arc<Vec<communaut_protocol::Cell>>>, Failure> {
        let Some(id) = id else { return Ok(None) };
        if let Some(followed) = self.followed.iter().find(|territory| territory.id == id) {
            return Ok(Some(followed.cells.clone()));
        }
        match self.views.territories().get(&id) {
            Some(known) => Ok(Some(Arc::new(known.cells.clone()))),
            None => Err(Failure::not_found(format!("no territory {} is followed or known here", id.short()))),
        }
    }
}

/// Turn the network's answer to a dial into a command's.
fn dialled(answer: Answer) -> tokio::sync::oneshot::Sender<Result<(), String>> {
    let (send, receive) = tokio::sync::oneshot::channel::<Result<(), String>>();
    tokio::spawn(async move {
        let outcome = match receive.await {
            Ok(Ok(())) => Ok(Outcome::Done),
            Ok(Err(why)) => Err(Failure::new(FailureCode::Invalid, why)),
            Err(_) => Err(Failure::new(FailureCode::Stopped, "this node runs without network")),
        };
        drop(answer.send(outcome));
    });
    send
}
