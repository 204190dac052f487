use super::{short, survives, twice};
use communaut_protocol::op::Kind;

pub const RESULTS: &str = r#"{"head": {"vars": ["item", "itemLabel", "coord", "website"]}, "results": {"bindings": [
 {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"}, "itemLabel": {"xml:lang": "fr",
  "type": "literal",
  "value": "Palais"}, "coord": {"type": "literal", "value": "Point(3.0573 50.6292)"},
  "classLabel": {"type": "literal", "value": "musée"}, "website": {"type": "uri", "value": "https://palais.example"}},
 {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"}, "itemLabel": {"type": "literal",
  "value": "Palais"},
  "coord": {"type": "literal", "value": "Point(3.0573 50.6292)"}},
 {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q7"}, "itemLabel": {"type": "literal",
  "value": "Q7"},
  "coord": {"type": "literal", "value": "Point(3.06 50.63)"}},
 {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q8"}, "itemLabel": {"type": "literal",
  "value": "Cratère"},
  "coord": {"type": "literal", "value": "<http://www.wikidata.org/entity/Q405> Point(3.06 50.63)"}}
]}}"#;

#[test]
fn results_with_types() {
    let got = twice("query.json", RESULTS);
    assert_eq!(short(&got), [(Kind::Place, "Q1", 506_292_000, 30_573_000)], "{:?}", got.skipped);
    let [palace] = got.records.as_slice() else { unreachable!() };
    assert_eq!((palace.name.as_str(), palace.source.as_str()), ("Palais", "wikidata"));
    assert_eq!((palace.website.as_str(), palace.tags.join(",").as_str()), ("https://palais.example", "musée"));
    assert!(palace.licence.contains("CC0"));
    let skipped = got.skipped.join("\n");
    let all = ["the same id", "no name", "no coordinates"];
    assert!(got.skipped.len() == 3 && all.iter().all(|why| skipped.contains(why)), "{skipped}");
}

#[test]
fn the_plain_list() {
    let text = r#"[{"place":"http://www.wikidata.org/entity/Q2","placeLabel":"Gare","coord":"Point(3.05 50.6)"}]"#;
    assert_eq!(short(&twice("query.json", text)), [(Kind::Place, "Q2", 506_000_000, 30_500_000)]);
}

#[test]
fn hostile_files_do_no_harm() {
    survives("a.json", RESULTS);
}
