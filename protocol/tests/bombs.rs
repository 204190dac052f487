//! What hostile bytes cost in memory, counted by the allocator. A binary of its own, with one
//! test: nothing else allocates.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "rules/common.rs"]
mod common;
#[path = "rules/wire.rs"]
mod wire;

use communaut_protocol::{Entry, entry::RawEntry};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use wire::{decode_all, real};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes that all readers together may allocate beside those that they are given.
const BASE: usize = 64 * 1024;
/// For each byte that they are given: some of them copy, encode again and compare.
const EACH: usize = 64;

/// Bytes allocated by something, whether they were given back or not.
fn cost(run: impl FnOnce()) -> usize {
    let region = Region::new(COUNTING);
    run();
    let change = region.change();
    change.bytes_allocated + usize::try_from(change.bytes_reallocated.max(0)).unwrap()
}

/// A length of terabytes wherever a byte string, text, array or map may begin, and the
/// deepest nesting that fits: refused before anything is allocated.
#[test]
fn declared_lengths_and_depth_cost_nothing() {
    let mut worst = (0, String::new());
    let mut check = |bytes: &[u8], what: &dyn Fn() -> String| {
        let cost = cost(|| decode_all(bytes));
        let most = BASE + EACH * bytes.len();
        assert!(cost <= most, "{cost} bytes allocated for {} of {}, at most {most}", bytes.len(), what());
        if cost > worst.0 {
            worst = (cost, what());
        }
    };
    for (kind, bytes) in real().into_iter().enumerate() {
        check(&bytes, &|| format!("real bytes {kind}"));
        for at in 0..bytes.len() {
            for major in 2..=5u8 {
                for length in [u64::MAX, 1 << 62, 1 << 40, 1 << 20, 1 << 16] {
                    let bomb = [&bytes[..at], &[(major << 5) | 27], &length.to_be_bytes()].concat();
                    check(&bomb, &|| format!("kind {kind}, cut at {at}, {length} of major type {major}"));
                    let raw = RawEntry { header: bomb.clone(), payload: Vec::new() };
                    assert!(Entry::verify(raw).is_err());
                    assert!(RawEntry::decode(&bomb).map_or(true, |raw| Entry::verify(raw).is_err()));
                }
            }
        }
    }
    for code in [0x81, 0x9f, 0xa1, 0xbf, 0xc6, 0x5f, 0x7f, 0xd8] {
        for len in [127, 128, 129, 500, 60_000, 120_000, 2_000_000] {
            let bomb = vec![code; len];
            check(&bomb, &|| format!("{len} times {code:#x}"));
        }
    }
    eprintln!("the most: {} bytes, for {}", worst.0, worst.1);
    // What the counter is worth.
    assert!(cost(|| drop(std::hint::black_box(vec![1_u8; 1_000_000]))) >= 1_000_000);
}
