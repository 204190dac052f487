//! A list of what people type, in the ways and languages in which they do, over one corpus.

use super::*;
use crate::gazetteer;

/// Number, name, address, tags.
const HELD: &[(u32, &str, &str, &[&str])] = &[
    (1, "École de l'Olivier", "3 rue de l'Église 34000 Montpellier", &["école"]),
    (2, "lʼAtelier des Possibles", "", &[]),
    (3, "Chorale Cœur-Joie", "", &["chant"]),
    (4, "Centre social Saint-Étienne", "12 boulevard Voltaire 42000 Saint-Étienne", &[]),
    (5, "Le Onze", "11 rue du 11-Novembre-1918", &[]),
    (6, "Cinéma Henri IV", "", &["cinéma"]),
    (7, "Réseau des tiers-lieux", "", &[]),
    (8, "Maison des Journaux", "", &[]),
    (9, "Salle Lenain", "", &[]),
    (10, "Café Müller", "Gartenstraße 4", &[]),
    (11, "Bürgerhaus Größe", "", &[]),
    (12, "中国人民银行", "", &[]),
    (13, "東京都庁前公園", "", &[]),
    (14, "مدرسة الخُشيَّش", "", &[]),
    (15, "مقهى محـمد", "", &[]),
    (16, "בית הכנסת הגדול", "", &[]),
    (17, "S.N.C.F. Guichet", "", &[]),
    (18, "AMAP du Faubourg", "", &[]),
    (19, "Salle Monseigneur-Favier", "7 rue du Général-Leclerc", &[]),
    (20, "Médiathèque Olympe-de-Gouges", "", &["library"]),
    (21, "Coopérative L'Épi", "", &["épicerie"]),
    (22, "Le 104", "5 place Sainte-Anne 29000 Quimper", &[]),
    (23, "Hôtel-Dieu", "", &[]),
    (24, "Repair-Café n° 5", "", &[]),
    (25, "Chez Paul", "", &["bakery"]),
    (26, "Borne 7", "", &["bicycle repair station"]),
    (27, "Piscine Tournesol", "", &["swimming pool"]),
    (28, "Panadería Sol", "Calle Mayor 3", &[]),
    (29, "Peluquería Ñandú", "", &["hairdresser"]),
    (30, "Straßenbahnmuseum", "", &["museum"]),
    (31, "Ben's Fish and Chips", "", &[]),
    (32, "Église Saint-Jean-Baptiste", "", &[]),
    (33, "Bou\u{ad}lan\u{ad}gerie du Port", "", &[]),
    (34, "Napoléon III", "2 bis av. du Maréchal-Foch", &[]),
    (35, "Travaux publics Dupont", "", &[]),
    (36, "Rathaus", "Hauptstr. 1", &["townhall"]),
    (37, "京都ラーメン", "", &["restaurant"]),
    (38, "Fromagerie Beaufort", "", &[]),
    (39, "Aire de jeux des Lilas", "", &["playground"]),
    (40, "Toilettes", "", &["toilets", "wheelchair"]),
    (41, "Bäckerei Schäfer", "", &[]),
    (42, "Œuvre des petits", "", &[]),
    (43, "XVe arrondissement", "", &[]),
    (44, "Kulturzentrum Köln-Süd", "", &[]),
    (45, "مخبز الأمل", "", &["bakery"]),
    (46, "北京图书馆", "", &["library"]),
    (47, "מאפיית לחם", "", &[]),
    (48, "Foyer Poniatowski", "", &[]),
    (49, "J.-B. Clément", "", &[]),
    (50, "Bijoux & Vitraux", "", &[]),
];

/// What is typed, what has to be found, and what must not.
const ASKED: &[(&str, &[u32], &[u32])] = &[
    // French: apostrophes, hyphens, plurals, short forms, numbers.
    ("ecole olivier", &[1], &[]),
    ("lecole de lolivier", &[1], &[]),
    ("l’école d’olivier", &[1], &[]),
    ("l'atelier des possibles", &[2], &[]),
    ("coeur joie", &[3], &[]),
    ("CŒURJOIE", &[3], &[]),
    ("st etienne", &[4], &[32]),
    ("bd voltaire", &[4], &[]),
    ("boul. voltaire", &[4], &[]),
    ("11 rue du onze novembre", &[5], &[]),
    ("rue du 11 nov", &[5], &[]),
    ("henri 4", &[6], &[34]),
    ("henri quatre", &[6], &[]),
    ("napoléon 3", &[34], &[6]),
    ("tiers-lieu", &[7], &[]),
    ("tierslieux", &[7], &[]),
    ("journal", &[8], &[]),
    ("travail public", &[35], &[]),
    ("vitrail", &[50], &[]),
    ("bijou", &[50], &[]),
    ("le nain", &[9], &[]),
    ("sncf", &[17], &[]),
    ("s n c f", &[17], &[]),
    ("a.m.a.p.", &[18], &[]),
    ("jb clément", &[49], &[]),
    ("mgr favier", &[19], &[]),
    ("gal leclerc", &[19], &[]),
    ("av mal foch", &[34], &[]),
    ("2bis avenue du marechal foch", &[34], &[]),
    ("pl ste anne", &[22], &[]),
    ("cent quatre", &[22], &[]),
    ("29000", &[22], &[4]),
    ("29001", &[], &[22]),
    ("le 105", &[], &[22]),
    ("hoteldieu", &[23], &[]),
    ("repair cafe 5", &[24], &[]),
    ("repair cafe 6", &[], &[24]),
    ("église st jean baptiste", &[32], &[]),
    ("boulangerie du port", &[33], &[]),
    ("15e arrondissement", &[43], &[]),
    ("quinzième", &[43], &[]),
    ("oeuvre", &[42], &[]),
    // Slips.
    ("biblioteque", &[20, 46], &[]),
    ("monsegneur favier", &[19], &[]),
    ("poniatovsky", &[48], &[]),
    ("piscinne", &[27], &[]),
    ("fromgaerie", &[38], &[]),
    // Other words, and what one wants.
    ("bibliothèque olympe de gouges", &[20], &[]),
    ("pain", &[25, 28, 33, 41, 45], &[27]),
    ("fromage", &[38], &[25]),
    ("mairie", &[36], &[]),
    ("réparation vélo", &[26], &[25]),
    ("épicerie", &[21], &[]),
    ("nager", &[27], &[]),
    ("jeux enfants", &[], &[27]),
    ("coiffeur", &[29], &[]),
    ("🍞", &[25, 41, 45], &[27]),
    ("♿", &[40], &[25]),
    ("🚲", &[26], &[25]),
    // English.
    ("bens fish", &[31], &[]),
    ("bakery", &[25, 28, 41], &[]),
    ("swimming pool", &[27], &[]),
    ("bike repair", &[26], &[]),
    ("playgrounds", &[39], &[]),
    ("public toilet", &[], &[25]),
    ("town hall", &[36], &[]),
    // German.
    ("mueller", &[10], &[]),
    ("muller", &[10], &[]),
    ("gartenstr 4", &[10], &[]),
    ("garten straße", &[10], &[]),
    ("buergerhaus groesse", &[11], &[]),
    ("hauptstrasse 1", &[36], &[]),
    ("strassenbahn museum", &[30], &[]),
    ("Backerei", &[41, 25], &[]),
    ("koeln sued", &[44], &[]),
    ("Brötchen", &[41, 25], &[]),
    // Spanish.
    ("panaderia sol", &[28], &[]),
    ("peluqueria nandu", &[29], &[]),
    ("piscina", &[27], &[]),
    ("biblioteca", &[20, 46], &[]),
    ("ayuntamiento", &[36], &[]),
    // Arabic and Hebrew: vowels, tatweel, articles, final letters.
    ("محمد", &[15], &[14]),
    ("خشيش", &[14], &[15]),
    ("المدرسة", &[14], &[15]),
    ("مدرسه", &[14], &[]),
    ("امل", &[45], &[]),
    ("مخبز الامل", &[45], &[]),
    ("כנסת", &[16], &[]),
    ("בית כנסת", &[16], &[47]),
    ("לחם", &[47], &[16]),
    // Chinese and Japanese: pairs of characters.
    ("银行", &[12], &[46]),
    ("人民", &[12], &[]),
    ("行银", &[], &[12]),
    ("图书馆", &[46], &[12]),
    ("公園", &[13], &[37]),
    ("らーめん", &[37], &[13]),
    ("京都", &[37, 13], &[]),
    ("ラーメン", &[37], &[]),
];

#[test]
fn what_people_type_finds_what_they_mean() {
    let cards: Vec<Card> =
        HELD.iter().map(|(n, name, address, tags)| Card { address, tags, ..card(*n, name) }).collect();
    let world = World::new(&cards);
    let mut wrong = Vec::new();
    for (text, must, must_not) in ASKED {
        let found = world.names(text);
        let name = |n: &u32| HELD.iter().find(|(held, ..)| held == n).unwrap().1.to_owned();
        let missed: Vec<String> = must.iter().map(name).filter(|name| !found.contains(name)).collect();
        let beside: Vec<String> = must_not.iter().map(name).filter(|name| found.contains(name)).collect();
        if !missed.is_empty() || !beside.is_empty() {
            wrong.push(format!("'{text}': not {missed:?}, but {beside:?}, of {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(ASKED.len() >= 60);
}

/// Of a village between Lyon and Saint-Étienne, each with thousands: what lies there comes first around it, and is one
/// of all that are counted.
#[test]
fn a_small_place_between_large_towns_stays_visible() {
    let at = |name: &str| {
        let found = gazetteer::bundled().find(&format!("{name}, FR"), &gazetteer::Wish::default()).unwrap();
        found.place.position
    };
    let (lyon, loire, village) = (at("Lyon"), at("Saint-Étienne, Loire"), at("Échalas, Rhône"));
    let spread = |town: Position, n: u32| {
        let off = |step: u32| f64::from(step) / 10_000.0;
        (town.lat() + off(n % 37), town.lon() + off(n / 37 % 41))
    };
    let towns =
        (0..1_200).map(|n| Card { at: spread(if n % 2 == 0 { lyon } else { loire }, n), ..card(n, "Boulangerie") });
    let small = Card { at: (village.lat(), village.lon()), ..card(5_000, "Boulangerie d'Échalas") };
    let world = World::new(&towns.chain([small]).collect::<Vec<_>>());
    for (text, radius_m) in [("boulangerie", None), ("boulangerie", Some(60_000)), ("pain", None), ("", Some(60_000))] {
        let near = Some(Near { position: village, radius_m });
        let found = world.search(&Query { text: text.into(), near, limit: Some(5), ..Query::default() });
        assert_eq!((found.total, found.hits[0].element.name.as_str()), (1_201, "Boulangerie d'Échalas"), "'{text}'");
    }
    // Without a place nothing is left out: all are shown to who asks for all.
    assert_eq!(world.search(&Query { text: "boulangerie".into(), ..Query::default() }).hits.len(), 1_201);
    assert_eq!(world.names("boulangerie échalas"), ["Boulangerie d'Échalas"]);
    // And it is the place that is nearest to what lies there.
    for name in ["Échalas, Rhône", "Saint-Romain-en-Gier", "Chagnon, Loire", "Trèves, Rhône", "Longes, Rhône"] {
        let (place, metres) = gazetteer::bundled().nearest(at(name)).unwrap();
        assert!(metres < 50.0 && name.starts_with(&place.name), "{name}: {}", place.told());
    }
}

/// Number, name, address, tags, as imports write them.
const TOWN: &[(u32, &str, &str, &[&str])] = &[
    (1, "Monaco-Monte-Carlo", "", &["gare", "railway station", "station", "railway"]),
    (2, "Boulangerie de la Gare", "", &["boulangerie", "bakery", "commerce", "shop"]),
    (3, "Hôtel de la Gare", "", &["hôtel", "hotel", "tourisme", "tourism"]),
    (4, "Gare", "", &["bar", "amenity"]),
    (5, "Gare de Menton", "", &[]),
    (6, "Auto Azur", "", &["garage", "réparation automobile", "car repair", "car_repair"]),
    (7, "Le Garage", "", &["bar", "amenity"]),
    (8, "Atelier du Garage", "", &["théâtre", "theatre"]),
    (9, "Chez Léon", "", &["café", "coffee shop", "cafe"]),
    (10, "Amis du Café", "", &["association", "club"]),
    (11, "Croix Verte", "", &["pharmacie", "pharmacy", "chemist"]),
    (12, "Place de la Pharmacie", "", &[]),
    (13, "Zénith Studio", "12 rue de la Gare, 06000 Nice", &[]),
    (14, "Atelier de la Gare", "12 rue de Paris, 06000 Nice", &[]),
    (17, "Farmacy des Anglais", "", &["hôpital", "hospital"]),
    (15, "Bureau central", "5 avenue Foch", &["bureau de poste", "post office", "post_office"]),
    (16, "Amis de la poste", "", &["association", "club"]),
];

/// What is typed, and what has to come before what.
const BEFORE: &[(&str, &[u32], &[u32])] = &[
    ("gare", &[1, 5], &[4, 2, 3, 14]),
    ("gares", &[1, 5], &[4, 2, 3]),
    ("station", &[1, 5], &[2, 3]),
    ("garage", &[6], &[7, 8]),
    ("garrage", &[6], &[7, 8]),
    ("cafe", &[9], &[10]),
    ("caffé", &[9], &[10]),
    ("pharmacie", &[11], &[12]),
    ("farmacie", &[11], &[12, 17]),
    ("bureau de poste", &[15], &[16]),
    ("post office", &[15], &[16]),
    ("12 rue de la gare", &[13], &[14]),
    ("12, rue Gare", &[13], &[14]),
    ("boulangerie de la gare", &[2], &[1, 3]),
];

#[test]
fn what_a_thing_is_comes_before_what_is_called_after_it() {
    let cards: Vec<Card> =
        TOWN.iter().map(|(n, name, address, tags)| Card { address, tags, ..card(*n, name) }).collect();
    let world = World::new(&cards);
    let mut wrong = Vec::new();
    for (text, first, later) in BEFORE {
        let found = world.names(text);
        let at = |n: &u32| {
            let name = TOWN.iter().find(|(held, ..)| held == n).unwrap().1;
            found.iter().position(|found| found == name)
        };
        // What is found at all has its place; what comes first is found.
        let last = first.iter().map(|n| at(n).unwrap_or(usize::MAX)).max().unwrap();
        if last == usize::MAX || later.iter().filter_map(at).any(|later| later < last) {
            wrong.push(format!("'{text}': {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // By distance too, and said so: a tag is no name.
    let near = Some(Near { position: Position::from_degrees(45.76, 4.83).unwrap(), radius_m: None });
    let found = world.search(&Query { text: "gare".into(), near, ..Query::default() });
    let why: Vec<Why> = found.hits.iter().take(3).map(|hit| hit.why).collect();
    assert_eq!(names(&found)[..3], ["Gare de Menton", "Monaco-Monte-Carlo", "Atelier de la Gare"]);
    assert_eq!(why, [Why::Name(How::Typed), Why::Tag, Why::Name(How::Typed)]);
}
