#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::{ImportOptions, RECORD_MAX, open, test_support::*};
use communaut_protocol::op::Kind;
use std::collections::HashSet;

const HEADER: &str = "id;nom;latitude;longitude;adresse\n";

fn rows(count: usize) -> String {
    let mut text = HEADER.to_owned();
    for n in 1..=count {
        text.push_str(&format!("{n};Lieu {n};43,7{n};7,42;\"Rue {n}; haut\"\n"));
    }
    text
}

#[test]
fn rows_are_read_whatever_separates_them() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = format!(
            "Nom{delimiter}Y_lat{delimiter}X_long\r\n\"A{delimiter} \"\"B\"\"\"{delimiter}43.73{delimiter}7.42\r\n"
        );
        let got = read("a.csv", text);
        let name = if delimiter == "	" { "A \"B\"".to_owned() } else { format!("A{delimiter} \"B\"") };
        assert_eq!((got.names(), got.error_text()), (vec![name.as_str()], String::new()));
        assert_eq!(got.records.first().map(|r| (r.lat_e7, r.lon_e7)), Some((437_300_000, 74_200_000)));
    }
    let hinted = read("a.csv", "sep=|\nnom|lat|lon\na;b,c|43|7\n");
    assert_eq!(hinted.names(), ["a;b,c"]);
    assert_eq!(hinted.records.first().map(|r| r.at.as_str()), Some("line 3"));
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    for end in ["\n", "\r\n", "\r"] {
        let text =
            ["nom,lat,lon,note", "a,43,7,", "\"b", "c\",43,7,", "", "", "d,43,7,", ",43,7,", "e,43,7,"].join(end);
        let got = read("a.csv", text);
        let at: Vec<&str> = got.records.iter().map(|r| r.at.as_str()).collect();
        assert_eq!(at, ["line 2", "line 3", "line 7", "line 9"], "{end:?}");
        assert_eq!(got.skipped, ["line 8: no name"]);
    }
}

#[test]
fn a_combined_column_and_french_numbers() {
    let got = read("a.csv", "Libellé,Géo Point\nA,\"43.73, 7.42\"\nB,\"43,73;7,42\"\nC,\nD,ici\n");
    assert_eq!(got.names(), ["A", "B"]);
    assert!(got.records.iter().all(|r| (r.lat_e7, r.lon_e7) == (437_300_000, 74_200_000)));
    assert_eq!(got.skipped, ["line 4: no coordinates", "line 5: coordinates 'ici' are not two numbers of degrees"]);
}

#[test]
fn a_file_in_latin_1_is_read_and_said() {
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode("nom;lat;lon\nÉcole Zoé – café;43;7\n");
    let got = read("a.csv", bytes);
    assert_eq!(got.names(), ["École Zoé – café"]);
    assert!(got.notes.iter().any(|note| note.contains("windows-1252")), "{:?}", got.notes);
}

#[test]
fn a_file_in_utf_16_is_read() {
    let text = "nom\tlat\tlon\r\nÉcole\t43\t7\r\n";
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read("a.csv", bytes).names(), ["École"]);
    assert_eq!(read("a.csv", format!("\u{feff}{text}")).names(), ["École"]);
}

#[test]
fn damaged_bytes_cost_only_their_row() {
    let mut bytes = b"nom;lat;lon\n".to_vec();
    for n in 0..10 {
        bytes.extend(format!("École {n};43;7\n").bytes());
    }
    bytes.extend(b"Bad\xff;43;7\nApr\xc3\xa8s;43;7\n");
    let got = read("a.csv", bytes);
    assert_eq!(got.records.len(), 11);
    assert_eq!(got.skipped.len(), 1);
    assert!(got.skipped.iter().all(|why| why.starts_with("line 12: bytes that are not UTF-8")), "{:?}", got.skipped);
}

#[test]
fn a_cut_file_keeps_its_good_rows_wherever_it_is_cut() {
    let whole = rows(5);
    assert_eq!(read("a.csv", &whole).records.len(), 5);
    let start = HEADER.len();
    let mut told = 0;
    for cut in start..whole.len() {
        let part = whole.get(..cut).unwrap();
        let complete = part.matches('\n').count() - 1;
        let got = read("a.csv", part);
        let last = part.rsplit('\n').next().unwrap();
        // Within the last field and not in a quote, nothing tells that it is cut.
        let may_be_whole = last.matches(';').count() == 4 && !last.contains('"');
        if last.is_empty() || may_be_whole {
            assert!(got.error.is_none(), "{last}");
        } else if last.matches('"').count() == 2 {
            assert_eq!((got.records.len(), got.error), (complete + 1, None), "{last}");
        } else {
            assert_eq!(got.records.len(), complete, "{last}");
            let error = got.error_text();
            assert!(
                error.contains("a.csv") && error.contains(&format!("line {}", complete + 2)) && error.contains("cut"),
                "{error}"
            );
            told += 1;
        }
    }
    assert!(told > 40);
}

#[test]
fn a_quote_that_is_never_closed_is_told_with_its_line() {
    let text = rows(3).replace("\"Rue 2; haut\"", "\"Rue 2; haut").replace("\"Rue 3; haut\"", "Rue 3");
    let got = read("a.csv", text);
    assert_eq!(got.names(), ["Lieu 1"]);
    assert!(got.error_text().contains("line 3") && got.error_text().contains("quote"), "{}", got.error_text());
}

#[test]
fn a_quote_that_swallows_a_large_file_is_bounded() {
    let mut text = format!("{HEADER}1;Lieu;43;7;\"");
    while text.len() < RECORD_MAX + 1_000_000 {
        text.push_str("2;Lieu;43;7;rue\n");
    }
    let got = read("a.csv", text);
    assert_eq!(got.records.len() + got.skipped.len(), 0);
    assert!(got.error_text().contains("line 2") && got.error_text().contains("8 MiB"), "{}", got.error_text());
}

#[test]
fn rows_of_another_length_are_left_out() {
    let got = read("a.csv", format!("{HEADER}1;A;43;7\n2;B;43;7;x;;\n3;C;43;7;x;y\n4;D;43;7;x\n"));
    assert_eq!(got.names(), ["B", "D"]);
    assert_eq!(
        got.skipped,
        ["line 2: 4 columns, where the first row names 5", "line 4: 6 columns, where the first row names 5"]
    );
    assert!(got.error.is_none());
}

#[test]
fn coordinates_that_cannot_be() {
    let got = read(
        "a.csv",
        format!(
            "{HEADER}1;A;95,2;200;\n2;B;0;0;\n3;C;120;30;\n4;D;6862305;652000;\n5;E;nord;7;\n6;F;43;;\n7;G;;;\n\
             8;H;43;7;\n"
        ),
    );
    assert_eq!(got.names(), ["H"]);
    let expected = [
        "95.2 is out of range",
        "0,0",
        "look swapped",
        "projection",
        "'nord' is not a number",
        "no longitude",
        "no coordinates",
    ];
    for (why, part) in got.skipped.iter().zip(expected) {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(got.skipped.len(), expected.len());
}

#[test]
fn a_file_without_the_needed_columns_is_refused() {
    let place = refusal("a.csv", "nom;valeur\nA;B\n");
    assert!(place.contains("latitude") && place.contains("'nom', 'valeur'") && place.contains("mapping"), "{place}");
    let name = refusal("a.csv", "lat;lon;valeur\n43;7;1\n");
    assert!(name.contains("no column recognised as name"), "{name}");
    let words = read("a.csv", "nom;adresse\nA;1 rue X, 09000 Foix\nB;1 rue X\n");
    assert_eq!((words.names(), words.skipped.as_slice()), (vec!["A"], &["line 3: no coordinates".to_owned()][..]));
    assert!(refusal("a.csv", "just a text\nof two lines\n").contains("latitude"));
    let wide = format!("nom,lat,lon{}\n", ",x".repeat(5_000));
    assert!(refusal("a.csv", wide).contains("5003 columns"));
}

#[test]
fn a_header_alone_has_no_records() {
    let got = read("a.csv", HEADER);
    assert_eq!((got.records.len(), got.skipped.len(), got.error), (0, 0, None));
}

#[test]
fn a_mapping_names_the_columns() {
    let text = "Structure~Y~X~Thème~tel\nA~43~7~Eau~01\n";
    let mapping = "[columns]\nname = \"structure\"\nlatitude = \"Y\"\nlongitude = \"X\"\n\
                   [defaults]\nkind = \"organisation\"\ntags = [\"Asso\"]\n\
                   source = \"annuaire\"\nlicence = \"LO 2.0\"\n[csv]\ndelimiter = \"~\"\n";
    let got = read_with("a.csv", text, Some(mapping)).unwrap();
    let record = got.records.first().unwrap();
    assert_eq!(
        (record.kind, record.source.as_str(), record.licence.as_str()),
        (Kind::Organisation, "annuaire", "LO 2.0")
    );
    assert_eq!(
        (record.tags.as_slice(), record.phone.as_str()),
        (["asso".to_owned(), "eau".to_owned()].as_slice(), "01")
    );
    let missing = read_with("a.csv", text, Some("[columns]\nname = \"Strukture\"\n")).err().unwrap().to_string();
    assert!(missing.contains("'strukture'") && missing.contains("'Structure"), "{missing}");
    let unknown = read_with("a.csv", text, Some("[columns]\nnom = \"Structure\"\n")).err().unwrap().to_string();
    assert!(unknown.contains("mapping.toml") && unknown.contains("`nom`") && unknown.contains("line 2"), "{unknown}");
}

#[test]
fn some_rows_of_a_file_are_swapped() {
    let mut text = "nom,lat,lon\nfirst,7.42,43.73\n".to_owned();
    for n in 0..40 {
        text.push_str(&format!("p{n},43.7{n},7.4{n}\n"));
    }
    // Far from the others, and not swapped: an overseas place.
    text.push_str("far,-21.1,55.5\nlast,7.42,43.73\n");
    let got = read("a.csv", text);
    assert_eq!(got.records.len(), 41);
    assert!(got.names().contains(&"far"));
    assert_eq!(got.skipped.len(), 2);
    for (why, line) in got.skipped.iter().zip(["line 2:", "line 44:"]) {
        assert!(why.starts_with(line) && why.contains("swapped") && why.contains("43.73, 7.42"), "{why}");
    }
}

#[test]
fn two_far_places_in_a_small_file_are_not_judged() {
    assert_eq!(read("a.csv", "nom,lat,lon\na,7.42,43.73\nb,43.73,7.42\n").records.len(), 2);
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    let mut whole = rows(8).into_bytes();
    whole.extend("9;É \u{202e};43,7;7,4;\"a\nb\"\n".bytes());
    mutations(600, &whole, |bytes| {
        if let Ok(got) = read_with("a.csv", bytes, None) {
            check_limits(&got);
        }
    });
}

#[test]
fn france_services_is_read_whole() {
    let Some(path) = shared("france-services-20240801.csv") else { return };
    let got = drain(open(&path, &ImportOptions::default()).unwrap());
    assert_eq!((got.records.len(), got.skipped.as_slice(), got.error_text()), (2_845, [].as_slice(), String::new()));
    assert_eq!(
        got.notes,
        ["cells with several phones, mails or sites: 2; the first is shown, the others are in the description"]
    );
    let ids: HashSet<&str> = got.records.iter().map(|r| r.source_id.as_str()).collect();
    assert_eq!(ids.len(), 2_845);
    let first = got.records.first().unwrap();
    assert_eq!((first.name.as_str(), first.source_id.as_str()), ("France services de Valserhône", "1"));
    assert_eq!(first.address, "5-9 Rue des Papetiers, 01200 Valserhône");
    assert_eq!((first.lat_e7, first.lon_e7), (461_060_712, 58_260_084));
    assert_eq!((first.phone.as_str(), first.email.as_str()), ("04 50 56 87 49", "franceservices@ccpb01.fr"));
    assert_eq!(first.opening_hours, "Mo 13:30-17:00; Tu-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00,13:30-16:00");
    assert_eq!(first.source, "france-services-20240801");
    // A row of several lines, spaces that are not spaces, an address that ends in line feeds.
    let find = |id: &str| got.records.iter().find(|r| r.source_id == id).unwrap();
    assert_eq!(find("2092").description.lines().count(), 6);
    assert_eq!(find("2314").name, "France services de Boulazac-Isle-Manoire");
    assert!(find("2632").address.starts_with("27 Avenue Robert Schuman, "), "{}", find("2632").address);
    let odd: Vec<&str> = got.records.iter().map(|r| r.opening_hours.as_str()).filter(|h| h.contains('"')).collect();
    assert_eq!(odd, [""; 0], "all hours are understood");
}

#[test]
fn france_services_cut_in_the_middle() {
    let Some(path) = shared("france-services-20240801.csv") else { return };
    let bytes = std::fs::read(path).unwrap();
    let got = read("cut.csv", bytes.get(..bytes.len() / 2).unwrap());
    assert!(got.records.len() > 1_000 && got.skipped.is_empty(), "{} {:?}", got.records.len(), got.skipped);
    assert!(got.error_text().contains("cut.csv") && got.error_text().contains("line 1"), "{}", got.error_text());
}

#[test]
fn a_title_may_stand_above_the_columns() {
    for (above, line) in [
        ("Annuaire des associations;;;;\nMise à jour : 12/03/2026;;;;\n;;;;\n", 4),
        ("Liste des lieux\n\n", 3),
        (";;Adresse;;Contact\n", 2),
    ] {
        let got = read("a.csv", format!("{above}Nom;Adresse;Latitude;Longitude;Courriel\nA;x;44,93;4,89;a@b.fr\n"));
        assert_eq!(got.names(), ["A"], "{above}");
        assert!(got.notes.iter().any(|note| note.contains(&format!("line {line}"))), "{above}: {:?}", got.notes);
        assert_eq!(got.records.first().map(|r| r.at.clone()), Some(format!("line {}", line + 1)));
    }
    let plain = read("a.csv", "nom;lat;lon\nA;43;7\n");
    assert_eq!(plain.notes, [""; 0]);
    // Where no row names them, the likeliest is told.
    let why = refusal("a.csv", "Liste\nnom;commentaire;valeur\nA;b;1\n");
    assert!(why.contains("line 2 names the columns 'nom', 'commentaire', 'valeur'"), "{why}");
}

#[test]
fn rows_of_separators_alone_are_no_records() {
    let got = read("a.csv", "nom;lat;lon;;\nA;43;7;;\n;;;;\n;;;;\nB;43;7;;\n");
    assert_eq!((got.names(), got.skipped.len()), (vec!["A", "B"], 0));
    // Columns without a name may be lacking.
    assert_eq!(read("a.csv", "nom;lat;lon;;\nA;43;7\n").names(), ["A"]);
}

#[test]
fn projected_swapped_and_pointless_files() {
    for (text, note) in [
        ("nom;x;y\nA;652469,02;6862035,26\nB;652569,02;6862135,26\n", "EPSG:2154"),
        ("nom;X (CC49);Y (CC49)\nA;1652467.87;8184256.87\nB;1652567;8184356\n", "EPSG:3949"),
        ("nom;latitude;longitude\nA;488566;23522\nB;488601;23611\nC;48861;2362\n", "decimal points"),
        ("nom;lat;lon;cp;ville\nA;2.3522;48.8566;75001;Paris\nB;2.36;48.86;75001;Paris\n", "swapped in the whole file"),
    ] {
        let got = read("a.csv", text);
        assert!(got.records.len() >= 2, "{text}: {:?}", got.skipped);
        for record in &got.records {
            let near = (record.lat_e7 - 488_600_000).abs() < 500_000 && (record.lon_e7 - 23_600_000).abs() < 500_000;
            assert!(near, "{text}: {record:?}");
        }
        assert!(got.notes.iter().any(|said| said.contains(note)), "{text}: {:?}", got.notes);
    }
    let mapped =
        read_with("a.csv", "nom,x,y\nA,452482.53,5411717.18\n", Some("[positions]\nsystem = \"EPSG:32631\"\n"))
            .unwrap();
    assert!(mapped.records.first().is_some_and(|r| (r.lat_e7 - 488_566_000).abs() < 2_000), "{:?}", mapped.skipped);
}

/// Postcodes alone, those of arrondissements and of firms; in another land they are not taken for France's.
#[test]
fn postcodes_without_coordinates() {
    let got = read(
        "a.csv",
        "nom,adresse,cp\nA,3 rue X,75011\nB,4 rue Y,69003\nC,5 rue Z,75380\nD,6 rue Z,9000\nE,7 rue Z,38024\n",
    );
    assert_eq!(got.names(), ["A", "B", "C", "D"], "{:?}", got.skipped);
    assert!(got.records.iter().all(|record| record.tags.contains(&"≈ position".to_owned())));
    let at: Vec<i32> = got.records.iter().map(|record| record.lat_e7 / 100_000).collect();
    assert_eq!(at, [4_885, 4_576, 4_885, 4_296]);
    assert_eq!(got.skipped, ["line 6: no coordinates, and '38024' is not one known commune"]);
    let german = "name,strasse,plz\nA,Weg 1,10115\nB,Weg 2,20095\nC,Weg 3,80331\nD,Weg 4,50667\nE,Weg 5,60311\n";
    let got = read("a.csv", german);
    assert_eq!((got.names().len(), got.skipped.len()), (0, 5), "{:?}", got.records);
    let got = read("a.csv", "nom,adresse\nA,3 rue de la Roquette 75011\nB,\"12 rue Bayle, 09000 Foix\"\n");
    assert_eq!(got.names(), ["A", "B"], "{:?}", got.skipped);
}

#[test]
fn addresses_without_coordinates() {
    let got = read("a.csv", "nom;adresse;code postal;ville\nA;1 rue X;09000;Foix\nB;;99999;Nulle-Part-les-Oies\n");
    assert_eq!(got.names(), ["A"]);
    assert_eq!(got.records.first().map(|r| r.tags.clone()), Some(vec![crate::import::APPROXIMATE.to_owned()]));
    assert!(got.skipped.iter().all(|why| why.contains("no coordinates") && why.contains("Nulle-Part")));
    // What is its own address has no other name.
    let ban = read(
        "a.csv",
        "numero,rep,nom_voie,code_postal,nom_commune,lon,lat\n12,bis,rue de la Gare,09000,Foix,1.6,42.9\n",
    );
    assert_eq!(ban.names(), ["12 bis rue de la Gare"]);
}

#[test]
fn columns_by_what_stands_in_them() {
    let text = "nom;ville;tracé;joindre;voir\nA;Foix;POINT (7 43);a@b.fr;https://a.fr\n\
                B;Foix;POINT (7 43);c@d.fr;https://b.fr\n";
    let got = read("a.csv", text);
    let first = got.records.first().unwrap();
    assert_eq!((first.lat_e7, first.email.as_str(), first.website.as_str()), (430_000_000, "a@b.fr", "https://a.fr"));
    assert_eq!(first.tags, [""; 0], "not placed by its commune");
}

#[test]
fn zeros_that_a_spreadsheet_took_away() {
    let got = read("a.csv", "nom;cp;ville;tel;lat;lon\nA;1000;Bourg-en-Bresse;474000001;46.205;5.226\n");
    let record = got.records.first().unwrap();
    assert_eq!((record.address.as_str(), record.phone.as_str()), ("01000 Bourg-en-Bresse", "0474000001"));
    assert!(got.notes.iter().any(|note| note.contains("zero")), "{:?}", got.notes);
    let swiss = read("a.csv", "nom;cp;ville;lat;lon\nA;1000;Lausanne;46.52;6.63\n");
    assert_eq!(swiss.records.first().map(|r| r.address.as_str()), Some("1000 Lausanne"));
}

#[test]
fn ids_that_repeat_are_not_taken() {
    let got = read("a.csv", "siret;nom;lat;lon\n123;A;43;7\n123;B;43.1;7\n");
    assert!(got.records.iter().all(|r| r.source_id.starts_with("hash:")) && got.records.len() == 2);
    assert!(got.notes.iter().any(|note| note.contains("'siret'")), "{:?}", got.notes);
}

#[test]
fn a_file_of_an_old_mac_and_one_encoded_twice() {
    let mac = b"nom;latitude;longitude\rTh\x8e\x89tre de la For\x90t;47.2;-1.55\r";
    let got = read("a.csv", mac);
    assert_eq!(got.names(), ["Théâtre de la Forêt"]);
    assert!(got.notes.iter().any(|note| note.contains("macintosh")), "{:?}", got.notes);
    let twice = read("a.csv", "nom;latitude;longitude;TÃ©lÃ©phone\nCafÃ© des FÃ©es;47.2;-1.55;02 40 00 00 01\n");
    assert_eq!((twice.names(), twice.records[0].phone.as_str()), (vec!["Café des Fées"], "02 40 00 00 01"));
    assert!(twice.notes.iter().any(|note| note.contains("twice")), "{:?}", twice.notes);
}
