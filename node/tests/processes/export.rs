//! What is held goes out to files, and comes back from them: a selection, a calendar that is kept, all of one's own.

use crate::support::{Folder, LOOPBACK, stop};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const AT: [&str; 2] = ["--at", "43.7311,7.4197"];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn published(folder: &Folder, args: &[&str]) -> String {
    folder.json(&[&["publish"], args, &AT].concat())["element"].as_str().unwrap().to_owned()
}

fn event(folder: &Folder, name: &str, more: &[&str]) -> String {
    published(
        folder,
        &[&["event", "--name", name, "--start", "2027-06-21T18:00", "--end", "2027-06-21T23:00"], more].concat(),
    )
}

/// What an element says, but for whose it is and when it was written.
fn said(folder: &Folder, words: &str) -> Value {
    let mut hit = folder.json(&["search", words])["hits"][0].clone();
    let fields = hit.as_object_mut().unwrap();
    for own in ["id", "owner", "updated_ms", "provenance", "why", "also", "around", "cell"] {
        fields.remove(own);
    }
    hit
}

#[test]
fn a_selection_goes_out_and_comes_back() {
    let (ada, bob) = (Folder::of("Ada"), Folder::of("Bob"));
    let odd = "=HYPERLINK(\"x\"); \"cité\", 🎉\nשלום";
    published(&ada, &["element", "--kind", "place", "--name", "Lavoir", "--description", odd, "--tag", "eau,a;b"]);
    event(&ada, "Fête", &["--every", "week", "--times", "5"]);
    let table = ada.path("tout.csv");
    let made = ada.json(&["export", text(&table), "--kind", "place,event"]);
    assert_eq!((&made["count"], &made["left"], &made["file"]), (&json!(2), &json!({}), &json!(text(&table))));
    assert_eq!(made["bytes"], fs::metadata(&table).unwrap().len());
    // No cell is computed.
    let cells = fs::read_to_string(&table).unwrap();
    assert!(cells.contains("\"'=HYPERLINK") && !cells.contains("\"=HYPERLINK"), "{cells}");
    for (file, arguments) in [
        ("a.csv", &["Lavoir"][..]),
        ("b.geojson", &["--near", "43.7311,7.4197", "--radius", "1"]),
        ("c.json", &["--format", "communecter"]),
    ] {
        let path = ada.path(file);
        ada.json(&[&["export", text(&path)], arguments].concat());
        let other = Folder::of("Cleo");
        let report = other.json(&["import", text(&path)]);
        assert_eq!(report["skipped_count"].as_u64().unwrap_or(0), report["skipped"].as_array().unwrap().len() as u64);
        assert_eq!(said(&other, "Lavoir"), said(&ada, "Lavoir"), "{file}");
    }
    let calendar = ada.path("fêtes.ics");
    let made = ada.json(&["export", text(&calendar), "--from", "2027-01-01"]);
    assert_eq!(made["count"], 1);
    bob.json(&["import", text(&calendar)]);
    assert_eq!(said(&bob, "Fête"), said(&ada, "Fête"));
    assert_eq!(
        bob.json(&["agenda", "--from", "2027-06-01", "--to", "2027-08-01"])["events"].as_array().unwrap().len(),
        5
    );
    // Read again nothing is new; what was imported goes on as what it was.
    assert_eq!(bob.json(&["import", text(&calendar)])["unchanged"], 1);
    let onward = bob.path("suite.geojson");
    bob.json(&["export", text(&onward), "Fête"]);
    assert!(fs::read_to_string(&onward).unwrap().contains("\"communaut_source\":\"fêtes\""));
    // A name that says no format, a file that is there, a place inside the data folder.
    for (args, why) in [
        (&["export", text(&ada.path("a.json"))][..], "says no format"),
        (&["export", text(&table)], "--replace to write over it"),
        (&["export", text(&ada.data().join("a.csv"))], "in the data folder itself"),
        (&["export", text(&ada.path("none/a.csv"))], "was not written"),
    ] {
        let ran = ada.run(args);
        let told = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.status.code() == Some(1) && told.contains(why) && told.lines().count() == 1, "{args:?}: {told}");
    }
    let cards = ada.path("gens.vcf");
    assert_eq!(ada.json(&["export", text(&cards)])["count"], 1, "her own card");
    assert!(fs::read_to_string(&cards).unwrap().contains("\r\nFN:Ada\r\n"));
}

fn calendars(folder: &Folder) -> PathBuf {
    folder.path("data-calendars")
}

#[test]
fn a_calendar_is_kept_current_beside_the_folder() {
    let ada = Folder::of("Ada");
    event(&ada, "Fête", &[]);
    let kept = ada.json(&["calendar", "keep", "Mes fêtes", "Fête"]);
    let file = calendars(&ada).join("Mes-fêtes.ics");
    assert_eq!((&kept["count"], &kept["file"]), (&json!(1), &json!(text(&file))));
    let first = fs::read(&file).unwrap();
    let summaries = || fs::read_to_string(&file).unwrap().matches("SUMMARY:").count();
    assert_eq!(summaries(), 1);
    let again = ada.run(&["calendar", "keep", "Mes fêtes"]);
    assert!(String::from_utf8(again.stderr).unwrap().contains("--replace"));
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    // Who keeps it again, or starts the node, writes nothing where nothing has changed.
    ada.json(&["calendar", "keep", "Mes fêtes", "Fête", "--replace"]);
    assert_eq!((fs::metadata(&file).unwrap().modified().unwrap(), fs::read(&file).unwrap()), (written, first));
    event(&ada, "Fête des voisins", &[]);
    let node = ada.serve(&LOOPBACK);
    ada.wait_for(&["calendar", "list"], "the new event in the file", |list| {
        assert_eq!(list["calendars"][0]["name"], "Mes fêtes");
        summaries() == 2
    });
    ada.json(&["calendar", "drop", "Mes fêtes"]);
    assert!(!file.exists());
    assert_eq!(ada.json(&["calendar", "list"]), json!({ "calendars": [], "watched": [] }));
    let gone = ada.run(&["calendar", "drop", "Mes fêtes"]);
    assert!(String::from_utf8(gone.stderr).unwrap().contains("no calendar is kept as 'Mes fêtes'"));
    stop(&ada, node);
}

/// What another program writes into a file comes by itself, known by UID.
#[test]
fn a_calendar_file_that_is_watched_comes_again_when_it_changes() {
    let ada = Folder::of("Ada");
    let file = ada.path("flux.ics");
    let event = |uid: &str, version: u8, name: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:{version}\r\nSUMMARY:{name}\r\nGEO:43.7311;7.4197\r\n\
             DTSTART:20270621T160000Z\r\nDTEND:20270621T170000Z\r\n{more}END:VEVENT\r\n"
        )
    };
    let write = |events: &[String]| {
        fs::write(&file, format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.concat())).unwrap();
    };
    write(&[event("1", 0, "Concert", ""), event("2", 0, "Bal", ""), event("3", 0, "Lecture", "")]);
    assert_eq!(ada.json(&["calendar", "watch", text(&file)])["created"], 3);
    assert_eq!(ada.json(&["calendar", "list"])["watched"][0]["name"], "flux");
    let id = |words: &str| ada.json(&["search", words])["hits"][0]["id"].clone();
    let (concert, lecture) = (id("Concert"), id("Lecture"));
    let node = ada.serve(&LOOPBACK);
    // One has another name, one is cancelled, one comes out of another program with a UID of its own.
    write(&[
        event("1", 1, "Concert au port", ""),
        event("2", 1, "Bal", "STATUS:CANCELLED\r\n"),
        event("autre-3", 0, "Lecture", ""),
    ]);
    ada.wait_for(&["search", "Concert au port"], "the new name", |found| found["hits"][0]["name"] == "Concert au port");
    ada.wait_for(&["search", "Bal"], "that it is cancelled", |found| found["total"] == 0);
    assert_eq!((id("Concert"), id("Lecture")), (concert, lecture));
    assert_eq!(ada.json(&["search", "--kind", "event"])["total"], 2);
    ada.json(&["calendar", "unwatch", "flux"]);
    let gone = ada.run(&["calendar", "unwatch", "flux"]);
    assert!(String::from_utf8(gone.stderr).unwrap().contains("no calendar is watched as 'flux'"));
    stop(&ada, node);
}

/// What a node answers of all that its person has.
fn answers(folder: &Folder, ids: &[&str]) -> Vec<Value> {
    let mut all: Vec<Value> = ids.iter().map(|id| folder.json(&["show", id])).collect();
    all.push(folder.json(&["posts"]));
    all.push(folder.json(&["agenda", "--from", "2027-06-01", "--to", "2027-08-01"]));
    for words in ["Fête", "Lavoir", "Cercle", "Voisins"] {
        let mut found = folder.json(&["search", words]);
        // How old what is said is changes while the test runs over midnight.
        found["hits"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(|hit| drop(hit.as_object_mut().unwrap().remove("why")));
        all.push(found);
    }
    all
}

#[test]
fn all_of_ones_own_goes_out_and_an_empty_folder_shows_the_same() {
    let ada = Folder::of("Ada");
    let words = ada.json(&["identity", "phrase"])["words"].clone();
    let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let me = ada.json(&["identity", "show"])["id"].as_str().unwrap().to_owned();
    let place = published(&ada, &["element", "--kind", "place", "--name", "Lavoir"]);
    let fete = event(&ada, "Fête", &["--every", "week", "--times", "5"]);
    let club = published(&ada, &["element", "--kind", "organisation", "--name", "Voisins"]);
    let circle = published(&ada, &["element", "--kind", "organisation", "--closed", "--name", "Cercle"]);
    ada.json(&[&["publish", "post", "Bonjour à tous"][..], &AT].concat());
    ada.json(&["publish", "post", "sur le mur", "--on", &club]);
    ada.json(&["publish", "post", "entre nous <b>", "--on", &circle]);
    ada.json(&["publish", "post", "pour moi seule", "--to", &me]);
    ada.json(&["come", &fete]);
    let asked =
        ada.json(&["propose", "--in", &club, "--title", "Planter ?", "--quorum", "50", "--closes", "2099-07-01"]);
    let asked = asked["entries"][0].as_str().unwrap().to_owned();
    ada.run(&["vote", &asked, "yes"]);
    // Whoever reads such a file back would publish what only members read.
    let table = ada.path("tout.csv");
    let written = ada.json(&["export", text(&table)]);
    assert_eq!(written["left"]["closed"], 1, "{written}");
    assert!(!fs::read_to_string(&table).unwrap().contains("Cercle"));
    let to = ada.path("à moi");
    let made = ada.json(&["export", "--mine", text(&to)]);
    assert_eq!(made["posts"], 4, "{made}");
    let names: BTreeSet<String> =
        fs::read_dir(&to).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    for name in
        ["index.md", "everything.json", "elements.md", "said.md", "elements.geojson", "events.ics", "mine.bundle"]
    {
        assert!(names.contains(name), "{names:?}");
    }
    let month = names.iter().find(|name| name.starts_with("posts-")).unwrap();
    let page = fs::read_to_string(to.join(month)).unwrap();
    for post in ["> Bonjour à tous", "> sur le mur", "> entre nous &lt;b>", "> pour moi seule"] {
        assert!(page.contains(post), "{page}");
    }
    assert!(fs::read_to_string(to.join("index.md")).unwrap().contains(month.as_str()));
    assert!(!fs::read_to_string(to.join("elements.geojson")).unwrap().contains("Cercle"));
    let everything: Value = serde_json::from_slice(&fs::read(to.join("everything.json")).unwrap()).unwrap();
    assert_eq!((&everything["profile"]["name"], everything["posts"].as_array().unwrap().len()), (&json!("Ada"), 4));
    assert_eq!(everything["claims"][0]["said"]["places"], 1);
    assert!(everything["roles"].as_array().unwrap().iter().any(|role| role["name"] == "Cercle"));
    let again = ada.run(&["export", "--mine", text(&to)]);
    assert!(String::from_utf8(again.stderr).unwrap().contains("is there already"));
    // Elsewhere, with nothing but the folder and the phrase.
    let fresh = Folder::bare();
    let node = fresh.serve(&LOOPBACK);
    let read = fresh.json(&["bundle", "read", text(&to.join("mine.bundle"))]);
    assert_eq!((&read["taken"], &read["left"]), (&made["entries"], &json!({})));
    fresh.json_with(&["identity", "recover"], &words.join(" "));
    // What was sealed opens with the keys that came back.
    fresh.wait_for(&["posts"], "all posts", |told| told["posts"].as_array().unwrap().len() == 4);
    let ids = [place.as_str(), &fete, &club, &circle, &me];
    assert_eq!(answers(&fresh, &ids), answers(&ada, &ids));
    stop(&fresh, node);
}
