//! The bundled file.

use super::{super::*, of};

/// What people type, of which locale, and which place they mean: its name and département, région or country.
const MEANT: &[(&str, &str, &str, &str)] = &[
    // Where a namesake elsewhere is larger, the country of who asks decides, and otherwise the number of people.
    ("Brest", "fr_FR.UTF-8", "Brest", "Finistère"),
    ("Brest", "C.UTF-8", "Brest", "Finistère"),
    ("Brest", "", "Brest", "Finistère"),
    ("Brest", "ru_BY.UTF-8", "Brest", "BY"),
    ("Brest", "en_US.UTF-8", "Brest", "BY"),
    ("Brest, FR", "en_US", "Brest", "Finistère"),
    ("Laval", "fr_FR", "Laval", "Mayenne"),
    ("Laval", "fr_CA", "Laval", "CA"),
    ("Orange", "fr", "Orange", "Vaucluse"),
    ("Orange", "en_US", "Orange", "California"),
    ("Valence", "fr", "Valence", "Drôme"),
    ("Vienne", "fr", "Vienne", "Isère"),
    ("Vienne", "de_AT", "Vienna", "AT"),
    ("Orléans", "fr_FR", "Orléans", "Loiret"),
    ("orleans", "fr_FR", "Orléans", "Loiret"),
    ("Mâcon", "en_US", "Mâcon", "Saône-et-Loire"),
    ("macon", "en_US", "Macon", "Georgia"),
    ("saint raphael", "fr", "Saint-Raphaël", "Var"),
    ("Rue", "fr", "Rue", "Somme"),
    ("Y", "fr", "Y", "Somme"),
    ("Sarlat", "fr", "Sarlat-la-Canéda", "Dordogne"),
    ("Noirmoutier", "fr", "Noirmoutier-en-l'Île", "Vendée"),
    // Names in another language, against villages that are called so.
    ("Londres", "fr", "London", "GB"),
    ("Londres", "es_ES", "London", "GB"),
    ("Alger", "fr", "Algiers", "DZ"),
    ("Venise", "fr", "Venice", "IT"),
    ("Berne", "fr", "Bern", "CH"),
    ("Luxembourg", "fr", "Luxembourg", "LU"),
    ("Nouvelle-Delhi", "fr", "New Delhi", "IN"),
    ("Pékin", "fr", "Beijing", "CN"),
    ("Bâle", "fr", "Basel", "CH"),
    ("Athènes", "fr", "Athens", "GR"),
    ("Le Caire", "fr", "Cairo", "EG"),
    ("Cologne", "fr", "Köln", "DE"),
    ("La Haye", "fr", "The Hague", "NL"),
    ("Séville", "fr", "Sevilla", "ES"),
    ("Gênes", "fr", "Genoa", "IT"),
    ("Anvers", "fr_BE", "Antwerp", "BE"),
    ("Montréal", "fr_FR", "Montréal", "CA"),
    // As one types them.
    ("Lhay les roses", "fr", "L'Haÿ-les-Roses", "Val-de-Marne"),
    ("Faa'a", "fr", "Faaa", "PF"),
    ("cap d'ail", "fr", "Cap-d'Ail", "Alpes-Maritimes"),
    ("St Etienne", "fr", "Saint-Étienne", "Loire"),
    ("ste foy la grande", "fr", "Sainte-Foy-la-Grande", "Gironde"),
    ("ROCHELLE", "fr", "La Rochelle", "Charente-Maritime"),
    ("le Bordeaux", "fr", "Bordeaux", "Gironde"),
    ("Azincourt", "fr", "Azincourt", "Pas-de-Calais"),
    ("Le Cros d'Utelle", "fr", "Utelle", "Alpes-Maritimes"),
    // Parts and wholes of France.
    ("Paris 17e", "fr", "Paris 17e", "Paris"),
    ("17ème arrondissement de Paris", "fr", "Paris 17e", "Paris"),
    ("Lyon 3", "fr", "Lyon 3e", "Rhône"),
    ("13e arrondissement Marseille", "fr", "Marseille 13e", "Bouches-du-Rhône"),
    ("Marseille 16", "fr", "Marseille 16e", "Bouches-du-Rhône"),
    ("Paris XVIIe", "fr", "Paris 17e", "Paris"),
    ("75", "fr", "Paris", "Île-de-France"),
    ("75017", "fr", "Paris 17e", "Paris"),
    ("62223", "fr", "62223", "Pas-de-Calais"),
    ("59000 Lille", "fr", "Lille", "Nord"),
    ("Vienne 38", "fr", "Vienne", "Isère"),
    ("Saint-Denis (974)", "fr", "Saint-Denis", "La Réunion"),
    ("Saint-Denis, Seine-Saint-Denis", "fr", "Saint-Denis", "Seine-Saint-Denis"),
    ("Finistère", "fr", "Finistère", "Bretagne"),
    ("29", "fr", "Finistère", "Bretagne"),
    ("Bretagne", "fr", "Bretagne", "FR"),
    ("Occitanie", "fr", "Occitanie", "FR"),
    ("Communauté de communes Faucigny - Glières", "fr", "CC Faucigny-Glières", "Haute-Savoie"),
    ("Rennes Métropole", "fr", "Rennes Métropole", "Ille-et-Vilaine"),
    ("Plaine Commune", "fr", "Plaine Commune", "Seine-Saint-Denis"),
    // Next door.
    ("Allemagne", "fr", "Germany", "DE"),
    ("1000 Bruxelles", "fr_BE", "Brussels", "BE"),
    ("London, Ontario", "en_GB", "London", "CA"),
    ("Boston, États-Unis", "fr", "Boston", "US"),
    ("Paris Texas", "fr", "Paris", "Texas"),
    // Where it is, said without a comma.
    ("Saint-Denis de la Réunion", "fr", "Saint-Denis", "La Réunion"),
    ("Saint-Denis Réunion", "fr", "Saint-Denis", "La Réunion"),
    ("Montréal du Gers", "fr", "Montréal", "Gers"),
    ("Brest Bretagne", "ru_BY", "Brest", "Finistère"),
    ("Valence Espagne", "fr", "Valencia", "ES"),
    ("Villeneuve s/ Lot", "fr", "Villeneuve-sur-Lot", "Lot-et-Garonne"),
    // A part of a name: the larger place is meant, unless one called just so is nearly as large.
    ("Aix", "fr", "Aix-en-Provence", "Bouches-du-Rhône"),
    ("aix", "C", "Aix-en-Provence", "Bouches-du-Rhône"),
    ("Clermont", "fr", "Clermont-Ferrand", "Puy-de-Dôme"),
    ("Clermont, Oise", "fr", "Clermont", "Oise"),
    ("Clermont 60", "fr", "Clermont", "Oise"),
    ("La Roche", "fr", "La Roche-sur-Yon", "Vendée"),
    ("La Roche, Haute-Savoie", "fr", "La Roche-sur-Foron", "Haute-Savoie"),
    ("Sainte Foy", "fr", "Sainte-Foy-lès-Lyon", "Rhône"),
    ("ste-foy", "fr", "Sainte-Foy-lès-Lyon", "Rhône"),
    ("Sainte-Foy", "fr_CA", "Sainte-Foy", "CA"),
    ("Châlons", "fr", "Châlons-en-Champagne", "Marne"),
    ("Chalon", "fr", "Chalon-sur-Saône", "Saône-et-Loire"),
    ("Bourg", "fr", "Bourg-en-Bresse", "Ain"),
    ("Issy", "fr", "Issy-les-Moulineaux", "Hauts-de-Seine"),
    ("Épinay", "fr", "Épinay-sur-Seine", "Seine-Saint-Denis"),
    ("Frankfurt", "de", "Frankfurt am Main", "DE"),
    // Postcode and name in any order, arrondissements, and the codes of post offices.
    ("69003 Lyon", "fr", "Lyon 3e", "Rhône"),
    ("Lyon 69003", "fr", "Lyon 3e", "Rhône"),
    ("Lyon, 69003", "fr", "Lyon 3e", "Rhône"),
    ("Lyon (69003)", "fr", "Lyon 3e", "Rhône"),
    ("Lyon 3e", "fr", "Lyon 3e", "Rhône"),
    ("lyon 3eme", "fr", "Lyon 3e", "Rhône"),
    ("69003", "fr", "Lyon 3e", "Rhône"),
    ("75011", "fr", "Paris 11e", "Paris"),
    ("75011 Paris", "fr", "Paris 11e", "Paris"),
    ("PARIS 75011", "fr", "Paris 11e", "Paris"),
    ("75000 Paris", "fr", "Paris", "Île-de-France"),
    ("13000 Marseille", "fr", "Marseille", "Bouches-du-Rhône"),
    ("38040 Grenoble Cedex 9", "fr", "Grenoble", "Isère"),
    ("Lyon cedex 03", "fr", "Lyon", "Rhône"),
    ("59000 lille", "fr", "Lille", "Nord"),
    ("Lille (59000)", "fr", "Lille", "Nord"),
];

/// Across a border the town of that name on one's own continent is meant, in one's own language.
#[test]
fn who_lives_just_outside_of_a_country_means_its_towns() {
    let held = bundled();
    for (lat, lon) in [(43.73, 7.42), (50.85, 4.35), (46.2, 6.14)] {
        let wish = held.wish("fr_FR.UTF-8", Some(Position::from_degrees(lat, lon).unwrap()));
        for (typed, within) in [("Brest", "Finistère"), ("Orléans", "Loiret"), ("Orange", "Vaucluse")] {
            let found = held.find_or_tell(typed, &wish).unwrap().place;
            assert!(found.region.contains(within), "{typed} from {lat}, {lon}: {}", found.told());
        }
    }
    let in_new_york = held.wish("en_US", Some(Position::from_degrees(40.7, -74.0).unwrap()));
    assert_eq!(held.find_or_tell("Orange", &in_new_york).unwrap().place.country, "US");
}

/// What nobody is called, and what was meant: told, never taken.
const SLIPS: &[(&str, &str)] = &[
    ("Marseile", "Marseille"),
    ("Carcassone", "Carcassonne"),
    ("la rochele", "La Rochelle"),
    ("lion", "Lyon"),
    ("grenobe", "Grenoble"),
    ("St Etiene", "Saint-Étienne"),
    ("Toulous, Haute-Garonne", "Toulouse"),
    ("perpinyan", "Perpignan"),
    ("Clermon Ferrand", "Clermont-Ferrand"),
    ("67000 Strasbour", "Strasbourg"),
];

#[test]
fn slips_are_asked_about() {
    let held = bundled();
    for (typed, name) in SLIPS {
        let told = held.find_or_tell(typed, &of("fr")).map(|found| found.place.told());
        let failure = told.unwrap_err();
        assert!(failure.message.contains(&format!("did you mean '{name}, ")), "{typed}: {}", failure.message);
    }
    for nothing in ["xqzvw", ""] {
        assert!(held.find_or_tell(nothing, &of("fr")).is_err_and(|failure| !failure.message.contains("mean")));
    }
    assert!(held.nearly("Marseile", 3, &of("fr")).first().is_some_and(|place| place.name == "Marseille"));
}

/// What else may be meant is offered, and who lives beside the smaller one means that.
#[test]
fn a_part_of_a_name_offers_a_choice() {
    let held = bundled();
    for (typed, others) in [
        ("Aix", ["Aix-les-Bains", "Aix"]),
        ("Clermont", ["Clermont", "Clermont-l'Hérault"]),
        ("La Roche", ["La Roche-sur-Foron", "La Roche"]),
        ("Sainte Foy", ["Sainte-Foy-la-Grande", "Sainte-Foy"]),
    ] {
        let found = held.find_or_tell(typed, &of("fr")).unwrap();
        let told: Vec<String> = found.others.iter().map(Place::told).collect();
        assert!(found.mentioned, "{typed}");
        for other in others {
            assert!(told.iter().any(|told| told.starts_with(other)), "{typed}: {told:?}");
        }
    }
    let corrèze = Position::from_degrees(45.6, 2.35).ok();
    let found = held.find_or_tell("Aix", &held.wish("fr", corrèze)).unwrap();
    assert_eq!((found.place.told().as_str(), found.mentioned), ("Aix, Corrèze, Nouvelle-Aquitaine, FR", false));
}

#[test]
fn what_is_typed_is_what_is_meant() {
    let held = bundled();
    let mut wrong = Vec::new();
    for (typed, locale, name, within) in MEANT {
        let told = held.find_or_tell(typed, &of(locale)).map(|found| found.place.told()).unwrap_or_default();
        let mut parts = told.split(", ");
        if parts.next() != Some(name) || !parts.any(|part| part == *within) {
            wrong.push(format!("{typed} ({locale}): {told}, not {name}, {within}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn namesakes_are_offered() {
    let held = bundled();
    let found = held.find("Saint-Denis", &of("fr")).unwrap();
    let told: Vec<String> = std::iter::once(&found.place).chain(&found.others).map(Place::told).collect();
    assert!(told.iter().take(2).any(|place| place.ends_with("RE")), "{told:?}");
    assert!(told.iter().take(2).any(|place| place.contains("Seine-Saint-Denis")), "{told:?}");
    let home = Position::from_degrees(48.86, 2.35).ok();
    let found = held.find("Saint-Denis", &held.wish("fr", home)).unwrap();
    assert!(found.place.told().contains("Seine-Saint-Denis"), "{}", found.place.told());
    assert_eq!(held.find("06450 Utelle", &of("fr")).unwrap().place.name, "Utelle");
    let communes = held.find("62223", &of("fr")).unwrap().others;
    assert!(communes.len() > 2 && communes.iter().all(|place| place.kind == PlaceKind::Commune), "{communes:?}");
    // Typed half, the country of who asks comes first.
    assert_eq!(held.places("bres", 1, &of("fr")).first().map(Place::told).unwrap(), "Brest, Finistère, Bretagne, FR");
}

/// Looked up by halving, so whoever is out of order is not found; the keys are those of the script that made the file.
#[test]
fn the_names_are_in_the_order_of_their_keys() {
    let [mains, others] = bundled().table.lines();
    assert_eq!(mains.len(), bundled().len());
    for names in [mains, others] {
        let keys: Vec<String> = names.iter().map(|line| key::key(line.split('\t').next().unwrap())).collect();
        let wrong = keys.windows(2).zip(&names).find(|(keys, _)| keys[0] > keys[1] || keys[0].is_empty());
        assert!(wrong.is_none(), "{wrong:?}");
    }
}

/// Every commune by its name and by its name and postcode; of a sample, by looking it up as people do.
#[test]
fn every_commune_is_there() {
    let held = bundled();
    let [mains, others] = held.table.lines();
    let mut codes: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for line in &others {
        let (name, place) = line.split_once('\t').unwrap();
        if query::is_postcode(name) {
            codes.entry(place.parse().unwrap()).or_default().push(name);
        }
    }
    let (mut communes, mut without) = (0, 0);
    for (number, name) in mains.iter().enumerate() {
        let place = u32::try_from(number).unwrap();
        if held.table.kind(place) != PlaceKind::Commune {
            continue;
        }
        communes += 1;
        let at = held.table.position(place);
        assert!(at.is_valid() && at != Position::default(), "{name}");
        let Some(code) = codes.get(&number).and_then(|codes| codes.first()) else {
            without += 1;
            continue;
        };
        if communes % 97 == 0 {
            let found = held.find(&format!("{code} {name}"), &of("fr")).unwrap();
            assert!(sphere::metres(found.place.position, at) < 1.0 && found.place.name == *name, "{code} {name}");
        }
    }
    assert!(communes > 34_900 && without < 10, "{communes} communes, {without} without postcode");
}

#[test]
fn the_nearest_place_is_as_a_plain_scan_finds_it() {
    let held = bundled();
    assert!(held.len() > 220_000, "{}", held.len());
    let numbers = 0..u32::try_from(held.len()).unwrap();
    let towns: Vec<u32> = numbers.filter(|number| held.table.kind(*number) <= PlaceKind::Former).collect();
    for (lat, lon) in [(43.73, 7.42), (-54.0, 179.9), (0.0, -150.0), (90.0, 0.0)] {
        let at = Position::from_degrees(lat, lon).unwrap();
        let metres = towns.iter().map(|number| sphere::metres(at, held.table.position(*number)));
        assert_eq!(held.nearest(at).unwrap().1, metres.fold(f64::INFINITY, f64::min));
    }
}

#[test]
fn a_broken_file_is_none() {
    assert!(Table::read(b"").is_none() && Table::read(b"CGZ2").is_none() && Table::read(b"CGZ3").is_none());
    for cut in [4, 11, 12, 100, 5_000, 1_000_000, BUNDLED.len() - 1] {
        assert!(Table::read(BUNDLED.get(..cut).unwrap()).is_none(), "{cut}");
    }
    static HUGE: [u8; 36] = {
        let mut bytes = [0xFF; 36];
        let magic = *b"CGZ2";
        let mut at = 0;
        while at < 4 {
            bytes[at] = magic[at];
            at += 1;
        }
        bytes
    };
    assert!(Table::read(&HUGE).is_none());
}
