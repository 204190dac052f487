//! Saying that two elements are the same, or not: labels (SPEC.md §7.8).

use super::{SameWord, SaySame};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::Written,
    together::rule::label,
};
use communaut_protocol::{
    Hash,
    op::{Kind, LabelOp, Op},
};

impl Act for SaySame {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let me = replica.author()?;
        let (shown, other) = (replica.element(self.shown)?, replica.element(self.other)?);
        if shown.id == other.id {
            return Err(Failure::invalid(format!("'{}' is the same as itself: name another element", shown.name)));
        }
        for element in [&shown, &other] {
            if !element.scope.container.is_zero() || element.kind == Kind::Person {
                let why = "it has a page of its own members, or is a person's card: only places, events and others in \
                           the open can be the same";
                return Err(Failure::invalid(format!("'{}' is shown by itself: {why}", element.name)));
            }
        }
        // Of each pair one word stands: the others are taken back.
        let wanted = match self.word {
            SameWord::Same => Some(true),
            SameWord::Other => Some(false),
            SameWord::Nothing => None,
        };
        let mut ops = Vec::new();
        for (on, of, first) in [(&shown, &other, true), (&other, &shown, false)] {
            for same in [true, false] {
                let word = label(of.id, same);
                let said = replica.views.scopes().get(&on.scope).and_then(|view| {
                    view.labels.get(&(Hash(on.id.0), me, word.clone())).filter(|said| !said.withdrawn)
                });
                let wants = first && wanted == Some(same);
                if wants != said.is_some() {
                    ops.push((on.scope, Op::Label(LabelOp { on: Hash(on.id.0), label: word, withdrawn: !wants })));
                }
            }
        }
        let entries = replica.write(me, ops)?;
        Ok(Written { element: Some(shown.id), entries })
    }
}
