//! Decisions through the window: who may do what, what is asked before it is done, what a certificate is worth.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{NOW, helsinki, overview},
    logic::{Action, Page},
};
use communaut_node::api::{self, Command, ProposalDraft, Snapshot};
use communaut_protocol::{
    EntryId, IdentityId,
    fold::{
        CertificateView, Governance, IdentityView, OpeningView, ProposalStatus, ProposalView, RefusedBallot, VoteRule,
    },
    op::{Role, Tally},
};
use egui::accesskit::Role as Part;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

const ASKED: &str = "Lend the tools to the bicycle kitchen?";

/// The fixture with its governance changed.
fn with(change: impl FnOnce(&mut Governance)) -> Snapshot {
    let mut replica = helsinki();
    let scope = *replica.scopes.iter().find(|(_, view)| view.governance.is_some()).unwrap().0;
    let view = replica.scopes.get_mut(&scope).unwrap();
    change(Arc::make_mut(view.governance.as_mut().unwrap()));
    overview(&mut replica).version += 1;
    replica
}

/// The fixture with one proposal changed.
fn with_proposal(change: impl FnOnce(&mut ProposalView)) -> Snapshot {
    with(|held| {
        let asked = held.proposals.iter_mut().find(|proposal| proposal.title == ASKED);
        change(Arc::make_mut(asked.unwrap()));
    })
}

fn decisions(replica: Snapshot) -> Stage {
    let mut stage = Stage::driven(replica);
    stage.act(Action::Go(Page::Governance));
    stage
}

fn press(stage: &mut Stage, label: &str) {
    stage.harness.get_by_role_and_label(Part::Button, label).click();
    stage.harness.run();
}

fn opened(replica: Snapshot) -> Stage {
    let mut stage = decisions(replica);
    stage.harness.get_by_label(ASKED).click();
    stage.harness.run();
    stage
}

fn sent<T>(stage: &Stage, which: impl Fn(Command) -> Option<T>) -> Vec<T> {
    stage.node.sent().into_iter().filter_map(which).collect()
}

#[test]
fn closing_is_asked_before_it_is_done() {
    let closes = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::CloseVote(api::CloseVote { proposal }) => Some(proposal),
            _ => None,
        })
    };
    let mut stage = opened(helsinki());
    stage.harness.get_by_label_contains("An estimate: votes may still be on their way.");
    press(&mut stage, "Close and count");
    stage.harness.get_by_label("Close this vote?");
    press(&mut stage, "Cancel");
    assert!(stage.harness.query_by_label("Close this vote?").is_none());
    assert_eq!(closes(&stage), [""; 0]);
    press(&mut stage, "Close and count");
    // The page's button lies under the question, with the same words.
    let buttons = stage.harness.query_all_by_role_and_label(Part::Button, "Close and count");
    buttons.last().unwrap().click();
    stage.harness.run();
    assert_eq!(closes(&stage).len(), 1);
    assert!(stage.harness.query_by_label("Close this vote?").is_none());
}

/// By who gave them, and by who moderates here; what was erased is said.
#[test]
fn the_reasons_can_go_and_that_is_said() {
    let me = helsinki().overview.me.clone().unwrap().id;
    let erases = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::Erase(erase) => Some(erase.id),
            _ => None,
        })
    };
    let said = |proposal: &mut ProposalView| proposal.text = "They lie in the shed all winter.".into();
    let mut own = opened(with_proposal(|proposal| {
        said(proposal);
        proposal.author = me;
    }));
    own.harness.get_by_label("Erase these reasons").click();
    own.harness.run();
    press(&mut own, "Erase it for good");
    assert_eq!(erases(&own).len(), 1);
    let others = |role| {
        let replica = with(|held| {
            held.roles.insert(me, role);
            let asked = held.proposals.iter_mut().find(|proposal| proposal.title == ASKED).unwrap();
            let asked = Arc::make_mut(asked);
            said(asked);
            asked.author = asked.electorate.iter().copied().find(|person| *person != me).unwrap();
        });
        opened(replica)
    };
    assert!(others(Role::Moderator).harness.query_by_label("Hide these reasons").is_some());
    assert!(others(Role::Contributor).harness.query_by_label("Hide these reasons").is_none());
    let gone = opened(with_proposal(|proposal| (proposal.text, proposal.text_erased) = (String::new(), true)));
    gone.harness.get_by_label("The reasons given for it were erased.");
}

#[test]
fn only_tellers_open_and_close() {
    let others = opened(with_proposal(|proposal| proposal.tellers = vec![proposal.electorate[1]]));
    assert!(others.harness.query_by_label("Close and count").is_none());
    let asked = |proposal: &mut ProposalView| {
        proposal.status = ProposalStatus::Asked;
        (proposal.opening, proposal.ballots) = (OpeningView::default(), Vec::new());
    };
    let mut mine = opened(with_proposal(asked));
    mine.harness.get_by_label_contains("Nobody can vote yet");
    assert!(mine.harness.query_by_label("Your vote").is_none());
    press(&mut mine, "Open the vote");
    let opens = sent(&mine, |command| match command {
        Command::OpenVote(api::OpenVote { proposal }) => Some(proposal),
        _ => None,
    });
    assert_eq!(opens.len(), 1);
    let theirs = opened(with_proposal(|proposal| {
        asked(proposal);
        proposal.tellers = vec![proposal.electorate[1]];
    }));
    assert!(theirs.harness.query_by_label("Open the vote").is_none());
}

#[test]
fn what_a_certificate_is_worth_is_said() {
    let teller = helsinki().overview.me.clone().unwrap().id;
    let certificate = |number: u8, by, yes, problem, missing: usize| CertificateView {
        entry: EntryId([number; 32]),
        teller: by,
        tally: Tally { yes, no: 1, blank: 0, electorate: 3 },
        problem,
        missing: vec![EntryId([0xee; 32]); missing],
    };
    let stage = opened(with_proposal(|proposal| {
        let stranger = proposal.electorate[2];
        proposal.status = ProposalStatus::Disputed;
        proposal.certificates = vec![
            certificate(1, teller, 2, Some(VoteRule::Incomplete), 2),
            certificate(2, teller, 1, None, 0),
            certificate(3, stranger, 9, Some(VoteRule::NotATeller), 0),
        ];
    }));
    for words in [
        "There are certificates that contradict each other.",
        "Camille Moreau counted 2 yes, 1 no and 0 blank, of 3 who may vote.",
        "2 ballots that it lists have not arrived here.",
        "Checked on this device: the ballots held here add up to the same.",
        "Joseph Mwangi counted 9 yes, 1 no and 0 blank, of 3 who may vote.",
        "not one of those who count (§8.3)",
    ] {
        stage.harness.get_by_label(words);
    }
    assert!(stage.harness.query_by_label("Your vote").is_none(), "closed: nobody votes any more");
}

#[test]
fn refused_ballots_are_shown_with_their_rule() {
    let stranger = IdentityId([0x55; 32]);
    let stage = opened(with_proposal(|proposal| {
        proposal.refused =
            vec![RefusedBallot { entry: EntryId([7; 32]), person: stranger, rule: VoteRule::NotInElectorate }];
    }));
    stage.harness.get_by_label("Ballots that do not count");
    stage.harness.get_by_label(&stranger.short());
    stage.harness.get_by_label("not a member when the vote was opened (§8.3)");
}

#[test]
fn who_is_no_member_reads_and_does_nothing_else() {
    let me = helsinki().overview.me.clone().unwrap().id;
    let mut stage = decisions(with(|held| {
        held.roles.remove(&me);
        for proposal in held.proposals.iter_mut().map(Arc::make_mut) {
            proposal.electorate = proposal.electorate.iter().copied().filter(|person| *person != me).collect();
        }
    }));
    stage.harness.get_by_label("Others that you follow");
    stage.harness.get_by_label("No vote waits for you.");
    assert!(stage.harness.query_by_label("Propose").is_none());
    press(&mut stage, "2 members");
    stage.harness.get_by_label("Aino Virtanen");
    assert!(stage.harness.query_by_label("Role of Aino Virtanen").is_none());
    assert!(stage.harness.query_by_label("Admit").is_none());
    stage.harness.get_by_label(ASKED).click();
    stage.harness.run();
    stage.harness.get_by_label("Only those who were members when the vote was opened may vote.");
    assert!(stage.harness.query_by_role_and_label(Part::Button, "Yes").is_none());
}

#[test]
fn a_question_is_asked_to_the_members() {
    let mut stage = decisions(helsinki());
    press(&mut stage, "Propose");
    press(&mut stage, "Ask the members");
    let drafts = |stage: &Stage| {
        sent(stage, |command| match command {
            Command::Propose(draft) => Some(draft),
            _ => None,
        })
    };
    assert_eq!(drafts(&stage), [], "a question needs words");
    for (label, text) in [("Your question", "  Mend the fence? "), ("Why", "It leans.")] {
        let field = stage.harness.get_by_label(label);
        field.focus();
        field.type_text(text);
        stage.harness.run();
    }
    press(&mut stage, "Ask the members");
    let garden = helsinki().elements.values().find(|e| e.name == "Community garden Kumpula").unwrap().id;
    let week_ms = 7 * 86_400_000;
    let wanted = ProposalDraft {
        container: garden,
        title: "Mend the fence?".into(),
        text: "It leans.".into(),
        quorum_permille: 500,
        tellers: Vec::new(),
        agree: 1,
        closes_ms: u64::try_from(NOW).unwrap() + week_ms,
        sample: false,
    };
    assert_eq!(drafts(&stage), [wanted]);
    stage.harness.get_by_label("The proposal is published.");
    assert!(stage.harness.query_by_label("Your question").is_none(), "the form is put away");
}

#[test]
fn a_person_is_found_by_name_and_admitted() {
    let mut replica = helsinki();
    for (number, name) in (20..32).map(|number| (number, format!("Person {number}"))).chain([(40, "Zoé Ek".into())]) {
        let id = IdentityId([number; 32]);
        replica.identities.insert(id, Arc::new(IdentityView { id, name, ..IdentityView::default() }));
    }
    let mut stage = decisions(replica);
    press(&mut stage, "3 members");
    stage.harness.get_by_label("5 more: type more of the name.");
    assert!(stage.harness.query_by_label("Zoé Ek").is_none());
    press(&mut stage, "Admit");
    let field = stage.harness.get_by_label("A person you have met");
    field.focus();
    field.type_text("zo");
    stage.harness.run();
    stage.harness.get_by_label("Zoé Ek").click();
    stage.harness.run();
    press(&mut stage, "Admit");
    let roles = sent(&stage, |command| match command {
        Command::SetRole(api::SetRole { person, role, .. }) => Some((person, role)),
        _ => None,
    });
    assert_eq!(roles, [(IdentityId([40; 32]), Some(Role::Member))], "nobody before one was chosen");
}

#[test]
fn a_role_is_changed_and_taken() {
    let mut stage = decisions(helsinki());
    press(&mut stage, "3 members");
    for (person, choice, question, button) in [
        ("Joseph Mwangi", "moderator", "Joseph Mwangi: from member to moderator?", "Change the role"),
        ("Joseph Mwangi", "no role", "Joseph Mwangi: from member to no role?", "Let go"),
    ] {
        stage.harness.get_by_label(&format!("Role of {person}")).click();
        stage.harness.run();
        stage.harness.get_by_label(choice).click();
        stage.harness.run();
        stage.harness.get_by_label(question);
        press(&mut stage, button);
    }
    let roles = sent(&stage, |command| match command {
        Command::SetRole(api::SetRole { person, role, .. }) => Some((person, role)),
        _ => None,
    });
    let joseph = IdentityId([0xc3; 32]);
    assert_eq!(roles, [(joseph, Some(Role::Moderator)), (joseph, None)]);
}
