//! Talking, by the command line on two nodes: posts that are said anew, answered and pinned, rooms and conversations,
//! timelines, drafts.

use crate::support::{Folder, LOOPBACK};
use serde_json::{Value, json};

fn texts(told: &Value, list: &str) -> Vec<String> {
    told[list].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect()
}

fn entry(told: &Value) -> String {
    told["entries"].as_array().unwrap().last().unwrap().as_str().unwrap().to_owned()
}

#[test]
fn two_people_talk() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    let serve = |folder: &Folder, peer: &[&str]| {
        folder.serve(&[&LOOPBACK[..], &["--territory", "43.73,7.42:3"], peer].concat())
    };
    let at_a = serve(&a, &[]);
    let _at_b = serve(&b, &["--peer", at_a.address()]);
    let id = |folder: &Folder| folder.json(&["identity", "show"])["id"].as_str().unwrap().to_owned();
    let (ada, bob) = (id(&a), id(&b));
    let four = a.json(&["publish", "element", "--kind", "place", "--name", "Le four", "--at", "43.7311,7.4197"]);
    let four = four["element"].as_str().unwrap().to_owned();
    let known = |folder: &Folder, person: &str| {
        folder.wait_for(&["search"], "somebody's card", |found| {
            found["hits"].as_array().unwrap().iter().any(|hit| hit["id"] == person)
        });
    };
    known(&a, &bob);
    known(&b, &ada);
    known(&b, &four);

    // On a wall: addressed, said anew, pinned, answered, taken back.
    let told = b.json(&["publish", "post", "Bonjour @Ada et @Zoé", "--on", &four]);
    assert_eq!(told["unaddressed"], json!({ "unknown": ["Zoé"], "several": [] }));
    let post = entry(&told);
    b.json(&["post", "edit", &post[..10], "Bonsoir @Ada"]);
    a.wait_for(&["timeline"], "the post said anew", |told| {
        texts(told, "posts") == ["Bonsoir @Ada"] && told["posts"][0]["mentions"][0]["name"] == "Ada"
    });
    a.json(&["post", "pin", &post]);
    let answer = entry(&a.json(&["publish", "post", "Oui", "--on", &four, "--reply-to", &post]));
    a.json(&["post", "retract", &answer]);
    b.wait_for(&["post", "thread", &post], "the answer at B", |told| {
        let answer = &told["posts"][1];
        (&answer["depth"], &answer["retracted"], &told["posts"][0]["below"]) == (&json!(1), &json!(true), &json!(1))
    });
    let wall = b.wait_for(&["timeline", "--wall", &four, "--unseen"], "the pin at B", |told| {
        texts(told, "pinned") == ["Bonsoir @Ada"]
    });
    assert_eq!(texts(&wall, "posts"), ["Oui", "Bonsoir @Ada"]);
    let text = String::from_utf8(b.run(&["timeline", "--wall", &four]).stdout).unwrap();
    assert!(text.contains("(pinned)") && text.contains("(taken back by its author)"), "{text}");
    assert_eq!(b.json(&["timeline", "--wall", &four, "--new"]), json!({ "posts": 0, "more": false }), "it was seen");
    let one = b.json(&["timeline", "--wall", &four, "--limit", "1"]);
    let next = b.json(&["timeline", "--wall", &four, "--before", one["before"].as_str().unwrap()]);
    assert_eq!(texts(&next, "posts"), ["Bonsoir @Ada"]);

    // In its room.
    let message = entry(&b.json(&["chat", "say", &four, "Qui vient ?"]));
    a.wait_for(&["chat", "rooms"], "the message at A", |told| told["rooms"][0]["unread"] == 1);
    a.json(&["chat", "say", &four, "Moi", "--reply-to", &message[..10]]);
    assert_eq!(texts(&a.json(&["chat", "read", &four]), "messages"), ["Qui vient ?", "Moi"]);
    assert_eq!(a.json(&["chat", "rooms"])["rooms"][0]["unread"], 0);
    assert!(!texts(&a.json(&["posts"]), "posts").contains(&"Moi".to_owned()), "on no wall");

    // To one person alone.
    let direct = entry(&b.json(&["chat", "direct", &ada, "Entre nous"]));
    let is_there = |told: &Value| told["rooms"].as_array().unwrap().iter().any(|room| room["name"] == "Bob");
    let rooms = a.wait_for(&["chat", "rooms", "--direct"], "the conversation at A", is_there);
    let room = format!("direct:{}", &rooms["rooms"][0]["room"]["direct"].as_str().unwrap()[..10]);
    a.json(&["chat", "direct", &bob, "Oui"]);
    b.json(&["chat", "edit", &direct, "Entre nous deux"]);
    a.wait_for(&["chat", "read", &room], "both at A", |told| texts(told, "messages") == ["Entre nous deux", "Oui"]);
    let refused = b.run(&["chat", "retract", &direct]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("erase it"), "{refused:?}");

    // Not heard.
    a.json(&["mute", &bob, "--share"]);
    let told = a.json(&["timeline", "--wall", &four]);
    assert_eq!((texts(&told, "posts"), &told["muted"]), (vec!["Oui".to_owned()], &json!(1)));
    b.wait_for(&["muted", "--of", &ada], "what A says at B", |told| told["muted"][0]["person"] == bob.as_str());
    a.json(&["unmute", &bob]);
    assert_eq!(a.json(&["muted"]), json!({ "muted": [] }));
}

#[test]
fn drafts_and_marks_outlive_the_process() {
    let ada = Folder::of("Ada");
    ada.json(&["draft", "keep", "mur", "Bonj"]);
    let post = ["publish", "post", "Bonjour", "--at", "43.7311,7.4197"];
    ada.json(&post);
    ada.json(&["timeline"]);
    assert_eq!(ada.json(&["timeline", "--new"])["posts"], 0);
    let kept = ada.json(&["draft", "list"]);
    assert_eq!((&kept["drafts"][0]["name"], &kept["drafts"][0]["text"]), (&json!("mur"), &json!("Bonj")));
    let page = ada.json(&["timeline", "--unseen"]);
    assert_eq!(page["read"], page["newest"], "it is remembered");
    ada.json(&["draft", "forget", "mur"]);
    assert_eq!(ada.json(&["draft", "list"]), json!({ "drafts": [] }));
    for (args, says) in [
        (&["draft", "forget", "mur"][..], "no draft is kept as 'mur'"),
        (&["chat", "say", "abcd1234", "x"], "abcd1234"),
        (&["chat", "read", "direct:abcd1234"], "direct:abcd1234"),
        (&["post", "pin", "abcd1234"], "no post 'abcd1234' is held here"),
        (&["timeline", "--wall", "abcd1234"], "abcd1234"),
        (&["mute", "me"], "cannot mute oneself"),
    ] {
        let ran = ada.run(args);
        assert_eq!(ran.status.code(), Some(1), "{args:?}: {ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains(says), "{args:?}: {ran:?}");
    }
    let ran = ada.run(&["timeline", "--before", "yesterday"]);
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
}
