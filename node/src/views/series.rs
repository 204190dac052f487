//! Series of which single times are changed: shown without the days of which something else takes the place
//! (SPEC.md §7.3). What was said of them is kept beside that, for whoever writes it anew.

use super::{ViewChanges, Views};
use communaut_protocol::{ElementId, fold::ElementView, scope::Scope};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What is known of a series of which something somewhere says that it takes the place of a time.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// Scopes in which something says or said so.
    scopes: BTreeSet<Scope>,
    /// The series as it was said, where it is shown otherwise.
    said: Option<Arc<ElementView>>,
}

/// By series: as many as elements name.
pub(super) type AllSeries = BTreeMap<ElementId, Series>;

impl Views {
    /// An element that is shown, as it was said: of a series with the days alone that it says itself.
    #[must_use]
    pub fn said(&self, id: &ElementId) -> Option<&Arc<ElementView>> {
        let series = self.series.get(id).and_then(|series| series.said.as_ref());
        series.or_else(|| self.elements.get(id))
    }

    /// All elements that are shown, as they were said.
    pub fn all_said(&self) -> impl Iterator<Item = &Arc<ElementView>> {
        self.elements.iter().map(|(id, shown)| match self.series.get(id).and_then(|series| series.said.as_ref()) {
            Some(said) => said,
            None => shown,
        })
    }

    /// The days on which a series is shown not to take place and does not say so itself, ascending.
    #[must_use]
    pub fn replaced_days(&self, id: &ElementId) -> Vec<i32> {
        let said = self.series.get(id).and_then(|series| series.said.as_ref());
        let Some((said, shown)) = said.zip(self.elements.get(id)) else { return Vec::new() };
        let own = except(said);
        except(shown).iter().filter(|day| own.binary_search(day).is_err()).copied().collect()
    }

    /// An element is said anew.
    pub(super) fn said_anew(&mut self, id: &ElementId) {
        if let Some(series) = self.series.get_mut(id) {
            series.said = None;
        }
    }

    /// Elements of a scope have changed, and with them what takes the place of what: `named` are the series that they
    /// name or named.
    pub(super) fn look_at_series(
        &mut self,
        scope: Scope,
        elements: &BTreeSet<ElementId>,
        named: BTreeSet<ElementId>,
        changed: &mut ViewChanges,
    ) {
        for series in &named {
            self.series.entry(*series).or_default().scopes.insert(scope);
        }
        let known = elements.iter().filter(|id| self.series.contains_key(id) && !named.contains(id));
        let mut all: Vec<ElementId> = known.copied().collect();
        all.extend(&named);
        for id in all {
            self.show_series(id, changed);
        }
    }

    fn show_series(&mut self, id: ElementId, changed: &mut ViewChanges) {
        let Some(said) = self.said(&id).cloned() else { return };
        let Some(series) = self.series.get_mut(&id) else { return };
        let views = series.scopes.iter().filter_map(|scope| self.scopes.get(scope));
        let days = views.flat_map(|view| view.instead_of(id, said.owner).into_keys()).collect();
        let other = without(&said, days);
        series.said = other.is_some().then(|| said.clone());
        let shown = other.unwrap_or(said);
        if self.elements.get(&id) != Some(&shown) {
            self.elements.insert(id, shown.clone());
            changed.elements.push((id, Some(shown)));
        }
    }
}

fn except(element: &ElementView) -> &[i32] {
    element.when.as_ref().and_then(|when| when.repeat.as_ref()).map_or(&[], |repeat| &repeat.except)
}

/// A series without some days. None: it takes place on none of them anyway.
fn without(said: &ElementView, days: BTreeSet<i32>) -> Option<Arc<ElementView>> {
    let more: Vec<i32> = days.into_iter().filter(|day| except(said).binary_search(day).is_err()).collect();
    if more.is_empty() {
        return None;
    }
    let mut shown = said.clone();
    let repeat = shown.when.as_mut()?.repeat.as_mut()?;
    repeat.except.extend(more);
    repeat.except.sort_unstable();
    Some(Arc::new(shown))
}
