//! Which place a name was taken for: told with every reply, since there are others of that name.

use super::text::line;
use crate::modules::places::{Place, PlaceFound, PlaceKind};
use serde_json::{Value, json};

/// Others that a line names; JSON has all.
const SHOWN: usize = 6;

/// Two lines at most, for people.
pub(super) fn told(found: &PlaceFound) -> String {
    let place = &found.place;
    let is_middle = place.kind == PlaceKind::Postcode;
    let what = match (found.mentioned, is_middle) {
        (true, _) => "place, by a part of its name: ",
        (false, true) => "place: the middle of the communes of ",
        (false, false) => "place: ",
    };
    let mut text = format!("{what}{}\n", line(&place.told()));
    let others: Vec<String> = found.others.iter().take(SHOWN).map(Place::told).collect();
    if !others.is_empty() {
        let more = if found.others.len() > SHOWN { "; …" } else { "" };
        let what = if is_middle { "they are" } else { "also possible" };
        text.push_str(&format!("{what}: {}{more}\n", line(&others.join("; "))));
    }
    text
}

/// A place that was found, with the others of its name.
pub(crate) fn value(found: &PlaceFound) -> Value {
    let others: Vec<Value> = found.others.iter().map(of).collect();
    let mut place = of(&found.place);
    if let Some(place) = place.as_object_mut() {
        place.insert("mentioned".into(), json!(found.mentioned));
        place.insert("others".into(), json!(others));
    }
    place
}

fn of(place: &Place) -> Value {
    json!({
        "name": place.name,
        "kind": place.kind,
        "region": place.region,
        "country": place.country,
        "lat": place.position.lat(),
        "lon": place.position.lon(),
        "population": place.population,
    })
}
