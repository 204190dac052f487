use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

fn seen(places: &[LatLon], address: Option<(&str, &str)>) -> Vec<Seen> {
    let (postcode, city) = address.unwrap_or_default();
    let one = |place: &LatLon| Seen {
        place: Some(*place),
        postcode: postcode.to_owned(),
        city: city.to_owned(),
        ..Seen::default()
    };
    places.iter().map(one).collect()
}

fn look(places: &[LatLon], address: Option<(&str, &str)>) -> Findings {
    survey(&seen(places, address), Told::default(), &mut Addresses::default())
}

/// The frame must bring the first of the numbers there.
fn leads_to(findings: &Findings, numbers: LatLon, there: LatLon) {
    let got = findings.habits.frame.degrees(numbers, None).unwrap_or_default();
    let metres = address::metres(got, there).unwrap_or(f64::INFINITY);
    assert!(metres < 200.0, "{:?}: {got:?}, {metres} m away", findings.habits.frame);
}

const PARIS: LatLon = (48.8566, 2.3522);

#[test]
fn plain_degrees_stay() {
    for places in [
        &[(48.85, 2.35), (48.86, 2.36), (48.87, 2.37)][..],
        &[(-20.88, 55.45)],
        // A file of deserts: empty on both sides.
        &[(25.1, 10.2), (25.3, 10.4), (25.6, 10.1), (25.2, 10.9)],
        &[],
    ] {
        let findings = look(places, None);
        assert_eq!((findings.habits.frame, findings.notes), (Frame::Degrees, vec![]), "{places:?}");
    }
    assert!(look(&[(48.85, 2.35)], None).habits.french);
    assert!(!look(&[(46.2, 6.15)], None).habits.french, "Geneva");
    // By addresses alone: one beyond the border makes no other file of it.
    let of = |towns: &[(&str, &str)]| {
        let one =
            |(code, city): &(&str, &str)| Seen { postcode: (*code).into(), city: (*city).into(), ..Seen::default() };
        let seen: Vec<Seen> = towns.iter().map(one).collect();
        survey(&seen, Told::default(), &mut Addresses::default()).habits.french
    };
    assert!(of(&[("98000", "Monaco"), ("06000", "Nice"), ("06500", "Menton")]));
    assert!(!of(&[("06000", "Nice"), ("98000", "Monaco"), ("1204", "Genève")]));
}

#[test]
fn swapped_axes_of_a_whole_file() {
    let swapped = [(4.8357, 45.764), (4.85, 45.75), (4.88, 45.77), (4.841, 45.742)];
    let by_address = look(&swapped, Some(("69001", "Lyon")));
    assert_eq!((by_address.habits.frame, by_address.notes), (Frame::Swapped, vec![ImportNote::Swapped]));
    // In the sea, and over there people live.
    let atlantic: Vec<LatLon> = (0..5).map(|n| (-1.55 - f64::from(n) / 100.0, 47.21)).collect();
    assert_eq!(look(&atlantic, None).habits.frame, Frame::Swapped, "Nantes, off Kenya");
    let beyond = [(102.63, 17.97), (102.61, 17.96)];
    assert_eq!(look(&beyond, None).habits.frame, Frame::Swapped, "Vientiane: 102 is no latitude");
    // Numbers that are wrong either way: in the Pacific, and one record as it should be.
    let wrong = [(143.73, 7.42), (-179.5, 43.73), (43.73, 7.42)];
    assert_eq!(look(&wrong, None).habits.frame, Frame::Degrees);
    // One record proves nothing.
    assert_eq!(look(&swapped[..1], Some(("69001", "Lyon"))).habits.frame, Frame::Degrees);
    // Where the addresses say so, emptiness does not matter.
    assert_eq!(look(&[(48.85, 2.35), (48.86, 2.36)], Some(("75001", "Paris"))).habits.frame, Frame::Degrees);
}

#[test]
fn projections_are_seen_from_the_numbers() {
    for (numbers, there, name) in [
        ((6_862_035.26, 652_469.02), PARIS, "2154"),
        ((652_469.02, 6_862_035.26), PARIS, "2154"),
        ((2_428_695.90, 601_152.30), PARIS, "27572"),
        ((8_184_256.87, 1_652_467.87), PARIS, "3949"),
        ((4_286_523.21, 1_842_790.97), (45.764, 4.8357), "3945"),
        ((6_250_564.35, 261_845.71), PARIS, "3857"),
        ((7_690_475.44, 338_568.32), (-20.8789, 55.4481), "2975"),
        ((8_587_115.81, 524_735.37), (-12.7806, 45.2279), "4471"),
        ((544_229.78, 354_363.16), (4.9224, -52.3135), "2972"),
        ((1_117_821.07, 2_500_016.02), (46.2044, 6.1432), "2056"),
    ] {
        let findings = look(&[numbers, (numbers.0 + 900.0, numbers.1 + 700.0)], None);
        let note = findings.notes.first().map(ToString::to_string).unwrap_or_default();
        assert!(note.contains(&format!("EPSG:{name}")), "{numbers:?}: {note}");
        leads_to(&findings, numbers, there);
    }
}

/// Perpignan in Lambert II étendu has the numbers of the sea near Guadeloupe, and Metz in Web Mercator those of a field
/// in the Tarn in Lambert-93.
#[test]
fn addresses_choose_among_systems() {
    let metz = (6_301_000.0, 687_500.0);
    let findings = look(&[metz, metz], Some(("57000", "Metz")));
    assert!(matches!(&findings.notes[..], [ImportNote::Projection { system, .. }] if system.contains("3857")));
    let pointe_a_pitre = (1_796_166.18, 656_770.90);
    let findings = look(&[pointe_a_pitre, pointe_a_pitre], Some(("97110", "Pointe-à-Pitre")));
    assert!(matches!(&findings.notes[..], [ImportNote::Projection { system, .. }] if system.contains("5490")));
    leads_to(&findings, pointe_a_pitre, (16.2411, -61.5331));
    let perpignan = (1_742_000.0, 645_000.0);
    let findings = look(&[perpignan, perpignan], Some(("66000", "Perpignan")));
    assert!(matches!(&findings.notes[..], [ImportNote::Projection { system, .. }] if system.contains("27572")));
}

#[test]
fn what_is_told_holds() {
    let utm = System::of_code(32_631);
    let told = Told { system: utm, ..Told::default() };
    let findings = survey(&seen(&[(5_411_717.18, 452_482.53)], None), told, &mut Addresses::default());
    assert!(matches!(findings.notes[..], [ImportNote::Projection { said: true, .. }]));
    leads_to(&findings, (5_411_717.18, 452_482.53), PARIS);
    let degrees = Told { system: System::of_code(4_326), ..Told::default() };
    assert_eq!(survey(&seen(&[PARIS], None), degrees, &mut Addresses::default()).habits.frame, Frame::Degrees);
}

#[test]
fn lost_points_are_put_back() {
    let paris = [(488_566.0, 23_522.0), (48_857.0, 2_353.0), (488_601.0, 23_611.0), (488_489.0, 23_466.0)];
    for address in [None, Some(("75001", "Paris"))] {
        let findings = look(&paris, address);
        assert_eq!(findings.notes, [ImportNote::LostPoints], "{address:?}");
        leads_to(&findings, paris[0], PARIS);
        leads_to(&findings, paris[1], (48.857, 2.353));
    }
    let long = [(48_856_614.0, 2_352_221.0), (48_857_614.0, 2_353_221.0)];
    leads_to(&look(&long, None), long[0], (48.856_614, 2.352_221));
    let west = [(474_929.0, -16_748.0), (472_184.0, -15_536.0), (472_190.0, -15_540.0)];
    leads_to(&look(&west, None), west[1], (47.2184, -1.5536));
    // Only one of the two was spoilt.
    let half = [(488_566.0, 2.3522), (488_601.0, 2.3611)];
    leads_to(&look(&half, None), half[0], PARIS);
}

#[test]
fn nonsense_stays_as_it_is() {
    let nonsense = [(1e300, 5e200), (123_456.7, 98_765.4), (0.5, 1e12)];
    assert_eq!(look(&nonsense, None).habits.frame, Frame::Degrees);
}

#[test]
fn ids_that_repeat_are_none() {
    let one = |id: &str, name: &str| Seen { id: id.into(), name: name.into(), ..Seen::default() };
    let of = |seen: &[Seen]| survey(seen, Told::default(), &mut Addresses::default()).ids_repeat;
    assert!(of(&[one("1", "A"), one("1", "B")]));
    assert!(!of(&[one("1", "A"), one("1", "A"), one("", "B"), one("", "C")]));
}

proptest! {
    #![proptest_config(cases(40))]
    #[test]
    fn no_numbers_panic(
        places in proptest::collection::vec((prop_oneof![any::<f64>(), -2e7..2e7, -200.0..200.0], -2e7..2e7), 0..6),
        whole in any::<bool>(),
    ) {
        let places: Vec<LatLon> =
            places.into_iter().map(|(a, b): LatLon| if whole { (a.round(), b.round()) } else { (a, b) }).collect();
        let finite: Vec<LatLon> = places.into_iter().filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
        let findings = look(&finite, None);
        finite.iter().for_each(|place| drop(findings.habits.frame.degrees(*place, None)));
    }
}
