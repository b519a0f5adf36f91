//! Whose is it, in each plan.
use std::collections::{BTreeSet, HashMap};

use crate::folder::{assigned, in_town, inside, rules};
use jiekou_core::place::{Component, RoadClass};
use jiekou_core::plan::{TopicGroup, UnclearOwner};
use jiekou_core::report::ReportedPlace;
use jiekou_core::routing::{Loop, Problem, Step, assign, responsible};
use jiekou_core::rulebook::{Rulebook, source};

/// The plan of 登封市: topic, 牵头单位, 责任单位, as printed but for words in parentheses.
const DENGFENG: &[(&str, &str, &str)] = &[
    (
        "1",
        "市城管局",
        "市财政局、市资源规划局、市住建局、市交通局、市公安局、市市场监管局、供电公司、禹中水务公司、热力公司、各办事处、各通讯运营商及其他线缆权属单位",
    ),
    ("2", "市城管局", "市公安局、市市场监管局、市交通局、市水利局"),
    ("3", "市城管局", "市市场监管局、各办事处"),
    ("4", "市政务服务大数据局", "市城管局、市公安局、市住建局、市市场监管局、市交通局、市教体局"),
    ("5.1", "市公安局", "市城管局"),
    ("5.2", "市城管局", "市资源规划局、市公安局、市政务服务大数据局、市交通局、各办事处"),
    ("5.3", "市交通局", "市公安局、市残联"),
    ("6", "市城管局", "各办事处"),
    ("7", "市卫健委", "市城管局、市交通局、市住建局"),
    ("8", "市水利局", "市财政局、各办事处"),
    ("9", "市城管局", "市发改委、市财政局、市资源规划局、市住建局、市水利局、市公安局"),
    ("10", "市城管局", "市住建局、市卫健委、市教体局"),
    ("11", "市城管局", "市财政局、市资源规划局"),
    ("12", "市城管局", "市委宣传部、市资源规划局、市公安局、市住建局、市交通局"),
    ("13", "市城管局", "市住建局、市交通局、市生态环境分局"),
    ("14", "市城管局", "市财政局、市资源规划局、市公安局、市住建局、市生态环境分局"),
    ("15", "市城管局", "市发改委、市住建局、市生态环境分局、各办事处"),
    ("16", "市城管局", "市财政局、市住建局、市交通局"),
    ("17", "市城管局", "市住建局、市交通局"),
    ("18", "市城管局", "市财政局、市资源规划局、市交通局"),
    ("19", "市城管局", "市资源规划局、市财政局、市交通局"),
    ("20", "市城管局", "各办事处"),
    ("21", "市城管局", "市林业局、市交通局"),
    ("22", "市委宣传部", "市卫健委、市城管局、市交通局、各办事处"),
    ("23", "市委宣传部", "市交通局、市城管局、市公安局、各有关单位"),
    (
        "24",
        "市委宣传部",
        "市城管局、市公安局、市文化和旅游局、市总工会、团市委、市妇联、市直有关部门、各有关单位、相关乡镇(区、办)",
    ),
    ("25", "市城管局", "市直有关部门、各有关单位、相关乡镇(区、办)"),
];

#[test]
fn the_table_of_dengfeng_is_whole() {
    let rules = rules("dengfeng");
    let topics = &rules.plan().topics;
    assert_eq!((topics.len(), DENGFENG.len()), (27, 27), "25 topics, the fifth in three parts");
    let short = |code: &str| match code {
        "town" => "各办事处".to_owned(),
        code => rules.unit(code).unwrap().name.split('（').next().unwrap().to_owned(),
    };
    for (topic, (no, lead, co_handlers)) in topics.iter().zip(DENGFENG) {
        assert_eq!(topic.no, *no);
        assert_eq!(short(&topic.lead), *lead, "{no}");
        let ours: BTreeSet<String> =
            topic.co_handlers.iter().map(|code| short(code)).chain(topic.others.iter().cloned()).collect();
        let mut printed: BTreeSet<String> = co_handlers.split('、').map(str::to_owned).collect();
        if matches!(*no, "24" | "25") {
            // 相关乡镇（区、办） are the office of the place too.
            printed.retain(|it| it != "相关乡镇(区" && it != "办)");
            printed.extend(["各办事处".to_owned(), "相关乡镇（区、办）".to_owned()]);
        }
        assert_eq!(ours, printed, "{no}");
    }
}

#[test]
fn every_topic_of_dengfeng_belongs_to_its_group() {
    let rules = rules("dengfeng");
    for topic in &rules.plan().topics {
        let number: u32 = topic.no.split('.').next().unwrap().parse().unwrap();
        let group = match number {
            1..=5 => TopicGroup::Order,
            6..=15 => TopicGroup::Cleanness,
            16..=17 => TopicGroup::Lighting,
            18..=21 => TopicGroup::Greening,
            22..=24 => TopicGroup::Conduct,
            _ => TopicGroup::Campaign,
        };
        assert_eq!(topic.group, group, "{}", topic.no);
    }
    for category in &rules.data().categories {
        assert!(rules.topic_of(category).is_some(), "{}", category.slug);
    }
}

#[test]
fn inside_a_topic_each_category_has_its_own_lead() {
    let rules = rules("dengfeng");
    let (center, assigned, point) = in_town(&rules, "410185001");
    for (words, category, topic, lead) in [
        ("渣土车未经核准", "rubble", "5.1", "urban-management"),
        ("渣土车密闭不严", "rubble", "5.1", "urban-management"),
        ("渣土车带泥上路", "rubble", "5.1", "urban-management"),
        ("渣土车沿途遗撒", "rubble", "5.1", "urban-management"),
        ("渣土随意倾倒", "rubble", "5.1", "urban-management"),
        ("渣土车遮挡号牌", "rubble", "5.1", "police"),
        ("渣土车闯红灯", "rubble", "5.1", "police"),
        ("渣土车超速", "rubble", "5.1", "police"),
        ("机动车套牌", "traffic-offence", "5.1", "police"),
        ("共享单车乱停", "bike-parking", "5.2", "urban-management"),
        ("黑车非法营运", "traffic-offence", "5.3", "transport"),
        ("路边一堆建筑垃圾", "rubble", "14", "urban-management"),
        ("卫生死角", "household-waste", "7", "health"),
        ("河道漂浮物", "river", "8", "water"),
        ("黑臭水体", "river", "9", "urban-management"),
        ("随地吐痰", "uncivil-conduct", "22", "civility-office"),
        ("车窗抛物", "traffic-offence", "23", "civility-office"),
        ("饭店油烟", "cooking-fumes", "15", "urban-management"),
    ] {
        let problem = Problem { category, words, point: Some(point), ..Problem::default() };
        let found = responsible(&assigned, &problem, &rules);
        assert_eq!(
            (found.topic.as_deref(), found.lead.code.as_str()),
            (Some(topic), lead),
            "{words}: {found:?}"
        );
        assert!(!found.co_handlers.contains(&found.lead), "{words}");
    }
    let fumes = Problem { category: "cooking-fumes", ..Problem::default() };
    let found = responsible(&assigned, &fumes, &rules);
    assert!(
        found.co_handlers.iter().any(|it| it.code == center.code),
        "the place decides which office: {found:?}"
    );
    let police = Problem { category: "rubble", words: "渣土车沿途遗撒", ..Problem::default() };
    let found = responsible(&assigned, &police, &rules);
    assert!(found.co_handlers.iter().any(|it| it.code == "police"), "the topic's own lead handles with it");
    assert!(
        matches!(&found.trace[..2], [Step::KindNamed { .. }, Step::CategoryLead { .. }]),
        "{:?}",
        found.trace
    );
}

#[test]
fn a_report_on_a_manhole_finds_its_number_and_owner() {
    let rules = rules("dengfeng");
    let lid = |it: &&Component| it.kind == "manhole" && it.owner == "power-company";
    let lid = rules.plan().components.iter().find(lid).unwrap();
    let point = lid.point.offset_meters(3.0, 2.0);
    let assigned = assigned(&rules, point);
    let problem = Problem {
        category: "manhole",
        words: "井盖破了",
        point: Some(point),
        accuracy_meters: Some(8.0),
        component: None,
    };
    let found = responsible(&assigned, &problem, &rules);
    assert_eq!(found.component.as_deref(), Some(lid.no.as_str()));
    assert_eq!(found.lead.code, "urban-management", "the plan has one lead for all manholes");
    assert!(found.co_handlers.iter().any(|party| party.code == "power-company"), "{found:?}");
    let named = Problem { component: Some(&lid.no), point: None, accuracy_meters: None, ..problem };
    assert_eq!(responsible(&assigned, &named, &rules).component, found.component);
    let tree = Problem { category: "greening", words: "", ..problem };
    assert_eq!(responsible(&assigned, &tree, &rules).component, None, "a lid is no tree");
    let mut data = source::read(&crate::folder::texts("dengfeng")).unwrap();
    data.plan.process.component_owner_leads = true;
    let owner_leads = Rulebook::new(data);
    assert_eq!(responsible(&assigned, &problem, &owner_leads).lead.code, "power-company");
}

#[test]
fn numbers_and_chips_of_components_are_unique() {
    let rules = rules("dengfeng");
    let all = &rules.plan().components;
    let numbers: BTreeSet<_> = all.iter().map(|it| &it.no).collect();
    let chips: Vec<_> =
        all.iter().filter(|it| it.kind == "tree").map(|it| it.chip.clone().unwrap()).collect();
    assert_eq!(numbers.len(), all.len());
    assert_eq!(chips.iter().collect::<BTreeSet<_>>().len(), chips.len());
    assert!(all.iter().all(|it| rules.unit(&it.owner).is_some()));
    let mut texts = crate::folder::texts("dengfeng");
    let file = texts.get_mut("components.csv").unwrap();
    let line = file.lines().nth(2).unwrap().to_owned();
    file.push_str(&format!("{line}\n"));
    let told: Vec<String> = source::read(&texts).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|it| it.contains("stands in line 3 already")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("its chip is that of line 3")), "{told:?}");
}

#[test]
fn on_main_roads_of_the_bounded_area_the_district_bureau_leads_instead_of_the_town() {
    let rules = rules("party-road-chief");
    let zone = &rules.plan().zones[0];
    let mut seen: HashMap<(bool, RoadClass), u32> = HashMap::new();
    for segment in &rules.data().segments {
        let point = inside(&segment.geometry);
        let class = rules.road_class(&segment.road_code).unwrap();
        let within = zone.geometry.contains(point);
        let found = assigned(&rules, point);
        let overridden = within && matches!(class, RoadClass::Main | RoadClass::Secondary);
        let center = if overridden { "999901900" } else { segment.town_code.as_str() };
        assert_eq!(found.center.code, center, "{} {class:?}", segment.code);
        assert_eq!(found.segment_code.as_deref(), Some(segment.code.as_str()));
        *seen.entry((within, class)).or_default() += 1;
        let problem =
            Problem { category: "street-vendor", words: "摆摊", point: Some(point), ..Problem::default() };
        let answers = responsible(&found, &problem, &rules);
        if overridden {
            assert_eq!(answers.lead.code, "urban-management");
            assert!(answers.co_handlers.iter().any(|it| it.code == segment.town_code), "{answers:?}");
            assert!(
                found.trace.iter().any(|step| matches!(step, Step::ZoneOverride { .. })),
                "{:?}",
                found.trace
            );
        } else {
            assert_eq!(answers.lead.code, segment.town_code);
        }
        let team = if within { "city-squadron" } else { "squadron" };
        assert_eq!(answers.enforcement.map(|it| it.code).as_deref(), Some(team), "the closest team");
    }
    assert!(
        seen.contains_key(&(true, RoadClass::Main)) && seen.contains_key(&(true, RoadClass::BackStreet)),
        "{seen:?}"
    );
    assert_eq!(rules.center("999901900").unwrap().name, "区城管局路长制办公室");
}

#[test]
fn what_the_finder_settles_begins_in_its_own_loop() {
    let rules = rules("party-road-chief");
    let (_, assigned, _) = in_town(&rules, "999901001");
    for (category, begins_in) in [
        ("household-waste", Loop::SelfHandled),
        ("bin-overflow", Loop::SelfHandled),
        ("small-ads", Loop::SelfHandled),
        ("manhole", Loop::SelfHandled),
        ("street-vendor", Loop::Dispatch),
        ("illegal-building", Loop::Dispatch),
    ] {
        let problem = Problem { category, ..Problem::default() };
        assert_eq!(responsible(&assigned, &problem, &rules).begins_in, begins_in, "{category}");
    }
    let process = &rules.plan().process.self_handling;
    assert!(process.before_photo && process.after_photo);
}

#[test]
fn whoever_received_it_first_keeps_what_nobody_is_named_for() {
    let rules = rules("dengfeng");
    let (center, assigned, _) = in_town(&rules, "410185002");
    let nobody = Problem { category: "unclassified", words: "请来看看", ..Problem::default() };
    let found = responsible(&assigned, &nobody, &rules);
    assert_eq!(found.lead.code, center.code);
    assert_eq!(found.trace[0], Step::FirstResponsible { center: center.code.clone() });
    let mut data = source::read(&crate::folder::texts("dengfeng")).unwrap();
    data.plan.process.unclear_owner = UnclearOwner::District;
    let found = responsible(&assigned, &nobody, &Rulebook::new(data));
    assert_eq!(found.lead.code, "410185000");
    let nowhere = assign(&ReportedPlace::default(), &rules);
    assert!(nowhere.place_unknown);
    assert_eq!(responsible(&nowhere, &nobody, &rules).lead.code, "410185000", "never dropped");
}

#[test]
fn without_topics_the_town_center_leads_and_the_enforcement_team_is_known() {
    let rules = rules("erqi");
    for town in ["410103001", "410103401"] {
        let (center, assigned, point) = in_town(&rules, town);
        let problem = Problem {
            category: "shop-outside",
            words: "饭店出店经营",
            point: Some(point),
            ..Problem::default()
        };
        let found = responsible(&assigned, &problem, &rules);
        assert_eq!((found.lead.code, found.enforcement.unwrap().code), (center.code, "enforcement".into()));
    }
}

#[test]
fn a_point_of_dalian_is_in_its_grid_community_and_town() {
    let rules = rules("dalian");
    for grid in rules.plan().regions.iter().filter(|it| it.kind.is_some()) {
        let found = assigned(&rules, inside(&grid.geometry));
        assert_eq!(found.ground.grid_code.as_deref(), Some(grid.code.as_str()));
        assert_eq!(found.ground.community_code.as_deref(), Some(grid.parent.as_str()));
        assert!(grid.code.starts_with(&found.center.code));
        assert_eq!(found.ground.kinds.first(), grid.kind.as_ref());
    }
}
