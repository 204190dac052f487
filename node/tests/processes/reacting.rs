//! Reactions, by the command line on two nodes.

use crate::support::{Folder, LOOPBACK};
use serde_json::json;

#[test]
fn a_reaction_travels_is_counted_and_is_withdrawn() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    let serve = |folder: &Folder, peer: &[&str]| {
        folder.serve(&[&LOOPBACK[..], &["--territory", "43.73,7.42:3"], peer].concat())
    };
    let at_a = serve(&a, &[]);
    let _at_b = serve(&b, &["--peer", at_a.address()]);
    let posted = a.json(&["publish", "post", "Un banc de plus ?", "--at", "43.7311,7.4197"]);
    let post = posted["entries"][0].as_str().unwrap().to_owned();
    b.wait_for(&["posts"], "the post at B", |told| told["posts"].as_array().unwrap().len() == 1);

    b.json(&["react", &post[..10], "agree"]);
    assert_eq!(b.json(&["react", &post, "agree"])["entries"], json!([]), "the same again says nothing new");
    a.json(&["react", &post, "thanks"]);
    let both = |told: &serde_json::Value| told["posts"][0]["reactions"]["counts"] == json!({"agree": 1, "thanks": 1});
    let told = a.wait_for(&["posts"], "both reactions at A", both);
    let people = told["posts"][0]["reactions"]["people"].as_array().unwrap();
    let said: Vec<(&str, &str)> =
        people.iter().map(|one| (one["name"].as_str().unwrap(), one["what"].as_str().unwrap())).collect();
    assert!(said.contains(&("Bob", "agree")) && said.contains(&("Ada", "thanks")), "{said:?}");
    let text = String::from_utf8(a.run(&["posts"]).stdout).unwrap();
    assert!(text.contains("thanks 1, agree 1 (") && text.contains("Bob"), "{text}");

    // Another word takes the place of the one before; none withdraws.
    b.json(&["react", &post, "wonder"]);
    a.wait_for(&["posts"], "the changed word at A", |told| {
        told["posts"][0]["reactions"]["counts"] == json!({"thanks": 1, "wonder": 1})
    });
    b.json(&["react", &post, "none"]);
    a.wait_for(&["posts"], "withdrawn at A", |told| told["posts"][0]["reactions"]["counts"] == json!({"thanks": 1}));

    // On a wall, `show` tells.
    let on_wall = b.json(&["publish", "post", "Bienvenue", "--on", "me"])["entries"][0].as_str().unwrap().to_owned();
    b.json(&["react", &on_wall, "support"]);
    let shown = b.json(&["show", "me"]);
    assert_eq!(shown["wall"][0]["reactions"]["counts"], json!({"support": 1}));
    let text = String::from_utf8(b.run(&["show", "me"]).stdout).unwrap();
    assert!(text.contains("support 1 (Bob)"), "{text}");
    let refused = b.run(&["react", "ffff0000", "agree"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no post 'ffff0000' is held here"), "{refused:?}");
}
