//! Drawing roads by lot (电脑随机抽取道路, 以克论净, ZZ-14), so that anybody can draw again and see that nobody chose.
//!
//! The algorithm `sha256-order-v1`, which never changes under this name: the codes of the roads, each once, are sorted by
//! their bytes; the hash of the list is SHA-256 over them, each followed by a line feed. The lot of a road is SHA-256 over
//! `jiekou-draw-v1`, the seed and the hash of the list, both in lower-case hexadecimal, and the road's code, each followed
//! by a line feed. The roads with the lowest lots are drawn, the lowest first.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::period::Cycle;

/// The name of the algorithm, stored with each draw.
pub const ALGORITHM: &str = "sha256-order-v1";

/// `draws` of `supervision.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DrawRules {
    /// Of which cycle the periods are that roads are drawn for, once for each purpose.
    pub every: Cycle,
    /// What roads are drawn for.
    pub purposes: Vec<String>,
}

/// 32 bytes of chance, drawn once.
pub type Seed = [u8; 32];

/// The hash of a list of roads.
pub fn list_hash(roads: &BTreeSet<String>) -> [u8; 32] {
    let list = roads.iter().fold(Sha256::new(), |hash, code| hash.chain_update(code).chain_update("\n"));
    list.finalize().into()
}

/// The roads drawn with `seed`, in the order of their lots; all of them when there are no more than `count`.
pub fn draw(seed: &Seed, roads: &BTreeSet<String>, count: usize) -> Vec<String> {
    let (seed, list) = (hexadecimal(seed), hexadecimal(&list_hash(roads)));
    let lot = |code: &str| -> [u8; 32] {
        let parts = ["jiekou-draw-v1", &seed, &list, code];
        let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update("\n"));
        hash.finalize().into()
    };
    let mut lots: Vec<([u8; 32], &String)> = roads.iter().map(|code| (lot(code), code)).collect();
    lots.sort();
    lots.into_iter().take(count).map(|(_, code)| code.clone()).collect()
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Default for DrawRules {
    fn default() -> Self {
        Self { every: Cycle::TenDays, purposes: vec!["以克论净".to_owned()] }
    }
}
