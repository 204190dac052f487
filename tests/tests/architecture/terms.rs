//! One term for one meaning: a public type's name stands once. Those that stand twice are in GLOSSARY.md, with what
//! each means. And views are known to the application by their tables alone.

use crate::{none, root, source::product};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Where each public type of the product is defined, by its name.
fn types() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for krate in ["protocol", "node", "gui"] {
        for source in product(krate).iter().filter(|source| !source.name.contains("/fixture/")) {
            let text = fs::read_to_string(root().join(krate).join(&source.name)).unwrap();
            for name in text.lines().filter_map(|line| defined(line.trim_start())) {
                found.entry(name).or_default().insert(format!("{krate}/{}", source.name));
            }
        }
    }
    found
}

/// The public type that a line defines.
fn defined(line: &str) -> Option<String> {
    let rest = line.strip_prefix("pub ")?;
    let kinds = ["struct ", "enum ", "trait ", "type "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    name.starts_with(char::is_uppercase).then_some(name)
}

/// Names that GLOSSARY.md says to stand twice: lines "- `Name`: …" below its heading.
fn known() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("GLOSSARY.md")).unwrap();
    let section = text.split("## Names of types that stand twice").nth(1).unwrap();
    let names = section.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next());
    names.map(str::to_owned).collect()
}

#[test]
fn a_name_of_a_public_type_stands_once_or_the_glossary_says_what_each_means() {
    let (types, known) = (types(), known());
    assert!(types.len() > 300, "{} types: are the sources read?", types.len());
    let twice: BTreeSet<&String> = types.iter().filter(|(_, places)| places.len() > 1).map(|(name, _)| name).collect();
    let new = twice.iter().filter(|name| !known.contains(**name));
    let mut broken: Vec<String> = new.map(|name| format!("{name}: {:?}", types[*name])).collect();
    let over = known.iter().filter(|name| !twice.contains(name));
    broken.extend(over.map(|name| format!("{name} stands once: take it off GLOSSARY.md")));
    none(&broken, "one term for one meaning: give one of them its own name");
}

#[test]
fn types_are_found_however_they_are_written() {
    let found = |line: &str| defined(line);
    assert_eq!(found("pub struct Club<'a> {").as_deref(), Some("Club"));
    assert_eq!(found("pub type LinkKey = (A, B);").as_deref(), Some("LinkKey"));
    assert_eq!((found("pub(crate) struct Core {"), found("pub fn f() {"), found("struct A;")), (None, None, None));
}

/// Views may leave memory one day: who draws asks for what it draws (`gui/src/logic/reading.rs`).
#[test]
fn the_window_holds_no_maps_of_the_replica() {
    let sources = product("gui");
    assert!(sources.iter().any(|source| source.name.contains("/fixture/") && source.names("Snapshot")));
    let window = sources.iter().filter(|source| !source.name.contains("/fixture/"));
    let broken: Vec<String> =
        window.filter(|source| source.names("Snapshot")).map(|source| source.name.clone()).collect();
    none(&broken, "these read the replica themselves: let them send a request");
}

/// The application draws, tells and closes views by their tables (`gui/src/views/pages.rs`).
#[test]
fn the_application_knows_no_view_by_name() {
    let files = fs::read_dir(root().join("gui/src/app")).unwrap().map(|item| item.unwrap().path());
    let text: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let folder = fs::read_dir(root().join("gui/src/views")).unwrap().map(|item| item.unwrap());
    let views = folder.filter(|item| item.path().is_dir()).map(|item| item.file_name().into_string().unwrap());
    let views: Vec<String> = views.filter(|name| name != "mishap").collect();
    assert!(views.len() > 15, "{views:?}");
    let text: String = text.split_whitespace().collect();
    let named =
        |name: &String| [format!("views.{name}."), format!("views::{name}")].iter().any(|way| text.contains(way));
    let broken: Vec<String> = views.into_iter().filter(named).collect();
    none(&broken, "gui/src/app/ names these views: let them be told by an Action, or stand in a table");
}
