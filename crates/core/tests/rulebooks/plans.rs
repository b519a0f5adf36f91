//! The five shipped rulebooks: each loads whole, and holds the numbers its plan states.
use std::collections::{BTreeMap, BTreeSet};

use crate::folder::{PLANS, rules, texts};
use chrono::NaiveDate;
use jiekou_core::category::codes::{Known, look_up};
use jiekou_core::category::{Grime, Plane};
use jiekou_core::place::{RoadClass, ZoneKind};
use jiekou_core::plan::{ClosingAuthority, Cycle, Person, Row, UnitKind, next_rung, roster};
use jiekou_core::rulebook::{Rulebook, geometry_check, source, warnings::warnings};
use jiekou_core::staff::{Level, Turn};

#[test]
fn every_shipped_rulebook_loads_and_its_areas_neither_overlap_nor_leave_gaps() {
    for name in PLANS {
        let texts = texts(name);
        let data = source::read(&texts).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        assert_eq!(data.code, name);
        assert!(data.schematic, "{name}: no register is public, so its areas say that they are a drawing");
        let outline = source::outline(&texts).unwrap();
        let ground = geometry_check::check(&data, Some(&outline));
        assert_eq!((ground.faults, ground.warnings), (vec![], vec![]), "{name}");
        assert!(ground.town_km2.iter().all(|km2| *km2 > 0.3), "{name}: {:?}", ground.town_km2);
        let kept = serde_json::to_value(&data).unwrap();
        let again: jiekou_core::rulebook::RulebookData = serde_json::from_value(kept.clone()).unwrap();
        assert_eq!(
            serde_json::to_value(&again).unwrap(),
            kept,
            "{name}: it is stored and read back unchanged"
        );
    }
}

#[test]
fn a_year_without_holidays_is_warned_of() {
    let data = source::read(&texts("erqi")).unwrap();
    let on = |text: &str| -> Vec<String> {
        let told = warnings(&data, text.parse::<NaiveDate>().unwrap());
        told.iter().filter(|it| it.file == "calendar.yaml").map(ToString::to_string).collect()
    };
    assert_eq!(on("2025-06-01"), Vec::<String>::new());
    let told = on("2026-11-01");
    assert!(told.len() == 1 && told[0].contains("2027") && told[0].contains("Monday to Friday"), "{told:?}");
    assert_eq!(on("2027-01-01").len(), 2);
}

#[test]
fn erqi_has_its_roads_segments_patrol_zones_and_stations() {
    let rules = rules("erqi");
    let data = rules.data();
    let roads: BTreeSet<_> = data.segments.iter().map(|segment| &segment.road_code).collect();
    assert_eq!((data.segments.len(), roads.len(), data.towns.len()), (291, 185, 17));
    let count = |kind| data.plan.zones.iter().filter(|zone| zone.kind == kind).count();
    assert_eq!((count(ZoneKind::Patrol), count(ZoneKind::PoliceStation)), (6, 10));
    let hot =
        data.plan.zones.iter().find(|zone| zone.name.contains("火车站") && zone.kind == ZoneKind::Patrol);
    let assigned = crate::folder::assigned(&rules, crate::folder::inside(&hot.unwrap().geometry));
    assert!(assigned.ground.hot, "{assigned:?}");
    let (_, quiet, _) = crate::folder::in_town(&rules, "410103100");
    assert!(!quiet.ground.hot);
}

#[test]
fn a_segment_of_erqi_needs_thirteen_people_and_the_roster_names_who_lacks() {
    let mut data = source::read(&texts("erqi")).unwrap();
    let posts = data.plan.posts.clone();
    let needed: u32 =
        posts.iter().filter(|post| post.level == Level::Segment).map(|post| post.at_least).sum();
    assert_eq!(needed, 13);
    let segment = data.segments[0].code.clone();
    let person = |post: &str| Person {
        post: post.into(),
        area: segment.clone(),
        name: "示意".into(),
        contact: None,
        turn: None,
    };
    for post in posts.iter().filter(|post| post.level == Level::Segment) {
        data.plan.people.extend((0..post.at_least).map(|_| person(&post.code)));
    }
    let of_segment = |data: &jiekou_core::rulebook::RulebookData| -> Vec<(String, u32, u32)> {
        let gaps = roster::gaps(&Rulebook::new(data.clone())).into_iter();
        gaps.filter(|gap| gap.area == segment).map(|gap| (gap.post, gap.has, gap.needs)).collect()
    };
    assert_eq!(of_segment(&data), vec![]);
    data.plan.people.retain(|person| person.post != "sanitation-worker");
    data.plan.people.push(person("l3"));
    assert_eq!(of_segment(&data), [("l3".into(), 2, 1), ("sanitation-worker".into(), 0, 2)]);
}

#[test]
fn patrols_are_as_often_as_the_plans_say() {
    let every = |plan: &str| -> BTreeMap<String, Cycle> {
        let rules = rules(plan);
        let posts = rules.plan().posts.iter();
        posts.filter_map(|post| Some((post.code.clone(), post.patrol?.every))).collect()
    };
    let erqi = every("erqi");
    assert_eq!(
        (erqi["chief"], erqi["chief-deputy"], erqi["l1"], erqi["l2"]),
        (Cycle::HalfMonth, Cycle::HalfMonth, Cycle::Week, Cycle::Day)
    );
    let xx = every("party-road-chief");
    assert_eq!(
        (xx["chief"], xx["l1-town"], xx["l1-enforcement"], xx["l2-community"]),
        (Cycle::Month, Cycle::Week, Cycle::Week, Cycle::Day)
    );
}

#[test]
fn every_category_of_erqi_is_one_of_dirt_disorder_decay_and_pollution() {
    let rules = rules("erqi");
    let categories = &rules.data().categories;
    for grime in [Grime::Dirt, Grime::Disorder, Grime::Decay, Grime::Pollution] {
        assert!(categories.iter().any(|category| category.grime == Some(grime)), "{grime:?}");
    }
    let without: Vec<_> = categories.iter().filter(|it| it.grime.is_none()).map(|it| &it.slug).collect();
    assert_eq!(without, Vec::<&String>::new());
}

#[test]
fn every_code_is_standard_or_numbered_as_local() {
    for name in PLANS {
        for category in &rules(name).data().categories {
            let known = look_up(&category.code);
            assert!(
                matches!(known, Known::Standard(_) | Known::Local),
                "{name} {}: {known:?}",
                category.slug
            );
        }
    }
}

#[test]
fn every_road_of_the_xx_district_has_all_three_ranks_and_every_back_street_its_community_chief() {
    let rules = rules("party-road-chief");
    assert_eq!(roster::gaps(&rules), vec![]);
    let posts = &rules.plan().posts;
    let ranks: BTreeSet<_> = posts.iter().filter_map(|post| post.rank).collect();
    assert_eq!(ranks, BTreeSet::from([0, 1, 2]));
    let back_streets = rules
        .data()
        .segments
        .iter()
        .filter(|segment| rules.road_class(&segment.road_code) == Some(RoadClass::BackStreet));
    let back_streets: Vec<_> = back_streets.collect();
    assert!(!back_streets.is_empty());
    for segment in back_streets {
        let chief = |person: &Person| person.post == "l2-community" && person.area == segment.code;
        assert!(rules.plan().people.iter().any(chief), "{}", segment.code);
    }
}

#[test]
fn persuasion_comes_before_enforcement_for_two_posts_of_the_xx_district_only() {
    let rules = rules("party-road-chief");
    let first: Vec<_> = rules
        .plan()
        .posts
        .iter()
        .filter(|post| post.persuades_first)
        .map(|post| post.code.as_str())
        .collect();
    assert_eq!(first, ["l1-enforcement", "l2-community"]);
}

#[test]
fn the_fifteen_units_that_a_whistle_calls_can_be_reached() {
    let rules = rules("party-road-chief");
    let called = &rules.plan().process.whistle.units;
    assert_eq!(called.len(), 15);
    for code in called {
        let unit = rules.unit(code).unwrap();
        assert!(unit.contact.is_reachable() && !unit.contact.post.is_empty(), "{code}");
    }
    for name in PLANS {
        assert_eq!(roster::unreachable(&crate::folder::rules(name).plan().units).len(), 0, "{name}");
    }
}

#[test]
fn categories_lie_on_one_of_three_planes() {
    let rules = rules("party-road-chief");
    for (slug, plane) in [
        ("street-vendor", Plane::Ground),
        ("household-waste", Plane::Ground),
        ("road-damage", Plane::Ground),
        ("signboard", Plane::Facade),
        ("air-conditioner", Plane::Facade),
        ("small-ads", Plane::Facade),
        ("illegal-building", Plane::Roof),
        ("roof-clutter", Plane::Roof),
    ] {
        assert_eq!(rules.category(slug).unwrap().plane, plane, "{slug}");
    }
}

#[test]
fn dalian_has_540_communities_and_1345_grids_with_unified_codes() {
    let rules = rules("dalian");
    let of = |level| rules.plan().regions.iter().filter(move |region| region.level == level);
    assert_eq!((of(Level::Community).count(), of(Level::Grid).count()), (540, 1_345));
    let codes: BTreeSet<_> = of(Level::Grid).map(|grid| &grid.code).collect();
    let communities: BTreeSet<_> = of(Level::Grid).map(|grid| &grid.parent).collect();
    assert_eq!((codes.len(), communities.len()), (1_345, 540));
    for grid in of(Level::Grid) {
        assert!(grid.code.starts_with(&grid.parent) && grid.code.len() == 15, "{}", grid.code);
        let point = crate::folder::inside(&grid.geometry);
        assert_eq!(rules.grid_at(point).map(|it| &it.code), Some(&grid.code));
        assert_eq!(
            rules.community_at(point).map(|it| &it.code),
            Some(&grid.parent),
            "a grid lies in its community"
        );
    }
}

#[test]
fn grids_are_staffed_by_their_kind_and_each_has_one_responsible_person() {
    let dalian = rules("dalian");
    assert_eq!(roster::gaps(&dalian), vec![]);
    let two = dalian.plan().people.iter().filter(|person| person.turn == Some(Turn::B)).count();
    assert!(two > 100, "some residential grids have an A and a B: {two}");
    assert!(dalian.plan().posts.iter().any(|post| post.code == "grid-residential" && post.one_on_duty));
    let zhengzhou = rules("zhengzhou");
    assert_eq!(roster::gaps(&zhengzhou), vec![]);
    for grid in zhengzhou.plan().regions.iter().filter(|region| region.level == Level::Grid) {
        let responsible = zhengzhou.plan().people.iter().filter(|person| person.area == grid.code).count();
        assert_eq!(responsible, 1, "{}", grid.code);
        assert_eq!(grid.code.len(), 14, "the shorter numbering works as well");
    }
}

#[test]
fn every_street_of_dalian_has_two_or_three_squads_by_its_grids() {
    let rules = rules("dalian");
    for town in &rules.data().towns {
        let squads = rules
            .plan()
            .units
            .iter()
            .filter(|unit| unit.kind == UnitKind::Squad && unit.areas.contains(&town.code));
        let (squads, grids) = (
            squads.count(),
            rules
                .plan()
                .regions
                .iter()
                .filter(|it| it.level == Level::Grid && it.code.starts_with(&town.code))
                .count(),
        );
        assert!(
            (2..=3).contains(&squads) && (squads == 3) == (grids >= 40),
            "{}: {squads} for {grids}",
            town.name
        );
    }
}

#[test]
fn the_ladders_climb_as_each_plan_says() {
    for (plan, levels) in [
        ("erqi", vec![Level::Segment, Level::Town, Level::District]),
        ("party-road-chief", vec![Level::Segment, Level::Segment, Level::Town, Level::District]),
        ("dengfeng", vec![Level::Town, Level::District]),
        ("dalian", vec![Level::Grid, Level::Community, Level::Town, Level::District, Level::City]),
        ("zhengzhou", vec![Level::Grid, Level::Town, Level::District, Level::City]),
    ] {
        let rules = rules(plan);
        let (ladder, mut at, mut climbed) = (&rules.plan().ladder, None, Vec::new());
        while let Some(next) = next_rung(ladder, at, None) {
            climbed.push(ladder[next].level);
            at = Some(next);
        }
        assert_eq!(climbed, levels, "{plan}");
    }
}

#[test]
fn each_plan_says_who_closes_and_who_does_what() {
    for (plan, closes) in [
        ("erqi", ClosingAuthority::TownCenter),
        ("party-road-chief", ClosingAuthority::LoopOwner),
        ("dengfeng", ClosingAuthority::TownCenter),
        ("dalian", ClosingAuthority::TopCenter),
        ("zhengzhou", ClosingAuthority::TopCenter),
    ] {
        assert_eq!(rules(plan).plan().process.closing_authority, closes, "{plan}");
    }
    let mandates = rules("zhengzhou").plan().process.mandates.clone();
    assert_eq!(
        (mandates.assess, mandates.organise, mandates.check, mandates.mobilise),
        (Level::City, Level::District, Level::Town, Level::Community)
    );
    assert_eq!((mandates.rank_towns, mandates.rank_districts), (Cycle::TenDays, Cycle::Month));
}

#[test]
fn the_four_disorders_have_exactly_four_members_that_do_not_overlap() {
    let rules = rules("zhengzhou");
    let group = rules.plan().groups.iter().find(|group| group.slug == "four-disorders").unwrap();
    let names: Vec<_> = group.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["车辆乱停乱放", "占道出店经营", "垃圾乱堆乱放", "小广告乱发乱贴"]);
    for (slug, member) in [
        ("vehicle-parking", Some("车辆乱停乱放")),
        ("shared-bikes", Some("车辆乱停乱放")),
        ("road-trading", Some("占道出店经营")),
        ("piled-materials", Some("垃圾乱堆乱放")),
        ("ad-handout", Some("小广告乱发乱贴")),
        ("street-light", None),
    ] {
        let found = group.member_of(rules.category(slug).unwrap());
        assert_eq!(found.map(|member| member.name.as_str()), member, "{slug}");
    }
}

#[test]
fn every_promise_with_a_number_is_a_target() {
    for (plan, targets) in [
        ("erqi", vec!["ERQI-23", "ERQI-24"]),
        (
            "dengfeng",
            vec!["DF-10", "DF-11", "DF-13-green", "DF-13-park", "DF-14-energy", "DF-14-position", "DF-20"],
        ),
        ("dalian", vec!["DL-14-intact", "DL-14-timely", "DL-16-hoarding", "DL-16-goods"]),
    ] {
        let rules = rules(plan);
        let ids: Vec<_> = rules.plan().targets.iter().map(|target| target.id.as_str()).collect();
        assert_eq!(ids, targets, "{plan}");
    }
    let row = |no: &str, attributes: &[(&str, f64)]| Row {
        no: no.into(),
        point: None,
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    };
    let met = |plan: &str, id: &str, rows: Vec<Row>| {
        let rules = rules(plan);
        let target = rules.plan().targets.iter().find(|target| target.id == id).unwrap().clone();
        target.measure(&BTreeMap::from([(target.register.clone(), rows)])).met
    };
    let streets = |count: u8| (0..count).map(|n| row(&n.to_string(), &[])).collect::<Vec<_>>();
    for (plan, id, rows, expected) in [
        ("dengfeng", "DF-10", vec![row("a", &[("spaces", 300.0)]), row("b", &[("spaces", 200.0)])], true),
        ("dengfeng", "DF-10", vec![row("a", &[("spaces", 499.0)])], false),
        ("dengfeng", "DF-11", vec![row("a", &[("class", 1.0)]), row("b", &[("class", 2.0)])], true),
        ("dengfeng", "DF-11", vec![row("a", &[("class", 3.0)])], false),
        (
            "dengfeng",
            "DF-14-energy",
            vec![row("a", &[("cleanEnergy", 1.0)]), row("b", &[("cleanEnergy", 0.0)])],
            false,
        ),
        ("dengfeng", "DF-20", streets(3), true),
        ("dengfeng", "DF-20", streets(6), false),
        ("erqi", "ERQI-24", streets(2), false),
        ("erqi", "ERQI-23", vec![row("a", &[("purifier", 1.0)])], true),
        ("dalian", "DL-16-hoarding", vec![row("a", &[("meters", 4.0)])], true),
        ("dalian", "DL-16-hoarding", vec![row("a", &[("meters", 3.9)])], false),
        ("dalian", "DL-16-goods", vec![row("a", &[("goodsBelowTop", 0.0)])], false),
    ] {
        assert_eq!(met(plan, id, rows), expected, "{id}");
    }
}
