//! `bookmark`: links of the web with title and note, kept on an element's page.

use super::{Read, Written};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{line, moment, named, short, table},
    },
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    snapshot::Snapshot,
};
use clap::Subcommand;
use communaut_protocol::{
    ElementId, EntryId, IdentityId,
    op::{BookmarkOp, BookmarkText, Op, Operation as _},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Bookmarks of one answer: more than a page shows.
const BOOKMARKS_MAX: usize = 500;

/// Keep a link on an element's page, or say something else of one that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepBookmark {
    /// On whose page.
    pub on: ElementId,
    /// Its address, `http://` or `https://`.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// Why it is kept; may be empty.
    pub note: String,
}

/// Take one's own bookmark away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveBookmark {
    /// On whose page.
    pub on: ElementId,
    /// Its address.
    pub url: String,
}

/// The bookmarks on an element's page, the latest first, at most 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmarks {
    /// Whose page.
    pub on: ElementId,
}

/// A bookmark that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookmarkDetail {
    /// The entry that says it: what `erase` takes.
    pub entry: EntryId,
    /// Its address.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// Why it is kept; may be empty.
    pub note: String,
    /// When it was kept, milliseconds since 1970 UTC, by its author's clock.
    pub at_ms: u64,
    /// Who keeps it.
    pub author: IdentityId,
    /// Their name; empty until their profile has come.
    pub author_name: String,
}

impl Act for KeepBookmark {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { on, url, title, note } = self;
        let said = BookmarkText { title: title.trim().to_owned(), note: note.trim().to_owned() };
        replica.bookmark(tidy(BookmarkOp { on, url, said: Some(said) }))
    }
}

impl Act for RemoveBookmark {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let op = tidy(BookmarkOp { on: self.on, url: self.url, said: None });
        let (me, held) = (replica.author()?, replica.element(op.on)?);
        let view = replica.views.scopes().get(&held.scope);
        let own = view.and_then(|view| view.bookmark(op.on, me, op.key()));
        if own.is_none_or(|own| own.said.is_none()) {
            let why = format!("you keep no link '{}' on the page of '{}'", op.url, held.name);
            return Err(Failure::not_found(why));
        }
        // One's own goes whatever role one has left: else it would be back with the role.
        let entries = replica.write(me, vec![(held.scope, Op::Bookmark(op))])?;
        Ok(Written { element: Some(held.id), entries })
    }
}

/// As it will be signed, so that what is compared with it is the same. An address may be typed as people say it.
fn tidy(mut op: BookmarkOp) -> BookmarkOp {
    op.tidy();
    let typed = op.url.trim();
    let named = typed.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = named.split_once(':').unwrap_or((named, "1"));
    let is_host = host.contains('.') && !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    op.url = match typed.split_once("://") {
        _ if is_host => format!("https://{typed}"),
        Some((scheme, rest)) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
        None => typed.to_owned(),
    };
    op
}

impl Replica {
    fn bookmark(&mut self, op: BookmarkOp) -> Result<Written, Failure> {
        let (me, held) = (self.author()?, self.element(op.on)?);
        let view = self.views.scopes().get(&held.scope);
        if !view.is_some_and(|view| view.may_bookmark(held.id, me)) {
            let why = format!(
                "only the owner of '{}', and contributors, moderators and leaders of its organisation, keep links on \
                 its page (SPEC.md §7.2)",
                held.name
            );
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let same = view.and_then(|view| view.bookmark(op.on, me, op.key()));
        if same.is_some_and(|same| same.said == op.said) {
            return Ok(Written { element: Some(held.id), entries: Vec::new() });
        }
        let entries = self.write(me, vec![(held.scope, Op::Bookmark(op))])?;
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Read for Bookmarks {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<BookmarkDetail>, Failure> {
        let held = snapshot.elements.get(&self.on);
        let held = held.ok_or_else(|| Failure::not_found(format!("no element {} is held here", self.on.short())))?;
        let all = snapshot.scopes.get(&held.scope).map(|view| view.bookmarks_on(self.on)).unwrap_or_default();
        let detail = all.into_iter().take(BOOKMARKS_MAX).filter_map(|kept| {
            let said = kept.said.clone()?;
            let (url, author, at_ms) = (kept.url.clone(), kept.author, kept.stamp.ms());
            let (title, note, author_name) = (said.title, said.note, snapshot.name_of(author));
            Some(BookmarkDetail { entry: kept.entry, url, title, note, at_ms, author, author_name })
        });
        Ok(detail.collect())
    }
}

/// The command.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Links of the web, kept on an element's page
    #[command(subcommand)]
    Bookmark(BookmarkCommand),
}

/// What to do with links.
#[derive(Debug, Subcommand)]
pub enum BookmarkCommand {
    /// Keep a link on a page, or say something else of it
    #[command(after_help = WRITTEN)]
    Add {
        /// The element on whose page
        element: String,
        /// Its address, https://…
        url: String,
        /// What it is called
        #[arg(long)]
        title: String,
        /// Why it is kept
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Take one of your links away
    #[command(after_help = WRITTEN)]
    Remove {
        /// The element on whose page
        element: String,
        /// Its address
        url: String,
    },
    /// The links on a page, the latest first
    #[command(
        after_help = "At most 500. JSON: {\"bookmarks\":[{\"entry\",\"url\",\"title\",\"note\",\"at_ms\",\"author\",\
        \"author_name\"}]}"
    )]
    List {
        /// The element whose page
        element: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Bookmark(command) = self;
        Ok(match command {
            BookmarkCommand::Add { element, url, title, note } => {
                let on = session.element(&element)?;
                Box::new(Wrote::a("bookmark", session.ask(KeepBookmark { on, url, title, note })?))
            }
            BookmarkCommand::Remove { element, url } => {
                let on = session.element(&element)?;
                Box::new(Wrote::a("bookmark", session.ask(RemoveBookmark { on, url })?))
            }
            BookmarkCommand::List { element } => {
                let on = session.element(&element)?;
                Box::new(session.ask(Bookmarks { on })?)
            }
        })
    }
}

impl Prints for Vec<BookmarkDetail> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no links are kept on this page; `bookmark add` keeps one\n".to_owned();
        }
        let row = |kept: &BookmarkDetail| {
            let who = named(&kept.author_name, kept.author);
            vec![
                short(&kept.entry.to_string()),
                moment(kept.at_ms),
                who,
                line(&kept.title),
                line(&kept.url),
                line(&kept.note),
            ]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "bookmarks": self })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::{
        daemon::desk::{Desk, MONACO, carry},
        modules::{
            Outcome,
            element::{ElementDraft, SaveElement},
            erasure::Erase,
            governance::SetRole,
        },
    };
    use communaut_protocol::op::{Kind, Role};

    const URL: &str = "https://example.org/reparer";

    fn garden(desk: &mut Desk) -> ElementId {
        let (kind, name, position) = (Kind::Organisation, "Jardin".to_owned(), Some(MONACO));
        let draft = Box::new(ElementDraft { kind, name, position, ..ElementDraft::default() });
        match desk.ask(SaveElement { id: None, draft }).unwrap() {
            Outcome::Written(Written { element: Some(id), .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    fn keep(desk: &mut Desk, on: ElementId, title: &str) -> Result<Outcome, Failure> {
        desk.ask(KeepBookmark { on, url: format!(" {URL}\u{ad}"), title: title.into(), note: "à lire".into() })
    }

    fn titles(desk: &mut Desk, on: ElementId) -> Vec<(String, String)> {
        desk.core.replica.changed = true;
        let snapshot = desk.core.snapshot().unwrap();
        let all = Bookmarks { on }.read(&snapshot).unwrap();
        all.into_iter().map(|kept| (kept.title, kept.author_name)).collect()
    }

    #[test]
    fn a_link_is_kept_said_anew_and_taken_away_by_those_who_may() {
        let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
        let on = garden(&mut ada);
        carry(&mut [&mut ada, &mut bob]);
        assert_eq!(keep(&mut bob, on, "De Bob").unwrap_err().code, FailureCode::NotAllowed);
        for title in ["Réparer", "Réparer soi-même", "Réparer soi-même"] {
            keep(&mut ada, on, title).unwrap();
        }
        let before = ada.entries().len();
        keep(&mut ada, on, "Réparer soi-même").unwrap();
        assert_eq!(ada.entries().len(), before, "what is said already is not said anew");
        carry(&mut [&mut ada, &mut bob]);
        let said = |title: &str, name: &str| (title.to_owned(), name.to_owned());
        assert_eq!(titles(&mut bob, on), [said("Réparer soi-même", "Ada")]);
        let role = SetRole { container: on, person: bob.me(), role: Some(Role::Contributor) };
        ada.ask(role).unwrap();
        carry(&mut [&mut ada, &mut bob]);
        keep(&mut bob, on, "De Bob").unwrap();
        carry(&mut [&mut ada, &mut bob]);
        assert_eq!(titles(&mut ada, on), [said("De Bob", "Bob"), said("Réparer soi-même", "Ada")]);
        // Each takes away their own, however it is typed; what is not there cannot be.
        ada.ask(RemoveBookmark { on, url: "example.org/reparer".into() }).unwrap();
        let gone = ada.ask(RemoveBookmark { on, url: URL.replace("https", "HTTPS") }).unwrap_err();
        assert_eq!(gone.code, FailureCode::NotFound);
        carry(&mut [&mut ada, &mut bob]);
        assert_eq!(titles(&mut bob, on), [said("De Bob", "Bob")]);
        // What was said in a role that he has no longer stays; what he takes away then does not come back with it.
        for role in [Role::Member, Role::Contributor] {
            ada.ask(SetRole { container: on, person: bob.me(), role: Some(role) }).unwrap();
            carry(&mut [&mut ada, &mut bob]);
            let left = if role == Role::Member { vec![said("De Bob", "Bob")] } else { vec![] };
            assert_eq!(titles(&mut bob, on), left);
            if role == Role::Member {
                assert_eq!(keep(&mut bob, on, "Encore").unwrap_err().code, FailureCode::NotAllowed);
                bob.ask(RemoveBookmark { on, url: URL.into() }).unwrap();
            }
        }
    }

    /// All that was said of it, or an older title would show in its place.
    #[test]
    fn a_leader_hides_a_link_and_its_author_erases_it() {
        let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
        let on = garden(&mut ada);
        carry(&mut [&mut ada, &mut bob]);
        ada.ask(SetRole { container: on, person: bob.me(), role: Some(Role::Contributor) }).unwrap();
        carry(&mut [&mut ada, &mut bob]);
        // What is only hidden is still held, so its author erases it too.
        for (by_author, count) in [(false, 2), (true, 4)] {
            for title in ["Un", "Deux"] {
                keep(&mut bob, on, title).unwrap();
            }
            carry(&mut [&mut ada, &mut bob]);
            bob.core.replica.changed = true;
            let entry = Bookmarks { on }.read(&bob.core.snapshot().unwrap()).unwrap()[0].entry;
            let who = if by_author { &mut bob } else { &mut ada };
            let erased = who.ask(Erase { id: entry.to_string(), reason: String::new() }).unwrap();
            assert!(matches!(erased, Outcome::Erased(erased) if (erased.erased, erased.own) == (count, by_author)));
            carry(&mut [&mut ada, &mut bob]);
            assert_eq!((titles(&mut ada, on), titles(&mut bob, on)), (vec![], vec![]));
        }
    }

    #[test]
    fn what_is_no_address_of_the_web_is_refused_by_name() {
        let mut ada = Desk::of("Ada");
        let on = garden(&mut ada);
        for url in ["", "javascript:alert(1)", "https://", "https://a b", "ftp://example.org", "http://x\ny"] {
            let refused = ada.ask(KeepBookmark { on, url: url.into(), title: "T".into(), note: String::new() });
            assert!(refused.unwrap_err().message.starts_with("url refused"), "{url:?}");
        }
        let long = "https://".to_owned() + &"x".repeat(2_000);
        let refused = ada.ask(KeepBookmark { on, url: long, title: "T".into(), note: String::new() }).unwrap_err();
        assert!(refused.message.starts_with("url refused: 2008, the limit is 1000"), "{refused}");
        let none = ada.ask(KeepBookmark { on, url: URL.into(), title: " ".into(), note: String::new() }).unwrap_err();
        assert!(none.message.starts_with("title refused"), "{none}");
    }
}
