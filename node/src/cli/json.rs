//! The JSON that the command line prints. Stable: scripts depend on the names. Ids are hexadecimal,
//! positions `lat` and `lon` in degrees, moments `…_ms` in milliseconds since 1970 UTC. The shapes stand in
//! each command's `--help`.

use super::{closed, identity, prune, time};
use crate::api::{
    self, ElementDetail, Failure, Found, Hit, NetworkStatus, Occurrence, Outcome, PeerStatus, Phase, ProposalDetail,
    Reactions, StoreStatus, TerritoryInfo, Trouble, Why,
};
use communaut_protocol::{
    Position,
    fold::{CertificateView, ElementView, PostView},
    op::{Quorum, Tally, When},
};
use serde_json::{Map, Value, json};

/// Any outcome, as one line.
pub fn outcome(outcome: &Outcome) -> String {
    let value = match outcome {
        Outcome::Done(api::Done) => json!({ "done": true }),
        Outcome::Identity(info) => identity::json(info),
        Outcome::DeviceCode(code) => json!(code),
        Outcome::Phrase(api::PhraseWords { words }) => identity::phrase_json(words),
        Outcome::Recovered(recovered) => identity::recovered_json(recovered),
        Outcome::Shares(shares) => json!({ "shares": shares }),
        Outcome::Invitations(invitations) => json!({ "invitations": invitations }),
        Outcome::Seeds(all) => closed::seeds_json(all),
        Outcome::Status(api::NodeStatus { version, phase, network, store }) => status(version, *phase, network, store),
        Outcome::Peers(status) => network(status),
        // Its own serialisation keeps the order of the fields.
        Outcome::Imported(report) => return serde_json::to_string(report).unwrap_or_default(),
        Outcome::Found(found) => self::found(found),
        Outcome::Element(detail) => self::detail(detail),
        Outcome::Written(api::Written { element, entries }) => json!({ "element": element, "entries": entries }),
        Outcome::Territory(info) => territory(info),
        Outcome::Territories(all) => json!({ "territories": all.iter().map(territory).collect::<Vec<_>>() }),
        Outcome::Places(places) => json!({ "places": places.iter().map(|place| json!({
            "name": place.name,
            "country": place.country,
            "lat": place.position.lat(),
            "lon": place.position.lon(),
            "population": place.population,
            "timezone": place.timezone,
        })).collect::<Vec<_>>() }),
        Outcome::Erased(api::Erased { entries, erased, own, beside }) => {
            json!({ "entries": entries, "erased": erased, "own": own, "beside": beside })
        }
        Outcome::Pruned(api::Pruned { logs, left }) => prune::json(logs, left),
        Outcome::Members(members) => json!({ "members": members }),
        Outcome::Audit(acts) => json!({ "acts": acts }),
        Outcome::Posts(posts) => {
            let posts = posts.iter().map(|detail| {
                let mut value = post(&detail.post, Some(&detail.reactions));
                value["author_name"] = json!(detail.author_name);
                value
            });
            json!({ "posts": posts.collect::<Vec<_>>() })
        }
        Outcome::Agenda(events) => json!({ "events": events.iter().map(occurrence).collect::<Vec<_>>() }),
        Outcome::Proposal(detail) => proposal(detail),
    };
    value.to_string()
}

/// A failure, as one line.
pub fn failure(failure: &Failure) -> String {
    json!({ "error": { "code": failure.code, "message": failure.message, "rule": failure.rule } }).to_string()
}

/// Wrong usage, as one line.
pub fn usage(message: &str) -> String {
    json!({ "error": { "code": "usage", "message": message, "rule": null } }).to_string()
}

/// What a node says of itself.
pub fn status(version: &str, phase: Phase, status: &NetworkStatus, store: &StoreStatus) -> Value {
    json!({
        "version": version,
        "phase": phase,
        "network": network(status),
        "store": {
            "entries": store.entries,
            "logs": store.logs,
            "pending": store.pending,
            "refolds": store.refolds,
            "refused": store.refused,
            "forks": store.forks.iter().map(|fork| json!({
                "cell": fork.log.scope.cell,
                "container": Some(fork.log.scope.container).filter(|container| !container.is_zero()),
                "device": fork.log.device,
                "epoch": fork.log.epoch,
                "at": fork.at,
                "since_ms": fork.since_ms,
            })).collect::<Vec<_>>(),
            "troubles": store.troubles.iter().map(trouble).collect::<Vec<_>>(),
        },
    })
}

/// With the line for a person, in `message`.
fn trouble(trouble: &Trouble) -> Value {
    let mut value = json!(trouble);
    value["message"] = trouble.to_string().into();
    value
}

fn network(status: &NetworkStatus) -> Value {
    json!({
        "peer": status.peer,
        "listening": status.listening,
        "connected": status.peers.iter().filter(|peer| peer.connected).count(),
        "peers": status.peers.iter().map(peer).collect::<Vec<_>>(),
        "topics": status.topics,
        "last_sync_ms": status.last_sync_ms,
    })
}

fn peer(peer: &PeerStatus) -> Value {
    json!({
        "peer": peer.peer,
        "address": peer.address,
        "connected": peer.connected,
        "local": peer.local,
        "rtt_ms": peer.rtt_ms,
        "caught_up_ms": peer.caught_up_ms,
        "missing_logs": peer.missing_logs,
        "received": peer.received,
        "refused": peer.refused,
    })
}

fn found(found: &Found) -> Value {
    json!({ "total": found.total, "hits": found.hits.iter().map(hit).collect::<Vec<_>>() })
}

fn hit(hit: &Hit) -> Value {
    let mut value = element(&hit.element);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("distance_m".into(), json!(hit.distance_m));
        fields.insert("why".into(), json!(why(hit.why)));
    }
    value
}

/// The reason for a hit's place, as a word.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::Name => "name",
        Why::Tag => "tag",
        Why::Text => "text",
        Why::Distance(_) => "distance",
        Why::Date => "date",
        Why::Alphabetical => "alphabetical",
    }
}

fn element(element: &ElementView) -> Value {
    json!({
        "id": element.id,
        "kind": element.kind,
        "name": element.name,
        "description": element.description,
        "lat": element.position.map(Position::lat),
        "lon": element.position.map(Position::lon),
        "address": element.address,
        "phone": element.phone,
        "email": element.email,
        "website": element.website,
        "opening_hours": element.opening_hours,
        "tags": element.tags,
        "when": element.when.as_ref().map(when),
        "parent": element.parent,
        "owner": element.owner,
        "cell": element.scope.cell,
        // A closed community's scope has an id of its own, which is nobody's business.
        "container": Some(element.scope.container).filter(|id| !id.is_zero() && !element.scope.is_closed()),
        "closed": element.scope.is_closed(),
        "provenance": element.provenance.as_ref().map(|from| json!({
            "source": from.source,
            "id": from.id,
            "licence": from.licence,
        })),
        "sample": element.sample,
        "updated_ms": element.updated.ms(),
    })
}

fn when(when: &When) -> Value {
    span(when.start_ms, when.end_ms, &when.zone)
}

fn span(start_ms: i64, end_ms: i64, name: &str) -> Value {
    let zone = time::named(name);
    json!({
        "start": zone.rfc3339(start_ms),
        "end": zone.rfc3339(end_ms),
        "start_ms": start_ms,
        "end_ms": end_ms,
        "zone": name,
    })
}

fn detail(detail: &ElementDetail) -> Value {
    json!({
        "element": element(&detail.element),
        "owner_name": detail.owner_name,
        "wall": detail.wall.iter().map(|post| self::post(post, said(detail, post))).collect::<Vec<_>>(),
        "proposals": detail.proposals,
        "roles": detail.roles.iter().map(|(person, role)| json!({ "person": person, "role": role })).collect::<Vec<_>>(),
    })
}

/// What is said of a post of the wall.
pub fn said<'a>(detail: &'a ElementDetail, post: &PostView) -> Option<&'a Reactions> {
    detail.reactions.iter().find(|(id, _)| *id == post.id).map(|(_, said)| said)
}

fn post(post: &PostView, reactions: Option<&Reactions>) -> Value {
    let counts = reactions.into_iter().flat_map(|said| &said.counts);
    let people = reactions.into_iter().flat_map(|said| &said.people);
    json!({
        "id": post.id,
        "author": post.author,
        "text": post.text,
        "tags": post.tags,
        "lat": post.position.map(Position::lat),
        "lon": post.position.map(Position::lon),
        "wall": post.wall,
        "reply_to": post.reply_to,
        "sealed": post.sealed.map(|by| by.class),
        "sample": post.sample,
        "written_ms": post.stamp.ms(),
        "reactions": {
            "counts": counts.map(|(what, count)| (what.name().to_owned(), json!(count))).collect::<Map<_, _>>(),
            "people": people.map(|said| json!({
                "person": said.person,
                "name": said.name,
                "what": said.what,
            })).collect::<Vec<_>>(),
        },
    })
}

/// A territory, also for the daemon's events.
pub fn territory(info: &TerritoryInfo) -> Value {
    json!({
        "id": info.id,
        "name": info.name,
        "cells": info.cells,
        "lat": info.centre.lat(),
        "lon": info.centre.lon(),
        "followed": info.followed,
        "elements": info.elements,
    })
}

fn occurrence(event: &Occurrence) -> Value {
    let mut value = span(event.start_ms, event.end_ms, &event.zone);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("element".into(), element(&event.element));
    }
    value
}

fn proposal(detail: &ProposalDetail) -> Value {
    let proposal = &detail.proposal;
    json!({
        "id": proposal.id,
        "title": proposal.title,
        "text": proposal.text,
        "container": detail.container,
        "container_name": detail.container_name,
        "author": proposal.author,
        "teller": proposal.teller,
        "status": proposal.status,
        "estimate": proposal.status == communaut_protocol::fold::ProposalStatus::Open,
        "tally": tally(&proposal.tally, proposal.quorum),
        "quorum_percent": f64::from(proposal.quorum.0) / 10.0,
        "closes_ms": proposal.closes_ms,
        "may_vote": detail.may_vote,
        "electorate": proposal.electorate,
        "electorate_complete": proposal.electorate_complete,
        "ballots": proposal.ballots.iter().map(|ballot| json!({
            "person": ballot.person,
            "choice": ballot.choice,
            "entries": ballot.tips,
        })).collect::<Vec<_>>(),
        "refused": proposal.refused.iter().map(|ballot| json!({
            "entry": ballot.entry,
            "person": ballot.person,
            "rule": ballot.rule,
            "why": ballot.rule.to_string(),
        })).collect::<Vec<_>>(),
        "certificates": proposal.certificates.iter().map(|held| certificate(held, proposal.quorum)).collect::<Vec<_>>(),
        "sample": proposal.sample,
    })
}

fn certificate(held: &CertificateView, quorum: Quorum) -> Value {
    json!({
        "entry": held.entry,
        "teller": held.teller,
        "tally": tally(&held.tally, quorum),
        "problem": held.problem,
        "missing": held.missing,
    })
}

fn tally(tally: &Tally, quorum: Quorum) -> Value {
    json!({
        "yes": tally.yes,
        "no": tally.no,
        "blank": tally.blank,
        "turnout": tally.turnout(),
        "electorate": tally.electorate,
        "quorate": tally.quorate(quorum),
    })
}
