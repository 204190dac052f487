//! What is wrong with the store, in a line each that a person understands, with what to do.

use super::format;
use crate::locale::{Arg, Texts};
use communaut_node::api::{Overview, Phase, Trouble};

/// Lines shown on every page: more would push the page away.
pub const LINES_MAX: usize = 3;

/// What is said of one trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// For everybody.
    pub words: String,
    /// For those who look after the machine: what was seen. May be empty.
    pub why: String,
}

/// What is to be said now, the gravest first, and how many more there are.
#[must_use]
pub fn lines(texts: Texts, overview: &Overview) -> (Vec<Line>, usize) {
    let mut troubles: Vec<&Trouble> = overview.store.troubles.iter().collect();
    troubles.sort_by_key(|trouble| rank(trouble));
    let mut lines: Vec<Line> = troubles.into_iter().map(|trouble| line(texts, trouble)).collect();
    // The phase says it too, and perhaps earlier.
    if overview.phase == Phase::Mending && lines.is_empty() {
        lines.push(line(texts, &Trouble::Mending));
    }
    lines.dedup();
    let more = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    (lines, more)
}

const fn rank(trouble: &Trouble) -> u8 {
    match trouble {
        Trouble::NotWritable { .. } => 0,
        Trouble::Damaged { .. } => 1,
        Trouble::Mending => 2,
        Trouble::NearlyFull { .. } => 3,
        Trouble::NotCompacted { .. } => 4,
        Trouble::Ceiling { .. } => 5,
        Trouble::Mended { .. } => 6,
    }
}

fn line(texts: Texts, trouble: &Trouble) -> Line {
    let size = |bytes: u64| Arg::from(format::size(texts, bytes));
    let (words, why) = match trouble {
        Trouble::Damaged { why } => (texts.t("trouble-damaged"), why.clone()),
        Trouble::Mending => (texts.t("trouble-mending"), String::new()),
        Trouble::Mended { missing: 0, aside, .. } => (texts.t("trouble-mended-whole"), aside.clone()),
        Trouble::Mended { missing, aside, .. } => {
            let count = usize::try_from(*missing).unwrap_or(usize::MAX);
            let shown = format::number(texts, *missing);
            (texts.tr("trouble-mended", &[("count", count.into()), ("shown", shown.into())]), aside.clone())
        }
        Trouble::NotWritable { why } => (texts.t("trouble-not-writable"), why.clone()),
        Trouble::NearlyFull { free, .. } => (texts.tr("trouble-nearly-full", &[("free", size(*free))]), String::new()),
        Trouble::Ceiling { most, .. } => (texts.tr("trouble-ceiling", &[("most", size(*most))]), String::new()),
        Trouble::NotCompacted { why } => (texts.t("trouble-not-compacted"), why.clone()),
    };
    Line { words, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, locale::Lang};
    use communaut_node::api::StoreStatus;
    use std::sync::Arc;

    fn with(troubles: Vec<Trouble>) -> Overview {
        let store = Arc::new(StoreStatus { troubles, ..StoreStatus::default() });
        Overview { store, ..Overview::default() }
    }

    #[test]
    fn each_is_said_in_both_languages_the_gravest_first() {
        let all = fixture::troubles();
        for lang in Lang::ALL {
            let texts = Texts { lang };
            for trouble in &all {
                let line = line(texts, trouble);
                assert!(line.words.len() > 40 && !line.words.contains('\n'), "{line:?}");
                assert!(!line.words.contains("trouble-"), "{line:?}");
            }
            let (lines, more) = lines(texts, &with(all.clone()));
            assert_eq!((lines.len(), more), (LINES_MAX, all.len() - LINES_MAX));
            assert_eq!(lines.first().map(|line| line.why.as_str()), Some("No space left on device (os error 28)"));
        }
        assert_eq!(lines(Texts { lang: Lang::En }, &with(Vec::new())), (Vec::new(), 0));
    }

    #[test]
    fn the_phase_alone_is_said_once() {
        let texts = Texts { lang: Lang::En };
        for troubles in [Vec::new(), vec![Trouble::Mending]] {
            let overview = Overview { phase: Phase::Mending, ..with(troubles) };
            assert_eq!(lines(texts, &overview).0.len(), 1);
        }
    }
}
