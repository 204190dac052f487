//! The sample: real places, and people, posts, events and a vote that are marked as made up.

use super::{Arrival, ask};
use communaut_node::{
    NodeHandle,
    api::{
        self, Area, Cards, Command, Communities, ElementDraft, Failure, FollowTarget, Found, ImportRequest, Outcome,
        POSTS_MAX, PostDraft, Posts, ProposalDraft, Query,
    },
};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position,
    fold::{ProposalStatus, ProposalView},
    op::{Choice, Kind, Role, When},
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday, time},
    tz::TimeZone,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

/// OpenStreetMap's centre of Helsinki (examples/data/README.md): © OpenStreetMap contributors, ODbL 1.0.
const RECORDS: &[u8] = include_bytes!("../../../examples/data/sample.osm.pbf");
/// The middle of the sample.
const CENTRE: Position = Position { lat_e7: 601_706_500, lon_e7: 249_445_000 };
/// Metres: all of the sample and what its edge cuts.
const RADIUS_M: u32 = 1_500;
/// What the territory is called.
const TERRITORY: &str = "Helsinki, keskusta";
/// The zone in which the sample's people live.
const ZONE: &str = "Europe/Helsinki";

/// Somebody made up.
pub struct Person {
    name: &'static str,
    about: &'static str,
    /// 1e-7 degree north and east of the middle.
    at: (i32, i32),
}

/// Who runs the first node.
pub const AINO: Person =
    Person { name: "Aino", about: "I look after the tool shed of our yard.", at: (14_000, -21_000) };
/// Who runs the second node.
pub const BO: Person = Person { name: "Bo", about: "Seedlings to give away, every spring.", at: (-23_000, 12_000) };
/// Who runs the third node, whose window is shown.
pub const CAMILLE: Person = Person { name: "Camille", about: "New in the quarter.", at: (3_000, 26_000) };

/// On which day something takes place.
enum On {
    /// So many days from today.
    Today(i64),
    /// The next Saturday that is not today.
    Saturday,
}

/// An event made up.
struct Planned {
    on: On,
    /// Hours of the day, on the clocks of the zone.
    from: i8,
    until: i8,
    /// Days between both.
    nights: i64,
    zone: &'static str,
    name: &'static str,
    text: &'static str,
    /// Of the group; the others are anybody's.
    of_group: bool,
    /// 1e-7 degree north and east of the middle.
    at: (i32, i32),
}

const EVENTS: [Planned; 4] = [
    Planned {
        on: On::Today(-1),
        from: 17,
        until: 19,
        nights: 0,
        zone: ZONE,
        name: "Talkoot: cleaning of the yard",
        text: "Gloves and tea are there. Everyone is welcome.",
        of_group: true,
        at: (12_000, -9_000),
    },
    Planned {
        on: On::Today(0),
        from: 19,
        until: 20,
        nights: 0,
        zone: "Europe/Paris",
        name: "Call with the shared garden in Lyon",
        text: "Once a month we show each other what grows. In French and in English.",
        of_group: true,
        at: (12_000, -7_000),
    },
    Planned {
        on: On::Today(2),
        from: 10,
        until: 15,
        nights: 0,
        zone: ZONE,
        name: "Repair café",
        text: "Bring what is broken; we look at it together.",
        of_group: false,
        at: (4_000, -11_000),
    },
    Planned {
        on: On::Saturday,
        from: 9,
        until: 18,
        nights: 1,
        zone: ZONE,
        name: "Weekend of open gardens",
        text: "Two days, a dozen gardens, one map.",
        of_group: false,
        at: (-14_000, 7_000),
    },
];
/// Posts on the group's wall.
const POSTS: usize = 2;
/// Who votes before the window opens: the third has yet to.
const VOTES: usize = 2;

fn near((north_e7, east_e7): (i32, i32)) -> Position {
    Position { lat_e7: CENTRE.lat_e7 + north_e7, lon_e7: CENTRE.lon_e7 + east_e7 }
}

/// Make an identity and follow the territory.
pub fn settle(node: &NodeHandle, person: &Person) -> Result<IdentityId, String> {
    let init = Command::Init(api::Init {
        name: person.name.into(),
        about: person.about.into(),
        home: near(person.at),
        sample: true,
        deciding: false,
    });
    let Outcome::Identity(identity) = ask(node, init)? else { return Err("an identity was asked for".into()) };
    let area = Area::Around { centre: CENTRE, radius_m: RADIUS_M };
    ask(node, Command::Follow(FollowTarget::Area { name: TERRITORY.into(), area }))?;
    Ok(identity.id)
}

/// The file of the real records.
fn records(folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join("sample.osm.pbf");
    std::fs::write(&path, RECORDS).map_err(|error| format!("the sample cannot be written: {error}"))?;
    Ok(path)
}

/// Make the street map alone: maps of streets do not go over the network yet.
pub fn draw_streets(node: &NodeHandle, folder: &Path) -> Result<(), String> {
    let request = ImportRequest { path: records(folder)?, only_streets: true, ..ImportRequest::default() };
    match ask(node, Command::Import(request))? {
        Outcome::Imported(report) if report.streets.is_some() => Ok(()),
        other => Err(format!("the sample's streets were not drawn: {other:?}")),
    }
}

/// Import the real records. Gives how many became elements.
pub fn import(node: &NodeHandle, folder: &Path) -> Result<u64, String> {
    let path = records(folder)?;
    match ask(node, Command::Import(ImportRequest { path, ..ImportRequest::default() }))? {
        Outcome::Imported(report) if report.error.is_none() => Ok(report.created),
        other => Err(format!("the sample was not wholly imported: {other:?}")),
    }
}

fn make(node: &NodeHandle, draft: ElementDraft) -> Result<ElementId, String> {
    match ask(node, Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) }))? {
        Outcome::Written(api::Written { element: Some(id), .. }) => Ok(id),
        other => Err(format!("an element was asked for: {other:?}")),
    }
}

/// Make an organisation with the other two as members, the events and a first post.
pub fn found_community(node: &NodeHandle, members: [IdentityId; 2]) -> Result<ElementId, String> {
    let group = make(
        node,
        ElementDraft {
            kind: Kind::Organisation,
            name: "Korttelipiha, the yard of the block".into(),
            description: "Neighbours who look after the yard, lend tools and decide together.".into(),
            position: Some(near((12_000, -9_000))),
            tags: ["neighbours", "garden", "tools"].map(str::to_owned).to_vec(),
            sample: true,
            ..ElementDraft::default()
        },
    )?;
    for person in members {
        ask(node, Command::SetRole(api::SetRole { container: group, person, role: Some(Role::Contributor) }))?;
    }
    for planned in &EVENTS {
        let when = when(planned, Timestamp::now()).map_err(|error| format!("the sample's dates: {error}"))?;
        make(
            node,
            ElementDraft {
                kind: Kind::Event,
                name: planned.name.into(),
                description: planned.text.into(),
                position: Some(near(planned.at)),
                when: Some(when),
                parent: planned.of_group.then_some(group),
                sample: true,
                ..ElementDraft::default()
            },
        )?;
    }
    post(node, group, "Welcome! The tool shed has a new lock; ask anyone on the first floor.")?;
    Ok(group)
}

/// When something planned takes place, seen from now.
fn when(planned: &Planned, now: Timestamp) -> Result<When, jiff::Error> {
    let today = now.to_zoned_datetime(TimeZone::get(ZONE)?).date();
    let first = match planned.on {
        On::Today(days) => today.checked_add(days.days())?,
        On::Saturday => today.nth_weekday(1, Weekday::Saturday)?,
    };
    let zone = TimeZone::get(planned.zone)?;
    let ms = |day: Date, hour| {
        let at = day.to_datetime(time(hour, 0, 0, 0)).to_zoned_datetime(zone.clone())?;
        Ok::<_, jiff::Error>(at.timestamp().as_millisecond())
    };
    let last = first.checked_add(planned.nights.days())?;
    Ok(When {
        start_ms: ms(first, planned.from)?,
        end_ms: ms(last, planned.until)?,
        zone: planned.zone.into(),
        offset: None,
        whole_days: false,
        repeat: None,
    })
}

fn post(node: &NodeHandle, wall: ElementId, text: &str) -> Result<(), String> {
    ask(node, Command::Post(PostDraft { wall: Some(wall), text: text.into(), sample: true, ..PostDraft::default() }))
        .map(drop)
}

/// The second person answers on the wall; a question is asked and two of three vote on it.
pub fn take_part(first: &NodeHandle, second: &NodeHandle, group: ElementId) -> Result<EntryId, String> {
    post(second, group, "I can bring seedlings on Saturday: tomatoes, beans, a little basil.")?;
    let week_ms = 7 * 24 * 3_600_000;
    let draft = ProposalDraft {
        container: group,
        title: "Shall we plant two apple trees in the yard?".into(),
        text: "They cost 120 €, which the yard fund covers. Aino and Bo would water them in the first summer.".into(),
        quorum_permille: 500,
        tellers: Vec::new(),
        agree: 1,
        closes_ms: u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0) + week_ms,
        sample: true,
    };
    let Outcome::Written(api::Written { entries, .. }) = ask(first, Command::Propose(draft))? else {
        return Err("a proposal was asked for".into());
    };
    let proposal = *entries.first().ok_or("the proposal was not written")?;
    super::wait(second, || {
        let open = find(second, proposal).is_some_and(|held| held.status == ProposalStatus::Open);
        Ok((!open).then(|| "the vote at the second node".to_owned()))
    })?;
    for node in [first, second] {
        ask(node, Command::Vote(api::Vote { proposal: proposal.to_string(), choice: Choice::Yes }))?;
    }
    Ok(proposal)
}

/// A proposal, where it is held.
fn find(node: &NodeHandle, proposal: EntryId) -> Option<ProposalView> {
    let detail = node.ask_blocking(api::Proposal { proposal: proposal.to_string() }).ok()?;
    Some(detail.proposal)
}

/// What a node lacks before a person may act as a member there.
pub fn lacks_member(node: &NodeHandle, container: ElementId, person: IdentityId) -> Option<String> {
    let members = node.ask_blocking(api::Members { container }).unwrap_or_default();
    let known = members.iter().any(|member| member.person == person);
    (!known).then(|| "the community with its members at the second node".to_owned())
}

/// What was made up, by its ids.
pub struct Sample {
    pub people: [IdentityId; 3],
    pub group: ElementId,
    pub proposal: EntryId,
}

impl Sample {
    /// The first thing that a node lacks of what the nodes know together; all else is known by the first.
    pub fn lacks(&self, node: &NodeHandle, first: &NodeHandle) -> Result<Option<String>, String> {
        let Some(territory) = first.overview().followed.first().map(|followed| followed.id) else {
            return Ok(Some("the first node's territory".into()));
        };
        let inside = Query { territories: vec![territory], ..Query::default() };
        let (all, held) = (found(first, inside.clone())?, ids(&found(node, inside)?));
        let lacking = ids(&all).difference(&held).count();
        if lacking > 0 {
            return Ok(Some(format!("{lacking} of {} elements", all.hits.len())));
        }
        let cards = node.ask_blocking(Cards { ids: self.people.map(ElementId::from).to_vec() }).map_err(told)?;
        if let Some(card) = cards.iter().find(|card| card.name.is_empty() || card.element.is_none()) {
            return Ok(Some(format!("the person {}", card.id.short())));
        }
        let wall = node.ask_blocking(api::Show { id: self.group.to_string() }).map_or(0, |group| group.wall.len());
        let (votes, peers) = (self.votes(node), connected(node));
        if wall < POSTS {
            return Ok(Some(format!("{} of {POSTS} posts", POSTS - wall)));
        }
        if votes < VOTES {
            return Ok(Some(format!("{} of {VOTES} votes", VOTES - votes)));
        }
        // It was given the addresses of both others.
        Ok((peers < 2).then(|| format!("a connection with {} of 2 nodes", 2 - peers)))
    }

    fn votes(&self, node: &NodeHandle) -> usize {
        find(node, self.proposal).map_or(0, |proposal| proposal.ballots.len())
    }

    /// What arrived, in numbers.
    pub fn arrival(&self, node: &NodeHandle, imported: u64, took: Duration) -> Result<Arrival, String> {
        let events = Query { kinds: vec![Kind::Event], ..Query::default() };
        let communities = node.ask_blocking(Communities).map_err(told)?;
        Ok(Arrival {
            imported,
            elements: found(node, Query::default())?.total,
            posts: node.ask_blocking(Posts { territory: None, limit: POSTS_MAX }).map_err(told)?.len(),
            events: found(node, events)?.total,
            proposals: communities.iter().map(|community| community.governance.proposals.len()).sum(),
            votes: self.votes(node),
            peers: connected(node),
            took,
        })
    }
}

fn found(node: &NodeHandle, query: Query) -> Result<Found, String> {
    node.ask_blocking(query).map_err(told)
}

fn ids(found: &Found) -> BTreeSet<ElementId> {
    found.hits.iter().map(|hit| hit.element.id).collect()
}

fn told(failure: Failure) -> String {
    failure.to_string()
}

fn connected(node: &NodeHandle) -> usize {
    node.overview().network.peers.iter().filter(|peer| peer.connected).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    #[test]
    fn events_lie_around_today_and_keep_their_hours_when_clocks_change() {
        // A Friday; in the night to Sunday the clocks go back.
        let friday: Timestamp = "2026-10-23T21:30:00Z".parse().unwrap();
        let helsinki = TimeZone::get(ZONE).unwrap();
        // 00:30 in Helsinki: it is Saturday there.
        let shown: Vec<String> = EVENTS
            .iter()
            .map(|planned| {
                let when = when(planned, friday).unwrap();
                let at = |ms| Timestamp::from_millisecond(ms).unwrap().to_zoned_datetime(helsinki.clone());
                let (start, end) = (at(when.start_ms), at(when.end_ms));
                format!("{} – {}", start.strftime("%a %d %H:%M"), end.strftime("%a %d %H:%M"))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Fri 23 17:00 – Fri 23 19:00",
                // Paris is an hour behind.
                "Sat 24 20:00 – Sat 24 21:00",
                "Mon 26 10:00 – Mon 26 15:00",
                // Not today, which is a Saturday.
                "Sat 31 09:00 – Sun 01 18:00",
            ]
        );
    }
}
