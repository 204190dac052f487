//! Which tags of OpenStreetMap make a record, of which kind it is, and by which words it is found.

mod labels;
pub(super) mod shown;

use super::role::Role;
use crate::osm_words::{self, Language};
use communaut_protocol::op::Kind;

/// Keys of OpenStreetMap that say what something is, as exports of it carry them.
pub(super) const OSM_KEYS: &[&str] =
    &["amenity", "shop", "tourism", "leisure", "office", "craft", "healthcare", "historic", "club", "emergency"];

/// Further keys that make a record, with the values that do.
const SOME_VALUES: &[(&str, &[&str])] = &[
    ("railway", &["station", "halt", "tram_stop", "subway_entrance"]),
    // Where a vehicle stops on its way ("stop_position") is the stop once more, and is of the map.
    ("public_transport", &["station", "platform"]),
    ("highway", &["bus_stop", "rest_area", "services", "trailhead"]),
    ("aerialway", &["station"]),
    ("waterway", &["waterfall"]),
    ("aeroway", &["aerodrome", "heliport", "terminal"]),
    ("landuse", &["cemetery", "allotments", "recreation_ground"]),
    ("natural", &["beach", "peak", "spring", "cave_entrance", "hot_spring"]),
    ("man_made", &["lighthouse", "windmill", "watermill", "observatory", "works", "water_well", "water_tap"]),
    ("place", &["square"]),
];

/// Values that say that nothing is there.
const NOTHING: &[&str] = &["no", "vacant", "none", "disused"];

/// Values by which a record is an organisation; an empty list: any. What is not here is a place.
const ORGANISATIONS: &[(&str, &[&str])] = &[
    ("office", &[]),
    ("club", &[]),
    ("craft", &[]),
    (
        "amenity",
        &[
            "townhall",
            "community_centre",
            "social_centre",
            "social_facility",
            "fire_station",
            "police",
            "school",
            "college",
            "university",
            "kindergarten",
            "music_school",
            "courthouse",
            "ranger_station",
            "refugee_site",
            "food_bank",
            "give_box",
        ],
    ),
];

/// The key as the table has it, if it makes a record whatever its value, or with some.
pub(super) fn poi_key(key: &str) -> Option<&'static str> {
    let any = OSM_KEYS.iter().find(|known| **known == key).copied();
    any.or_else(|| SOME_VALUES.iter().find(|(known, _)| *known == key).map(|(known, _)| *known))
}

/// What is brought to a place to be used again, as OpenStreetMap has it, and the words by which one looks for it.
const ACCEPTED: &[(&str, &str)] = &[
    ("batteries", "piles|batteries"),
    ("books", "livres|books"),
    ("cans", "canettes|cans"),
    ("cardboard", "carton|cardboard"),
    ("clothes", "vêtements|clothes"),
    ("cooking_oil", "huile|oil"),
    ("electrical_appliances", "appareils électriques|electrical appliances"),
    ("food_waste", "compost|food waste"),
    ("glass", "verre|glass"),
    ("glass_bottles", "verre|glass"),
    ("green_waste", "déchets verts|green waste"),
    ("organic", "compost"),
    ("paper", "papier|paper"),
    ("plastic", "plastique|plastic"),
    ("plastic_bottles", "plastique|plastic"),
    ("scrap_metal", "ferraille|scrap metal"),
    ("shoes", "chaussures|shoes"),
    ("wood", "bois|wood"),
];

/// The words for it.
pub(super) fn accepted(what: &str) -> Option<&'static str> {
    ACCEPTED.iter().find(|(known, _)| *known == what).map(|(_, words)| *words)
}

/// What nobody looks for by itself, or is mostly in somebody's garden: without a name it is left out.
const FURNITURE: &[&str] = &[
    "bench",
    "fire_hydrant",
    "garden",
    "grit_bin",
    "hunting_stand",
    "loading_dock",
    "lounger",
    "parking",
    "parking_entrance",
    "parking_space",
    "platform",
    "swimming_pool",
    "waste_basket",
    "waste_disposal",
    "yes",
];

/// The tag by which something without a name is shown.
pub(super) fn thing(role: Role, value: &str) -> Option<String> {
    let Role::Osm(key) = role else { return None };
    let value = values(value).find(|value| is_poi(key, value) && !FURNITURE.contains(value))?;
    let tag = format!("{key}={value}");
    called(&tag, Language::English).map(|_| tag)
}

/// What it is called: our own word for it, or that of OpenStreetMap's editor; in English where that has none.
pub(super) fn called(tag: &str, language: Language) -> Option<String> {
    let own = match language {
        Language::French => labels::of(tag).next(),
        _ => None,
    };
    let name = own.or_else(|| osm_words::name(tag, language)).or_else(|| labels::in_english(tag))?;
    let mut letters = name.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

/// Whether an element with this tag is a record.
pub(super) fn is_poi(key: &str, value: &str) -> bool {
    if NOTHING.contains(&value) {
        return false;
    }
    OSM_KEYS.contains(&key) || SOME_VALUES.iter().any(|(known, values)| *known == key && values.contains(&value))
}

/// Words of a tag's value: "yes" says nothing more than its key, and text with capitals is not of the scheme.
fn values(value: &str) -> impl Iterator<Item = &str> {
    let of_scheme = |value: &&str| {
        !value.is_empty() && value.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b':' | b'-'))
    };
    value.split(';').map(str::trim).filter(of_scheme).filter(|value| !NOTHING.contains(value))
}

/// The kind, where a value says it.
pub(super) fn kind(role: Role, value: &str) -> Option<Kind> {
    let Role::Osm(key) = role else { return None };
    let (_, organisations) = ORGANISATIONS.iter().find(|(known, _)| *known == key)?;
    values(value).any(|value| organisations.is_empty() || organisations.contains(&value)).then_some(Kind::Organisation)
}

/// Words by which it is found, in French and English, then the scheme's own.
pub(super) fn tag_words(key: &str, value: &str, add: &mut impl FnMut(&str)) {
    let mut any = false;
    for value in values(value) {
        any = true;
        labels::of(&format!("{key}={value}")).for_each(&mut *add);
        if value != "yes" {
            add(value);
        }
    }
    if any {
        labels::of(key).for_each(&mut *add);
        add(key);
    } else {
        // Not of the scheme: the words as they stand.
        value.split(';').filter(|value| !NOTHING.contains(value)).for_each(add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(key: &str, value: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        tag_words(key, value, &mut |word| {
            if !words.iter().any(|have| have == word) {
                words.push(word.to_owned());
            }
        });
        words
    }

    #[test]
    fn words_in_both_languages() {
        assert_eq!(words("shop", "bakery"), ["boulangerie", "bakery", "commerce", "shop"]);
        assert!(words("amenity", "restaurant;bar").contains(&"bar".to_owned()));
        assert_eq!(words("shop", "yes"), ["commerce", "shop"]);
        assert_eq!(words("office", "Bureau du Maire"), ["Bureau du Maire"]);
        assert_eq!(words("shop", "no"), [""; 0]);
    }

    #[test]
    fn kinds() {
        assert_eq!(kind(Role::Osm("office"), "ngo"), Some(Kind::Organisation));
        assert_eq!(kind(Role::Osm("amenity"), "townhall"), Some(Kind::Organisation));
        assert_eq!(kind(Role::Osm("amenity"), "bench"), None);
        assert_eq!(kind(Role::Osm("shop"), "bakery"), None);
        assert_eq!(kind(Role::Osm("office"), "Rez-de-chaussée"), None, "a column of another meaning");
    }

    #[test]
    fn what_has_no_name_is_shown_by_what_it_is() {
        let thing = |key, value| thing(Role::Osm(key), value);
        assert_eq!(thing("amenity", "toilets").as_deref(), Some("amenity=toilets"));
        assert_eq!(thing("amenity", "bench;drinking_water").as_deref(), Some("amenity=drinking_water"));
        for (key, value) in [("amenity", "bench"), ("shop", "vacant"), ("shop", "yes"), ("amenity", "Bureau")] {
            assert_eq!(thing(key, value), None, "{key}={value}");
        }
        let names = [Language::French, Language::English, Language::German]
            .map(|language| ["amenity=toilets", "amenity=atm"].map(|tag| called(tag, language).unwrap_or_default()));
        let expected = [["Toilettes", "Distributeur de billets"], ["Restroom", "ATM"], ["Toilette", "Geldautomat"]];
        assert_eq!(names, expected);
        assert_eq!(thing("highway", "bus_stop").as_deref(), Some("highway=bus_stop"));
        assert_eq!(thing("public_transport", "platform"), None, "one of many, without a name");
        assert_eq!(called("highway=bus_stop", Language::French).as_deref(), Some("Arrêt de bus"));
        assert_eq!(called("highway=bus_stop", Language::German).as_deref(), Some("Bus stop"), "no word in German");
        assert_eq!(accepted("organic"), Some("compost"));
    }

    #[test]
    fn what_is_a_record() {
        assert!(is_poi("amenity", "bench") && is_poi("railway", "station"));
        assert!(is_poi("highway", "bus_stop") && is_poi("public_transport", "platform"));
        assert!(!is_poi("public_transport", "stop_position"), "the platform beside it is the stop");
        assert!(!is_poi("railway", "rail") && !is_poi("shop", "vacant") && !is_poi("highway", "residential"));
    }
}
