//! A yes/no proposal over three nodes: the same tally everywhere, whatever was cut off meanwhile.

use crate::support::{Host, MONACO, entry_of};
use communaut_node::api::{self, Command, FailureCode, ProposalDraft, Snapshot};
use communaut_protocol::{
    EntryId, IdentityId,
    fold::{ProposalStatus, ProposalView, VoteRule},
    op::{Choice, Kind, Role, Tally},
};

fn view(snapshot: &Snapshot, id: EntryId) -> Option<&ProposalView> {
    let governances = snapshot.scopes.values().filter_map(|view| view.governance.as_ref());
    governances.flat_map(|held| &held.proposals).map(AsRef::as_ref).find(|proposal| proposal.id == id)
}

fn tally(snapshot: &Snapshot, id: EntryId) -> Option<Tally> {
    view(snapshot, id).map(|proposal| proposal.tally)
}

fn vote(host: &Host, proposal: EntryId, choice: Choice) {
    host.ask(Command::Vote(api::Vote { proposal: proposal.to_string(), choice }));
}

#[test]
fn three_nodes_come_to_the_same_tally() {
    let (a, mut b, c, outsider) = (Host::new("Ada"), Host::new("Bob"), Host::new("Cleo"), Host::new("Olaf"));
    let at = a.address();
    for host in [&a, &b, &c, &outsider] {
        host.follow("Rock", &[MONACO.cell(4).to_string()]);
    }
    for host in [&b, &c, &outsider] {
        host.ask(Command::Dial(api::Dial { address: at.clone() }));
    }
    let people: Vec<IdentityId> = [&b, &c].iter().map(|host| host.identity().id).collect();
    let group = a.make(Kind::Organisation, "Garden of the rock", MONACO);
    for person in &people {
        a.ask(Command::SetRole(api::SetRole { container: group, person: *person, role: Some(Role::Member) }));
    }
    let draft = ProposalDraft {
        container: group,
        title: "Plant lemon trees?".into(),
        text: String::new(),
        quorum_permille: 500,
        tellers: vec![],
        agree: 1,
        closes_ms: 0,
        sample: true,
    };
    let proposal = entry_of(a.ask(Command::Propose(draft)));
    for host in [&b, &c, &outsider] {
        host.wait_until("the proposal, with its electorate", |snapshot| {
            let open = |proposal: &ProposalView| proposal.status == ProposalStatus::Open;
            view(snapshot, proposal).is_some_and(|proposal| open(proposal) && proposal.electorate.len() == 3)
        });
    }

    // B votes, is cut off, and changes its vote alone.
    vote(&b, proposal, Choice::No);
    a.wait_until("B's first ballot", |snapshot| tally(snapshot, proposal).is_some_and(|tally| tally.no == 1));
    b.stop();
    b.start(&[]);
    vote(&b, proposal, Choice::Yes);
    // Meanwhile the others vote.
    vote(&a, proposal, Choice::Yes);
    vote(&c, proposal, Choice::Blank);

    // A ballot by someone who is no member is refused, and the rule named.
    let refused =
        outsider.try_ask(Command::Vote(api::Vote { proposal: proposal.to_string(), choice: Choice::No })).unwrap_err();
    assert_eq!((refused.code, refused.rule), (FailureCode::NotAllowed, Some(VoteRule::NotInElectorate)));
    assert!(refused.message.contains("§8.3"), "{refused}");

    let met = Tally { yes: 1, no: 1, blank: 1, electorate: 3 };
    a.wait_until("C's ballot", |snapshot| tally(snapshot, proposal) == Some(met));
    b.ask(Command::Dial(api::Dial { address: at }));
    let expected = Tally { yes: 2, no: 0, blank: 1, electorate: 3 };
    for host in [&a, &b, &c, &outsider] {
        host.wait_until("the tally of all who met", |snapshot| tally(snapshot, proposal) == Some(expected));
        assert_eq!(host.proposal(proposal).proposal.status, ProposalStatus::Open, "an estimate until it is closed");
    }

    // Only the teller closes; everyone recomputes.
    let refused = b.try_ask(Command::CloseVote(api::CloseVote { proposal: proposal.to_string() })).unwrap_err();
    assert_eq!(refused.rule, Some(VoteRule::NotATeller));
    a.ask(Command::CloseVote(api::CloseVote { proposal: proposal.to_string() }));
    for host in [&a, &b, &c, &outsider] {
        let snapshot = host.wait_until("the certificate", |snapshot| {
            view(snapshot, proposal).is_some_and(|proposal| proposal.status == ProposalStatus::Accepted)
        });
        let view = view(&snapshot, proposal).unwrap();
        assert_eq!(view.tally, expected);
        assert_eq!(view.certificates.len(), 1);
        assert_eq!(view.certificates[0].problem, None, "checked on this device");
    }
    let refused =
        c.try_ask(Command::Vote(api::Vote { proposal: proposal.to_string(), choice: Choice::No })).unwrap_err();
    assert_eq!(refused.code, FailureCode::NotAllowed, "a closed vote takes no more ballots");
    // The views of the group's scope are the same bytes everywhere.
    let digest = |host: &Host| {
        let snapshot = host.snapshot();
        let scope = snapshot.elements.get(&group).unwrap().scope;
        snapshot.scopes.get(&scope).unwrap().digest().unwrap()
    };
    assert!([&b, &c, &outsider].iter().all(|host| digest(host) == digest(&a)));
}
