//! The standard output. Whoever reads it may leave: that ends the printing, and nothing else.

use serde_json::{Value, json};
use std::io::{self, ErrorKind, Write};

/// Prints lines, and flushes each, so that a reader gets them as they happen.
pub struct Output {
    json: bool,
    failed: Option<io::Error>,
}

impl Output {
    /// JSON, or text.
    pub fn new(json: bool) -> Self {
        Self { json, failed: None }
    }

    /// Whether JSON was asked for.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Print a text as it is.
    pub fn print(&mut self, text: &str) {
        if self.failed.is_some() {
            return;
        }
        let mut out = io::stdout().lock();
        self.failed = out.write_all(text.as_bytes()).and_then(|()| out.flush()).err();
    }

    /// Print something that happened.
    pub fn event(&mut self, name: &str, mut fields: Value, text: &str) {
        if self.json {
            if let Some(fields) = fields.as_object_mut() {
                fields.insert("event".into(), json!(name));
            }
            self.print(&format!("{fields}\n"));
        } else {
            self.print(&format!("{text}\n"));
        }
    }

    /// What went wrong with the output, a reader that left apart.
    pub fn finish(self) -> Result<(), io::Error> {
        match self.failed {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}
