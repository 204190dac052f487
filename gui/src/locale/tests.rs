#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
use super::*;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn files(under: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|held| held == extension) {
            found.push(path);
        }
    }
    found
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The texts of a language: each view's, and those that several share.
fn texts_of(lang: &str) -> Vec<(PathBuf, String)> {
    let own = files(&sources().join("views"), "ftl").into_iter().filter(|path| path.ends_with(format!("{lang}.ftl")));
    let all = own.chain([sources().join("locale").join(lang).join("shared.ftl")]);
    all.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Keys of a text; its lines that begin with a key.
fn keys_in(text: &str) -> impl Iterator<Item = &str> {
    let begins = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    begins.filter_map(|line| line.split_once(" =").map(|(key, _)| key))
}

/// Keys of a language, each once.
pub(super) fn keys_of(lang: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, text) in texts_of(lang) {
        for key in keys_in(&text) {
            assert!(keys.insert(key.to_owned()), "{key} twice in {lang}");
        }
    }
    keys
}

/// What is said elsewhere too does not lie in a view's folder, nor what one view says alone beside the others'.
#[test]
fn a_text_lies_with_the_view_that_says_it() {
    let views = sources().join("views");
    let folder_of = |path: &Path| {
        let within = path.strip_prefix(&views).ok()?;
        (within.components().count() > 1).then(|| within.components().next().unwrap().as_os_str().to_owned())
    };
    let code = code();
    for (file, text) in texts_of("en") {
        for key in keys_in(&text) {
            let quoted = format!("\"{key}\"");
            let users: BTreeSet<_> =
                code.iter().filter(|(_, code)| code.contains(&quoted)).map(|(path, _)| folder_of(path)).collect();
            let home = if let [one] = &*users.into_iter().collect::<Vec<_>>() { one.clone() } else { None };
            assert_eq!(folder_of(&file), home, "{key}, in {}", file.display());
        }
    }
}

/// In French no line ends before these signs, nor behind the first quotation mark.
#[test]
fn french_signs_hold_on_to_their_words() {
    for (file, text) in texts_of("fr") {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let loose = [" :", " ;", " ?", " !", " »", "« "].iter().find(|sign| line.contains(*sign));
            assert_eq!(loose, None, "{}: {line}", file.display());
        }
    }
}

/// Names of the arguments that a language's texts take.
pub(super) fn arguments(lang: &str) -> BTreeSet<String> {
    let all: String = texts_of(lang).into_iter().map(|(_, text)| text).collect();
    all.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect())
        .collect()
}

pub(super) fn code() -> Vec<(PathBuf, String)> {
    let is_test = |path: &PathBuf| path.ends_with("tests.rs") || path.ends_with("literals.rs");
    let paths = files(&sources(), "rs").into_iter().filter(|path| !is_test(path));
    paths.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_each_is_read() {
    let (fr, en) = (keys_of("fr"), keys_of("en"));
    assert!(en.len() > 100);
    assert_eq!(fr.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "only French");
    assert_eq!(en.difference(&fr).collect::<Vec<_>>(), Vec::<&String>::new(), "only English");
    let names = arguments("en");
    assert_eq!(names, arguments("fr"), "arguments of the texts");
    let args: Vec<_> = names.into_iter().map(|name| (&*name.leak(), Arg::Count(2))).collect();
    // The loader answers an unknown key with these words.
    for key in en {
        let key: &'static str = key.leak();
        for lang in Lang::ALL {
            let text = Texts { lang }.tr(key, &args);
            assert!(!text.starts_with("Unknown localization"), "{key} in {lang:?}: {text}");
        }
    }
}

#[test]
fn every_key_in_the_code_exists() {
    let keys = keys_of("en");
    for (path, code) in code() {
        for call in ["t(\"", "tr(\""] {
            for (at, _) in code.match_indices(call) {
                // Not the end of another name: "split(", "assert(".
                let before = code[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let rest = &code[at + call.len()..];
                let key = &rest[..rest.find('"').unwrap()];
                assert!(keys.contains(key), "{}: no text for \"{key}\"", path.display());
            }
        }
    }
}

#[test]
fn every_text_is_used() {
    let code: String = code().into_iter().map(|(_, code)| code).collect();
    let unused: Vec<_> = keys_of("en").into_iter().filter(|key| !code.contains(&format!("\"{key}\""))).collect();
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn keys_of_values_have_texts() {
    use crate::{logic::keys, views::PAGES};
    use communaut_node::api::{FailureCode, How, Why};
    use communaut_protocol::op::{Kind, Role};
    let mut all: Vec<&'static str> = Vec::new();
    all.extend(Kind::ALL.map(keys::kind));
    all.extend(Kind::ALL.map(keys::kinds));
    all.extend(PAGES.iter().map(|entry| entry.name));
    all.extend([Role::Member, Role::Contributor, Role::Moderator, Role::Leader].map(keys::role));
    let found = [How::Typed, How::Form, How::Meaning, How::Nearly];
    all.extend(found.into_iter().flat_map(|how| [Why::Name(how), Why::Text(how)]).map(keys::why));
    all.extend(
        [Why::Tag, Why::Kind, Why::OtherName, Why::Contact, Why::Distance(1), Why::Date, Why::Alphabetical]
            .map(keys::why),
    );
    all.extend(
        [
            FailureCode::Invalid,
            FailureCode::NotFound,
            FailureCode::NotAllowed,
            FailureCode::NoIdentity,
            FailureCode::AlreadyInitialised,
            FailureCode::Io,
            FailureCode::Busy,
            FailureCode::Stopped,
            FailureCode::Internal,
        ]
        .map(keys::failure),
    );
    let keys = keys_of("en");
    for key in all {
        assert!(keys.contains(key), "{key}");
    }
}

#[test]
fn plurals_and_arguments() {
    let en = Texts { lang: Lang::En };
    assert_eq!(en.tr("ago-minutes", &[("count", 1.into())]), "1 minute ago");
    assert_eq!(en.tr("ago-minutes", &[("count", 5.into())]), "5 minutes ago");
    let fr = Texts { lang: Lang::Fr };
    assert_eq!(fr.tr("first-here", &[("place", "Lyon".into())]), "Ici\u{a0}: Lyon");
    assert_eq!(Lang::of_tag("fr-CA"), Some(Lang::Fr));
    assert_eq!(Lang::of_tag("en_GB.UTF-8"), Some(Lang::En));
    assert_eq!(Lang::of_tag("de"), None);
}
