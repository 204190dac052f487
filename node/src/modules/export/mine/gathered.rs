//! What a replica holds of what one person said, in every scope: what was sealed too, as far as it is read here.

use crate::{
    cli::json,
    daemon::replica::Replica,
    export::{Mine, SaidOf},
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::{ElementView, ScopeView},
};
use serde::Serialize;
use serde_json::{Value, json};

/// All of it.
pub(super) fn of(replica: &Replica, me: IdentityId) -> Mine {
    let mut mine = Mine::default();
    if let Some(person) = replica.views.book().get(&me) {
        (mine.name, mine.about) = (person.name.clone(), person.about.clone());
        let devices = person.devices.iter().map(|(id, device)| json!({ "id": id, "label": device.label }));
        mine.profile = json!({
            "id": me,
            "name": person.name,
            "about": person.about,
            "lat": person.home.map(communaut_protocol::Position::lat),
            "lon": person.home.map(communaut_protocol::Position::lon),
            "devices": devices.collect::<Vec<_>>(),
            "territories": replica.followed.iter().map(|followed| &followed.name).collect::<Vec<_>>(),
        });
    }
    for (scope, view) in replica.views.scopes() {
        let mut gather = Gather { replica, me, scope: *scope, view, mine: &mut mine };
        gather.made_and_written();
        gather.said();
        gather.governed();
    }
    mine.posts.sort_by_key(|(post, _)| (post.stamp, post.id));
    mine.said.values_mut().for_each(|all| all.sort_by_key(|said| said.at_ms));
    mine
}

struct Gather<'a> {
    replica: &'a Replica,
    me: IdentityId,
    scope: Scope,
    view: &'a ScopeView,
    mine: &'a mut Mine,
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

impl Gather<'_> {
    /// What an element is called; where that is not held the beginning of its id.
    fn name(&self, id: ElementId) -> String {
        let held = self.view.elements.get(&id).or_else(|| self.replica.views.elements().get(&id));
        let named = held.map(|element| element.name.clone()).filter(|name| !name.is_empty());
        named.unwrap_or_else(|| self.person(IdentityId(id.0)))
    }

    fn person(&self, id: IdentityId) -> String {
        let held = self.replica.views.book().get(&id).map(|person| person.name.clone());
        held.filter(|name| !name.is_empty()).unwrap_or_else(|| ElementId(id.0).short())
    }

    /// The element whose space this scope is.
    fn space(&self) -> ElementId {
        self.replica.closed_communities().get(&self.scope).copied().unwrap_or(self.scope.container)
    }

    fn put(&mut self, kind: &'static str, at_ms: u64, on: String, what: String, all: Value) {
        self.mine.said.entry(kind).or_default().push(SaidOf { at_ms, on, what, all });
    }

    fn made_and_written(&mut self) {
        for element in self.view.elements.values().filter(|element| element.owner == self.me) {
            self.mine.elements_json.push(element_json(element));
            self.mine.elements.push(element.clone());
        }
        let posts: Vec<_> = self.view.posts.values().filter(|post| post.author == self.me).cloned().collect();
        for post in posts {
            let on = match post.wall {
                Some(wall) if wall == self.scope.container => self.name(self.space()),
                Some(wall) => self.name(wall),
                None => String::new(),
            };
            self.mine.posts.push((post, on));
        }
    }

    fn said(&mut self) {
        let (view, me) = (self.view, self.me);
        for link in view.links.values().filter(|link| link.author == me || link.source == me.into()) {
            let what = format!("{:?} {:?} {}", link.kind, link.state, link.role).to_lowercase();
            let on = format!("{} → {}", self.name(link.source), self.name(link.target));
            self.put("links", link.stamp.ms(), on, what.trim().to_owned(), value(&**link));
        }
        for claim in view.claims.claims.values().filter(|claim| claim.person == me) {
            let on = self.name(claim.said.resource);
            self.put("claims", claim.stamp.ms(), on, claim.said.places.to_string(), value(&**claim));
        }
        for confirm in view.claims.confirms.values().filter(|confirm| confirm.author == me) {
            let on = self.name(confirm.said.resource);
            let what = confirm.said.decisions.len().to_string();
            self.put("confirmations", confirm.stamp.ms(), on, what, value(&**confirm));
        }
        for terms in view.claims.terms.values().filter(|terms| terms.author == me) {
            let what = terms.said.capacity.map(|capacity| capacity.to_string()).unwrap_or_default();
            self.put("terms", terms.stamp.ms(), self.name(terms.said.resource), what, value(&**terms));
        }
        for (post, all) in &view.reactions {
            if let Some(reaction) = all.get(&me) {
                let on = view.posts.values().find(|held| held.id == *post);
                let on = on.map_or_else(|| post.to_string(), |held| held.text.chars().take(60).collect());
                let all = json!({ "post": post, "said": value(reaction) });
                self.put("reactions", reaction.stamp.ms(), on, format!("{:?}", reaction.what).to_lowercase(), all);
            }
        }
        for mark in view.bookmarks.values().filter(|mark| mark.author == me) {
            self.put("bookmarks", mark.stamp.ms(), self.name(mark.on), mark.url.clone(), value(&**mark));
        }
        for label in view.labels.values().filter(|label| label.author == me) {
            let on = self.name(ElementId(label.on.0));
            self.put("labels", label.stamp.ms(), on, label.label.clone(), value(&**label));
        }
        for ((person, by), vouch) in &view.vouches {
            if *by == me {
                let all = json!({ "person": person, "said": value(vouch) });
                let what = if vouch.withdrawn { "-" } else { "+" };
                self.put("vouches", vouch.stamp.ms(), self.person(*person), what.to_owned(), all);
            }
        }
        for correction in view.corrections.values().filter(|correction| correction.author == me) {
            let on = self.name(correction.element);
            self.put("corrections", correction.stamp.ms(), on, String::new(), value(&**correction));
        }
        for territory in view.territories.values().filter(|territory| territory.author == me) {
            let name = territory.name.clone();
            self.put("territories", territory.stamp.ms(), name, String::new(), value(&**territory));
        }
    }

    fn governed(&mut self) {
        let (Some(governance), me) = (self.view.governance.as_deref(), self.me) else { return };
        let space = self.name(self.space());
        if let Some(role) = governance.roles.get(&me) {
            let what = crate::cli::text::role_name(*role).to_owned();
            let all = json!({ "in": self.space(), "name": space, "role": what });
            self.put("roles", 0, space, what, all);
        }
        for proposal in &governance.proposals {
            if proposal.author == me {
                let all = json!({
                    "id": proposal.id, "in": self.space(), "title": proposal.title, "text": proposal.text,
                    "closes_ms": proposal.closes_ms, "at_ms": proposal.stamp.ms(),
                });
                self.put("proposals", proposal.stamp.ms(), proposal.title.clone(), String::new(), all);
            }
            for ballot in proposal.ballots.iter().filter(|ballot| ballot.person == me) {
                let choice = ballot.choice.map(|choice| format!("{choice:?}").to_lowercase()).unwrap_or_default();
                let all = json!({ "proposal": proposal.id, "title": proposal.title, "ballot": value(ballot) });
                self.put("votes", 0, proposal.title.clone(), choice, all);
            }
        }
    }
}

fn element_json(element: &ElementView) -> Value {
    let mut all = json::element(element);
    if let Some(all) = all.as_object_mut() {
        all.insert("retracted".into(), element.retracted.into());
    }
    all
}
