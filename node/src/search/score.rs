//! Where the words of a query stand in an element, as one number.

/// Where one word was found, the best place last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In the description or the address, nearly as typed.
    TextNear = 1,
    /// In the description or the address.
    Text = 2,
    /// In the address, beside the word that it stands beside in the query: a door and its street.
    Address = 3,
    /// In the name or the tags, nearly as typed.
    NameNear = 4,
    /// In the tags.
    Tag = 5,
    /// In the name, by another word for the same kind of thing.
    NameMeant = 6,
    /// In the name: by its stem or another of its forms, or as the beginning of a word.
    NameLike = 7,
    /// It is nearly what the thing is.
    IsNear = 8,
    /// In the name, as typed.
    Name = 9,
    /// It is what the thing is, not only in what it is called: a station before the bakery at the station.
    Is = 10,
}

/// Which place a word has in a part, by how it was found there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub typed: Place,
    pub like: Place,
    /// None: another word does not count there, since texts have too many.
    pub meant: Option<Place>,
    /// None: what OpenStreetMap calls it does not count there.
    pub tagged: Option<Place>,
    pub near: Place,
}

impl Place {
    const ALL: [Self; 10] = [
        Self::TextNear,
        Self::Text,
        Self::Address,
        Self::NameNear,
        Self::Tag,
        Self::NameMeant,
        Self::NameLike,
        Self::IsNear,
        Self::Name,
        Self::Is,
    ];
    /// The best there is.
    pub const BEST: Self = Self::Is;
    /// Of the name, the tags, the texts.
    pub const PARTS: [Places; 3] = [
        Places {
            typed: Self::Name,
            like: Self::NameLike,
            meant: Some(Self::NameMeant),
            tagged: None,
            near: Self::NameNear,
        },
        Places {
            typed: Self::Tag,
            like: Self::Tag,
            meant: Some(Self::Tag),
            tagged: Some(Self::Tag),
            near: Self::NameNear,
        },
        Places { typed: Self::Text, like: Self::Text, meant: None, tagged: None, near: Self::TextNear },
    ];

    /// The same where other words for a kind of thing do not count in tags: what is left says so itself.
    pub const SAID: [Places; 3] = {
        let [name, tags, texts] = Self::PARTS;
        [name, Places { meant: None, tagged: None, ..tags }, texts]
    };

    /// As it is noted for a document.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// What counts of a word that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Says {
    /// Without it, an element is found all the same.
    pub optional: bool,
    /// Whether accents were typed.
    pub accents: bool,
}

/// How many words were found at which place: four bits for each place, the best place highest; the lowest
/// four bits for small words in the name, and for accents as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(u64);

/// Bits of a score.
pub(super) const SCORE_BITS: u32 = 4 * (Place::BEST as u32 + 1);

impl Score {
    /// What one more word adds; none when it had to be found. `accented`: whether it is written with accents in the
    /// name.
    pub fn of(word: Says, place: Option<Place>, accented: bool) -> Option<Self> {
        match (place, word.optional) {
            (None, true) => Some(Self(0)),
            (None, false) => None,
            (Some(place), true) => Some(Self(u64::from(place == Place::Name))),
            (Some(place), false) => {
                let as_typed = place == Place::Name && accented == word.accents;
                Some(Self((1 << (4 * place as u32)) + u64::from(as_typed)))
            }
        }
    }
    /// With what a word adds: a query has few enough that no digit overflows.
    pub fn with(self, word: Self) -> Self {
        Self(self.0 + word.0)
    }
    /// Where the word stands that was found at the least place.
    pub fn worst(self) -> Place {
        let place = (self.0 >> 4).trailing_zeros() / 4 + 1;
        u8::try_from(place).ok().and_then(Place::of).unwrap_or(Place::Name)
    }
    /// As a number: the greater, the better.
    pub fn number(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(places: &[Place]) -> Score {
        let word = Says { optional: false, accents: true };
        places
            .iter()
            .fold(Score::default(), |score, place| score.with(Score::of(word, Some(*place), false).unwrap_or_default()))
    }

    #[test]
    fn the_least_place_is_that_of_all() {
        assert_eq!(of(&[Place::Name, Place::Text, Place::Tag]).worst(), Place::Text);
        assert_eq!(of(&[Place::Name; 15]).worst(), Place::Name);
        assert!(of(&[Place::Name, Place::Tag]) > of(&[Place::NameLike, Place::NameLike]));
        for place in Place::ALL {
            assert_eq!((of(&[place]).worst(), Place::of(place as u8)), (place, Some(place)));
            assert!(of(&[place; 15]).number() >> SCORE_BITS == 0);
        }
        assert_eq!((Place::of(0), Place::of(Place::BEST as u8 + 1)), (None, None));
    }

    #[test]
    fn small_words_and_accents_only_help() {
        let small = Says { optional: true, accents: false };
        let with = |place| Score::of(small, place, false);
        assert_eq!(with(None), Some(Score::default()));
        assert!(with(Some(Place::Name)) > with(None) && with(Some(Place::Text)) == with(None));
        let typed = |accents| Score::of(Says { optional: false, accents }, Some(Place::Name), true);
        assert!(typed(true) > typed(false) && typed(false).is_some());
        assert_eq!(Score::of(Says { optional: false, accents: false }, None, false), None);
    }
}
