//! Settings of the way of a case. Where a plan is silent the default stands, and `docs/rulebooks.md` says so.

use serde::{Deserialize, Serialize};

use super::{Collection, Digest, Mandates, Patrols, Recipient, Topic};
use crate::clock::{Limit, Unit};
use crate::duty::Rota;
use crate::staff::Level;

/// `process.yaml`; every part may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Process {
    pub closing_authority: ClosingAuthority,
    pub unclear_owner: UnclearOwner,
    /// Whether the owner of a matched component leads; else it handles with the lead of the topic.
    pub component_owner_leads: bool,
    pub self_handling: SelfHandling,
    pub returns: Returns,
    pub extension: Extension,
    pub suspension: Suspension,
    pub reopening: Reopening,
    pub objection: Objection,
    pub appeal: Appeal,
    pub whistle: Whistle,
    pub mandates: Mandates,
    pub duty: Rota,
    pub collection: Collection,
    pub patrols: Patrols,
    pub digest: Digest,
}

/// Who may close a case. Nobody else may, nor force it closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClosingAuthority {
    /// The center that answers for the place.
    #[default]
    TownCenter,
    DistrictCenter,
    /// The center of the whole jurisdiction.
    TopCenter,
    /// Whoever owns the loop: the road chief of a self-handled case, the center of a dispatched one, the enforcement
    /// team of an enforcement case.
    LoopOwner,
}

/// 首接负责: who keeps a case that nobody is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnclearOwner {
    /// The center that received it first, until somebody else is found.
    #[default]
    FirstReceiver,
    /// The district center.
    District,
}

/// 自行处置: what the finder settles on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SelfHandling {
    /// Categories; the plans name examples, so the list is each district's own.
    pub categories: Vec<String>,
    /// A photo from before and one from after are owed.
    pub before_photo: bool,
    pub after_photo: bool,
}

/// 退单: how often a unit may say that a case is not its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Returns {
    /// After so many returns of one case the arbiter decides, its clock running.
    pub most: u32,
    pub arbiter: Level,
    /// The reasons to choose from.
    pub reasons: Vec<String>,
    /// How long after being given a case a unit may return it.
    pub within: Limit,
}

/// 延期
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Extension {
    /// Most approved extensions of a case; each adds the original limit to the current deadline.
    pub most: u32,
    /// Whether one may still be asked for when the deadline has passed.
    pub after_overdue: bool,
}

/// 挂账
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Suspension {
    pub most: u32,
    pub longest_days: u32,
}

/// k of n: when reporters say that it is not solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Reopening {
    /// So many "not solved" reopen a case, or all who answered when fewer follow it.
    pub not_solved: u32,
    /// At most so many reporters are asked; 0: all.
    pub asked: u32,
    pub window_days: u32,
}

/// A reporter's objection to a reject or void; decided by another reviewer than the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Objection {
    pub most: u32,
    pub window_days: u32,
}

/// 超时申诉: only by the unit, only for a late and closed case, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Appeal {
    pub window_days: u32,
    pub reviewers: u32,
}

/// 路长吹哨、部门报到
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Whistle {
    /// How long a called unit has to answer.
    pub answer: Limit,
    /// Codes of the units that can be called; empty: all.
    pub units: Vec<String>,
}

impl Default for Returns {
    fn default() -> Self {
        Self {
            most: 2,
            arbiter: Level::District,
            reasons: ["不属本单位职责", "位置不在辖区", "权属不清", "重复派遣"].map(str::to_owned).to_vec(),
            within: Limit::new(1, Unit::WorkDay),
        }
    }
}

impl Default for Extension {
    fn default() -> Self {
        Self { most: 1, after_overdue: false }
    }
}

impl Default for Suspension {
    fn default() -> Self {
        Self { most: 1, longest_days: 365 }
    }
}

impl Default for Reopening {
    fn default() -> Self {
        Self { not_solved: 2, asked: 0, window_days: 7 }
    }
}

impl Default for Objection {
    fn default() -> Self {
        Self { most: 1, window_days: 15 }
    }
}

impl Default for Appeal {
    fn default() -> Self {
        Self { window_days: 15, reviewers: 2 }
    }
}

impl Default for Whistle {
    fn default() -> Self {
        Self { answer: Limit::new(30, Unit::Minute), units: Vec::new() }
    }
}

impl Process {
    /// Every post code it names, with the setting that names it.
    pub fn posts_named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let collecting = self.collection.posts.iter().map(|post| ("collection.posts", post.as_str()));
        let told = self.digest.recipients.iter().flat_map(Recipient::posts);
        collecting.chain(told.map(|post| ("digest.recipients", post.as_str())))
    }

    /// Every unit code it names, with the setting that names it.
    pub fn units_named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let called = self.whistle.units.iter().map(|unit| ("whistle.units", unit.as_str()));
        let told = self.digest.recipients.iter().filter_map(|recipient| match recipient {
            Recipient::Unit(unit) => Some(("digest.recipients", unit.as_str())),
            _ => None,
        });
        called.chain(told).filter(|(_, unit)| *unit != Topic::TOWN)
    }
}
