//! Search as you type: one question under way, the latest wins.

use communaut_node::api::Query;

/// Seconds between two searches that only a changed replica asks for: an import publishes many
/// snapshots a second, and each answer rebuilds list and map.
pub const REFRESH_SECS: f64 = 0.5;

/// Which question is under way and which was answered.
#[derive(Debug, Clone, Default)]
pub struct Search {
    under_way: Option<(Query, u64)>,
    answered: Option<(Query, u64)>,
    sent_at_secs: f64,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing.
    Rest,
    /// Look again after so many seconds.
    Wait(f64),
    /// Ask this.
    Ask(Box<Query>),
}

impl Search {
    /// What to do, given the question that the person asks now and the replica's version.
    pub fn step(&mut self, wanted: &Query, version: u64, now_secs: f64) -> Step {
        if self.under_way.is_some() {
            return Step::Rest;
        }
        match &self.answered {
            Some((query, seen)) if query == wanted => {
                if *seen == version {
                    return Step::Rest;
                }
                let wait = self.sent_at_secs + REFRESH_SECS - now_secs;
                // Longer: a window that was opened anew counts from its own beginning.
                if wait > 0.0 && wait <= REFRESH_SECS {
                    return Step::Wait(wait);
                }
            }
            _ => {}
        }
        self.under_way = Some((wanted.clone(), version));
        self.sent_at_secs = now_secs;
        Step::Ask(Box::new(wanted.clone()))
    }
    /// The question under way has its answer, or failed.
    pub fn answered(&mut self) {
        self.answered = self.under_way.take();
    }
    /// The question under way failed: whether it is still what is asked, and so to be said.
    pub fn failed(&mut self, wanted: &Query) -> bool {
        let still = self.under_way.as_ref().is_some_and(|(query, _)| query == wanted);
        let before = self.answered.as_ref().map(|(query, _)| query.clone());
        self.answered();
        // Not again for the same question with each new snapshot.
        still && before.as_ref() != Some(wanted)
    }
    /// Whether what is shown answers an older question.
    #[must_use]
    pub fn is_behind(&self, wanted: &Query) -> bool {
        self.answered.as_ref().is_none_or(|(query, _)| query != wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query { text: text.into(), ..Query::default() }
    }

    #[test]
    fn one_under_way_and_the_latest_wins() {
        let mut search = Search::default();
        assert_eq!(search.step(&query("b"), 1, 0.0), Step::Ask(Box::new(query("b"))));
        assert_eq!(search.step(&query("bo"), 1, 0.1), Step::Rest);
        assert_eq!(search.step(&query("bou"), 1, 0.2), Step::Rest);
        search.answered();
        assert!(search.is_behind(&query("bou")));
        assert_eq!(search.step(&query("bou"), 1, 0.3), Step::Ask(Box::new(query("bou"))));
        search.answered();
        assert_eq!(search.step(&query("bou"), 1, 0.4), Step::Rest);
        assert!(!search.is_behind(&query("bou")));
    }

    #[test]
    fn a_failure_is_said_once_and_only_of_what_is_still_asked() {
        let mut search = Search::default();
        search.step(&query("b"), 1, 0.0);
        assert!(!search.failed(&query("bo")), "something else is asked by now");
        search.step(&query("bo"), 1, 0.1);
        assert!(search.failed(&query("bo")));
        search.step(&query("bo"), 2, 10.0);
        assert!(!search.failed(&query("bo")), "said before");
    }

    #[test]
    fn a_changed_replica_asks_again_but_not_at_once() {
        let mut search = Search::default();
        search.step(&query("b"), 1, 10.0);
        search.answered();
        assert_eq!(search.step(&query("b"), 2, 10.1), Step::Wait(10.0 + REFRESH_SECS - 10.1));
        assert_eq!(search.step(&query("b"), 3, 10.6), Step::Ask(Box::new(query("b"))));
        // Words typed meanwhile never wait.
        search.answered();
        assert_eq!(search.step(&query("ba"), 3, 10.61), Step::Ask(Box::new(query("ba"))));
    }
}
