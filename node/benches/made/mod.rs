//! Elements as a region has them, made from a number: names, addresses, texts and tags whose words come as often as
//! words do, in and around eighty towns.
#![allow(dead_code, reason = "each bench uses its part")]

use communaut_protocol::{
    IdentityId, Position, Scope,
    fold::ElementView,
    op::{ElementOp, Kind, When},
};

/// Where the towns lie, in degrees.
pub fn towns(dice: &mut Dice) -> Vec<(f64, f64)> {
    (0..80).map(|_| (43.0 + dice.share() * 7.0, -1.0 + dice.share() * 8.0)).collect()
}

/// A fixed sequence of numbers (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }
    pub fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Small numbers come more often, as words and towns do.
    pub fn zipf(&mut self, end: usize) -> usize {
        ((end as f64).powf(self.share()) - 1.0) as usize
    }
    pub fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.zipf(list.len())]
    }
}

pub const WHAT: [&str; 48] = [
    "Boulangerie",
    "Café",
    "École",
    "Restaurant",
    "Pharmacie",
    "Mairie",
    "Association",
    "Bar",
    "Marché",
    "Bibliothèque",
    "Coiffeur",
    "Épicerie",
    "Boucherie",
    "Église",
    "Hôtel",
    "Garage",
    "Banque",
    "Jardin",
    "Médiathèque",
    "Cabinet médical",
    "Maison des associations",
    "Repair Café",
    "Community Garden",
    "Food Bank",
    "Library",
    "Youth Club",
    "Coopérative",
    "Recyclerie",
    "Crèche",
    "Théâtre",
    "Cinéma",
    "Piscine",
    "Gymnase",
    "Club de judo",
    "Chorale",
    "Atelier vélo",
    "Bike Shop",
    "Bakery",
    "Farm Shop",
    "Ferme",
    "AMAP",
    "Compost",
    "Fête du quartier",
    "Vide-grenier",
    "Concert",
    "Conférence",
    "Assemblée",
    "Workshop",
];
pub const OF: [&str; 12] = ["", "", "", "de", "du", "de la", "des", "le", "la", "chez", "aux", "the"];
pub const NAME: [&str; 60] = [
    "Martin",
    "Bernard",
    "Paul",
    "Gare",
    "Centre",
    "Église",
    "République",
    "Pont",
    "Soleil",
    "Marie",
    "Anne",
    "Petit",
    "Grand",
    "Vieux Port",
    "Liberté",
    "Fontaine",
    "Château",
    "Moulin",
    "Olivier",
    "Saint-Jean",
    "Saint-Michel",
    "Sainte-Anne",
    "Dupont",
    "Durand",
    "Moreau",
    "Laurent",
    "Simon",
    "Lefèvre",
    "Roux",
    "Fournier",
    "Girard",
    "Bonnet",
    "Rousseau",
    "Lambert",
    "Fontaine",
    "Chevalier",
    "Robin",
    "Masson",
    "Marchand",
    "Arts",
    "Voyageurs",
    "Amis",
    "Enfants",
    "Quatre Vents",
    "Lilas",
    "Acacias",
    "Roses",
    "Victor Hugo",
    "Jean Jaurès",
    "Louise Michel",
    "Pasteur",
    "Zola",
    "Green",
    "Smith",
    "Brown",
    "River",
    "Old Mill",
    "Station",
    "Market",
    "Corner",
];
pub const TAGS: [&str; 30] = [
    "shop",
    "bakery",
    "cafe",
    "restaurant",
    "school",
    "bio",
    "vegan",
    "wheelchair",
    "pain",
    "sport",
    "culture",
    "music",
    "enfants",
    "entraide",
    "vélo",
    "réparation",
    "jardin",
    "santé",
    "formation",
    "administration",
    "marché",
    "local",
    "association",
    "gratuit",
    "prêt",
    "livres",
    "cinéma",
    "danse",
    "théâtre",
    "eau",
];
pub const SENTENCES: [&str; 10] = [
    "Ouvert tous les jours sauf le dimanche, accueil chaleureux et produits du terroir.",
    "Nous réparons ensemble les objets du quotidien avec des bénévoles du quartier.",
    "A place for neighbours to meet, share tools and grow vegetables together.",
    "Permanence le mercredi après-midi, sur rendez-vous uniquement.",
    "Pains au levain naturel, farines biologiques, viennoiseries maison.",
    "Accès aux personnes à mobilité réduite, stationnement à proximité.",
    "L'association organise des ateliers, des sorties et des repas partagés.",
    "Volunteers welcome every Saturday morning, no experience needed.",
    "Salle polyvalente louée aux habitants pour les fêtes de famille.",
    "Information et accompagnement dans les démarches administratives.",
];
pub const STREETS: [&str; 8] = ["rue", "avenue", "place", "boulevard", "chemin", "impasse", "quai", "allée"];

/// An element of a number, somewhere in or around one of the towns.
pub fn element(number: u32, towns: &[(f64, f64)], dice: &mut Dice) -> ElementView {
    let (lat, lon) = towns[dice.zipf(towns.len())];
    let mut spread = || (dice.share() + dice.share() + dice.share() - 1.5) * 0.12;
    let position = Position::from_degrees(lat + spread(), lon + spread()).unwrap();
    let seed = (u128::from(number) + 1).to_be_bytes().to_vec();
    let op = ElementOp { owner: IdentityId([7; 32]), seed, fields: vec![] };
    let mut view = ElementView::new(Scope::open(position), &op);
    view.kind = Kind::ALL[[4, 4, 4, 4, 1, 1, 3, 2, 0][dice.below(9)]];
    view.name = format!("{} {} {}", dice.pick(&WHAT), OF[dice.below(OF.len())], dice.pick(&NAME)).replace("  ", " ");
    // What a name has of its own.
    if dice.below(4) == 0 {
        view.name.push_str(&format!(" {}", word(dice)));
    }
    let (street, of) = (dice.pick(&STREETS), dice.pick(&NAME));
    view.address = format!("{} {street} {of}, {:05} {}", dice.below(200), dice.below(95_000), word(dice));
    view.description = SENTENCES[dice.below(SENTENCES.len())].repeat(dice.below(3));
    view.tags = (0..dice.below(5)).map(|_| dice.pick(&TAGS).to_owned()).collect();
    view.position = Some(position);
    view.when = (view.kind == Kind::Event).then(|| {
        let start_ms = 1_760_000_000_000 + dice.below(365 * 24) as i64 * 3_600_000;
        When {
            start_ms,
            end_ms: start_ms + 7_200_000,
            zone: "Europe/Paris".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        }
    });
    view
}

/// A word as in the names of people and villages: some tens of thousands.
pub fn word(dice: &mut Dice) -> String {
    const PARTS: [&str; 32] = [
        "mon", "ville", "bel", "saint", "roc", "lac", "ber", "gou", "dal", "mar", "lou", "fer", "tin", "vau", "pey",
        "ron", "cas", "tel", "nau", "bri", "ac", "an", "ier", "eau", "on", "in", "elle", "ou", "ard", "et", "ois", "y",
    ];
    let mut word = String::new();
    for part in 0..2 + dice.below(2) {
        word.push_str(PARTS[if part == 0 { dice.below(20) } else { dice.below(32) }]);
    }
    word
}
