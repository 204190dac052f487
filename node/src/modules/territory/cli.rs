//! `territory`.

use super::{
    Area, Boundaries, BoundariesFound, CreateTerritory, FollowTarget, Redraw, Territories, TerritoryInfo, Unfollow,
};
use crate::{
    cli::{
        parse::{self, Spot, Territory},
        print::Prints,
        session::Session,
        text::{add, line, short, table},
    },
    failure::{Failure, FailureCode},
    streets::found::{BoundaryFound, with_remedy},
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::{fs::File, io::Read, path::Path};

/// Bytes of a boundary: as JSON in a command it stays below what the socket takes.
const GEOJSON_MAX: usize = 768 * 1024;
/// Cells of a territory that a line names.
const CELLS_SHOWN: usize = 8;
const TERRITORY: &str = "\
T is one of:
  a name or an id of a territory in `territory list`, or of a boundary in `territory boundaries`
  u0m7,u0m6         cells (geohash, 1 to 7 characters)
  Lyon:20           a place and kilometres around it; also \"Lyon, FR:20\", \"Paris 17e:2\", 62223:5
  45.76,4.84:20     a point and kilometres around it
  @commune.geojson  a boundary, at most 768 KiB

JSON: {\"id\",\"name\",\"cells\":[…],\"lat\",\"lon\",\"followed\":bool,\"elements\":n}";

/// Levels of boundaries on OpenStreetMap.
const LEVELS: std::ops::RangeInclusive<u8> = 2..=11;

/// Territories.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Territories: which cells this node replicates
    #[command(subcommand)]
    Territory(TerritoryCommand),
}

/// Territories.
#[derive(Debug, Subcommand)]
pub(crate) enum TerritoryCommand {
    /// Those followed and those known
    #[command(after_help = "JSON: {\"territories\":[{\"id\",\"name\",\"cells\":[…],\"lat\",\"lon\",\"followed\":bool,\
        \"elements\":n}]}")]
    List,
    /// Boundaries of the street maps that were imported, ready to be followed
    #[command(
        after_help = "JSON: {\"boundaries\":[{\"id\",\"name\",\"kind\",\"level\",\"lat\",\"lon\",\"map\",\"credit\",\
        \"incomplete\",\"cover\":{\"cells\",\"outline_km2\",\"cells_km2\",\"more_percent\"}}],\"more\":n,\"maps\":[…],\"unread\":[[map,why]]};\
        \x20incomplete says why it cannot be followed, cover how its cells differ from it"
    )]
    Boundaries {
        /// Its name, or words of it; all if there is none
        text: Vec<String>,
        /// Only of this admin_level of OpenStreetMap, 2 to 11
        #[arg(long, value_parser = clap::value_parser!(u8).range(2..=11))]
        level: Option<u8>,
        /// The most to show, at most 200
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Replicate a territory
    #[command(after_help = TERRITORY)]
    Follow {
        /// Which
        #[arg(value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
        territory: Territory,
        /// Its name here, where T is an area; by default from T
        #[arg(long)]
        name: Option<String>,
    },
    /// Publish a territory and follow it
    #[command(after_help = TERRITORY)]
    Create {
        /// Where: as for `follow`, but no known one
        #[arg(value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
        territory: Territory,
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// Draw a followed territory anew: it keeps its id; one that was published stays for others as it was, and here one
    /// with another id takes its place
    #[command(after_help = TERRITORY)]
    Redraw {
        /// Which: a name or an id of `territory list`
        which: String,
        /// Where: as for `create`
        #[arg(value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
        territory: Territory,
        /// Its name; by default as before
        #[arg(long)]
        name: Option<String>,
    },
    /// Replicate a territory no longer; what is held is kept
    Unfollow {
        /// A name or an id of `territory list`
        #[arg(value_name = "T")]
        territory: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Territory(command) = self;
        Ok(match command {
            TerritoryCommand::List => Box::new(session.ask(Territories)?),
            TerritoryCommand::Boundaries { text, level, limit } => {
                let text = text.join(" ");
                let found =
                    session.ask(Boundaries { text: text.clone(), just_so: false, level, limit, cover: true })?;
                if found.found.is_empty() && level.is_none() && text.parse::<u8>().is_ok_and(|n| LEVELS.contains(&n)) {
                    let why =
                        format!("no boundary is called '{text}'; for those of admin_level {text} say --level {text}");
                    return Err(Failure::not_found(why));
                }
                Box::new(found)
            }
            TerritoryCommand::Follow { territory, name } => Box::new(follow(session, territory, name)?),
            TerritoryCommand::Create { territory, name } => {
                let (_, area) = area(session, territory)?;
                Box::new(session.ask(CreateTerritory { name, area })?)
            }
            TerritoryCommand::Redraw { which, territory, name } => {
                let known = session.known_territory(&which)?.filter(|known| known.followed).ok_or_else(|| {
                    let why = format!("no territory '{which}' is followed here; see `communaut-node territory list`");
                    Failure::not_found(why)
                })?;
                let (_, area) = area(session, territory)?;
                Box::new(session.ask(Redraw { id: known.id, name: name.unwrap_or(known.name), area })?)
            }
            TerritoryCommand::Unfollow { territory } => {
                let id = session.territory(&territory)?;
                Box::new(session.ask(Unfollow { id })?)
            }
        })
    }
}

/// Replicate a territory, known or drawn by what was typed.
pub(crate) fn follow(
    session: &mut Session,
    territory: Territory,
    name: Option<String>,
) -> Result<TerritoryInfo, Failure> {
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
    let (default, area) = area(session, territory)?;
    let name = name.unwrap_or(default);
    session.ask(FollowTarget::Area { name, area })
}

/// The area that was typed, and a name for it.
fn area(session: &mut Session, territory: Territory) -> Result<(String, Area), Failure> {
    match territory {
        Territory::Around(spot, radius_m) => {
            let what = match &spot {
                Spot::Place(name) => name.clone(),
                Spot::At(at) => format!("{:.4},{:.4}", at.lat(), at.lon()),
            };
            let name = format!("{what}, {} km", f64::from(radius_m) / 1_000.0);
            Ok((name, Area::Around { centre: session.position(spot)?, radius_m }))
        }
        Territory::File(path) => {
            let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            Ok((name, Area::GeoJson { text: boundary(&path)? }))
        }
        Territory::Named(text) => match parse::cells(&text) {
            Some(cells) => Ok((text, Area::Cells { cells })),
            None => match session.boundary(&text)? {
                Some(found) => Ok((found.name, Area::Boundary { id: found.id })),
                None => Err(Failure::not_found(format!(
                    "'{text}' is no territory known here and no list of cells; for the area around a place give \
                 kilometres, e.g. {text}:10"
                ))),
            },
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

impl Prints for TerritoryInfo {
    fn text(&self) -> String {
        table(vec![row(self)])
    }
    fn json(&self) -> Value {
        json(self)
    }
}

impl Prints for Vec<TerritoryInfo> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no territory is followed or known; follow one, e.g. `communaut-node territory follow Lyon:20`\n"
                .to_owned();
        }
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "territories": self.iter().map(json).collect::<Vec<_>>() })
    }
}

impl Prints for BoundariesFound {
    fn text(&self) -> String {
        let mut out = match (self.found.as_slice(), self.maps.as_slice()) {
            ([], []) if self.unread.is_empty() => "no street map is here; import the .osm.pbf of the area\n".to_owned(),
            ([], []) => String::new(),
            ([], maps) => {
                let maps = maps.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
                format!("no such boundary in the street maps that are here: {maps}\n")
            }
            (found, _) => table(found.iter().map(boundary_row).collect()),
        };
        for (map, why) in &self.unread {
            add(&mut out, format_args!("the street map {} cannot be read: {}\n", line(map), with_remedy(&line(why))));
        }
        if self.more > 0 {
            add(
                &mut out,
                format_args!("and {} more; give words of the name, a level, or a higher --limit\n", self.more),
            );
        }
        out
    }
    fn json(&self) -> Value {
        let found: Vec<Value> = self.found.iter().map(boundary_json).collect();
        json!({ "boundaries": found, "more": self.more, "maps": self.maps, "unread": self.unread })
    }
}

fn boundary_row(found: &BoundaryFound) -> Vec<String> {
    let whole = found.incomplete.is_empty();
    let cells = found.cover.map(|cover| {
        format!("{} cells, {:.2} km², {:.1} % more than it", cover.cells, cover.cells_km2, cover.percent())
    });
    vec![
        if whole { short(&found.id) } else { "-".to_owned() },
        line(&found.told()),
        line(&found.name),
        format!("map {}", line(&found.map)),
        if whole { cells.unwrap_or_default() } else { line(&found.incomplete) },
    ]
}

fn boundary_json(found: &BoundaryFound) -> Value {
    let whole = found.incomplete.is_empty();
    json!({
        "id": whole.then_some(found.id),
        "name": found.name,
        "kind": found.kind,
        "level": found.level,
        "lat": whole.then(|| found.centre.lat()),
        "lon": whole.then(|| found.centre.lon()),
        "map": found.map,
        "credit": found.credit,
        "incomplete": found.incomplete,
        "cover": found.cover.map(|cover| json!({
            "cells": cover.cells, "outline_km2": cover.outline_km2, "cells_km2": cover.cells_km2,
            "more_percent": cover.percent(),
        })),
    })
}

fn row(info: &TerritoryInfo) -> Vec<String> {
    let mut cells = info.cells.iter().take(CELLS_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(",");
    if info.cells.len() > CELLS_SHOWN {
        add(&mut cells, format_args!(",… ({})", info.cells.len()));
    }
    vec![
        short(&info.id),
        if info.followed { "followed" } else { "known" }.to_owned(),
        line(&info.name),
        format!("{} elements", info.elements),
        cells,
    ]
}

/// A territory, also for the daemon's events.
pub(crate) fn json(info: &TerritoryInfo) -> Value {
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
