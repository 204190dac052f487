//! Why a record was left out, in the reader's language.

use crate::{locale::Texts, logic::format};
use communaut_node::api::{Reason, ReasonPart};

/// A reason as a sentence.
pub(super) fn text(texts: Texts, reason: &Reason) -> String {
    let names = reason.names().into_iter().map(|(name, named)| {
        let said = match named {
            ReasonPart::Text(said) => said.to_owned(),
            // A name, not so many.
            ReasonPart::Number(number) if name == "epsg" => number.to_string(),
            ReasonPart::Number(number) => format::number(texts, number),
            // It goes on within another sentence.
            ReasonPart::Reason(inner) => small(&text(texts, inner)),
        };
        (name, said.into())
    });
    texts.tr(key(reason), &names.collect::<Vec<_>>())
}

/// With a small first letter, unless the word is written in capitals.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    let is_word = letters.clone().next().is_some_and(|second| !second.is_uppercase());
    match first {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

const fn key(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoName => "import-why-no-name",
        Reason::NameTooLong { .. } => "import-why-name-too-long",
        Reason::IdTooLong { .. } => "import-why-id-too-long",
        Reason::IdTwice { .. } => "import-why-id-twice",
        Reason::PlaceTwice { .. } => "import-why-place-twice",
        Reason::IdOfAnother { .. } => "import-why-id-of-another",
        Reason::TooLarge { .. } => "import-why-too-large",
        Reason::Gone { .. } => "import-why-gone",
        Reason::Person => "import-why-person",
        Reason::KindUnknown { .. } => "import-why-kind-unknown",
        Reason::NotWritten { .. } => "import-why-not-written",
        Reason::NoCoordinates => "import-why-no-coordinates",
        Reason::NoLatitude => "import-why-no-latitude",
        Reason::NoLongitude => "import-why-no-longitude",
        Reason::CommuneUnknown { .. } => "import-why-commune-unknown",
        Reason::OfLatitude { .. } => "import-why-of-latitude",
        Reason::OfLongitude { .. } => "import-why-of-longitude",
        Reason::OfCoordinates { .. } => "import-why-of-coordinates",
        Reason::NotDegrees { .. } => "import-why-not-degrees",
        Reason::TwoDirections { .. } => "import-why-two-directions",
        Reason::EarlyFraction { .. } => "import-why-early-fraction",
        Reason::OverSixty { .. } => "import-why-over-sixty",
        Reason::MinusAndLetter { .. } => "import-why-minus-and-letter",
        Reason::DirectionOfOther => "import-why-direction-of-other",
        Reason::SameDirection => "import-why-same-direction",
        Reason::NotTwoNumbers { .. } => "import-why-not-two-numbers",
        Reason::NotLonLat { .. } => "import-why-not-lon-lat",
        Reason::NotMeasured => "import-why-not-measured",
        Reason::LatitudeOut { .. } => "import-why-latitude-out",
        Reason::LongitudeOut { .. } => "import-why-longitude-out",
        Reason::Swapped { .. } => "import-why-swapped",
        Reason::FarSwapped { .. } => "import-why-far-swapped",
        Reason::Metres { .. } => "import-why-metres",
        Reason::OutsideSystem { .. } => "import-why-outside-system",
        Reason::ShapeEmpty => "import-why-shape-empty",
        Reason::ShapeShort => "import-why-shape-short",
        Reason::ShapeNotGeoJson { .. } => "import-why-shape-not-geo-json",
        Reason::ShapeUnknown { .. } => "import-why-shape-unknown",
        Reason::ShapeDamaged { .. } => "import-why-shape-damaged",
        Reason::ShapeNoSystem { .. } => "import-why-shape-no-system",
        Reason::ShapeSystemUnknown { .. } => "import-why-shape-system-unknown",
        Reason::ShapeUnusable { .. } => "import-why-shape-unusable",
        Reason::PointWrong { .. } => "import-why-point-wrong",
        Reason::ColumnsOther { .. } => "import-why-columns-other",
        Reason::NotUtf8 => "import-why-not-utf8",
        Reason::NotJson { .. } => "import-why-not-json",
        Reason::NotGeoJson { .. } => "import-why-not-geo-json",
        Reason::CollectionWithin => "import-why-collection-within",
        Reason::TopoJson => "import-why-topo-json",
        Reason::NotFeature { .. } => "import-why-not-feature",
        Reason::NoType => "import-why-no-type",
        Reason::SameIdBefore => "import-why-same-id-before",
        Reason::NotProfile => "import-why-not-profile",
        Reason::NotOfSchema => "import-why-not-of-schema",
        Reason::OtherOfSchema { .. } => "import-why-other-of-schema",
        Reason::OtherOfCommunecter { .. } => "import-why-other-of-communecter",
        Reason::NotRow => "import-why-not-row",
        Reason::NoItem => "import-why-no-item",
        Reason::NotOsm { .. } => "import-why-not-osm",
        Reason::OffEarth => "import-why-off-earth",
        Reason::NodesMissing => "import-why-nodes-missing",
        Reason::TooManyNodes { .. } => "import-why-too-many-nodes",
        Reason::TooManyMembers { .. } => "import-why-too-many-members",
        Reason::Cancelled => "import-why-cancelled",
        Reason::NoDate => "import-why-no-date",
        Reason::OutOfCalendar => "import-why-out-of-calendar",
        Reason::DateUnknown { .. } => "import-why-date-unknown",
        Reason::EndBeforeStart => "import-why-end-before-start",
        Reason::EndTooLate => "import-why-end-too-late",
        Reason::MomentOut { .. } => "import-why-moment-out",
        Reason::EventTooLarge => "import-why-event-too-large",
        Reason::NotEvent => "import-why-not-event",
        Reason::NewerVersion { .. } => "import-why-newer-version",
        Reason::SinglesTooMany { .. } => "import-why-singles-too-many",
        Reason::SingleUnread => "import-why-single-unread",
        Reason::NoStart => "import-why-no-start",
        Reason::TimeUnread { .. } => "import-why-time-unread",
        Reason::ZoneUnknown { .. } => "import-why-zone-unknown",
        Reason::DurationUnread { .. } => "import-why-duration-unread",
        Reason::DurationBack => "import-why-duration-back",
        Reason::DurationLong => "import-why-duration-long",
        Reason::GeoUnread { .. } => "import-why-geo-unread",
        Reason::ExceptionRule => "import-why-exception-rule",
        Reason::AllLeftOut => "import-why-all-left-out",
        Reason::NotOneOfIts { .. } => "import-why-not-one-of-its",
        Reason::OnwardOtherwise { .. } => "import-why-onward-otherwise",
        Reason::RuleUnread { .. } => "import-why-rule-unread",
        Reason::RulesSeveral => "import-why-rules-several",
        Reason::RuleTimes { .. } => "import-why-rule-times",
        Reason::RuleEndUnread => "import-why-rule-end-unread",
        Reason::RuleUnsayable { .. } => "import-why-rule-unsayable",
        Reason::RuleTaken { .. } => "import-why-rule-taken",
        Reason::RuleTakenUntil { .. } => "import-why-rule-taken-until",
        Reason::DatesTooMany { .. } => "import-why-dates-too-many",
        Reason::DateOut { .. } => "import-why-date-out",
        Reason::ClockApart => "import-why-clock-apart",
        Reason::SeveralADay => "import-why-several-a-day",
        Reason::OtherCalendar => "import-why-other-calendar",
        Reason::CountsOfYear => "import-why-counts-of-year",
        Reason::TimesFarApart => "import-why-times-far-apart",
        Reason::NeverTakesPlace => "import-why-never-takes-place",
        Reason::SeveralHours => "import-why-several-hours",
        Reason::NoSuchRepetition => "import-why-no-such-repetition",
        Reason::TooOften => "import-why-too-often",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn every_reason_is_said_in_both_languages_with_all_that_it_names() {
        for reason in Reason::all() {
            let said = Lang::ALL.map(|lang| {
                let marks: Vec<_> =
                    reason.names().into_iter().map(|(name, _)| (name, format!("<{name}>").into())).collect();
                let said = Texts { lang }.tr(key(&reason), &marks);
                for (name, _) in reason.names() {
                    assert!(said.contains(&format!("<{name}>")), "{reason:?} in {lang:?} does not say {name}: {said}");
                }
                said
            });
            assert!(said.iter().all(|said| !said.starts_with("Unknown localization")), "{reason:?}: {said:?}");
            assert_ne!(said[0], said[1], "{reason:?} is the same in both");
        }
    }

    #[test]
    fn what_is_wrong_inside_goes_on_in_the_sentence() {
        let why = Box::new(Reason::NoCoordinates);
        let reason = Reason::CommuneUnknown { why, commune: "69 Lyo".into() };
        let fr = text(Texts { lang: Lang::Fr }, &reason);
        assert_eq!(fr, "pas de coordonnées, et «\u{a0}69 Lyo\u{a0}» ne désigne pas une seule commune connue");
    }
}
