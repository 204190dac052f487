//! SPEC.md and the code that makes bytes change together: SPEC.md ends with a line that holds the hash of that code and
//! of its own text. Who changes one without the other is told.

use crate::{root, tracked};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;

/// What decides over bytes: entries, their encoding, the messages and digests of replication.
const WIRE: [&str; 17] = [
    "protocol/src/clock.rs",
    "protocol/src/codec/mod.rs",
    "protocol/src/codec/canonical.rs",
    "protocol/src/entry/",
    "protocol/src/geo.rs",
    "protocol/src/ids.rs",
    "protocol/src/invite.rs",
    "protocol/src/limits.rs",
    "protocol/src/log/",
    "protocol/src/op/",
    "protocol/src/pairing.rs",
    "protocol/src/private/",
    "protocol/src/recovery/",
    "protocol/src/replication/message.rs",
    "protocol/src/replication/range.rs",
    "protocol/src/scope.rs",
    "node/src/net/codec.rs",
];
/// The line begins so.
const SEAL: &str = "Sealed with the code: ";
/// Said by who knows that no byte and no rule has changed (a name, a comment of a test, another way to the same).
const SAME_BYTES: &str = "SAME_BYTES";

/// A source without comments and white space.
fn tokens(text: &str) -> String {
    let mut out = String::new();
    write(text.parse().unwrap(), &mut out);
    out
}

fn write(stream: TokenStream, out: &mut String) {
    let mut rest = stream.into_iter().peekable();
    while let Some(tree) = rest.next() {
        let hash = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#');
        // What is written for people: `#[doc = "…"]`, `#![doc = "…"]`.
        if hash {
            rest.next_if(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!'));
            if rest.next_if(is_doc).is_some() {
                continue;
            }
        }
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                out.push_str(close);
            }
            // A comma before a closing bracket comes and goes with the line's length.
            TokenTree::Punct(punct) if punct.as_char() == ',' && rest.peek().is_none() => {}
            other => {
                out.push_str(&other.to_string());
                out.push(' ');
            }
        }
    }
}

fn is_doc(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else { return false };
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

fn hash(text: &str) -> String {
    communaut_protocol::entry::hash(text.as_bytes()).to_string()[..32].to_owned()
}

fn code() -> String {
    let files: Vec<String> = tracked()
        .into_iter()
        .filter(|name| {
            name.ends_with(".rs")
                && WIRE.iter().any(|wire| name == wire || wire.ends_with('/') && name.starts_with(wire))
        })
        .collect();
    for wire in WIRE {
        assert!(files.iter().any(|name| name.starts_with(wire)), "{wire} is not there");
    }
    let sources =
        files.iter().map(|name| format!("{name}\n{}\n", tokens(&fs::read_to_string(root().join(name)).unwrap())));
    hash(&sources.collect::<String>())
}

/// The text of SPEC.md without its seal, and the hashes that the seal holds: of the code, of the text.
fn read(spec: &str) -> (String, Option<(String, String)>) {
    let (seals, text): (Vec<&str>, Vec<&str>) = spec.lines().partition(|line| line.starts_with(SEAL));
    let held = seals.last().and_then(|line| {
        let (code, text) = line.strip_prefix(SEAL)?.split_once(' ')?;
        Some((code.to_owned(), text.to_owned()))
    });
    (text.join("\n").trim_end().to_owned(), held)
}

/// What is wrong, if anything.
fn complaint(code: &str, text: &str, held: Option<&(String, String)>) -> Option<&'static str> {
    match held {
        None => Some("SPEC.md has no seal"),
        Some((sealed, said)) if sealed != code && said == text => Some(
            "code that makes bytes has changed and SPEC.md has not: read the text again, and mend it where it is not \
             true any more",
        ),
        Some((sealed, said)) if sealed != code || said != text => Some("SPEC.md has changed since it was sealed"),
        Some(_) => None,
    }
}

const HOW: &str = "then: cargo test -p communaut-tests --test architecture -- --ignored seal (with SAME_BYTES=1 if \
                   truly no byte and no rule has changed)";

#[test]
fn code_that_makes_bytes_and_the_specification_change_together() {
    let (text, held) = read(&fs::read_to_string(root().join("SPEC.md")).unwrap());
    let found = complaint(&code(), &hash(&text), held.as_ref());
    assert!(found.is_none(), "{}; {HOW}", found.unwrap_or_default());

    let seal = |code: &str, text: &str| Some((code.to_owned(), text.to_owned()));
    assert!(complaint("a", "b", seal("a", "b").as_ref()).is_none());
    assert!(complaint("a2", "b", seal("a", "b").as_ref()).is_some_and(|why| why.contains("SPEC.md has not")));
    assert!(complaint("a2", "b2", seal("a", "b").as_ref()).is_some());
    assert!(complaint("a", "b2", seal("a", "b").as_ref()).is_some());
    assert!(complaint("a", "b", None).is_some());
    // Comments and layout are nobody's bytes; a number is.
    let one = tokens("/// Says why.\npub const A: u8 = 1; // so\nfn f(a: u8,) {}");
    assert_eq!(one, tokens("//! Other words.\npub const A: u8\n    = 1;\nfn f(a: u8) {}"));
    assert_ne!(one, tokens("pub const A: u8 = 2;\nfn f(a: u8) {}"));
}

#[test]
#[ignore = "writes the seal of SPEC.md: run it on purpose, after reading the text again"]
fn seal() {
    let path = root().join("SPEC.md");
    let (text, held) = read(&fs::read_to_string(&path).unwrap());
    let (code, said) = (code(), hash(&text));
    let unread = held.is_some_and(|(sealed, before)| sealed != code && before == said);
    assert!(!unread || std::env::var_os(SAME_BYTES).is_some(), "the code has changed and the text has not; {HOW}");
    fs::write(path, format!("{text}\n\n{SEAL}{code} {said}\n")).unwrap();
}
