//! `address`: a door or a street by what one writes on a letter, out of the street maps that were imported.

use super::places::Addresses;
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{line, table},
    },
    failure::Failure,
    streets::AddressFound,
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Addresses.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Find a door or a street, e.g. "12 rue de la Gare, Monaco"; needs the street map of an imported .osm.pbf
    #[command(
        after_help = "JSON: {\"addresses\":[{\"name\",\"lat\",\"lon\",\"exact\"}]}; exact is false where the street is \
        known and the door is not"
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

impl Prints for Vec<AddressFound> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no such street is on a map that is here; import the .osm.pbf of the area\n".into();
        }
        let rows = self.iter().map(|found| {
            let (lat, lon) = (found.position.lat(), found.position.lon());
            vec![
                line(&found.name),
                format!("{lat:.6},{lon:.6}"),
                if found.exact { String::new() } else { "the street".into() },
            ]
        });
        table(rows.collect())
    }
    fn json(&self) -> Value {
        let one = |found: &AddressFound| {
            let at = found.position;
            json!({ "name": found.name, "lat": at.lat(), "lon": at.lon(), "exact": found.exact })
        };
        json!({ "addresses": self.iter().map(one).collect::<Vec<_>>() })
    }
}
