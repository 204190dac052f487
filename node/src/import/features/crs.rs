//! The "crs" member of a GeoJSON file (of the format's first version, still written by many programs): which system its
//! coordinates are in.

use crate::import::json_split::first_object_end;
use serde_json::Value;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Bytes at the file's start and at its end in which it is looked for: it stands before the features or behind them.
const LOOKED: u64 = 64 * 1024;

/// The name that it gives; none: it gives none. Leaves the file anywhere.
pub(super) fn of_file(file: &mut File) -> io::Result<Option<String>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    file.by_ref().take(LOOKED).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    // A property of a feature may be called so too.
    let before = start.find("\"features\"").and_then(|at| start.get(..at)).unwrap_or(&start);
    if let Some(name) = of_text(before) {
        return Ok(Some(name));
    }
    file.seek(SeekFrom::Start(length.saturating_sub(LOOKED)))?;
    let mut end = Vec::new();
    file.by_ref().take(LOOKED).read_to_end(&mut end)?;
    let end = String::from_utf8_lossy(&end);
    Ok(end.rfind(']').and_then(|at| end.get(at..)).and_then(of_text))
}

fn of_text(text: &str) -> Option<String> {
    let (_, after) = text.split_once("\"crs\"")?;
    let value = after.trim_start().strip_prefix(':')?.trim_start();
    let end = first_object_end(value.as_bytes()).filter(|_| value.starts_with('{'))?;
    let crs: Value = serde_json::from_str(value.get(..end)?).ok()?;
    let properties = crs.get("properties")?;
    match (properties.get("name"), properties.get("code")) {
        (Some(Value::String(name)), _) => Some(name.clone()),
        (_, Some(Value::Number(code))) => Some(format!("EPSG:{code}")),
        (_, Some(Value::String(code))) => Some(format!("EPSG:{code}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_is_found() {
        for (text, name) in [
            (r#"{"type":"x","crs": {"type":"name","properties":{"name":"EPSG:2154"}},"#, Some("EPSG:2154")),
            (r#"],"crs":{"type":"EPSG","properties":{"code":27572}}}"#, Some("EPSG:27572")),
            (r#"],"crs":null}"#, None),
            (r#"],"crs":{"type":"link","properties":{"href":"x"}}}"#, None),
            (r#"],"crs":{"type":"#, None),
            (r#"]}"#, None),
        ] {
            assert_eq!(of_text(text).as_deref(), name, "{text}");
        }
    }
}
