//! The first steps of who is new, and when the recovery phrase is asked for: once there is something to lose.

use communaut_node::{
    api::{IdentityInfo, PhraseState},
    vault::Protection,
};
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 24 * 3_600_000;
/// How long the phrase can be put off, milliseconds.
pub const LATER_MS: i64 = DAY_MS;
/// From when on the phrase is asked for with more weight, milliseconds after the first thing was published.
const INSIST_MS: i64 = 7 * DAY_MS;
/// For how long the first steps are offered, milliseconds: who has not taken them by then does not want to.
const NEW_MS: i64 = 30 * DAY_MS;

/// One of the first steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstStep {
    /// Say hello to who is around.
    Hello,
    /// Bring in what is around.
    Import,
    /// Write the phrase down.
    Phrase,
    /// Put the keys under a passphrase.
    Keys,
}

impl FirstStep {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Hello, Self::Import, Self::Phrase, Self::Keys];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How far the first steps have come, as the window remembers it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Steps {
    /// When the welcome ended in this window, milliseconds since 1970 UTC; 0: it was somewhere else.
    pub begun_ms: i64,
    /// When the first thing for others was written; 0: nothing is known of it.
    pub published_ms: i64,
    /// Until when the phrase is put off; 0: it is not.
    pub phrase_later_ms: i64,
    /// Steps that were dismissed, a bit each.
    gone: u8,
}

/// How the phrase is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// There is something to lose.
    Plain,
    /// And has been for a week.
    Insistent,
}

/// What is known of what was done.
#[derive(Debug, Clone, Copy, Default)]
pub struct StepsTaken {
    /// A file was brought in, or a street map is there.
    pub imported: bool,
    /// The phrase is on paper.
    pub phrase: bool,
    /// How the keys are kept; none: they are not the window's.
    pub keys: Option<Protection>,
}

impl Steps {
    /// The welcome ended here, at a moment.
    #[must_use]
    pub fn begun_at(now_ms: i64) -> Self {
        Self { begun_ms: now_ms, ..Self::default() }
    }
    /// Dismiss one.
    #[must_use]
    pub const fn without(self, step: FirstStep) -> Self {
        Self { gone: self.gone | step.bit(), ..self }
    }
    /// Dismiss all.
    #[must_use]
    pub fn without_any(self) -> Self {
        FirstStep::ALL.into_iter().fold(self, Self::without)
    }
    /// Whether who is here is new, and any may still be offered.
    #[must_use]
    pub const fn is_new(&self, now_ms: i64) -> bool {
        let any = FirstStep::Hello.bit() | FirstStep::Import.bit() | FirstStep::Phrase.bit() | FirstStep::Keys.bit();
        self.begun_ms > 0 && now_ms - self.begun_ms < NEW_MS && self.gone != any
    }
    /// Those that are offered: not dismissed, and not done.
    #[must_use]
    pub fn offered(&self, now_ms: i64, done: StepsTaken) -> Vec<FirstStep> {
        if !self.is_new(now_ms) {
            return Vec::new();
        }
        let open = |step: &FirstStep| match step {
            FirstStep::Hello => self.published_ms == 0,
            FirstStep::Import => !done.imported,
            FirstStep::Phrase => !done.phrase,
            // In the keyring they are as safe as the session.
            FirstStep::Keys => done.keys == Some(Protection::Unsealed),
        };
        FirstStep::ALL.into_iter().filter(|step| self.gone & step.bit() == 0).filter(open).collect()
    }
    /// How the phrase is asked for over all pages, of somebody whose phrase is so.
    #[must_use]
    pub fn phrase(&self, info: &IdentityInfo, now_ms: i64) -> Option<Urgency> {
        let waits = info.phrase == PhraseState::Unconfirmed && self.published_ms > 0;
        if !waits || now_ms < self.phrase_later_ms {
            return None;
        }
        let week = now_ms - self.published_ms >= INSIST_MS;
        Some(if week { Urgency::Insistent } else { Urgency::Plain })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::identity;

    #[test]
    fn steps_go_when_they_are_done_or_dismissed() {
        let steps = Steps { begun_ms: 1_000, ..Steps::default() };
        let bare = StepsTaken { keys: Some(Protection::Unsealed), ..StepsTaken::default() };
        assert_eq!(steps.offered(2_000, bare), FirstStep::ALL);
        let done = StepsTaken { imported: true, phrase: true, keys: Some(Protection::Desktop) };
        assert_eq!(steps.offered(2_000, done), [FirstStep::Hello]);
        assert_eq!(Steps { published_ms: 1, ..steps }.offered(2_000, done), []);
        assert_eq!(
            steps.without(FirstStep::Hello).without(FirstStep::Keys).offered(2_000, bare),
            [FirstStep::Import, FirstStep::Phrase]
        );
        assert_eq!(steps.without_any().offered(2_000, bare), []);
        assert_eq!(steps.offered(1_000 + NEW_MS, bare), [], "nobody is new for ever");
        assert_eq!(Steps::default().offered(2_000, bare), [], "who came from elsewhere is not new");
    }

    #[test]
    fn the_phrase_is_asked_for_once_there_is_something_to_lose() {
        let mut info = identity();
        info.phrase = PhraseState::Unconfirmed;
        let now = 100 * DAY_MS;
        assert_eq!(Steps::default().phrase(&info, now), None);
        let said = Steps { published_ms: now - 1, ..Steps::default() };
        assert_eq!(said.phrase(&info, now), Some(Urgency::Plain));
        assert_eq!(said.phrase(&info, now + INSIST_MS), Some(Urgency::Insistent));
        let later = Steps { phrase_later_ms: now + LATER_MS, ..said };
        assert_eq!(later.phrase(&info, now + LATER_MS - 1), None);
        assert_eq!(later.phrase(&info, now + LATER_MS), Some(Urgency::Plain));
        info.phrase = PhraseState::Confirmed;
        assert_eq!(said.phrase(&info, now + INSIST_MS), None);
    }
}
