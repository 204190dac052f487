//! Events that this program wrote (`export/calendar.rs`): their words as they stand, and when they take place by all
//! that they say, as long as the lines beside it are those that were written.

use super::lines::Raw;
use crate::{
    content_lines::{unescape, unescape_list},
    import::ours,
    times::when_lines,
};
use communaut_protocol::op::When;
use serde_json::{Map, Value};

/// The property in which stands what calendars do not know.
pub(crate) const OUR_PROPERTY: &str = "X-COMMUNAUT";
/// What says when it takes place.
const TIMES: [&str; 4] = ["DTSTART", "DTEND", "RRULE", "EXDATE"];

/// An event of ours.
pub(super) struct Own {
    pub said: Map<String, Value>,
    /// None: a calendar has changed it.
    pub when: Option<When>,
}

/// What an event says that this program wrote. None: it did not.
pub(super) fn own(raw: &Raw) -> Option<Own> {
    let value = unescape(raw.lines_of(&[OUR_PROPERTY]).next()?.split_once(':')?.1);
    let Ok(Value::Object(mut said)) = serde_json::from_str(&value) else { return None };
    if !ours::is_marked(&said) {
        return None;
    }
    let of = |name: &str| raw.lines_of(&[name]).next().and_then(|line| Some(line.split_once(':')?.1.to_owned()));
    for (property, name) in [("SUMMARY", "name"), ("DESCRIPTION", "description"), ("LOCATION", "address")] {
        said.insert(name.into(), of(property).map(|text| unescape(&text)).unwrap_or_default().into());
    }
    said.insert("website".into(), of("URL").unwrap_or_default().into());
    said.insert("tags".into(), of("CATEGORIES").map(|tags| unescape_list(&tags)).unwrap_or_default().into());
    if let Some((lat, lon)) = of("GEO").as_deref().and_then(|at| at.split_once(';')) {
        said.extend([("latitude".to_owned(), lat.into()), ("longitude".to_owned(), lon.into())]);
    }
    let when = said.get(ours::WHEN).and_then(|when| serde_json::from_value::<When>(when.clone()).ok());
    let written = |when: &When| when_lines(when).is_some_and(|lines| raw.lines_of(&TIMES).eq(lines.lines.iter()));
    let when = when.filter(written);
    Some(Own { said, when })
}
