//! How long a search takes over 100,000 elements, by kind of query, against a plain scan over the same
//! elements, folded beforehand, in the same run.
//!
//! COMMUNAUT_BENCH_ELEMENTS says how many elements instead; a million take some 3 GB of memory. Text, radius and kind
//! are asked of PostgreSQL too, with PostGIS where that is installed (`postgres`); where it is not, that is said.
//!
//! With COMMUNAUT_BENCH_SHORT set, a tenth of the elements and few queries, of a build that is not optimised
//! (`.ci/run`): held to be no slower than the scan.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

mod made;
mod postgres;

use communaut_node::{
    api::{Along, Near, Query},
    search::{SearchIndex, Searcher},
};
use communaut_protocol::{Cell, ElementId, Position, fold::ElementView, op::Kind};
use criterion::Criterion;
use imbl::OrdMap;
use made::{Dice, NAME, TAGS, WHAT, element};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

/// Elements held: what issue "First light" names.
const ELEMENTS: u32 = 100_000;
/// Queries of each kind.
const QUERIES: usize = 150;
/// Of these, how many the plain scan answers too, among so many elements: it takes long, and longer among more.
const SCANNED: usize = 12;
const SCANNED_OF: u32 = 100_000;
/// Hits that a window shows at once.
const LIMIT: usize = 100;
/// What issue "First light" asks for: 95 of 100 searches are answered within it.
const P95: Duration = Duration::from_millis(10);
/// The kinds of queries that are held to it each by itself, at any number of elements; of the others all together are.
const HELD: [&str; 5] = [
    "word near, kind",
    "a letter left out",
    "a letter wrong, near, kind",
    "a slip in each of two words",
    "a slip in a rare word",
];
/// Elements and queries of a short run.
const ELEMENTS_SHORT: u32 = 10_000;
const QUERIES_SHORT: usize = 15;
/// The most that half of the searches may take of the time of half of the scans, in a short run.
const SHARE_SHORT: f64 = 1.0;

type Elements = OrdMap<ElementId, Arc<ElementView>>;

/// A query, and the cells of the territory that it names: ascending, of equal length.
type Asked = (Query, Option<Vec<Cell>>);

fn queries(kind: &str, count: usize, elements: &[Arc<ElementView>], dice: &mut Dice) -> Vec<Asked> {
    let ask = |dice: &mut Dice| {
        let some = &elements[dice.below(elements.len())];
        let near = |radius_m| Some(Near { position: some.position.unwrap(), radius_m });
        let mut query = Query { limit: Some(LIMIT), ..Query::default() };
        let mut cells = None;
        match kind {
            "one word" => query.text = dice.pick(&WHAT).to_lowercase(),
            "two words" => query.text = format!("{} {}", dice.pick(&WHAT), dice.pick(&NAME)),
            "the whole name" => query.text = some.name.clone(),
            "the beginning of a word" => {
                let length = 1 + dice.below(6);
                query.text = some.name.chars().take(length).collect();
            }
            "plural, no accents" => query.text = format!("{}s", dice.pick(&WHAT).to_lowercase().replace('é', "e")),
            "words in texts" => {
                query.text =
                    ["benevoles quartier", "levain", "repas partages", "vegetable", "rue"][dice.below(5)].into();
            }
            "a letter left out" => query.text = slip(dice.pick(&WHAT), dice),
            "a letter wrong, near, kind" => {
                query.text = slip(dice.pick(&WHAT), dice);
                query.near = near(Some(5_000));
                query.kinds = vec![Kind::ALL[dice.below(5)]];
            }
            "a slip in each of two words" => {
                query.text = format!("{} {}", slip(dice.pick(&WHAT), dice), slip(dice.pick(&NAME), dice));
            }
            "a slip in a rare word" => query.text = slip(&made::word(dice), dice),
            "word near, kind" => {
                query.text = dice.pick(&WHAT).to_owned();
                query.near = near(Some(5_000));
                query.kinds = vec![Kind::ALL[dice.below(5)]];
            }
            "short forms" => {
                query.text = ["bd", "av", "pl", "st", "asso", "bib"][dice.below(6)].to_owned() + " " + dice.pick(&NAME);
            }
            "written as one" => query.text = format!("{}{}", dice.pick(&WHAT), dice.pick(&NAME)).replace(' ', ""),
            "another word for it" => {
                query.text = ["bakery", "mediatheque", "hotel de ville", "wc", "coworking"][dice.below(5)].into();
            }
            "word near, counted" => {
                query.text = dice.pick(&WHAT).to_owned();
                query.near = near(Some(20_000));
                query.facets_at_ms = Some(1_770_000_000_000);
            }
            "along a way" => {
                let other = &elements[dice.below(elements.len())];
                let from = some.position.unwrap();
                let share = |a: f64, b: f64| a + (b - a) * 0.1;
                let at = other.position.unwrap();
                let to = Position::from_degrees(share(from.lat(), at.lat()), share(from.lon(), at.lon())).unwrap();
                query.along = Some(Box::new(Along { line: vec![from, to], within_m: 2_000 }));
            }
            "word near" => {
                query.text = dice.pick(&WHAT).to_owned();
                query.near = near(Some(5_000));
            }
            "near 2 km" => query.near = near(Some(2_000)),
            "near 50 km" => query.near = near(Some(50_000)),
            "by distance alone" => query.near = near(None),
            "kind, tag, near" => {
                (query.kinds, query.tags) = (vec![Kind::Place, Kind::Organisation], vec![dice.pick(&TAGS).to_owned()]);
                query.near = near(Some(20_000));
            }
            "kind" => query.kinds = vec![Kind::ALL[dice.below(5)]],
            "tag" => query.tags = vec![dice.pick(&TAGS).to_owned()],
            "events of a week" => {
                query.from_ms = Some(1_760_000_000_000 + dice.below(350) as i64 * 86_400_000);
                query.to_ms = query.from_ms.map(|from| from + 7 * 86_400_000);
            }
            "territory" => cells = Some(vec![some.position.unwrap().cell(4)]),
            "territory of many cells" => {
                let mut many: Vec<Cell> =
                    (0..1_000).map(|_| elements[dice.below(elements.len())].position.unwrap().cell(5)).collect();
                many.sort_unstable();
                many.dedup();
                cells = Some(many);
            }
            "word in territory" => {
                query.text = dice.pick(&WHAT).to_owned();
                cells = Some(vec![some.position.unwrap().cell(4)]);
            }
            _ => {}
        }
        (query, cells)
    };
    (0..count).map(|_| ask(dice)).collect()
}

const KINDS: [&str; 28] = [
    "one word",
    "two words",
    "the whole name",
    "the beginning of a word",
    "plural, no accents",
    "words in texts",
    "word near",
    "word near, kind",
    "word near, counted",
    "a letter left out",
    "a letter wrong, near, kind",
    "a slip in each of two words",
    "a slip in a rare word",
    "short forms",
    "written as one",
    "another word for it",
    "along a way",
    "near 2 km",
    "near 50 km",
    "by distance alone",
    "kind, tag, near",
    "kind",
    "tag",
    "events of a week",
    "territory",
    "territory of many cells",
    "word in territory",
    "everything",
];

/// A text with one letter of its first long word left out or exchanged: never the first.
fn slip(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = 1 + dice.below(letters.len().min(4) - 1);
    if dice.below(2) == 0 {
        letters.remove(at);
    } else {
        letters[at] = 'k';
    }
    letters.into_iter().collect()
}

/// Bytes of the files in a folder.
fn bytes(folder: &std::path::Path) -> u64 {
    std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().metadata().unwrap().len()).sum()
}

/// An element as the plain scan compares it.
struct Plain {
    text: String,
    view: Arc<ElementView>,
}

fn fold(text: &str) -> String {
    let fold = |c: char| match c {
        'é' | 'è' | 'ê' | 'É' => 'e',
        'à' | 'â' => 'a',
        'ô' => 'o',
        'ç' => 'c',
        c => c.to_ascii_lowercase(),
    };
    text.chars().map(fold).collect()
}

fn metres(a: Position, b: Position) -> f64 {
    let [lat_a, lat_b, lon_a, lon_b] = [a.lat(), b.lat(), a.lon(), b.lon()].map(f64::to_radians);
    let across =
        ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * across.sqrt().asin()
}

/// Metres from a short straight line, on a plane: good to some metres, and the counts are compared leniently.
fn beside(a: Position, b: Position, at: Position) -> f64 {
    let scale = a.lat().to_radians().cos();
    let plane = |p: Position| [(p.lon() - a.lon()) * scale * 111_195.0, (p.lat() - a.lat()) * 111_195.0];
    let ([bx, by], [x, y]) = (plane(b), plane(at));
    let length2 = bx * bx + by * by;
    let share = if length2 > 0.0 { ((x * bx + y * by) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (x - share * bx).hypot(y - share * by)
}

/// Every element, one after the other. Knows no stems, and puts nothing in order.
fn scan(plain: &[Plain], (query, cells): &Asked) -> usize {
    let words: Vec<String> = fold(&query.text).split_whitespace().map(str::to_owned).collect();
    let passes = |plain: &&Plain| {
        let (view, at) = (&plain.view, plain.view.position.unwrap());
        (query.kinds.is_empty() || query.kinds.contains(&view.kind))
            && query.tags.iter().all(|tag| view.tags.contains(tag))
            && cells.as_ref().is_none_or(|cells| cells.binary_search(&at.cell(cells[0].len())).is_ok())
            && query
                .near
                .and_then(|near| Some((near.position, near.radius_m?)))
                .is_none_or(|(from, radius)| metres(from, at) <= f64::from(radius))
            && (query.from_ms.is_none() && query.to_ms.is_none()
                || view.when.as_ref().is_some_and(|when| {
                    // What ends just then is over; all of these last for hours.
                    query.from_ms.is_none_or(|from| when.end_ms > from)
                        && query.to_ms.is_none_or(|to| when.start_ms < to)
                }))
            && query.along.as_ref().is_none_or(|along| {
                let within = f64::from(along.within_m);
                along.line.windows(2).any(|ends| beside(ends[0], ends[1], at) <= within)
            })
            && words.iter().all(|word| plain.text.contains(word.as_str()))
    };
    plain.iter().filter(passes).count()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// The time that the processor spent on this thread; on a machine that does other things too, the time by the clock
/// says little of the slowest searches. Linux alone says it, and only after the thread has stood back for a moment.
fn processor() -> Option<Duration> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * share).round() as usize]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Times of all searches, and of some plain scans; and of which kinds of queries 95 of 100 took how long, by the
/// processor.
struct Compared {
    all: Vec<Duration>,
    scans: Vec<Duration>,
    kinds: Vec<(&'static str, Duration)>,
}

/// Each kind of query: all searches, and some plain scans.
fn compare(searcher: &Searcher, elements: &Elements, count: usize, dice: &mut Dice) -> Compared {
    let views: Vec<Arc<ElementView>> = elements.values().cloned().collect();
    let text = |view: &ElementView| {
        fold(&format!("{} {} {} {}", view.name, view.tags.join(" "), view.description, view.address))
    };
    let plain: Vec<Plain> = views.iter().map(|view| Plain { text: text(view), view: view.clone() }).collect();
    println!(
        "{:<26} {:>8} {:>8} {:>8}   {:>8} {:>8}   {:>8} {:>8}",
        "milliseconds", "p50", "p95", "most", "scan p50", "found", "cpu p50", "cpu p95"
    );
    let (mut all, mut all_scans, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    let scanned = (SCANNED * SCANNED_OF as usize / views.len()).clamp(2, SCANNED);
    for kind in KINDS {
        let asked = queries(kind, count, &views, dice);
        let (mut times, mut scans, mut found, mut worked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, asked) in asked.iter().enumerate() {
            let before = processor();
            let (hits, time) = timed(|| searcher.search(elements, asked.1.as_deref(), black_box(&asked.0)));
            worked.push(processor().zip(before).map(|(after, before)| after - before).unwrap_or(time));
            times.push(time);
            found.push(hits.total);
            if index < scanned {
                let (count, time) = timed(|| scan(&plain, black_box(asked)));
                scans.push(time);
                assert!(
                    !asked.0.text.is_empty() || asked.0.along.is_some() || count == hits.total,
                    "{kind}: {count} by the scan, {} by the index",
                    hits.total
                );
            }
        }
        found.sort_unstable();
        let (p50, p95, most) = (percentile(&mut times, 0.5), percentile(&mut times, 0.95), percentile(&mut times, 1.0));
        let scan = percentile(&mut scans, 0.5);
        let median = found[found.len() / 2];
        println!(
            "{kind:<26} {:>8.2} {:>8.2} {:>8.2}   {:>8.2} {median:>8}   {:>8.2} {:>8.2}",
            millis(p50),
            millis(p95),
            millis(most),
            millis(scan),
            millis(percentile(&mut worked, 0.5)),
            millis(percentile(&mut worked, 0.95))
        );
        all.append(&mut times);
        all_scans.append(&mut scans);
        kinds.push((kind, percentile(&mut worked, 0.95)));
    }
    Compared { all, scans: all_scans, kinds }
}

/// Text, radius and kind, asked of PostgreSQL too.
fn beside_postgres(searcher: &Searcher, elements: &Elements, count: usize, dice: &mut Dice) {
    let views: Vec<Arc<ElementView>> = elements.values().cloned().collect();
    let asked = queries("word near, kind", count, &views, dice);
    let mut times: Vec<Duration> =
        asked.iter().map(|asked| timed(|| searcher.search(elements, None, black_box(&asked.0))).1).collect();
    let told = |what: &str, times: &mut [Duration]| {
        let (p50, p95) = (millis(percentile(times, 0.5)), millis(percentile(times, 0.95)));
        println!("text + radius + kind, {what}: p50 {p50:.2} ms, p95 {p95:.2} ms");
    };
    told("here", &mut times);
    let asked: Vec<&Query> = asked.iter().map(|(query, _)| query).collect();
    match postgres::beside(&views, &asked, fold) {
        Ok(mut measured) if !measured.times.is_empty() => {
            told(&measured.what, &mut measured.times);
            println!("{}: {:.0} rows a second, {:.0} bytes a row", measured.what, measured.rate, measured.bytes);
        }
        Ok(_) => println!("PostgreSQL told no times"),
        Err(why) => println!("PostgreSQL is not compared with: {why}"),
    }
}

fn main() {
    let short = std::env::var_os("COMMUNAUT_BENCH_SHORT").is_some();
    let wanted = std::env::var("COMMUNAUT_BENCH_ELEMENTS").ok().map(|text| text.parse().unwrap());
    let (count, asked) = if short { (ELEMENTS_SHORT, QUERIES_SHORT) } else { (wanted.unwrap_or(ELEMENTS), QUERIES) };
    let mut dice = Dice(2_024);
    let towns = made::towns(&mut dice);
    let elements: Elements =
        (0..count).map(|n| element(n, &towns, &mut dice)).map(|view| (view.id, Arc::new(view))).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path()).unwrap();
    let (_, time) = timed(|| index.load(&elements, 1));
    let rate = f64::from(count) / time.as_secs_f64();
    println!("{count} elements indexed in {:.1} s: {rate:.0} a second", time.as_secs_f64());
    println!("{} bytes on disk an element", bytes(folder.path()) / u64::from(count));
    drop(index);
    let mut index = SearchIndex::open(folder.path()).unwrap();
    let (loaded, time) = timed(|| index.load(&elements, 1));
    println!("opened again and compared ({} kept) in {:.0} ms", loaded.kept, millis(time));
    let searcher = index.searcher();

    let Compared { all: mut times, mut scans, kinds } = compare(&searcher, &elements, asked, &mut dice);
    let (p50, p95) = (percentile(&mut times, 0.5), percentile(&mut times, 0.95));
    println!("{:<26} {:>8.2} {:>8.2}", "all kinds", millis(p50), millis(p95));
    println!(
        "{:<26} {:>8.2} {:>8.2}",
        "the plain scan",
        millis(percentile(&mut scans, 0.5)),
        millis(percentile(&mut scans, 0.95))
    );
    println!("ratio p95 / {} ms: {:.2} (below 1)", P95.as_millis(), p95.as_secs_f64() / P95.as_secs_f64());
    if short {
        let share = p50.as_secs_f64() / percentile(&mut scans, 0.5).as_secs_f64();
        assert!(share < SHARE_SHORT, "half of the searches take {share:.2} of the time of a plain scan");
        return;
    }
    beside_postgres(&searcher, &elements, asked, &mut dice);
    // A machine that does other things too has the processor for part of the time: it is held to that part.
    for (kind, p95) in kinds.iter().filter(|(kind, _)| HELD.contains(kind)) {
        assert!(*p95 < P95, "too slow: of '{kind}' 95 of 100 searches take up to {:.2} ms", millis(*p95));
    }
    if count <= ELEMENTS {
        assert!(p95 < P95, "too slow: 95 of 100 searches take up to {:.2} ms", millis(p95));
    }

    let unlimited = Query::default();
    let (found, time) = timed(|| searcher.search(&elements, None, &unlimited));
    println!("all {} hits, by name: {:.1} ms", found.hits.len(), millis(time));
    let at = Near { position: elements.values().next().unwrap().position.unwrap(), radius_m: None };
    let (found, time) = timed(|| searcher.search(&elements, None, &Query { near: Some(at), ..Query::default() }));
    println!("all {} hits, by distance: {:.1} ms", found.hits.len(), millis(time));
    // One change, as a person makes it, until it is found; then, later, until it is on disk.
    let renamed = |(id, view): (&ElementId, &Arc<ElementView>)| {
        let mut view = ElementView::clone(view);
        view.name.push_str(" nouveau");
        (*id, Some(Arc::new(view)))
    };
    let (mut applied, mut commits) = (Vec::new(), Vec::new());
    for (round, change) in (2..).zip(elements.iter().take(20).map(renamed)) {
        applied.push(timed(|| index.apply(std::slice::from_ref(&change))).1);
        commits.push(timed(|| index.commit(round)).1);
    }
    let (applied, committed) = (percentile(&mut applied, 0.5), percentile(&mut commits, 0.5));
    println!(
        "one change: found after {:.2} ms, committed after {:.1} ms more (p50)",
        millis(applied),
        millis(committed)
    );
    // In the middle of an import: as much as is kept in memory at the most.
    let changes: Vec<_> = elements.iter().skip(1_000).take(5_000).map(renamed).collect();
    let (_, time) = timed(|| changes.chunks(500).for_each(|chunk| index.apply(chunk)));
    let asked = queries("one word", QUERIES, &elements.values().cloned().collect::<Vec<_>>(), &mut dice);
    let mut times: Vec<Duration> =
        asked.iter().map(|asked| timed(|| searcher.search(&elements, None, black_box(&asked.0))).1).collect();
    let p95 = millis(percentile(&mut times, 0.95));
    println!("{} changes applied in {:.0} ms; one word after them: p95 {p95:.2} ms", changes.len(), millis(time));

    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let mut group = criterion.benchmark_group("search");
    let query = Query { text: "boulangerie mar".into(), limit: Some(LIMIT), ..Query::default() };
    group.bench_function("two words", |bench| bench.iter(|| searcher.search(&elements, None, black_box(&query))));
    let query = Query { near: Some(Near { radius_m: Some(2_000), ..at }), limit: Some(LIMIT), ..Query::default() };
    group.bench_function("near 2 km", |bench| bench.iter(|| searcher.search(&elements, None, black_box(&query))));
    group.finish();
    criterion.final_summary();
}
