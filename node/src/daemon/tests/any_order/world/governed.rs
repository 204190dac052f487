//! An open organisation and a closed community: roles, votes, what keepers settle, moderation, keys.

use super::{A, B, C, D, E, World, Z, d};
use crate::modules::{
    Outcome,
    communities::{Join, Seed},
    element::ElementDraft,
    erasure::{Erase, Void},
    governance::{CloseVote, OpenVote, ProposalDraft, Settle, Vote},
    post::{PostDraft, React},
};
use communaut_protocol::{
    ElementId,
    codec::Raw,
    op::{Choice, Kind, Op, Reaction, Role, UnknownOp, VouchOp},
};
use std::collections::BTreeMap;

impl World {
    pub(super) fn govern(&mut self) {
        let keepers = vec![self.id(B), self.id(C)];
        let draft = ElementDraft { kind: Kind::Organisation, name: "Régie".into(), keepers, keepers_agree: 1, ..d() };
        let club = self.make(A, draft);
        self.meet();
        for (who, role) in [(B, Role::Leader), (C, Role::Contributor), (D, Role::Member), (E, Role::Moderator)] {
            self.set_role(A, club, who, Some(role));
        }
        self.meet();
        // Two who know nothing of each other.
        self.set_role(A, club, D, Some(Role::Moderator));
        self.set_role(B, club, D, Some(Role::Contributor));
        self.make(C, ElementDraft { kind: Kind::Place, name: "Four".into(), parent: Some(club), ..d() });
        let (off, on) = (self.say(D, Some(club), "Hors sujet"), self.say(C, Some(club), "Au sujet"));
        self.tend();
        let scope = self.space_of(A, club);
        self.write(D, scope, Op::Vouch(VouchOp { person: self.id(E), withdrawn: false }));
        self.invites(club, scope);
        self.votes(club);
        self.ask(B, Settle { container: club });
        self.meet();
        // Hidden, and one of them shown again.
        let hidden = Erase { id: on.to_string(), reason: "doublon".into() };
        let Outcome::Erased(erased) = self.ask(E, hidden) else { panic!("erased") };
        assert!(!erased.own);
        self.erase(A, off);
        self.meet();
        self.ask(A, Void { id: erased.entries[0].to_string() });
        // What she wrote stays, and what she writes before she hears of it does not count.
        self.set_role(A, club, C, None);
        self.make(C, ElementDraft { kind: Kind::Place, name: "Moulin".into(), parent: Some(club), ..d() });
        let said = Raw::of(&BTreeMap::from([(0_u8, "plus tard")])).unwrap();
        self.write(B, scope, Op::Unknown(Box::new(UnknownOp { schema: 1_100, version: 1, said })));
        self.tend();
    }

    /// One that is closed, and one that is disputed.
    fn votes(&mut self, container: ElementId) {
        let tellers = vec![self.id(A), self.id(B)];
        for (title, agree) in [("Un four ?", 1), ("Un banc ?", 2)] {
            let draft = ProposalDraft {
                container,
                title: title.into(),
                text: "Sur la place.".into(),
                quorum_permille: 100,
                closes_ms: 0,
                tellers: tellers.clone(),
                agree,
                sample: false,
            };
            let proposal = self.entry(A, draft).to_string();
            self.tend();
            if agree > 1 {
                self.ask(B, OpenVote { proposal: proposal.clone() });
                self.tend();
            }
            for (who, choice) in [(B, Choice::Yes), (D, Choice::No), (A, Choice::Yes)] {
                self.ask(who, Vote { proposal: proposal.clone(), choice });
            }
            self.ask(D, Vote { proposal: proposal.clone(), choice: Choice::Blank });
            self.meet();
            self.ask(A, CloseVote { proposal: proposal.clone() });
            self.meet();
        }
        self.tend();
    }

    pub(super) fn behind_a_door(&mut self) {
        let (watch, scope) = self.desks[A].found("Les Veilleurs");
        self.tend();
        for (who, role) in [(B, Role::Moderator), (E, Role::Member), (Z, Role::Member)] {
            self.set_role(A, watch, who, Some(role));
        }
        self.meet();
        for who in [B, E, Z] {
            self.ask(who, Join { community: watch.to_string() });
        }
        self.tend();
        self.offers(B, scope, 3, 1);
        let said = self.say(B, Some(watch), "Derrière le lavoir");
        let gone = self.say(E, Some(watch), "Oubliez");
        self.meet();
        self.ask(Z, React { post: said.to_string(), what: Some(Reaction::Thanks) });
        self.erase(E, gone);
        let vouch = Op::Vouch(VouchOp { person: self.id(B), withdrawn: false });
        self.write(Z, scope, vouch);
        let said = Raw::of(&BTreeMap::from([(0_u8, "plus tard")])).unwrap();
        self.write(B, scope, Op::Unknown(Box::new(UnknownOp { schema: 900, version: 1, said })));
        self.make(B, ElementDraft { kind: Kind::Place, name: "Cave".into(), parent: Some(watch), ..d() });
        let to = vec![self.id(Z)];
        self.entry(B, PostDraft { to, text: "Viens seule".into(), ..d() });
        let draft = ProposalDraft {
            container: watch,
            title: "Un mot de passe ?".into(),
            text: String::new(),
            quorum_permille: 100,
            closes_ms: 0,
            tellers: vec![self.id(A)],
            agree: 1,
            sample: false,
        };
        let proposal = self.entry(A, draft).to_string();
        self.tend();
        self.ask(Z, Vote { proposal: proposal.clone(), choice: Choice::Yes });
        self.meet();
        self.ask(A, CloseVote { proposal });
        let device = self.desks[D].keys.device().id().to_string();
        self.ask(A, Seed { community: watch, device, on: true });
        self.tend();
        // Let go, and a new key; she writes under the old one before she hears of it.
        self.set_role(A, watch, E, None);
        self.say(E, Some(watch), "Je suis encore là");
        self.tend();
        self.say(B, Some(watch), "Entre nous");
        self.tend();
    }
}
