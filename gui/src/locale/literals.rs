//! Holds that what a person reads comes from the locale files: no view, widget or page of the shell
//! writes words of its own.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use super::tests::{arguments, code, keys_of};
use std::collections::BTreeSet;

/// Said alike in every language: names, signs of units, examples of a form, keys of the keyboard.
const SAID_ALIKE: [&str; 21] = [
    "Communaut",
    " km",
    "{} km",
    " m",
    "{metres} m",
    "{}k",
    "https://",
    "http://",
    "2026-09-12",
    "18:00",
    "20:00",
    "Europe/Paris",
    "Ctrl+1 … 5",
    "Ctrl+F, /",
    "Alt+← →",
    "Ctrl++ −",
    "F1, ?",
    "Esc",
    "Tab",
    "{name} (Ctrl+{})",
    "Natural Earth · © GeoNames, CC BY 4.0",
];

/// Files that speak to the basemap's archive or to the graphics device: layers, fields, classes, parts of a shader; and
/// the one that names fonts.
const OF_THE_ARCHIVE: [&str; 5] =
    ["ui/map/style.rs", "ui/map/sources.rs", "ui/map/streets.rs", "ui/map/held.rs", "ui/fonts.rs"];

/// Calls whose text names a part of the window to egui, not to a person.
const NAMES_FOR_EGUI: [&str; 15] = [
    "id_salt(",
    "from_id_salt(",
    "from_id_salt((",
    "id_salt((",
    "Panel::left(",
    "Panel::right(",
    "Panel::bottom(",
    "Panel::top(",
    "Id::unique(",
    ".with(",
    "Grid::new(",
    "listed(ui, ",
    "modal(ui, ",
    "page(ui, ",
    "name(",
];

/// The texts between quotes of a file, each with the code of its line before it. Comments, attributes,
/// what goes to the log, and tests are left out.
fn literals(code: &str) -> Vec<(String, String)> {
    let code = code.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for line in code.lines() {
        let line = line.trim_start();
        if line.starts_with("//") || line.starts_with("#[") || line.starts_with("#![") || line.contains("tracing::") {
            continue;
        }
        let mut rest = line;
        let mut before = String::new();
        while let Some(open) = rest.find('"') {
            before.push_str(&rest[..open]);
            if before.contains("// ") {
                break;
            }
            let after = &rest[open + 1..];
            let mut escaped = false;
            let close = after.find(|c: char| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            // A text over several lines: its first line is looked at.
            let close = close.unwrap_or(after.len());
            found.push((before.clone(), after[..close].to_owned()));
            before.push('_');
            rest = after.get(close + 1..).unwrap_or_default();
        }
    }
    found
}

/// What is left of a text without placeholders and escapes: letters are words.
fn says_something(text: &str) -> bool {
    let mut depth = 0_u32;
    let mut escaped = false;
    text.chars().any(|c| {
        let skipped = escaped;
        escaped = c == '\\' && !escaped;
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && !skipped && c.is_alphabetic()
    })
}

fn strays(path: &str, code: &str, known: &BTreeSet<String>) -> Vec<String> {
    let meant_for_egui = |before: &str| NAMES_FOR_EGUI.iter().any(|call| before.ends_with(call));
    literals(code)
        .into_iter()
        .filter(|(before, text)| says_something(text) && !known.contains(text) && !meant_for_egui(before))
        .filter(|(_, text)| !SAID_ALIKE.contains(&text.as_str()))
        .map(|(_, text)| format!("{path}: \"{text}\""))
        .collect()
}

#[test]
fn a_word_in_a_view_is_found() {
    let known = BTreeSet::from(["page-map".to_owned(), "count".to_owned()]);
    let found = |code: &str| strays("x.rs", code, &known);
    assert_eq!(found("ui.label(\"Hello\");"), ["x.rs: \"Hello\""]);
    assert_eq!(found("ui.label(format!(\"{name} metres\"));"), ["x.rs: \"{name} metres\""]);
    assert_eq!(found("a(cx.t(\"page-map\"), \"Bonjour \\\"vous\\\"\")"), ["x.rs: \"Bonjour \\\"vous\\\"\""]);
    assert!(found("ui.label(cx.tr(\"page-map\", &[(\"count\", n)])); // says \"Hello\"").is_empty());
    assert!(found("/// \"Hello\"\nScrollArea::vertical().id_salt(\"hits\"); a(\"{a} · {b}\\n\")").is_empty());
    assert!(found("#[cfg(test)]\nmod tests { const A: &str = \"Hello\"; }").is_empty());
}

#[test]
fn no_view_says_words_of_its_own() {
    let mut known = keys_of("en");
    known.extend(arguments("en"));
    let drawn = |path: &str| ["/views/", "/ui/", "/app.rs"].iter().any(|part| path.contains(part));
    let mut seen = 0;
    let mut found = Vec::new();
    for (path, code) in code() {
        let path = path.display().to_string().replace('\\', "/");
        if drawn(&path) {
            seen += 1;
            let short = path.rsplit("/src/").next().unwrap_or_default().to_owned();
            if !OF_THE_ARCHIVE.contains(&short.as_str()) {
                found.extend(strays(&short, &code, &known));
            }
        }
    }
    assert!(seen > 30, "only {seen} files were looked at");
    assert!(found.is_empty(), "texts that are in no locale file:\n{}", found.join("\n"));
}
