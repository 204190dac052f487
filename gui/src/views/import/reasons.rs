//! Why a record was left out, or the reading of a file has ended, in the reader's language.

use super::{fault_keys, reason_keys};
use crate::{locale::Texts, logic::format, views::ViewContext};
use communaut_node::api::{Failure, FileFault, Format, ImportError, Reason, ReasonPart};

/// A reason as a sentence.
pub(super) fn text(texts: Texts, reason: &Reason) -> String {
    said(texts, reason_keys::reason(reason), reason.names())
}

/// A text with what it names.
fn said(texts: Texts, key: &'static str, names: Vec<(&'static str, ReasonPart<'_>)>) -> String {
    let names = names.into_iter().map(|(name, named)| {
        let said = match named {
            ReasonPart::Text(at) if name == "at" => format::in_file(texts, at),
            ReasonPart::Text(said) => said.to_owned(),
            // A name, not so many.
            ReasonPart::Number(number) if name == "epsg" => number.to_string(),
            ReasonPart::Number(number) => format::number(texts, number),
            ReasonPart::Format(format) => format_name(texts, format),
            ReasonPart::Fault(inner) => fault(texts, inner),
            // It goes on within another sentence.
            ReasonPart::Reason(inner) => small(&text(texts, inner)),
        };
        (name, said.into())
    });
    texts.tr(key, &names.collect::<Vec<_>>())
}

/// With a small first letter, unless the word is written in capitals.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    let is_word = letters.clone().next().is_some_and(|second| !second.is_uppercase());
    match first {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// What ended it, as a sentence.
pub(super) fn end(texts: Texts, error: &ImportError) -> String {
    said(texts, fault_keys::end(error), error.names())
}

/// A request that failed: in the reader's language where a file is the reason.
pub(super) fn failure(cx: &ViewContext<'_>, failure: &Failure) -> String {
    failure.reason.as_ref().map_or_else(|| cx.failure(failure), |reason| end(cx.texts, reason))
}

/// What is wrong with a file.
fn fault(texts: Texts, fault: &FileFault) -> String {
    said(texts, fault_keys::fault(fault), fault.names())
}

/// What a format is called.
fn format_name(texts: Texts, format: Format) -> String {
    match format {
        Format::Overpass => texts.t("import-format-overpass"),
        Format::GeoJsonLines => texts.t("import-format-lines"),
        Format::Communecter => texts.t("import-format-communecter"),
        Format::Wikidata => texts.t("import-format-wikidata"),
        Format::Murmurations => texts.t("import-format-murmurations"),
        Format::JsonLd => texts.t("import-format-json-ld"),
        named => named.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    const FR: Texts = Texts { lang: Lang::Fr };

    /// Holds that a text exists in both languages, each with all that it names.
    fn is_said(of: &dyn std::fmt::Debug, key: &'static str, names: &[(&'static str, ReasonPart<'_>)]) {
        let said = Lang::ALL.map(|lang| {
            let marks: Vec<_> = names.iter().map(|(name, _)| (*name, format!("<{name}>").into())).collect();
            let said = Texts { lang }.tr(key, &marks);
            for (name, _) in names {
                assert!(said.contains(&format!("<{name}>")), "{of:?} in {lang:?} does not say {name}: {said}");
            }
            said
        });
        assert!(said.iter().all(|said| !said.starts_with("Unknown localization")), "{of:?}: {said:?}");
        assert_ne!(said[0], said[1], "{of:?} is the same in both");
    }

    #[test]
    fn every_reason_is_said_in_both_languages_with_all_that_it_names() {
        for reason in Reason::all() {
            is_said(&reason, reason_keys::reason(&reason), &reason.names());
        }
    }

    #[test]
    fn what_is_wrong_inside_goes_on_in_the_sentence() {
        let why = Box::new(Reason::NoCoordinates);
        let reason = Reason::CommuneUnknown { why, commune: "69 Lyo".into() };
        let fr = text(Texts { lang: Lang::Fr }, &reason);
        assert_eq!(fr, "pas de coordonnées, et «\u{a0}69 Lyo\u{a0}» ne désigne pas une seule commune connue");
    }

    #[test]
    fn every_end_and_fault_is_said_in_both_languages_with_all_that_it_names() {
        for error in ImportError::all() {
            is_said(&error, fault_keys::end(&error), &error.names());
        }
        for fault in FileFault::all() {
            is_said(&fault, fault_keys::fault(&fault), &fault.names());
        }
    }

    #[test]
    fn what_is_wrong_goes_on_in_the_sentence() {
        let (file, at) = ("a.csv".to_owned(), "line 12".to_owned());
        let why = Box::new(Reason::ColumnsOther { found: 2, named: 3 });
        let error = ImportError::Broken { file: file.clone(), at, why: FileFault::LastRow { why } };
        assert_eq!(
            end(FR, &error),
            "«\u{a0}a.csv\u{a0}» est abîmé (ligne 12)\u{a0}: la dernière ligne est incomplète (2 colonnes, alors que \
             la première ligne en nomme 3), le fichier est coupé"
        );
        let why = FileFault::OtherThanNamed { said: Format::GeoJsonLines, found: Format::Wikidata };
        assert_eq!(
            end(FR, &ImportError::Unusable { file: file.clone(), why }),
            "«\u{a0}a.csv\u{a0}» porte le nom d’un fichier GeoJSON ligne par ligne, mais contient autre chose (JSON de \
             Wikidata)\u{a0}: donnez-lui son vrai nom"
        );
        let missing = ImportError::Unread { file, why: FileFault::Missing };
        assert_eq!(end(FR, &missing), "Impossible de lire «\u{a0}a.csv\u{a0}»\u{a0}: ce fichier n’existe pas");
    }
}
