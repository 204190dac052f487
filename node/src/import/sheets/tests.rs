#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::test_support::{Got, archive, check_limits, mutations, read, read_with, refusal};

const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr/><sheets>
<sheet name="Lisez-moi" sheetId="1" r:id="rId1"/><sheet name="Annuaire" sheetId="7" r:id="rId2"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Target="/xl/worksheets/sheet9.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const SHARED: &str = r#"<sst><si><t>Nom</t></si><si><t>Code postal</t></si><si><r><t>Épicerie </t></r><r>
<t>&amp; Café</t></r>
<rPh><t>spoken</t></rPh></si></sst>"#;
const README: &str = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Données 2026</t></is></c></row>
</sheetData></worksheet>"#;
/// A title, nothing, then the columns; in the second record's row the id is a formula and the mail lacks.
pub const SHEET: &str = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Annuaire</t></is></c></row>
<row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4" t="s"><v>1</v></c><c r="C4" t="str"><v>lat</v></c>
<c r="D4" t="str"><v>lon</v></c><c r="E4" t="str"><v>id</v></c><c r="F4" t="str"><v>description</v></c>
<c r="H4" t="str"><v>ville</v></c></row>
<row r="5"><c r="A5" t="s"><v>2</v></c><c r="B5" s="1"><v>1000</v></c><c r="C5"><v>46.205000000000005</v></c>
<c r="D5"><v>5.2255</v></c><c r="E5"><v>12</v></c><c r="F5" s="2"><v>46082</v></c><c r="H5" t="str">
<v>Bourg-en-Bresse</v></c></row>
<row r="7"><c t="inlineStr"><is><t>Mairie</t></is></c><c s="1"><v>1000</v></c><c><v>46.2</v></c><c><v>5.23</v></c>
<c t="n"><f>E5+1</f><v>13</v></c></row></sheetData></worksheet>"#;

fn xlsx_of(sheet: &[u8], shared: &[u8], styles: &[u8]) -> Vec<u8> {
    let parts: [(&str, &[u8]); 7] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", README.as_bytes()),
        ("xl/worksheets/sheet9.xml", sheet),
    ];
    archive(&parts, true)
}

pub fn xlsx(sheet: &str) -> Vec<u8> {
    xlsx_of(sheet.as_bytes(), SHARED.as_bytes(), STYLES.as_bytes())
}

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
pub const CONTENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content><office:body>
<office:spreadsheet>
<table:table table:name="Annuaire"><table:table-column table:number-columns-repeated="16384"/>
<table:table-row><table:table-cell office:value-type="string"><text:p>Marchés</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16383"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row>
<table:table-row><table:table-cell><text:p>nom</text:p></table:table-cell><table:table-cell><text:p>code postal</text:p>
</table:table-cell><table:table-cell><text:p>latitude</text:p></table:table-cell><table:table-cell>
<text:p>longitude</text:p>
</table:table-cell><table:table-cell><text:p>ville</text:p></table:table-cell><table:table-cell>
<text:p>description</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p>
</office:annotation><text:p>Marché<text:s/>couvert</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="1000"><text:p>01000</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="46.20512"><text:p>46,21</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="5.2255"><text:p>5,23</text:p></table:table-cell>
<table:table-cell><text:p>Bourg-en-Bresse</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-03-01"><text:p>01/03/26</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;

pub fn ods(content: &str) -> Vec<u8> {
    let parts: [(&str, &[u8]); 2] = [("mimetype", MIMETYPE.as_bytes()), ("content.xml", content.as_bytes())];
    archive(&parts, false)
}

#[test]
fn an_xlsx_with_a_title_and_several_sheets() {
    let got = read("annuaire.xlsx", xlsx(SHEET));
    assert_eq!(got.names(), ["Épicerie & Café", "Mairie"], "{:?}", got.skipped);
    let [first, second] = got.records.as_slice() else { unreachable!() };
    assert_eq!((first.source.as_str(), first.source_id.as_str(), first.has_id), ("annuaire", "12", true));
    assert_eq!((first.lat_e7, first.lon_e7, first.at.as_str()), (462_050_000, 52_255_000, "row 5"));
    assert!(first.address.contains("01000 Bourg-en-Bresse"), "{}", first.address);
    assert!(first.description.contains("2026-03-01"), "{}", first.description);
    assert_eq!((second.at.as_str(), second.source_id.as_str()), ("row 7", "13"));
    let notes = got.notes.join("\n");
    assert!(notes.contains("sheet 'Annuaire'") && notes.contains("line 4"), "{notes}");
    assert_eq!(read("a", xlsx(SHEET)).names(), got.names(), "known without a name");
}

#[test]
fn an_ods_as_people_see_it() {
    let got = read("annuaire.ods", ods(CONTENT));
    assert_eq!(got.names(), ["Marché couvert"], "{:?} {}", got.skipped, got.error_text());
    let [record] = got.records.as_slice() else { unreachable!() };
    assert_eq!((record.lat_e7, record.lon_e7, record.at.as_str()), (462_051_200, 52_255_000, "row 5"));
    assert!(record.address.contains("01000 Bourg-en-Bresse"), "{}", record.address);
    assert!(record.description.contains("2026-03-01"), "{}", record.description);
    assert!(!got.notes.iter().any(|note| note.contains("the sheet")), "there is but one: {:?}", got.notes);
}

#[test]
fn what_is_no_sheet_is_told() {
    let word = archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")], false);
    assert!(refusal("a.docx", word).contains("without a sheet"));
    let nothing = SHEET.replace("lat<", "p<").replace("ville<", "q<");
    let shared = SHARED.replace("Code postal", "Rang");
    let nothing = xlsx_of(nothing.as_bytes(), shared.as_bytes(), STYLES.as_bytes());
    assert!(refusal("a.xlsx", nothing).contains("names the columns"));
    let cut = xlsx(SHEET);
    assert!(refusal("a.xlsx", cut.get(..cut.len() / 2).unwrap()).contains("cut"));
    assert!(refusal("a.xlsx", ods(CONTENT)).contains("holds ODS"));
}

/// Small files that say to hold very much.
#[test]
fn bombs_are_refused_in_one_line() {
    let far = |at: &str, row: u64| {
        SHEET.replace("</sheetData>", &format!("<row r=\"{row}\"><c r=\"{at}\"><v>1</v></c></row></sheetData>"))
    };
    assert!(refusal("a.xlsx", xlsx(&far("XFD9", 9))).contains("column 16384: at most 2000"));
    assert!(refusal("a.xlsx", xlsx(&far("A9", u64::MAX))).contains("more than 1048576 rows"));
    assert_eq!(read("a.xlsx", xlsx(&far("ZZZZZZZZZZ9", 9))).records.len(), 2, "no column's name");
    let full = |rows: u64, columns: u64| {
        let end = "<table:table-row table:number-rows-repeated=\"1048569\">";
        let cell = format!("<table:table-cell table:number-columns-repeated=\"{columns}\"><text:p>abcdefgh</text:p>");
        let row = format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-cell>");
        CONTENT.replace(end, &format!("{row}</table:table-row>{end}"))
    };
    assert!(refusal("a.ods", ods(&full(1 << 40, 1))).contains("more than 1048576 rows"));
    let why = refusal("a.ods", ods(&full(1_000_000, 1 << 40)));
    assert!(why.contains("MiB of cells"), "{why}");
    let wide = SHEET.replace("Annuaire", &"x".repeat(9 << 20));
    assert!(refusal("a.xlsx", xlsx(&wide)).contains("more than 8 MiB"));
    let deep = SHEET.replace("<sheetData>", &"<a>".repeat(10_000));
    assert!(refusal("a.xlsx", xlsx(&deep)).contains("256 tags within one another"));
    let spread = SHARED.replace("</sst>", &"<si/>".repeat((4 << 20) + 1));
    assert!(refusal("a.xlsx", xlsx_of(SHEET.as_bytes(), spread.as_bytes(), b"<a/>")).contains("of texts"));
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    let check = |name: &str, bytes: Vec<u8>| {
        if let Ok(got) = read_with(name, bytes, None) {
            check_limits(&got);
        }
    };
    mutations(150, SHEET.as_bytes(), |sheet| check("a.xlsx", xlsx_of(sheet, SHARED.as_bytes(), STYLES.as_bytes())));
    mutations(60, SHARED.as_bytes(), |shared| check("a.xlsx", xlsx_of(SHEET.as_bytes(), shared, STYLES.as_bytes())));
    mutations(60, STYLES.as_bytes(), |styles| check("a.xlsx", xlsx_of(SHEET.as_bytes(), SHARED.as_bytes(), styles)));
    mutations(150, CONTENT.as_bytes(), |content| check("a.ods", ods(&String::from_utf8_lossy(content))));
    // The archive itself.
    mutations(200, &ods(CONTENT), |bytes| check("a.ods", bytes.to_vec()));
    mutations(100, &xlsx(SHEET), |bytes| check("a.xlsx", bytes.to_vec()));
}

#[test]
fn huge_numbers_are_no_positions() {
    let got: Got = read("a.xlsx", xlsx(&SHEET.replace("46.2<", "1e308<").replace("5.23<", "-1e400<")));
    assert_eq!((got.records.len(), got.skipped.len()), (1, 1), "{:?}", got.skipped);
}
