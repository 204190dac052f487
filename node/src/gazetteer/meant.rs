//! Which place people mean by what they type: one of that name, or a larger one whose name goes on behind it, as "Aix"
//! is Aix-en-Provence for nearly everybody. What is likely a slip of the finger is not taken for a hamlet that happens
//! to be called so: who typed it is asked.

use super::{
    Gazetteer, NAME_MAX, OTHERS_MAX, Place, PlaceFound, Wish, by_weight, key,
    kind::PlaceKind,
    query::{self, Reading},
};
use crate::{failure::Failure, search::typo::is_similar};
use std::collections::BTreeMap;

/// Bytes of a key, at the least, behind which a name may go on: fewer begin very many.
const PART_MIN: usize = 3;
/// How much likelier than the next a place has to be of whose name only a part was typed, where none has just this
/// name: three times as many people.
const ALONE: f64 = 0.5;
/// How much likelier a place of nearly this name has to be than those that are only found by a part of their name, or
/// written as one word: thirty times as many people.
const SLIP: f64 = 1.5;
/// What counts less where only a part of a name is nearly what was typed.
const PART: f64 = -1.0;
/// Readings of a text in which slips are looked for: each goes through the names of two letters.
const READINGS_MAX: usize = 4;
/// Words of a name that is looked for by slips: longer ones are no names.
const WORDS_MAX: usize = 10;

/// Places by number, with how likely each is meant.
type Weights = BTreeMap<u32, f64>;

impl Gazetteer {
    /// The place that somebody means who types this, and what else they may mean.
    #[must_use]
    pub fn meant(&self, text: &str, wish: &Wish) -> Option<PlaceFound> {
        let text: String = text.chars().take(NAME_MAX).collect();
        let found = query::readings(&text).find_map(|reading| self.meant_by(&reading, wish));
        found.or_else(|| query::mentions(&text).find_map(|reading| self.read(&reading, wish)))
    }

    fn meant_by(&self, reading: &Reading, wish: &Wish) -> Option<PlaceFound> {
        if query::is_postcode(&reading.key) {
            return self.read(reading, wish);
        }
        if let Some(place) = self.coded_part(reading) {
            return Some(PlaceFound { place: self.place(place), others: Vec::new(), mentioned: false });
        }
        let choices = self.choices(reading);
        let lies = |number: &u32, _: &mut f64| choices.iter().all(|choice| self.lies(*number, choice));
        let mut just_so = self.weights(&reading.name, &self.table.bearing(&reading.key), wish);
        just_so.retain(lies);
        let mut all = self.parts(reading, wish);
        all.retain(lies);
        let alone = {
            let mut weights: Vec<f64> = all.values().copied().collect();
            weights.sort_by(|a, b| b.total_cmp(a));
            weights.first().zip(weights.get(1)).is_none_or(|(first, next)| first - next >= ALONE)
        };
        if just_so.is_empty() && !alone {
            return None;
        }
        all.extend(&just_so);
        let numbers = by_weight(all);
        let mentioned = numbers.first().is_some_and(|first| !just_so.contains_key(first));
        let mut found = self.apart(numbers, OTHERS_MAX + 1).into_iter();
        Some(PlaceFound { place: found.next()?, others: found.collect(), mentioned })
    }

    /// The arrondissement that has the postcode which stands beside its city's name: "69003 Lyon".
    fn coded_part(&self, reading: &Reading) -> Option<u32> {
        let code = reading.choices.iter().find(|choice| query::is_postcode(choice))?;
        let coded = self.table.bearing(code).into_iter().map(|borne| borne.place);
        let mut parts = coded.filter(|number| self.table.kind(*number) == PlaceKind::Arrondissement);
        parts.find(|number| {
            let name = key::key(&self.table.name(*number));
            let rest = name.strip_prefix(reading.key.as_str());
            rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        })
    }

    /// Towns and villages whose name goes on after the words that were typed.
    fn parts(&self, reading: &Reading, wish: &Wish) -> Weights {
        let mut weights = Weights::new();
        if reading.key.len() < PART_MIN {
            return weights;
        }
        let (typed, spelt) = (key::apart(&reading.name), key::spelt(&reading.name));
        self.table.each_begun(&reading.key, |number, name, _| {
            // Most are one word.
            let goes_on = name.contains(|c: char| !c.is_alphanumeric()) && self.is_town(number) && {
                let words = key::apart(name);
                words.len() > typed.len() && words.starts_with(&typed)
            };
            if goes_on {
                let just_so = key::spelt(name).starts_with(&spelt);
                let accents = just_so && !spelt.is_ascii();
                heavier(&mut weights, number, self.weight(number, wish, false, just_so, accents));
            }
        });
        weights
    }

    fn is_town(&self, number: u32) -> bool {
        matches!(self.table.kind(number), PlaceKind::Place | PlaceKind::Commune | PlaceKind::Former)
    }

    /// Places of nearly this name, or whose name begins nearly so, the likeliest first. Its first letter is right, or
    /// stands behind the second: who errs rarely errs there, and so not all names need be looked at.
    fn near(&self, text: &str, wish: &Wish) -> Vec<(u32, f64)> {
        for reading in query::readings(text).take(READINGS_MAX) {
            let typed = key::apart(&reading.name);
            if typed.len() > WORDS_MAX {
                continue;
            }
            let together = typed.join(" ");
            let choices = self.choices(&reading);
            let mut weights = Weights::new();
            let mut first: Vec<char> = reading.key.chars().take(2).collect();
            first.dedup();
            for letter in first {
                self.table.each_begun(&letter.to_string(), |number, name, main| {
                    let words = key::apart(name);
                    let begins = || words.get(..typed.len()).map(|begins| begins.join(" "));
                    let Some(begins) = begins().filter(|_| self.table.kind(number) != PlaceKind::Intercommunality)
                    else {
                        return;
                    };
                    if begins == together || !is_similar(&together, &begins) {
                        return;
                    }
                    if choices.iter().all(|choice| self.lies(number, choice)) {
                        let part = if words.len() > typed.len() { PART } else { 0.0 };
                        heavier(&mut weights, number, part + self.weight(number, wish, main, false, false));
                    }
                });
            }
            if !weights.is_empty() {
                let ordered = by_weight(weights.clone());
                let weight = |number: u32| weights.get(&number).map(|weight| (number, *weight));
                return ordered.into_iter().filter_map(weight).collect();
            }
        }
        Vec::new()
    }

    /// Places of nearly this name, for who made a slip: the likeliest first.
    #[must_use]
    pub fn nearly(&self, text: &str, limit: usize, wish: &Wish) -> Vec<Place> {
        let text: String = text.chars().take(NAME_MAX).collect();
        self.apart(self.near(&text, wish).into_iter().map(|(number, _)| number), limit)
    }

    /// [`Self::meant`], or in one line that there is none, and what comes near.
    ///
    /// # Errors
    /// If no place has the name, or it is likelier a slip.
    pub fn find_or_tell(&self, text: &str, wish: &Wish) -> Result<PlaceFound, Failure> {
        let text: String = text.chars().take(NAME_MAX).collect();
        let found = self.meant(&text, wish);
        let as_typed = self.is_borne_as_typed(&text);
        if let Some(found) = &found
            && as_typed
        {
            return Ok(found.clone());
        }
        let near = self.near(&text, wish);
        if let Some(found) = found {
            let weight = self.weight_of(&found.place, wish);
            if near.first().is_none_or(|(_, likelier)| likelier - SLIP < weight) {
                return Ok(found);
            }
        }
        let alone = text.split([',', '(']).next().unwrap_or_default();
        let like = self.apart(near.into_iter().map(|(number, _)| number), OTHERS_MAX / 2);
        let begun = [text.as_str(), alone].map(|name| self.places(name, OTHERS_MAX, wish));
        let begun = begun.into_iter().find(|begun| !begun.is_empty()).unwrap_or_default();
        let mut told: Vec<String> = Vec::new();
        for place in like.iter().chain(&begun) {
            let place = format!("'{}'", place.told());
            if told.len() < OTHERS_MAX && !told.contains(&place) {
                told.push(place);
            }
        }
        let shown: String = text.chars().take(80).collect();
        let hint = if told.is_empty() {
            "give a larger place nearby, or a point, e.g. 45.764,4.8357".to_owned()
        } else {
            format!("did you mean {}?", told.join(" or "))
        };
        Err(Failure::not_found(format!("no place '{shown}' in the gazetteer: {hint}")))
    }

    /// Whether a place has just this name, word for word, or just this postcode.
    fn is_borne_as_typed(&self, text: &str) -> bool {
        query::readings(text).any(|reading| {
            let typed = key::apart(&reading.name);
            query::is_postcode(&reading.key)
                || self.table.bearing(&reading.key).iter().any(|borne| key::apart(&borne.name) == typed)
        })
    }

    /// How likely a place is meant by any of its names.
    fn weight_of(&self, place: &Place, wish: &Wish) -> f64 {
        let bearing = self.table.bearing(&key::key(&place.name)).into_iter().map(|borne| borne.place);
        let same = bearing.filter(|number| self.table.position(*number) == place.position);
        same.map(|number| self.weight(number, wish, false, false, false)).fold(f64::NEG_INFINITY, f64::max)
    }
}

fn heavier(weights: &mut Weights, number: u32, weight: f64) {
    let held = weights.entry(number).or_insert(weight);
    *held = held.max(weight);
}
