//! How opening hours that were typed were understood: told with the reply.

use super::text::line;
use crate::import::{TypedHours, typed_hours};
use serde_json::{Value, json};

/// Hours that were typed, and what they come to.
#[derive(Debug, Clone)]
pub struct HoursSaid {
    text: String,
    read: TypedHours,
}

impl HoursSaid {
    /// Of a text.
    pub fn of(text: String) -> Self {
        Self { read: typed_hours(&text), text }
    }

    /// What is written of them.
    pub fn written(&self) -> &str {
        match &self.read {
            TypedHours::Understood(hours) => hours,
            TypedHours::Same | TypedHours::Words => &self.text,
        }
    }

    /// One line at most, for people.
    pub fn told(&self) -> String {
        match &self.read {
            TypedHours::Same => String::new(),
            TypedHours::Understood(hours) => format!("opening hours, as they were understood: {}\n", line(hours)),
            TypedHours::Words => format!(
                "opening hours that are not understood, and stay words: '{}'; they are found by no \"open now\"\n",
                line(&self.text)
            ),
        }
    }

    /// For programs; none: there is nothing to tell.
    pub fn json(&self) -> Option<Value> {
        let (understood, written) = match &self.read {
            TypedHours::Same => return None,
            TypedHours::Understood(hours) => (true, hours),
            TypedHours::Words => (false, &self.text),
        };
        Some(json!({ "written": written, "understood": understood }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_told_as_it_was_understood() {
        let of = |text: &str| HoursSaid::of(text.to_owned());
        let said = of("du lundi au vendredi de 9h à 12h et de 14h à 18h");
        assert_eq!(said.written(), "Mo-Fr 09:00-12:00,14:00-18:00");
        assert!(said.told().contains("Mo-Fr 09:00-12:00,14:00-18:00"));
        let words = of("quand il fait beau");
        assert_eq!((words.written(), words.told().contains("not understood")), ("quand il fait beau", true));
        let same = of("Mo-Fr 09:00-12:00");
        assert_eq!((same.told(), same.json()), (String::new(), None));
    }
}
