//! Random commands on three nodes, with faults, against a ledger.

use super::{
    report::{self, Report},
    world::{Told, World},
};
use std::{
    collections::BTreeMap,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Runs at each test of the project, and in the long one.
const SHORT: Range<u64> = 0..24;
const LONG: Range<u64> = 1_000..2_000;
/// Commands of a run.
const COMMANDS: usize = 16;
/// Runs beside each other: a node mostly waits, for its disk or for others.
const BESIDE: usize = 3;

/// One run; what is wrong, with what was done before it.
fn one(seed: u64) -> Result<Told, String> {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed);
        let ran = catch_unwind(AssertUnwindSafe(|| world.run(COMMANDS)));
        (ran, world.log.clone())
    }));
    let said = |panic: Box<dyn std::any::Any + Send>| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    };
    match ran {
        Ok((Ok((told, wrong)), log)) if wrong.is_empty() => {
            if std::env::var_os("SHOW").is_some() {
                eprintln!("seed {seed}:\n    {}", log.join("\n    "));
            }
            Ok(told)
        }
        Ok((Ok((_, wrong)), log)) => Err(format!("{}\n  after:\n    {}", wrong.join("\n  "), log.join("\n    "))),
        Ok((Err(panic), log)) => Err(format!("{}\n  after:\n    {}", said(panic), log.join("\n    "))),
        Err(panic) => Err(said(panic)),
    }
}

fn runs(seeds: Range<u64>, name: &str) {
    let seeds = report::seeds().unwrap_or(seeds);
    let mut report = Report::new(name);
    let next = AtomicU64::new(seeds.start);
    let done: Mutex<BTreeMap<u64, Result<Told, String>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..BESIDE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let ran = one(seed);
                    if let Err(why) = &ran {
                        eprintln!(
                            "seed {seed}: {why}\n  again: SEEDS={seed}..{} cargo test -p communaut-node --test faults \
                             {name} -- --include-ignored",
                            seed + 1
                        );
                    }
                    let mut done = done.lock().unwrap();
                    done.insert(seed, ran);
                    if done.len().is_multiple_of(25) {
                        let failed = done.values().filter(|ran| ran.is_err()).count();
                        eprintln!("{} runs, {failed} failed", done.len());
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    let mut faults = BTreeMap::<String, (u64, u64)>::new();
    let (mut told, mut mended) = ((0, 0, 0), 0);
    for ran in done.values().flatten() {
        told = (told.0 + ran.commands, told.1 + ran.there, told.2 + ran.erased);
        mended += ran.mended;
        let (kind, hit) = ran.fault.clone().unwrap_or_else(|| ("none".to_owned(), false));
        let count = faults.entry(kind).or_default();
        count.0 += 1;
        count.1 += u64::from(hit);
    }
    let failed: Vec<u64> = done.iter().filter(|(_, ran)| ran.is_err()).map(|(seed, _)| *seed).collect();
    report.line(format!("{} runs, seeds {}..{}, {} commands", done.len(), seeds.start, seeds.end, told.0));
    report.line(format!("{} acknowledged and there on every node, {} erased and readable nowhere", told.1, told.2));
    report.line(format!("{mended} times a store did not open and fsck mended it"));
    for (kind, (planned, hit)) in faults {
        report.line(format!("fault {kind}: in {planned} runs, met in {hit}"));
    }
    report
        .line(format!("{} runs with something lost, readable after its erasure, or forked: {failed:?}", failed.len()));
    report.end(failed.is_empty());
}

#[test]
fn nothing_acknowledged_is_lost_nothing_erased_is_readable() {
    runs(SHORT, "nothing_acknowledged_is_lost_nothing_erased_is_readable");
}

#[test]
#[ignore = "an hour: a thousand runs"]
fn long_ledger() {
    runs(LONG, "long_ledger");
}
