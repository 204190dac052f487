//! No circles: within a crate the files that name each other stand in an order, so that each can be read, tested and
//! replaced with those below it alone. A folder and what lies in it count as one: neither is in a circle with the
//! other.

use crate::{
    none,
    source::{Source, product},
};
use std::collections::{BTreeMap, BTreeSet};

/// A file as a module: `src/a/mod.rs` and `src/a.rs` are `a`, the crate's root is empty.
fn module(name: &str) -> Vec<&str> {
    let path = name.strip_prefix("src/").unwrap_or(name);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts: Vec<&str> = path.split('/').collect();
    if ["mod", "lib", "main"].contains(parts.last().unwrap_or(&"")) {
        parts.pop();
    }
    parts
}

/// The file that a path leads to, named from a file: the deepest module on the way.
fn leads_to(path: &str, from: &[&str], modules: &BTreeSet<String>) -> Option<String> {
    let mut parts = path.split("::").peekable();
    let mut at: Vec<&str> = match *parts.peek()? {
        "crate" => {
            parts.next();
            Vec::new()
        }
        "super" => {
            let mut above = from.to_vec();
            while parts.next_if_eq(&"super").is_some() {
                above.pop();
            }
            above
        }
        _ => return None,
    };
    for part in parts {
        at.push(part);
        if !modules.contains(&at.join("::")) {
            at.pop();
            break;
        }
    }
    Some(at.join("::"))
}

/// Without those that only begin others: `crate::a` of `use crate::a::{b, c}`.
fn whole(paths: &[String]) -> impl Iterator<Item = &String> {
    let sorted: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    let begins = move |path: &String| {
        let after = format!("{path}::");
        sorted.range(after.as_str()..).next().is_some_and(|next| next.starts_with(&after))
    };
    paths.iter().filter(move |path| !begins(path))
}

/// Which file names which, one above or below the other apart.
fn named(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<String> = sources.iter().map(|source| module(&source.name).join("::")).collect();
    let within = |inner: &str, outer: &str| {
        outer.is_empty() || inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"))
    };
    let of = |source: &Source| {
        let from = module(&source.name);
        let here = from.join("::");
        let there = whole(&source.paths).filter_map(|path| leads_to(path, &from, &modules));
        let there: BTreeSet<String> = there.filter(|there| !within(there, &here) && !within(&here, there)).collect();
        (here, there)
    };
    sources.iter().map(of).collect()
}

/// All files that a file reaches.
fn reached<'a>(from: &'a str, named: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        let next = named.get(at).into_iter().flatten().map(String::as_str);
        open.extend(next.filter(|next| found.insert(*next)));
    }
    found
}

/// The files that reach themselves.
fn in_circles(sources: &[Source]) -> Vec<String> {
    let named = named(sources);
    named.keys().filter(|file| reached(file, &named).contains(file.as_str())).cloned().collect()
}

#[test]
fn no_file_is_in_a_circle() {
    let mut broken = Vec::new();
    for krate in ["protocol", "node", "gui"] {
        let found = in_circles(&product(krate));
        broken.extend(found.iter().map(|file| format!("{krate}: {file} is in a circle")));
    }
    none(&broken, "move what both need below both, or hand it in");
}

#[test]
fn circles_are_found_however_long_and_however_they_are_written() {
    let sources = [
        Source::new("src/lib.rs", "mod a; mod b; mod c; mod d; use a::A;"),
        Source::new("src/a.rs", "use crate::{b::{self, B}, d};"),
        Source::new("src/b/mod.rs", "mod inner; fn f() -> super::c::C { inner::g() }"),
        Source::new("src/b/inner.rs", "use super::B; fn g() -> super::super::d::D {}"),
        Source::new("src/c.rs", "use crate::a::A; use crate::Root;"),
        Source::new("src/d.rs", "use std::fs; // use crate::a::A;"),
    ];
    assert_eq!(in_circles(&sources), ["a", "b", "c"]);
    assert_eq!(in_circles(&sources[..4]), [""; 0]);
}
