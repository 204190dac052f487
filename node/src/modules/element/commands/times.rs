//! One time of a series, or those from one on: changed, cancelled, or as the series says again. SPEC.md §7.3.

use super::{
    super::{
        ChangeTime, ElementDraft, TimeChange,
        fields::{of_draft, only_changed, only_said},
    },
    checked, element_op, required_position,
};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::Written,
    times::{before, date_of, from_on, single},
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::ElementView,
    op::{Field, Instead, Kind, Op, When, element_id},
};
use std::{collections::BTreeMap, sync::Arc};

#[cfg(test)]
mod tests;

/// Times that were changed one by one and go over to the series that follows, at the most: they are written at once.
const FOLLOWING_MAX: usize = 1_000;

/// What is written, and the element that it is about.
type Planned = (ElementId, Vec<(Scope, Op)>);

/// Of which time it is, and who says so.
struct At<'h> {
    me: IdentityId,
    held: &'h ElementView,
    when: &'h When,
    day: i32,
}

impl Act for ChangeTime {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { series, day, following, change } = self;
        let me = replica.author()?;
        let held = replica.element(series)?;
        replica.may_edit(&held, me)?;
        let when = held.when.as_ref().filter(|when| when.repeat.is_some());
        let when =
            when.ok_or_else(|| Failure::invalid(format!("'{}' does not take place again and again", held.name)))?;
        let date = || date_of(day).map_or_else(|| day.to_string(), |date| date.to_string());
        let time = single(when, day).ok_or_else(|| {
            Failure::invalid(format!(
                "'{}' does not begin on {}; `agenda` says on which days it does",
                held.name,
                date()
            ))
        })?;
        let at = At { me, held: &held, when, day };
        let (element, ops) = match (change, following) {
            (TimeChange::Say(draft), false) => replica.one_says(&at, checked(*draft)?)?,
            (TimeChange::Say(draft), true) => replica.following_say(&at, checked(*draft)?)?,
            (TimeChange::Cancel, false) => replica.one_cancelled(&at, time)?,
            (TimeChange::Cancel, true) => replica.following_cancelled(&at)?,
            (TimeChange::AsSeries, false) => replica.one_as_before(&at)?,
            (TimeChange::AsSeries, true) => {
                return Err(Failure::invalid("one time alone is brought back to what its series says"));
            }
        };
        let entries = if ops.is_empty() { Vec::new() } else { replica.write(me, ops)? };
        Ok(Written { element: Some(element), entries })
    }
}

impl Replica {
    /// What takes the place of times of a series, by day: of one day what stands with the series comes first.
    fn replaced(&self, series: &ElementView) -> BTreeMap<i32, Arc<ElementView>> {
        let mut all = BTreeMap::new();
        let here = self.views.scopes().get(&series.scope);
        for view in self.views.scopes().values() {
            let found = view.instead_of(series.id, series.owner);
            if here.is_some_and(|here| std::ptr::eq(here, view)) {
                all.extend(found);
            } else {
                for (day, element) in found {
                    all.entry(day).or_insert(element);
                }
            }
        }
        all
    }

    /// What takes the place of a time and this person may write.
    fn own_replaced(&self, at: &At<'_>) -> Option<Arc<ElementView>> {
        self.replaced(at.held).remove(&at.day).filter(|held| self.may_edit(held, at.me).is_ok())
    }

    fn one_says(&mut self, at: &At<'_>, draft: ElementDraft) -> Result<Planned, Failure> {
        let instead = Some(Instead { series: at.held.id, day: at.day });
        let mut draft = ElementDraft { kind: Kind::Event, instead, parent: at.held.parent, ..draft };
        if let Some(when) = &mut draft.when {
            when.repeat = None;
        }
        let position = required_position(&draft)?;
        if let Some(held) = self.own_replaced(at) {
            if !held.scope.holds(position) {
                return Ok((held.id, self.move_ops(&held, position, only_said(of_draft(&draft)))?));
            }
            let mut fields = only_changed(of_draft(&draft), &held);
            fields.extend(held.retracted.then_some(Field::Retracted(false)));
            fields.sort_by_key(Field::key);
            let op = (held.scope, element_op(held.owner, held.seed, fields.clone()));
            return Ok((held.id, if fields.is_empty() { Vec::new() } else { vec![op] }));
        }
        self.new_element(at, &draft, only_said(of_draft(&draft)))
    }

    /// It stands with the series where that has members; in the open where it takes place.
    fn new_element(&mut self, at: &At<'_>, draft: &ElementDraft, fields: Vec<Field>) -> Result<Planned, Failure> {
        let position = required_position(draft)?;
        let seed: [u8; 16] = self.random()?;
        let scope = if at.held.scope.container.is_zero() { Scope::open(position) } else { at.held.scope };
        if !scope.holds(position) {
            let why = format!("the place lies outside of cell {}, where the organisation is at home", scope.cell);
            return Err(Failure::invalid(why));
        }
        Ok((element_id(at.me, &seed), vec![(scope, element_op(at.me, seed, fields))]))
    }

    fn one_cancelled(&mut self, at: &At<'_>, time: When) -> Result<Planned, Failure> {
        match self.own_replaced(at) {
            Some(held) if held.retracted => Ok((held.id, Vec::new())),
            Some(held) => Ok((held.id, vec![retracted(&held)])),
            None => {
                // As much as says what is cancelled.
                let held = at.held;
                let draft = ElementDraft {
                    kind: Kind::Event,
                    name: held.name.clone(),
                    position: held.position,
                    when: Some(time),
                    parent: held.parent,
                    sample: held.sample,
                    instead: Some(Instead { series: held.id, day: at.day }),
                    ..ElementDraft::default()
                };
                let mut fields = only_said(of_draft(&draft));
                fields.push(Field::Retracted(true));
                fields.sort_by_key(Field::key);
                self.new_element(at, &draft, fields)
            }
        }
    }

    /// What took its place is shown no longer, and takes the place of nothing.
    fn one_as_before(&mut self, at: &At<'_>) -> Result<Planned, Failure> {
        let Some(held) = self.own_replaced(at) else { return Ok((at.held.id, Vec::new())) };
        let fields = vec![Field::Retracted(true), Field::Instead(None)];
        Ok((at.held.id, vec![(held.scope, element_op(held.owner, held.seed, fields))]))
    }

    /// The series ends before the day, and another one begins; what was changed of its times one by one goes with it.
    fn following_say(&mut self, at: &At<'_>, draft: ElementDraft) -> Result<Planned, Failure> {
        let held = at.held;
        let draft = self.as_said(held.id, draft);
        let Some(earlier) = before(at.when, at.day) else {
            // There is nothing before it.
            let fields = only_changed(of_draft(&draft), held);
            let op = (held.scope, element_op(held.owner, held.seed, fields.clone()));
            return Ok((held.id, if fields.is_empty() { Vec::new() } else { vec![op] }));
        };
        let instead = Some(Instead { series: held.id, day: at.day });
        let mut draft = ElementDraft { kind: Kind::Event, instead, parent: held.parent, ..draft };
        if let Some(when) = draft.when.as_mut().filter(|when| when.repeat.is_none()) {
            when.repeat = from_on(at.when, at.day).and_then(|when| when.repeat);
        }
        let changed = self.changed_from(at)?;
        let (id, mut ops) = self.new_element(at, &draft, only_said(of_draft(&draft)))?;
        for (day, element) in changed {
            let fields = vec![Field::Instead(Some(Instead { series: id, day }))];
            ops.push((element.scope, element_op(element.owner, element.seed, fields)));
        }
        ops.push((held.scope, element_op(held.owner, held.seed, vec![Field::When(Some(earlier))])));
        Ok((id, ops))
    }

    fn following_cancelled(&mut self, at: &At<'_>) -> Result<Planned, Failure> {
        let changed = self.changed_from(at)?;
        let mut ops: Vec<(Scope, Op)> =
            changed.values().filter(|held| !held.retracted).map(|held| retracted(held)).collect();
        let field = before(at.when, at.day).map_or(Field::Retracted(true), |earlier| Field::When(Some(earlier)));
        ops.push((at.held.scope, element_op(at.held.owner, at.held.seed, vec![field])));
        Ok((at.held.id, ops))
    }

    /// Times from a day on that were changed one by one, as far as this person may write them.
    fn changed_from(&self, at: &At<'_>) -> Result<BTreeMap<i32, Arc<ElementView>>, Failure> {
        let mut all = self.replaced(at.held).split_off(&at.day);
        all.retain(|_, held| self.may_edit(held, at.me).is_ok());
        if all.len() > FOLLOWING_MAX {
            let why =
                format!("{} times from that day on were changed one by one: at most {FOLLOWING_MAX} may be", all.len());
            return Err(Failure::invalid(why));
        }
        Ok(all)
    }

    /// A draft of an element as it is shown, without the days that the series does not say itself.
    pub(crate) fn as_said(&self, id: ElementId, mut draft: ElementDraft) -> ElementDraft {
        if let Some(repeat) = draft.when.as_mut().and_then(|when| when.repeat.as_mut()) {
            let others = self.views.replaced_days(&id);
            repeat.except.retain(|day| others.binary_search(day).is_err());
        }
        draft
    }
}

fn retracted(held: &ElementView) -> (Scope, Op) {
    (held.scope, element_op(held.owner, held.seed, vec![Field::Retracted(true)]))
}
