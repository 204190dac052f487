//! `address`: a door or a street by what one writes on a letter, out of the street maps that were imported.

use super::places::Addresses;
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{add, line, table},
    },
    failure::Failure,
    streets::found::{AddressFound, AddressesFound, with_remedy},
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Addresses.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Find a door or a street, e.g. "12 rue de la Gare, Monaco"; needs the street map of an imported .osm.pbf
    #[command(
        after_help = "JSON: {\"addresses\":[{\"sort\":\"address\",\"name\",\"lat\",\"lon\",\"exact\",\"beside\",\
        \"map\",\"credit\"}],\"maps\":[…],\"unread\":[[map,why]]}; exact is false where the street is known and the \
        door is not, beside true where it is the same number with another letter"
    )]
    Address {
        /// Number, street, town or postcode: what of it is known
        text: String,
        /// The most to show
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
}

impl Args {
    /// Run it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Address { text, limit } = self;
        Ok(Box::new(session.ask(Addresses { text, limit })?))
    }
}

/// A line of a list.
pub(crate) fn row(found: &AddressFound) -> Vec<String> {
    let (lat, lon) = (found.position.lat(), found.position.lon());
    let what = match (found.exact, found.beside) {
        (true, _) => "door",
        (false, true) => "beside",
        (false, false) => "street",
    };
    vec![
        "address".into(),
        what.into(),
        line(&found.name),
        format!("{lat:.6},{lon:.6}"),
        format!("map {}", line(&found.map)),
    ]
}

/// As JSON.
pub(crate) fn value(found: &AddressFound) -> Value {
    let at = found.position;
    json!({
        "sort": "address", "name": found.name, "lat": at.lat(), "lon": at.lon(), "exact": found.exact,
        "beside": found.beside, "map": found.map, "credit": found.credit,
    })
}

impl Prints for AddressesFound {
    fn text(&self) -> String {
        let mut out = table(self.found.iter().map(row).collect());
        let maps = self.maps.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
        if self.found.is_empty() {
            out.push_str(&match (self.maps.is_empty(), self.unread.is_empty()) {
                (true, true) => "no street map is here; import the .osm.pbf of the area\n".to_owned(),
                (true, false) => String::new(),
                (false, _) => format!("no street and no door of the street maps that are here is called so: {maps}\n"),
            });
        }
        for (map, why) in &self.unread {
            add(
                &mut out,
                format_args!(
                    "the addresses of the street map {} cannot be looked up: {}\n",
                    line(map),
                    with_remedy(why)
                ),
            );
        }
        out
    }
    fn json(&self) -> Value {
        json!({
            "addresses": self.found.iter().map(value).collect::<Vec<_>>(), "maps": self.maps, "unread": self.unread,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_where_nothing_is_found_is_true() {
        let said = |maps: &[&str], unread: &[&str]| {
            let maps = maps.iter().map(ToString::to_string).collect();
            let unread = unread.iter().map(|map| ((*map).to_owned(), "it is damaged".to_owned())).collect();
            AddressesFound { found: Vec::new(), maps, unread }.text()
        };
        assert!(said(&[], &[]).starts_with("no street map is here"));
        assert!(said(&["monaco"], &[]).ends_with("called so: monaco\n"));
        let only = said(&[], &["monaco"]);
        assert!(
            only.starts_with("the addresses of the street map monaco cannot be looked up: it is damaged"),
            "{only}"
        );
        assert_eq!(said(&["a"], &["b"]).lines().count(), 2);
    }
}
