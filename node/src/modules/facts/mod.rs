//! Whether what is said of an element still holds: how old each fact is, who says that it is still right, what somebody
//! would correct, and what has become of what somebody reports. SPEC.md §7.8.

pub(crate) mod cli;
mod commands;
mod queries;
#[cfg(test)]
mod tests;

use super::element::ElementDraft;
use communaut_protocol::{ElementId, EntryId, IdentityId, op::Field};
use serde::{Deserialize, Serialize};

/// Say that what is said of an element was found to be so, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SayStillRight {
    /// Of which.
    pub element: ElementId,
}

/// Ask whoever may write an element to change it. What one asked for before is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correct {
    /// Which.
    pub element: ElementId,
    /// As it should be: what differs is asked for. If nothing does, what one asked for before is taken back.
    pub draft: Box<ElementDraft>,
    /// It is there no longer.
    pub gone: bool,
    /// Where one knows it from; may be empty.
    pub reason: String,
}

/// Answer what somebody would correct, as who may write the element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerCorrection {
    /// Of which element.
    pub element: ElementId,
    /// The correction's entry, or its beginning.
    pub correction: String,
    /// Write it as proposed; else as it was, again.
    pub accept: bool,
}

/// Say what has become of something that was reported: a place with the tag [`REPORT_TAG`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SayStatus {
    /// Of what.
    pub element: ElementId,
    /// None: what one said before is taken back.
    pub status: Option<ReportStatus>,
}

/// Whether what is said of an element still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Of which.
    pub element: ElementId,
}

/// The tag of a place where something is to be mended: a report.
pub const REPORT_TAG: &str = "report";

/// What has become of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ReportStatus {
    Seen,
    UnderWay,
    Done,
    Declined,
}

impl ReportStatus {
    /// All, in the order in which they mostly follow each other.
    pub const ALL: [Self; 4] = [Self::Seen, Self::UnderWay, Self::Done, Self::Declined];

    /// The label that says it (SPEC.md §7.8), and its name on the command line.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Seen => "status-seen",
            Self::UnderWay => "status-under-way",
            Self::Done => "status-done",
            Self::Declined => "status-declined",
        }
    }
}

/// What is known of an element's facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsDetail {
    /// When each field was written last, milliseconds since 1970 UTC: (the field's number in SPEC.md §6, when).
    pub ages: Vec<(u8, u64)>,
    /// Who says that it is still right, after its last change: the latest first.
    pub still_right: Vec<Word>,
    /// When anybody last wrote it, or found it to be so.
    pub fresh_ms: u64,
    /// What is asked of it and has not been answered: the latest first.
    pub corrections: Vec<CorrectionDetail>,
    /// Of a report, what those say who look after it; then others. The latest first.
    pub statuses: Vec<(Word, ReportStatus)>,
    /// Whether this node's person may write it, and so answer corrections.
    pub may_answer: bool,
}

/// That somebody said something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Who.
    pub author: IdentityId,
    /// Their name; empty until their profile has come.
    pub author_name: String,
    /// When, by their clock: milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// Whether they may write the element.
    pub looks_after: bool,
}

/// A change that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionDetail {
    /// The entry: what `answer` and `erase` take.
    pub entry: EntryId,
    /// Who asks, and when.
    pub word: Word,
    /// Where they know it from; may be empty.
    pub reason: String,
    /// What is proposed, and has not been answered.
    pub changes: Vec<FactChange>,
}

/// One field, as it is and as somebody would have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactChange {
    /// None: nothing is said.
    pub now: Option<Field>,
    /// As proposed; a retraction: it is there no longer.
    pub proposed: Field,
}
