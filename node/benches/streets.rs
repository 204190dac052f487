//! How fast the street map of an extract is made, how long its pack is, and how much memory that took at the most.
//!
//! `COMMUNAUT_BENCH_FILE` names the extract; without it, the sample's centre of Helsinki. `COMMUNAUT_BENCH_MB` has the
//! extract written so many times side by side, under other ids, until the file is so long.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

#[path = "../src/import/osm/tests/pbf.rs"]
mod pbf;

use communaut_node::streets::{Made, make};
use osmpbf::{Element, ElementReader, RelMemberType};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    time::Instant,
};

/// Objects of one block, as usual.
const BLOCK: usize = 8_000;
/// From one copy to the next: above all ids of OpenStreetMap.
const NEXT_IDS: i64 = 100_000_000_000;
/// 1e-7 degree from one copy to the next: more than a small country.
const NEXT: i64 = 600_000;
/// Copies in a row from west to east.
const ROW: i64 = 16;

/// Kilobytes of memory that this process had at the most; none where the system does not say it.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok()
}

type OwnTags = Vec<(String, String)>;

/// What a file has.
#[derive(Default)]
struct Objects {
    nodes: Vec<(i64, i64, i64, OwnTags)>,
    ways: Vec<(i64, Vec<i64>, OwnTags)>,
    relations: Vec<(i64, Vec<i64>, OwnTags)>,
}

fn read(file: &Path) -> Objects {
    let mut all = Objects::default();
    let own = |tags: &mut dyn Iterator<Item = (&str, &str)>| -> OwnTags {
        tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let take = |element: Element<'_>| match element {
        Element::DenseNode(node) => {
            let (lat, lon) = (node.decimicro_lat().into(), node.decimicro_lon().into());
            all.nodes.push((node.id(), lat, lon, own(&mut node.tags())));
        }
        Element::Node(node) => {
            let (lat, lon) = (node.decimicro_lat().into(), node.decimicro_lon().into());
            all.nodes.push((node.id(), lat, lon, own(&mut node.tags())));
        }
        Element::Way(way) => all.ways.push((way.id(), way.refs().collect(), own(&mut way.tags()))),
        Element::Relation(relation) => {
            let ways = relation.members().filter(|member| member.member_type == RelMemberType::Way);
            let ways = ways.map(|member| member.member_id).collect();
            all.relations.push((relation.id(), ways, own(&mut relation.tags())));
        }
    };
    ElementReader::from_path(file).unwrap().for_each(take).unwrap();
    all
}

fn packed(out: &mut impl Write, message: &[u8]) {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(message).unwrap();
    let mut content = Vec::new();
    pbf::number(&mut content, 2, message.len() as u64);
    pbf::bytes(&mut content, 3, &zlib.finish().unwrap());
    out.write_all(&pbf::blob_of_size("OSMData", &content, content.len() as u64)).unwrap();
}

fn borrowed(tags: &OwnTags) -> Vec<(&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// Write a file so often that it becomes so long.
fn repeat(file: &Path, to: &Path, bytes: u64) {
    let all = read(file);
    let copies = i64::try_from(bytes.div_ceil(std::fs::metadata(file).unwrap().len())).unwrap();
    let mut out = BufWriter::new(File::create(to).unwrap());
    out.write_all(&pbf::header("DenseNodes")).unwrap();
    for copy in 0..copies {
        let (east, north) = (copy % ROW * NEXT, copy / ROW * NEXT);
        for chunk in all.nodes.chunks(BLOCK) {
            let tags: Vec<_> = chunk.iter().map(|node| borrowed(&node.3)).collect();
            let moved = chunk.iter().zip(&tags);
            let moved = moved.map(|((id, lat, lon, _), tags)| (id + copy * NEXT_IDS, lat + north, lon + east, &**tags));
            packed(&mut out, &pbf::nodes_message(&moved.collect::<Vec<_>>()));
        }
    }
    for (field, things) in [(3, &all.ways), (4, &all.relations)] {
        for copy in 0..copies {
            for chunk in things.chunks(BLOCK) {
                let tags: Vec<_> = chunk.iter().map(|thing| borrowed(&thing.2)).collect();
                let ids = |ids: &Vec<i64>| ids.iter().map(|id| id + copy * NEXT_IDS).collect::<Vec<_>>();
                let refs: Vec<_> = chunk.iter().map(|thing| ids(&thing.1)).collect();
                let moved = chunk.iter().zip(&refs).zip(&tags);
                let moved = moved.map(|((thing, refs), tags)| (thing.0 + copy * NEXT_IDS, &**refs, &**tags));
                packed(&mut out, &pbf::things_message(field, &moved.collect::<Vec<_>>()));
            }
        }
    }
    out.flush().unwrap();
}

fn main() {
    let sample = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
    let mut file = std::env::var_os("COMMUNAUT_BENCH_FILE").map_or_else(sample, PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    if let Some(megabytes) = std::env::var_os("COMMUNAUT_BENCH_MB") {
        let megabytes: u64 = megabytes.to_str().unwrap().parse().unwrap();
        let large = folder.path().join("large.osm.pbf");
        // In a process of its own, so that this one's memory is that of the map alone.
        if std::env::args().nth(1).as_deref() == Some("--repeat") {
            return repeat(&file, Path::new(&std::env::args().nth(2).unwrap()), megabytes * 1_000_000);
        }
        let own = std::env::current_exe().unwrap();
        assert!(std::process::Command::new(own).arg("--repeat").arg(&large).status().unwrap().success());
        file = large;
    }
    let length = std::fs::metadata(&file).unwrap().len();
    let (start, mut read) = (Instant::now(), 0);
    let made = make(&file, &folder.path().join("streets"), &mut |bytes| {
        read = bytes;
        true
    });
    let seconds = start.elapsed().as_secs_f64();
    let Ok(Made::Pack(info)) = made else { unreachable!("{made:?}") };
    println!(
        "{length} bytes, read {:.1} times: {seconds:.2} s, {:.2} MB a second; {} tiles, {} outlines, {} bytes ({:.2} of \
         the file); at most {} MB of memory",
        read as f64 / length as f64,
        length as f64 / 1e6 / seconds,
        info.tiles,
        info.boundaries,
        info.bytes,
        info.bytes as f64 / length as f64,
        peak_kb().map_or_else(|| "?".to_owned(), |kb| (kb / 1000).to_string()),
    );
}
