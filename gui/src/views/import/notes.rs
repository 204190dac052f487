//! What a person should know of how a file was read, in their language.

use crate::{locale::Texts, logic::format};
use communaut_node::api::{APPROXIMATE, ImportNote};

/// One note as a sentence.
pub(super) fn text(texts: Texts, note: &ImportNote) -> String {
    let counted = |key: &'static str, count: u64| texts.tr(key, &[("count", format::number(texts, count).into())]);
    match note {
        ImportNote::Encoding { encoding } => texts.tr("import-note-encoding", &[("encoding", encoding.into())]),
        ImportNote::MixedEncoding => texts.t("import-note-mixed"),
        ImportNote::Mended { count } => counted("import-note-mended", *count),
        ImportNote::LostLetters { count } => counted("import-note-lost-letters", *count),
        ImportNote::Header { line } => counted("import-note-header", *line),
        ImportNote::Sheet { name } => texts.tr("import-note-sheet", &[("name", name.into())]),
        ImportNote::Projection { system, said: true } => {
            texts.tr("import-note-projection-said", &[("system", system.into())])
        }
        ImportNote::Projection { system, said: false } => {
            texts.tr("import-note-projection-seen", &[("system", system.into())])
        }
        ImportNote::Swapped => texts.t("import-note-swapped"),
        ImportNote::SwappedSome { count } => counted("import-note-swapped-some", *count),
        ImportNote::LostPoints => texts.t("import-note-points"),
        ImportNote::Placed { count } => {
            let count = format::number(texts, *count).into();
            texts.tr("import-note-placed", &[("count", count), ("tag", APPROXIMATE.into())])
        }
        ImportNote::PostcodeElsewhere { count } => counted("import-note-postcode-elsewhere", *count),
        ImportNote::NotIds { column } => texts.tr("import-note-not-ids", &[("column", column.into())]),
        ImportNote::LostZeros { count } => counted("import-note-zeros", *count),
        ImportNote::Several { count } => counted("import-note-several", *count),
        ImportNote::Cut { count } => counted("import-note-cut", *count),
        ImportNote::Dropped { count } => counted("import-note-dropped", *count),
        ImportNote::Events => texts.t("import-note-events"),
        ImportNote::DatesNotRead { count } => counted("import-note-dates", *count),
        ImportNote::TimesNotRead { count } => counted("import-note-times", *count),
        ImportNote::EarlyEnds { count } => counted("import-note-early-ends", *count),
        ImportNote::PartsNotRead { count } => counted("import-note-parts", *count),
        ImportNote::ZoneGuessed { name, zone } => {
            texts.tr("import-note-zone", &[("name", name.into()), ("zone", zone.into())])
        }
        ImportNote::Floating { zone } => texts.tr("import-note-floating", &[("zone", zone.into())]),
        ImportNote::Same { count, names } => {
            let more = if names.len() as u64 == *count { "" } else { ", …" };
            let names = format!("{}{more}", names.join(", "));
            let count = format::number(texts, *count).into();
            texts.tr("import-note-same", &[("count", count), ("names", names.into())])
        }
        ImportNote::NothingOfBefore { source } => {
            texts.tr("import-note-nothing-of-before", &[("source", source.into())])
        }
        ImportNote::BrokenOff { why } => texts.tr("import-note-broken-off", &[("why", why.into())]),
        ImportNote::OfTheMap { count } => counted("import-note-of-the-map", *count),
        ImportNote::ReferredLeftOut { count } => counted("import-note-referred", *count),
    }
}
