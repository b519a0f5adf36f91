//! What a city's plan decides beside categories and clocks: who leads, who patrols, who closes, who is told next.
//!
//! Each part is one file of the rulebook's folder, and each is optional: without it a rulebook works as a district
//! with town centers alone does. *How to add a part*: a file here, a field of [`Plan`], a line in
//! `rulebook::source::PLAN_FILES`, and its cross-checks in `rulebook::check`.

mod addressee;
mod collection;
mod concerned;
mod daily;
mod group;
mod ladder;
mod mandate;
mod post;
mod process;
pub mod roster;
mod supervision;
mod target;
mod topic;
mod unit;

use serde::{Deserialize, Serialize};

pub use addressee::{Addressee, AddresseeError, Breach, Ladder};
pub use collection::Collection;
pub use concerned::Told;
pub use daily::{Digest, Patrols};
pub use group::CategoryGroup;
pub use ladder::{Recipient, Rung, Tier, next_rung};
pub use mandate::{Act, Mandates};
pub use post::{OwedBy, Patrol, Person, Post};
pub use process::{
    Appeal, ClosingAuthority, Extension, Objection, Process, Reopening, Returns, SelfHandling, Suspension,
    UnclearOwner, Whistle,
};
pub use supervision::Supervision;
pub use target::{Compare, Measure, Row, Standing, Target};
pub use topic::{CategoryLead, Topic, TopicGroup};
pub use unit::{Contact, Unit, UnitKind};

pub use crate::period::Cycle;

use crate::assessment::Assessment;
use crate::clock::{MinuteClock, Overlay};
use crate::hotline::Hotlines;
use crate::limit;
use crate::notice::StaffNotice;
use crate::place::{Component, Region, Road, Zone};
use crate::record::RecordKind;

/// The optional parts of a rulebook.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Plan {
    pub regions: Vec<Region>,
    pub zones: Vec<Zone>,
    pub roads: Vec<Road>,
    pub components: Vec<Component>,
    pub units: Vec<Unit>,
    pub topics: Vec<Topic>,
    pub groups: Vec<CategoryGroup>,
    pub posts: Vec<Post>,
    pub people: Vec<Person>,
    pub overlays: Vec<Overlay>,
    pub minute_clocks: Vec<MinuteClock>,
    pub ladder: Vec<Rung>,
    pub process: Process,
    pub supervision: Supervision,
    pub targets: Vec<Target>,
    pub staff_notices: Vec<StaffNotice>,
    pub assessment: Assessment,
    pub records: Vec<RecordKind>,
    /// In the place of the defaults of the same act, by and channel.
    pub limits: Vec<limit::Rule>,
    pub hotlines: Hotlines,
}
