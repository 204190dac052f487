//! Whether the axes of one record are swapped, by its address: the file lies where it should, this record does not.
//!
//! Not every address is looked up, since that takes longer than all else about a record. The rule, so that it can be
//! explained: the first addresses are, and after them that of a record which does not lie among the records before it,
//! or would lie among them with its axes swapped. Once a record was found to be swapped, every address is.

use super::{address::metres, coords, geometry::LatLon, swapped::Squares};

/// Metres from its address within which a record lies, when the address is to show that its axes are swapped.
const BY_ITS_ADDRESS_M: f64 = 40_000.0;
/// Metres from its address beyond which a record cannot lie.
const FAR_FROM_ITS_ADDRESS_M: f64 = 400_000.0;
/// Degrees between latitude and longitude, at the least, of a record that lies elsewhere when they are swapped.
const APART: f64 = 1.0;
/// Addresses of a file that are looked up in any case: by then there are others to lie among, and a file most of which
/// is swapped has shown it.
const LOOKED_FIRST: u32 = 100;
/// A record lies among the others if so many times more of them are around it than around its place with axes swapped.
const AMONG: u64 = 10;

/// What is known of one file so far.
#[derive(Debug, Default)]
pub(super) struct Axes {
    squares: Squares,
    looked: u32,
    found: bool,
}

impl Axes {
    /// The place of a record whose axes are swapped; none: it lies where it says. `home`: looks up its address.
    pub fn turned(&mut self, place: LatLon, home: impl FnOnce() -> Option<LatLon>) -> Option<LatLon> {
        let other = (place.1, place.0);
        let turned = (self.is_doubtful(place, other) && is_turned(place, other, home())).then_some(other);
        self.found |= turned.is_some();
        if let Ok(at) = coords::position(turned.unwrap_or(place)) {
            self.squares.add(at);
        }
        turned
    }

    /// Whether the record's address has to be looked up.
    fn is_doubtful(&mut self, place: LatLon, turned: LatLon) -> bool {
        if (place.0 - place.1).abs() < APART {
            return false;
        }
        let (here, there) = match (coords::position(place), coords::position(turned)) {
            (_, Err(_)) => return false,
            (Err(_), Ok(_)) => return true,
            (Ok(here), Ok(there)) => (self.squares.around(here), self.squares.around(there)),
        };
        let first = self.looked < LOOKED_FIRST;
        self.looked += u32::from(first);
        first || self.found || here <= there.saturating_mul(AMONG)
    }
}

fn is_turned(place: LatLon, turned: LatLon, home: Option<LatLon>) -> bool {
    home.is_some_and(|home| {
        metres(turned, home).is_some_and(|metres| metres < BY_ITS_ADDRESS_M)
            && metres(place, home).is_none_or(|metres| metres > FAR_FROM_ITS_ADDRESS_M)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LYON: LatLon = (45.764, 4.835_7);
    const TURNED: LatLon = (4.835_7, 45.764);

    /// Of records, each with where its address lies: the places that come out, and how many addresses were looked up.
    fn read(records: impl IntoIterator<Item = (LatLon, LatLon)>) -> (Vec<LatLon>, usize) {
        let (mut axes, mut looked) = (Axes::default(), 0);
        let places = records.into_iter().map(|(place, home)| {
            let turned = axes.turned(place, || {
                looked += 1;
                Some(home)
            });
            turned.unwrap_or(place)
        });
        (places.collect(), looked)
    }

    #[test]
    fn a_file_in_order_has_its_first_addresses_looked_up() {
        let (places, looked) = read((0..5_000).map(|_| (LYON, LYON)));
        assert_eq!((places, looked), (vec![LYON; 5_000], LOOKED_FIRST as usize));
    }

    #[test]
    fn a_record_apart_from_the_others_is_looked_at_wherever_it_stands() {
        let at = [150, 4_000];
        let (places, _) = read((0..5_000).map(|number| (if at.contains(&number) { TURNED } else { LYON }, LYON)));
        assert_eq!(places, vec![LYON; 5_000]);
        // As it was meant: far from the others, by its address.
        let reunion = (-21.1, 55.5);
        let (places, looked) =
            read((0..500).map(|number| if number == 300 { (reunion, reunion) } else { (LYON, LYON) }));
        assert_eq!((places.get(300), looked), (Some(&reunion), LOOKED_FIRST as usize + 1));
    }

    #[test]
    fn where_most_are_swapped_all_are_looked_at() {
        let (places, looked) = read((0..5_000).map(|number| (if number % 20 == 7 { LYON } else { TURNED }, LYON)));
        assert_eq!((places, looked), (vec![LYON; 5_000], 5_000));
    }

    #[test]
    fn what_cannot_be_or_cannot_be_swapped() {
        // No latitude, whatever its neighbours.
        let noumea = (-22.27, 166.44);
        let (places, looked) =
            read((0..300).map(|number| (if number < 299 { noumea } else { (166.44, -22.27) }, noumea)));
        assert_eq!((places, looked), (vec![noumea; 300], 1));
        // Too near to its place with axes swapped, or nowhere.
        for place in [(44.9, 45.1), (0.0, 0.0), (200.0, 300.0)] {
            assert_eq!(read([(place, LYON)]), (vec![place], 0));
        }
    }
}
