//! A list of objects in the shape of Communecter's database.

use super::ElementOut;
use crate::import::communecter_object;
use serde_json::Value;
use std::io::{self, Write};

pub(super) fn write(all: &[&ElementOut], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "[")?;
    for (number, one) in all.iter().enumerate() {
        let object = Value::Object(communecter_object(&one.record, one.placed));
        writeln!(out, "{object}{}", if number + 1 < all.len() { "," } else { "" })?;
    }
    writeln!(out, "]")
}
