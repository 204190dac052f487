//! Names that could be taken for one another: where one of them is shown, a part of its id stands beside it.

use super::Read;
use crate::{failure::Failure, snapshot::Snapshot};
use communaut_protocol::{ElementId, op::Kind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use unicode_security::confusable_detection::skeleton;

/// Whose names could be taken for another's. All names are compared with all: not to be asked often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookalikes;

/// Who is to be told apart; a person by the id of their card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike(pub BTreeSet<ElementId>);

/// Whose word counts: equal names of these are told apart too. Of places and events many have one name, and lie
/// elsewhere or are at another time, which is shown: only those that pretend are marked.
const fn acts(kind: Kind) -> bool {
    matches!(kind, Kind::Person | Kind::Organisation | Kind::Project)
}

/// A name as the eye takes it in: what looks alike is alike, and so are spaces.
fn seen_as(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    skeleton(&words.join(" ")).collect()
}

impl Read for Lookalikes {
    fn read(&self, snapshot: &Snapshot) -> Result<Alike, Failure> {
        let people = snapshot.identities.iter();
        let people = people.map(|(id, view)| (ElementId::from(*id), view.name.as_str(), Kind::Person));
        let elements = snapshot.elements.values().map(|element| (element.id, element.name.as_str(), element.kind));
        // A person's card has the person's id and name.
        let mut by_look: HashMap<String, BTreeMap<ElementId, (&str, Kind)>> = HashMap::new();
        for (id, name, kind) in people.chain(elements).filter(|(_, name, _)| !name.trim().is_empty()) {
            by_look.entry(seen_as(name)).or_default().entry(id).or_insert((name, kind));
        }
        let mut alike = Alike::default();
        for those in by_look.into_values().filter(|those| those.len() > 1) {
            let names: BTreeSet<&str> = those.values().map(|(name, _)| *name).collect();
            let acting = those.values().filter(|(_, kind)| acts(*kind)).count();
            let told = those.into_iter().filter(|(_, (_, kind))| names.len() > 1 || (acts(*kind) && acting > 1));
            alike.0.extend(told.map(|(id, _)| id));
        }
        Ok(alike)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::snapshot::test_support::{Made, element};

    fn told_apart(names: &[(&str, Kind)]) -> Vec<bool> {
        let mut made = Made::new();
        let ids: Vec<ElementId> =
            (1..).zip(names).map(|(number, (name, kind))| made.put(element(number, *kind, name))).collect();
        let alike = Lookalikes.read(&made.0).unwrap();
        ids.iter().map(|id| alike.0.contains(id)).collect()
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        use Kind::{Organisation, Person, Place};
        // Cyrillic "а" in the second.
        assert_eq!(
            told_apart(&[("Camille", Person), ("C\u{430}mille", Person), ("Joseph", Person)]),
            [true, true, false]
        );
        assert_eq!(told_apart(&[("Camille", Person), ("Camille", Person)]), [true, true]);
        assert_eq!(told_apart(&[("Camille", Person), ("Camille\u{a0}", Organisation)]), [true, true]);
        assert_eq!(told_apart(&[("Boulangerie", Place), ("Boulangerie", Place)]), [false, false]);
        assert_eq!(told_apart(&[("Boulangerie", Place), ("B\u{43e}ulangerie", Place)]), [true, true]);
        assert_eq!(told_apart(&[("", Person), ("", Person)]), [false, false]);
    }
}
