//! OpenStreetMap's XML.

use super::small;
use crate::import::{Format, open, test_support::*};

pub const SMALL: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<osm version='0.6' generator='JOSM'>
  <bounds minlat='43' minlon='7' maxlat='44' maxlon='8'/>
  <node id='1' version='3' lat='43.73' lon='7.42'><tag k='shop' v='bakery'/><tag k='name' v='Chez Zo&#233;'/>
    <tag k='addr:street' v='Rue Basse'/><tag k='addr:housenumber' v='3'/><tag k='contact:phone' v='+377 1'/>
    <tag k='brand' v='Le Fournil'/></node>
  <node id='4' lat='43.73' lon='7.42'/><node id='5' lat='43.73' lon='7.42002'/>
  <node id='6' lat='43.73002' lon='7.42002'/><node id='7' lat='43.73002' lon='7.42'/>
  <way id='10'><nd ref='4'/><nd ref='5'/><nd ref='6'/><nd ref='7'/><nd ref='4'/><tag k='amenity' v='townhall'/>
    <tag k='name' v='Mairie'/><tag k='opening_hours' v='Mo-Fr 09:00-12:00'/></way>
  <way id='11'><nd ref='4'/><nd ref='5'/></way>
  <way id='14'><nd ref='4'/><nd ref='5'/><nd ref='6'/></way>
  <way id='15'><nd ref='6'/><nd ref='7'/><nd ref='4'/></way>
  <relation id='20'><member type='way' ref='14' role=''/><member type='way' ref='15' role=''/>
    <member type='way' ref='11' role='inner'/><tag k='leisure' v='park'/><tag k='name' v='Grand parc'/></relation>
</osm>"#;

#[test]
fn the_same_as_out_of_a_pbf() {
    let pbf = read("a.osm.pbf", small().concat());
    for name in ["a.osm", "a.xml", "interpreter"] {
        let got = read(name, SMALL);
        assert_eq!((got.error_text(), got.skipped.len()), (String::new(), 0), "{:?}", got.skipped);
        assert_eq!(got.records, pbf.records);
    }
    let (_folder, path) = file("a.osm", SMALL);
    assert_eq!(open(&path, &Default::default()).unwrap().format(), Format::OsmXml);
}

#[test]
fn what_an_editor_and_overpass_write() {
    let park = "<tag k='leisure' v='park'/>";
    let text = format!(
        "<osm><node id='-1' action='modify' visible='true' lat='45' lon='6'>{park}<tag k='name' v='new'/></node>\
         <node id='2' action='delete' lat='45' lon='6'>{park}<tag k='name' v='gone'/></node>\
         <node id='3' visible='false' version='2'/>\
         <way id='4'><center lat='45.5' lon='6.5'/><nd ref='9'/>{park}<tag k='name' v='center'/></way>\
         <way id='5'><bounds minlat='45' minlon='6' maxlat='46' maxlon='7'/><nd ref='1' lat='45' lon='6'/>\
         <nd ref='2' lat='45' lon='9'/><nd ref='3' lat='48' lon='6'/><nd ref='1' lat='45' lon='6'/>\
         {park}<tag k='name' v='geometry'/></way>\
         <relation id='6'><member type='way' ref='5' role='outer'><nd lat='45' lon='6'/><nd lat='45' lon='9'/>\
         <nd lat='48' lon='6'/><nd lat='45' lon='6'/></member>{park}<tag k='name' v='members'/></relation></osm>"
    );
    let got = read("essai.osm", text);
    assert_eq!((got.names(), got.error_text()), (vec!["new", "geometry", "members", "center"], String::new()));
    assert_eq!(got.records[0].source_id, "essai/node/-1");
    for (at, place) in [(1, (460_000_000, 70_000_000)), (2, (460_000_000, 70_000_000)), (3, (455_000_000, 65_000_000))]
    {
        assert_eq!((got.records[at].lat_e7, got.records[at].lon_e7), place, "{}", got.records[at].name);
    }
    let change = "<osmChange version='0.6'><create><node id='1' version='1' lat='45' lon='6'><tag k='shop' v='x'/>\
                  <tag k='name' v='A'/></node></create><delete><node id='2' version='2' lat='45' lon='6'>\
                  <tag k='shop' v='x'/><tag k='name' v='B'/></node></delete><modify><node id='3' version='2' lat='45' \
                  lon='6'><tag k='shop' v='x'/><tag k='name' v='C'/></node></modify></osmChange>";
    assert_eq!(read("a.osc", change).names(), ["A", "C"]);
}

#[test]
fn hostile_files_do_no_harm() {
    let good = "<node id='1' lat='45' lon='6'><tag k='shop' v='x'/><tag k='name' v='A'/></node>";
    let long = format!("<osm>{good}<way id='2'>{}</way>", "<nd ref='123456789'/>".repeat(700_000));
    let got = read("a.osm", long);
    assert_eq!((got.names(), got.skipped.as_slice()), (vec!["A"], &["way/2: larger than 8 MiB".to_owned()][..]));
    assert!(got.error_text().contains("cut"), "{}", got.error_text());
    let deep = format!("<osm>{good}<way id='2'>{}", "<x>".repeat(10_000));
    let got = read("a.osm", deep);
    assert!(got.names() == ["A"] && got.error_text().contains("256 tags"), "{}", got.error_text());
    for cut in (100..SMALL.len() - 7).step_by(13).filter(|cut| SMALL.is_char_boundary(*cut)) {
        assert!(read("a.osm", SMALL.get(..cut).unwrap()).error_text().contains("cut"), "{cut}");
    }
    mutations(300, SMALL.as_bytes(), |bytes| {
        if let Ok(got) = read_with("a.osm", bytes, None) {
            check_limits(&got);
        }
    });
}
