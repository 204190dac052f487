//! What a community does every day: a festival with its concert, rehearsals that change, partners, and who comes.

use super::Folder;
use serde_json::{Value, json};

const AT: [&str; 2] = ["--at", "43.7311,7.4197"];

fn published(folder: &Folder, args: &[&str]) -> String {
    let made = folder.json(&[&["publish"], args].concat());
    made["element"].as_str().unwrap().to_owned()
}

fn days(folder: &Folder, more: &[&str]) -> Vec<(String, String)> {
    let ask = ["agenda", "--zone", "Europe/Paris", "--from", "2031-10-01", "--to", "2031-12-31"];
    let planned = folder.json(&[&ask, more].concat());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = planned["events"].as_array().unwrap().iter();
    all.map(|one| (text(&one["start"])[..16].to_owned(), text(&one["element"]["name"]))).collect()
}

#[test]
fn rehearsals_change_one_by_one_and_from_a_day_on() {
    let ada = Folder::of("Ada");
    let choir = ["event", "--name", "Chorale", "--start", "2031-10-16T18:30", "--end", "2031-10-16T20:00"];
    let weekly = ["--zone", "Europe/Paris", "--every", "week", "--times", "4", "--subkind", "Répétition"];
    let choir = published(&ada, &[&choir[..], &weekly, &AT].concat());
    let edit = ["publish", "event", "--edit", &choir];
    ada.json(&[&edit[..], &["--this", "2031-10-23", "--start", "2031-10-24T19:00"]].concat());
    ada.json(&[&edit[..], &["--this", "2031-10-30", "--cancel"]].concat());
    let at = |day: &str, name: &str| (day.to_owned(), name.to_owned());
    let changed =
        [at("2031-10-16T18:30", "Chorale"), at("2031-10-24T19:00", "Chorale"), at("2031-11-06T18:30", "Chorale")];
    assert_eq!(days(&ada, &[]), changed);
    // On the clocks of its place, and as long as it was.
    let moved = ada.json(&["agenda", "--zone", "Europe/Paris", "--from", "2031-10-24", "--to", "2031-10-25"]);
    assert!(moved["events"][0]["end"].as_str().is_some_and(|end| end.starts_with("2031-10-24T20:30")), "{moved}");
    let shown = ada.json(&["show", &choir]);
    assert_eq!((&shown["element"]["subkind"], &shown["changed_count"]), (&json!("rehearsal"), &json!(2)));
    assert_eq!((&shown["changed"][1]["day"], &shown["changed"][1]["cancelled"]), (&json!("2031-10-30"), &json!(true)));
    let text = ada.text(&["show", &choir]);
    assert!(text.contains("event, rehearsal") && text.contains("2031-10-30") && text.contains("cancelled"), "{text}");

    let (code, line) = ada.refusal(&[&edit[..], &["--this", "2031-10-31", "--cancel"]].concat());
    assert!(code == "invalid" && line.contains("2031-10-31"), "{line}");
    ada.json(&[&edit[..], &["--this", "2031-10-30", "--as-series"]].concat());
    ada.json(&[&edit[..], &["--following", "2031-11-06", "--name", "Chœur"]].concat());
    assert_eq!(days(&ada, &[])[2..], [at("2031-10-30T18:30", "Chorale"), at("2031-11-06T18:30", "Chœur")]);

    // One comes to one time, is reminded of it, and hears what else there is then.
    ada.json(&["come", &choir, "--on", "2031-10-16", "--places", "2"]);
    assert_eq!(days(&ada, &["--mine"]), [at("2031-10-16T18:30", "Chorale")]);
    let ball = ["event", "--name", "Bal", "--start", "2031-10-16T19:00", "--zone", "Europe/Paris"];
    let ball = published(&ada, &[&ball[..], &AT].concat());
    let came = ada.json(&["come", &ball]);
    assert_eq!(came["conflicts"][0]["element"]["name"], "Chorale");
    assert!(ada.text(&["come", &ball, "--places", "3"]).contains("at the same time you go to"));
    let (code, _) = ada.refusal(&["come", &choir, "--on", "2031-10-23"]);
    assert_eq!(code, "invalid", "something else takes its place");
    ada.json(&["remind", &choir, "--on", "2031-10-16", "--before", "1d"]);
    let told = ada.json(&["reminders"]);
    assert_eq!((&told["due"], &told["coming"][0]["name"]), (&json!([]), &json!("Chorale")));
    ada.json(&["come", &ball, "--guest", "Mamie Jo"]);
    assert!(ada.text(&["claims", &ball]).contains("Mamie Jo (guest of Ada)"));
}

#[test]
fn a_festival_has_its_concert_and_its_partners() {
    let ada = Folder::of("Ada");
    let festival =
        ["event", "--name", "Festival", "--start", "2031-10-16", "--end", "2031-10-18", "--zone", "Europe/Paris"];
    let festival =
        published(&ada, &[&festival[..], &AT, &["--language", "fr,it", "--contact", "Fédivers=@f@x.example"]].concat());
    let concert = ["event", "--name", "Concert", "--under", &festival, "--start", "2031-10-17T20:00"];
    let concert = published(&ada, &concert);
    let club = ["element", "--kind", "organisation", "--name", "Club", "--subkind", "NGO"];
    let club = published(&ada, &[&club[..], &AT].concat());
    ada.json(&["link", &club, &festival, "partner", "--role", "Financeur"]);
    let links = ada.json(&["links", &club]);
    let link = &links["from"][0];
    assert_eq!(
        (&link["name"], &link["role"], &link["state"]),
        (&json!("Festival"), &json!("funder"), &json!("accepted"))
    );
    let text = ada.text(&["links", &festival]);
    assert!(text.contains("partner  funder  accepted  Club"), "{text}");
    let shown = ada.json(&["show", &festival]);
    assert_eq!(shown["parts"][0]["id"], json!(concert));
    assert_eq!(shown["element"]["languages"], json!(["fr", "it"]));
    assert_eq!(shown["element"]["contacts"], json!([{ "kind": "fediverse", "value": "@f@x.example" }]));
    assert!(ada.text(&["show", &club]).contains("organisation, association"));
    let agenda = ada.text(&["agenda", "--from", "2031-10-17", "--to", "2031-10-17"]);
    assert!(agenda.contains("Concert (Festival)"), "{agenda}");
    let words = ada.json(&["vocabulary", "stage"]);
    assert!(words["words"].as_array().unwrap().iter().any(|word| word["slug"] == "idea" && word["german"] == "Idee"));
    let (_, line) = ada.refusal(&["publish", "element", "--edit", &club, "--contact", "nothing"]);
    assert!(line.contains("KIND=VALUE"), "{line}");
}
