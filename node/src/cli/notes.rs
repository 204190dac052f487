//! What is told beside an answer: how a name, hours or coordinates were understood.

use super::{hours::HoursSaid, place, swapped::Swapped, text::line};
use crate::modules::{places::PlaceFound, post::Mentioned};
use serde_json::{Value, json};

/// One thing that is told beside an answer.
#[derive(Debug)]
pub(super) enum Note {
    /// The place that a name was taken for.
    Meant(Box<PlaceFound>),
    /// Opening hours that were typed.
    Hours(HoursSaid),
    /// Coordinates that are likelier meant the other way around.
    Swapped(Swapped),
    /// Names behind an "@" that address nobody.
    Unaddressed(Mentioned),
}

impl Note {
    /// A few lines at most, for people; empty: there is nothing to tell.
    pub fn told(&self) -> String {
        match self {
            Self::Meant(found) => place::told(found),
            Self::Hours(said) => said.told(),
            Self::Swapped(swapped) => swapped.told(),
            Self::Unaddressed(said) => unaddressed(said),
        }
    }

    /// A reply's JSON with it; as it is if it is no object, has the like already, or there is nothing to tell.
    pub fn with_json(&self, reply: String) -> String {
        let said = match self {
            Self::Meant(found) => Some(("place", place::value(found))),
            Self::Hours(said) => said.json().map(|hours| ("opening_hours", hours)),
            Self::Swapped(swapped) => Some(("swapped", swapped.json())),
            Self::Unaddressed(said) => {
                let several = said.several.iter().map(|(name, ids)| json!({ "name": name, "ids": ids }));
                Some(("unaddressed", json!({ "unknown": said.unknown, "several": several.collect::<Vec<_>>() })))
            }
        };
        match (said, serde_json::from_str(&reply)) {
            (Some((key, value)), Ok(Value::Object(mut fields))) if !fields.contains_key(key) => {
                fields.insert(key.into(), value);
                Value::Object(fields).to_string()
            }
            _ => reply,
        }
    }
}

fn unaddressed(said: &Mentioned) -> String {
    let unknown = said.unknown.iter().map(|name| format!("nobody called '{}' is known here\n", line(name)));
    let several = said.several.iter().map(|(name, ids)| {
        format!("several are called '{}': say who by @ and the beginning of an id ({})\n", line(name), ids.join(", "))
    });
    unknown.chain(several).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_beside_an_answer_and_hide_nothing_of_it() {
        let hours = |text: &str| Note::Hours(HoursSaid::of(text.to_owned()));
        let both = [hours("9h-12h"), hours("quand il fait beau")];
        let told = |reply: &str| both.iter().fold(reply.to_owned(), |reply, note| note.with_json(reply));
        let first = r#"{"element":null,"opening_hours":{"understood":true,"written":"09:00-12:00"}}"#;
        assert_eq!(told(r#"{"element":null}"#), first, "the first of a kind");
        assert_eq!(told(r#"{"opening_hours":1}"#), r#"{"opening_hours":1}"#);
        assert_eq!(told("[1]"), "[1]");
        assert_eq!(hours("Mo-Fr 09:00-12:00").with_json("{}".into()), "{}");
        assert!(hours("quand il fait beau").with_json("{}".into()).contains("\"understood\":false"));
    }
}
