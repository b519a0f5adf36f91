//! Which posts somebody has patrolled for.

use std::collections::BTreeSet;

use super::{Area, Walk};
use crate::rulebook::Rulebook;
use crate::staff::Grant;

/// A post that a patrol counts for, with the code of the area it is held for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub post: String,
    pub area: String,
}

/// The posts among `grants` that whoever walked `walks` has patrolled for: each whose area they were in. Nobody patrols for
/// a post that the rulebook does not have, nor for a role that is held in no post.
pub fn parts(rules: &Rulebook, grants: &[Grant], walks: &[Walk]) -> BTreeSet<Part> {
    let been: BTreeSet<String> = walks.iter().flat_map(|walk| walk.reach(rules)).collect();
    let posts = &rules.plan().posts;
    let part = |grant: &Grant| {
        let post = posts.iter().find(|post| Some(&post.code) == grant.post.as_ref())?;
        let area = Area::of_grant(rules, grant);
        let here = post.level == grant.level && been.contains(&area.to_string());
        here.then(|| Part { post: post.code.clone(), area: area.code })
    };
    grants.iter().filter_map(part).collect()
}
