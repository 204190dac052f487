//! What tags of OpenStreetMap mean on a street map: which layer of the tiles, which label.

use super::{
    addresses, boundaries, called,
    layers::{LAYERS, LayerId, layer_id},
    parts::NAME_MAX,
};

/// Characters of a road's number at the most: what is longer is a name.
const ROAD_MAX: usize = 8;

/// What one element is on the map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classed {
    /// How its line or area is drawn.
    pub drawn: Option<LayerId>,
    /// The label at its place, or in its middle.
    pub label: Option<LayerId>,
    /// Its name; of a label of numbers: the number.
    pub name: String,
    /// The same with its names in the languages of the window: see `called`.
    pub called: String,
    /// Its house number, if it has another name, or none.
    pub number: String,
    /// Of two labels of a layer the one with more weight is placed first: inhabitants, metres.
    pub weight: u32,
    /// A coast: not drawn, but what parts land and sea.
    pub coast: bool,
    /// A way with a name that one lives at.
    pub is_street: bool,
    /// Of a road that leads far: its number.
    pub road: String,
    /// Of a street that leads one way: whether it is the way in which it is drawn.
    pub one_way: Option<bool>,
    /// Of what has a house number: the rest of its address.
    pub address: Option<addresses::AddressSaid>,
    /// Of what one may call a territory: which, if its outline is whole.
    pub boundary: Option<Box<boundaries::BoundarySaid>>,
}

impl Classed {
    /// Whether it is on the map at all.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.coast || self.drawn.is_some() || self.label.is_some() || !self.number.is_empty() || self.boundary.is_some()
    }
}

/// Which element the tags are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A point.
    Node,
    /// A line that ends elsewhere than it begins.
    Open,
    /// A line that closes: a roundabout or an area.
    Closed,
    /// A relation of ways.
    Relation,
}

/// The tags that matter, of all that an element has.
#[derive(Debug, Default)]
struct Said<'a> {
    name: &'a str,
    french: &'a str,
    english: &'a str,
    number: &'a str,
    street: &'a str,
    city: &'a str,
    postcode: &'a str,
    highway: &'a str,
    reference: &'a str,
    one_way: &'a str,
    junction: &'a str,
    railway: &'a str,
    waterway: &'a str,
    natural: &'a str,
    landuse: &'a str,
    leisure: &'a str,
    amenity: &'a str,
    building: &'a str,
    place: &'a str,
    boundary: &'a str,
    level: &'a str,
    route: &'a str,
    aeroway: &'a str,
    aerialway: &'a str,
    man_made: &'a str,
    tourism: &'a str,
    kind: &'a str,
    area: &'a str,
    tunnel: &'a str,
    bridge: &'a str,
    service: &'a str,
    footway: &'a str,
    indoor: &'a str,
    population: &'a str,
    elevation: &'a str,
    /// Other names: in other languages, official, short.
    others: Vec<&'a str>,
}

impl<'a> Said<'a> {
    fn of(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut said = Self::default();
        for (key, value) in tags {
            let slot = match key {
                "name" => &mut said.name,
                "addr:housenumber" => &mut said.number,
                "addr:street" | "addr:place" => &mut said.street,
                "addr:city" => &mut said.city,
                "addr:postcode" => &mut said.postcode,
                "highway" => &mut said.highway,
                "ref" => &mut said.reference,
                "oneway" => &mut said.one_way,
                "junction" => &mut said.junction,
                "railway" => &mut said.railway,
                "waterway" => &mut said.waterway,
                "natural" => &mut said.natural,
                "landuse" => &mut said.landuse,
                "leisure" => &mut said.leisure,
                "amenity" => &mut said.amenity,
                "building" | "building:part" => &mut said.building,
                "place" => &mut said.place,
                "boundary" => &mut said.boundary,
                "admin_level" => &mut said.level,
                "route" => &mut said.route,
                "aeroway" => &mut said.aeroway,
                "aerialway" => &mut said.aerialway,
                "man_made" => &mut said.man_made,
                "tourism" => &mut said.tourism,
                "type" => &mut said.kind,
                "area" => &mut said.area,
                "tunnel" | "covered" => &mut said.tunnel,
                "bridge" => &mut said.bridge,
                "service" => &mut said.service,
                "footway" => &mut said.footway,
                "indoor" => &mut said.indoor,
                "population" => &mut said.population,
                "ele" => &mut said.elevation,
                _ if boundaries::is_other_name(key) => {
                    match key {
                        "name:fr" => said.french = value,
                        "name:en" => said.english = value,
                        _ => {}
                    }
                    if said.others.len() < boundaries::OTHERS_MAX {
                        said.others.push(value);
                    }
                    continue;
                }
                _ => continue,
            };
            *slot = value;
        }
        said
    }
}

fn is_yes(value: &str) -> bool {
    !matches!(value, "" | "no" | "false" | "0")
}

/// The first digits of a text.
fn count(text: &str) -> u32 {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ',' | '\u{a0}')).collect();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What an element is on the map.
#[must_use]
pub fn classify<'a>(of: Of, tags: impl Iterator<Item = (&'a str, &'a str)>) -> Classed {
    let said = Said::of(tags);
    let (mut drawn, mut label, mut coast) = (None, None, false);
    match of {
        Of::Node => {}
        Of::Relation => match said.kind {
            "boundary" if said.boundary == "administrative" => drawn = border(&said),
            "multipolygon" | "boundary" => drawn = area(&said),
            _ => {}
        },
        Of::Open | Of::Closed => {
            coast = said.natural == "coastline";
            let closed = of == Of::Closed;
            // A closed road is a roundabout unless it says that it is a square.
            let as_area = closed && (is_yes(said.area) || !is_line(&said)) && said.area != "no";
            drawn = if as_area { area(&said) } else { way(&said) };
        }
    }
    let name = said.name;
    if !name.is_empty() {
        label = match of {
            Of::Node => point_label(&said),
            Of::Closed | Of::Relation => {
                drawn.and_then(|id| area_label(LAYERS.get(usize::from(id)).map_or("", |layer| layer.name)))
            }
            Of::Open => None,
        }
        .and_then(layer_id);
        if of != Of::Node && matches!(said.place, "island" | "islet" | "archipelago") {
            label = layer_id("at-island");
        }
    }
    let number = if of == Of::Open { "" } else { said.number };
    let weight = count(said.population).max(count(said.elevation));
    let address = (!number.is_empty() && !said.street.is_empty()).then(|| addresses::AddressSaid {
        street: tidy(said.street),
        city: tidy(said.city),
        postcode: tidy(said.postcode),
    });
    let is_street = drawn.is_some() && !name.is_empty() && !said.highway.is_empty();
    let boundary = if matches!(of, Of::Closed | Of::Relation) { boundary(&said).map(Box::new) } else { None };
    let (name, number) = (tidy(name), tidy(number));
    let called = called::join(&name, [&tidy(said.french), &tidy(said.english)]);
    let drawn = drawn.and_then(layer_id_of);
    let (road, one_way) = (road_number(&said), one_way(&said));
    Classed { drawn, label, name, called, number, weight, coast, is_street, road, one_way, address, boundary }
}

/// The first of its numbers, if it is short as those on signs.
fn road_number(said: &Said<'_>) -> String {
    let leads_far = matches!(said.highway, "motorway" | "trunk" | "primary" | "secondary");
    let first = tidy(said.reference.split(';').next().unwrap_or_default());
    if leads_far && first.chars().count() <= ROAD_MAX { first } else { String::new() }
}

/// A roundabout says so itself; a motorway's arrows would only repeat what everybody knows.
fn one_way(said: &Said<'_>) -> Option<bool> {
    let for_cars = matches!(
        said.highway,
        "trunk" | "primary" | "secondary" | "tertiary" | "residential" | "unclassified" | "living_street" | "service"
    );
    match said.one_way {
        _ if !for_cars || !said.junction.is_empty() || is_yes(said.tunnel) => None,
        "yes" | "1" | "true" => Some(true),
        "-1" | "reverse" => Some(false),
        _ => None,
    }
}

/// So that [`drawn`](Classed::drawn) is only ever a layer that there is.
fn layer_id_of(id: LayerId) -> Option<LayerId> {
    LAYERS.get(usize::from(id)).map(|_| id)
}

fn tidy(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    out.truncate(out.floor_char_boundary(NAME_MAX));
    out.trim().to_owned()
}

/// Keys by which something closed is a line all the same.
fn is_line(said: &Said<'_>) -> bool {
    let way = !said.highway.is_empty() && !matches!(said.highway, "rest_area" | "services");
    let rail = !said.railway.is_empty() && !matches!(said.railway, "station" | "platform");
    let water = !matches!(said.waterway, "" | "riverbank" | "dock" | "boatyard");
    let solid = !said.building.is_empty() || !said.landuse.is_empty() || !said.leisure.is_empty();
    let barrier = matches!(said.natural, "coastline" | "cliff" | "ridge" | "tree_row" | "arete");
    (way || rail || water || said.route == "ferry") && !solid || barrier || !said.aerialway.is_empty()
}

/// What one may call a territory: an administrative boundary, or a place of which the outline is told.
fn boundary(said: &Said<'_>) -> Option<boundaries::BoundarySaid> {
    let level = said.level.trim().parse().ok().filter(|level| (2..=11).contains(level));
    let kind = if said.boundary == "administrative" && level.is_some() {
        "administrative"
    } else if boundaries::PLACES.contains(&said.place) && !matches!(said.kind, "route" | "site") {
        said.place
    } else {
        return None;
    };
    let name = tidy(said.name);
    let others = said.others.iter().map(|name| tidy(name)).filter(|other| !other.is_empty() && *other != name);
    let others = others.collect();
    (!name.is_empty()).then(|| boundaries::BoundarySaid { name, others, kind: kind.to_owned(), level })
}

fn border(said: &Said<'_>) -> Option<LayerId> {
    layer_id(match said.level {
        "2" => "border-2",
        "3" | "4" => "border-4",
        "5" | "6" => "border-6",
        "7" | "8" => "border-8",
        _ => return None,
    })
}

fn way(said: &Said<'_>) -> Option<LayerId> {
    // What lies inside of a building is no street.
    if is_yes(said.indoor) {
        return None;
    }
    let (tunnel, bridge) = (is_yes(said.tunnel), is_yes(said.bridge));
    let level = |on_ground: &'static str, below: &'static str, above: &'static str| {
        layer_id(if tunnel {
            below
        } else if bridge {
            above
        } else {
            on_ground
        })
    };
    match said.highway {
        "motorway" => return level("motorway", "tunnel-motorway", "bridge-motorway"),
        "trunk" => return level("trunk", "tunnel-trunk", "bridge-trunk"),
        "primary" => return level("primary", "tunnel-primary", "bridge-primary"),
        "secondary" => return level("secondary", "tunnel-secondary", "bridge-secondary"),
        "tertiary" => return level("tertiary", "tunnel-tertiary", "bridge-tertiary"),
        "motorway_link" | "trunk_link" | "primary_link" | "secondary_link" | "tertiary_link" => {
            return level("link", "tunnel-link", "bridge-link");
        }
        "residential" | "unclassified" | "living_street" | "road" | "busway" => {
            return level("minor", "tunnel-minor", "bridge-minor");
        }
        "service" => {
            // A drive or a lane of a car park is shown last of all.
            return level("service", "tunnel-service", "bridge-service");
        }
        "pedestrian" => return level("pedestrian", "tunnel-path", "bridge-minor"),
        "track" => return level("track", "tunnel-path", "bridge-path"),
        "cycleway" => return level("cycleway", "tunnel-path", "bridge-path"),
        // Along a street, or across one: the street says enough, until one is near.
        "footway" if matches!(said.footway, "sidewalk" | "crossing" | "traffic_island") => return layer_id("sidewalk"),
        "path" | "footway" | "bridleway" | "via_ferrata" => return level("path", "tunnel-path", "bridge-path"),
        "steps" => return level("steps", "tunnel-path", "steps"),
        _ => {}
    }
    match said.railway {
        "rail" | "narrow_gauge" | "light_rail" | "monorail" | "funicular" => {
            let yard = matches!(said.service, "yard" | "siding" | "spur" | "crossover");
            return if yard && !tunnel { layer_id("siding") } else { level("rail", "tunnel-rail", "bridge-rail") };
        }
        "tram" => return level("tram", "tunnel-rail", "tram"),
        "subway" => return level("rail", "tunnel-rail", "bridge-rail"),
        _ => {}
    }
    let name = match (said.waterway, said.aeroway, said.man_made) {
        // What runs in a pipe is not seen.
        (water, ..) if tunnel && !water.is_empty() => return None,
        ("river", ..) => "river",
        ("canal", ..) => "canal",
        ("stream" | "ditch" | "drain", ..) => "stream",
        (_, "runway", _) => "runway",
        (_, "taxiway", _) => "taxiway",
        (_, _, "pier" | "breakwater" | "groyne") => "pier",
        _ if said.route == "ferry" => "ferry",
        _ if matches!(said.aerialway, "gondola" | "cable_car" | "chair_lift" | "mixed_lift") => "cable",
        _ => return None,
    };
    layer_id(name)
}

fn area(said: &Said<'_>) -> Option<LayerId> {
    if is_yes(said.building) {
        return layer_id("building");
    }
    let name = match (said.natural, said.landuse, said.leisure, said.amenity) {
        ("water" | "bay", ..) if said.natural == "water" => "water",
        (_, "reservoir" | "basin", ..) => "water",
        (_, _, "swimming_pool", _) => "pool",
        ("wood", ..) | (_, "forest", ..) => "wood",
        ("beach" | "sand" | "dune" | "shoal", ..) => "sand",
        ("bare_rock" | "scree" | "shingle", ..) => "rock",
        ("glacier", ..) => "ice",
        ("wetland" | "mud", ..) => "wetland",
        ("scrub" | "heath" | "grassland" | "fell", ..) => "meadow",
        (_, _, "park" | "garden" | "golf_course" | "dog_park" | "common", _) => "park",
        (_, _, "pitch" | "playground" | "track" | "miniature_golf", _) => "pitch",
        (_, _, "sports_centre" | "stadium" | "water_park", _) => "grounds",
        (_, "cemetery", ..) | (_, _, _, "grave_yard") => "cemetery",
        (_, "recreation_ground" | "village_green", ..) => "park",
        (_, "grass" | "flowerbed" | "greenfield", ..) => "grass",
        (_, "meadow", ..) => "meadow",
        (_, "farmland" | "orchard" | "vineyard" | "plant_nursery" | "allotments", ..) => "farm",
        (_, _, _, "school" | "kindergarten" | "college" | "university" | "hospital" | "clinic") => "grounds",
        (_, _, _, "parking" | "bicycle_parking") => "parking",
        (_, "industrial" | "quarry" | "landfill" | "railway" | "port" | "harbour" | "military" | "garages", ..) => {
            "works"
        }
        (
            _,
            "residential" | "commercial" | "retail" | "farmyard" | "construction" | "education" | "institutional",
            ..,
        ) => "built",
        _ if said.waterway == "riverbank" || said.waterway == "dock" => "water",
        _ if matches!(said.aeroway, "aerodrome" | "apron" | "helipad") => "airfield",
        _ if matches!(said.man_made, "pier" | "breakwater" | "groyne" | "bridge") => "pier-area",
        _ if matches!(
            said.highway,
            "pedestrian" | "footway" | "living_street" | "service" | "residential" | "path"
        ) =>
        {
            "paved"
        }
        _ if said.railway == "platform" || said.place == "square" => "paved",
        _ if said.tourism == "zoo" || said.tourism == "theme_park" || said.tourism == "camp_site" => "park",
        _ => return None,
    };
    layer_id(name)
}

fn area_label(layer: &str) -> Option<&'static str> {
    Some(match layer {
        "water" => "at-water",
        "pool" => "at-pool",
        "park" | "wood" | "cemetery" | "grass" | "meadow" | "wetland" | "sand" | "ice" => "at-green",
        "grounds" | "airfield" | "works" | "pitch" | "paved" => "at-grounds",
        "building" => "at-building",
        _ => return None,
    })
}

fn point_label(said: &Said<'_>) -> Option<&'static str> {
    Some(match (said.place, said.natural, said.railway) {
        ("country", ..) => "at-country",
        ("city", ..) => "at-city",
        ("town", ..) => "at-town",
        ("village", ..) => "at-village",
        ("suburb" | "borough", ..) => "at-suburb",
        ("hamlet" | "isolated_dwelling", ..) => "at-hamlet",
        ("quarter" | "neighbourhood" | "locality" | "square", ..) => "at-quarter",
        ("island" | "islet", ..) => "at-island",
        (_, "peak" | "volcano" | "saddle", _) => "at-peak",
        (_, "bay" | "cape" | "strait", _) => "at-water",
        (_, _, "station") => "at-station",
        (_, _, "halt" | "tram_stop") => "at-stop",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(of: Of, tags: &[(&str, &str)]) -> (String, String) {
        let found = classify(of, tags.iter().copied());
        let name = |id: Option<LayerId>| {
            id.and_then(|id| LAYERS.get(usize::from(id))).map(|layer| layer.name.to_owned()).unwrap_or_default()
        };
        (name(found.drawn), name(found.label))
    }

    #[test]
    fn tags_and_what_they_are() {
        type Case<'a> = (Of, &'a [(&'a str, &'a str)], &'a str, &'a str);
        let cases: [Case<'_>; 20] = [
            (Of::Open, &[("highway", "primary"), ("name", "Rue")], "primary", ""),
            (Of::Open, &[("highway", "primary"), ("tunnel", "yes")], "tunnel-primary", ""),
            (Of::Open, &[("highway", "residential"), ("bridge", "yes")], "bridge-minor", ""),
            (Of::Open, &[("highway", "motorway_link")], "link", ""),
            (Of::Closed, &[("highway", "secondary"), ("junction", "roundabout")], "secondary", ""),
            (Of::Closed, &[("highway", "pedestrian")], "pedestrian", ""),
            (Of::Closed, &[("highway", "pedestrian"), ("area", "yes"), ("name", "Place")], "paved", "at-grounds"),
            (Of::Open, &[("railway", "rail"), ("service", "yard")], "siding", ""),
            (Of::Open, &[("waterway", "stream"), ("tunnel", "culvert")], "", ""),
            (Of::Closed, &[("building", "yes"), ("amenity", "school")], "building", ""),
            (Of::Closed, &[("building", "no"), ("leisure", "park"), ("name", "Parc")], "park", "at-green"),
            (Of::Relation, &[("type", "multipolygon"), ("natural", "water")], "water", ""),
            (
                Of::Relation,
                &[("type", "boundary"), ("boundary", "administrative"), ("admin_level", "8")],
                "border-8",
                "",
            ),
            (Of::Relation, &[("type", "route"), ("route", "bus")], "", ""),
            (Of::Node, &[("place", "city"), ("name", "Monaco")], "", "at-city"),
            (Of::Node, &[("place", "city")], "", ""),
            (Of::Node, &[("shop", "bakery"), ("name", "Le pain")], "", ""),
            (Of::Open, &[("highway", "corridor"), ("indoor", "yes")], "", ""),
            (Of::Closed, &[("natural", "bay")], "", ""),
            (Of::Open, &[("highway", "footway"), ("footway", "sidewalk")], "sidewalk", ""),
        ];
        for (kind, tags, drawn, label) in cases {
            assert_eq!(of(kind, tags), (drawn.to_owned(), label.to_owned()), "{tags:?}");
        }
        assert!(classify(Of::Open, [("natural", "coastline")].into_iter()).coast);
    }

    #[test]
    fn numbers_names_and_weights() {
        let house = classify(Of::Closed, [("building", "yes"), ("addr:housenumber", "12 bis")].into_iter());
        assert_eq!((house.number.as_str(), house.is_shown()), ("12 bis", true));
        let long = "é".repeat(100);
        let town =
            classify(Of::Node, [("place", "town"), ("name", long.as_str()), ("population", "12 345")].into_iter());
        assert_eq!((town.name.len(), town.weight), (NAME_MAX, 12_345));
        let names = [("place", "city"), ("name", "Genova"), ("name:en", " Genoa\n"), ("name:fr", "Gênes")];
        assert_eq!(classify(Of::Node, names.into_iter()).called, called::join("Genova", ["Gênes", "Genoa"]));
        assert!(!classify(Of::Node, [("highway", "bus_stop")].into_iter()).is_shown());
    }

    #[test]
    fn numbers_of_roads_and_which_way_they_lead() {
        let of = |tags: &[(&str, &str)]| {
            let found = classify(Of::Open, tags.iter().copied());
            (found.road, found.one_way)
        };
        assert_eq!(
            of(&[("highway", "primary"), ("ref", "D 6007;A 8"), ("oneway", "yes")]),
            ("D 6007".into(), Some(true))
        );
        assert_eq!(of(&[("highway", "residential"), ("ref", "V 1"), ("oneway", "-1")]), (String::new(), Some(false)));
        assert_eq!(
            of(&[("highway", "motorway"), ("ref", "Autoroute du Sud"), ("oneway", "yes")]),
            (String::new(), None)
        );
        let roundabout = [("highway", "primary"), ("oneway", "yes"), ("junction", "roundabout")];
        assert_eq!(of(&roundabout), (String::new(), None));
        assert_eq!(of(&[("highway", "service"), ("oneway", "no")]), (String::new(), None));
    }

    #[test]
    fn what_may_be_a_territory() {
        let said = |of, tags: &[(&str, &str)]| {
            let found = classify(of, tags.iter().copied().chain([("name", "Bourg"), ("name:de", "Burg")]));
            found.boundary.map(|boundary| (boundary.kind, boundary.level, boundary.others))
        };
        let level_8 = [("type", "boundary"), ("boundary", "administrative"), ("admin_level", "8")];
        let burg = || vec!["Burg".to_owned()];
        assert_eq!(said(Of::Relation, &level_8), Some(("administrative".into(), Some(8), burg())));
        assert_eq!(said(Of::Closed, &[("place", "island")]), Some(("island".into(), None, burg())));
        assert_eq!(said(Of::Open, &level_8), None, "a piece of one");
        assert_eq!(said(Of::Node, &[("place", "village")]), None, "it has no outline");
        assert_eq!(said(Of::Closed, &[("place", "square")]), None);
        let no_level = [("type", "boundary"), ("boundary", "administrative")];
        assert_eq!(said(Of::Relation, &no_level), None);
        assert!(classify(Of::Relation, level_8.into_iter()).boundary.is_none(), "it has no name");
    }
}
