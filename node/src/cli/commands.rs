//! Each command of the line as commands of the node.

use super::{
    args::{self, Command as Asked, ProfileCommand, Publish, TerritoryCommand},
    closed, identity,
    parse::{self, Territory},
    session::Session,
    time::{self, Moment, Zone},
};
use crate::api::{
    self, Area, Command, ElementDraft, Failure, FailureCode, FollowTarget, ImportRequest, Near, Outcome, PostDraft,
    ProposalDraft, Query, TerritoryInfo,
};
use communaut_protocol::{
    IdentityId,
    limits::TEXT_MAX,
    op::{Kind, When},
};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Bytes of a boundary: as JSON in a command it stays below what the socket takes.
const GEOJSON_MAX: usize = 768 * 1024;
/// Days that the agenda shows if no last one is given.
const AGENDA_DAYS: i64 = 30;
/// How long an event lasts if nothing is said.
const EVENT_MS: i64 = 60 * 60 * 1_000;

/// Run a command on a node and give what came of it.
pub fn run(session: &mut Session, asked: Asked) -> Result<Outcome, Failure> {
    match asked {
        Asked::Init(init) => {
            let home = session.position(init.spot.spot().ok_or_else(no_place)?)?;
            session.call(Command::Init(api::Init { name: init.name, about: init.about, home, sample: init.sample }))
        }
        Asked::Status => session.call(Command::Status(api::Status)),
        Asked::Import(import) => session.call(Command::Import(self::import(import)?)),
        Asked::Search(search) => {
            let query = query(session, *search)?;
            session.call(Command::Search(query))
        }
        Asked::Show { id } => {
            let id = if id == "me" { session.me()?.id.to_string() } else { id };
            session.call(Command::Show(api::Show { id }))
        }
        Asked::Publish(Publish::Post(post)) => {
            let draft = self::post(session, post)?;
            session.call(Command::Post(draft))
        }
        Asked::Publish(Publish::Element(element)) => {
            let args::Element { kind, closed, history, card } = *element;
            save(session, card, |draft| {
                (draft.closed, draft.history) = (closed, history);
                draft.kind = kind.map_or(draft.kind, Into::into);
                Ok(())
            })
        }
        Asked::Publish(Publish::Event(event)) => {
            let args::Event { start, end, zone, card } = *event;
            let edit = card.edit.is_some();
            save(session, card, |draft| {
                if edit && draft.kind != Kind::Event {
                    return Err(Failure::invalid(format!(
                        "'{}' is a {} and not an event",
                        draft.name,
                        draft.kind.name()
                    )));
                }
                draft.kind = Kind::Event;
                if let Some(start) = &start {
                    draft.when = Some(when(start, end.as_ref(), zone)?);
                } else if zone.is_some() {
                    return Err(Failure::invalid("--zone says nothing without --start"));
                }
                Ok(())
            })
        }
        Asked::Retract { id } => {
            let id = session.element(&id)?;
            session.call(Command::Retract(api::Retract { id }))
        }
        Asked::Backup { folder } => {
            let to = std::path::absolute(&folder)
                .map_err(|error| Failure::invalid(format!("{}: {error}", folder.display())))?;
            session.call(Command::Backup(api::Backup { to }))
        }
        // Its files lie there already (see `restore`): whose they are shows that they open.
        Asked::Restore { .. } => session.call(Command::Identity(api::Identity)),
        Asked::Erase { id, reason } => session.call(Command::Erase(api::Erase { id, reason })),
        Asked::Void { id } => session.call(Command::Void(api::Void { id })),
        Asked::React { post, what } => session.call(Command::React(api::React { post, what: what.into() })),
        Asked::Prune => session.call(Command::Prune(api::Prune)),
        Asked::Link { target, kind, state } => {
            let target = session.element(&target)?;
            session.call(Command::Link(api::Link { target, kind: kind.into(), state: state.into() }))
        }
        Asked::Agenda(agenda) => {
            let command = self::agenda(session, agenda)?;
            session.call(command)
        }
        Asked::Posts { territory, limit } => {
            let territory = match territory {
                Some(text) => Some(session.territory(&text)?.id),
                None => None,
            };
            session.call(Command::Posts(api::Posts { territory, limit }))
        }
        Asked::Members { organisation } => {
            let container = session.element(&organisation)?;
            session.call(Command::Members(api::Members { container }))
        }
        Asked::Audit { organisation } => {
            let container = session.element(&organisation)?;
            session.call(Command::Audit(api::Audit { container }))
        }
        Asked::Propose(propose) => {
            let draft = self::propose(session, propose)?;
            session.call(Command::Propose(draft))
        }
        Asked::Vote { proposal, choice } => session.call(Command::Vote(api::Vote { proposal, choice: choice.into() })),
        Asked::Close { proposal } => session.call(Command::CloseVote(api::CloseVote { proposal })),
        Asked::Proposal { id } => session.call(Command::Proposal(api::Proposal { proposal: id })),
        Asked::Role { organisation, person, role } => {
            let container = session.element(&organisation)?;
            let person = session.person(&person)?;
            session.call(Command::SetRole(api::SetRole { container, person, role: role.into() }))
        }
        Asked::Peers => session.call(Command::Peers(api::Peers)),
        Asked::Dial { address } => session.call(Command::Dial(api::Dial { address })),
        Asked::Territory(command) => territory(session, command),
        Asked::Closed(command) => closed::run(session, command),
        Asked::Identity(command) => identity::run(session, command),
        Asked::Profile(ProfileCommand::Set { name, about }) => {
            let me = session.me()?;
            let (name, about) = (name.unwrap_or(me.name), about.unwrap_or(me.about));
            session.call(Command::SetProfile(api::SetProfile { name, about }))
        }
        Asked::Stop => session.call(Command::Stop(api::Stop)),
        Asked::Run(_) | Asked::Fsck | Asked::Keys(_) => Err(Failure::internal("this is not a command for a node")),
    }
}

fn no_place() -> Failure {
    Failure::invalid("no place was given: --at LAT,LON or --place NAME")
}

fn import(import: args::Import) -> Result<ImportRequest, Failure> {
    // The node may have been started in another folder.
    let absolute = |path: PathBuf| {
        std::path::absolute(&path)
            .map_err(|error| Failure::new(FailureCode::Io, format!("{} cannot be named: {error}", path.display())))
    };
    Ok(ImportRequest {
        path: absolute(import.file)?,
        mapping: import.mapping.map(absolute).transpose()?,
        source: import.source,
        licence: import.licence,
    })
}

fn query(session: &mut Session, search: args::Search) -> Result<Query, Failure> {
    let zone = time::system();
    let near = match search.near {
        Some(spot) => Some(Near { position: session.position(spot)?, radius_m: search.radius }),
        None => None,
    };
    let territory = match search.territory {
        Some(text) => Some(session.territory(&text)?.id),
        None => None,
    };
    // A last day alone means events as well.
    let from = search.from.map(Moment::Day).map(|day| zone.start(&day)).transpose().map_err(Failure::invalid)?;
    let to = search.to.map(Moment::Day).map(|day| zone.end(&day)).transpose().map_err(Failure::invalid)?;
    Ok(Query {
        text: search.text.join(" "),
        near,
        kinds: search.kind.into_iter().map(Into::into).collect(),
        tags: search.tag,
        territory,
        from_ms: from.or(to.map(|_| i64::MIN)),
        to_ms: to,
        limit: Some(search.limit).filter(|limit| *limit > 0),
    })
}

fn post(session: &mut Session, post: args::Post) -> Result<PostDraft, Failure> {
    let wall = post.on.map(|id| session.element(&id)).transpose()?;
    let position = post.spot.spot().map(|spot| session.position(spot)).transpose()?;
    let reply_to = post.reply_to.map(|id| session.post(&id, wall)).transpose()?;
    let text = if post.text == "-" { standard_input()? } else { post.text };
    let to: Result<Vec<IdentityId>, Failure> = post.to.iter().map(|person| session.person(person)).collect();
    Ok(PostDraft { wall, position, text, reply_to, tags: post.tag, to: to?, sample: post.sample })
}

/// What is typed or piped in, within the bound of a text.
pub fn standard_input() -> Result<String, Failure> {
    let most = u64::try_from(TEXT_MAX).unwrap_or(u64::MAX);
    let mut text = String::new();
    let read = io::stdin().lock().take(most.saturating_add(1)).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(FailureCode::Io, format!("the text on the standard input cannot be read: {error}"))
    })?;
    if text.len() > TEXT_MAX {
        return Err(Failure::invalid(format!("the text on the standard input has more than {TEXT_MAX} bytes")));
    }
    Ok(text)
}

/// Make an element, or change one as far as something was said.
fn save(
    session: &mut Session,
    card: args::Card,
    finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let (id, mut draft) = match &card.edit {
        None => (None, ElementDraft::default()),
        Some(id) => {
            let held = session.show(id)?.element;
            let draft = ElementDraft {
                kind: held.kind,
                name: held.name.clone(),
                description: held.description.clone(),
                position: held.position,
                address: held.address.clone(),
                phone: held.phone.clone(),
                email: held.email.clone(),
                website: held.website.clone(),
                opening_hours: held.opening_hours.clone(),
                tags: held.tags.clone(),
                when: held.when.clone(),
                parent: held.parent,
                closed: false,
                history: false,
                sample: held.sample,
            };
            (Some(held.id), draft)
        }
    };
    if let Some(spot) = card.spot.spot() {
        draft.position = Some(session.position(spot)?);
    }
    if let Some(parent) = card.parent {
        let parent = session.show(&parent)?.element;
        draft.parent = Some(parent.id);
        // What belongs to an organisation is where the organisation is, unless it says otherwise.
        draft.position = draft.position.or(parent.position);
    }
    let given = [
        (&mut draft.name, card.name),
        (&mut draft.description, card.description),
        (&mut draft.address, card.address),
        (&mut draft.phone, card.phone),
        (&mut draft.email, card.email),
        (&mut draft.website, card.website),
        (&mut draft.opening_hours, card.opening_hours),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            *field = value;
        }
    }
    if let Some(tags) = card.tag {
        draft.tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
    }
    draft.sample |= card.sample;
    finish(&mut draft)?;
    if draft.position.is_none() {
        return Err(no_place());
    }
    session.call(Command::SaveElement(api::SaveElement { id, draft: Box::new(draft) }))
}

fn when(start: &Moment, end: Option<&Moment>, zone: Option<Zone>) -> Result<When, Failure> {
    let zone = zone.unwrap_or_else(time::system);
    let start_ms = zone.start(start).map_err(|why| Failure::invalid(format!("--start: {why}")))?;
    let end_ms = match (end, start) {
        (Some(end), _) => zone.end(end).map_err(|why| Failure::invalid(format!("--end: {why}")))?,
        (None, Moment::Day(_)) => zone.end(start).map_err(|why| Failure::invalid(format!("--start: {why}")))?,
        (None, _) => start_ms.saturating_add(EVENT_MS),
    };
    if end_ms < start_ms {
        return Err(Failure::invalid("--end: the event would end before it begins"));
    }
    Ok(When { start_ms, end_ms, zone: zone.name })
}

fn agenda(session: &mut Session, agenda: args::Agenda) -> Result<Command, Failure> {
    let zone = agenda.zone.unwrap_or_else(time::system);
    let out = || Failure::invalid("these days are out of the calendar");
    let from = agenda.from.or_else(|| zone.day(time::now_ms())).ok_or_else(out)?;
    let to = match agenda.to {
        Some(to) => to,
        None => from.checked_add(jiff::Span::new().days(AGENDA_DAYS)).map_err(|_| out())?,
    };
    if to < from {
        return Err(Failure::invalid(format!("--to: {to} is before {from}")));
    }
    let territory = match agenda.territory {
        Some(text) => Some(session.territory(&text)?.id),
        None => None,
    };
    Ok(Command::Agenda(api::Agenda {
        from_ms: zone.start(&Moment::Day(from)).map_err(Failure::invalid)?,
        // The day's last millisecond: what begins at midnight belongs to the next.
        to_ms: zone.end(&Moment::Day(to)).map_err(Failure::invalid)?.saturating_sub(1),
        territory,
    }))
}

fn propose(session: &mut Session, propose: args::Propose) -> Result<ProposalDraft, Failure> {
    let zone = propose.zone.unwrap_or_else(time::system);
    let closes = zone.end(&propose.closes).map_err(|why| Failure::invalid(format!("--closes: {why}")))?;
    let closes_ms = u64::try_from(closes).map_err(|_| Failure::invalid("--closes: this is before 1970"))?;
    if closes <= time::now_ms() {
        return Err(Failure::invalid("--closes: this is past"));
    }
    Ok(ProposalDraft {
        container: session.element(&propose.container)?,
        title: propose.title,
        text: propose.text,
        quorum_permille: propose.quorum,
        closes_ms,
        sample: propose.sample,
    })
}

fn territory(session: &mut Session, command: TerritoryCommand) -> Result<Outcome, Failure> {
    match command {
        TerritoryCommand::List => session.call(Command::Territories(api::Territories)),
        TerritoryCommand::Follow { territory, name } => follow(session, territory, name).map(Into::into),
        TerritoryCommand::Create { territory, name } => {
            let (_, area) = area(territory)?;
            session.call(Command::CreateTerritory(api::CreateTerritory { name, area }))
        }
        TerritoryCommand::Unfollow { territory } => {
            let id = session.territory(&territory)?.id;
            session.call(Command::Unfollow(api::Unfollow { id }))
        }
    }
}

/// Replicate a territory, known or drawn by what was typed.
pub fn follow(session: &mut Session, territory: Territory, name: Option<String>) -> Result<TerritoryInfo, Failure> {
    let known = match &territory {
        Territory::Named(text) => session.known_territory(text)?,
        _ => None,
    };
    match known {
        // One that only this node named is known to no other: there is nothing to look up.
        Some(known) if known.followed => return Ok(known),
        Some(known) => return session.ask(FollowTarget::Known(known.id)),
        None => {}
    }
    let (default, area) = area(territory)?;
    let name = name.unwrap_or(default);
    session.ask(FollowTarget::Area { name, area })
}

/// The area that was typed, and a name for it.
fn area(territory: Territory) -> Result<(String, Area), Failure> {
    match territory {
        Territory::Around(spot, radius_m) => {
            let what = match &spot {
                parse::Spot::Place(name) => name.clone(),
                parse::Spot::At(at) => format!("{:.4},{:.4}", at.lat(), at.lon()),
            };
            Ok((format!("{what}, {} km", f64::from(radius_m) / 1_000.0), parse::around(spot, radius_m)))
        }
        Territory::File(path) => {
            let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            Ok((name, Area::GeoJson { text: boundary(&path)? }))
        }
        Territory::Named(text) => match parse::cells(&text) {
            Some(cells) => Ok((text, Area::Cells { cells })),
            None => Err(Failure::not_found(format!(
                "'{text}' is no territory known here and no list of cells; for the area around a place give kilometres, e.g. {text}:10"
            ))),
        },
    }
}

fn boundary(path: &Path) -> Result<String, Failure> {
    let refuse = |why: String| Failure::new(FailureCode::Io, format!("the boundary {}: {why}", path.display()));
    let file = File::open(path).map_err(|error| refuse(error.to_string()))?;
    let most = u64::try_from(GEOJSON_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| refuse(error.to_string()))?;
    if bytes.len() > GEOJSON_MAX {
        return Err(refuse(format!("it has more than {} KiB; simplify it", GEOJSON_MAX / 1024)));
    }
    String::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8 text".to_owned()))
}
