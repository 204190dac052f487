//! The fields of a record from the cells that speak of them: addresses, contacts, hours, texts.

use super::Said;
use crate::{
    import::{Reason, dates, hours, role::Role, text},
    other_names::{self, OtherName},
};
use communaut_protocol::limits::{FIELD_MAX, NAME_MAX};
use std::{borrow::Cow, collections::BTreeSet};

/// Digits that a phone number has at the least: where each part of a cell has so many, they are several numbers.
const PHONE_DIGITS_MIN: usize = 8;
/// Digits of a French number without its first zero.
const PHONE_WITHOUT_ZERO: usize = 9;
/// Phones, mails and sites beyond the first that a description takes.
const OTHERS_MAX: usize = 12;

/// An id as it is kept. What a spreadsheet has rounded ("4.83E+13") stands for many records, and is none.
pub(super) fn id(value: &str) -> String {
    let id = text::one_line(value);
    let rounded = id.contains(['E', 'e']) && id.contains('+') && id.replace(',', ".").parse::<f64>().is_ok();
    if rounded { String::new() } else { id }
}

/// Lists within one another that come apart: programs write two at the most, and each is read anew.
const LISTS_DEEP: usize = 4;
/// Values of one kind in one record that are compared with one another: people have fewer phones, names and addresses.
const VALUES_MAX: usize = 64;

/// A cell that holds a list in the writing of a program, as values with ";" between them: ["a","b"], {a,b}, a|b.
pub(super) fn list(value: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(value);
    // A list of lists comes apart as well.
    for _ in 0..LISTS_DEEP {
        let Some(inner) = unlisted(out.trim()) else { break };
        out = Cow::Owned(inner);
    }
    out
}

fn unlisted(trimmed: &str) -> Option<String> {
    if trimmed.starts_with('[') && trimmed.ends_with(']') {
        if let Ok(values) = serde_json::from_str::<Vec<String>>(trimmed) {
            return Some(values.join(";"));
        }
        if trimmed.contains('\'') {
            let inner = trimmed.trim_matches(['[', ']']).replace("', '", ";");
            return Some(inner.trim_matches('\'').to_owned());
        }
    }
    let inner = trimmed.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'))?;
    (!inner.contains(':')).then(|| inner.replace(',', ";").replace('"', ""))
}

/// How one reaches it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Contacts {
    pub phone: String,
    pub email: String,
    pub website: String,
    /// What is left when the first of each is taken.
    pub others: Vec<String>,
    /// Cells that hold none of what they are for.
    pub dropped: u64,
}

/// The first phone, mail and site that can be used; `zeros` counts numbers that got back their first zero.
pub(super) fn contacts(said: &Said, french: bool, zeros: &mut u64) -> Contacts {
    let mut contacts = Contacts::default();
    let mut all = Vec::new();
    for cell in said.all(Role::Phone) {
        if all.len() >= VALUES_MAX {
            break;
        }
        all.extend(phones(cell, french, zeros));
    }
    let emails = cells(said, Role::Email, emails, &mut contacts.dropped);
    let websites = cells(said, Role::Website, websites, &mut contacts.dropped);
    let mut told = BTreeSet::new();
    for (values, slot) in [(all, &mut contacts.phone), (emails, &mut contacts.email), (websites, &mut contacts.website)]
    {
        let mut values = values.into_iter().take(VALUES_MAX);
        *slot = values.next().unwrap_or_default();
        // What is longer than a field is no use to anybody, and costs a comparison its length.
        told.insert(plain(slot));
        for value in values.filter(|value| value.len() <= FIELD_MAX) {
            if contacts.others.len() < OTHERS_MAX && told.insert(plain(&value)) {
                contacts.others.push(value);
            }
        }
    }
    contacts
}

/// What is the same however it is written: "05 61 00", "0561-00"; with and without a last slash.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

fn cells(said: &Said, role: Role, read: fn(&str) -> Vec<String>, dropped: &mut u64) -> Vec<String> {
    let mut all = Vec::new();
    for cell in said.all(role) {
        if all.len() >= VALUES_MAX {
            break;
        }
        let found = read(&list(cell));
        *dropped += u64::from(found.is_empty());
        all.extend(found);
    }
    all
}

fn phones(cell: &str, french: bool, zeros: &mut u64) -> Vec<String> {
    let cell = list(cell);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let mut all = Vec::new();
    for part in cell.split([';', '|', '\n', '\r']) {
        if all.len() >= VALUES_MAX {
            break;
        }
        let marked = part.replace(" ou ", "\u{1f}").replace(" or ", "\u{1f}").replace(" et ", "\u{1f}");
        let marked = marked.replace(['/', ','], "\u{1f}").replace(" - ", "\u{1f}");
        let parts: Vec<&str> = marked.split('\u{1f}').collect();
        // "05 61 00 00 01/02" is one number and the end of another.
        if parts.iter().all(|part| digits(part) >= PHONE_DIGITS_MIN) {
            all.extend(parts.into_iter().take(VALUES_MAX).map(|part| phone(part, french, zeros)));
        } else {
            all.push(phone(part, french, zeros));
        }
    }
    // What a spreadsheet rounded ("4.93E+08") is no number any more.
    all.retain(|phone| digits(phone) >= 2 && !is_rounded(phone));
    all
}

fn is_rounded(phone: &str) -> bool {
    let phone = phone.to_ascii_lowercase();
    phone.contains("e+") && phone.replace(',', ".").parse::<f64>().is_ok()
}

fn phone(value: &str, french: bool, zeros: &mut u64) -> String {
    let line = text::one_line(&list(value));
    let line = line.strip_prefix("tel:").or_else(|| line.strip_prefix("Tel:")).unwrap_or(&line).trim().to_owned();
    let whole = whole_number(&line).unwrap_or(line);
    if !french || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole;
    }
    if whole.len() == PHONE_WITHOUT_ZERO && !whole.starts_with('0') {
        *zeros += 1;
        format!("0{whole}")
    } else if whole.len() == PHONE_WITHOUT_ZERO + 2 && whole.starts_with("33") {
        format!("+{whole}")
    } else {
        whole
    }
}

/// A number that a spreadsheet took for a quantity: "561000001.0", "3.3561000001E+10". None: it is as people write it.
fn whole_number(text: &str) -> Option<String> {
    let point = text.replace(',', ".");
    let looks = point.ends_with(".0") || point.contains("E+") || point.contains("e+");
    let digits = point.bytes().filter(u8::is_ascii_digit).count();
    // Rounded to a few digits, it is lost.
    let number = point.parse::<f64>().ok().filter(|n| looks && digits >= PHONE_DIGITS_MIN && n.fract() == 0.0)?;
    (1e6..1e15).contains(&number).then(|| format!("{number:.0}"))
}

fn emails(cell: &str) -> Vec<String> {
    let plain = cell.replace("(at)", "@").replace("[at]", "@").replace(" at ", "@").replace("mailto:", " ");
    let parts = plain.split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | ',' | '/' | '<' | '>' | '(' | ')'));
    let found = parts.map(text::one_line).filter(|part| is_email(part)).map(|part| part.trim_matches('.').to_owned());
    found.take(VALUES_MAX).collect()
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let named = name.chars().all(|c| c.is_alphanumeric() || ".!#$%&*+-=?^_~'".contains(c));
        !name.is_empty() && named && is_host(host.trim_matches('.'))
    })
}

/// "fabrique.example.org": letters, digits and hyphens, with a point between.
fn is_host(host: &str) -> bool {
    let mut labels = 0;
    let good = host.split('.').all(|label| {
        labels += 1;
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    });
    good && labels > 1
}

/// Sites that a client may open: of http and https, or a bare host.
fn websites(cell: &str) -> Vec<String> {
    // Copied out of a page's source.
    let line = text::lines(cell).replace("&amp;", "&");
    let marks = !line.contains("/#");
    let parts: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || marks && matches!(c, ';' | '|' | '<' | '>' | '#'))
        .map(|part| part.trim_matches([',', '(', ')']))
        .filter(|part| !part.is_empty())
        .take(VALUES_MAX)
        .collect();
    let alone = parts.len() == 1;
    let all = parts.into_iter().flat_map(|part| commas(part)).filter_map(|part| website(part, alone));
    all.take(VALUES_MAX).collect()
}

/// "https://a.fr,https://b.fr" are two; a comma may stand in an address too.
fn commas(part: &str) -> Vec<&str> {
    let pieces: Vec<&str> = part.split(',').collect();
    if pieces.iter().all(|piece| piece.starts_with("http") || piece.starts_with("www.")) { pieces } else { vec![part] }
}

/// None for a scheme that a client must not open; `alone`: nothing else stands in the cell.
fn website(url: &str, alone: bool) -> Option<String> {
    match url.split_once(':') {
        Some((scheme, rest)) if !scheme.contains(['.', '/']) => {
            let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            (known && rest.len() > 2 && rest.starts_with("//")).then(|| url.to_owned())
        }
        _ => {
            let host = url.split(['/', '?', '#', ':']).next().unwrap_or_default();
            (is_host(host) && (alone || host.starts_with("www."))).then(|| url.to_owned())
        }
    }
}

/// A postcode without what programs and post offices add: "1000.0", "F-69001", "69 001".
pub(in crate::import) fn postcode(value: &str) -> String {
    let line = text::one_line(value);
    let line = line.strip_suffix(".0").or_else(|| line.strip_suffix(",0")).unwrap_or(&line);
    let line = ["F-", "FR-", "f-"].iter().find_map(|start| line.strip_prefix(start)).unwrap_or(line);
    let joined: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    if joined.len() == 5 && joined.bytes().all(|byte| byte.is_ascii_digit()) { joined } else { line.to_owned() }
}

/// The postcode as France writes it, with the zero that a spreadsheet takes away.
pub(in crate::import) fn with_zero(postcode: String, french: bool, zeros: &mut u64) -> String {
    if french && postcode.len() == 4 && postcode.bytes().all(|byte| byte.is_ascii_digit()) {
        *zeros += 1;
        return format!("0{postcode}");
    }
    postcode
}

/// House and street from columns of their own.
pub(super) fn street(said: &Said) -> String {
    let line = |role| text::one_line(said.first(role));
    let number = line(Role::HouseNumber);
    let number = number.strip_suffix(".0").unwrap_or(&number).to_owned();
    let (kind, street) = (line(Role::StreetKind), line(Role::Street));
    let kind = if begins(&street, &kind) { String::new() } else { kind };
    if street.is_empty() {
        return String::new();
    }
    // 0 and 99999: the registers' way to say that there is none.
    let number = if matches!(number.as_str(), "0" | "99999" | "9999") { String::new() } else { number };
    let suffix = if number.is_empty() { String::new() } else { line(Role::HouseSuffix) };
    [number, suffix, kind, street].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

fn begins(text: &str, part: &str) -> bool {
    text.to_lowercase().starts_with(&part.to_lowercase())
}

/// Words that say that something is there no longer, or does not work, as [`text::header_key`] makes them.
const GONE: &[&str] = &[
    "supprime",
    "horsservice",
    "absentmomentanement",
    "fermedefinitivement",
    "fermeturedefinitive",
    "demonte",
    "depose",
    "retire",
    "detruit",
    "dissous",
    "dissoute",
    "radie",
    "cesse",
    "abandonne",
    "closedpermanently",
    "permanentlyclosed",
    "outofservice",
    "removed",
];
/// What registers write in a column of state for what has closed: Sirene's F, and C of its units.
const GONE_SIGNS: &[&str] = &["F", "C"];
/// A date that registers write for none.
const NEVER: &str = "0001";

/// Why a record is left out: by its own words it is there no longer. None: it is.
pub(super) fn gone(said: &Said) -> Option<Reason> {
    let is_gone = |value: &&str| {
        let key = text::header_key(value);
        let dated = dates::read(value, dates::Order::DayFirst).is_some_and(|read| read.start.is_some());
        GONE.iter().any(|word| key.starts_with(word)) || dated && !value.trim().starts_with(NEVER)
    };
    let sign = || said.all(Role::Sign).find(|value| GONE_SIGNS.contains(&value.trim()));
    let value = said.all(Role::State).find(is_gone).or_else(sign)?;
    Some(Reason::Gone { said: text::shown(value) })
}

/// What something is, as people write it: "BORNE_FONTAINE" is "Borne fontaine". Empty: a code.
pub(super) fn what(value: &str) -> String {
    let plain = text::one_line(&value.replace('_', " "));
    let first = plain.split([';', '|', ',']).next().unwrap_or_default().trim();
    let is_code =
        !first.chars().any(char::is_alphabetic) || first.len() <= 4 && first.contains(|c: char| c.is_ascii_digit());
    if is_code {
        return String::new();
    }
    let lower = if first.chars().any(char::is_lowercase) { first.to_owned() } else { first.to_lowercase() };
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |one| one.to_uppercase().chain(letters).collect())
}

/// Where something is, in a few words: what is said of the spot, or its street, or its address.
pub(super) fn spot(said: &Said) -> String {
    let words = said.all(Role::Location).filter(|words| crate::import::coords::both(words, false).is_err());
    let words = words.map(text::one_line).find(|words| words.chars().any(char::is_alphabetic));
    let address = || said.all(Role::Address).map(text::one_line).find(|address| !address.is_empty());
    let street = || Some(street(said)).filter(|street| !street.is_empty());
    words.or_else(street).or_else(address).unwrap_or_default()
}

/// The days and the hours of a register, in its own few words: "{lundi,mardi}" and "{24h/24}".
fn of_register(said: &Said) -> Option<String> {
    let plain = |role| list(said.first(role)).replace([';', '|'], ", ");
    let (days, times) = (plain(Role::OpenDays), plain(Role::OpenTimes));
    if days.trim().is_empty() && times.trim().is_empty() {
        return None;
    }
    // What happens there now and then says nothing of a day.
    let kept: Vec<&str> = days.split(',').map(str::trim).filter(|day| !day.starts_with(['é', 'e'])).collect();
    let whole = hours::normal(&format!("{} {times}", kept.join(", ")));
    whole.or_else(|| {
        // "heures ouvrables": which ones is not said.
        let days = hours::normal(&format!("{} 00:00-24:00", kept.join(", ")))?;
        let days = days.strip_suffix(" 00:00-24:00").map(str::to_owned);
        let days = days.filter(|days| !days.contains(':')).unwrap_or_default();
        Some(format!("{days} \"{}\"", text::one_line(&times).replace('"', "'")).trim().to_owned())
    })
}

pub(super) fn address(said: &Said, french: bool, zeros: &mut u64) -> String {
    let line = |role| text::one_line(said.first(role));
    let street = match said.all(Role::Address).next() {
        // All that a person has named, or the one that was recognised first.
        Some(_) => {
            let mut parts: Vec<String> = Vec::new();
            for part in said.all(Role::Address).take(VALUES_MAX).map(text::one_line) {
                if !parts.iter().any(|have| contains(have, &part)) {
                    parts.push(part);
                }
            }
            parts.join(", ")
        }
        None => street(said),
    };
    let postcode = with_zero(postcode(said.first(Role::Postcode)), french, zeros);
    let city = text::one_line(&said.first(Role::City).replace('#', " "));
    let town = if begins(&city, &postcode) { city } else { [postcode.as_str(), &city].join(" ").trim().to_owned() };
    let mut parts = vec![street];
    // Words where coordinates were hoped for say where it is.
    let words = said.all(Role::Location).filter(|words| crate::import::coords::both(words, false).is_err());
    for part in [line(Role::AddressMore)].into_iter().chain(words.take(VALUES_MAX).map(text::one_line)).chain([town]) {
        let said_already = parts.iter().any(|have| {
            contains(have, &part) || !postcode.is_empty() && part.starts_with(&postcode) && contains(have, &postcode)
        });
        if !said_already {
            parts.push(part);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

pub(super) fn opening_hours(said: &Said) -> String {
    let mut days = [None; 7];
    for (role, _, value) in said.values.iter().rev() {
        if let Role::Day(day) = role
            && let Some(slot) = days.get_mut(usize::from(*day))
        {
            *slot = Some(value.as_str());
        }
    }
    match said.first(Role::Hours) {
        "" => of_register(said).unwrap_or_else(|| text::one_line(&hours::week(&days))),
        said => hours::normal(said).map_or_else(|| text::one_line(said), |hours| text::one_line(&hours)),
    }
}

/// `others`: phones, mails and sites beyond the first.
pub(super) fn description(said: &Said, name: &str, others: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in said.all(Role::Description).take(VALUES_MAX).map(text::lines) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let powers = said.all(Role::Power).take(1).filter(|power| power.replace(',', ".").parse::<f64>().is_ok());
    parts.extend(powers.map(|power| format!("{} kW", text::one_line(power))));
    // Other names, on a line of their own: worth finding it by.
    let mut names: Vec<OtherName> = Vec::new();
    // "alt_name=A;B".
    let also = said.all(Role::AlsoKnown).flat_map(|also| also.split(';'));
    let also = also.chain(said.all(Role::Name)).map(|name| (String::new(), name));
    let in_languages = said.names_in().map(|(language, name)| (language.code(), name));
    for (language, other) in also.take(VALUES_MAX).chain(in_languages.take(VALUES_MAX)) {
        let other = text::one_line(other);
        let known =
            names.iter().any(|have| have.name == other && (have.language.is_empty() || have.language == language));
        // Called so in a language too: that is told of none but the others.
        if !other.is_empty() && other.to_lowercase() != name.to_lowercase() && !known && other.len() <= NAME_MAX {
            names.push(OtherName { name: other, language });
        }
    }
    // Last, where they are known for names.
    parts.push(others.join(" · "));
    parts.push(other_names::line(names));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

#[cfg(test)]
mod tests;
