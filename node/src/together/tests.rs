//! Who is shown of several, and who is not, whatever strangers write.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::{
    Together,
    grouping::Grouping,
    rule::{Sight, label, named},
};
use crate::{
    api::{self, Outcome, SameWord, SaySame, SayStillRight, Show},
    daemon::{
        desk::{Desk, carry},
        replica::Origin,
    },
    import::{ImportItem, ImportRecord, test_support::record as test_record},
    modules::{
        Read,
        element::{ElementDraft, SaveElement},
        import::{ImportRequest, test_support::import},
        same::LikelyPairs,
    },
};
use communaut_protocol::{
    ElementId, IdentityId, Position, Scope,
    op::{Op, VouchOp},
};
use std::collections::{BTreeMap, BTreeSet};

/// A record out of a file of this name.
fn record(source: &str, id: &str, name: &str, phone: &str, north: i32) -> ImportItem {
    let like = test_record();
    ImportItem::Record(Box::new(ImportRecord {
        source: source.into(),
        source_id: id.into(),
        name: name.into(),
        phone: phone.into(),
        lat_e7: like.lat_e7 + north,
        ..like
    }))
}

fn take(desk: &mut Desk, items: Vec<ImportItem>) {
    import(desk, items, &ImportRequest::default());
}

fn lavoir(source: &str) -> Vec<ImportItem> {
    vec![record(source, "7", "Lavoir", "04 1", 0)]
}

fn of_owner(desk: &Desk, owner: IdentityId) -> ElementId {
    let all = desk.core.replica.views.elements().values();
    let own: Vec<ElementId> =
        all.filter(|held| held.owner == owner && held.provenance.is_some()).map(|held| held.id).collect();
    assert_eq!(own.len(), 1);
    own[0]
}

/// Who is shown, of elements that were imported, by owner.
fn shown(desk: &Desk) -> BTreeSet<IdentityId> {
    let replica = &desk.core.replica;
    let visible = replica.grouped.grouping.together.visible(replica.views.elements());
    visible.values().filter(|element| element.provenance.is_some()).map(|element| element.owner).collect()
}

fn vouch(desk: &mut Desk, person: IdentityId) {
    let me = desk.me();
    let scope = Scope::open(crate::daemon::desk::MONACO);
    let op = Op::Vouch(VouchOp { person, withdrawn: false });
    desk.core.replica.write(me, vec![(scope, op)]).unwrap();
}

fn page(desk: &mut Desk, id: ElementId) -> Box<api::ElementDetail> {
    desk.core.replica.changed = true;
    let snapshot = desk.core.snapshot().unwrap();
    Show { id: id.to_string() }.read(&snapshot).unwrap()
}

fn say(desk: &mut Desk, shown: ElementId, other: ElementId, word: SameWord) {
    let said = desk.ask(SaySame { shown, other, word }).unwrap();
    assert!(matches!(said, Outcome::Written(_)));
}

/// The same of it folded at once, in another order.
fn anew(desk: &Desk) -> Together {
    let replica = &desk.core.replica;
    let (elements, scopes) = (replica.views.elements(), replica.views.scopes());
    let sight = Sight { elements, scopes, me: replica.me, trusted: &replica.grouped.trusted };
    let mut grouping = Grouping::default();
    let labels = scopes.values().flat_map(|view| view.labels.keys().cloned()).collect();
    for id in elements.keys().rev() {
        grouping.changed(&sight, [*id], &BTreeSet::new());
    }
    grouping.changed(&sight, [], &labels);
    grouping.together
}

fn holds(desk: &Desk) {
    assert_eq!(desk.core.replica.grouped.grouping.together, anew(desk), "one by one, and all at once");
}

#[test]
fn two_people_who_import_the_same_see_one_with_two_sources() {
    let (mut ada, mut bo, mut cleo) = (Desk::of("Ada"), Desk::of("Bo"), Desk::of("Cleo"));
    take(&mut ada, lavoir("annuaire"));
    // Under another name of the file, and spelt a little otherwise.
    take(&mut bo, vec![record("annuaire-2026", "7", "Lavoirs", "04 2", 200)]);
    carry(&mut [&mut ada, &mut bo, &mut cleo]);
    let (a, b) = (ada.me(), bo.me());
    assert_eq!((shown(&ada), shown(&bo)), (BTreeSet::from([a]), BTreeSet::from([b])), "each their own");
    // Of strangers who say different things both are shown, and offered as probably the same.
    assert_eq!(shown(&cleo), BTreeSet::from([a, b]));
    vouch(&mut cleo, b);
    assert_eq!(shown(&cleo), BTreeSet::from([b]), "of whom one knows");
    let of_b = of_owner(&cleo, b);
    let detail = page(&mut cleo, of_b);
    let also = &detail.also[0];
    assert_eq!((also.owner, also.owner_name.as_str(), also.source.as_str()), (a, "Ada", "annuaire"));
    assert_eq!(also.differs, ["name", "phone", "place"]);
    let other = page(&mut cleo, also.id);
    assert_eq!((other.shown_as, other.element.id), (Some(of_b), also.id), "it can be opened");
    for desk in [&ada, &bo, &cleo] {
        holds(desk);
    }
}

/// Strangers who say the same word for word: one, whoever it is. As soon as one of them says something else, both.
#[test]
fn strangers_are_one_as_long_as_they_say_the_same() {
    let (mut ada, mut bo, mut cleo) = (Desk::of("Ada"), Desk::of("Bo"), Desk::of("Cleo"));
    take(&mut ada, lavoir("annuaire"));
    take(&mut bo, lavoir("copie"));
    carry(&mut [&mut ada, &mut bo, &mut cleo]);
    assert_eq!(shown(&cleo).len(), 1);
    // Under another licence a copy would take the credit.
    let mut dora = Desk::of("Dora");
    let mut taken = lavoir("copie");
    for item in &mut taken {
        if let ImportItem::Record(record) = item {
            record.licence = "(c) Dora".into();
        }
    }
    take(&mut dora, taken);
    carry(&mut [&mut dora, &mut cleo]);
    assert_eq!(shown(&cleo).len(), 2);
    let id = of_owner(&ada, ada.me());
    let mut draft = ElementDraft::of(&ada.core.replica.views.elements()[&id]);
    draft.phone = "06 9".into();
    ada.ask(SaveElement { id: Some(id), draft: Box::new(draft) }).unwrap();
    carry(&mut [&mut ada, &mut cleo]);
    assert_eq!(shown(&cleo).len(), 3, "nobody's word takes the place of another's");
    holds(&cleo);
}

/// Copies of ids, names and places, with another phone; before and after the honest one, near it and far, many of them.
#[test]
fn a_stranger_who_copies_hides_nothing() {
    let (mut ada, mut cleo, mut mallory) = (Desk::of("Ada"), Desk::of("Cleo"), Desk::of("Mallory"));
    let copies =
        |from: usize, to: usize| (from..to).map(|n| record(&format!("x{n}"), "7", "Lavoir", "666", 0)).collect();
    take(&mut mallory, copies(0, 40));
    carry(&mut [&mut mallory, &mut cleo]);
    take(&mut ada, lavoir("annuaire"));
    carry(&mut [&mut ada, &mut mallory, &mut cleo]);
    take(&mut mallory, copies(40, 60));
    carry(&mut [&mut mallory, &mut ada, &mut cleo]);
    let a = ada.me();
    assert!(shown(&cleo).contains(&a) && shown(&ada).contains(&a));
    let of_a = of_owner(&ada, a);
    let is_hidden = |desk: &Desk| desk.core.replica.grouped.grouping.together.is_hidden(of_a);
    vouch(&mut cleo, a);
    assert!(!is_hidden(&ada) && !is_hidden(&cleo));
    // What a person says of Ada's place hides nothing either, unless one knows that person.
    let of_m =
        *mallory.core.replica.views.elements().values().find(|held| held.phone == "666").map(|held| &held.id).unwrap();
    say(&mut mallory, of_m, of_a, SameWord::Same);
    mallory.ask(SayStillRight { element: of_m }).unwrap();
    carry(&mut [&mut mallory, &mut ada, &mut cleo]);
    assert!(!is_hidden(&ada) && !is_hidden(&cleo));
    // Most of the copies are shown no more, and can be opened.
    let others: BTreeMap<bool, usize> = {
        let all = cleo.core.replica.views.elements().values().filter(|held| held.phone == "666");
        let mut counts = BTreeMap::new();
        all.for_each(|held| {
            *counts.entry(cleo.core.replica.grouped.grouping.together.is_hidden(held.id)).or_default() += 1;
        });
        counts
    };
    assert_eq!(others, BTreeMap::from([(false, 28), (true, 32)]), "as many as are looked at");
    assert_eq!(page(&mut cleo, of_a).also.len(), 32);
    holds(&cleo);
}

/// Ids are counted from one in many files.
#[test]
fn an_id_alone_makes_nothing_the_same() {
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    take(&mut ada, lavoir("a"));
    for (name, north) in [("Four banal", 0), ("Lavoir", 20_000), ("Lavoirs", 6_000)] {
        take(&mut bo, vec![record(&format!("b {name} {north}"), "7", name, "04 1", north)]);
    }
    vouch(&mut ada, bo.me());
    carry(&mut [&mut ada, &mut bo]);
    assert_eq!(ada.core.replica.grouped.grouping.together, Together::default());
    holds(&ada);
}

#[test]
fn what_is_probably_the_same_is_offered_and_confirmed() {
    let (mut ada, mut bo, mut cleo) = (Desk::of("Ada"), Desk::of("Bo"), Desk::of("Cleo"));
    take(&mut ada, vec![record("annuaire", "7", "Lavoir du bas", "05 36 49 01 02", 0)]);
    take(&mut bo, vec![record("osm", "node/9", "Le Lavoir", "+33 5 36 49 01 02", 1_000)]);
    carry(&mut [&mut ada, &mut bo, &mut cleo]);
    let (of_a, of_b) = (of_owner(&ada, ada.me()), of_owner(&bo, bo.me()));
    let offered = |desk: &mut Desk| {
        desk.core.replica.changed = true;
        let found = LikelyPairs::default().read(&desk.core.snapshot().unwrap()).unwrap();
        assert_eq!(found.total, found.pairs.len());
        found.pairs.into_iter().map(|pair| (pair.likeness.phone, pair.likeness.name)).collect::<Vec<_>>()
    };
    assert_eq!(offered(&mut cleo), [(true, false)]);
    assert_eq!(page(&mut cleo, of_a).likely[0].also.id, of_b);
    assert_eq!(shown(&cleo).len(), 2, "never merged silently");

    say(&mut cleo, of_b, of_a, SameWord::Same);
    assert_eq!((shown(&cleo), offered(&mut cleo)), (BTreeSet::from([bo.me()]), vec![]));
    assert_eq!(page(&mut cleo, of_b).also[0].id, of_a);
    // Others go by it who vouch for her, and nobody else.
    carry(&mut [&mut cleo, &mut ada, &mut bo]);
    assert_eq!(shown(&ada).len(), 2);
    vouch(&mut ada, cleo.me());
    assert_eq!(shown(&ada), BTreeSet::from([bo.me()]), "even in the place of her own");
    // Their own word is more.
    say(&mut ada, of_a, of_b, SameWord::Other);
    assert_eq!(shown(&ada).len(), 2);
    say(&mut ada, of_a, of_b, SameWord::Same);
    assert_eq!(shown(&ada), BTreeSet::from([ada.me()]));
    say(&mut ada, of_a, of_b, SameWord::Nothing);
    assert_eq!(shown(&ada), BTreeSet::from([bo.me()]));
    say(&mut cleo, of_b, of_a, SameWord::Nothing);
    assert_eq!((shown(&cleo).len(), offered(&mut cleo).len()), (2, 1));
    carry(&mut [&mut cleo, &mut ada]);
    assert_eq!(shown(&ada).len(), 2);
    for desk in [&ada, &cleo] {
        holds(desk);
    }
}

/// Her word comes before what it is about.
#[test]
fn a_word_on_what_is_not_held_yet_counts_once_it_is() {
    let (mut ada, mut bo, mut cleo) = (Desk::of("Ada"), Desk::of("Bo"), Desk::of("Cleo"));
    take(&mut ada, vec![record("annuaire", "7", "Lavoir du bas", "04 1", 0)]);
    take(&mut bo, vec![record("osm", "node/9", "Le Lavoir", "04 1", 1_000)]);
    carry(&mut [&mut ada, &mut bo]);
    let (of_a, of_b) = (of_owner(&ada, ada.me()), of_owner(&bo, bo.me()));
    say(&mut bo, of_b, of_a, SameWord::Same);
    vouch(&mut cleo, bo.me());
    let of_bo: Vec<_> = bo.entries().into_iter().filter(|entry| entry.header().log.author == bo.me().into()).collect();
    cleo.core.replica.take(of_bo, Origin::Elsewhere).unwrap();
    assert_eq!(shown(&cleo), BTreeSet::from([bo.me()]));
    carry(&mut [&mut ada, &mut cleo]);
    assert!(cleo.core.replica.views.elements().contains_key(&of_a));
    assert_eq!(shown(&cleo), BTreeSet::from([bo.me()]));
    holds(&cleo);
}

/// A doubt of one's own, or of somebody whom one knows, keeps apart what the rule takes for one.
#[test]
fn what_somebody_says_is_not_the_same_is_shown_apart() {
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    take(&mut ada, lavoir("annuaire"));
    take(&mut bo, lavoir("annuaire"));
    carry(&mut [&mut ada, &mut bo]);
    let (of_a, of_b) = (of_owner(&ada, ada.me()), of_owner(&bo, bo.me()));
    assert_eq!(shown(&ada).len(), 1);
    say(&mut ada, of_a, of_b, SameWord::Other);
    assert_eq!((shown(&ada).len(), shown(&bo).len()), (2, 1));
    carry(&mut [&mut ada, &mut bo]);
    assert_eq!(shown(&bo).len(), 1, "of a stranger");
    vouch(&mut bo, ada.me());
    assert_eq!(shown(&bo).len(), 2);
    holds(&bo);
}

fn pairs(desk: &mut Desk) -> Vec<[String; 2]> {
    desk.core.replica.changed = true;
    let found = LikelyPairs::default().read(&desk.core.snapshot().unwrap()).unwrap();
    assert_eq!((found.total, found.more), (found.pairs.len(), false));
    let names = |pair: api::LikelyPair| {
        let mut names = [pair.one.name.clone(), pair.other.name.clone()];
        names.sort();
        names
    };
    found.pairs.into_iter().map(names).collect()
}

/// The border runs between them.
#[test]
fn what_is_probably_the_same_is_found_across_the_border_of_two_cells() {
    let at = test_record();
    let scope = |north: i32| Scope::open(Position { lat_e7: at.lat_e7 + north, lon_e7: at.lon_e7 });
    let border = (0..).step_by(1_000).find(|north| scope(*north) != scope(*north + 1_000)).unwrap();
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    take(&mut ada, vec![record("annuaire", "7", "Lavoir", "", border - 4_000)]);
    take(&mut bo, vec![record("osm", "node/9", "Lavoir", "", border + 4_000)]);
    carry(&mut [&mut ada, &mut bo]);
    assert_eq!(pairs(&mut ada), [["Lavoir", "Lavoir"]]);
}

/// One on each side of the meridian at which the world is cut open.
#[test]
fn what_is_probably_the_same_is_found_across_the_180th_meridian() {
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    let at = |source: &str, lon_e7: i32| {
        let ImportItem::Record(mut made) = record(source, source, "Lavoir", "", 0) else { unreachable!() };
        (made.lat_e7, made.lon_e7) = (-168_000_000, lon_e7);
        vec![ImportItem::Record(made)]
    };
    take(&mut ada, at("annuaire", 1_799_999_000));
    take(&mut bo, at("osm", -1_799_999_000));
    carry(&mut [&mut ada, &mut bo]);
    assert_eq!(pairs(&mut ada), [["Lavoir", "Lavoir"]]);
}

/// Two hundred doors of one house, of which each is in both files: by their names, and one by its phone alone.
#[test]
fn in_a_full_house_each_finds_its_like() {
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    // Told apart by more than a slip.
    let name = |number: usize| {
        format!(
            "Atelier {}",
            format!("{}", char::from(b'a' + u8::try_from(number % 26).unwrap())).repeat(3 + number / 26)
        )
    };
    let of = |source: &'static str, phone: &'static str| {
        move |number: usize| {
            let north = i32::try_from(number).unwrap();
            let phone = if number == 0 { phone } else { "" };
            let name = if number == 0 { format!("Lavoir {source}") } else { name(number) };
            record(source, &format!("{source}{number}"), &name, phone, north)
        }
    };
    take(&mut ada, (0..200).map(of("annuaire", "05 36 49 01 02")).collect());
    take(&mut bo, (0..200).map(of("osm", "+33 5 36 49 01 02")).collect());
    carry(&mut [&mut ada, &mut bo]);
    ada.core.replica.changed = true;
    let found = LikelyPairs::default().read(&ada.core.snapshot().unwrap()).unwrap();
    assert!(found.more, "nearly the same name is looked for among the nearest alone, and that is said");
    let mut like: BTreeSet<String> =
        found.pairs.iter().filter(|pair| pair.likeness.name).map(|pair| pair.one.name.clone()).collect();
    assert_eq!(like.len(), 199);
    like.extend(found.pairs.iter().filter(|pair| pair.likeness.phone).map(|pair| pair.one.name.clone()));
    assert_eq!(like.len(), 200);
}

/// A town's site stands at its forty benches and at none of them by itself; two sources' words of one thing share it.
#[test]
fn what_a_crowd_shares_says_nothing() {
    let (mut ada, mut bo) = (Desk::of("Ada"), Desk::of("Bo"));
    let of = |source: &'static str, site: &'static str, name: &'static str, north: i32| {
        move |number: usize| {
            // Far enough for names to say nothing by themselves, and within reach of each other.
            let number = i32::try_from(number).unwrap();
            let name = format!("{name} {}", char::from(b'a' + u8::try_from(number % 26).unwrap()));
            let ImportItem::Record(mut made) =
                record(source, &format!("{source}{number}"), &name, "", north + number * 300)
            else {
                unreachable!()
            };
            made.website = site.into();
            ImportItem::Record(made)
        }
    };
    take(&mut ada, (0..20).map(of("annuaire", "https://ville.example", "Banc ouvert", 0)).collect());
    take(&mut bo, (0..20).map(of("osm", "https://www.ville.example/", "Banc vert et bleu", 6_000)).collect());
    take(&mut ada, (0..1).map(of("annuaire-2", "https://seul.example", "Banc ouvert", 500_000)).collect());
    take(&mut bo, (0..1).map(of("osm-2", "https://www.seul.example/", "Banc vert et bleu", 506_000)).collect());
    carry(&mut [&mut ada, &mut bo]);
    assert_eq!(pairs(&mut ada), [["Banc ouvert a", "Banc vert et bleu a"]]);
    let likely = |desk: &mut Desk, name: &str, is_north: bool| {
        let all = desk.core.replica.views.elements().values();
        let north = |held: &&std::sync::Arc<communaut_protocol::fold::ElementView>| {
            (held.position.unwrap().lat_e7 > test_record().lat_e7 + 400_000) == is_north
        };
        let id = all.filter(|held| held.name == name).find(north).unwrap().id;
        page(desk, id).likely.len()
    };
    assert_eq!([false, true].map(|is_north| likely(&mut ada, "Banc ouvert a", is_north)), [0, 1]);
}

#[test]
fn a_label_names_half_an_id() {
    let id = ElementId([0xab; 32]);
    let words = [label(id, true), label(id, false)];
    for word in &words {
        assert!(word.len() <= communaut_protocol::limits::SLUG_MAX, "{word}");
        let (from, to) = named(word).unwrap();
        assert!(from <= id && id <= to && from.0[15] == 0xab && to.0[16] == 0xff);
    }
    assert_eq!([named("still-right"), named("same-ab"), named("same-zz")], [None; 3]);
}
