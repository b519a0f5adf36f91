//! Which areas lack somebody they must have, and who is named where nobody should be.

use std::collections::HashMap;

use super::{Post, Unit};
use crate::place::AreaKind;
use crate::rulebook::Rulebook;
use crate::staff::Level;

/// An area that has too few or too many of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub post: String,
    pub area: String,
    pub has: u32,
    pub needs: u32,
    pub at_most: Option<u32>,
}

/// Every area and post that do not fit, in the order of the posts and then of the areas.
pub fn gaps(rules: &Rulebook) -> Vec<Gap> {
    let data = rules.data();
    let mut held: HashMap<(&str, &str), u32> = HashMap::new();
    for person in &data.plan.people {
        *held.entry((person.post.as_str(), person.area.as_str())).or_default() += 1;
    }
    let posts = data.plan.posts.iter().filter(|post| post.at_least > 0 || post.at_most.is_some());
    posts
        .flat_map(|post| areas(rules, post).into_iter().map(move |area| (post, area)))
        .filter_map(|(post, area)| {
            let has = held.get(&(post.code.as_str(), area)).copied().unwrap_or(0);
            let fits = has >= post.at_least && post.at_most.is_none_or(|most| has <= most);
            (!fits).then(|| Gap {
                post: post.code.clone(),
                area: area.to_owned(),
                has,
                needs: post.at_least,
                at_most: post.at_most,
            })
        })
        .collect()
}

/// The codes of the areas that `post` is held for.
pub fn areas<'a>(rules: &'a Rulebook, post: &Post) -> Vec<&'a str> {
    let data = rules.data();
    let regions = data.plan.regions.iter().filter(|region| region.level == post.level);
    let fits = |kind: Option<AreaKind>| {
        post.places.is_empty() || kind.is_some_and(|kind| post.places.contains(&kind))
    };
    let mut codes: Vec<&str> =
        regions.filter(|region| fits(region.kind)).map(|region| region.code.as_str()).collect();
    match post.level {
        Level::Town => codes.extend(data.towns.iter().map(|town| town.code.as_str())),
        Level::Segment => codes.extend(
            data.segments
                .iter()
                .filter(|segment| {
                    let back_street =
                        rules.road_class(&segment.road_code) == Some(crate::place::RoadClass::BackStreet);
                    post.places.is_empty() || (back_street && post.places.contains(&AreaKind::BackStreet))
                })
                .map(|segment| segment.code.as_str()),
        ),
        Level::City => codes.push(&data.district.code),
        Level::District if codes.is_empty() => codes.push(&data.district.code),
        Level::District | Level::Community | Level::Grid => {}
    }
    codes
}

/// Units that nobody can be called at (路长吹哨、部门报到 needs a contact of each).
pub fn unreachable(units: &[Unit]) -> Vec<&Unit> {
    units.iter().filter(|unit| !unit.contact.is_reachable()).collect()
}
