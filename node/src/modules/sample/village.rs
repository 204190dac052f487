//! The village of the sample: what it says, in French and in English, and when it takes place.

use communaut_protocol::{Position, op::When};
use jiff::{Timestamp, ToSpan, civil::time, tz::TimeZone};

/// An event of the village.
pub(super) struct Planned {
    pub name: &'static str,
    pub text: &'static str,
    /// Days from today, and hours of that day on the asker's clock.
    days: i64,
    from: i8,
    until: i8,
    /// 1e-7 degree north and east of the village: a few hundred metres.
    at: (i32, i32),
}

/// What the village says.
pub(super) struct Village {
    pub name: &'static str,
    pub text: &'static str,
    pub tags: [&'static str; 3],
    pub events: [Planned; 3],
    /// On its wall, the oldest first.
    pub posts: [&'static str; 3],
    pub question: &'static str,
    pub reasons: &'static str,
}

static FRENCH: Village = Village {
    name: "Les Quatre-Chemins, village d’exemple",
    text: "Un petit village pour essayer. Rien ici n’est vrai : jetez-le quand vous voulez.",
    tags: ["exemple", "entraide", "jardin"],
    events: [
        Planned {
            name: "Repas partagé du village",
            text: "Chacun apporte un plat. Les tables sont prêtées par la salle des fêtes.",
            days: 2,
            from: 12,
            until: 15,
            at: (0, 0),
        },
        Planned {
            name: "Café réparation",
            text: "Apportez ce qui est cassé ; on regarde ensemble.",
            days: 5,
            from: 14,
            until: 17,
            at: (12_000, -9_000),
        },
        Planned {
            name: "Taille des haies",
            text: "Deux heures pour le chemin de l’école. Gants et goûter sur place.",
            days: 9,
            from: 9,
            until: 11,
            at: (-14_000, 11_000),
        },
    ],
    posts: [
        "Bienvenue ! Écrivez ici ce que vous voulez : c’est fait pour essayer.",
        "La clé du local est chez Camille, au numéro 4.",
        "Qui a une échelle à prêter samedi ?",
    ],
    question: "Planter deux pommiers sur la place ?",
    reasons: "Ils coûtent 120 €. Deux voisins les arroseraient le premier été. Votez pour voir comment cela se passe.",
};

static ENGLISH: Village = Village {
    name: "Four Lanes, a sample village",
    text: "A small village to try things with. Nothing here is real: throw it away whenever you like.",
    tags: ["sample", "neighbours", "garden"],
    events: [
        Planned {
            name: "Shared village lunch",
            text: "Everybody brings a dish. The tables come from the village hall.",
            days: 2,
            from: 12,
            until: 15,
            at: (0, 0),
        },
        Planned {
            name: "Repair café",
            text: "Bring what is broken; we look at it together.",
            days: 5,
            from: 14,
            until: 17,
            at: (12_000, -9_000),
        },
        Planned {
            name: "Hedges along the school lane",
            text: "Two hours of cutting. Gloves and cake are there.",
            days: 9,
            from: 9,
            until: 11,
            at: (-14_000, 11_000),
        },
    ],
    posts: [
        "Welcome! Write whatever you like here: it is made to be tried.",
        "The key of the shed is with Camille, at number 4.",
        "Who can lend a ladder on Saturday?",
    ],
    question: "Shall we plant two apple trees on the square?",
    reasons: "They cost 120 €. Two neighbours would water them in the first summer. Vote to see how it works.",
};

/// In a language; English where there is no other.
pub(super) fn village(language: &str) -> &'static Village {
    if language == "fr" { &FRENCH } else { &ENGLISH }
}

impl Planned {
    /// Where it takes place, seen from the village; there itself, where the world ends.
    pub fn place(&self, village: Position) -> Position {
        let (north, east) = self.at;
        let at = Position { lat_e7: village.lat_e7.saturating_add(north), lon_e7: village.lon_e7.saturating_add(east) };
        if at.is_valid() { at } else { village }
    }

    /// When, seen from a moment on the clock of a zone. None: beyond the calendar.
    pub fn when(&self, now_ms: u64, zone: &str) -> Option<When> {
        let now = Timestamp::from_millisecond(i64::try_from(now_ms).ok()?).ok()?;
        let (known, zone) = match TimeZone::get(zone) {
            Ok(known) => (known, zone.to_owned()),
            Err(_) => (TimeZone::UTC, "UTC".to_owned()),
        };
        let day = now.to_zoned_datetime(known.clone()).date().checked_add(self.days.days()).ok()?;
        let ms = |hour| {
            let at = day.to_datetime(time(hour, 0, 0, 0)).to_zoned_datetime(known.clone()).ok()?;
            Some(at.timestamp().as_millisecond())
        };
        let (start_ms, end_ms) = (ms(self.from)?, ms(self.until)?);
        Some(When { start_ms, end_ms, zone, offset: None, whole_days: false, repeat: None })
    }
}
