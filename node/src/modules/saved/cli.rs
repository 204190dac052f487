//! `saved`: searches under a name, and what is new in them.

use super::{ForgetSearch, News, SaveSearch, SavedSearch, SavedSearches, SeeSearch, commands::name_of};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{add, line, table},
        time,
    },
    failure::Failure,
    modules::search::{
        Hit,
        cli::{self, Search},
    },
};
use clap::Subcommand;
use serde_json::{Value, json};

const RUN_HELP: &str = "JSON: {\"name\",\"new\":[…hits as in `search`…],\"changed\":[…],\"more\":n}. What was told is \
seen, and not told again unless it changes.";

/// Searches that are kept.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Searches under a name, and what is new in them; of this node alone
    #[command(subcommand)]
    Saved(Saved),
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Saved {
    /// Keep a search under a name; what it finds now is seen
    Keep {
        /// Its name
        name: String,
        /// In place of the one of that name
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        search: Box<Search>,
    },
    /// What is new in a search that is kept, since it was last run
    #[command(after_help = RUN_HELP)]
    Run {
        /// Its name
        name: String,
        /// Tell it again the next time
        #[arg(long)]
        unseen: bool,
    },
    /// The searches that are kept
    #[command(after_help = "JSON: {\"saved\":[{\"name\",\"text\",\"seen\":n}]}")]
    List,
    /// Keep a search no longer
    Forget {
        /// Its name
        name: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Saved(saved) = self;
        saved.run(session)
    }
}

impl Saved {
    fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        match self {
            Self::Keep { name, replace, search } => {
                let name = name_of(&name);
                let query = search.query(session)?;
                let saved = SavedSearch { name, query, ahead: None, seen: Vec::new() };
                let news = saved.news(&session.ask(saved.asked(time::now_ms()))?);
                let seen = news.seen.len();
                let SavedSearch { name, query, ahead, .. } = saved.clone();
                session.ask(SaveSearch { name, query, ahead, seen: news.seen, replace })?;
                Ok(Box::new(Kept { name: saved.name, seen }))
            }
            Self::Run { name, unseen } => {
                let all = session.ask(SavedSearches)?;
                let saved = all.into_iter().find(|saved| saved.name == name_of(&name) || saved.name == name.trim());
                let saved = saved.ok_or_else(|| {
                    Failure::not_found(format!("no search is kept as '{name}'; `communaut-node saved list` lists all"))
                })?;
                let mut news = saved.news(&session.ask(saved.asked(time::now_ms()))?);
                if !unseen {
                    let seen = std::mem::take(&mut news.seen);
                    session.ask(SeeSearch { name: saved.name.clone(), seen })?;
                }
                Ok(Box::new(Told { name: saved.name, news }))
            }
            Self::List => Ok(Box::new(Listed(session.ask(SavedSearches)?))),
            Self::Forget { name } => {
                session.ask(ForgetSearch { name: name.clone() })?;
                Ok(Box::new(Forgotten(name)))
            }
        }
    }
}

struct Kept {
    name: String,
    seen: usize,
}

impl Prints for Kept {
    fn text(&self) -> String {
        format!("kept as '{}'; it finds {} now, and `saved run` tells what is new\n", line(&self.name), self.seen)
    }
    fn json(&self) -> Value {
        json!({ "name": self.name, "seen": self.seen })
    }
}

struct Told {
    name: String,
    news: News,
}

impl Prints for Told {
    fn text(&self) -> String {
        let now_ms = time::now_ms();
        let News { new, changed, more, .. } = &self.news;
        let list = |hits: &[Hit]| table(hits.iter().map(|hit| cli::row(hit, None, now_ms, now_ms)).collect());
        let mut out = String::new();
        for (what, hits) in [("new", new), ("changed", changed)].iter().filter(|(_, hits)| !hits.is_empty()) {
            add(&mut out, format_args!("{what}:\n{}", list(hits)));
        }
        if out.is_empty() {
            out.push_str("nothing new\n");
        }
        if *more > 0 {
            add(&mut out, format_args!("{more} more are found than are told apart; look for less at once\n"));
        }
        out
    }
    fn json(&self) -> Value {
        let now_ms = time::now_ms();
        let list = |hits: &[Hit]| hits.iter().map(|hit| cli::value(hit, &[], now_ms)).collect::<Vec<_>>();
        let News { new, changed, more, .. } = &self.news;
        json!({ "name": self.name, "new": list(new), "changed": list(changed), "more": more })
    }
}

struct Listed(Vec<SavedSearch>);

impl Prints for Listed {
    fn text(&self) -> String {
        if self.0.is_empty() {
            return "no search is kept; keep one with `communaut-node saved keep NAME WORDS`\n".to_owned();
        }
        let row = |saved: &SavedSearch| {
            vec![line(&saved.name), line(&saved.query.text), format!("{} seen", saved.seen.len())]
        };
        table(self.0.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        let one =
            |saved: &SavedSearch| json!({ "name": saved.name, "text": saved.query.text, "seen": saved.seen.len() });
        json!({ "saved": self.0.iter().map(one).collect::<Vec<_>>() })
    }
}

struct Forgotten(String);

impl Prints for Forgotten {
    fn text(&self) -> String {
        format!("'{}' is kept no longer\n", line(&self.0))
    }
    fn json(&self) -> Value {
        json!({ "forgotten": self.0 })
    }
}
