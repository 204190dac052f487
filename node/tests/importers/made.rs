//! Files of as many good records as wanted, in every format that is imported, written as they are made: nothing of them
//! is held.

use super::pbf;
use flate2::{CrcWriter, write::DeflateEncoder};
use std::io::{self, Write};

/// Records of one block of a PBF, as usual.
const BLOCK: u32 = 8_000;

/// How a text of records begins, what one is, what stands between two, how it ends.
pub struct Text {
    pub name: &'static str,
    begin: &'static str,
    one: fn(u32) -> String,
    between: &'static str,
    end: &'static str,
}

/// Where a record lies: latitude and longitude.
fn at(number: u32) -> (f64, f64) {
    (43.0 + f64::from(number % 1_000) / 500.0, 1.0 + f64::from(number / 1_000) / 500.0)
}

pub fn feature(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"type":"Feature","id":{number},"properties":{{"name":"Lieu {number}","type":"jardin",
        "adresse":"{number} rue Bayle","commune":"Foix"}},
        "geometry":{{"type":"Point","coordinates":[{lon:.6},{lat:.6}]}}}}"#
    )
    .replace('\n', "")
}

fn row(number: u32, sign: &str) -> String {
    let (lat, lon) = at(number);
    let phone = format!("05 61 {:02} {:02} {:02}", number / 10_000 % 100, number / 100 % 100, number % 100);
    let cells = [
        number.to_string(),
        format!("Lieu {number}"),
        "jardin partagé".into(),
        format!("{number} rue Bayle"),
        phone,
        format!("{lat:.6}"),
        format!("{lon:.6}"),
    ];
    cells.join(sign)
}

fn overpass(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"type":"node","id":{},"lat":{lat:.6},"lon":{lon:.6},
        "tags":{{"amenity":"cafe","name":"Lieu {number}","phone":"05 61 00 00 00"}}}}"#,
        number + 1
    )
}

fn osm(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        "<node id='{}' version='1' lat='{lat:.6}' lon='{lon:.6}'><tag k='amenity' v='cafe'/>\
         <tag k='name' v='Lieu {number}'/></node>",
        number + 1
    )
}

fn placemark(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        "<Placemark id='{number}'><name>Lieu {number}</name><description>Au bord de l'eau</description>\
         <Point><coordinates>{lon:.6},{lat:.6},0</coordinates></Point></Placemark>"
    )
}

fn waypoint(number: u32) -> String {
    let (lat, lon) = at(number);
    format!("<wpt lat='{lat:.6}' lon='{lon:.6}'><name>Lieu {number}</name><desc>Au bord de l'eau</desc></wpt>")
}

fn event(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        "BEGIN:VEVENT\r\nUID:{number}@example.org\r\nSEQUENCE:1\r\nSUMMARY:Bal {number}\r\n\
         DTSTART;TZID=Europe/Paris:20260714T{:02}0000\r\nDURATION:PT2H\r\nGEO:{lat:.6};{lon:.6}\r\nEND:VEVENT\r\n",
        number % 24
    )
}

fn communecter(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"_id":{{"$id":"{number:024x}"}},"collection":"poi","name":"Lieu {number}",
        "geo":{{"@type":"GeoCoordinates","latitude":"{lat:.6}","longitude":"{lon:.6}"}}}}"#
    )
}

fn linked(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"@type":"Place","@id":"https://example.org/{number}","name":"Lieu {number}",
        "geo":{{"@type":"GeoCoordinates","latitude":{lat:.6},"longitude":{lon:.6}}}}}"#
    )
}

fn murmurations(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"linked_schemas":["organizations_schema-v1.0.0"],"name":"Lieu {number}",
        "profile_url":"https://example.org/{number}.json","geolocation":{{"lat":{lat:.6},"lon":{lon:.6}}}}}"#
    )
}

fn wikidata(number: u32) -> String {
    let (lat, lon) = at(number);
    format!(
        r#"{{"item":{{"type":"uri","value":"http://www.wikidata.org/entity/Q{}"}},
        "itemLabel":{{"type":"literal","value":"Lieu {number}"}},
        "coord":{{"type":"literal","value":"Point({lon:.6} {lat:.6})"}}}}"#,
        number + 1
    )
}

/// Every format that is a text.
pub const TEXTS: [Text; 14] = [
    Text {
        name: "a.csv",
        begin: "id;nom;type;adresse;telephone;latitude;longitude\n",
        one: |number| row(number, ";"),
        between: "\n",
        end: "\n",
    },
    Text {
        name: "a.tsv",
        begin: "id\tnom\ttype\tadresse\ttelephone\tlatitude\tlongitude\n",
        one: |number| row(number, "\t"),
        between: "\n",
        end: "\n",
    },
    Text {
        name: "a.geojson",
        begin: "{\"type\":\"FeatureCollection\",\"features\":[\n",
        one: feature,
        between: ",\n",
        end: "]}\n",
    },
    Text { name: "a.geojsonl", begin: "", one: feature, between: "\n", end: "\n" },
    Text { name: "a.geojsons", begin: "\u{1e}", one: feature, between: "\n\u{1e}", end: "\n" },
    Text {
        name: "overpass.json",
        begin: "{\"version\":0.6,\"osm3s\":{},\"elements\":[\n",
        one: overpass,
        between: ",\n",
        end: "]}\n",
    },
    Text { name: "a.osm", begin: "<?xml version='1.0'?><osm version='0.6'>\n", one: osm, between: "\n", end: "</osm>" },
    Text { name: "a.kml", begin: "<kml><Document>\n", one: placemark, between: "\n", end: "</Document></kml>" },
    Text { name: "a.gpx", begin: "<gpx>\n", one: waypoint, between: "\n", end: "</gpx>" },
    Text {
        name: "a.ics",
        begin: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        one: event,
        between: "",
        end: "END:VCALENDAR\r\n",
    },
    Text { name: "communecter.json", begin: "[\n", one: communecter, between: ",\n", end: "]\n" },
    Text {
        name: "a.jsonld",
        begin: "{\"@context\":\"https://schema.org\",\"@graph\":[\n",
        one: linked,
        between: ",\n",
        end: "]}\n",
    },
    Text { name: "murmurations.json", begin: "[\n", one: murmurations, between: ",\n", end: "]\n" },
    Text {
        name: "wikidata.json",
        begin: "{\"head\":{\"vars\":[\"item\",\"itemLabel\",\"coord\"]},\"results\":{\"bindings\":[\n",
        one: wikidata,
        between: ",\n",
        end: "]}}\n",
    },
];

impl Text {
    /// Write records until the file has so many bytes; gives how many they are.
    pub fn write(&self, out: &mut impl Write, bytes: u64) -> io::Result<u32> {
        out.write_all(self.begin.as_bytes())?;
        let (mut written, mut count) = (self.begin.len() as u64, 0);
        while written < bytes {
            let before = if count == 0 { "" } else { self.between };
            let one = (self.one)(count);
            out.write_all(before.as_bytes())?;
            out.write_all(one.as_bytes())?;
            written += (before.len() + one.len()) as u64;
            count += 1;
        }
        out.write_all(self.end.as_bytes())?;
        Ok(count)
    }
}

/// The same as a PBF whose blocks are not packed; gives how many nodes there are.
pub fn write_pbf(out: &mut impl Write, bytes: u64) -> io::Result<u32> {
    let header = pbf::header("DenseNodes");
    out.write_all(&header)?;
    let (mut written, mut count) = (header.len() as u64, 0);
    while written < bytes {
        let names: Vec<String> = (count..count + BLOCK).map(|number| format!("Lieu {number}")).collect();
        let tags: Vec<[(&str, &str); 2]> = names.iter().map(|name| [("amenity", "cafe"), ("name", name)]).collect();
        let unit = |degrees: f64| (degrees * 1e7) as i64;
        let nodes: Vec<_> = (count..)
            .zip(&tags)
            .map(|(number, tags)| {
                let (lat, lon) = at(number);
                (i64::from(number) + 1, unit(lat), unit(lon), tags.as_slice())
            })
            .collect();
        let block = pbf::nodes(&nodes);
        out.write_all(&block)?;
        (written, count) = (written + block.len() as u64, count + BLOCK);
    }
    Ok(count)
}

/// The sheet of a spreadsheet in XLSX with so many rows below its columns.
fn write_xlsx_sheet(out: &mut dyn Write, rows: u32) -> io::Result<()> {
    out.write_all(b"<worksheet><sheetData>")?;
    let cells = |row: &str| -> String {
        let cell = |cell: &str| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>");
        row.split(';').map(cell).collect()
    };
    let columns = "id;nom;type;adresse;telephone;latitude;longitude";
    write!(out, "<row r=\"1\">{}</row>", cells(columns))?;
    for number in 0..rows {
        write!(out, "<row r=\"{}\">{}</row>", number + 2, cells(&row(number, ";")))?;
    }
    out.write_all(b"</sheetData></worksheet>")
}

fn write_ods_content(out: &mut dyn Write, rows: u32) -> io::Result<()> {
    out.write_all(b"<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Annuaire\">")?;
    let columns = "id;nom;type;adresse;telephone;latitude;longitude".to_owned();
    for line in std::iter::once(columns).chain((0..rows).map(|number| row(number, ";"))) {
        out.write_all(b"<table:table-row>")?;
        for cell in line.split(';') {
            write!(out, "<table:table-cell><text:p>{cell}</text:p></table:table-cell>")?;
        }
        out.write_all(b"</table:table-row>")?;
    }
    out.write_all(b"</table:table></office:spreadsheet></office:body></office:document-content>")
}

fn write_kml(out: &mut dyn Write, rows: u32) -> io::Result<()> {
    out.write_all(b"<kml><Document>")?;
    for number in 0..rows {
        out.write_all(placemark(number).as_bytes())?;
    }
    out.write_all(b"</Document></kml>")
}

/// A part of an archive: its name, and what writes it for so many records.
type Part = (&'static str, fn(&mut dyn Write, u32) -> io::Result<()>);

/// Every format that is an archive, and how many records of it are more than a gigabyte that is not packed.
pub const ARCHIVES: [(&str, &[Part], u32); 3] = [
    (
        "a.xlsx",
        &[
            ("[Content_Types].xml", |out, _| out.write_all(b"<Types/>")),
            ("xl/workbook.xml", |out, _| {
                out.write_all(
                    b"<workbook><sheets><sheet name=\"Annuaire\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                )
            }),
            ("xl/_rels/workbook.xml.rels", |out, _| {
                out.write_all(
                    b"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
                )
            }),
            ("xl/worksheets/sheet1.xml", write_xlsx_sheet),
        ],
        3_000_000,
    ),
    (
        "a.ods",
        &[
            ("mimetype", |out, _| out.write_all(b"application/vnd.oasis.opendocument.spreadsheet")),
            ("content.xml", write_ods_content),
        ],
        2_500_000,
    ),
    ("a.kmz", &[("doc.kml", write_kml)], 8_000_000),
];

/// Counts what goes through.
struct Counted<W>(W, u64);

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1 += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// An archive of so many records. `stored`: not packed, so that it is as long as what is in it.
pub fn write_archive(out: &mut impl Write, parts: &[Part], rows: u32, stored: bool) -> io::Result<()> {
    let mut out = Counted(out, 0);
    let mut list: Vec<u8> = Vec::new();
    let u32_of = |length: u64| u32::try_from(length).map_err(io::Error::other).map(u32::to_le_bytes);
    for (name, write) in parts {
        // The "mimetype" of an ODS is read at its place, and never packed.
        let stored = stored || *name == "mimetype";
        let (at, method) = (out.1, if stored { 0_u8 } else { 8 });
        let length = u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes();
        // What is known at the end only stands in the list.
        out.write_all(b"PK\x03\x04")?;
        out.write_all(&[20, 0, 0, 0, method, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        out.write_all(&length)?;
        out.write_all(&[0, 0])?;
        out.write_all(name.as_bytes())?;
        let begin = out.1;
        let (crc, whole) = if stored {
            let mut plain = CrcWriter::new(Counted(&mut out, 0));
            write(&mut plain, rows)?;
            (plain.crc().sum(), plain.get_ref().1)
        } else {
            let mut plain = CrcWriter::new(Counted(DeflateEncoder::new(&mut out, flate2::Compression::fast()), 0));
            write(&mut plain, rows)?;
            let (crc, whole) = (plain.crc().sum(), plain.get_ref().1);
            plain.into_inner().0.finish()?;
            (crc, whole)
        };
        list.extend(b"PK\x01\x02\x14\0\x14\0\0\0");
        list.extend([method, 0, 0, 0, 0, 0]);
        list.extend(crc.to_le_bytes());
        list.extend(u32_of(out.1 - begin)?);
        list.extend(u32_of(whole)?);
        list.extend(length);
        list.extend([0; 12]);
        list.extend(u32_of(at)?);
        list.extend(name.as_bytes());
    }
    let from = out.1;
    out.write_all(&list)?;
    out.write_all(b"PK\x05\x06\0\0\0\0")?;
    let count = u16::try_from(parts.len()).map_err(io::Error::other)?.to_le_bytes();
    out.write_all(&count)?;
    out.write_all(&count)?;
    out.write_all(&u32_of(list.len() as u64)?)?;
    out.write_all(&u32_of(from)?)?;
    out.write_all(&[0, 0])
}
