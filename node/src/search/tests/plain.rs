//! What is found, in which order and how it is counted, against the plain way: all elements compared one after the
//! other, and all of them put in order.

use super::*;
use crate::{
    modules::search::Facets,
    search::{
        fold::folded,
        score::Place,
        wanted::Words,
        words::{ElementTerms, Stems},
    },
    territory::sphere,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NAMES: [&str; 16] = [
    "Gare de Lyon",
    "Gare",
    "Boulangerie de la Gare",
    "Boulangerie",
    "Boulangerie du Pont",
    "Café du Pont",
    "Café",
    "Le Garage",
    "Garage du Pont",
    "Pont",
    "Pharmacie du Pont",
    "Chez Paul",
    "Chez Léon",
    "Musée du Café",
    "Pêche",
    "Péché mignon",
];
const TAGS: [&str; 10] =
    ["gare", "boulangerie", "bakery", "café", "Cafe", "garage", "pharmacie", "bio", "pont", "vélo"];
const ADDRESSES: [&str; 6] =
    ["", "12 rue de la Gare, 34000 Pont", "12 rue du Pont", "5 av. de la Gare", "3 place du Café", "rue Paul 12"];
const TEXTS: [&str; 5] = ["", "près de la gare", "pain et café", "On y répare", "au pont du garage"];
const ASKED: [&str; 22] = [
    "gare",
    "gares",
    "bahnhof",
    "garage",
    "garrage",
    "cafe",
    "café",
    "caffe",
    "farmacie",
    "boulangerie",
    "boulagnerie",
    "pain",
    "pont",
    "pomt",
    "rue de la gare",
    "12 rue de la gare",
    "avenue gare",
    "cafe pont",
    "cafée pnt",
    "pêche",
    "g",
    "le",
];
const HOURS: [&str; 4] = ["", "24/7", "Mo-Su 00:00-00:01", "sur demande"];
const NOW_MS: i64 = 1_783_339_200_000;

type Number = usize;

/// Of one that was found: what decides its place.
type Key = (u64, u64, u64, u64, String, ElementId);

fn plainly(world: &World, query: &Query) -> (Vec<ElementId>, Facets) {
    let stems = Stems::default();
    let mut words = Words::of(&query.text, &stems).unwrap();
    let near = query.near.map(|near| (sphere::unit(near.position), near.radius_m));
    let passing = |words: &Words, nearly: bool| {
        let mut found: Vec<(Key, &ElementView)> = Vec::new();
        for view in world.elements.values() {
            let chord2 = near.map_or(0.0, |(from, _)| sphere::chord2(from, sphere::unit(view.position.unwrap())));
            let within = near.and_then(|(_, radius_m)| radius_m).map(|m| sphere::chord2_of_metres(f64::from(m)));
            let has = |tag: &String| view.tags.iter().any(|other| folded(other) == folded(tag));
            if within.is_some_and(|within| chord2 > within)
                || !query.kinds.is_empty() && !query.kinds.contains(&view.kind)
                || !query.tags.iter().all(has)
            {
                continue;
            }
            let Some(score) = words.score(&ElementTerms::of(view, &stems), nearly) else { continue };
            let is = score.worst() == Place::BEST;
            let whole = folded(&view.name) == folded(&query.text);
            let group = u64::from(!is) * 2 + u64::from(!whole);
            let worst = u64::MAX - score.worst() as u64;
            let key = match near {
                Some(_) => (0, worst, 0, chord2.to_bits(), folded(&view.name), view.id),
                None => (group, worst, u64::MAX - score.number(), 0, folded(&view.name), view.id),
            };
            found.push((key, view));
        }
        found
    };
    let mut found = passing(&words, false);
    let as_typed = found.iter().any(|((_, worst, ..), _)| *worst <= u64::MAX - Place::Name as u64);
    let in_a_form = (1..=20).contains(&found.len()) && !as_typed && words.may_be_kinds();
    if (found.is_empty() || in_a_form) && words.may_err() {
        words.mean_nearly(&stems);
        found = passing(&words, true);
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let views: Vec<&ElementView> = found.iter().map(|(_, view)| *view).collect();
    (views.iter().map(|view| view.id).collect(), counts(&views, near.map(|(from, _)| from)))
}

fn counts(views: &[&ElementView], from: Option<[f64; 3]>) -> Facets {
    let mut tags: BTreeMap<String, (Number, ElementId, String)> = BTreeMap::new();
    for view in views {
        let mut own: Vec<&String> = view.tags.iter().collect();
        own.dedup_by_key(|tag| folded(tag));
        for tag in own {
            let held = tags.entry(folded(tag)).or_insert((0, view.id, tag.clone()));
            held.0 += 1;
            if view.id < held.1 {
                (held.1, held.2) = (view.id, tag.clone());
            }
        }
    }
    let mut tags: Vec<(String, Number)> = tags.into_values().map(|(count, _, tag)| (tag, count)).collect();
    tags.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let of_kind = |kind: Kind| views.iter().filter(|view| view.kind == kind).count();
    let metres = |view: &&&ElementView| sphere::chord2(from.unwrap(), sphere::unit(view.position.unwrap()));
    let within = |m: u32| views.iter().filter(|view| metres(view) <= sphere::chord2_of_metres(f64::from(m))).count();
    let distances = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
    Facets {
        kinds: Kind::ALL.into_iter().map(|kind| (kind, of_kind(kind))).filter(|(_, count)| *count > 0).collect(),
        tags,
        distances: distances.into_iter().filter(|_| from.is_some()).map(|m| (m, within(m))).collect(),
        with_hours: views.iter().filter(|view| !view.opening_hours.is_empty()).count(),
        open: views.iter().filter(|view| view.opening_hours == "24/7").count(),
        ..Facets::default()
    }
}

type Made = (Number, Number, Number, (Number, Number), Number, (i32, i32));

fn view(n: u32, (name, address, text, tags, more, (lat, lon)): Made) -> ElementView {
    let at = (45.7 + f64::from(lat) / 1_000.0, 4.8 + f64::from(lon) / 1_000.0);
    let mut view = Card { address: ADDRESSES[address], description: TEXTS[text], at, ..card(n, NAMES[name]) }.view();
    view.tags = [tags.0, tags.1].iter().filter_map(|tag| TAGS.get(*tag)).map(|tag| (*tag).to_owned()).collect();
    view.tags.dedup_by_key(|tag| folded(tag));
    view.kind = [Kind::Place, Kind::Organisation][more % 2];
    view.opening_hours = HOURS[more / 2 % HOURS.len()].into();
    view
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: prop::test_runner::RngSeed::Fixed(12),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn as_the_plain_way_finds_orders_and_counts_it(
        made in prop::collection::vec(
            (0..16usize, 0..6usize, 0..5usize, (0..15usize, 0..15usize), 0..8usize, (0..100, 0..100)),
            1..260,
        ),
        pending in 0..60usize,
        asked in prop::collection::vec(
            (0..ASKED.len(), prop::option::of(prop::option::of(1..9_000u32)), 0..4usize, 0..20usize),
            8,
        ),
        limit in 0..150usize,
    ) {
        let mut world = World::new(&[]);
        let views: Vec<(ElementId, Option<Arc<ElementView>>)> = (0..).zip(made).map(|(n, made)| {
            let view = view(n, made);
            (view.id, Some(Arc::new(view)))
        }).collect();
        // Some are committed, some not yet, some of them anew.
        let (late, early) = views.split_at(pending.min(views.len()));
        world.change(early.to_vec());
        world.change(late.iter().step_by(2).cloned().collect());
        world.elements.extend(late.iter().map(|(id, view)| (*id, view.clone().unwrap())));
        world.index.apply(late);
        for (text, near, kind, tag) in asked {
            let at = Position::from_degrees(45.75, 4.85).unwrap();
            let query = Query {
                text: ASKED[text].into(),
                near: near.map(|radius_m| Near { position: at, radius_m }),
                kinds: [Kind::Place, Kind::Organisation].get(kind).copied().into_iter().collect(),
                // Of no other name.
                tags: ["bio", "pont"].get(tag).map(|tag| (*tag).to_owned()).into_iter().collect(),
                facets_at_ms: Some(NOW_MS),
                ..Query::default()
            };
            let (expected, counted) = plainly(&world, &query);
            let ids = |found: &Found| found.hits.iter().map(|hit| hit.element.id).collect::<Vec<_>>();
            let all = world.search(&query);
            prop_assert_eq!(ids(&all), expected.clone(), "{:?}", &query);
            prop_assert_eq!(all.total, expected.len());
            let facets = Facets { subkinds: Vec::new(), ..all.facets.unwrap() };
            prop_assert_eq!(facets, counted, "{:?}", &query);
            let first = world.search(&Query { limit: Some(limit), ..query });
            let some = expected[..limit.min(expected.len())].to_vec();
            prop_assert_eq!((first.total, ids(&first)), (expected.len(), some));
            prop_assert_eq!(&first.hits[..], &all.hits[..limit.min(expected.len())]);
        }
    }
}
