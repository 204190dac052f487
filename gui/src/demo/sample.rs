//! The sample: real places, and people, posts, events and a vote that are marked as made up.

use super::{Arrival, ask};
use communaut_node::{
    NodeHandle,
    api::{Area, Command, ElementDraft, FollowTarget, ImportRequest, Outcome, PostDraft, ProposalDraft, Snapshot},
};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position,
    op::{Choice, Kind, Role, When},
};
use jiff::{Timestamp, ToSpan, civil::time, tz::TimeZone};
use std::{path::Path, time::Duration};

/// OpenStreetMap's centre of Helsinki (examples/data/README.md): © OpenStreetMap contributors, ODbL 1.0.
const RECORDS: &[u8] = include_bytes!("../../../examples/data/sample.osm.pbf");
/// The middle of the sample.
const CENTRE: Position = Position { lat_e7: 601_706_500, lon_e7: 249_445_000 };
/// Metres: all of the sample and what its edge cuts.
const RADIUS_M: u32 = 1_500;
/// What the territory is called.
const TERRITORY: &str = "Helsinki, keskusta";
/// The zone of the sample's events.
const ZONE: &str = "Europe/Helsinki";

/// The sample's events: days from today, hour of the day, hours, name, what is said.
const EVENTS: [(i64, i8, i64, &str, &str); 4] = [
    (1, 18, 2, "Talkoot: cleaning of the yard", "Gloves and tea are there. Everyone is welcome."),
    (3, 10, 5, "Repair café", "Bring what is broken; we look at it together."),
    (6, 19, 3, "Evening of songs", "In Finnish, Swedish and French."),
    (9, 9, 57, "Weekend of open gardens", "Three days, a dozen gardens, one map."),
];

/// Make an identity and follow the territory.
pub fn settle(node: &NodeHandle, name: &str) -> Result<IdentityId, String> {
    let init = Command::Init { name: name.into(), about: String::new(), home: CENTRE, sample: true };
    let Outcome::Identity(identity) = ask(node, init)? else { return Err("an identity was asked for".into()) };
    let area = Area::Around { centre: CENTRE, radius_m: RADIUS_M };
    ask(node, Command::Follow(FollowTarget::Area { name: TERRITORY.into(), area }))?;
    Ok(identity.id)
}

/// Import the real records. Gives how many became elements.
pub fn import(node: &NodeHandle, folder: &Path) -> Result<u64, String> {
    let path = folder.join("sample.osm.pbf");
    std::fs::write(&path, RECORDS).map_err(|error| format!("the sample cannot be written: {error}"))?;
    match ask(node, Command::Import(ImportRequest { path, ..ImportRequest::default() }))? {
        Outcome::Imported(report) if report.error.is_none() => Ok(report.created),
        other => Err(format!("the sample was not wholly imported: {other:?}")),
    }
}

fn make(node: &NodeHandle, draft: ElementDraft) -> Result<ElementId, String> {
    match ask(node, Command::SaveElement { id: None, draft: Box::new(draft) })? {
        Outcome::Written { element: Some(id), .. } => Ok(id),
        other => Err(format!("an element was asked for: {other:?}")),
    }
}

fn near(north_e7: i32, east_e7: i32) -> Position {
    Position { lat_e7: CENTRE.lat_e7 + north_e7, lon_e7: CENTRE.lon_e7 + east_e7 }
}

/// Make an organisation with the other two as members, its events, a first post and a proposal.
pub fn found_community(node: &NodeHandle, members: [IdentityId; 2]) -> Result<ElementId, String> {
    let group = make(
        node,
        ElementDraft {
            kind: Kind::Organisation,
            name: "Korttelipiha, the yard of the block".into(),
            description: "Neighbours who look after the yard, lend tools and decide together.".into(),
            position: Some(near(12_000, -9_000)),
            tags: ["neighbours", "garden", "tools"].map(str::to_owned).to_vec(),
            sample: true,
            ..ElementDraft::default()
        },
    )?;
    for person in members {
        ask(node, Command::SetRole { container: group, person, role: Some(Role::Contributor) })?;
    }
    for (number, (days, hour, hours, name, text)) in EVENTS.into_iter().enumerate() {
        let offset = i32::try_from(number).unwrap_or(0) * 9_000;
        make(
            node,
            ElementDraft {
                kind: Kind::Event,
                name: name.into(),
                description: text.into(),
                position: Some(near(offset - 14_000, 7_000 - offset)),
                when: Some(when(days, hour, hours)?),
                // The first two are the group's, the others anybody's.
                parent: (number < 2).then_some(group),
                sample: true,
                ..ElementDraft::default()
            },
        )?;
    }
    post(node, group, "Welcome! The tool shed has a new lock; ask anyone on the first floor.")?;
    Ok(group)
}

/// An event so many days from today, on the clocks of the place.
fn when(days: i64, hour: i8, hours: i64) -> Result<When, String> {
    let at = || {
        let zone = TimeZone::get(ZONE)?;
        let today = Timestamp::now().to_zoned_datetime(zone.clone()).date();
        let start = today.checked_add(days.days())?.to_datetime(time(hour, 0, 0, 0)).to_zoned_datetime(zone)?;
        let end = start.checked_add(hours.hours())?;
        Ok::<_, jiff::Error>((start.timestamp().as_millisecond(), end.timestamp().as_millisecond()))
    };
    let (start_ms, end_ms) = at().map_err(|error| format!("the sample's dates: {error}"))?;
    Ok(When { start_ms, end_ms, zone: ZONE.into() })
}

fn post(node: &NodeHandle, wall: ElementId, text: &str) -> Result<(), String> {
    ask(node, Command::Post(PostDraft { wall: Some(wall), text: text.into(), sample: true, ..PostDraft::default() }))
        .map(drop)
}

/// The second person answers on the wall; a question is asked and two of three vote on it.
pub fn take_part(first: &NodeHandle, second: &NodeHandle, group: ElementId) -> Result<(), String> {
    post(second, group, "I can bring seedlings on Saturday: tomatoes, beans, a little basil.")?;
    let week_ms = 7 * 24 * 3_600_000;
    let draft = ProposalDraft {
        container: group,
        title: "Shall we plant two apple trees in the yard?".into(),
        text: "They cost 120 €, which the yard fund covers. Aino and Bo would water them in the first summer.".into(),
        quorum_permille: 500,
        closes_ms: u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0) + week_ms,
        sample: true,
    };
    let Outcome::Written { entries, .. } = ask(first, Command::Propose(draft))? else {
        return Err("a proposal was asked for".into());
    };
    let proposal = *entries.first().ok_or("the proposal was not written")?;
    super::wait(second, "the proposal at the second node", |snapshot| proposals(snapshot).contains(&proposal))?;
    for node in [first, second] {
        ask(node, Command::Vote { proposal: proposal.to_string(), choice: Choice::Yes })?;
    }
    Ok(())
}

/// Whether a person is known to be a member.
pub fn is_member(snapshot: &Snapshot, group: ElementId, person: IdentityId) -> bool {
    let view = snapshot.elements.get(&group).and_then(|group| snapshot.container(group));
    view.and_then(|view| view.governance.as_ref()).is_some_and(|governance| governance.roles.contains_key(&person))
}

fn proposals(snapshot: &Snapshot) -> Vec<EntryId> {
    let governances = snapshot.scopes.values().filter_map(|view| view.governance.as_ref());
    governances.flat_map(|governance| governance.proposals.iter().map(|proposal| proposal.id)).collect()
}

fn ballots(snapshot: &Snapshot) -> usize {
    let governances = snapshot.scopes.values().filter_map(|view| view.governance.as_ref());
    governances.flat_map(|governance| &governance.proposals).map(|proposal| proposal.ballots.len()).sum()
}

fn posts(snapshot: &Snapshot) -> usize {
    snapshot.scopes.values().map(|view| view.posts.len()).sum()
}

/// Whether one replica shows of the territory all that another shows.
pub fn holds_all(snapshot: &Snapshot, of: &Snapshot) -> bool {
    let Some(territory) = of.followed.first() else { return false };
    let inside = of.elements.values().filter(|element| element.position.is_some_and(|at| territory.holds(at)));
    inside.into_iter().all(|element| snapshot.elements.contains_key(&element.id))
        && posts(snapshot) >= posts(of)
        && proposals(snapshot).len() >= proposals(of).len()
        && ballots(snapshot) >= 2
}

/// What arrived, in numbers.
pub fn arrival(snapshot: &Snapshot, imported: u64, took: Duration) -> Arrival {
    Arrival {
        imported,
        elements: snapshot.elements.len(),
        posts: posts(snapshot),
        events: snapshot.elements.values().filter(|element| element.kind == Kind::Event).count(),
        proposals: proposals(snapshot).len(),
        peers: snapshot.network.peers.iter().filter(|peer| peer.connected).count(),
        took,
    }
}
