//! People met, by the beginning of a word of their name, or of their id.

use super::Read;
use crate::{failure::Failure, snapshot::Snapshot};
use communaut_protocol::{ElementId, IdentityId};
use serde::{Deserialize, Serialize};

/// People of one answer: whoever is not among them is found by typing more.
const PEOPLE_MAX: usize = 1_000;

/// People met, but for oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// With what a word of their name, or their id, begins; empty: all.
    pub text: String,
    /// Only those without a role in this organisation or project.
    pub outside: Option<ElementId>,
    /// The most to return, at most 1,000.
    pub limit: usize,
}

/// People who were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleFound {
    /// Each with the name by which they are sorted: while it is not known, the beginning of their id.
    pub people: Vec<(IdentityId, String)>,
    /// How many more there are.
    pub more: usize,
}

impl Read for People {
    fn read(&self, snapshot: &Snapshot) -> Result<PeopleFound, Failure> {
        let space = self.outside.and_then(|id| snapshot.container(snapshot.elements.get(&id)?));
        let governance = space.and_then(|space| space.governance.as_ref());
        let has_role = |id| governance.is_some_and(|governance| governance.roles.contains_key(&id));
        let typed = self.text.trim().to_lowercase();
        let mut found: Vec<(String, IdentityId)> = snapshot
            .identities
            .iter()
            .filter(|(id, _)| !snapshot.overview.is_me(**id) && !has_role(**id))
            .map(|(id, view)| (if view.name.is_empty() { id.short() } else { view.name.clone() }, *id))
            .filter(|(name, id)| has_word(&name.to_lowercase(), &typed) || id.to_string().starts_with(&typed))
            .collect();
        found.sort_unstable();
        let limit = self.limit.min(PEOPLE_MAX);
        let more = found.len().saturating_sub(limit);
        found.truncate(limit);
        Ok(PeopleFound { people: found.into_iter().map(|(name, id)| (id, name)).collect(), more })
    }
}

/// Whether a word of a name begins so.
fn has_word(name: &str, typed: &str) -> bool {
    let begins = |at: usize| !name.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    name.match_indices(typed).any(|(at, _)| begins(at))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::snapshot::test_support::{ME, Made};
    use communaut_protocol::{
        fold::Governance,
        op::{Kind, Role},
    };
    use std::collections::BTreeMap;

    #[test]
    fn people_are_found_by_the_beginning_of_a_word_or_of_their_id() {
        let mut made = Made::new();
        for (number, name) in [(1, "Aino Virtanen"), (2, "Élise Aubert"), (3, ""), (4, "Bo"), (ME.0[0], "Me")] {
            made.meet(number, name);
        }
        let roles = BTreeMap::from([(IdentityId([4; 32]), Role::Leader)]);
        let group = made.found(7, Kind::Organisation, "Mill", Governance { roles, ..Governance::default() }).container;
        let names = |text: &str, limit, outside| {
            let found = People { text: text.into(), outside, limit }.read(&made.0).unwrap();
            (found.people.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), found.more)
        };
        let nameless = IdentityId([3; 32]).short();
        let all = [nameless.as_str(), "Aino Virtanen", "Bo", "Élise Aubert"].map(String::from);
        assert_eq!(names("", 9, None), (all.to_vec(), 0), "not oneself");
        assert_eq!(names("", 1, Some(group)), (vec![nameless.clone()], 2), "no member");
        assert_eq!(names(" au", 9, None), (vec!["Élise Aubert".into()], 0));
        assert_eq!(names("ÉL", 9, None), (vec!["Élise Aubert".into()], 0));
        assert_eq!(names("bert", 9, None).0, Vec::<String>::new(), "inside of a word is no beginning");
        assert_eq!(names("0303", 9, None), (vec![nameless], 0));
        assert_eq!(names("bo", 9, Some(group)).0, Vec::<String>::new(), "a member already");
    }
}
