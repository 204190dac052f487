//! What a Rust source names. Read as tokens, so that comments and texts do not count, macros do, and
//! `use std::{fs, net}` is seen as what it is.

use crate::{root, tracked};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;

/// Words that a path may follow, and does not go on from (`use ::tokio`).
const KEYWORDS: [&str; 8] = ["use", "return", "as", "in", "dyn", "impl", "mut", "else"];

/// A source of a crate.
pub struct Source {
    /// Where it lies within the crate.
    pub name: String,
    /// Every path that the product's part of it names: `std::fs::File`.
    pub paths: Vec<String>,
    /// Modules in files of their own that only tests have, as they would lie without their ending: `src/store/tests`.
    test_modules: Vec<String>,
}

impl Source {
    pub fn new(name: &str, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut source = Self { name: name.to_owned(), paths: Vec::new(), test_modules: Vec::new() };
        source.walk(tokens, "");
        source
    }
    /// Does it name this path, or something in it?
    pub fn names(&self, wanted: &str) -> bool {
        self.paths.iter().any(|path| path.strip_prefix(wanted).is_some_and(|r| r.is_empty() || r.starts_with("::")))
    }
    /// Does a path end in this, in or as one of some parents: `fs::rename`, `std::fs::OpenOptions::new`?
    pub fn calls_of(&self, parents: &[&str], wanted: &str) -> bool {
        self.paths.iter().any(|path| {
            let parts: Vec<&str> = path.split("::").collect();
            let at = |part: &&str| parents.contains(part);
            parts.windows(2).any(|pair| at(&pair[0]) && pair[1] == wanted)
                || (parents.contains(&wanted) && parts.contains(&wanted))
        })
    }
    /// Does the last part of a path say this: a function that is called, however it was brought in?
    pub fn calls(&self, wanted: &str) -> bool {
        self.paths.iter().any(|path| path.rsplit("::").next() == Some(wanted))
    }
}

/// The sources of a crate that become part of the product.
pub fn product(krate: &str) -> Vec<Source> {
    let found = without_tests(of(krate, |name| name.starts_with("src/")));
    assert!(!found.is_empty(), "{krate} has sources");
    found
}

/// Leave out the files of modules that only tests have.
fn without_tests(mut sources: Vec<Source>) -> Vec<Source> {
    let tests: Vec<String> = sources.iter().flat_map(|source| source.test_modules.clone()).collect();
    let is_of = |name: &str, module: &String| {
        name.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    sources.retain(|source| !tests.iter().any(|module| is_of(&source.name, module)));
    sources
}

/// The tracked sources of a crate whose path within it is wanted.
pub fn of(krate: &str, wanted: impl Fn(&str) -> bool) -> Vec<Source> {
    let prefix = format!("{krate}/");
    let names = tracked().into_iter().filter(|name| name.starts_with(&prefix) && name.ends_with(".rs"));
    names
        .filter(|name| wanted(&name[prefix.len()..]))
        .map(|name| Source::new(&name[prefix.len()..], &fs::read_to_string(root().join(&name)).unwrap()))
        .collect()
}

impl Source {
    /// Collect the paths of a stream; within `use a::{…}` each begins with `a`.
    fn walk(&mut self, stream: TokenStream, prefix: &str) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let punct =
            |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == wanted);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Punct(p) if p.as_char() == '#' && is_cfg_test(tokens.get(at)) => {
                    let length = item(&tokens[at..]);
                    self.test_modules.extend(self.module(&tokens[at..at + length]));
                    at += length;
                }
                TokenTree::Group(group) => self.walk(group.stream(), prefix),
                TokenTree::Ident(ident) => {
                    let mut path = if prefix.is_empty() { String::new() } else { format!("{prefix}::") };
                    path.push_str(&ident.to_string());
                    let goes_on = !KEYWORDS.contains(&path.as_str());
                    while goes_on && punct(at, ':') && punct(at + 1, ':') {
                        match tokens.get(at + 2) {
                            Some(TokenTree::Ident(next)) => path = format!("{path}::{next}"),
                            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                                self.walk(group.stream(), &path);
                            }
                            // `::*`, `::<T>`
                            _ => break,
                        }
                        at += 3;
                    }
                    self.paths.push(path);
                }
                _ => {}
            }
        }
    }
    /// Where the module lies that an item without a body declares.
    fn module(&self, item: &[TokenTree]) -> Option<String> {
        let [.., TokenTree::Ident(word), TokenTree::Ident(module), TokenTree::Punct(end)] = item else { return None };
        if word != "mod" || end.as_char() != ';' {
            return None;
        }
        let folder = self.name.strip_suffix(".rs")?;
        let folder = ["/mod", "/lib", "/main"].iter().find_map(|top| folder.strip_suffix(top)).unwrap_or(folder);
        Some(format!("{folder}/{module}"))
    }
}

fn is_cfg_test(token: Option<&TokenTree>) -> bool {
    token.is_some_and(|token| token.to_string().replace(' ', "") == "[cfg(test)]")
}

/// How many tokens an item has: it ends with its braces or a semicolon.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(p) => p.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1)
}

#[test]
fn what_a_source_names_is_found_however_it_is_written() {
    let source = Source::new(
        "src/lib.rs",
        r#"
        //! sled::open in words
        use std::{collections::BTreeMap, fs::{self, File}, net};
        use ::tokio::select;
        #[cfg(test)]
        mod tests { use libp2p::Swarm; }
        #[cfg(test)]
        #[path = "t.rs"]
        mod more;
        fn f(bobsled: &str) -> Vec<iroh::Id> {
            let text = "sled::Db // "; /* sled::Db */
            select! { x = tantivy::Index::open::<u8>("http://") => g(x).sleep() }
        }
        "#,
    );
    for named in
        ["std::fs", "std::fs::File", "std::net", "std::collections::BTreeMap", "tokio::select", "tantivy", "iroh"]
    {
        assert!(source.names(named), "{named}: {:?}", source.paths);
    }
    for unnamed in ["sled", "libp2p", "std::env", "std::f", "more"] {
        assert!(!source.names(unnamed), "{unnamed}: {:?}", source.paths);
    }
    assert!(source.calls("sleep") && source.calls("open") && !source.calls("block_on"));
}

#[test]
fn only_what_a_test_alone_compiles_is_left_out() {
    let names = |sources: Vec<Source>| without_tests(sources).into_iter().map(|source| source.name).collect::<Vec<_>>();
    let sources = vec![
        Source::new("src/lib.rs", "mod a; #[cfg(test)] mod probe; #[cfg(test)] use x;"),
        Source::new("src/probe.rs", ""),
        Source::new("src/probes.rs", ""),
        Source::new("src/a.rs", "#[cfg(test)]\npub(crate) mod tests; mod literals;"),
        Source::new("src/a/tests/mod.rs", ""),
        Source::new("src/a/tests/deep.rs", ""),
        Source::new("src/a/literals.rs", ""),
        Source::new("src/tests.rs", ""),
    ];
    assert_eq!(names(sources), ["src/lib.rs", "src/probes.rs", "src/a.rs", "src/a/literals.rs", "src/tests.rs"]);
}
