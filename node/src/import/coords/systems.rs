//! Map projections that files of territories come in, and the way back to degrees.

use proj4rs::{Proj, adaptors::transform_xy};
use std::{collections::HashMap, sync::LazyLock};

/// A system of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::import) struct System(u32);

/// What a system is for: metres in the box (west, south, east, north) lie where it is used.
struct Known {
    code: u32,
    name: &'static str,
    /// Of the numbers; where they lie outside, the file is in another system. None: only where a file says so.
    metres: Option<[f64; 4]>,
    /// Countries in which it is used; none: anywhere.
    countries: &'static [&'static str],
    definition: &'static str,
}

const WEB_MERCATOR: u32 = 3_857;
const DEGREES: u32 = 4_326;

const fn known(
    code: u32,
    name: &'static str,
    metres: Option<[f64; 4]>,
    countries: &'static [&'static str],
    definition: &'static str,
) -> Known {
    Known { code, name, metres, countries, definition }
}

/// Those that have one definition each, the most usual first. Conic zones and UTM follow a rule, below.
const SYSTEMS: &[Known] = &[
    known(
        2_154,
        "Lambert-93",
        Some([80_000.0, 6_030_000.0, 1_260_000.0, 7_130_000.0]),
        &["FR"],
        "+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80",
    ),
    known(
        WEB_MERCATOR,
        "Web Mercator",
        // Of Europe and what belongs to it overseas; the numbers alone say little.
        Some([-7_100_000.0, -2_600_000.0, 6_300_000.0, 8_700_000.0]),
        &[],
        "+proj=merc +a=6378137 +b=6378137",
    ),
    known(
        27_572,
        "Lambert II étendu",
        Some([45_000.0, 1_610_000.0, 1_210_000.0, 2_710_000.0]),
        &["FR"],
        "+proj=lcc +lat_1=46.8 +lat_0=46.8 +lon_0=0 +k_0=0.99987742 +x_0=600000 +y_0=2200000 +a=6378249.2 \
         +b=6356515 +towgs84=-168,-60,320,0,0,0,0 +pm=paris",
    ),
    known(
        5_490,
        "UTM 20N (Guadeloupe, Martinique)",
        Some([480_000.0, 1_580_000.0, 760_000.0, 2_010_000.0]),
        &["GP", "MQ", "BL", "MF"],
        "+proj=utm +zone=20 +ellps=GRS80",
    ),
    known(
        2_972,
        "UTM 22N (Guyane)",
        Some([90_000.0, 220_000.0, 470_000.0, 650_000.0]),
        &["GF"],
        "+proj=utm +zone=22 +ellps=GRS80",
    ),
    known(
        2_975,
        "UTM 40S (La Réunion)",
        Some([310_000.0, 7_630_000.0, 385_000.0, 7_695_000.0]),
        &["RE"],
        "+proj=utm +zone=40 +south +ellps=GRS80",
    ),
    known(
        4_471,
        "UTM 38S (Mayotte)",
        Some([495_000.0, 8_555_000.0, 545_000.0, 8_620_000.0]),
        &["YT"],
        "+proj=utm +zone=38 +south +ellps=GRS80",
    ),
    known(
        4_467,
        "UTM 21N (Saint-Pierre-et-Miquelon)",
        Some([530_000.0, 5_160_000.0, 590_000.0, 5_230_000.0]),
        &["PM"],
        "+proj=utm +zone=21 +ellps=GRS80",
    ),
    known(4_559, "UTM 20N (Antilles)", None, &[], "+proj=utm +zone=20 +ellps=GRS80"),
    known(
        2_056,
        "Swiss LV95",
        Some([2_480_000.0, 1_070_000.0, 2_840_000.0, 1_300_000.0]),
        &["CH", "LI"],
        "+proj=somerc +lat_0=46.9524055555556 +lon_0=7.43958333333333 +k_0=1 +x_0=2600000 +y_0=1200000 \
         +ellps=bessel +towgs84=674.374,15.056,405.346,0,0,0,0",
    ),
    known(
        31_370,
        "Belgian Lambert 72",
        Some([20_000.0, 20_000.0, 300_000.0, 250_000.0]),
        &["BE"],
        "+proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 +lat_2=49.8333339 \
         +x_0=150000.013 +y_0=5400088.438 +ellps=intl \
         +towgs84=-106.8686,52.2978,-103.7239,0.3366,-0.457,1.8422,-1.2747",
    ),
    known(
        3_812,
        "Belgian Lambert 2008",
        Some([520_000.0, 520_000.0, 800_000.0, 750_000.0]),
        &["BE"],
        "+proj=lcc +lat_0=50.797815 +lon_0=4.35921583333333 +lat_1=49.8333333333333 +lat_2=51.1666666666667 \
         +x_0=649328 +y_0=665262 +ellps=GRS80",
    ),
    known(3_035, "ETRS89 LAEA", None, &[], "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80"),
];

/// Codes of which the numbers are degrees.
const OF_DEGREES: &[u32] = &[DEGREES, 4_258, 4_171, 4_979, 84, 4_269];
/// Other codes of Web Mercator.
const OF_WEB_MERCATOR: &[u32] = &[900_913, 102_100, 102_113, 3_785, 3_857];
/// The nine conic zones of France, EPSG:3942 to 3950, for the latitudes 42 to 50.
const CONIC: std::ops::RangeInclusive<u32> = 3_942..=3_950;

static PROJECTIONS: LazyLock<HashMap<u32, Proj>> = LazyLock::new(|| {
    let fixed = SYSTEMS.iter().map(|known| (known.code, known.definition.to_owned()));
    let conic = CONIC.map(|code| (code, conic(code)));
    let utm = utm_codes().filter_map(|code| Some((code, utm(code)?)));
    fixed
        .chain(conic)
        .chain(utm)
        .filter_map(|(code, definition)| Some((code, Proj::from_proj_string(&definition).ok()?)))
        .collect()
});
static WGS84: LazyLock<Option<Proj>> =
    LazyLock::new(|| Proj::from_proj_string("+proj=longlat +ellps=WGS84 +datum=WGS84").ok());

fn conic(code: u32) -> String {
    let latitude = f64::from(code - 3_900);
    format!(
        "+proj=lcc +lat_0={latitude} +lon_0=3 +lat_1={} +lat_2={} +x_0=1700000 +y_0={} +ellps=GRS80",
        latitude - 0.75,
        latitude + 0.75,
        (latitude - 41.0) * 1_000_000.0 + 200_000.0
    )
}

/// WGS 84 north and south, and Europe's.
fn utm_codes() -> impl Iterator<Item = u32> {
    (32_601..=32_660).chain(32_701..=32_760).chain(25_828..=25_838)
}

fn utm(code: u32) -> Option<String> {
    let zone = code % 100;
    match code {
        32_601..=32_660 => Some(format!("+proj=utm +zone={zone} +ellps=WGS84")),
        32_701..=32_760 => Some(format!("+proj=utm +zone={zone} +south +ellps=WGS84")),
        25_828..=25_838 => Some(format!("+proj=utm +zone={zone} +ellps=GRS80")),
        _ => None,
    }
}

impl System {
    /// By its EPSG code, if it is known here.
    pub fn of_code(code: u32) -> Option<Self> {
        if OF_DEGREES.contains(&code) {
            return Some(Self(DEGREES));
        }
        if OF_WEB_MERCATOR.contains(&code) {
            return Some(Self(WEB_MERCATOR));
        }
        PROJECTIONS.contains_key(&code).then_some(Self(code))
    }
    /// From how files name one: "EPSG:2154", "urn:ogc:def:crs:EPSG::2154", "…/def/crs/OGC/1.3/CRS84", "Lambert-93".
    /// The error is the name, for a message.
    pub fn of_name(name: &str) -> Result<Self, String> {
        let key = crate::import::text::header_key(name);
        for (word, code) in [
            ("crs84", DEGREES),
            ("crs83", DEGREES),
            ("lambert93", 2_154),
            ("rgf93lambert", 2_154),
            ("lambert2etendu", 27_572),
            ("lambertiietendu", 27_572),
            ("webmercator", WEB_MERCATOR),
            ("pseudomercator", WEB_MERCATOR),
            ("googlemercator", WEB_MERCATOR),
        ] {
            if key.contains(word) {
                return Ok(Self(code));
            }
        }
        let end = name.trim_end();
        let digits = end.len() - end.bytes().rev().take_while(u8::is_ascii_digit).count();
        let code = end.get(digits..).and_then(|digits| digits.parse().ok());
        let shown = || crate::import::text::shown(name);
        match code.and_then(Self::of_code) {
            Some(system) => Ok(system),
            None if matches!(key.as_str(), "wgs84" | "gps" | "rgf93" | "wgs84gps") => Ok(Self(DEGREES)),
            None => Err(shown()),
        }
    }
    /// As messages say it: "Lambert-93 (EPSG:2154)".
    pub fn name(self) -> String {
        let name = SYSTEMS.iter().find(|known| known.code == self.0).map(|known| known.name.to_owned());
        let name = name.unwrap_or_else(|| match self.0 {
            DEGREES => "WGS 84".to_owned(),
            code if CONIC.contains(&code) => format!("CC{}", code - 3_900),
            code => format!("UTM {}{}", code % 100, if code / 100 == 327 { "S" } else { "N" }),
        });
        format!("{name} (EPSG:{})", self.0)
    }
    /// Whether its numbers are degrees.
    pub fn is_degrees(self) -> bool {
        self.0 == DEGREES
    }
    /// Latitude and longitude of a point.
    pub fn degrees(self, x: f64, y: f64) -> Option<(f64, f64)> {
        if self.is_degrees() {
            return Some((y, x));
        }
        let (lon, lat) = transform_xy(PROJECTIONS.get(&self.0)?, WGS84.as_ref()?, x, y).ok()?;
        let (lat, lon) = (lat.to_degrees(), lon.to_degrees());
        (lat.is_finite() && lon.is_finite()).then_some((lat, lon))
    }
    /// Systems in which these numbers would lie where the system is used; the most usual first.
    pub fn possible(x: f64, y: f64) -> impl Iterator<Item = Self> {
        let within =
            move |[west, south, east, north]: [f64; 4]| (west..=east).contains(&x) && (south..=north).contains(&y);
        let fixed = SYSTEMS.iter().filter(move |known| known.metres.is_some_and(within)).map(|known| Self(known.code));
        // A zone is used half a degree and more beyond its latitude, from Brittany to Corsica.
        let conic = CONIC.filter(move |code| {
            let middle = f64::from(code - 3_941) * 1_000_000.0 + 200_000.0;
            within([1_050_000.0, middle - 160_000.0, 2_330_000.0, middle + 160_000.0])
        });
        // Europe's numbers in Web Mercator are those of half a dozen others.
        let (anywhere, national): (Vec<Self>, Vec<Self>) =
            fixed.chain(conic.map(Self)).partition(|system| system.0 == WEB_MERCATOR);
        national.into_iter().chain(anywhere)
    }
    /// Whether it is used in the country of that code.
    pub fn is_of(self, country: &str) -> bool {
        let known = SYSTEMS.iter().find(|known| known.code == self.0).map(|known| known.countries);
        match known {
            Some(countries) => countries.is_empty() || countries.contains(&country),
            None => !CONIC.contains(&self.0) || country == "FR",
        }
    }
}

#[cfg(test)]
mod tests;
