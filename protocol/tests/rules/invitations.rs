//! Offers of roles, the proof that somebody holds an invitation, and the text that gives one. SPEC.md §8.9, §9.7.

use crate::common::{Club, Dice, FOIX, Person, book, cases, key, person, role_op};
use communaut_protocol::{
    Cell, EntryId,
    entry::{DeviceKey, hash},
    fold::{OfferView, ScopeState, ScopeView},
    ids::ElementId,
    invite::{Invite, InviteCommunity, InviteError, InvitePlace, LINK},
    limits::{INVITE_NAME_MAX, INVITE_TEXT_MAX},
    op::{LinkKind, LinkOp, LinkProof, LinkState, OfferOp, Op, Operation as _, Role},
};
use proptest::prelude::*;

/// The secret key of an invitation.
fn invitation(number: u8) -> DeviceKey {
    DeviceKey::from_seed(&[number ^ 0x77; 32])
}

fn offer(number: u8, role: Role, uses: u16, refs: &[EntryId]) -> Op {
    let mut refs = refs.to_vec();
    refs.sort();
    Op::Offer(OfferOp { key: hash(&invitation(number).id().0), role, uses, expires_ms: 9_000, refs })
}

fn ask(who: &Person, to: ElementId, proof: Option<LinkProof>) -> Op {
    let (source, kind, role) = (who.id.into(), LinkKind::Member, String::new());
    let (state, proof) = (LinkState::Requested, proof.map(Box::new));
    Op::Link(LinkOp { source, target: to, kind, role, state, mirror: None, origin: None, proof })
}

/// Who asks by which number of an invitation; none: it is of no offer.
fn invited(view: &ScopeView, club: &Club, who: &Person) -> Option<EntryId> {
    let link = view.links_from(who.id.into()).next()?;
    view.invited_by(club.id, link).map(|offer| offer.entry)
}

/// In twenty random orders the same offers stand, with the same people who came in by them.
fn settled(club: &Club, people: &[&Person]) -> ScopeView {
    let first = club.state(people).view().clone();
    for order in 0..20 {
        let (dice, mut records) = (&mut Dice(order), club.records.clone());
        for at in (1..records.len()).rev() {
            records.swap(at, dice.below(at + 1));
        }
        let mut state = ScopeState::new(club.scope);
        let known = book(people.iter().copied().chain([&club.founder]));
        records.chunks(3).for_each(|some| drop(state.apply(some.to_vec(), &known)));
        assert_eq!(state.view(), &first, "order {order}");
        assert_eq!(state.view().digest().unwrap(), first.digest().unwrap());
    }
    first
}

fn offers(view: &ScopeView) -> Vec<OfferView> {
    view.governance.as_ref().unwrap().offers.iter().map(|offer| (**offer).clone()).collect()
}

#[test]
fn who_holds_the_key_of_an_offer_is_invited_until_it_is_used_up() {
    let (k, ada, bob, eve) = (person(2), person(3), person(4), person(5));
    let all = [&k, &ada, &bob, &eve];
    let mut club = Club::new();
    let founder = club.founder.clone();
    let role = club.role(&founder, 2, &k, Some(Role::Moderator), &[]);
    let made = club.say(&k, 3, &offer(1, Role::Member, 1, &[role]));
    let sign = |number, who: &Person| Some(LinkProof::sign(&invitation(number), club.id, who.id));
    let (ada_proof, bob_proof, other) = (sign(1, &ada), sign(1, &bob), sign(9, &eve));
    club.say(&ada, 4, &ask(&ada, club.id, ada_proof.clone()));
    club.say(&bob, 5, &ask(&bob, club.id, bob_proof));
    club.say(&eve, 6, &ask(&eve, club.id, other));
    let view = settled(&club, &all);
    assert_eq!(invited(&view, &club, &ada), Some(made));
    assert_eq!((invited(&view, &club, &bob), invited(&view, &club, &eve)), (Some(made), None));
    // Somebody else's proof, and none.
    club.say(&eve, 7, &ask(&eve, club.id, ada_proof));
    assert_eq!(invited(&settled(&club, &all), &club, &eve), None);

    let act = club.say(&k, 8, &role_op(&ada, Some(Role::Member), &[made]));
    let view = settled(&club, &all);
    assert_eq!(club.roles().get(&ada.id), Some(&Role::Member));
    let found = offers(&view);
    assert_eq!((found[0].stands(), found[0].came[0].act, found[0].came[0].person), (false, act, ada.id));
    assert_eq!(invited(&view, &club, &bob), None, "used up");

    // Two who do not know of each other let somebody in by it: both are in, and one is told to be more than it was for.
    let too = club.say(&founder, 9, &role_op(&bob, Some(Role::Member), &[made]));
    let found = offers(&settled(&club, &all));
    let (first, second) = (act.min(too), act.max(too));
    assert_eq!(found[0].came.iter().map(|taken| taken.act).collect::<Vec<_>>(), [first, second]);
    assert_eq!(found[0].beyond().iter().map(|taken| taken.act).collect::<Vec<_>>(), [second]);
    assert_eq!(club.roles().get(&bob.id), Some(&Role::Member), "an act counts by the right of who does it");
    // Who knew of the other comes after it, whatever the ids are.
    let mut later = club.clone();
    let after = later.say(&founder, 10, &role_op(&eve, Some(Role::Member), &[made, act, too]));
    assert_eq!(offers(&settled(&later, &all))[0].came.last().unwrap().act, after);
}

#[test]
fn an_offer_counts_by_the_right_of_who_makes_it_and_is_taken_back_for_good() {
    let (k, p, ada) = (person(2), person(3), person(4));
    let all = [&k, &p, &ada];
    let mut club = Club::new();
    let founder = club.founder.clone();
    let role = club.role(&founder, 2, &k, Some(Role::Moderator), &[]);
    let also = club.role(&founder, 3, &p, Some(Role::Contributor), &[role]);
    let member = club.say(&k, 4, &offer(1, Role::Member, 5, &[also]));
    let leader = club.say(&k, 4, &offer(2, Role::Leader, 5, &[also]));
    club.say(&p, 4, &offer(3, Role::Member, 5, &[also]));
    let stand = |club: &Club| -> Vec<EntryId> {
        let found = offers(&settled(club, &all)).into_iter().filter(OfferView::stands);
        found.map(|offer| offer.entry).collect()
    };
    assert_eq!(offers(&settled(&club, &all)).len(), 2, "who contributes offers nothing");
    assert_eq!(stand(&club), [member], "a moderator makes nobody a leader");
    // The author loses the role.
    let mut without = club.clone();
    without.role(&founder, 5, &k, Some(Role::Member), &[member, leader]);
    assert_eq!(stand(&without), []);
    // Somebody else takes it back, beside one who offers it anew.
    let back = club.say(&founder, 6, &offer(1, Role::Member, 0, &[member]));
    club.say(&k, 7, &offer(1, Role::Member, 9, &[member]));
    assert_eq!(stand(&club), []);
    club.say(&k, 8, &offer(1, Role::Member, 9, &[back]));
    assert_eq!(stand(&club), [], "a key that was taken back is never good again");
    let asks = LinkProof::sign(&invitation(1), club.id, ada.id);
    club.say(&ada, 9, &ask(&ada, club.id, Some(asks)));
    assert_eq!(invited(&settled(&club, &all), &club, &ada), None);
}

#[test]
fn a_proof_is_of_one_person_and_one_container() {
    let (ada, bob) = (person(3), person(4));
    let (club, other) = (ElementId([7; 32]), ElementId([8; 32]));
    let proof = LinkProof::sign(&invitation(1), club, ada.id);
    assert!(proof.proves(club, ada.id));
    assert!(!proof.proves(other, ada.id) && !proof.proves(club, bob.id));
    let forged = LinkProof { key: invitation(2).id(), ..proof };
    assert!(!forged.proves(club, ada.id));
    let Op::Offer(op) = offer(1, Role::Member, 1_001, &[]) else { unreachable!() };
    assert!(op.check().is_err());
}

const NOW_MS: u64 = 1_800_000_000_000;

fn invite() -> Invite {
    let address = "/ip4/192.0.2.7/udp/4001/quic-v1/p2p/12D3KooWBmwkafWE2fqfzS96VoTZgpGp6aJsF4N64oGvVvJxzJ8m";
    let cells: Vec<Cell> = ["sp92", "sp93", "sp9h2"].iter().map(|cell| cell.parse().unwrap()).collect();
    let place = InvitePlace { name: "Pays de Foix".into(), centre: FOIX, territory: None, cells };
    Invite {
        inviter: person(1).id,
        name: "Camille Moreau".into(),
        device: key(1).id(),
        addresses: vec![address.into(), address.replace("192.0.2.7", "192.0.2.8")],
        place: Some(place),
        community: Some(InviteCommunity::new(ElementId([7; 32]), Some(FOIX.cell(4)), Role::Member, [9; 32])),
        language: "fr".into(),
        expires_ms: NOW_MS,
    }
}

fn text() -> String {
    invite().text(&key(1)).unwrap().to_string()
}

#[test]
fn an_invitation_is_one_line_that_is_read_back() {
    let text = text();
    assert!(text.starts_with("communaut:join/join1") && text.len() < 1_400, "{} {text}", text.len());
    assert_eq!(Invite::parse(&text, NOW_MS).unwrap(), invite());
    assert_eq!(Invite::parse(&text.to_uppercase(), NOW_MS).unwrap(), invite(), "as pictures hold it");
    let (one, other) = text.split_at(60);
    assert_eq!(Invite::parse(&format!("  {one}\n {other}\r\n"), NOW_MS).unwrap(), invite());
    assert_eq!(Invite::parse(&text[LINK.len()..], NOW_MS).unwrap(), invite(), "without what makes it a link");
    let community = invite().community.unwrap();
    assert_eq!(community.key().id(), DeviceKey::from_seed(&[9; 32]).id());
    assert!(!format!("{:?}", invite()).contains("9, 9"), "no secret in what is printed");
    // As much as it may say.
    let name = "é".repeat(INVITE_NAME_MAX / 2);
    let mut most = Invite { name: name.clone(), addresses: vec!["x".repeat(128); 4], ..invite() };
    let cells: Vec<Cell> = "01234567".chars().map(|sign| format!("sp9h2{sign}{sign}").parse().unwrap()).collect();
    let territory = Some(ElementId([3; 32]));
    most.place = Some(InvitePlace { name, centre: FOIX, territory, cells });
    most.language = "x".repeat(35);
    let longest = most.text(&key(1)).unwrap();
    assert!(longest.len() <= INVITE_TEXT_MAX, "{}", longest.len());
    assert_eq!(Invite::parse(&longest, 0).unwrap(), most);
    // And as little.
    let least = Invite { addresses: vec![], place: None, community: None, ..invite() };
    assert_eq!(Invite::parse(&least.text(&key(1)).unwrap(), 0).unwrap(), least);
}

#[test]
fn what_is_wrong_with_an_invitation_is_told_by_its_name() {
    let text = text();
    let refused = |text: &str| Invite::parse(text, NOW_MS).unwrap_err();
    for other in ["", "x", "https://example.org", "communaut:post/abc", "communautdevice1qqqq", &"x".repeat(9_000)] {
        assert_eq!(refused(other), InviteError::NotOne, "{other}");
    }
    for end in (LINK.len()..text.len()).step_by(7) {
        assert_eq!(refused(&text[..end]), InviteError::Cut, "{end}");
    }
    for at in LINK.len() + 9..text.len() {
        let letter = if &text[at..=at] == "q" { "p" } else { "q" };
        let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
        assert_eq!(refused(&changed), InviteError::Altered, "{at}");
    }
    assert_eq!(refused(&format!("{text}q")), InviteError::Altered);
    assert_eq!(Invite::parse(&text, NOW_MS + 1).unwrap_err(), InviteError::Expired);
    assert_eq!(invite().text(&key(2)).unwrap_err(), InviteError::Bound("its device"));
    for (wrong, what) in [
        (Invite { name: "Cam\u{202e}ille".into(), ..invite() }, "the name of who invites"),
        (Invite { name: "x".repeat(INVITE_NAME_MAX + 1), ..invite() }, "the name of who invites"),
        (Invite { addresses: vec![String::new(); 5], ..invite() }, "its addresses"),
        (Invite { addresses: vec!["x".repeat(129)], ..invite() }, "its addresses"),
        (Invite { language: "x".repeat(36), ..invite() }, "its language"),
    ] {
        assert_eq!(wrong.text(&key(1)).unwrap_err(), InviteError::Bound(what));
    }
    let mut cells = invite();
    cells.place.as_mut().unwrap().cells.reverse();
    assert_eq!(cells.text(&key(1)).unwrap_err(), InviteError::Bound("its cells"));
    assert!(InviteError::Network("prod".into()).to_string().contains("'prod'"));
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Whatever somebody pastes is refused, and nothing breaks.
    #[test]
    fn hostile_texts_are_refused(
        begin in prop::sample::select(vec!["", "communaut:join/", "communaut:join/join1", "JOIN1", "join1qqqq"]),
        rest in ".{0,300}",
        at in any::<prop::sample::Index>(),
        with in "[a-z0-9 é1:/]{1,4}",
    ) {
        let made = format!("{begin}{rest}");
        prop_assert!(Invite::parse(&made, NOW_MS).is_err());
        let text = text();
        let at = at.index(text.len());
        let changed = format!("{}{with}{}", &text[..at], &text[at..]);
        if let Ok(read) = Invite::parse(&changed, NOW_MS) {
            // White space alone says nothing.
            prop_assert_eq!(read, invite());
            prop_assert!(with.trim().is_empty());
        }
    }
}
