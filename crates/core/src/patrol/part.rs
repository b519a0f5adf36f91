//! Which posts somebody has patrolled for.

use std::collections::BTreeSet;

use super::ground::{held_area, reach};
use crate::rulebook::Rulebook;
use crate::staff::Grant;

/// A post that a patrol counts for, with the area it is held for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub post: String,
    pub area: String,
}

/// The posts among `grants` that whoever walked `areas` has patrolled for: each whose area they were in. Nobody patrols for
/// a post that the rulebook does not have, nor for a role that is held in no post.
pub fn parts(rules: &Rulebook, grants: &[Grant], areas: &[String]) -> BTreeSet<Part> {
    let been: BTreeSet<String> = areas.iter().flat_map(|area| reach(rules, area)).collect();
    let posts = &rules.plan().posts;
    let part = |grant: &Grant| {
        let post = posts.iter().find(|post| Some(&post.code) == grant.post.as_ref())?;
        let area = held_area(rules, grant);
        (post.level == grant.level && been.contains(&area)).then(|| Part { post: post.code.clone(), area })
    };
    grants.iter().filter_map(part).collect()
}
