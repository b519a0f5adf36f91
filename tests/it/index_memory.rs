//! What a live case costs in Redis.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Fingerprint, PhotoPrint, STORED_PHOTOS, Sketch};
use jiekou_core::place::Wgs84;
use jiekou_store::dedup::keys::TownKeys;
use jiekou_store::dedup::{DedupIndex, Entry};

const CASES: i64 = 2_000;

/// A case with everything a case can have: a long text, an address, a component, nine photos.
fn full(case_id: i64, photos: usize) -> Fingerprint {
    let seed = (case_id % 2_000) as u32 * 7_919;
    let noise = |at: u32| (seed + at * 104_729).wrapping_mul(2_654_435_761);
    let photo = |_| PhotoPrint::from_bytes(&[137; 102]).unwrap();
    Fingerprint {
        point: Some(Wgs84::new(113.6 + (case_id % 2_000) as f64 / 1e5, 34.7).unwrap()),
        accuracy_meters: Some(12.5),
        category: "shared-bicycles-blocking".into(),
        family: "street-order".into(),
        opened_at: DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap(),
        component_id: Some("4101030101000001".into()),
        address: Some(u64::MAX - 5),
        words: Some(u64::MAX - 9),
        sketch: Sketch::from_hashes((0..48).map(noise).collect()),
        photos: (0..photos).map(photo).collect(),
    }
}

async fn bytes_a_case(photos: usize) -> f64 {
    let url = std::env::var("JIEKOU_TEST_REDIS_URL").unwrap();
    let prefix = format!("m{}", uuid::Uuid::new_v4().simple());
    let index = DedupIndex::new(&url, &prefix).unwrap();
    for case_id in 1..=CASES {
        let print = full(40_000_000 + case_id, photos);
        let entry = Entry {
            case_id: 40_000_000 + case_id,
            center_code: "410103001",
            print: &print.to_bytes(),
            point: print.point.unwrap(),
            family: &print.family,
            recognised_until: Some(print.opened_at),
        };
        index.admit(&entry).await.unwrap();
    }
    let keys = TownKeys::new(&prefix, "410103001");
    let mut server = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut bytes = 0;
    for key in [keys.prints(), keys.places("street-order"), keys.windows()] {
        let used: i64 = redis::cmd("MEMORY")
            .arg("USAGE")
            .arg(&key)
            .arg("SAMPLES")
            .arg(0)
            .query_async(&mut server)
            .await
            .unwrap();
        bytes += used;
        let _: i64 = redis::cmd("DEL").arg(&key).query_async(&mut server).await.unwrap();
    }
    bytes as f64 / CASES as f64
}

#[tokio::test]
async fn a_live_case_costs_less_than_a_kibibyte_however_many_photos_it_has() {
    for photos in [0, 1, 2, STORED_PHOTOS, 9] {
        let bytes = bytes_a_case(photos).await;
        println!("{photos} photos: {bytes:.0} bytes of Redis a live case");
        assert!(bytes <= 1_024.0, "{photos} photos: {bytes}");
    }
}
