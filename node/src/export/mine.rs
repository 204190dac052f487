//! What one person is, has and wrote, as JSON and as pages that people read.

use crate::times;
use communaut_protocol::fold::{ElementView, PostView};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt::Write, sync::Arc};

/// All of one person.
#[derive(Debug, Default)]
pub struct Mine {
    /// Their name.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Identity, devices, home.
    pub profile: Value,
    /// What they made, also what they took back.
    pub elements: Vec<Arc<ElementView>>,
    /// The same as JSON.
    pub elements_json: Vec<Value>,
    /// What they wrote, oldest first, and where it stands.
    pub posts: Vec<(Arc<PostView>, String)>,
    /// What else they said, by what it is: links, claims, votes…
    pub said: BTreeMap<&'static str, Vec<SaidOf>>,
}

/// One thing more that they said.
#[derive(Debug, Clone)]
pub struct SaidOf {
    /// When, milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// Of what: its name, or the beginning of its id.
    pub on: String,
    /// What, in a few words.
    pub what: String,
    /// All of it.
    pub all: Value,
}

/// The words of the pages, in one language.
struct Words {
    posts: &'static str,
    elements: &'static str,
    said: &'static str,
    open: &'static str,
    private: &'static str,
    taken_back: &'static str,
    everything: &'static str,
    utc: &'static str,
    names: &'static [(&'static str, &'static str)],
}

const ENGLISH: Words = Words {
    posts: "Posts",
    elements: "What I made",
    said: "What else I said",
    open: "in the open",
    private: "private",
    taken_back: "taken back",
    everything: "Everything for programs: `everything.json`; on the map: `elements.geojson`; my events: `events.ics`; \
                 to carry to another device: `mine.bundle` (read it with `bundle read`, after or before I recover).",
    utc: "Times are in UTC.",
    names: &[],
};

const FRENCH: Words = Words {
    posts: "Messages",
    elements: "Ce que j'ai créé",
    said: "Ce que j'ai dit d'autre",
    open: "en public",
    private: "privé",
    taken_back: "retiré",
    everything: "Tout, pour les programmes : `everything.json` ; sur la carte : `elements.geojson` ; mes événements : \
                 `events.ics` ; à porter sur un autre appareil : `mine.bundle` (à lire avec `bundle read`).",
    utc: "Les heures sont en UTC.",
    names: &[
        ("links", "liens"),
        ("claims", "places demandées"),
        ("confirmations", "places données"),
        ("terms", "conditions des places"),
        ("roles", "rôles"),
        ("votes", "votes"),
        ("proposals", "propositions"),
        ("reactions", "réactions"),
        ("bookmarks", "signets"),
        ("labels", "étiquettes"),
        ("vouches", "personnes connues"),
        ("corrections", "corrections"),
        ("territories", "territoires"),
    ],
};

impl Words {
    fn of(language: &str) -> &'static Self {
        if language == "fr" { &FRENCH } else { &ENGLISH }
    }
    fn name(&self, what: &'static str) -> &'static str {
        self.names.iter().find(|(name, _)| *name == what).map_or(what, |(_, said)| said)
    }
}

impl Mine {
    /// All of it, for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let posts = self.posts.iter().map(|(post, on)| {
            let mut post = serde_json::to_value(post).unwrap_or_default();
            if let Some(post) = post.as_object_mut() {
                post.insert("on_name".into(), on.as_str().into());
            }
            post
        });
        let mut all = Map::from_iter([
            ("profile".to_owned(), self.profile.clone()),
            ("elements".to_owned(), json!(self.elements_json)),
            ("posts".to_owned(), posts.collect()),
        ]);
        for (what, said) in &self.said {
            all.insert((*what).to_owned(), said.iter().map(|said| said.all.clone()).collect());
        }
        Value::Object(all)
    }

    /// The pages, by the names of their files: an index, a page of posts a month, what was made, what else was said.
    #[must_use]
    pub fn pages(&self, language: &str) -> Vec<(String, String)> {
        let words = Words::of(language);
        let mut months: BTreeMap<String, String> = BTreeMap::new();
        for (post, on) in &self.posts {
            let (day, clock) = day_and_clock(post.stamp.ms());
            let month = day.get(..7).unwrap_or_default().to_owned();
            let page = months.entry(month).or_insert_with_key(|month| format!("# {} {month}\n", words.posts));
            let place = if on.is_empty() { words.open.to_owned() } else { one_line(on) };
            let private = if post.sealed.is_some() { format!(", {}", words.private) } else { String::new() };
            add(page, format_args!("\n## {day} {clock}, {place}{private}\n\n{}", quoted(&post.text)));
        }
        let mut index = format!("# {}\n\n{}\n", one_line(&self.name), quoted(&self.about));
        add(&mut index, format_args!("{}\n\n", words.utc));
        let mut pages = Vec::new();
        for (month, page) in months {
            let name = format!("posts-{month}.md");
            add(&mut index, format_args!("- [{} {month}]({name})\n", words.posts));
            pages.push((name, page));
        }
        for (name, title, page) in
            [("elements.md", words.elements, self.made(words)), ("said.md", words.said, self.else_said(words))]
        {
            add(&mut index, format_args!("- [{title}]({name})\n"));
            pages.push((name.to_owned(), format!("# {title}\n{page}")));
        }
        add(&mut index, format_args!("\n{}\n", words.everything));
        pages.push(("index.md".to_owned(), index));
        pages
    }

    fn made(&self, words: &Words) -> String {
        let mut page = String::new();
        for element in &self.elements {
            let gone = if element.retracted { format!(", {}", words.taken_back) } else { String::new() };
            add(&mut page, format_args!("\n## {} ({}{gone})\n\n", one_line(&element.name), element.kind.name()));
            if let Some(when) = &element.when {
                let (start, end) = times::told(when);
                add(&mut page, format_args!("- {start} – {end} {}\n", one_line(&when.zone)));
            }
            let facts = [
                &element.address,
                &element.phone,
                &element.email,
                &element.website,
                &element.opening_hours,
                &element.tags.join(", "),
            ];
            for fact in facts.into_iter().filter(|fact| !fact.is_empty()) {
                add(&mut page, format_args!("- {}\n", one_line(fact)));
            }
            if !element.description.is_empty() {
                add(&mut page, format_args!("\n{}", quoted(&element.description)));
            }
        }
        page
    }

    fn else_said(&self, words: &Words) -> String {
        let mut page = String::new();
        for (what, said) in &self.said {
            add(&mut page, format_args!("\n## {}\n\n", words.name(what)));
            for said in said {
                let (day, clock) = day_and_clock(said.at_ms);
                let at = if said.at_ms == 0 { String::new() } else { format!("{day} {clock}: ") };
                add(&mut page, format_args!("- {at}{} – {}\n", one_line(&said.on), one_line(&said.what)));
            }
        }
        page
    }
}

/// A `String` takes whatever is written to it.
fn add(page: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(what);
}

/// "2026-11-30", "18:05".
fn day_and_clock(ms: u64) -> (String, String) {
    let at = Timestamp::from_millisecond(i64::try_from(ms).unwrap_or_default()).unwrap_or_default();
    let at = TimeZone::UTC.to_datetime(at);
    (at.date().to_string(), at.strftime("%R").to_string())
}

/// Without what would begin something else on a page.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['<', '>', '`', '[', ']'], " ")
}

/// A text as it was written, so that nothing in it is taken for the page's own.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        add(&mut out, format_args!("> {}\n", line.replace('<', "&lt;")));
    }
    out
}
