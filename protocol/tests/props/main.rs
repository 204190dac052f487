//! Each fuzz target of `protocol/fuzz`, on stable: from nothing, and from the golden vectors with bytes changed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "tests"
)]

mod targets;

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use std::{
    collections::BTreeSet,
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    path::PathBuf,
    sync::LazyLock,
};

fn project(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every byte string of the golden vectors: headers, payloads, messages.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut found = BTreeSet::new();
    for file in fs::read_dir(project("testdata/vectors")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            strings(&serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap(), &mut found);
        }
    }
    found.into_iter().collect()
});

fn strings(value: &serde_json::Value, found: &mut BTreeSet<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) if text.len() > 32 && text.len() % 2 == 0 => {
            let bytes =
                text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            found.extend(bytes.collect::<Option<Vec<u8>>>());
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        serde_json::Value::Object(values) => values.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

/// As each target takes its bytes: as they are, behind a schema, behind a length.
fn run(data: &[u8], schema: u16) {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let behind_schema = [&schema.to_be_bytes(), data].concat();
    let behind_length = [&length.to_be_bytes(), data].concat().repeat(3);
    for (name, target) in targets::ALL {
        match name {
            "operation" => target(&behind_schema),
            "sync_answering" | "sync_asking" => target(&behind_length),
            _ => target(data),
        }
    }
}

/// Other cases in each run; a failure says the seed, and COMMUNAUT_SEED runs it again.
static SEED: LazyLock<u64> = LazyLock::new(|| {
    let seed = match std::env::var("COMMUNAUT_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => RandomState::new().build_hasher().finish(),
    };
    eprintln!("seed: COMMUNAUT_SEED={seed} runs the same cases again");
    seed
});

fn cases() -> Config {
    Config { cases: 2_000, rng_seed: RngSeed::Fixed(*SEED), failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn from_nothing(data in prop::collection::vec(any::<u8>(), 0..400), schema in 0_u16..47) {
        run(&data, schema);
    }

    #[test]
    fn from_vectors(
        which in any::<prop::sample::Index>(),
        schema in 0_u16..47,
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 0..8),
        cut in 0_usize..8,
    ) {
        let mut data = which.get(&SEEDS).clone();
        let from = at.index(data.len());
        let to = (from + cut).min(data.len());
        data.splice(from..to, with);
        run(&data, schema);
    }
}

#[test]
fn the_vectors_themselves() {
    assert!(SEEDS.len() > 200, "{}", SEEDS.len());
    for seed in SEEDS.iter() {
        run(seed, 0);
        (1..47_u16).for_each(|schema| targets::operation(&[&schema.to_be_bytes(), seed.as_slice()].concat()));
    }
}

/// Each target has its file in `protocol/fuzz`, and each file its target here.
#[test]
fn every_target_has_its_mirror() {
    let files = fs::read_dir(project("fuzz/fuzz_targets")).unwrap();
    let mut files: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    files.sort();
    assert_eq!(files, targets::ALL.map(|(name, _)| name));
    let manifest = fs::read_to_string(project("fuzz/Cargo.toml")).unwrap();
    for (name, target) in targets::ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
        target(&[]);
    }
}
