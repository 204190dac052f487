//! How fast the street map of an extract is made, how long its pack is, and how much memory that took at the most.
//!
//! `COMMUNAUT_BENCH_FILE` names the extract; without it, the sample's centre of Helsinki.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

use communaut_node::streets::{Made, make};
use std::{path::PathBuf, time::Instant};

/// Kilobytes of memory that this process had at the most; none where the system does not say it.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok()
}

fn main() {
    let sample = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
    let file = std::env::var_os("COMMUNAUT_BENCH_FILE").map_or_else(sample, PathBuf::from);
    let length = std::fs::metadata(&file).unwrap().len();
    let folder = tempfile::tempdir().unwrap();
    let (start, mut read) = (Instant::now(), 0);
    let made = make(&file, folder.path(), &mut |bytes| {
        read = bytes;
        true
    });
    let seconds = start.elapsed().as_secs_f64();
    let Ok(Made::Pack(info)) = made else { unreachable!("{made:?}") };
    println!(
        "{length} bytes, read {:.1} times: {seconds:.2} s, {:.2} MB a second; {} tiles, {} bytes ({:.2} of the file); \
         at most {} MB of memory",
        read as f64 / length as f64,
        length as f64 / 1e6 / seconds,
        info.tiles,
        info.bytes,
        info.bytes as f64 / length as f64,
        peak_kb().map_or_else(|| "?".to_owned(), |kb| (kb / 1000).to_string()),
    );
}
