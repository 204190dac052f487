//! Keys of texts that stand for values: kinds, failures, reasons.

use communaut_node::api::{FailureCode, How, ReportStatus, Why};
use communaut_protocol::{
    fold::VoteRule,
    op::{Kind, Reaction, Role},
};

/// The name of a kind.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "kind-person",
        Kind::Organisation => "kind-organisation",
        Kind::Project => "kind-project",
        Kind::Event => "kind-event",
        Kind::Place => "kind-place",
    }
}

/// The name of a kind, for many.
#[must_use]
pub const fn kinds(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "kinds-person",
        Kind::Organisation => "kinds-organisation",
        Kind::Project => "kinds-project",
        Kind::Event => "kinds-event",
        Kind::Place => "kinds-place",
    }
}

/// The name of a role.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "role-member",
        Role::Contributor => "role-contributor",
        Role::Moderator => "role-moderator",
        Role::Leader => "role-leader",
    }
}

/// What has become of a report.
#[must_use]
pub const fn report_status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Seen => "status-seen",
        ReportStatus::UnderWay => "status-under-way",
        ReportStatus::Done => "status-done",
        ReportStatus::Declined => "status-declined",
    }
}

/// A reaction.
#[must_use]
pub const fn reaction(what: Reaction) -> &'static str {
    match what {
        Reaction::Thanks => "reaction-thanks",
        Reaction::Agree => "reaction-agree",
        Reaction::Support => "reaction-support",
        Reaction::Wonder => "reaction-wonder",
    }
}

/// Why a hit is there. A distance is shown as such.
#[must_use]
pub const fn why(why: Why) -> &'static str {
    match why {
        Why::Name(How::Typed) => "why-name",
        Why::Name(How::Form) => "why-name-form",
        Why::Name(How::Meaning) => "why-name-meaning",
        Why::Name(How::Nearly) => "why-name-nearly",
        Why::Tag => "why-tag",
        Why::Kind => "why-kind",
        Why::Text(How::Nearly) => "why-text-nearly",
        Why::Text(_) => "why-text",
        Why::OtherName => "why-other-name",
        Why::Contact => "why-contact",
        Why::Distance(_) => "why-distance",
        Why::Date => "why-date",
        Why::Alphabetical => "why-alphabetical",
    }
}

/// What a field or a column of a file means, by the name that a node gives it; none: it is a key of OpenStreetMap, and
/// is shown as such.
#[must_use]
pub fn column(meaning: &str) -> Option<&'static str> {
    Some(match meaning {
        "name" => "import-means-name",
        "other_name" => "import-means-other-name",
        "latitude" => "import-means-latitude",
        "longitude" => "import-means-longitude",
        "latlon" | "lonlat" | "location" => "import-means-position",
        "geometry" => "import-means-geometry",
        "address" => "field-address",
        "postcode" => "import-means-postcode",
        "city" => "import-means-city",
        "phone" => "field-phone",
        "email" => "field-email",
        "website" => "field-website",
        "hours" | "opening_hours" => "field-hours",
        "description" => "field-description",
        "tags" => "field-tags",
        "id" => "import-means-id",
        "kind" => "import-means-kind",
        "position" => "field-place",
        "when" => "field-when",
        _ => return None,
    })
}

/// What kind of failure.
#[must_use]
pub const fn failure(code: FailureCode) -> &'static str {
    match code {
        FailureCode::Invalid => "failure-invalid",
        FailureCode::NotFound => "failure-not-found",
        FailureCode::NotAllowed => "failure-not-allowed",
        FailureCode::NoIdentity => "failure-no-identity",
        FailureCode::AlreadyInitialised => "failure-already-initialised",
        FailureCode::Io => "failure-io",
        FailureCode::Busy => "failure-busy",
        FailureCode::Stopped => "failure-stopped",
        FailureCode::Internal => "failure-internal",
    }
}

/// Why a ballot or a certificate does not count.
#[must_use]
pub const fn rule(rule: VoteRule) -> &'static str {
    match rule {
        VoteRule::NotInElectorate => "gov-rule-not-in-electorate",
        VoteRule::NotOpened => "gov-rule-not-opened",
        VoteRule::Conflicting => "gov-rule-conflicting",
        VoteRule::NotATeller => "gov-rule-not-a-teller",
        VoteRule::Mismatch => "gov-rule-mismatch",
        VoteRule::Incomplete => "gov-rule-incomplete",
        VoteRule::Erased => "gov-rule-erased",
        VoteRule::TooManyCloses => "gov-rule-too-many-closes",
        VoteRule::MayNotPropose => "gov-rule-may-not-propose",
    }
}
