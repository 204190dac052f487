//! Roles, proposals and votes on the command line.

use super::{
    Audit, AuditAct, AuditLine, CloseVote, Member, Members, OpenVote, Proposal, ProposalDetail, ProposalDraft, SetRole,
    Settle, Vote,
};
use crate::{
    cli::{
        choices::{ChoiceArg, RoleArg},
        parse,
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{add, facts, indent, line, lines, moment, named, role_name, short, table},
        time::{self, Moment, Zone},
    },
    failure::Failure,
};
use clap::{Args as ClapArgs, Subcommand};
use communaut_protocol::{
    fold::{CertificateView, ProposalStatus, ProposalView},
    op::{Choice, Quorum, Role, Tally},
};
use serde_json::{Value, json};

const PROPOSAL: &str = "JSON: {\"id\",\"title\",\"text\",\"container\",\"container_name\",\"author\",\"tellers\":[id],\
    \"agree\",\"opened_by\":[id],\
    \"status\",\"estimate\":bool,\"tally\":{\"yes\",\"no\",\"blank\",\"turnout\",\"electorate\",\"quorate\"},\
    \"quorum_percent\",\"closes_ms\",\"may_vote\",\"electorate\":[id],\"ballots\":[{\"person\",\
    \"choice\",\"entries\":[id]}],\"late\":[id],\
    \"refused\":[{\"entry\",\"person\",\"rule\",\"why\"}],\"certificates\":[{\"entry\",\
    \"teller\",\"tally\",\"problem\",\"missing\"}],\"sample\"}";

/// Governance.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Who holds which role in an organisation or project
    #[command(after_help = "JSON: {\"members\":[{\"person\",\"name\",\"role\",\"founder\"}]}")]
    Members {
        /// The organisation or project
        organisation: String,
    },
    /// Every act on roles and every act of moderation, in causal order, and whether it counts
    #[command(after_help = "JSON: {\"acts\":[{\"entry\",\"author\",\"author_name\",\"written_ms\",\
        \"act\":{\"role\":{\"person\",\"name\",\"role\"}} or {\"erase\":{\"entries\",\"reason\"}} or \
        {\"void\":{\"erasure\"}},\"counts\",\"settled\"}]}")]
    Audit {
        /// The organisation or project
        organisation: String,
    },
    /// Ask the members of an organisation or project
    #[command(after_help = WRITTEN)]
    Propose(Propose),
    /// Settle for good what was done about roles so far, as a keeper of an organisation or project
    #[command(after_help = WRITTEN)]
    Settle {
        /// The organisation or project
        organisation: String,
    },
    /// Say who may vote on a proposal, as one of its tellers: whoever has a role now
    #[command(after_help = WRITTEN)]
    OpenVote {
        /// The proposal
        proposal: String,
    },
    /// Vote on a proposal, or change your vote
    #[command(after_help = WRITTEN)]
    Vote {
        /// The proposal
        proposal: String,
        /// Your choice
        choice: ChoiceArg,
    },
    /// Count and certify, as one of the proposal's tellers
    #[command(after_help = PROPOSAL)]
    Close {
        /// The proposal
        proposal: String,
    },
    /// A proposal and where it stands
    #[command(after_help = PROPOSAL)]
    Proposal {
        /// The proposal
        id: String,
    },
    /// Give a role in an organisation or project, or take it away; into a closed one, this invites
    #[command(after_help = WRITTEN)]
    Role {
        /// The organisation or project
        organisation: String,
        /// The person: id, or "me"
        person: String,
        /// The role; none takes any away
        role: RoleArg,
    },
}

/// A question.
#[derive(Debug, ClapArgs)]
pub(crate) struct Propose {
    /// The organisation or project
    #[arg(long = "in", value_name = "ID")]
    pub container: String,
    /// The question
    #[arg(long)]
    pub title: String,
    /// The reasons
    #[arg(long, default_value = "")]
    pub text: String,
    /// Share of the members that must take part
    #[arg(long, value_name = "PERCENT", value_parser = parse::percent, allow_hyphen_values = true)]
    pub quorum: u16,
    /// When you mean to close: a day (its end) or a time
    #[arg(long, value_name = "DATE", value_parser = time::moment)]
    pub closes: Moment,
    /// IANA time zone of --closes; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// Who opens the vote and counts; by default you. May be given several times
    #[arg(long = "teller", value_name = "PERSON")]
    pub tellers: Vec<String>,
    /// How many of the tellers have to agree; by default all
    #[arg(long, value_name = "NUMBER")]
    pub agree: Option<u8>,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Members { organisation } => {
                let container = session.element(&organisation)?;
                Box::new(session.ask(Members { container })?)
            }
            Self::Audit { organisation } => {
                let container = session.element(&organisation)?;
                Box::new(session.ask(Audit { container })?)
            }
            Self::Propose(propose) => {
                let draft = propose.draft(session)?;
                Box::new(Wrote::a("proposal", session.ask(draft)?))
            }
            Self::Settle { organisation } => {
                let container = session.element(&organisation)?;
                Box::new(Wrote::a("word of a keeper", session.ask(Settle { container })?))
            }
            Self::OpenVote { proposal } => Box::new(Wrote::a("opening", session.ask(OpenVote { proposal })?)),
            Self::Vote { proposal, choice } => {
                Box::new(Wrote::a("ballot", session.ask(Vote { proposal, choice: choice.into() })?))
            }
            Self::Close { proposal } => Box::new(session.ask(CloseVote { proposal })?),
            Self::Proposal { id } => Box::new(session.ask(Proposal { proposal: id })?),
            Self::Role { organisation, person, role } => {
                let container = session.element(&organisation)?;
                let person = session.person(&person)?;
                Box::new(Wrote::a("role", session.ask(SetRole { container, person, role: role.into() })?))
            }
        })
    }
}

impl Propose {
    fn draft(self, session: &mut Session) -> Result<ProposalDraft, Failure> {
        let zone = self.zone.unwrap_or_else(time::system);
        let closes = zone.end(&self.closes).map_err(|why| Failure::invalid(format!("--closes: {why}")))?;
        let closes_ms = u64::try_from(closes).map_err(|_| Failure::invalid("--closes: this is before 1970"))?;
        if closes <= time::now_ms() {
            return Err(Failure::invalid("--closes: this is past"));
        }
        let tellers: Vec<_> = self.tellers.iter().map(|who| session.person(who)).collect::<Result<_, _>>()?;
        let all = u8::try_from(tellers.len()).unwrap_or(u8::MAX);
        Ok(ProposalDraft {
            agree: self.agree.unwrap_or(all),
            tellers,
            container: session.element(&self.container)?,
            title: self.title,
            text: self.text,
            quorum_permille: self.quorum,
            closes_ms,
            sample: self.sample,
        })
    }
}

impl Prints for Vec<Member> {
    fn text(&self) -> String {
        table(self.iter().map(member).collect())
    }
    fn json(&self) -> Value {
        json!({ "members": self })
    }
}

impl Prints for Vec<AuditLine> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nobody was given a role, and nothing was moderated\n".to_owned();
        }
        table(self.iter().map(act).collect())
    }
    fn json(&self) -> Value {
        json!({ "acts": self })
    }
}

/// A row of `members`.
fn member(member: &Member) -> Vec<String> {
    let founder = if member.founder { "founder" } else { "" };
    vec![
        role_name(member.role).to_owned(),
        named(&member.name, member.person),
        short(&member.person),
        founder.to_owned(),
    ]
}

/// A row of `audit`.
fn act(act: &AuditLine) -> Vec<String> {
    let what = match &act.act {
        AuditAct::Role { person, role: Some(Role::Leader), .. } if *person == act.author => {
            "confirmed their own acts".to_owned()
        }
        AuditAct::Role { person, role: Some(role), .. } if *person == act.author => {
            format!("stepped down to {}", role_name(*role))
        }
        AuditAct::Role { person, name: called, role: Some(role) } => {
            format!("made {} a {}", named(called, *person), role_name(*role))
        }
        AuditAct::Role { person, role: None, .. } if *person == act.author => "left".to_owned(),
        AuditAct::Role { person, name: called, role: None } => format!("let {} go", named(called, *person)),
        AuditAct::Erase { entries, reason } if reason.is_empty() => format!("hid {}", count(*entries)),
        AuditAct::Erase { entries, reason } => format!("hid {}: {}", count(*entries), line(reason)),
        AuditAct::Void { erasure } => format!("took the erasure {} back", short(erasure)),
    };
    let counts = match (act.counts, act.settled) {
        (false, _) => "does not count (SPEC.md §8.1)",
        (true, true) => "settled by the keepers",
        (true, false) => "",
    };
    vec![moment(act.written_ms), named(&act.author_name, act.author), what, counts.to_owned()]
}

fn count(entries: u64) -> String {
    if entries == 1 { "an entry".to_owned() } else { format!("{entries} entries") }
}

impl Prints for Box<ProposalDetail> {
    fn text(&self) -> String {
        let detail = self;
        let proposal = &detail.proposal;
        let status = match proposal.status {
            ProposalStatus::Asked => "not open yet: its tellers say who may vote (open-vote)",
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
            ("tellers", tellers(proposal)),
            ("you", if detail.may_vote { "may vote" } else { "" }.to_owned()),
            ("late", late(proposal.late.len())),
        ]);
        if proposal.text_erased {
            out += "\n(its reasons were erased)\n";
        } else if !proposal.text.is_empty() {
            add(&mut out, format_args!("\n{}\n", lines(&proposal.text).trim()));
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
        let refused = proposal
            .refused
            .iter()
            .map(|ballot| vec![short(&ballot.person), format!("does not count: {}", ballot.rule)]);
        let rows: Vec<_> = ballots.chain(refused).collect();
        if !rows.is_empty() {
            out += "\nballots\n";
            out += &indent(&table(rows));
        }
        out
    }
    fn json(&self) -> Value {
        let detail = self;
        let proposal = &detail.proposal;
        json!({
            "id": proposal.id,
            "title": proposal.title,
            "text": proposal.text,
            "text_erased": proposal.text_erased,
            "container": detail.container,
            "container_name": detail.container_name,
            "author": proposal.author,
            "tellers": proposal.tellers,
            "agree": proposal.agree,
            "opened_by": proposal.opening.tellers,
            "status": proposal.status,
            "estimate": proposal.status == ProposalStatus::Open,
            "tally": tally(&proposal.tally, proposal.quorum),
            "quorum_percent": f64::from(proposal.quorum.0) / 10.0,
            "closes_ms": proposal.closes_ms,
            "may_vote": detail.may_vote,
            "electorate": proposal.electorate,
            "ballots": proposal.ballots.iter().map(|ballot| json!({
                "person": ballot.person,
                "choice": ballot.choice,
                "entries": ballot.tips,
            })).collect::<Vec<_>>(),
            "late": proposal.late,
            "refused": proposal.refused.iter().map(|ballot| json!({
                "entry": ballot.entry,
                "person": ballot.person,
                "rule": ballot.rule,
                "why": ballot.rule.to_string(),
            })).collect::<Vec<_>>(),
            "certificates": proposal.certificates.iter().map(|held| {
                certificate(held, proposal.quorum)
            }).collect::<Vec<_>>(),
            "sample": proposal.sample,
        })
    }
}

/// Who counts, and how many of them have to agree.
fn tellers(proposal: &ProposalView) -> String {
    let names: Vec<String> = proposal.tellers.iter().map(short).collect();
    match proposal.tellers.len() {
        1 => names.concat(),
        count => format!("{}; {} of {count} have to agree", names.join(", "), proposal.agree),
    }
}

/// Ballots that came too late, or that were left out.
fn late(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 ballot is not among those counted".to_owned(),
        count => format!("{count} ballots are not among those counted"),
    }
}

fn certificate(held: &CertificateView, quorum: Quorum) -> Value {
    json!({
        "entry": held.entry,
        "teller": held.teller,
        "tally": tally(&held.tally, quorum),
        "problem": held.problem,
        "missing": held.missing,
    })
}

fn tally(tally: &Tally, quorum: Quorum) -> Value {
    json!({
        "yes": tally.yes,
        "no": tally.no,
        "blank": tally.blank,
        "turnout": tally.turnout(),
        "electorate": tally.electorate,
        "quorate": tally.quorate(quorum),
    })
}
