//! Files as towns and ministries publish them, with their real columns: most have no column that is called a name.
#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::test_support::*;

/// Name and address of each.
fn shown(got: &Got) -> Vec<(&str, &str)> {
    got.records.iter().map(|record| (record.name.as_str(), record.address.as_str())).collect()
}

#[test]
fn what_it_is_and_where_make_a_name() {
    let toilets = "TYPE;STATUT;ADRESSE;ARRONDISSEMENT;HORAIRE;ACCES_PMR;RELAIS_BEBE;URL_FICHE_EQUIPEMENT;geo_shape;\
                   geo_point_2d\n\
                   SANISETTE;En service;2 RUE DES VERTUS;75003;6h - 22h;Oui;Non;;;48.86440, 2.35700\n\
                   URINOIR;Hors service;1 RUE BLEUE;75009;24h/24;Non;Non;;;48.87600, 2.34600\n\
                   SANISETTE;En service;;75010;24h/24;Oui;Oui;;;48.87500, 2.36100\n";
    let got = read("sanisettesparis.csv", toilets);
    assert_eq!(shown(&got), [("Sanisette, 2 RUE DES VERTUS", "2 RUE DES VERTUS"), ("Sanisette", "")]);
    let first = got.records.first().unwrap();
    assert_eq!((first.opening_hours.as_str(), first.kind.name()), ("06:00-22:00", "place"));
    for tag in ["toilettes", "toilets", "sanisette"] {
        assert!(first.tags.iter().any(|have| have == tag), "{tag}: {:?}", first.tags);
    }
    assert!(got.skipped.len() == 1 && got.skipped[0].contains("'Hors service'"), "{:?}", got.skipped);
    let fountains = "gid;type_objet;modele;no_voirie_pair;no_voirie_impair;voie;commune;dispo;geo_shape;geo_point_2d\n\
                     1;BORNE_FONTAINE;GHM;12;;RUE DE LA PAIX;PARIS 2EME ARRONDISSEMENT;OUI;;48.8690,2.3310\n\
                     2;FONTAINE_WALLACE;;;7;RUE BLEUE;PARIS 9EME ARRONDISSEMENT;OUI;;48.8760,2.3460\n";
    let got = read("fontaines-a-boire.csv", fountains);
    assert_eq!(got.names(), ["Borne fontaine, 12 RUE DE LA PAIX", "Fontaine wallace, 7 RUE BLEUE"]);
    assert!(got.records.iter().all(|record| record.tags.iter().any(|tag| tag == "eau potable")), "{:?}", got.records);
}

/// By the name of the file or the title above the table, where no column says what there is.
#[test]
fn what_the_file_is_about() {
    let bins = "Emplacement;Commune;Latitude;Longitude\nPlace du Foirail;Foix;42.9650;1.6070\n";
    assert_eq!(read("points-d-apport-volontaire.csv", bins).names(), ["Point d'apport volontaire, Place du Foirail"]);
    assert_eq!(read("composteurs.csv", bins).names(), ["Composteur, Place du Foirail"]);
    let titled = format!("Liste des défibrillateurs de la commune;;;\n;;;\n{bins}");
    let got = read("export.csv", titled);
    assert_eq!(got.names(), ["Défibrillateur, Place du Foirail"], "{:?}", got.skipped);
    assert!(got.records[0].tags.iter().any(|tag| tag == "défibrillateur"), "{:?}", got.records[0].tags);
    // What things are called on the map says the rest; a name that says nothing leaves the place alone.
    let roads = "Adresse;Commune;Latitude;Longitude\n3 rue Bayle;Foix;42.9650;1.6070\n";
    assert_eq!(read("bibliotheques-2024.csv", roads).names(), ["Bibliothèque, 3 rue Bayle"]);
    assert_eq!(read("a.csv", roads).names(), ["3 rue Bayle"]);
}

#[test]
fn columns_that_stand_in_for_a_name() {
    for header in
        ["Lieu de distribution", "Site", "Service", "Lieu", "Intitulé", "Dénomination", "Structure", "Libellé"]
    {
        let text =
            format!("{header};Adresse;lat;lon\nLa Fabrique;3 rue Bayle;42.9;1.6\nLe Fournil;5 rue Bayle;42.9;1.6\n");
        let got = read("a.csv", text);
        assert_eq!(got.names(), ["La Fabrique", "Le Fournil"], "{header}: {:?}", got.skipped);
    }
    // A site is one of the web where its cells are.
    let got = read("a.csv", "Site;Adresse;lat;lon\nhttps://a.example;3 rue Bayle;42.9;1.6\n");
    assert_eq!((got.names()[0], got.records[0].website.as_str()), ("3 rue Bayle", "https://a.example"));
    // Where something is called a name, nothing stands in for it.
    let got = read("a.csv", "Nom;Service;lat;lon\nMairie;État civil;42.9;1.6\n");
    assert_eq!((got.names()[0], got.records[0].tags.as_slice()), ("Mairie", &["état civil".to_owned()][..]));
}

/// A row of groups above the names of the columns is none of records.
#[test]
fn the_row_that_names_best_names() {
    let text = "Type;;Adresse;;Coordonnées;\nNom;Catégorie;Rue;Code postal;Y;X\nFour;pain;rue Bayle;09000;42.9;1.6\n";
    let got = read("a.csv", text);
    assert_eq!((got.names(), got.records[0].lat_e7), (vec!["Four"], 429_000_000));
}

#[test]
fn defibrillators_of_the_national_register() {
    let columns = "gid;c_gid;c_nom;c_lat_coor1;c_long_coor1;c_adr_num;c_adr_voie;c_com_cp;c_com_insee;c_com_nom;c_acc;\
                   c_acc_lib;c_acc_complt;c_disp_j;c_disp_h;c_disp_complt;c_tel1;c_etat_fonct\n";
    let rows = "1;11;DAE Mairie;42.9650;1.6070;45;Cours Gabriel Fauré;9000;09122;Foix;Extérieur;t;À gauche de la porte;\
                {7j/7};{24h/24};;+33561000001;En fonctionnement\n\
                2;12;;42.9651;1.6071;;Rue Bayle;09000;09122;Foix;Intérieur;t;;{lundi,mardi,mercredi,jeudi,vendredi};\
                \"{\"\"heures ouvrables\"\"}\";;;En fonctionnement\n\
                3;13;DAE Gare;42.9652;1.6072;;;09000;09122;Foix;Intérieur;t;;{7j/7};{24h/24};;;\
                Supprimé définitivement\n";
    let got = read("geodae.csv", format!("{columns}{rows}"));
    assert_eq!(got.names(), ["DAE Mairie", "Défibrillateur, Rue Bayle"]);
    let [first, second] = got.records.as_slice() else { unreachable!("{got:?}") };
    assert_eq!(first.address, "45 Cours Gabriel Fauré, 09000 Foix");
    assert_eq!((first.opening_hours.as_str(), second.opening_hours.as_str()), ("24/7", "Mo-Fr \"heures ouvrables\""));
    assert_eq!((first.source_id.as_str(), first.phone.as_str()), ("11", "+33561000001"));
    assert!(first.description.contains("À gauche de la porte"), "{}", first.description);
    for record in [first, second] {
        assert!(record.tags.iter().any(|tag| tag == "défibrillateur"), "{:?}", record.tags);
    }
    assert!(got.skipped.len() == 1 && got.skipped[0].contains("Supprimé définitivement"), "{:?}", got.skipped);
    // The older columns, in a file whose name says nothing.
    let older = "nom,lat_coor1,long_coor1,adr_num,adr_voie,com_cp,com_nom,acc,disp_j,disp_h,tel1,etat_fonct\n\
                 DAE-Stade,42.9653,1.6073,2,Rue du Stade,09000,Foix,Extérieur,lundi|mercredi,24h/24,,\
                 En fonctionnement\n";
    let got = read("export.csv", older);
    let record = got.records.first().unwrap();
    assert_eq!(
        (record.address.as_str(), record.opening_hours.as_str()),
        ("2 Rue du Stade, 09000 Foix", "Mo 00:00-24:00; We 00:00-24:00")
    );
    assert!(record.tags.iter().any(|tag| tag == "défibrillateur"), "{:?}", record.tags);
}

#[test]
fn other_lists_of_the_nation() {
    let bikes = "id_local,id_osm,code_com,xlong,ylat,capacite,type_accroche,mobilier,acces,gratuit\n\
                 L1,,09122,1.6070,42.9650,10,CADRE,ARCEAU,LIBRE ACCES,true\n";
    let got = read("export.csv", bikes);
    assert_eq!((got.names(), got.records[0].source_id.as_str()), (vec!["Arceau"], "L1"));
    assert!(got.records[0].tags.iter().any(|tag| tag == "parking à vélos"), "{:?}", got.records[0].tags);
    let cars = "nom_station,id_station_itinerance,adresse_station,coordonneesXY,puissance_nominale,horaires,\
                id_pdc_itinerance\n\
                Foix Gare,FR001,\"Place de la Gare 09000 Foix\",\"[1.6070, 42.9650]\",22,24/7,FR001E1\n";
    let got = read("irve.csv", cars);
    let record = got.records.first().unwrap();
    assert_eq!((record.lat_e7, record.opening_hours.as_str()), (429_650_000, "24/7"));
    assert_eq!(record.description, "22 kW");
    let shops = "AN;NOMRS;NUMVOIE;INDREP;TYPVOIE;LIBVOIE;CODPOS;LIBCOM;TYPEQU;LAMBERT_X;LAMBERT_Y;EPSG\n\
                 23;BOULANGERIE BAYLE;3;B;RUE;BAYLE;09000;FOIX;B203;586150.0;6208300.0;2154\n";
    let got = read("bpe.csv", shops);
    assert_eq!(shown(&got), [("BOULANGERIE BAYLE", "3 B RUE BAYLE, 09000 FOIX")], "{:?}", got.skipped);
    assert!((got.records[0].lat_e7 - 429_600_000).abs() < 500_000, "{}", got.records[0].lat_e7);
    let closed = "siret;denominationUniteLegale;etatAdministratifEtablissement;dateDebut;longitude;latitude\n\
                  1;Fournil;A;2019-01-01;1.6;42.9\n2;Moulin;F;2020-01-01;1.6;42.9\n";
    let got = read("sirene.csv", closed);
    assert_eq!((got.names(), got.skipped.len()), (vec!["Fournil"], 1));
    assert_eq!(got.records[0].kind.name(), "place", "since when it is so is no date of an event");
    let doors = "id;numero;rep;nom_voie;code_postal;nom_commune;nom_afnor;x;y;lon;lat\n\
                 1;3;bis;Rue Bayle;09000;Foix;RUE BAYLE;586150;6208300;1.607;42.965\n";
    assert_eq!(shown(&read("adresses-09.csv", doors)), [("3 bis Rue Bayle", "3 bis Rue Bayle, 09000 Foix")]);
}

/// The same column name holds both orders; the whole file tells which.
#[test]
fn one_cell_in_either_order() {
    for (order, count) in [("lat", 5), ("lon", 5), ("lat", 1), ("lon", 1), ("lon", 2)] {
        let rows = (0..count).map(|n| match order {
            "lat" => format!("Lieu {n};48.8{n}66, 2.35\n"),
            _ => format!("Lieu {n};2.35, 48.8{n}66\n"),
        });
        let got = read("a.csv", format!("nom;coordonnees\n{}", rows.collect::<String>()));
        assert!(got.records.iter().all(|r| r.lat_e7 > 480_000_000 && r.lon_e7 == 23_500_000), "{order}: {got:?}");
        assert_eq!(got.records.len(), count, "{order}");
        assert_eq!(got.notes.iter().any(|note| note.contains("swapped")), order == "lon", "{:?}", got.notes);
    }
}

/// An object of OpenStreetMap in GeoJSON is that of an extract: same set, same id, same words.
#[test]
fn exports_of_openstreetmap_are_openstreetmap() {
    let tags = r#""name":"Le Four","shop":"bakery","addr:street":"Rue Bayle","addr:city":"Foix",
        "opening_hours":"Mo 08:00-12:00""#;
    let feature = |id: &str, more: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature",{id}"properties":{{{more}{tags}}},
            "geometry":{{"type":"Point","coordinates":[1.607,42.965]}}}}]}}"#
        )
    };
    let xml = r#"<osm version="0.6"><node id="123" lat="42.965" lon="1.607" version="1"><tag k="name" v="Le Four"/>
        <tag k="shop" v="bakery"/><tag k="addr:street" v="Rue Bayle"/><tag k="addr:city" v="Foix"/>
        <tag k="opening_hours" v="Mo 08:00-12:00"/></node></osm>"#;
    let mut wanted = read("a.osm", xml).records;
    for text in [feature(r#""id":"node/123","#, ""), feature("", r#""@id":"node/123","#)] {
        let mut got = read("export.geojson", text).records;
        for record in wanted.iter_mut().chain(&mut got) {
            record.at = String::new();
        }
        assert_eq!(got, wanted);
    }
    let plain = read("export.geojson", feature(r#""id":"n123","#, ""));
    assert_eq!(plain.records[0].source, "export");
}
