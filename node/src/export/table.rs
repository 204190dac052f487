//! CSV, for spreadsheets: no cell is computed, and letters are known for what they are by the mark at the beginning.

use super::ElementOut;
use crate::import::ours::{self, COLUMNS, guarded};
use serde_json::Value;
use std::io::{self, Write};

/// By this a spreadsheet knows that the text is UTF-8.
const MARK_OF_UTF8: &str = "\u{feff}";

pub(super) fn write(all: &[&ElementOut], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(MARK_OF_UTF8.as_bytes())?;
    let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    rows.write_record(COLUMNS)?;
    for one in all {
        let said = ours::properties(&one.record);
        let at = one.degrees();
        let cells = COLUMNS.map(|name| match name {
            // Numbers are no formulas, though they begin with a sign.
            "latitude" => at.map(|(lat, _)| format!("{lat:.7}")).unwrap_or_default(),
            "longitude" => at.map(|(_, lon)| format!("{lon:.7}")).unwrap_or_default(),
            "tags" => guarded(&ours::joined(&one.record.tags)),
            name => match said.get(name) {
                Some(Value::String(text)) => guarded(text),
                Some(other) => guarded(&other.to_string()),
                None => String::new(),
            },
        });
        rows.write_record(cells)?;
    }
    rows.flush()
}
