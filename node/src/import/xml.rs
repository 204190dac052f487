//! XML, tag by tag: nothing is held but the tag or text that was read last, and that is bounded.
//!
//! Entities that a file defines itself are not looked at, so that none can grow; a file is refused where its tags stand
//! deeper within one another than in any format that is read here.

use super::{
    FileFault, ImportError, RECORD_MAX,
    encoding::{self, Detected, TextReader},
    text,
};
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Tags within one another: folders of a map may lie a few dozen deep.
const DEPTH_MAX: usize = 256;
/// MiB of one tag or text at the most.
const MIB_MAX: u64 = (RECORD_MAX >> 20) as u64;

/// A file of it.
pub(super) struct Xml {
    reader: Reader<BufReader<TextReader>>,
    buffer: Vec<u8>,
    file: String,
    depth: usize,
}

/// What stands next.
pub(super) enum Step {
    Open(Tag),
    /// A piece of text: a letter that is written as an entity is a piece of its own.
    Text(String),
    /// The name of the tag, without its prefix.
    Close(String),
    End,
}

/// A tag that opens, also where it closes at once.
pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    /// Without its prefix.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.0.local_name().as_ref()).into_owned()
    }
    /// None: it is not said, or cannot be read.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut all = self.0.attributes();
        let found = all.with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name.as_bytes())?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    }
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.attribute(name)?.trim().parse().ok()
    }
    /// Bytes of all of it.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The encoding of a file.
pub(super) fn encoding_of(path: &Path, name: &str) -> Result<Detected, ImportError> {
    let io = |error: io::Error| ImportError::io(name, &error);
    encoding::detect(&mut File::open(path).map_err(io)?).map_err(io)
}

impl Xml {
    /// From its start.
    pub fn open(path: &Path, name: &str, detected: Detected) -> Result<Self, ImportError> {
        let file = File::open(path).map_err(|error| ImportError::io(name, &error))?;
        Self::of(file, name, detected)
    }

    /// The same of an open file.
    pub fn of(file: File, name: &str, detected: Detected) -> Result<Self, ImportError> {
        let text = TextReader::new(file, detected, false).map_err(|error| ImportError::io(name, &error))?;
        let mut reader = Reader::from_reader(BufReader::with_capacity(CHUNK, text));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, buffer: Vec::new(), file: name.to_owned(), depth: 0 })
    }

    /// Add to a text that is gathered from pieces; it is bounded as one piece is.
    pub fn gather(&self, all: &mut String, piece: &str) -> Result<(), ImportError> {
        if all.len().saturating_add(piece.len()) > RECORD_MAX {
            let at = format!("byte {}", self.reader.buffer_position());
            return Err(ImportError::broken(&self.file, at, FileFault::TextTooLong { mib: MIB_MAX }));
        }
        all.push_str(piece);
        Ok(())
    }

    /// Read on.
    pub fn next(&mut self) -> Result<Step, ImportError> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().get_mut().allow(RECORD_MAX);
            let at = self.reader.buffer_position();
            let broken = |file: &str, why: FileFault| ImportError::broken(file, format!("byte {at}"), why);
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event.into_owned(),
                Err(quick_xml::Error::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
                    return Err(broken(&self.file, FileFault::TagTooLong { mib: MIB_MAX }));
                }
                Err(quick_xml::Error::Io(error)) => return Err(ImportError::io(&self.file, &error)),
                Err(error) => {
                    let said = text::one_line(&error.to_string());
                    return Err(broken(&self.file, FileFault::NotXml { said }));
                }
            };
            return Ok(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        let max = DEPTH_MAX as u64;
                        return Err(broken(&self.file, FileFault::TagsTooDeep { max }));
                    }
                    Step::Open(Tag(tag))
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::Close(String::from_utf8_lossy(tag.local_name().as_ref()).into_owned())
                }
                Event::Text(text) => Step::Text(String::from_utf8_lossy(&text).into_owned()),
                Event::CData(text) => Step::Text(String::from_utf8_lossy(&text).into_owned()),
                Event::GeneralRef(entity) => {
                    // A number that is no letter is left out, as a name that is not known.
                    let letter = entity.resolve_char_ref().ok().flatten().map(String::from);
                    let name = String::from_utf8_lossy(&entity).into_owned();
                    Step::Text(
                        letter.or_else(|| resolve_predefined_entity(&name).map(str::to_owned)).unwrap_or_default(),
                    )
                }
                Event::Eof if self.depth > 0 => {
                    return Err(broken(&self.file, FileFault::CutInTags));
                }
                Event::Eof => Step::End,
                _ => continue,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;
    use crate::import::test_support::{cases, file};
    use proptest::prelude::*;

    fn steps(bytes: &[u8]) -> String {
        let (_folder, path) = file("a.xml", bytes);
        let mut xml = Xml::open(&path, "a.xml", encoding_of(&path, "a.xml").unwrap()).unwrap();
        let mut out = String::new();
        loop {
            match xml.next() {
                Ok(Step::Open(tag)) => out += &format!("<{} {}>", tag.name(), tag.attribute("k").unwrap_or_default()),
                Ok(Step::Text(text)) => out += &text,
                Ok(Step::Close(name)) => out += &format!("</{name}>"),
                Ok(Step::End) => return out,
                Err(error) => return out + &format!("! {error}"),
            }
        }
    }

    #[test]
    fn tags_texts_and_entities() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"yyy\">]><a:b k='1 &amp; &#233;'><!-- no -->\
                    A &lt; B &x;&#xe9;<![CDATA[<i>]]><c/></a:b>";
        assert_eq!(steps(text.as_bytes()), "<b 1 & é>A < B é<i><c ></c></b>");
        assert_eq!(steps(b"<a k='caf\xe9'/>"), "<a caf\u{e9}></a>", "of one byte a letter");
        let wide: Vec<u8> = "\u{feff}<a k='é'/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(steps(&wide), "<a é></a>");
    }

    #[test]
    fn what_is_no_xml_or_has_no_end() {
        for (text, words) in [
            ("<a><b>".to_owned(), "cut"),
            ("<a><b></a>".to_owned(), "cut or damaged"),
            ("<a k='".to_owned(), "cut or damaged"),
            ("<a>".repeat(10_000), "256 tags"),
            (format!("<a k='{}'/>", "x".repeat(9 << 20)), "8 MiB"),
            (format!("<a>{}</a>", "x".repeat(9 << 20)), "8 MiB"),
        ] {
            let got = steps(text.as_bytes());
            let (_, error) = got.rsplit_once("! ").unwrap_or_default();
            assert!(error.contains(words) && error.contains("a.xml") && error.len() < 400, "{words}: {error}");
        }
    }

    proptest! {
        #![proptest_config(cases(200))]
        #[test]
        fn any_text_ends(text in r#"(<a>|</a>|<b k='|'|"|/>|<!\[CDATA\[|\]\]>|&lt;|&#|;|<!--|-->|<\?|x| ){0,30}"#) {
            steps(text.as_bytes());
        }
    }
}
