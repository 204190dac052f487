//! What was applied and is not yet committed is found as if it were.

use super::*;
use proptest::prelude::*;

const WORDS: [&str; 24] = [
    "boulangerie",
    "boulangeries",
    "Boulanger",
    "café",
    "cafés",
    "the",
    "le",
    "l'eau",
    "eaux",
    "d'été",
    "étés",
    "garden",
    "gardens",
    "gardening",
    "Joe's",
    "joes",
    "a",
    "ab",
    "abc",
    "abcd",
    "abcde",
    "12",
    "123",
    "œuvre",
];

fn text(indices: &[usize]) -> &'static str {
    let words: Vec<&str> = indices.iter().map(|index| WORDS[index % WORDS.len()]).collect();
    Box::leak(words.join(" ").into_boxed_str())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20,
        rng_seed: prop::test_runner::RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_same_before_and_after_a_commit(
        first in prop::collection::vec(
            (prop::collection::vec(0..24usize, 1..5), prop::collection::vec(0..24usize, 0..9), 0..24usize),
            1..30,
        ),
        second in prop::collection::vec((0..40usize, prop::option::of(prop::collection::vec(0..24usize, 1..5))), 0..20),
        asked in prop::collection::vec((prop::collection::vec(0..24usize, 1..4), 0..4usize), 12),
    ) {
        let mut world = World::new(&[]);
        let make = |n: usize, name: &[usize]| card(u32::try_from(n).unwrap(), text(name));
        let cards: Vec<Card> = first.iter().enumerate().map(|(n, (name, description, tag))| Card {
            description: text(description), tags: Box::leak(Box::new([WORDS[*tag]])), ..make(n, name)
        }).collect();
        world.put(&cards);
        // The second round stays in memory: new ones, changed ones, some taken back.
        let changes: Vec<_> = second.iter().map(|(n, name)| match name {
            Some(name) => { let view = make(*n, name).view(); (view.id, Some(Arc::new(view))) }
            None => (make(*n, &[]).view().id, None),
        }).collect();
        for (id, view) in &changes {
            match view {
                Some(view) => world.elements.insert(*id, view.clone()),
                None => world.elements.remove(id),
            };
        }
        world.index.apply(&changes);
        let queries: Vec<Query> = asked.iter().map(|(words, cut)| {
            // The last word unfinished by some letters.
            let mut text = text(words).to_owned();
            (0..*cut).for_each(|_| { text.pop(); });
            Query { text, ..Query::default() }
        }).collect();
        let before: Vec<Found> = queries.iter().map(|query| world.search(query)).collect();
        world.index.commit(100);
        let anew = world.anew();
        for (query, before) in queries.iter().zip(before) {
            prop_assert_eq!(&world.search(query), &before, "{:?}", query.text);
            prop_assert_eq!(&anew.search(query), &before, "{:?}", query.text);
        }
    }
}

#[test]
fn much_at_once_is_committed_unasked() {
    let mut world = World::new(&[]);
    let long: &'static str = Box::leak((0..1_500).map(|n| format!("mot{n} ")).collect::<String>().into_boxed_str());
    let views = (0..150).map(|n| Card { description: long, ..card(n, "Café") }.view());
    let changes: Vec<_> = views.map(|view| (view.id, Some(Arc::new(view)))).collect();
    let mut most = 0;
    for change in changes.chunks(10) {
        change.iter().for_each(|(id, view)| drop(world.elements.insert(*id, view.clone().unwrap())));
        world.index.apply(change);
        most = most.max(searcher::read(&world.index.shared).pending_bytes);
    }
    assert!(most > PENDING_MAX / 2 && most <= PENDING_MAX, "{most}");
    assert_eq!(world.names("mot1499").len(), 150);
    world.index.commit(9);
    assert_eq!(searcher::read(&world.index.shared).pending_bytes, 0);
    assert_eq!(world.names("mot1499").len(), 150);
}

#[test]
fn searches_run_beside_changes() {
    let mut world = World::new(&[card(0, "Moulin")]);
    let searcher = world.index.searcher();
    let elements = world.elements.clone();
    let (done, stop) = std::sync::mpsc::sync_channel::<()>(1);
    let reader = std::thread::spawn(move || {
        let mut searches = 0;
        while matches!(stop.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty)) || searches == 0 {
            let query = Query { text: "moulin".into(), ..Query::default() };
            assert_eq!(searcher.search(&elements, None, &query).hits.len(), 1);
            searches += 1;
        }
    });
    for n in 1..60 {
        world.put(&[card(n, "Lavoir"), card(n + 100, "Moulin à vent")]);
    }
    drop(done);
    reader.join().unwrap();
    assert_eq!(world.names("moulin").len(), 60);
}
