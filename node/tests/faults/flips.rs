//! One flipped bit, anywhere in a data folder: all is shown, or the damage is said and mended; and a peer that asks
//! meanwhile never ends the node.

use super::{
    node::{Node, Refused, copy, files, until},
    random::Random,
    report::{self, Report},
};
use communaut_protocol::limits::LEAVES_MAX;
use std::{collections::BTreeMap, fs, ops::Range, path::PathBuf, time::Duration};
use tempfile::TempDir;

const SHORT: Range<u64> = 0..12;
const LONG: Range<u64> = 0..400;
/// Places of the folder, of one file.
const ROWS: u64 = 6_000;
/// Fewer, where it is not the long test.
const FEW: u64 = 1_000;
/// In the long test one flip in so many has a peer that asks: it takes over all there is, which is most of the time.
const ASKED: u64 = 4;
/// How long a peer may take to get all, and a node to mend itself.
const ASKING: Duration = Duration::from_secs(240);

struct Whole {
    folder: TempDir,
    data: PathBuf,
    peer: PathBuf,
    rows: usize,
}

fn whole(rows: u64) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::of(folder.path(), "Ada");
    let text: String = (0..rows).map(|row| format!("{row},Lieu {row},43.73{row:04},7.42\n")).collect();
    fs::write(node.path("rows.csv"), format!("id,name,latitude,longitude\n{text}")).unwrap();
    node.must(&["import", "rows.csv"]);
    let peer = Node::of(folder.path(), "Bob");
    Whole { data: node.data(), peer: peer.data(), folder, rows: rows as usize }
}

/// What came of a flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// Everything is shown.
    Shown,
    /// It said that it is damaged, and mended itself.
    Mended,
    /// It refused to start and named what to do; `fsck` mended it.
    Fsck,
    /// Not the store: a secret that cannot be opened, said in one line. A backup has it.
    Vault,
}

/// A file at random, half of the time one of the large ones: each byte of them is as likely.
fn flip(data: &std::path::Path, random: &mut Random) -> String {
    let all: Vec<PathBuf> = files(data).into_iter().filter(|path| path.metadata().unwrap().len() > 0).collect();
    let len = |path: &PathBuf| path.metadata().unwrap().len();
    let path = if random.one_in(3) {
        random.pick(&all).clone()
    } else {
        let mut at = random.below(all.iter().map(len).sum());
        let mut found = all[0].clone();
        for path in &all {
            if at < len(path) {
                found = path.clone();
                break;
            }
            at -= len(path);
        }
        found
    };
    let mut bytes = fs::read(&path).unwrap();
    let (at, bit) = (random.below(bytes.len() as u64) as usize, random.below(8));
    bytes[at] ^= 1 << bit;
    fs::write(&path, bytes).unwrap();
    format!("{} byte {at} bit {bit}", path.strip_prefix(data).unwrap().display())
}

fn said(node: &Node) -> Result<Vec<String>, Refused> {
    let status = node.status()?;
    let troubles = status["store"]["troubles"].as_array().cloned().unwrap_or_default();
    Ok(troubles.iter().map(|trouble| trouble["trouble"].as_str().unwrap_or_default().to_owned()).collect())
}

/// Entries that a node says it lacks since it was mended.
fn missing(node: &Node) -> Result<usize, String> {
    let status = node.status().map_err(|why| why.0)?;
    let troubles = status["store"]["troubles"].as_array().cloned().unwrap_or_default();
    Ok(troubles.iter().filter_map(|trouble| trouble["missing"].as_u64()).sum::<u64>() as usize)
}

fn one(whole: &Whole, number: u64) -> (String, Result<Came, String>) {
    let mut random = Random::new(number);
    let within = tempfile::tempdir_in(whole.folder.path()).unwrap();
    let (mut node, mut peer) = (Node::bare(within.path(), "Ada"), Node::bare(within.path(), "Bob"));
    copy(&whole.data, &node.data());
    copy(&whole.peer, &peer.data());
    let flipped = flip(&node.data(), &mut random);
    let asked = whole.rows as u64 <= FEW || number.is_multiple_of(ASKED);
    let came = look(whole, &mut node, &mut peer, flipped.starts_with("vault"), asked);
    (flipped, came)
}

fn look(whole: &Whole, node: &mut Node, peer: &mut Node, vault: bool, asked: bool) -> Result<Came, String> {
    let mut came = Came::Shown;
    if let Err(why) = node.start(&[]) {
        if vault {
            return Ok(Came::Vault);
        }
        if !why.0.contains("fsck") {
            return Err(format!("it does not start and names nothing to do: {why}"));
        }
        came = Came::Fsck;
        node.ask(&["fsck"]).map_err(|why| format!("fsck: {why}"))?;
        node.start(&[]).map_err(|why| format!("after fsck: {why}"))?;
    }
    // Whoever has nothing asks for all of it.
    let address = node.address().unwrap();
    if asked {
        peer.start(&[&address]).map_err(|why| format!("the peer: {why}"))?;
    }
    let shown = |node: &Node| {
        let told = node.ask(&["search", "--kind", "place", "--limit", "1"]);
        told.ok().and_then(|told| told["total"].as_u64()).unwrap_or_default() as usize
    };
    let troubled = |node: &Node| said(node).is_ok_and(|told| !told.is_empty());
    let all = !asked || until(ASKING, || !node.runs() || shown(peer) == whole.rows || troubled(node));
    if !node.runs() {
        return Err(format!("it ended while a peer asked: {}", node.said()));
    }
    let told = said(node).map_err(|why| why.0)?;
    let here = shown(node);
    if told.iter().any(|trouble| trouble == "damaged" || trouble == "mended" || trouble == "mending") {
        let mended = until(ASKING, || said(node).is_ok_and(|told| !told.iter().any(|word| word != "mended")));
        let told = said(node).map_err(|why| why.0)?;
        if !mended {
            return Err(format!("it said that it is damaged and did not mend itself: {told:?}"));
        }
        came = Came::Mended;
    } else if came == Came::Shown && (here != whole.rows || !all) {
        let there = if asked { shown(peer) } else { 0 };
        return Err(format!("without a word {here} of {} are shown, and a peer got {there}", whole.rows));
    }
    // What is shown no more is told, to the last entry, of which an import fills each with a batch: it lies beside, and
    // others have it.
    let (here, missing) = (shown(node), missing(node)?);
    if here + missing * LEAVES_MAX < whole.rows {
        return Err(format!(
            "after mending {here} of {} are shown, {missing} are said to be missing: {came:?}",
            whole.rows
        ));
    }
    if missing > 0 {
        eprintln!("{missing} of {} are missing, and said to be", whole.rows);
    }
    node.stop().map_err(|why| format!("it does not stop: {why}"))?;
    Ok(came)
}

fn flips(rows: u64, numbers: Range<u64>, name: &str) {
    let numbers = report::seeds().unwrap_or(numbers);
    let whole = whole(rows);
    let (mut report, mut counts, mut wrong) = (Report::new(name), BTreeMap::<Came, u64>::new(), Vec::new());
    for number in numbers.clone() {
        if number % 25 == 0 {
            eprintln!("flip {number}: {counts:?}, {} wrong", wrong.len());
        }
        match one(&whole, number) {
            (_, Ok(came)) => *counts.entry(came).or_default() += 1,
            (flipped, Err(why)) => {
                let line = format!("flip {number} ({flipped}): {why}");
                eprintln!("{line}");
                wrong.push(line);
            }
        }
    }
    report
        .line(format!("flips {}..{} of one bit in a folder of {rows} places: {counts:?}", numbers.start, numbers.end));
    report.line(format!("{} shown in part without a word, not mended, or a node that ended", wrong.len()));
    wrong.iter().for_each(|line| report.line(line.clone()));
    report.end(wrong.is_empty());
}

#[test]
fn a_flipped_bit_is_harmless_or_said_and_mended() {
    flips(FEW, SHORT, "a_flipped_bit_is_harmless_or_said_and_mended");
}

#[test]
#[ignore = "half an hour: four hundred flips"]
fn long_flips() {
    flips(ROWS, LONG, "long_flips");
}
