#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{DRAFTS_MAX, Draft, Drafts, KeepDraft};
use crate::{
    daemon::desk::Desk,
    modules::{Command, Outcome},
};

fn keep(desk: &mut Desk, name: &str, text: &str) -> Result<Outcome, crate::failure::Failure> {
    let draft = Draft { name: name.into(), text: text.into(), ..Draft::default() };
    desk.ask(Command::KeepDraft(KeepDraft { draft }))
}

fn kept(desk: &mut Desk) -> Vec<(String, String)> {
    let Outcome::Drafts(all) = desk.ask(Command::Drafts(Drafts)).unwrap() else { panic!("drafts") };
    all.into_iter().map(|draft| (draft.name, draft.text)).collect()
}

#[test]
fn drafts_are_kept_replaced_forgotten_and_bounded() {
    let mut ada = Desk::of("Ada");
    keep(&mut ada, " wall\u{202e} ", "Bonj").unwrap();
    keep(&mut ada, "wall", "Bonjour").unwrap();
    assert_eq!(kept(&mut ada), [("wall".to_owned(), "Bonjour".to_owned())], "in the place of what was kept");
    keep(&mut ada, "wall", "").unwrap();
    assert!(kept(&mut ada).is_empty(), "without words it is kept no longer");
    for number in 0..DRAFTS_MAX {
        keep(&mut ada, &format!("draft {number}"), "x").unwrap();
    }
    assert!(keep(&mut ada, "one more", "x").is_err_and(|why| why.message.contains("drafts are kept already")));
    keep(&mut ada, "draft 0", "y").unwrap();
    assert!(keep(&mut ada, "", "x").is_err() && keep(&mut ada, "long", &"x".repeat(16_001)).is_err());
}
