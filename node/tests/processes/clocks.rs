//! The clock of a machine jumps while its node runs: by a day, by ten years, forwards and back. Real processes under
//! libfaketime, which reads the offset from a file; the monotone clock goes on as it is.

use crate::{
    erasure::serve,
    skip::skip,
    support::{Folder, Running, stop},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

const AT: [&str; 2] = ["--at", "43.7311,7.4197"];

/// The library for programs of several threads, where the package `faketime` puts it.
fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().filter_map(Result::ok).map(|item| item.path());
    let found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|path| path.exists());
    if found.is_none() {
        skip("clocks that jump", "the package 'faketime' is not installed");
    }
    found
}

/// A folder whose programs, all of them, have a clock that can be set.
fn clocked(name: &str, library: &Path) -> Folder {
    let folder = Folder::of(name);
    let offset = folder.path("offset");
    fs::write(&offset, "+0").unwrap();
    folder.with_env(&[
        ("LD_PRELOAD", library.as_os_str()),
        ("FAKETIME_TIMESTAMP_FILE", offset.as_os_str()),
        // The file is read at each look at the clock.
        ("FAKETIME_NO_CACHE", "1".as_ref()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".as_ref()),
        ("DONT_FAKE_MONOTONIC", "1".as_ref()),
        // What the file system says of a file is not moved.
        ("NO_FAKE_STAT", "1".as_ref()),
    ])
}

/// The machine's clock is as far off as this from now on: "+1d", "-10y".
fn jump(folder: &Folder, offset: &str) {
    // In one step: a file that was read half is no offset.
    let new = folder.path("offset.new");
    fs::write(&new, offset).unwrap();
    fs::rename(new, folder.path("offset")).unwrap();
}

fn post(folder: &Folder, text: &str) {
    folder.json(&[&["publish", "post", text][..], &AT].concat());
}

/// Texts of the posts that are shown, the newest first.
fn texts(told: &Value) -> Vec<String> {
    told["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect()
}

fn posts(folder: &Folder) -> Vec<String> {
    texts(&folder.json(&["posts"]))
}

fn entries(folder: &Folder) -> u64 {
    folder.json(&["status"])["store"]["entries"].as_u64().unwrap()
}

/// A list as it is shown once all of it has been written.
fn newest_first(texts: &[String]) -> Vec<String> {
    texts.iter().rev().cloned().collect()
}

#[test]
fn a_clock_that_jumps_under_a_running_node_loses_nothing_and_keeps_the_order() {
    let Some(library) = library() else { return };
    let (a, b) = (clocked("Ada", &library), clocked("Bob", &library));
    let at_a = serve(&a, None);
    let at_b = serve(&b, Some(&at_a));
    let mut written = Vec::new();
    for (number, offset) in ["+0", "-1d", "+0", "+1d", "-1d", "+10y", "-10y", "+0"].into_iter().enumerate() {
        jump(&a, offset);
        let text = format!("mot {number} de {offset}");
        post(&a, &text);
        written.push(text);
        assert_eq!(posts(&a), newest_first(&written), "after the jump to {offset}");
        // What is from days ahead is held elsewhere, and waits there.
        b.wait_for(&["status"], "every entry", |_| entries(&b) == entries(&a));
    }
    // A clock that went back gives no stamps from before: what Bob shows is what was written
    // before the first jump ahead.
    assert_eq!(posts(&b), newest_first(&written[..3]));
    // After its restart the node knows all of it, and goes on.
    stop(&a, at_a);
    assert_eq!(posts(&a), newest_first(&written));
    let at_a = serve(&a, None);
    post(&a, "mot de la fin");
    written.push("mot de la fin".into());
    assert_eq!(posts(&a), newest_first(&written));
    b.json(&["dial", at_a.address()]);
    b.wait_for(&["status"], "every entry", |_| entries(&b) == entries(&a));
    // Elsewhere each is shown when its day has come there, in the same order.
    jump(&b, "+2d");
    b.wait_for(&["posts"], "those of a day ahead", |told| texts(told) == newest_first(&written[..5]));
    jump(&b, "+11y");
    b.wait_for(&["posts"], "all of them", |told| texts(told) == newest_first(&written));
    stop(&b, at_b);
    stop(&a, at_a);
    assert_eq!((posts(&a), posts(&b)), (newest_first(&written), newest_first(&written)));
    for folder in [&a, &b] {
        assert_eq!(folder.json(&["status"])["phase"], "ready");
        assert_eq!(folder.json(&["fsck"])["damaged"], false);
    }
}

/// An organisation of two, and a proposal in it that both know: its id, and both running nodes.
fn a_vote(a: &Folder, b: &Folder) -> (String, String, Running, Running) {
    let at_a = serve(a, None);
    let at_b = serve(b, Some(&at_a));
    let club = a.json(&[&["publish", "element", "--kind", "organisation", "--name", "Les Voisins"][..], &AT].concat());
    let club = club["element"].as_str().unwrap().to_owned();
    b.wait_for(&["search", "voisins"], "the organisation at B", |found| found["total"] == 1);
    a.wait_for(&["search", "Bob"], "Bob at A", |found| found["total"] == 1);
    let bob = b.json(&["identity", "show"])["id"].as_str().unwrap().to_owned();
    a.json(&["role", &club, &bob, "moderator"]);
    b.wait_for(&["members", &club], "Bob's role at B", |told| told["members"].as_array().unwrap().len() == 2);
    let asked = ["propose", "--in", &club, "--title", "Un composteur ?", "--quorum", "50", "--closes", "2040-01-01"];
    let proposal = a.json(&asked)["entries"][0].as_str().unwrap().to_owned();
    b.wait_for(&["show", &club], "the proposal at B", |shown| shown["proposals"][0] == proposal.as_str());
    (club, proposal, at_a, at_b)
}

fn tally(told: &Value) -> [u64; 4] {
    ["yes", "no", "blank", "electorate"].map(|what| told["tally"][what].as_u64().unwrap())
}

#[test]
fn ballots_count_once_and_a_vote_closes_while_clocks_jump_back() {
    let Some(library) = library() else { return };
    let (a, b) = (clocked("Ada", &library), clocked("Bob", &library));
    let (_club, proposal, at_a, at_b) = a_vote(&a, &b);
    let proposal = proposal.as_str();
    a.json(&["vote", proposal, "yes"]);
    b.wait_for(&["proposal", proposal], "Ada's ballot at B", |told| tally(told) == [1, 0, 0, 2]);
    // Bob says no, his clock goes back by a day and then by ten years, and he says yes: the last word stands.
    b.json(&["vote", proposal, "no"]);
    for (offset, choice, wanted) in [("-1d", "blank", [1, 0, 1, 2]), ("-10y", "yes", [2, 0, 0, 2])] {
        jump(&b, offset);
        b.json(&["vote", proposal, choice]);
        assert_eq!(tally(&b.json(&["proposal", proposal])), wanted, "{offset}");
        a.wait_for(&["proposal", proposal], "Bob's ballot at A", |told| tally(told) == wanted);
    }
    // Ada changes her mind after hers went back.
    jump(&a, "-1d");
    a.json(&["vote", proposal, "no"]);
    b.wait_for(&["proposal", proposal], "Ada's other ballot at B", |told| tally(told) == [1, 1, 0, 2]);
    jump(&a, "-10y");
    a.json(&["vote", proposal, "yes"]);
    let closed = a.json(&["close", proposal]);
    assert_eq!((closed["status"].as_str(), tally(&closed)), (Some("accepted"), [2, 0, 0, 2]));
    b.wait_for(&["proposal", proposal], "the close at B", |told| told["status"] == "accepted");
    assert_eq!(tally(&b.json(&["proposal", proposal])), [2, 0, 0, 2]);
    assert!(!b.run(&["vote", proposal, "no"]).status.success(), "it is closed");
    stop(&b, at_b);
    stop(&a, at_a);
    for folder in [&a, &b] {
        let told = folder.json(&["proposal", proposal]);
        assert_eq!((told["status"].as_str(), tally(&told)), (Some("accepted"), [2, 0, 0, 2]));
    }
}

#[test]
fn a_ballot_from_a_day_ahead_counts_once_when_its_day_comes() {
    let Some(library) = library() else { return };
    let (a, b) = (clocked("Ada", &library), clocked("Bob", &library));
    let (_club, proposal, at_a, at_b) = a_vote(&a, &b);
    let proposal = proposal.as_str();
    jump(&b, "+1d");
    b.json(&["vote", proposal, "yes"]);
    jump(&b, "+0");
    a.json(&["vote", proposal, "yes"]);
    a.wait_for(&["status"], "Bob's ballot in A's store", |_| entries(&a) == entries(&b));
    assert_eq!(tally(&a.json(&["proposal", proposal])), [1, 0, 0, 2], "it waits at A");
    jump(&a, "+1d");
    a.wait_for(&["proposal", proposal], "Bob's ballot", |told| tally(told) == [2, 0, 0, 2]);
    let closed = a.json(&["close", proposal]);
    assert_eq!((closed["status"].as_str(), tally(&closed)), (Some("accepted"), [2, 0, 0, 2]));
    // What Ada has written since is from a day ahead for Bob: the vote closes for him when he is there.
    jump(&b, "+1d");
    b.wait_for(&["proposal", proposal], "the close at B", |told| told["status"] == "accepted");
    assert_eq!(tally(&b.json(&["proposal", proposal])), [2, 0, 0, 2]);
    stop(&b, at_b);
    stop(&a, at_a);
}

#[test]
fn what_a_moderator_hides_can_be_taken_back_though_the_clock_has_jumped() {
    let Some(library) = library() else { return };
    // Each with one that is an hour and more ahead of it.
    for (offset, later) in [("-10y", "-9y"), ("-1d", "-22h"), ("+1d", "+26h"), ("+10y", "+11y")] {
        let (a, b) = (clocked("Ada", &library), clocked("Bob", &library));
        let (club, _, at_a, at_b) = a_vote(&a, &b);
        let text = "Xylophage quincaillerie zinzolin";
        let hidden = a.json(&["publish", "post", text, "--on", &club])["entries"][0].as_str().unwrap().to_owned();
        let wall = |folder: &Folder| folder.json(&["show", &club])["wall"].as_array().unwrap().len();
        b.wait_for(&["show", &club], "the post at B", |_| wall(&b) == 1);
        b.json(&["erase", &hidden, "--reason", "hors sujet"]);
        a.wait_for(&["show", &club], "the post hidden at A", |_| wall(&a) == 0);
        // Both clocks are wrong, and each node has looked for what is due: in the same step in which it shows what has
        // waited for its day.
        for (folder, other, offset) in [(&b, &a, offset), (&a, &b, later)] {
            jump(folder, offset);
            post(folder, &format!("un mot à {offset}"));
            jump(other, offset);
            other.wait_for(&["posts"], "what waited", |told| texts(told).iter().any(|text| text.ends_with(offset)));
        }
        for folder in [&a, &b] {
            jump(folder, "+0");
        }
        stop(&b, at_b);
        stop(&a, at_a);
        for folder in [&a, &b] {
            let bytes = crate::support::holding(&folder.data(), text);
            assert!(!bytes.is_empty(), "{offset}: nothing is for good before its week is over");
        }
        let at_a = serve(&a, None);
        a.json(&["void", &hidden]);
        assert_eq!(wall(&a), 1, "{offset}");
        stop(&a, at_a);
    }
}
