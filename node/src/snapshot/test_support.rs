//! Snapshots made by hand, for tests of what reads them.

use super::{Me, Overview, Snapshot};
use communaut_protocol::{
    DeviceId, ElementId, IdentityId, Position, Scope,
    fold::{ElementView, Governance, IdentityView, ScopeView},
    op::{ElementOp, Kind},
};
use std::sync::Arc;

pub const ME: IdentityId = IdentityId([9; 32]);

/// An element in an open cell.
pub fn element(number: u8, kind: Kind, name: &str) -> ElementView {
    let op = ElementOp { owner: ME, seed: vec![1; 16], fields: Vec::new() };
    let mut view = ElementView::new(Scope::open(Position::default()), &op);
    (view.id, view.kind, view.name) = (ElementId([number; 32]), kind, name.to_owned());
    view
}

/// A snapshot that is asked and changed.
pub struct Made(pub Snapshot);

impl Made {
    /// Of [`ME`], with nothing in it.
    pub fn new() -> Self {
        let me = Me { id: ME, device: DeviceId::default(), name: "Me".into(), home: Position::default() };
        let overview = Arc::new(Overview { me: Some(me), ..Overview::default() });
        Self(Snapshot { overview, ..Snapshot::default() })
    }
    /// Somebody was met.
    pub fn meet(&mut self, number: u8, name: &str) -> IdentityId {
        let id = IdentityId([number; 32]);
        let view = IdentityView { id, name: name.into(), ..IdentityView::default() };
        self.0.identities.insert(id, Arc::new(view));
        id
    }
    /// An element has come.
    pub fn put(&mut self, element: ElementView) -> ElementId {
        let id = element.id;
        self.0.elements.insert(id, Arc::new(element));
        id
    }
    /// Something with a space of its own has come.
    pub fn found(&mut self, number: u8, kind: Kind, name: &str, governance: Governance) -> Scope {
        let scope = Scope::container(Position::default(), ElementId([number; 32]));
        self.put(ElementView { scope, ..element(number, kind, name) });
        self.0.scopes.insert(scope, ScopeView { governance: Some(Arc::new(governance)), ..ScopeView::default() });
        scope
    }
}
