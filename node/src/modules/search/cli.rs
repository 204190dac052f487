//! `search`.

use super::{Along, Found, Hit, How, Near, Offered, Open, OpenNow, Query, Why, counts};
use crate::{
    cli::{
        choices::KindArg,
        json,
        parse::{self, Spot},
        place,
        print::Prints,
        session::{self, Session},
        text::{add, distance, line, short, table, title},
        time::{self, Moment, Zone},
        when,
    },
    failure::Failure,
    modules::{address, same::AlsoSaid},
    osm_words::Language,
};
use clap::{Args as ClapArgs, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

const AFTER_HELP: &str = "JSON: {\"total\":n,\"hits\":[{…element…,\"distance_m\",\"around\",\"also\",\
\"why\":{\"match\",\"how\",\"line\"}}],\"addresses\":[{\"sort\":\"address\",…}],\"facets\"}; an element, and also \
(where there are others), as in `show`, an address as in `address`: doors and streets of the street maps that were \
imported, below elements and not counted. Facets, with --facets: {\"kinds\",\"subkinds\",\"tags\",\"more_tags\",\
\"times\",\"distances\",\"with_hours\",\"open\"}, each list of [what, count]. A hit says whether it is open, if its \
hours are understood: {\"open\",\"open_until_ms\",\"opens_ms\"}. Where nothing found is open as asked, \"shut\" \
says how many there are but for that. A place that the words name is \"offered\": {\"text\",\"place\"}, the other \
words and the place, for --near; nothing was looked for there.";

/// Searching.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Search what is held
    #[command(after_help = AFTER_HELP)]
    Search(Box<Search>),
}

/// What is looked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Search {
    /// Words, as they come: accents, hyphens, short forms and a slip of the finger do not matter
    pub text: Vec<String>,
    /// Around coordinates or a place, nearest first
    #[arg(long, value_name = "LAT,LON|PLACE", value_parser = parse::spot, allow_hyphen_values = true)]
    pub near: Option<Spot>,
    /// Kilometres around it
    #[arg(long, value_name = "KM", value_parser = parse::kilometres, requires = "near", allow_hyphen_values = true)]
    pub radius: Option<u32>,
    /// Along a line, nearest to it first: once for each of its points, in their order
    #[arg(long, value_name = "LAT,LON|PLACE", value_parser = parse::spot, allow_hyphen_values = true)]
    pub along: Vec<Spot>,
    /// Kilometres to either side of the line
    #[arg(long, value_name = "KM", value_parser = parse::kilometres, requires = "along", default_value = "1")]
    pub within: u32,
    /// Only these kinds
    #[arg(long, value_delimiter = ',')]
    pub kind: Vec<KindArg>,
    /// Only with all these tags, under any of their names
    #[arg(long, value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Only inside this territory, or any of several: names or ids of `territory list`
    #[arg(long, value_name = "T")]
    pub territory: Vec<String>,
    /// And so many kilometres around the territories
    #[arg(long, value_name = "KM", value_parser = parse::kilometres, requires = "territory")]
    pub ring: Option<u32>,
    /// Only events that take place on this day or later
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub from: Option<Date>,
    /// Only events that take place on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub to: Option<Date>,
    /// Only what is open now, or on a day: now, today, tomorrow, mo, tu, we, th, fr, sa, su
    #[arg(long, value_name = "WHEN", value_parser = open)]
    pub open: Option<Opened>,
    /// IANA time zone of the days; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// The most to print; 0: all
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Count all that is found by kind, tag, time and distance, and what is open
    #[arg(long)]
    pub facets: bool,
}

/// When something is to be open, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    Now,
    /// So many days ahead.
    Ahead(u8),
    /// Monday 0.
    Day(u8),
}

fn open(text: &str) -> Result<Opened, String> {
    const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    // One of seven fits.
    let day = |at: usize| u8::try_from(at).map(Opened::Day).ok();
    match text {
        "now" => Some(Opened::Now),
        "today" => Some(Opened::Ahead(0)),
        "tomorrow" => Some(Opened::Ahead(1)),
        _ => DAYS.iter().position(|known| *known == text).and_then(day),
    }
    .ok_or_else(|| format!("'{text}' is none of now, today, tomorrow, {}", DAYS.join(", ")))
}

impl Opened {
    fn asked(self, zone: &Zone) -> Open {
        let today = zone.day(time::now_ms()).map_or(0, |day| day.weekday().to_monday_zero_offset().unsigned_abs());
        let day = |days: u8| Open::Day((today + days) % 7);
        match self {
            Self::Now => Open::Now,
            Self::Ahead(days) => day(days),
            Self::Day(day) => Open::Day(day),
        }
    }
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Search(search) = self;
        let query = search.query(session)?;
        // Of what repeats the first time of those that are asked for.
        let from_ms = query.from_ms.filter(|from| *from > i64::MIN).unwrap_or_else(time::now_ms);
        Ok(Box::new(Shown { found: session.ask(query)?, from_ms, language: Language::of_code(&language()) }))
    }
}

/// The language of who asks, as the system's variables name it.
pub(crate) fn language() -> String {
    let locale = session::locale();
    locale.split(['_', '-', '.', '@']).next().unwrap_or_default().to_ascii_lowercase()
}

impl Search {
    pub(crate) fn query(self, session: &mut Session) -> Result<Query, Failure> {
        let zone = self.zone.unwrap_or_else(time::system);
        let near = match self.near {
            Some(spot) => Some(Near { position: session.position(spot)?, radius_m: self.radius }),
            None => None,
        };
        let line: Vec<_> = self.along.into_iter().map(|spot| session.position(spot)).collect::<Result<_, _>>()?;
        let territories = self.territory.iter().map(|text| session.territory(text)).collect::<Result<_, Failure>>()?;
        // A last day alone means events as well.
        let from = self.from.map(Moment::Day).map(|day| zone.start(&day)).transpose().map_err(Failure::invalid)?;
        let to = self.to.map(Moment::Day).map(|day| zone.end(&day)).transpose().map_err(Failure::invalid)?;
        Ok(Query {
            text: self.text.join(" "),
            near,
            along: (!line.is_empty()).then(|| Box::new(Along { line, within_m: self.within })),
            kinds: self.kind.into_iter().map(Into::into).collect(),
            tags: self.tag,
            territories,
            ring_m: self.ring.unwrap_or(0),
            from_ms: from.or(to.map(|_| i64::MIN)),
            to_ms: to,
            open: self.open.map(|open| open.asked(&zone)),
            now_ms: Some(time::now_ms()),
            language: language(),
            zone: zone.name,
            limit: Some(self.limit).filter(|limit| *limit > 0),
            facets_at_ms: self.facets.then(time::now_ms),
        })
    }
}

/// What was found, for who asks from a moment on.
pub(crate) struct Shown {
    /// What was found.
    pub found: Found,
    /// From then on.
    pub from_ms: i64,
    /// The language of who asks.
    pub language: Language,
}

impl Prints for Shown {
    fn text(&self) -> String {
        let Self { found, from_ms, language } = self;
        let offer = found.offered.as_deref().map(offer).unwrap_or_default();
        if found.hits.is_empty() && found.addresses.is_empty() {
            let none = match found.shut {
                0 => {
                    "nothing found; look wider, or follow a territory with `communaut-node territory follow`".to_owned()
                }
                1 => "1 found, not known to be open then; leave the hours out to see it".to_owned(),
                shut => format!("{shut} found, none of them known to be open then; leave the hours out to see them"),
            };
            return format!("{none}\n{offer}");
        }
        let now_ms = time::now_ms();
        let mut out = table(
            found.hits.iter().map(|hit| row(hit, self.found.also.get(&hit.element.id), *from_ms, now_ms)).collect(),
        );
        out.push_str(&table(found.addresses.iter().map(address::row).collect()));
        if found.total > found.hits.len() {
            add(&mut out, format_args!("{} of {}; all with --limit 0\n", found.hits.len(), found.total));
        }
        if let Some(facets) = &found.facets {
            out.push_str(&counts::told(facets, *language));
        }
        out.push_str(&offer);
        out
    }
    fn json(&self) -> Value {
        let now_ms = time::now_ms();
        let also = |hit: &Hit| self.found.also.get(&hit.element.id).map_or(&[][..], Vec::as_slice);
        let hits: Vec<Value> = self.found.hits.iter().map(|hit| value(hit, also(hit), now_ms)).collect();
        let addresses: Vec<Value> = self.found.addresses.iter().map(address::value).collect();
        let mut found = json!({ "total": self.found.total, "hits": hits, "addresses": addresses });
        if let Some(fields) = found.as_object_mut() {
            if let Some(facets) = &self.found.facets {
                fields.insert("facets".into(), counts::json(facets));
            }
            if self.found.shut > 0 {
                fields.insert("shut".into(), json!(self.found.shut));
            }
            if let Some(offered) = &self.found.offered {
                fields.insert("offered".into(), json!({ "text": offered.text, "place": place::value(&offered.place) }));
            }
        }
        found
    }
}

/// One line: where one may look instead.
fn offer(offered: &Offered) -> String {
    let place = &offered.place.place;
    let around = format!("{}, {}", place.name, place.country);
    let command = ["search", &offered.text, "--near"].into_iter().filter(|part| !part.is_empty());
    let command = command.collect::<Vec<_>>().join(" ");
    format!("in {}? `communaut-node {} '{}'`\n", line(&place.told()), line(&command), line(&around))
}

pub(crate) fn row(hit: &Hit, also: Option<&Vec<AlsoSaid>>, from_ms: i64, now_ms: i64) -> Vec<String> {
    let element = &hit.element;
    let mut name = title(element);
    if let Some(called) = &hit.called {
        name = format!("{} ({name})", line(&called.name));
    }
    if let Some(event) = &element.when {
        name = format!("{name}, {}", when::text_from(event, from_ms));
    }
    if let Some(also) = also {
        name = format!("{name}, also said by {}", also.len());
    }
    vec![
        short(&element.id),
        element.kind.name().to_owned(),
        hit.distance_m.map(distance).unwrap_or_default(),
        name,
        line(&element.address),
        because(hit, now_ms),
    ]
}

pub(crate) fn value(hit: &Hit, also: &[AlsoSaid], now_ms: i64) -> Value {
    let mut value = json::element(&hit.element);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("distance_m".into(), json!(hit.distance_m));
        fields.insert("around".into(), json!(hit.around));
        if let Some(called) = &hit.called {
            let why = if called.asked { "asked" } else { "language" };
            fields.insert("called".into(), json!({ "name": called.name, "language": called.language, "why": why }));
        }
        if let Some(OpenNow { open, until_ms, .. }) = hit.open {
            fields.insert("open".into(), json!(open));
            fields.insert(if open { "open_until_ms" } else { "opens_ms" }.into(), json!(until_ms));
        }
        if !also.is_empty() {
            fields.insert("also".into(), json!(also));
        }
        let (place, how) = why(hit.why);
        fields.insert("why".into(), json!({ "match": place, "how": how, "line": because(hit, now_ms) }));
    }
    value
}

/// The reason for a hit's place, in words of the JSON: where, and how it was found there.
fn why(why: Why) -> (&'static str, Option<&'static str>) {
    let how = |how| match how {
        How::Typed => "typed",
        How::Form => "form",
        How::Meaning => "meaning",
        How::Nearly => "nearly",
    };
    match why {
        Why::Name(found) => ("name", Some(how(found))),
        Why::Tag => ("tag", None),
        Why::Kind => ("kind", None),
        Why::Text(found) => ("text", Some(how(found))),
        Why::OtherName => ("other_name", None),
        Why::Contact => ("contact", None),
        Why::Distance(_) => ("distance", None),
        Why::Date => ("date", None),
        Why::Alphabetical => ("alphabetical", None),
    }
}

/// Why a hit is here, in one line: what matches, how far it is, how old what is said of it is.
pub(crate) fn because(hit: &Hit, now_ms: i64) -> String {
    let matched = match hit.why {
        Why::Name(How::Typed) => "in its name",
        Why::Name(How::Form) => "in its name, in another form",
        Why::Name(How::Meaning) => "its name means the same",
        Why::Name(How::Nearly) => "its name is spelt nearly so",
        Why::Tag => "in its tags",
        Why::Kind => "a kind of thing that this may mean",
        Why::Text(How::Nearly) => "nearly so in its text",
        Why::Text(_) => "in its text",
        Why::OtherName => "another of its names",
        Why::Contact => "its phone number, mail address or site",
        Why::Distance(_) => "nearest first",
        Why::Date => "by date",
        Why::Alphabetical => "in alphabetical order",
    };
    let mut parts = vec![matched.to_owned()];
    parts.extend(hit.called.as_ref().filter(|called| !called.asked).map(|_| "shown in your language".to_owned()));
    parts.extend(hit.distance_m.map(|metres| format!("{} away", distance(metres))));
    if hit.around {
        parts.push("around the territory".to_owned());
    }
    parts.extend(hit.open.map(|now| opening(now, now_ms, &time::system())));
    parts.push(age(hit.element.updated.ms(), now_ms));
    parts.join("; ")
}

/// Whether it is open, and when that changes: the time alone if that is today.
/// On the clock of the place, as it stands on its door; on one's own, where that is not known.
fn opening(now: OpenNow, now_ms: i64, own: &Zone) -> String {
    let there = now.offset_min.map(Zone::ahead);
    let zone = there.as_ref().unwrap_or(own);
    let until = now.until_ms.map(|until_ms| {
        let shown = zone.show(until_ms);
        match shown.rsplit_once(' ') {
            Some((_, clock)) if zone.day(now_ms) == zone.day(until_ms) => clock.to_owned(),
            _ => shown,
        }
    });
    match (now.open, until) {
        (true, Some(until)) => format!("open until {until}"),
        (true, None) => "always open".to_owned(),
        (false, Some(from)) => format!("opens at {from}"),
        (false, None) => "closed".to_owned(),
    }
}

/// How old a fact is, in the largest unit of which it is two or more.
fn age(updated_ms: u64, now_ms: i64) -> String {
    const DAY_MS: u64 = 86_400_000;
    let days = u64::try_from(now_ms).unwrap_or(0).saturating_sub(updated_ms) / DAY_MS;
    match days {
        0 => "as of today".to_owned(),
        1 => "as of yesterday".to_owned(),
        2..60 => format!("as of {days} days ago"),
        60..730 => format!("as of {} months ago", days / 30),
        _ => format!("as of {} years ago", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_else_one_may_do_is_said() {
        let text = |found: Found| Shown { found, from_ms: 0, language: Language::English }.text();
        assert_eq!(
            text(Found { shut: 12, ..Found::default() }),
            "12 found, none of them known to be open then; leave the hours out to see them\n"
        );
        let wish = crate::gazetteer::bundled().wish("fr_FR", None);
        let place = crate::gazetteer::bundled().named("brest", &wish).unwrap_or_else(|| unreachable!());
        let offered = Some(Box::new(Offered { text: "boulangerie".into(), place }));
        let found = Found { offered, ..Found::default() };
        let told = text(found.clone());
        assert!(told.ends_with("? `communaut-node search boulangerie --near 'Brest, FR'`\n"), "{told}");
        let json = Shown { found, from_ms: 0, language: Language::English }.json();
        assert_eq!(
            (&json["offered"]["text"], &json["offered"]["place"]["name"]),
            (&json!("boulangerie"), &json!("Brest"))
        );
    }

    #[test]
    fn ages_in_words() {
        let days = |days: i64| age(1_000, 1_000 + days * 86_400_000);
        assert_eq!(
            [0, 1, 59, 60, 729, 730].map(days),
            [
                "as of today",
                "as of yesterday",
                "as of 59 days ago",
                "as of 2 months ago",
                "as of 24 months ago",
                "as of 2 years ago",
            ]
        );
        assert_eq!(age(5_000, 0), "as of today", "from a clock that is ahead");
    }
}
