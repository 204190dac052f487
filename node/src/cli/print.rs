//! What a reply is on the standard output: a text for people, or one line of JSON for scripts.

use crate::{
    failure::Failure,
    modules::{Done, Written},
};
use serde_json::{Value, json};

/// A reply as the command line prints it.
pub(crate) trait Prints {
    /// For people, ending with a line break.
    fn text(&self) -> String;
    /// For scripts. Stable: they depend on the names.
    fn json(&self) -> Value;
    /// The same in one line.
    fn line(&self) -> String {
        self.json().to_string()
    }
    /// Why only a part of it was done.
    fn broke_off(&self) -> Option<Failure> {
        None
    }
}

impl Prints for Done {
    fn text(&self) -> String {
        "done\n".to_owned()
    }
    fn json(&self) -> Value {
        json!({ "done": true })
    }
}

impl Prints for Written {
    fn text(&self) -> String {
        match (self.entries.last(), self.element) {
            (None, _) => "nothing to change\n".to_owned(),
            (Some(_), Some(element)) => format!("element {element}\n"),
            (Some(entry), None) => format!("entry {entry}\n"),
        }
    }
    fn json(&self) -> Value {
        json!(self)
    }
}

/// What was written, by what it is called: not an element, but something on one.
pub(crate) struct Wrote {
    what: &'static str,
    written: Written,
}

impl Wrote {
    /// A post, say.
    pub(crate) fn a(what: &'static str, written: Written) -> Self {
        Self { what, written }
    }
}

impl Prints for Wrote {
    fn text(&self) -> String {
        match self.written.entries.last() {
            None => "nothing to change\n".to_owned(),
            Some(entry) => format!("{} {entry}\n", self.what),
        }
    }
    fn json(&self) -> Value {
        self.written.json()
    }
}
