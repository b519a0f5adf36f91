//! Posts of a plan, how many an area needs, how often they patrol; and the people who hold them.

use serde::{Deserialize, Serialize};

use crate::period::Cycle;
use crate::place::AreaKind;
use crate::staff::{Level, Role, Turn};

/// A post such as 二级路长; one entry of `posts.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Post {
    /// Lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    /// The kind of area that it is held for.
    pub level: Level,
    /// What its holder may do in Jiekou.
    pub role: Role,
    /// Kinds of area that have it; empty: all of the level.
    #[serde(default)]
    pub places: Vec<AreaKind>,
    /// The fewest of them an area has, and the most; the fewest are named when they lack.
    #[serde(default)]
    pub at_least: u32,
    #[serde(default)]
    pub at_most: Option<u32>,
    /// A 与 B 角: of several exactly one is on duty at a time.
    #[serde(default)]
    pub one_on_duty: bool,
    #[serde(default)]
    pub patrol: Option<Patrol>,
    /// Failed persuasion is a precondition of handing over to enforcement.
    #[serde(default)]
    pub persuades_first: bool,
    /// The rank the plan gives it, 0 being the highest.
    #[serde(default)]
    pub rank: Option<u8>,
    /// The service it comes from, in the plan's words.
    #[serde(default)]
    pub service: Option<String>,
}

/// How often a post patrols: at least so many times in every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Patrol {
    pub every: Cycle,
    #[serde(default = "once")]
    pub times: u32,
    #[serde(default)]
    pub owed_by: OwedBy,
}

/// Who owes the patrols of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OwedBy {
    /// Whoever holds it in the area, together.
    #[default]
    Post,
    /// Each of those who hold it.
    Holder,
}

/// Who holds a post where; a line of `people.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Code of the post.
    pub post: String,
    /// Code of the area.
    pub area: String,
    pub name: String,
    /// Of the person where one is known, else of the desk.
    #[serde(default)]
    pub contact: Option<String>,
    /// `A` or `B` where two take turns.
    #[serde(default)]
    pub turn: Option<Turn>,
}

impl Person {
    /// The contact, where it is an e-mail address.
    pub fn email(&self) -> Option<&str> {
        self.contact.as_deref().filter(|contact| contact.contains('@'))
    }
}

fn once() -> u32 {
    1
}
