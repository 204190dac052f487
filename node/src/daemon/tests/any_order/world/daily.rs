//! What a community does every day: messages of a room and their edits, an organisation's event with its own wall, one
//! time of a series that is changed, guests, and links that both sides speak of.

use super::{A, B, C, D, E, MONACO, World, Z, d};
use crate::{
    daemon::desk::NOW_MS,
    modules::{claim::SetTerms, element::ElementDraft},
};
use communaut_protocol::{
    DeviceKey, ElementId, EntryId, Scope,
    entry::hash,
    op::{
        ClaimOp, Contact, ElementOp, Every, Field, Instead, Kind, LinkKind, LinkOp, LinkProof, LinkState, OfferOp, Op,
        PostOp, Repeat, Role, RoleOp, When,
    },
};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The secret key of an invitation.
fn invitation(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number ^ 0x77; 32])
}

fn message(wall: ElementId, text: &str) -> PostOp {
    PostOp { wall: Some(wall), text: text.into(), position: Some(MONACO), room: true, ..d() }
}

fn link(source: ElementId, target: ElementId, role: &str, state: LinkState) -> Op {
    let (kind, role) = (LinkKind::Organiser, role.into());
    Op::Link(LinkOp { source, target, kind, role, state, mirror: None, origin: None, proof: None })
}

impl World {
    fn series(&mut self) -> ElementId {
        let (every, interval, count) = (Every::Week, 1, Some(9));
        let repeat = Some(Repeat { every, interval, count, until: None, weekdays: 0, except: vec![] });
        let (start_ms, zone) = (NOW_MS as i64, "Europe/Monaco".into());
        let end_ms = start_ms + 7_200_000;
        let when = Some(When { start_ms, end_ms, zone, offset: Some(60), whole_days: false, repeat });
        self.make(A, ElementDraft { kind: Kind::Event, name: "Répétition".into(), when, ..d() })
    }

    /// In place of the time of a week.
    fn instead(&mut self, who: usize, series: ElementId, week: i32, gone: bool) {
        let day = i32::try_from(NOW_MS as i64 / DAY_MS).unwrap() + 7 * week;
        let seed = vec![60 + u8::try_from(week).unwrap(); 16];
        let fields = vec![
            Field::Kind(Kind::Event),
            Field::Name("Répétition, ailleurs".into()),
            Field::Position(MONACO),
            Field::Parent(Some(series)),
            Field::Retracted(gone),
            Field::Subkind("concert".into()),
            Field::Languages(vec!["fr".into(), "it".into()]),
            Field::Contacts(vec![Contact { kind: "matrix".into(), value: "#fanfare:example.org".into() }]),
            Field::Instead(Some(Instead { series, day })),
            Field::Foreign("{\"id\":7}".into()),
        ];
        let op = ElementOp { owner: self.id(who), seed, fields };
        self.write(who, Scope::open(MONACO), Op::Element(Box::new(op)));
    }

    fn post(&mut self, who: usize, op: PostOp) -> EntryId {
        self.write(who, Scope::open(MONACO), Op::Post(op))
    }

    /// By the key of a number.
    pub(super) fn offers(&mut self, who: usize, scope: Scope, number: u8, uses: u16) -> EntryId {
        let (me, view) = (self.id(who), &self.desks[who].core.replica.views.scopes()[&scope]);
        let refs = view.governance.as_ref().unwrap().refs(me, None);
        let key = hash(&invitation(number).id().0);
        let op = OfferOp { key, role: Role::Member, uses, expires_ms: NOW_MS + 1_000, refs };
        self.write(who, scope, Op::Offer(op))
    }

    fn gives_by(&mut self, who: usize, scope: Scope, whom: usize, offer: EntryId) {
        let (me, person) = (self.id(who), self.id(whom));
        let view = &self.desks[who].core.replica.views.scopes()[&scope];
        let mut refs = view.governance.as_ref().unwrap().refs(me, Some(person));
        refs.push(offer);
        refs.sort();
        refs.dedup();
        self.write(who, scope, Op::Role(RoleOp { person, role: Some(Role::Member), refs, lowers: false }));
    }

    /// Zoé comes in by an invitation for one; another is given to her by somebody who does not know; one is taken back.
    pub(super) fn invites(&mut self, club: ElementId, scope: Scope) {
        let (one, other) = (self.offers(E, scope, 1, 1), self.offers(A, scope, 2, 5));
        self.meet();
        let zoe = self.id(Z);
        let proof = Some(Box::new(LinkProof::sign(&invitation(1), club, zoe)));
        let (source, kind, role) = (zoe.into(), LinkKind::Member, String::new());
        let (state, mirror, origin) = (LinkState::Requested, None, None);
        self.write(Z, scope, Op::Link(LinkOp { source, target: club, kind, role, state, mirror, origin, proof }));
        self.meet();
        let view = &self.desks[E].core.replica.views.scopes()[&scope];
        let link = view.links_from(zoe.into()).next().unwrap();
        assert_eq!(view.invited_by(club, link).map(|offer| offer.entry), Some(one));
        self.gives_by(E, scope, Z, one);
        self.gives_by(B, scope, Z, other);
        self.offers(B, scope, 2, 0);
        self.tend();
    }

    pub(super) fn lives_together(&mut self) {
        let (open, series) = (Scope::open(MONACO), self.series());
        self.instead(A, series, 1, false);
        self.instead(A, series, 2, true);
        // Not theirs to change.
        self.instead(B, series, 1, true);
        self.meet();

        let first = self.post(A, message(series, "À demin"));
        self.meet();
        let mut mentions = vec![self.id(A), self.id(C)];
        mentions.sort();
        let answer = PostOp { reply_to: Some(first), after: vec![first], mentions, ..message(series, "Oui") };
        let answer = self.post(B, answer);
        self.post(A, PostOp { replaces: Some(first), ..message(series, "À demain") });
        self.post(A, PostOp { replaces: Some(first), ..message(series, "À demain, 20 h") });
        self.post(C, PostOp { replaces: Some(first), ..message(series, "Pas le mien") });
        self.post(B, PostOp { replaces: Some(answer), room: false, ..message(series, "Hors du salon") });
        let gone = self.post(B, message(series, "Oubliez"));
        self.post(B, PostOp { replaces: Some(gone), ..message(series, "Oubliez cela") });
        let territory = Some(ElementId([6; 32]));
        self.post(D, PostOp { wall: None, room: false, audience: territory, ..message(series, "À la vallée") });
        self.meet();
        self.erase(B, gone);
        self.meet();

        let confirmers = vec![self.id(C)];
        self.tend();
        let terms = SetTerms { resource: series, capacity: Some(3), exclusive: false, confirmers, automatic: false };
        self.wrote(A, terms);
        let day = i32::try_from(NOW_MS as i64 / DAY_MS).unwrap() + 7;
        let guest = |name: &str| ClaimOp { guest: name.into(), ..ClaimOp::of(series, 1) };
        for (who, claim) in [
            (B, ClaimOp { occurrence: Some(day), ..ClaimOp::of(series, 2) }),
            (D, ClaimOp::of(series, 2)),
            (A, guest("Mamie Jo")),
            (E, guest("Pas le mien")),
        ] {
            self.write(who, open, Op::Claim(claim));
        }
        self.tend();

        let of = |world: &Self, who| ElementId::from(world.id(who));
        for (who, whose, role, state) in [
            (A, B, "caisse", LinkState::Invited),
            (B, B, "caisse", LinkState::Accepted),
            (B, B, "portes", LinkState::Requested),
            (A, B, "portes", LinkState::Refused),
            (E, E, "bar", LinkState::Requested),
            (B, E, "bar", LinkState::Accepted),
        ] {
            let op = link(of(self, whose), series, role, state);
            self.write(who, open, op);
        }
        self.tend();
    }
}
