//! People and organisations as cards (vCard 4.0, RFC 6350).

use super::ElementOut;
use crate::content_lines::{escape, put};
use communaut_protocol::op::Kind;
use std::io::{self, Write};

pub(super) fn write(all: &[&ElementOut], out: &mut dyn Write) -> io::Result<()> {
    for one in all {
        out.write_all(card(one).as_bytes())?;
    }
    Ok(())
}

fn card(one: &ElementOut) -> String {
    let record = &one.record;
    let mut text = String::new();
    let name = escape(one.name());
    let kind = if record.kind == Kind::Person { "individual" } else { "org" };
    let fixed = ["BEGIN:VCARD", "VERSION:4.0", &format!("KIND:{kind}"), &format!("UID:{}", one.id)].map(str::to_owned);
    fixed.iter().for_each(|line| put(&mut text, line));
    put(&mut text, &format!("FN:{name}"));
    if record.kind == Kind::Organisation {
        put(&mut text, &format!("ORG:{name}"));
    }
    let several = record.tags.iter().map(|tag| escape(tag)).collect::<Vec<_>>().join(",");
    let address = if record.address.is_empty() { String::new() } else { format!(";;{};;;;", escape(&record.address)) };
    let geo = one.degrees().map(|(lat, lon)| format!("geo:{lat:.7},{lon:.7}")).unwrap_or_default();
    for (property, value) in [
        ("ADR", address),
        ("TEL;VALUE=text", escape(&record.phone)),
        ("EMAIL", escape(&record.email)),
        // A URI, in which nothing is escaped.
        ("URL", record.website.clone()),
        ("NOTE", escape(&record.description)),
        ("CATEGORIES", several),
        ("GEO", geo),
        ("X-OPENING-HOURS", escape(&record.opening_hours)),
        ("X-LICENCE", escape(&record.licence)),
    ] {
        if !value.is_empty() {
            put(&mut text, &format!("{property}:{value}"));
        }
    }
    put(&mut text, &format!("REV:{}", super::calendar::utc(one.updated_ms)));
    put(&mut text, "END:VCARD");
    text
}
