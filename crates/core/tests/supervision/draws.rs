//! Drawing by lot: what a seed draws stays the same for ever, and every road has the same chance.

use std::collections::{BTreeMap, BTreeSet};

use jiekou_core::draw::{draw, hexadecimal, list_hash};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn roads(count: usize) -> BTreeSet<String> {
    (1..=count).map(|n| format!("R{n:03}")).collect()
}

#[test]
fn a_seed_draws_the_same_roads_for_ever() {
    let roads = roads(12);
    // Computed by a few lines of Python that follow the description of the algorithm.
    assert_eq!(
        hexadecimal(&list_hash(&roads)),
        "d314fc8084eb9516afc8d10d9a9151a3939a4dfb9668358e8ddb804704079723"
    );
    for (seed, expected) in
        [([0_u8; 32], ["R006", "R008", "R004", "R010"]), ([0xa5; 32], ["R008", "R010", "R001", "R005"])]
    {
        assert_eq!(draw(&seed, &roads, 4), expected);
    }
}

#[test]
fn every_road_has_the_same_chance_and_so_has_every_pair() {
    let (roads, rounds) = (roads(10), 20_000_u32);
    let (mut drawn, mut pairs): (BTreeMap<String, u32>, BTreeMap<(String, String), u32>) = Default::default();
    for round in 0..rounds {
        let seed: [u8; 32] = Sha256::digest(round.to_be_bytes()).into();
        let lot = draw(&seed, &roads, 3);
        for road in &lot {
            *drawn.entry(road.clone()).or_default() += 1;
        }
        let mut sorted = lot;
        sorted.sort();
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            *pairs.entry((sorted[first].clone(), sorted[second].clone())).or_default() += 1;
        }
    }
    // Three of ten, and each pair in a fifteenth; five standard deviations either way.
    let chi = |expected: f64, counts: &mut dyn Iterator<Item = u32>| -> f64 {
        counts.map(|count| (f64::from(count) - expected).powi(2) / expected).sum()
    };
    let rounds = f64::from(rounds);
    assert_eq!((drawn.len(), pairs.len()), (10, 45));
    let single = chi(rounds * 0.3, &mut drawn.into_values());
    let pair = chi(rounds / 15.0, &mut pairs.into_values());
    // At 9 and 44 degrees of freedom, of true lots one in a hundred thousand goes beyond.
    assert!(single < 40.5 && pair < 98.3, "{single} {pair}");
}

proptest! {
    #[test]
    fn whoever_draws_again_from_seed_list_and_count_gets_the_same(
        seed: [u8; 32], codes in prop::collection::btree_set("[A-Z][0-9]{1,4}", 0..40), count in 0_usize..50,
    ) {
        let drawn = draw(&seed, &codes, count);
        prop_assert_eq!(&drawn, &draw(&seed, &codes, count));
        prop_assert_eq!(drawn.len(), count.min(codes.len()));
        let different: BTreeSet<String> = drawn.iter().cloned().collect();
        prop_assert!(different.len() == drawn.len() && different.is_subset(&codes));
        // More of the same lots begin with the same roads: a count chooses no road.
        prop_assert_eq!(&draw(&seed, &codes, count + 1)[..drawn.len()], &drawn[..]);
    }
}
