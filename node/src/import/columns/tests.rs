use super::*;

fn role(header: &str) -> Option<Role> {
    recognise(header).map(|(role, _)| role)
}

#[test]
fn headers_in_both_languages() {
    for (header, expected) in [
        ("Latitude", Role::Latitude),
        ("Y_LAT", Role::Latitude),
        ("longitude WGS84", Role::Longitude),
        ("geo_point_2d", Role::LatLon),
        ("Libellé", Role::Name),
        ("lib_fs", Role::Name),
        ("nom_de_l_equipement", Role::Name),
        ("Code Postal", Role::Postcode),
        ("lib_com", Role::City),
        ("nom_commune", Role::City),
        ("N° de téléphone".trim_start_matches("N° de "), Role::Phone),
        ("Courriel", Role::Email),
        ("Site internet", Role::Website),
        ("h_lundi", Role::Day(0)),
        ("Horaires du dimanche", Role::Day(6)),
        ("Monday hours", Role::Day(0)),
        ("Horaires d'ouverture", Role::Hours),
        ("id_fs", Role::Id),
        ("Catégorie", Role::Tags),
        ("shop", Role::Osm("shop")),
    ] {
        assert_eq!(role(header), Some(expected), "{header}");
    }
    for header in ["insee_dep", "nom_dep", "nom du responsable", "labellisation_fs", "nombre de places", ""] {
        assert_eq!(role(header), None, "{header}");
    }
}

#[test]
fn a_name_has_one_role() {
    let mut seen = HashMap::new();
    for (role, names) in NAMES {
        for name in *names {
            assert_eq!(text::header_key(name), *name, "not as header_key makes it");
            assert_eq!(seen.insert(*name, *role), None, "'{name}' has two roles");
        }
    }
}

#[test]
fn the_surest_name_comes_first() {
    assert!(recognise("latitude").map(|(_, rank)| rank) < recognise("y").map(|(_, rank)| rank));
    assert!(recognise("nom").map(|(_, rank)| rank) < recognise("nom_de_l_equipement").map(|(_, rank)| rank));
}
