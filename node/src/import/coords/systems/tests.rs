#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

/// The same place in many systems, as PROJ 9 gives it; good to three metres, which the old datum shifts allow.
#[test]
fn places_in_all_systems() {
    for (code, x, y, lat, lon) in PLACES {
        let (got_lat, got_lon) = System::of_code(*code).unwrap().degrees(*x, *y).unwrap();
        let metres = ((got_lat - lat) * 111_200.0).hypot((got_lon - lon) * 111_200.0 * lat.to_radians().cos());
        assert!(metres < 3.0, "EPSG:{code}: {got_lat}, {got_lon} is {metres} m from {lat}, {lon}");
    }
}

#[test]
fn every_system_has_its_projection() {
    for known in SYSTEMS {
        assert!(System::of_code(known.code).is_some(), "{}", known.name);
    }
    assert_eq!(PROJECTIONS.len(), SYSTEMS.len() + CONIC.count() + utm_codes().count());
    assert!(System::of_code(1).is_none());
}

#[test]
fn systems_are_known_by_their_names() {
    for (name, code) in [
        ("urn:ogc:def:crs:EPSG::2154", 2_154),
        ("EPSG:2154", 2_154),
        ("epsg:27572", 27_572),
        ("2154", 2_154),
        ("Lambert 93", 2_154),
        ("RGF93 / Lambert-93", 2_154),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", 3_857),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4_326),
        ("EPSG:900913", 3_857),
        ("WGS84", 4_326),
        ("EPSG:3948", 3_948),
        ("EPSG:32740", 32_740),
    ] {
        assert_eq!(System::of_name(name), Ok(System(code)), "{name}");
    }
    assert_eq!(System::of_name("EPSG:99999"), Err("EPSG:99999".into()));
    assert_eq!(System::of_name("Mars 2000"), Err("Mars 2000".into()));
    assert_eq!(System(3_948).name(), "CC48 (EPSG:3948)");
    assert_eq!(System(32_740).name(), "UTM 40S (EPSG:32740)");
}

/// Each place lies in the box of its system, so that it is thought of.
#[test]
fn each_system_is_thought_of() {
    for (code, x, y, ..) in PLACES {
        let system = System::of_code(*code).unwrap();
        let has_box = SYSTEMS.iter().any(|known| known.code == *code && known.metres.is_some()) || CONIC.contains(code);
        assert_eq!(System::possible(*x, *y).any(|other| other == system), has_box, "EPSG:{code}");
    }
    assert_eq!(System::possible(f64::NAN, 0.0).count(), 0);
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn no_numbers_panic(x in any::<f64>(), y in any::<f64>()) {
        for code in [2_154, 3_857, 27_572, 2_975, 3_948, 2_056, 31_370, 32_631, 4_326, 3_035] {
            System::of_code(code).and_then(|system| system.degrees(x, y));
        }
        System::possible(x, y).count();
    }
}

const PLACES: &[(u32, f64, f64, f64, f64)] = &[
    (2_154, 652_469.02, 6_862_035.26, 48.8566, 2.3522),
    (2_154, 1_228_632.34, 6_199_271.48, 42.6986, 9.4509),
    (2_154, 146_632.98, 6_836_262.33, 48.3904, -4.4861),
    (3_857, 261_845.71, 6_250_564.35, 48.8566, 2.3522),
    (3_857, -6_849_833.36, 1_832_660.44, 16.2411, -61.5331),
    (27_572, 601_152.30, 2_428_695.90, 48.8566, 2.3522),
    (27_572, 846_499.55, 1_815_214.13, 43.2965, 5.3698),
    (5_490, 656_770.90, 1_796_166.18, 16.2411, -61.5331),
    (5_490, 709_096.32, 1_616_759.73, 14.6161, -61.0588),
    (2_972, 354_363.16, 544_229.78, 4.9224, -52.3135),
    (2_975, 338_568.32, 7_690_475.44, -20.8789, 55.4481),
    (4_471, 524_735.37, 8_587_115.81, -12.7806, 45.2279),
    (4_467, 562_804.01, 5_180_889.79, 46.7786, -56.1773),
    (4_559, 709_096.32, 1_616_759.73, 14.6161, -61.0588),
    (2_056, 2_500_016.02, 1_117_821.07, 46.2044, 6.1432),
    (31_370, 235_666.84, 147_582.93, 50.6326, 5.5797),
    (3_812, 735_668.50, 647_593.73, 50.6326, 5.5797),
    (3_035, 3_760_771.86, 2_889_484.80, 48.8566, 2.3522),
    (3_942, 2_228_070.46, 1_297_497.45, 42.6986, 9.4509),
    (3_943, 1_574_400.65, 2_268_339.89, 43.6047, 1.4442),
    (3_944, 1_417_079.12, 3_299_231.79, 44.8378, -0.5792),
    (3_945, 1_842_790.97, 4_286_523.21, 45.764, 4.8357),
    (3_946, 1_842_779.11, 5_175_416.43, 45.764, 4.8357),
    (3_947, 1_355_306.36, 6_234_298.86, 47.2184, -1.5536),
    (3_948, 1_351_952.27, 7_223_603.68, 48.1173, -1.6778),
    (3_949, 1_652_467.87, 8_184_256.87, 48.8566, 2.3522),
    (3_950, 1_704_054.20, 9_269_986.10, 50.6292, 3.0573),
    (32_631, 452_482.53, 5_411_717.18, 48.8566, 2.3522),
    (32_740, 338_568.32, 7_690_475.44, -20.8789, 55.4481),
    (25_832, 407_949.38, 5_380_786.13, 48.5734, 7.7521),
    (32_620, 709_096.32, 1_616_759.73, 14.6161, -61.0588),
];
