//! What a node can be asked, what it answers, and what it shows.
//!
//! The window, the command line and the local socket all speak these types: a [`Command`] goes in and exactly one
//! [`Outcome`] or [`Failure`] comes back; an [`Overview`] is read at any time, and says when to ask again. The requests
//! and replies stand with what carries them out, in `modules`.

pub use crate::export::{Contents, ExportFormat, NotExported};
pub use crate::failure::{Failure, FailureCode};
pub use crate::gazetteer::country_name;
pub use crate::import::{
    APPROXIMATE, Column, FileFault, Format, ImportError, ImportNote, Reason, ReasonPart, ShownTag, TypedHours,
    shown_tags, typed_hours,
};
pub use crate::modules::{
    Command, Done, Outcome, Reply, Request, Runs, Written,
    agenda::{Agenda, Conflicts, Occurrence, Planned},
    bookmark::{BookmarkDetail, Bookmarks, KeepBookmark, RemoveBookmark},
    bundle::{BundleReport, BundleWritten, ReadBundle, WriteBundle},
    calendar::{
        CALENDARS_MAX, DropCalendar, KeepCalendar, KeptCalendar, KeptCalendars, UnwatchCalendar, WATCHED_MAX,
        WatchCalendar, WatchedCalendar, WatchedCalendars,
    },
    cards::{CARDS_MAX, Card, Cards},
    chat::{
        ListRooms, MESSAGES_MAX, ROOMS_MAX, ReadRoom, RoomLine, RoomPage, RoomRef, Say, SayTo, SeeRoom, UNREAD_MAX,
    },
    claim::{CLAIM_DAYS_MAX, CLAIMS_SHOWN_MAX, ClaimLine, ClaimsDetail, ClaimsOn, Come, DecideClaims, SetTerms},
    communities::{AcceptSeed, Invitation, Invitations, Join, Seed, SeedRequest, Seeds},
    devices::{DeviceCode, DeviceInfo, DeviceJoin, DeviceOut, ShowDeviceCode},
    element::{
        CHANGED_MAX, ChangeTime, ChangedTime, ElementDetail, ElementDraft, Followers, HoursShown, OpenHours, PARTS_MAX,
        Retract, SaveElement, Show, TimeChange,
    },
    erasure::{Erase, Erased, ErasureGroup, ErasureGroups, ErasureLine, VOIDABLE_MS, Void},
    export::{Export, ExportMine, Exported, MineExported},
    facts::{
        AnswerCorrection, Correct, CorrectionDetail, FactChange, Facts, FactsDetail, REPORT_TAG, ReportStatus,
        SayStatus, SayStillRight, Word,
    },
    governance::{
        Audit, AuditAct, AuditLine, CloseVote, Communities, CommunityDetail, Member, Members, OpenVote, Proposal,
        ProposalDetail, ProposalDraft, SetRole, Settle, Vote,
    },
    identity::{Contested, Identity, IdentityAct, IdentityChange, IdentityInfo, Init, PhraseState, SetProfile},
    import::{
        Both, BothChanged, CloseGone, Closed, Conflict, DataSet, DataSets, Edition, Gone, GoneElement, GoneFrom,
        GoneList, ImportReport, ImportRequest, Preview, PreviewRow, SkippedRecord, StopImport, StreetsReport,
        UndoImport, Undone,
    },
    link::{LINKS_MAX, Link, LinkLine, LinksDetail, LinksOf},
    lookalikes::{Alike, Lookalikes},
    marks::{DRAFTS_MAX, Draft, Drafts, KeepDraft, Mute, MutedPeople, MutedPerson},
    node::{Backup, Dial, NodeStatus, Peers, Status, Stop},
    people::{People, PeopleFound},
    places::{Addresses, FindPlace, Place, PlaceFound, PlaceKind, Places},
    post::{
        ANSWERS_COUNTED, EditPost, Mentioned, Mentions, POSTS_MAX, PostDetail, PostDraft, PostWord, Posts, REACTED_MAX,
        React, Reacted, Reactions, SayOfPost, Thread, ThreadPost, ThreadShown,
    },
    pruning::{NotPruned, Prune, Pruned, PrunedLog},
    recovery::{
        ConfirmPhrase, Decide, DecidingPhrase, FriendShares, Phrase, PhraseWords, RecoverRequest, Recovered, Shares,
    },
    reminders::{REMINDED_BEFORE_MAX, REMINDERS_MAX, Remind, Reminder, Reminders, RemindersDetail, RemindersTold},
    same::{AlsoSaid, LikelyFound, LikelyPair, LikelyPairs, LikelySame, Likeness, SameWord, SaySame},
    sample::{MakeSample, OwnWork, OwnWorkInfo, RemoveSample, SampleRemoved},
    saved::{ForgetSearch, News, SAVED_MAX, SEEN_MAX, SaveSearch, SavedSearch, SavedSearches, SeeSearch, SeenHit},
    search::{Ahead, Along, Called, Facets, Found, Hit, How, Near, Offered, Open, OpenNow, Query, Why},
    territory::{
        Area, Boundaries, BoundariesFound, CreateTerritory, FollowTarget, Redraw, Territories, TerritoryId,
        TerritoryInfo, Unfollow,
    },
    timeline::{NEW_MAX, PAGE_MAX, SeeTimeline, Timeline, TimelineKind, TimelineNew, TimelineNews, TimelinePage},
    vocabulary::Vocabulary,
};
pub use crate::snapshot::{
    Followed, ImportProgress, Me, NetworkStatus, Overview, OwnFork, PeerStatus, Phase, PostCursor, Snapshot,
    StoreStatus, Trouble, UndoProgress,
};
pub use crate::streets::{
    Pack, PackInfo,
    found::{AddressFound, AddressesFound, BoundaryFound, CoverError, Incomplete},
};
pub use crate::territory::outline::{Outline, OutlineRing};
pub use crate::times;
pub use crate::vocabulary::{self, VocabularyWord, WordList};
