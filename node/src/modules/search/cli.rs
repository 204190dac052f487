//! `search`.

use super::{Found, Hit, Near, Query, Why};
use crate::{
    cli::{
        choices::KindArg,
        json,
        parse::{self, Spot},
        print::Prints,
        session::Session,
        text::{add, distance, line, short, table, title},
        time::{self, Moment, Zone},
        when,
    },
    failure::Failure,
};
use clap::{Args as ClapArgs, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Searching.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Search what is held
    #[command(
        after_help = "JSON: {\"total\":n,\"hits\":[{…element…,\"distance_m\",\"why\"}]}; an element as in `show`."
    )]
    Search(Box<Search>),
}

/// What is looked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Search {
    /// Words; accents and case apart
    pub text: Vec<String>,
    /// Around coordinates or a place, nearest first
    #[arg(long, value_name = "LAT,LON|PLACE", value_parser = parse::spot, allow_hyphen_values = true)]
    pub near: Option<Spot>,
    /// Kilometres around it
    #[arg(long, value_name = "KM", value_parser = parse::kilometres, requires = "near", allow_hyphen_values = true)]
    pub radius: Option<u32>,
    /// Only these kinds
    #[arg(long, value_delimiter = ',')]
    pub kind: Vec<KindArg>,
    /// Only with all these tags
    #[arg(long, value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Only inside this territory: a name or an id of `territory list`
    #[arg(long, value_name = "T")]
    pub territory: Option<String>,
    /// Only events that take place on this day or later
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub from: Option<Date>,
    /// Only events that take place on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub to: Option<Date>,
    /// IANA time zone of the days; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// The most to print; 0: all
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Search(search) = self;
        let query = search.query(session)?;
        // Of what repeats the first time of those that are asked for.
        let from_ms = query.from_ms.filter(|from| *from > i64::MIN).unwrap_or_else(time::now_ms);
        Ok(Box::new(Shown { found: session.ask(query)?, from_ms }))
    }
}

impl Search {
    fn query(self, session: &mut Session) -> Result<Query, Failure> {
        let zone = self.zone.unwrap_or_else(time::system);
        let near = match self.near {
            Some(spot) => Some(Near { position: session.position(spot)?, radius_m: self.radius }),
            None => None,
        };
        let territory = match self.territory {
            Some(text) => Some(session.territory(&text)?.id),
            None => None,
        };
        // A last day alone means events as well.
        let from = self.from.map(Moment::Day).map(|day| zone.start(&day)).transpose().map_err(Failure::invalid)?;
        let to = self.to.map(Moment::Day).map(|day| zone.end(&day)).transpose().map_err(Failure::invalid)?;
        Ok(Query {
            text: self.text.join(" "),
            near,
            kinds: self.kind.into_iter().map(Into::into).collect(),
            tags: self.tag,
            territory,
            from_ms: from.or(to.map(|_| i64::MIN)),
            to_ms: to,
            zone: zone.name,
            limit: Some(self.limit).filter(|limit| *limit > 0),
        })
    }
}

/// What was found, for who asks from a moment on.
pub(crate) struct Shown {
    /// What was found.
    pub found: Found,
    /// From then on.
    pub from_ms: i64,
}

impl Prints for Shown {
    fn text(&self) -> String {
        let Self { found, from_ms } = self;
        if found.hits.is_empty() {
            return "nothing found; look wider, or follow a territory with `communaut-node territory follow`\n"
                .to_owned();
        }
        let mut out = table(found.hits.iter().map(|hit| row(hit, *from_ms)).collect());
        if found.total > found.hits.len() {
            add(&mut out, format_args!("{} of {}; more with --limit\n", found.hits.len(), found.total));
        }
        out
    }
    fn json(&self) -> Value {
        json!({ "total": self.found.total, "hits": self.found.hits.iter().map(value).collect::<Vec<_>>() })
    }
}

fn row(hit: &Hit, from_ms: i64) -> Vec<String> {
    let element = &hit.element;
    let mut name = title(element);
    if let Some(event) = &element.when {
        name = format!("{name}, {}", when::text_from(event, from_ms));
    }
    vec![
        short(&element.id),
        element.kind.name().to_owned(),
        hit.distance_m.map(distance).unwrap_or_default(),
        name,
        line(&element.address),
        why(hit.why).to_owned(),
    ]
}

fn value(hit: &Hit) -> Value {
    let mut value = json::element(&hit.element);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("distance_m".into(), json!(hit.distance_m));
        fields.insert("why".into(), json!(why(hit.why)));
    }
    value
}

/// The reason for a hit's place, as a word.
fn why(why: Why) -> &'static str {
    match why {
        Why::Name => "name",
        Why::Tag => "tag",
        Why::Text => "text",
        Why::Distance(_) => "distance",
        Why::Date => "date",
        Why::Alphabetical => "alphabetical",
    }
}
