//! What a node can do, one folder for each capability: its requests and replies, how they are carried out or answered,
//! and the command line's side of it. This file is the closed list of all of them.
//!
//! * `NAME/mod.rs`: requests and replies, plain data
//! * `NAME/commands.rs`: what writes, on the node's loop; `NAME/queries.rs`: what reads a snapshot, off the loop
//!
//! The window, the local socket and the command line all send a [`Command`] and get one [`Outcome`] or
//! [`Failure`](crate::failure::Failure). What differs by request (where it runs, whether it may be sent again) is asked
//! of [`Command::runs`].

#[macro_use]
mod list;

pub(crate) mod address;
pub mod agenda;
pub mod bookmark;
pub mod bundle;
pub mod calendar;
pub mod cards;
pub mod chat;
pub mod claim;
pub mod communities;
pub mod devices;
pub mod element;
pub mod erasure;
pub mod export;
pub mod facts;
pub mod feed;
pub mod governance;
pub mod identity;
pub mod import;
pub mod link;
pub mod lookalikes;
mod lookup;
pub mod marks;
pub mod node;
pub mod people;
pub mod places;
pub mod post;
pub mod pruning;
pub mod recovery;
pub mod reminders;
mod request;
pub mod same;
pub mod sample;
pub mod saved;
pub mod search;
pub mod territory;
pub mod timeline;
pub mod vocabulary;

pub(crate) use lookup::{bounds, id_range, one};
pub(crate) use request::Read;
pub use request::{Reply, Request, Runs};

use crate::{
    failure::Failure,
    snapshot::{NetworkStatus, Snapshot},
};
use communaut_protocol::{ElementId, EntryId};
use serde::{Deserialize, Serialize};
use std::{any::TypeId, sync::Arc};

/// Hands the list to a macro: here it makes [`Command`], on the node's loop what carries each out.
macro_rules! all_requests {
    ($then:ident) => {
        $then! {
            Init(identity::Init) acts Writes -> identity::IdentityInfo,
            Identity(identity::Identity) acts State -> identity::IdentityInfo,
            SetProfile(identity::SetProfile) acts Writes -> Written,

            DeviceCode(devices::ShowDeviceCode) starts Writes -> devices::DeviceCode,
            DeviceJoin(devices::DeviceJoin) starts Writes -> identity::IdentityInfo,
            DeviceOut(devices::DeviceOut) acts Writes -> identity::IdentityInfo,

            Phrase(recovery::Phrase) acts State -> recovery::PhraseWords,
            DecidingPhrase(recovery::DecidingPhrase) acts State -> recovery::PhraseWords,
            ConfirmPhrase(recovery::ConfirmPhrase) acts Writes -> identity::IdentityInfo,
            Decide(recovery::Decide) acts Writes -> identity::IdentityInfo,
            Shares(recovery::Shares) acts Writes -> recovery::FriendShares,
            Recover(recovery::RecoverRequest) acts Writes -> Box<recovery::Recovered>,

            Invitations(communities::Invitations) acts State -> Vec<communities::Invitation>,
            Join(communities::Join) acts Writes -> Done,
            Seed(communities::Seed) acts Writes -> Written,
            Seeds(communities::Seeds) acts State -> Vec<communities::SeedRequest>,
            AcceptSeed(communities::AcceptSeed) acts Writes -> Done,

            Show(element::Show) reads Snapshot -> Box<element::ElementDetail>,
            OpenHours(element::OpenHours) reads Snapshot -> element::HoursShown,
            Cards(cards::Cards) reads Snapshot -> Vec<cards::Card>,
            People(people::People) reads Snapshot -> people::PeopleFound,
            Lookalikes(lookalikes::Lookalikes) reads Snapshot -> lookalikes::Alike,
            SaveElement(element::SaveElement) acts Writes -> Written,
            ChangeTime(element::ChangeTime) acts Writes -> Written,
            Retract(element::Retract) acts Writes -> Written,
            Link(link::Link) acts Writes -> Written,
            LinksOf(link::LinksOf) reads Snapshot -> link::LinksDetail,

            Post(post::PostDraft) acts Writes -> Written,
            React(post::React) acts Writes -> Written,
            EditPost(post::EditPost) acts Writes -> Written,
            SayOfPost(post::SayOfPost) acts Writes -> Written,
            Posts(post::Posts) reads Snapshot -> Vec<post::PostDetail>,
            Thread(post::Thread) reads Snapshot -> post::ThreadShown,
            Mentions(post::Mentions) reads Snapshot -> post::Mentioned,

            Rooms(chat::ListRooms) reads Snapshot -> Vec<chat::RoomLine>,
            ReadRoom(chat::ReadRoom) reads Snapshot -> Box<chat::RoomPage>,
            Say(chat::Say) acts Writes -> Written,
            SayTo(chat::SayTo) acts Writes -> Written,
            SeeRoom(chat::SeeRoom) acts Writes -> Done,

            Timeline(timeline::Timeline) reads Snapshot -> Box<timeline::TimelinePage>,
            TimelineNews(timeline::TimelineNews) reads Snapshot -> timeline::TimelineNew,
            SeeTimeline(timeline::SeeTimeline) acts Writes -> Done,
            Mute(marks::Mute) acts Writes -> Written,
            MutedPeople(marks::MutedPeople) reads Snapshot -> Vec<marks::MutedPerson>,
            KeepDraft(marks::KeepDraft) acts Writes -> Done,
            Drafts(marks::Drafts) acts State -> Vec<marks::Draft>,

            Erase(erasure::Erase) acts Writes -> erasure::Erased,
            Void(erasure::Void) acts Writes -> Written,
            ErasureGroups(erasure::ErasureGroups) reads Snapshot -> Vec<erasure::ErasureGroup>,
            Prune(pruning::Prune) acts Writes -> pruning::Pruned,

            KeepBookmark(bookmark::KeepBookmark) acts Writes -> Written,
            RemoveBookmark(bookmark::RemoveBookmark) acts Writes -> Written,
            Bookmarks(bookmark::Bookmarks) reads Snapshot -> Vec<bookmark::BookmarkDetail>,

            SayStillRight(facts::SayStillRight) acts Writes -> Written,
            Correct(facts::Correct) acts Writes -> Written,
            AnswerCorrection(facts::AnswerCorrection) acts Writes -> Written,
            SayStatus(facts::SayStatus) acts Writes -> Written,
            Facts(facts::Facts) reads Snapshot -> Box<facts::FactsDetail>,

            MakeSample(sample::MakeSample) acts Writes -> Written,
            RemoveSample(sample::RemoveSample) acts Writes -> sample::SampleRemoved,
            OwnWork(sample::OwnWork) reads Snapshot -> sample::OwnWorkInfo,

            SaySame(same::SaySame) acts Writes -> Written,
            LikelyPairs(same::LikelyPairs) reads Snapshot -> same::LikelyFound,

            Come(claim::Come) acts Writes -> Written,
            SetTerms(claim::SetTerms) acts Writes -> Written,
            DecideClaims(claim::DecideClaims) acts Writes -> Written,
            ClaimsOn(claim::ClaimsOn) reads Snapshot -> Box<claim::ClaimsDetail>,

            SetRole(governance::SetRole) acts Writes -> Written,
            Communities(governance::Communities) reads Snapshot -> Vec<governance::CommunityDetail>,
            Members(governance::Members) acts State -> Vec<governance::Member>,
            Audit(governance::Audit) acts State -> Vec<governance::AuditLine>,
            Propose(governance::ProposalDraft) acts Writes -> Written,
            Settle(governance::Settle) acts Writes -> Written,
            OpenVote(governance::OpenVote) acts Writes -> Written,
            Vote(governance::Vote) acts Writes -> Written,
            CloseVote(governance::CloseVote) acts Writes -> Box<governance::ProposalDetail>,
            Proposal(governance::Proposal) reads Snapshot -> Box<governance::ProposalDetail>,

            CreateTerritory(territory::CreateTerritory) acts Writes -> territory::TerritoryInfo,
            Follow(territory::FollowTarget) acts Writes -> territory::TerritoryInfo,
            Redraw(territory::Redraw) acts Writes -> territory::TerritoryInfo,
            Unfollow(territory::Unfollow) acts Writes -> Done,
            Territories(territory::Territories) reads Snapshot -> Vec<territory::TerritoryInfo>,
            Boundaries(territory::Boundaries) reads Snapshot -> territory::BoundariesFound,

            Places(places::Places) reads AtOnce -> Vec<places::Place>,
            FindPlace(places::FindPlace) reads AtOnce -> places::PlaceFound,
            Addresses(places::Addresses) reads Snapshot -> crate::streets::found::AddressesFound,
            Vocabulary(vocabulary::Vocabulary) reads AtOnce -> Vec<crate::vocabulary::VocabularyWord>,
            Agenda(agenda::Agenda) reads Snapshot -> agenda::Planned,
            Conflicts(agenda::Conflicts) reads Snapshot -> Vec<agenda::Occurrence>,
            Remind(reminders::Remind) acts Writes -> Done,
            RemindersTold(reminders::RemindersTold) acts Writes -> Done,
            Reminders(reminders::Reminders) acts State -> reminders::RemindersDetail,
            Feed(feed::Feed) reads Snapshot -> Vec<feed::FeedItem>,
            Search(search::Query) starts Snapshot -> search::Found,
            SaveSearch(saved::SaveSearch) acts Writes -> Done,
            SeeSearch(saved::SeeSearch) acts Writes -> Done,
            ForgetSearch(saved::ForgetSearch) acts Writes -> Done,
            SavedSearches(saved::SavedSearches) acts State -> Vec<saved::SavedSearch>,
            Import(import::ImportRequest) starts Writes -> import::ImportReport,
            StopImport(import::StopImport) starts Process -> Done,
            GoneFrom(import::GoneFrom) acts State -> import::GoneList,
            CloseGone(import::CloseGone) acts Writes -> import::Closed,
            DataSets(import::DataSets) acts State -> Vec<import::DataSet>,
            UndoImport(import::UndoImport) starts Writes -> import::Undone,
            Export(export::Export) starts Writes -> export::Exported,
            ExportMine(export::ExportMine) acts Writes -> export::MineExported,
            KeepCalendar(calendar::KeepCalendar) starts Writes -> export::Exported,
            DropCalendar(calendar::DropCalendar) acts Writes -> Done,
            WatchCalendar(calendar::WatchCalendar) acts Writes -> Done,
            UnwatchCalendar(calendar::UnwatchCalendar) acts Writes -> Done,
            WatchedCalendars(calendar::WatchedCalendars) acts State -> Vec<calendar::WatchedCalendar>,
            KeptCalendars(calendar::KeptCalendars) acts State -> Vec<calendar::KeptCalendar>,
            WriteBundle(bundle::WriteBundle) acts Writes -> bundle::BundleWritten,
            ReadBundle(bundle::ReadBundle) starts Writes -> bundle::BundleReport,

            Status(node::Status) reads AtOnce -> node::NodeStatus,
            Peers(node::Peers) reads AtOnce -> Arc<NetworkStatus>,
            Dial(node::Dial) starts Process -> Done,
            Backup(node::Backup) acts Writes -> Done,
            Stop(node::Stop) starts Process -> Done,
        }
    };
}
pub(crate) use all_requests;

all_requests!(requests);

replies! {
    Done(Done),
    Written(Written),
    Identity(identity::IdentityInfo),
    DeviceCode(devices::DeviceCode),
    Phrase(recovery::PhraseWords),
    Shares(recovery::FriendShares),
    Recovered(Box<recovery::Recovered>),
    Invitations(Vec<communities::Invitation>),
    Seeds(Vec<communities::SeedRequest>),
    Element(Box<element::ElementDetail>),
    HoursShown(element::HoursShown),
    Links(link::LinksDetail),
    Cards(Vec<cards::Card>),
    People(people::PeopleFound),
    Lookalikes(lookalikes::Alike),
    Posts(Vec<post::PostDetail>),
    Thread(post::ThreadShown),
    Mentioned(post::Mentioned),
    Rooms(Vec<chat::RoomLine>),
    Room(Box<chat::RoomPage>),
    Timeline(Box<timeline::TimelinePage>),
    TimelineNews(timeline::TimelineNew),
    Muted(Vec<marks::MutedPerson>),
    Drafts(Vec<marks::Draft>),
    Bookmarks(Vec<bookmark::BookmarkDetail>),
    Facts(Box<facts::FactsDetail>),
    LikelyFound(same::LikelyFound),
    SampleRemoved(sample::SampleRemoved),
    OwnWork(sample::OwnWorkInfo),
    Claims(Box<claim::ClaimsDetail>),
    Erased(erasure::Erased),
    ErasureGroups(Vec<erasure::ErasureGroup>),
    Pruned(pruning::Pruned),
    Communities(Vec<governance::CommunityDetail>),
    Members(Vec<governance::Member>),
    Audit(Vec<governance::AuditLine>),
    Proposal(Box<governance::ProposalDetail>),
    Territory(territory::TerritoryInfo),
    Territories(Vec<territory::TerritoryInfo>),
    Boundaries(territory::BoundariesFound),
    Places(Vec<places::Place>),
    PlaceFound(places::PlaceFound),
    Addresses(crate::streets::found::AddressesFound),
    Words(Vec<crate::vocabulary::VocabularyWord>),
    Agenda(agenda::Planned),
    Conflicts(Vec<agenda::Occurrence>),
    Reminders(reminders::RemindersDetail),
    Feed(Vec<feed::FeedItem>),
    Found(search::Found),
    SavedSearches(Vec<saved::SavedSearch>),
    Imported(import::ImportReport),
    GoneFrom(import::GoneList),
    ClosedGone(import::Closed),
    DataSets(Vec<import::DataSet>),
    UndoneImport(import::Undone),
    Exported(export::Exported),
    MineExported(export::MineExported),
    KeptCalendars(Vec<calendar::KeptCalendar>),
    WatchedCalendars(Vec<calendar::WatchedCalendar>),
    BundleWritten(bundle::BundleWritten),
    BundleRead(bundle::BundleReport),
    Status(node::NodeStatus),
    Peers(Arc<NetworkStatus>),
}

/// Nothing to say but that it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The element that it is, or on which it stands.
    pub element: Option<ElementId>,
    /// The entries; none where it had been said before.
    pub entries: Vec<EntryId>,
}

#[cfg(test)]
mod tests {
    use super::{Runs, TABLE};

    fn those(runs: impl Fn(Runs) -> bool) -> Vec<&'static str> {
        TABLE.iter().filter(|(_, of)| runs(*of)).map(|(name, _)| *name).collect()
    }

    /// What is sent again when no answer came must change nothing.
    #[test]
    fn what_only_reads_is_known_by_name() {
        let reading = those(Runs::only_reads);
        let known = [
            "Identity",
            "Phrase",
            "DecidingPhrase",
            "Invitations",
            "Seeds",
            "Show",
            "OpenHours",
            "Cards",
            "People",
            "Lookalikes",
            "LinksOf",
            "Posts",
            "Thread",
            "Mentions",
            "Rooms",
            "ReadRoom",
            "Timeline",
            "TimelineNews",
            "MutedPeople",
            "Drafts",
            "ErasureGroups",
            "Bookmarks",
            "Facts",
            "OwnWork",
            "LikelyPairs",
            "ClaimsOn",
            "Communities",
            "Members",
            "Audit",
            "Proposal",
            "Territories",
            "Boundaries",
            "Places",
            "FindPlace",
            "Addresses",
            "Vocabulary",
            "Agenda",
            "Conflicts",
            "Reminders",
            "Feed",
            "Search",
            "SavedSearches",
            "GoneFrom",
            "DataSets",
            "WatchedCalendars",
            "KeptCalendars",
            "Status",
            "Peers",
        ];
        assert_eq!(reading, known);
        assert_eq!(those(|runs| runs == Runs::Process), ["StopImport", "Dial", "Stop"]);
        assert_eq!(
            those(Runs::while_loading),
            ["Places", "FindPlace", "Vocabulary", "StopImport", "Status", "Peers", "Dial", "Stop"]
        );
    }
}
