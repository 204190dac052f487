#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::test_support::*;

pub const GPX: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:osmand="x">
 <metadata><name>Sortie</name><link href="https://carte.example.org"/></metadata>
 <wpt lat="45.5" lon="6.5"><ele>900</ele><name>Source &amp; fontaine</name><desc>Eau claire</desc>
  <cmt>toute l'année</cmt>
  <sym>Drinking Water</sym><link href="https://eau.example.org"><text>lien</text></link>
  <extensions><osmand:address>Rue Basse</osmand:address><osmand:lat>1</osmand:lat></extensions></wpt>
 <wpt lat="45.6" lon="6.6"/>
 <wpt lat="99" lon="6.6"><name>Nulle part</name></wpt>
 <trk><name>Trace</name><trkseg><trkpt lat="45.5" lon="6.5"/></trkseg></trk>
</gpx>"#;

pub const KML: &str = r#"<?xml version="1.0"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Carte</name>
<Style id="s"><IconStyle><Icon><href>x.png</href></Icon></IconStyle></Style>
<Folder><name>Jardins</name>
 <Placemark id="p1"><name>Jardin partagé</name>
  <description><![CDATA[<b>Ouvert</b> le samedi<br>à tous]]></description>
  <styleUrl>#s</styleUrl><LookAt><longitude>1</longitude><latitude>2</latitude></LookAt>
  <ExtendedData><Data name="Téléphone"><displayName>Tel</displayName><value>01 02 03 04 05</value></Data>
   <SchemaData><SimpleData name="site_web">jardin.example.org</SimpleData></SchemaData></ExtendedData>
  <Point><coordinates> 6.5,45.5,0 </coordinates></Point></Placemark>
 <Folder><name>Parcs</name><Placemark><name>Parc</name><MultiGeometry><Polygon>
  <outerBoundaryIs><LinearRing><coordinates>6,45 6.01,45 6.01,45.01 6,45.01 6,45
  </coordinates></LinearRing></outerBoundaryIs>
  <innerBoundaryIs><LinearRing><coordinates>6.002,45.002 6.008,45.002 6.008,45.008 6.002,45.008 6.002,45.002
  </coordinates></LinearRing></innerBoundaryIs></Polygon><Point><coordinates>1,2</coordinates></Point></MultiGeometry>
 </Placemark></Folder></Folder>
<Placemark><name>Sentier</name><LineString><coordinates>6,45 6,46 6,47</coordinates></LineString></Placemark>
<Placemark><name>Faux</name><Point><coordinates>six,45</coordinates></Point></Placemark>
<Placemark><name>Sans lieu</name></Placemark>
</Document></kml>"#;

#[test]
fn waypoints_are_read() {
    for name in ["a.gpx", "a.xml", "a"] {
        let got = read(name, GPX);
        assert_eq!((got.names(), got.error_text()), (vec!["Source & fontaine"], String::new()), "{name}");
        let one = &got.records[0];
        assert_eq!((one.lat_e7, one.lon_e7, one.at.as_str()), (455_000_000, 65_000_000, "waypoint 1"));
        assert_eq!((one.website.as_str(), one.address.as_str()), ("https://eau.example.org", "Rue Basse"));
        assert!(one.description.contains("Eau claire") && one.description.contains("toute l'année"));
        assert_eq!(one.tags, ["drinking water"]);
        assert!(got.skipped[0].contains("waypoint 2: no name") && got.skipped[1].contains("99"), "{:?}", got.skipped);
    }
}

#[test]
fn placemarks_are_read() {
    let got = read("a.kml", KML);
    assert_eq!((got.names(), got.error_text()), (vec!["Jardin partagé", "Parc", "Sentier"], String::new()));
    let [garden, park, path] = got.records.as_slice() else { unreachable!() };
    assert_eq!((garden.source_id.as_str(), garden.lat_e7, garden.lon_e7), ("p1", 455_000_000, 65_000_000));
    assert_eq!((garden.phone.as_str(), garden.website.as_str()), ("01 02 03 04 05", "jardin.example.org"));
    assert!(garden.description.contains("Ouvert le samedi") && !garden.description.contains('<'));
    assert_eq!(
        (garden.tags.as_slice(), park.tags.as_slice()),
        (&["jardins".to_owned()][..], &["jardins".to_owned(), "parcs".to_owned()][..])
    );
    let in_hole =
        (60_020_000..=60_080_000).contains(&park.lon_e7) && (450_020_000..=450_080_000).contains(&park.lat_e7);
    assert!((60_000_000..60_100_000).contains(&park.lon_e7) && !in_hole, "{}, {}", park.lat_e7, park.lon_e7);
    assert_eq!((path.lat_e7, path.lon_e7), (460_000_000, 60_000_000));
    assert!(got.skipped[0].contains("'six,45'") && got.skipped[1].contains("no coordinates"), "{:?}", got.skipped);
}

#[test]
fn a_cut_file_keeps_what_stands_before() {
    let end = KML.find("<Placemark><name>Sentier").unwrap();
    for cut in (end..KML.len() - 8).step_by(7).filter(|cut| KML.is_char_boundary(*cut)) {
        let got = read("a.kml", KML.get(..cut).unwrap());
        assert!(got.names().starts_with(&["Jardin partagé", "Parc"]), "{:?}", got.names());
        assert!(got.error_text().contains("cut") && got.error_text().contains("a.kml"), "{}", got.error_text());
    }
}

/// Of tens of thousands of parts each is read once, in one look.
#[test]
fn an_archive_of_many_parts() {
    let names: Vec<String> = (0..3_000).map(|number| format!("parts/{number}.kml")).collect();
    let kml = "<kml><Placemark><name>A</name><Point><coordinates>6.5,45.5</coordinates></Point></Placemark></kml>";
    let mut parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), kml.as_bytes())).collect();
    // Twice the same name: which of them is meant nobody knows, and the first is read.
    parts.push(("parts/7.kml", kml.as_bytes()));
    let got = read("many.kmz", archive(&parts, true));
    assert_eq!((got.records.len(), got.error_text()), (3_000, String::new()));
}

#[test]
fn hostile_files_do_no_harm() {
    let long = format!(
        "<gpx><wpt lat='1' lon='2'>{}</wpt><wpt lat='1' lon='2'><name>B</name></wpt></gpx>",
        "<a b='cccccccc'/>".repeat(900_000)
    );
    let got = read("a.gpx", long);
    assert_eq!(got.names(), ["B"]);
    assert_eq!(got.skipped, ["waypoint 1: larger than 8 MiB"]);
    let deep = format!("<gpx><wpt lat='1' lon='2'>{}", "<a>".repeat(10_000));
    assert!(read("a.gpx", deep).error_text().contains("256 tags"));
    for (name, text) in [("a.gpx", GPX), ("a.kml", KML)] {
        mutations(200, text.as_bytes(), |bytes| {
            if let Ok(got) = read_with(name, bytes, None) {
                check_limits(&got);
            }
        });
    }
}

/// Each KML of an archive, the main one first, wherever it stands in it; what is no KML is counted.
#[test]
fn an_archive_of_kml() {
    let other =
        "<kml><Placemark><name>Puits</name><Point><coordinates>6.5,45.5</coordinates></Point></Placemark></kml>";
    let parts: [(&str, &[u8]); 5] = [
        ("files/photo.png", b"\x89PNG"),
        ("files/", b""),
        ("maps/autre.kml", other.as_bytes()),
        ("DOC.KML", KML.as_bytes()),
        ("files/photo2.jpg", b"\xff\xd8\xff"),
    ];
    for deflated in [false, true] {
        let got = read("carte.kmz", archive(&parts, deflated));
        assert_eq!(got.names(), ["Jardin partagé", "Parc", "Sentier", "Puits"], "{}", got.error_text());
        assert!(got.notes.iter().any(|note| note.contains("not read: 2")), "{:?}", got.notes);
        assert_eq!(got.records[0].source, "carte");
        let without = read("carte", archive(&parts[3..], deflated));
        assert_eq!(without.names().len(), 3, "by its content");
    }
    let bomb = format!("<kml>{}</kml>", " ".repeat(600 << 20));
    for (content, why) in [
        (archive(&[("a.png", b"x")], true), "without KML"),
        (archive(&[("a.kml", bomb.as_bytes())], true), "unpacks to more than 512 MiB"),
        (archive(&[("a.kml", KML.as_bytes())], true)[..200].to_vec(), "damaged or cut"),
    ] {
        let said = refusal("a.kmz", content);
        assert!(said.contains(why), "{said}");
    }
    mutations(200, &archive(&parts, true), |bytes| {
        if let Ok(got) = read_with("a.kmz", bytes, None) {
            check_limits(&got);
        }
    });
}
