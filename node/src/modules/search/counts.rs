//! On the command line: how many of what was found are what.

use super::Facets;
use crate::{
    cli::text::{distance, facts, line},
    osm_words::{self, Language},
};
use serde_json::{Value, json};

/// The names under which tags are told: of several names of one thing one, in the language of who asks if there is one.
fn told_once(tags: &[(String, usize)], language: Language) -> Vec<(&str, usize)> {
    let mut told: Vec<(&str, &str, usize)> = Vec::new();
    for (tag, count) in tags {
        let what = osm_words::tag_of(tag).unwrap_or(tag.as_str());
        match told.iter_mut().find(|(held, ..)| *held == what) {
            None => told.push((what, tag, *count)),
            Some((_, held, of)) => {
                let better = osm_words::is_called(tag, language) && !osm_words::is_called(held, language);
                if better {
                    (*held, *of) = (tag, *count);
                }
            }
        }
    }
    told.into_iter().map(|(_, tag, count)| (tag, count)).collect()
}

/// What was counted, a line for each sort. Tags: the first ones, the rest is in the JSON.
pub(super) fn told(facets: &Facets, language: Language) -> String {
    const TAGS_SHOWN: usize = 20;
    let list = |parts: Vec<String>| parts.join(", ");
    let mut lines = vec![
        ("kinds", list(facets.kinds.iter().map(|(kind, count)| format!("{} {count}", kind.name())).collect())),
        (
            "tags",
            list(
                told_once(&facets.tags, language)
                    .into_iter()
                    .take(TAGS_SHOWN)
                    .map(|(tag, count)| format!("{} {count}", line(tag)))
                    .collect(),
            ),
        ),
        ("when", list(facets.times.iter().map(|(time, count)| format!("{} {count}", time.name())).collect())),
        (
            "within",
            list(
                facets
                    .distances
                    .iter()
                    .filter(|(_, count)| *count > 0)
                    .map(|(metres, count)| format!("{} {count}", distance(*metres)))
                    .collect(),
            ),
        ),
    ];
    if facets.with_hours > 0 {
        lines.push(("open now", format!("{} of {} whose hours are known", facets.open, facets.with_hours)));
    }
    lines.retain(|(_, text)| !text.is_empty());
    facts(&lines)
}

/// For scripts.
pub(super) fn json(facets: &Facets) -> Value {
    json!({
        "kinds": facets.kinds.iter().map(|(kind, count)| json!([kind.name(), count])).collect::<Vec<_>>(),
        "subkinds": facets.subkinds,
        "tags": facets.tags,
        "more_tags": facets.more_tags,
        "times": facets.times.iter().map(|(time, count)| json!([time.name(), count])).collect::<Vec<_>>(),
        "distances": facets.distances,
        "with_hours": facets.with_hours,
        "open": facets.open,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_one_thing_are_told_once() {
        let tags = [("commerce", 9), ("shop", 9), ("boulangerie", 7), ("bakery", 7), ("bio", 3), ("cafe", 2)];
        let tags: Vec<(String, usize)> = tags.into_iter().map(|(tag, count)| (tag.to_owned(), count)).collect();
        let told = |language| told_once(&tags, language);
        assert_eq!(told(Language::French), [("commerce", 9), ("boulangerie", 7), ("bio", 3), ("cafe", 2)]);
        assert_eq!(told(Language::English), [("shop", 9), ("bakery", 7), ("bio", 3), ("cafe", 2)]);
    }
}
