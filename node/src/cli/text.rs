//! What the command line prints for people. Everything from outside loses its control characters first: a
//! name must not move the cursor or set the terminal's title.
//!
//! Writing into a `String` does not fail: what `write!` returns is let go here.

use super::{closed, identity, json, prune, roles, time};
use crate::api::{
    self, ElementDetail, Found, Hit, ImportReport, NetworkStatus, Occurrence, Outcome, OwnFork, Phase, Place,
    ProposalDetail, Reactions, StoreStatus, TerritoryInfo,
};
use communaut_protocol::{
    Position,
    fold::{ElementView, PostView, ProposalStatus},
    op::{Choice, Role, When},
    private::Class,
};
use std::fmt::Write;

/// Records left out that a report names one by one; --json has them all.
const SKIPPED_SHOWN: usize = 20;
/// People who reacted that a line names.
const REACTED_SHOWN: usize = 5;
/// Cells of a territory that a line names.
const CELLS_SHOWN: usize = 8;

/// Any outcome, ending with a line break. `label`: what an entry that was written is called, if not an element.
pub fn outcome(outcome: &Outcome, label: Option<&str>) -> String {
    match outcome {
        Outcome::Done(api::Done) => "done\n".to_owned(),
        Outcome::Identity(info) => identity::text(info),
        Outcome::DeviceCode(code) => identity::code_text(code),
        Outcome::Phrase(api::PhraseWords { words }) => identity::phrase_text(words),
        Outcome::Recovered(recovered) => identity::recovered_text(recovered),
        Outcome::Shares(shares) => shares.iter().map(|share| format!("{share}\n")).collect(),
        Outcome::Invitations(all) if all.is_empty() => "nobody has invited you\n".to_owned(),
        Outcome::Seeds(all) => closed::seeds_text(all),
        Outcome::Invitations(all) => table(all.iter().map(roles::invitation).collect()),
        Outcome::Status(api::NodeStatus { version, phase, network, store }) => {
            status(version, *phase, network, store, String::new())
        }
        Outcome::Peers(network) => peers(network),
        Outcome::Imported(report) => imported(report),
        Outcome::Found(found) => self::found(found),
        Outcome::Element(detail) => self::detail(detail),
        Outcome::Written(api::Written { element, entries }) => match (entries.last(), label, element) {
            (None, _, _) => "nothing to change\n".to_owned(),
            (Some(_), None, Some(element)) => format!("element {element}\n"),
            (Some(entry), label, _) => format!("{} {entry}\n", label.unwrap_or("entry")),
        },
        Outcome::Territory(info) => table(vec![territory(info)]),
        Outcome::Territories(all) if all.is_empty() => {
            "no territory is followed or known; follow one, e.g. `communaut-node territory follow Lyon:20`\n".to_owned()
        }
        Outcome::Territories(all) => table(all.iter().map(territory).collect()),
        Outcome::Places(places) => table(places.iter().map(place).collect()),
        Outcome::Erased(api::Erased { erased, own, beside, .. }) => self::erased(*erased, *own, beside),
        Outcome::Pruned(api::Pruned { logs, left }) => prune::text(logs, left),
        Outcome::Members(members) => table(members.iter().map(roles::member).collect()),
        Outcome::Audit(acts) if acts.is_empty() => "nobody was given a role, and nothing was moderated\n".to_owned(),
        Outcome::Audit(acts) => table(acts.iter().map(roles::act).collect()),
        Outcome::Posts(posts) if posts.is_empty() => "no post is held here\n".to_owned(),
        Outcome::Posts(posts) => posts
            .iter()
            .map(|detail| format!("{}\n{}", detail.author_name, indent(&post(&detail.post, Some(&detail.reactions)))))
            .collect(),
        Outcome::Agenda(events) if events.is_empty() => "no event in these days\n".to_owned(),
        Outcome::Agenda(events) => table(events.iter().map(occurrence).collect()),
        Outcome::Proposal(detail) => proposal(detail),
    }
}

/// One line without control characters.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| shown(*c)).collect()
}

fn erased(erased: u64, own: bool, beside: &[String]) -> String {
    let entries = if erased == 1 { "entry" } else { "entries" };
    let mut said = if own {
        format!(
            "erased {erased} {entries}; other nodes drop it when they next sync; a copy that never syncs again cannot be recalled\n"
        )
    } else {
        format!("hidden {erased} {entries}; dropped after 7 days unless voided\n")
    };
    if !beside.is_empty() {
        said += &format!("a damaged store may still hold it: remove {} when all is back\n", beside.join(" and "));
    }
    said
}

fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| *c == '\n' || shown(*c)).collect()
}

/// Neither a control character nor one that turns the direction of what follows.
fn shown(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Columns of equal width, two spaces apart.
pub(super) fn table(rows: Vec<Vec<String>>) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        for (index, cell) in row.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(index) {
                Some(held) => *held = (*held).max(width),
                None => widths.push(width),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "{cell:width$}  ");
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// `name  value` for each value that is not empty.
pub fn facts(all: &[(&str, String)]) -> String {
    table(
        all.iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| vec![(*name).into(), value.clone()])
            .collect(),
    )
}

pub(super) fn short(id: &impl ToString) -> String {
    id.to_string().chars().take(12).collect()
}

pub fn at(position: Option<Position>) -> String {
    position.map(|at| format!("{:.5},{:.5}", at.lat(), at.lon())).unwrap_or_default()
}

fn distance(metres: u32) -> String {
    if metres < 1_000 { format!("{metres} m") } else { format!("{:.1} km", f64::from(metres) / 1_000.0) }
}

pub(super) fn moment(ms: u64) -> String {
    let zone = time::system();
    format!("{} {}", zone.show(i64::try_from(ms).unwrap_or(i64::MAX)), zone.name)
}

fn span(start_ms: i64, end_ms: i64, name: &str) -> String {
    let zone = time::named(name);
    let end = if zone.day(start_ms) == zone.day(end_ms) { zone.hour(end_ms) } else { zone.show(end_ms) };
    format!("{} – {end} {}", zone.show(start_ms), zone.name)
}

fn when(when: &When) -> String {
    span(when.start_ms, when.end_ms, &when.zone)
}

/// What a node says of itself, and how its keys are kept.
pub fn status(version: &str, phase: Phase, network: &NetworkStatus, store: &StoreStatus, keys: String) -> String {
    let phase = match phase {
        Phase::Loading => "loading what is held",
        Phase::Ready => "ready",
        Phase::Mending => "mending the store",
        Phase::Stopping => "stopping",
    };
    let refused: Vec<String> = store.refused.iter().map(|(why, count)| format!("{} × {count}", line(why))).collect();
    let connected = network.peers.iter().filter(|peer| peer.connected).count();
    let missing: usize = network.peers.iter().map(|peer| peer.missing_logs).sum();
    let online = !network.peer.is_empty();
    facts(&[
        ("version", line(version)),
        ("state", phase.to_owned()),
        ("entries", store.entries.to_string()),
        ("logs", store.logs.to_string()),
        (
            "waiting",
            if store.pending > 0 { format!("{} for their author's identity", store.pending) } else { String::new() },
        ),
        ("refused", if refused.is_empty() { "none".into() } else { refused.join(", ") }),
        (
            "store",
            store.troubles.iter().map(|trouble| line(&trouble.to_string())).collect::<Vec<_>>().join("\n           "),
        ),
        ("forked", store.forks.iter().map(fork).collect::<Vec<_>>().join("\n           ")),
        ("keys", keys),
        ("network", if online { line(&network.peer) } else { "off: no node is running on this folder".into() }),
        ("listening", network.listening.iter().map(|address| line(address)).collect::<Vec<_>>().join("\n           ")),
        ("peers", if online { format!("{connected} connected, {} known", network.peers.len()) } else { String::new() }),
        ("missing", if missing > 0 { format!("{missing} logs being fetched") } else { String::new() }),
        ("last sync", network.last_sync_ms.and_then(|ms| u64::try_from(ms).ok()).map(moment).unwrap_or_default()),
    ])
}

/// What its author is told of a forked log.
fn fork(fork: &OwnFork) -> String {
    let container = fork.log.scope.container;
    let within = if container.is_zero() { String::new() } else { format!(" in {}", short(&container)) };
    format!(
        "your log of {}{within} was continued in two ways at entry {} ({}): two copies of one data folder wrote. Both count; this device writes on in another log",
        fork.log.scope.cell,
        fork.at,
        moment(fork.since_ms)
    )
}

fn peers(network: &NetworkStatus) -> String {
    if network.peer.is_empty() {
        return "no node is running on this folder, so there are no peers; start one with `communaut-node run`\n"
            .into();
    }
    if network.peers.is_empty() {
        return "no peer has been met since the start; give one with `communaut-node dial ADDRESS`\n".into();
    }
    let rows = network.peers.iter().map(|peer| {
        let refused: u64 = peer.refused.values().sum();
        vec![
            if peer.connected { "connected" } else { "gone" }.to_owned(),
            line(&peer.peer),
            peer.rtt_ms.map(|ms| format!("{ms} ms")).unwrap_or_default(),
            format!("{} received", peer.received),
            if refused > 0 { format!("{refused} refused") } else { String::new() },
            if peer.missing_logs > 0 { format!("{} logs missing", peer.missing_logs) } else { String::new() },
            line(&peer.address),
        ]
    });
    table(rows.collect())
}

fn imported(report: &ImportReport) -> String {
    let mut out = format!(
        "{} read: {} created, {} updated, {} unchanged, {} skipped\n",
        report.read,
        report.created,
        report.updated,
        report.unchanged,
        report.skipped.len()
    );
    for skipped in report.skipped.iter().take(SKIPPED_SHOWN) {
        let _ = writeln!(out, "  {}: {}", line(&skipped.at), line(&skipped.why));
    }
    if report.skipped.len() > SKIPPED_SHOWN {
        let _ = writeln!(out, "  and {} more; --json lists them all", report.skipped.len() - SKIPPED_SHOWN);
    }
    out
}

fn found(found: &Found) -> String {
    if found.hits.is_empty() {
        return "nothing found; look wider, or follow a territory with `communaut-node territory follow`\n".to_owned();
    }
    let mut out = table(found.hits.iter().map(hit).collect());
    if found.total > found.hits.len() {
        let _ = writeln!(out, "{} of {}; more with --limit", found.hits.len(), found.total);
    }
    out
}

fn hit(hit: &Hit) -> Vec<String> {
    let element = &hit.element;
    let mut name = title(element);
    if let Some(event) = &element.when {
        name = format!("{name}, {}", when(event));
    }
    vec![
        short(&element.id),
        element.kind.name().to_owned(),
        hit.distance_m.map(distance).unwrap_or_default(),
        name,
        line(&element.address),
        json::why(hit.why).to_owned(),
    ]
}

fn title(element: &ElementView) -> String {
    let name = if element.name.is_empty() { "(without name)".to_owned() } else { line(&element.name) };
    if element.sample { format!("{name} (sample)") } else { name }
}

fn detail(detail: &ElementDetail) -> String {
    let element = &detail.element;
    let owner = match line(&detail.owner_name) {
        name if name.is_empty() => short(&element.owner),
        name => format!("{name} ({})", short(&element.owner)),
    };
    let mut out = format!("{}\n", title(element));
    let provenance = element.provenance.as_ref();
    out += &facts(&[
        ("kind", element.kind.name().to_owned()),
        ("id", element.id.to_string()),
        ("owner", owner),
        ("when", element.when.as_ref().map(when).unwrap_or_default()),
        ("place", at(element.position)),
        ("address", line(&element.address)),
        ("phone", line(&element.phone)),
        ("email", line(&element.email)),
        ("website", line(&element.website)),
        ("hours", line(&element.opening_hours)),
        ("tags", line(&element.tags.join(", "))),
        ("part of", element.parent.as_ref().map(short).unwrap_or_default()),
        ("source", provenance.map(|from| line(&format!("{} {}", from.source, from.id))).unwrap_or_default()),
        ("licence", provenance.map(|from| line(&from.licence)).unwrap_or_default()),
        ("updated", moment(element.updated.ms())),
    ]);
    if !element.description.is_empty() {
        let _ = writeln!(out, "\n{}", lines(&element.description).trim());
    }
    if !detail.roles.is_empty() {
        out += "\nmembers\n";
        out +=
            &indent(&table(detail.roles.iter().map(|(id, role)| vec![short(id), role_name(*role).into()]).collect()));
    }
    if !detail.proposals.is_empty() {
        out += "\nproposals\n";
        out += &indent(&table(detail.proposals.iter().map(|id| vec![short(id)]).collect()));
    }
    if !detail.wall.is_empty() {
        out += "\nwall\n";
        for entry in &detail.wall {
            out += &indent(&post(entry, json::said(detail, entry)));
        }
    }
    out
}

fn indent(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "  {line}");
        out
    })
}

/// "thanks 2, agree 1 (Ada, Bob, Cléo)".
fn reactions(said: &Reactions) -> String {
    let counts: Vec<String> = said.counts.iter().map(|(what, count)| format!("{} {count}", what.name())).collect();
    let named = said.people.iter().take(REACTED_SHOWN);
    let mut people: Vec<String> = named
        .map(|one| match line(&one.name) {
            name if name.is_empty() => short(&one.person),
            name => name,
        })
        .collect();
    let all: usize = said.counts.iter().map(|(_, count)| count).sum();
    if all > people.len() {
        people.push(format!("{} more", all - people.len()));
    }
    format!("{} ({})\n", counts.join(", "), people.join(", "))
}

fn post(post: &PostView, said: Option<&Reactions>) -> String {
    let reply = post.reply_to.map(|id| format!(", answers {}", short(&id))).unwrap_or_default();
    let sample = if post.sample { " (sample)" } else { "" };
    let reactions = said.filter(|said| !said.is_empty()).map(|said| indent(&reactions(said))).unwrap_or_default();
    let sealed = match post.sealed.map(|by| by.class) {
        Some(Class::Audience) => ", for named persons",
        Some(_) => ", in a closed community",
        None => "",
    };
    format!(
        "{}  {}, by {}{reply}{sealed}{sample}\n{}{reactions}",
        short(&post.id),
        moment(post.stamp.ms()),
        short(&post.author),
        indent(lines(&post.text).trim())
    )
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Contributor => "contributor",
        Role::Moderator => "moderator",
        Role::Leader => "leader",
    }
}

fn territory(info: &TerritoryInfo) -> Vec<String> {
    let mut cells = info.cells.iter().take(CELLS_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(",");
    if info.cells.len() > CELLS_SHOWN {
        let _ = write!(cells, ",… ({})", info.cells.len());
    }
    vec![
        short(&info.id),
        if info.followed { "followed" } else { "known" }.to_owned(),
        line(&info.name),
        format!("{} elements", info.elements),
        cells,
    ]
}

fn place(place: &Place) -> Vec<String> {
    vec![line(&place.name), line(&place.country), at(Some(place.position)), place.population.to_string()]
}

fn occurrence(event: &Occurrence) -> Vec<String> {
    vec![
        span(event.start_ms, event.end_ms, &event.zone),
        short(&event.element.id),
        title(&event.element),
        line(&event.element.address),
    ]
}

fn proposal(detail: &ProposalDetail) -> String {
    let proposal = &detail.proposal;
    let status = match proposal.status {
        ProposalStatus::Open => "open; the count is an estimate until it is closed",
        ProposalStatus::Accepted => "accepted, checked on this device",
        ProposalStatus::Rejected => "rejected, checked on this device",
        ProposalStatus::Disputed => "disputed: its certificates do not agree with each other or with this device",
    };
    let tally = proposal.tally;
    let quorum = f64::from(proposal.quorum.0) / 10.0;
    let reached = if tally.quorate(proposal.quorum) { "reached" } else { "not reached" };
    let mut out = format!("{}{}\n", line(&proposal.title), if proposal.sample { " (sample)" } else { "" });
    out += &facts(&[
        ("id", proposal.id.to_string()),
        ("in", format!("{} ({})", line(&detail.container_name), short(&detail.container))),
        ("status", status.to_owned()),
        ("count", format!("{} yes, {} no, {} blank", tally.yes, tally.no, tally.blank)),
        ("turnout", format!("{} of {}; quorum {quorum} %, {reached}", tally.turnout(), tally.electorate)),
        ("closes", moment(proposal.closes_ms)),
        ("by", short(&proposal.author)),
        ("teller", short(&proposal.teller)),
        ("you", if detail.may_vote { "may vote" } else { "" }.to_owned()),
        (
            "members",
            if proposal.electorate_complete { "" } else { "not all logs of the members have arrived" }.to_owned(),
        ),
    ]);
    if !proposal.text.is_empty() {
        let _ = writeln!(out, "\n{}", lines(&proposal.text).trim());
    }
    let ballots = proposal.ballots.iter().map(|ballot| {
        let choice = match ballot.choice {
            Some(Choice::Yes) => "yes",
            Some(Choice::No) => "no",
            Some(Choice::Blank) => "blank",
            None => "does not count: two concurrent ballots differ",
        };
        vec![short(&ballot.person), choice.to_owned()]
    });
    let refused =
        proposal.refused.iter().map(|ballot| vec![short(&ballot.person), format!("does not count: {}", ballot.rule)]);
    let rows: Vec<_> = ballots.chain(refused).collect();
    if !rows.is_empty() {
        out += "\nballots\n";
        out += &indent(&table(rows));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_reaches_the_terminal_as_a_command() {
        assert_eq!(line("a\x1b[31mb\r\nc\u{202e}d\u{9b}"), "a[31mb cd");
        assert_eq!(lines("a\x1b]0;x\x07\nb\tc\r"), "a]0;x\nb c");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = vec![vec!["é".into(), "x".into()], vec!["abc".into(), "y".into()], vec!["a".into(), String::new()]];
        assert_eq!(table(rows), "é    x\nabc  y\na\n");
    }

    #[test]
    fn distances_are_short() {
        assert_eq!(distance(999), "999 m");
        assert_eq!(distance(2_449), "2.4 km");
    }

    #[test]
    fn a_span_names_its_day_once() {
        let start = 1_774_702_800_000;
        assert_eq!(span(start, start + 3_600_000, "Europe/Paris"), "Sat 2026-03-28 14:00 – 15:00 Europe/Paris");
        assert_eq!(
            span(start, start + 24 * 3_600_000, "Europe/Paris"),
            "Sat 2026-03-28 14:00 – Sun 2026-03-29 15:00 Europe/Paris"
        );
    }
}
