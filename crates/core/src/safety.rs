//! Words of danger to life: answered at once with the emergency numbers, and the center is alarmed.

use serde::{Deserialize, Serialize};

/// One kind of danger, as the rulebook words it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Danger {
    /// Stable name: `gas`, `fire`, `electricity`, `collapse`, `trapped`.
    pub kind: String,
    /// Any of these words in a description means this danger.
    pub words: Vec<String>,
    /// Whom to call now: 110, 119, 120.
    pub numbers: Vec<String>,
    pub advice: String,
    /// Words around a match that take it back, such as 已排除.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// The dangers that `description` speaks of, in the rulebook's order.
pub fn dangers_in<'a>(dangers: &'a [Danger], description: &str) -> Vec<&'a Danger> {
    let speaks = |words: &[String]| words.iter().any(|word| description.contains(word.as_str()));
    dangers.iter().filter(|danger| speaks(&danger.words) && !speaks(&danger.unless)).collect()
}
