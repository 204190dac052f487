//! Making the sample village, and throwing it away.

use super::{MakeSample, REMOVED_MAX, RemoveSample, Said, SampleRemoved, name_of, said_by, village::village};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::{
        Written,
        element::{ElementDraft, Retract, SaveElement},
        erasure::Erase,
        governance::ProposalDraft,
        post::PostDraft,
    },
};
use communaut_protocol::{
    ElementId, IdentityId, Position,
    op::{Kind, When},
};

/// Milliseconds for which the village's question is open: a week.
const QUESTION_MS: u64 = 7 * 24 * 3_600_000;
/// Of the village's people, so many have to vote: half.
const QUORUM_PERMILLE: u16 = 500;

impl Act for MakeSample {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { near, language, zone } = self;
        let me = replica.author()?;
        if !replica.samples(me).is_empty() {
            let why = "something marked as a sample is there already; remove it first with `sample remove`";
            return Err(Failure::invalid(why));
        }
        let home = replica.views.book().get(&me).and_then(|view| view.home);
        let at = near.or(home).ok_or_else(|| {
            Failure::invalid("it is not known where you live: give a place, with --place NAME or --at LAT,LON")
        })?;
        let now_ms = replica.clocks.now_ms;
        let told = village(&language);
        let mut entries = Vec::new();
        let mut save = |replica: &mut Replica, draft: ElementDraft| -> Result<ElementId, Failure> {
            let written = SaveElement { id: None, draft: Box::new(draft) }.act(replica)?;
            entries.extend(written.entries);
            written.element.ok_or_else(|| Failure::internal("an element was written without an id".to_owned()))
        };
        let draft = |kind, name: &str, text: &str, position: Position, when: Option<When>| ElementDraft {
            kind,
            name: name.to_owned(),
            description: text.to_owned(),
            position: Some(position),
            when,
            sample: true,
            ..ElementDraft::default()
        };
        let tags = told.tags.map(str::to_owned).to_vec();
        let card = ElementDraft { tags, ..draft(Kind::Organisation, told.name, told.text, at, None) };
        let group = save(replica, card)?;
        for planned in &told.events {
            let place = planned.place(at);
            let event = draft(Kind::Event, planned.name, planned.text, place, planned.when(now_ms, &zone));
            // What lies where the village is at home is the village's.
            let parent = (place == at).then_some(group);
            save(replica, ElementDraft { parent, ..event })?;
        }
        for text in told.posts {
            let post = PostDraft { wall: Some(group), text: text.into(), sample: true, ..PostDraft::default() };
            entries.extend(post.act(replica)?.entries);
        }
        let question = ProposalDraft {
            container: group,
            title: told.question.into(),
            text: told.reasons.into(),
            quorum_permille: QUORUM_PERMILLE,
            closes_ms: now_ms.saturating_add(QUESTION_MS),
            tellers: Vec::new(),
            agree: 1,
            sample: true,
        };
        entries.extend(question.act(replica)?.entries);
        Ok(Written { element: Some(group), entries })
    }
}

/// One thing to remove.
enum Removal {
    /// Erased, so that nothing of it is left.
    Erase(String),
    /// The card of a space, which says who founded it: taken back.
    Retract(ElementId),
}

impl Act for RemoveSample {
    fn act(self, replica: &mut Replica) -> Result<SampleRemoved, Failure> {
        let me = replica.author()?;
        let all = replica.samples(me);
        if all.is_empty() {
            return Err(Failure::not_found("nothing of yours is marked as a sample here".to_owned()));
        }
        let (mut removed, total) = (0, all.len());
        for removal in all.into_iter().take(REMOVED_MAX) {
            let done = match removal {
                Removal::Erase(id) => Erase { id, reason: String::new() }.act(replica).map(drop),
                Removal::Retract(id) => Retract { id }.act(replica).map(drop),
            };
            match done {
                Ok(()) => removed += 1,
                // One went with another, its wall say; what is left stays for another time.
                Err(failure) if failure.code == FailureCode::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(SampleRemoved { removed, left: total.saturating_sub(REMOVED_MAX) })
    }
}

impl Replica {
    /// What is to be removed of somebody's samples, in an order in which it can be: what stands in a space before its
    /// card.
    fn samples(&self, me: IdentityId) -> Vec<Removal> {
        let mut spaces = Vec::new();
        let mut all = Vec::new();
        for said in said_by(me, self.views.elements(), self.views.scopes()).filter(Said::is_sample) {
            match said {
                Said::Element(element) if self.is_space_of(&element.scope, element.id) => {
                    spaces.push(Removal::Retract(element.id));
                }
                Said::Element(element) => all.push(Removal::Erase(element.id.to_string())),
                Said::Post(post) => all.push(Removal::Erase(name_of(post.id))),
                Said::Proposal(asked) => all.push(Removal::Erase(name_of(asked.id))),
            }
        }
        all.extend(spaces);
        all
    }
}
