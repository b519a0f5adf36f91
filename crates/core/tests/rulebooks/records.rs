//! Records of the five plans: the kinds, who files them, what is owed.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use jiekou_core::record::{Directory, NewRecord, RawRecord, RecordKind, Subject, SubjectKind, files_as};
use jiekou_core::report::FieldCode;
use jiekou_core::rulebook::{Rulebook, source};
use jiekou_core::staff::{Grant, Level, Role};
use serde_json::{Value, json};

use crate::folder::{PLANS, rules, texts};

/// The plans' rules that are met by records.
const BY_RECORDS: [&str; 15] = [
    "ERQI-07", "ERQI-11", "XXQ-14", "DF-04", "DF-05", "DF-09", "DF-10", "DF-12", "DL-09", "DL-10", "DL-11",
    "DL-15", "ZZ-07", "ZZ-08", "ZZ-11",
];

fn kind<'a>(rules: &'a Rulebook, code: &str) -> &'a RecordKind {
    rules.plan().records.iter().find(|kind| kind.code == code).unwrap_or_else(|| panic!("no {code}"))
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
}

/// Pointers and codes of what is wrong with a record.
fn wrong(rules: &Rulebook, raw: RawRecord) -> Vec<(String, FieldCode)> {
    let directory = Directory::new(rules);
    let told = NewRecord::parse(raw, rules, &directory, today()).err().unwrap_or_default();
    told.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn raw(kind: &str, code: &str, fields: Value) -> RawRecord {
    RawRecord {
        kind: Some(kind.to_owned()),
        on: Some(today()),
        about_codes: vec![code.to_owned()],
        fields: fields.as_object().unwrap().clone(),
        ..RawRecord::default()
    }
}

fn owed_of(rules: &Rulebook, code: &str) -> Vec<String> {
    let all = Directory::new(rules).all(kind(rules, code));
    all.into_iter().map(|subject| subject.code).collect()
}

#[test]
fn every_kind_of_record_names_a_rule_of_its_plan_or_a_paragraph() {
    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md")).unwrap();
    let prefixes = ["ERQI", "XXQ", "DF", "DL", "ZZ"];
    let by_plan = ["erqi", "party-road-chief", "dengfeng", "dalian", "zhengzhou"];
    let mut named = BTreeSet::new();
    for plan in PLANS {
        let rules = rules(plan);
        assert!(!rules.plan().records.is_empty(), "{plan} has no records");
        for kind in &rules.plan().records {
            let Some(rule) = &kind.rule else {
                assert!(kind.clause.is_some(), "{plan}: {} comes from nowhere", kind.code);
                continue;
            };
            assert!(document.contains(&format!("| {rule} |")), "{plan}: {} names {rule}", kind.code);
            let own = by_plan.iter().position(|it| *it == plan).map(|position| prefixes[position]).unwrap();
            assert!(rule.starts_with(own), "{plan}: {rule} is another plan's");
            named.insert(rule.clone());
        }
    }
    let lacking: Vec<_> = BY_RECORDS.iter().filter(|rule| !named.contains(**rule)).collect();
    assert_eq!(lacking, Vec::<&&str>::new(), "rules without a record");
}

#[test]
fn every_kind_is_told_in_the_page_on_records() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/records.md")).unwrap();
    for plan in PLANS {
        for kind in &rules(plan).plan().records {
            assert!(page.contains(&format!("`{}`", kind.code)), "{plan}: {}", kind.code);
        }
    }
}

#[test]
fn meetings_and_artefacts_are_owed_as_often_as_the_plans_say() {
    for (plan, kind_code, cycle, subjects) in [
        ("erqi", "leading-group-meeting", "month", 1),
        ("erqi", "chiefs-meeting", "halfMonth", 1),
        ("dengfeng", "weekly-meeting", "week", 1),
        ("dengfeng", "on-site-review", "month", 1),
        ("dengfeng", "waste-notice", "week", 1),
        ("dengfeng", "waste-comment", "month", 1),
        ("dengfeng", "green-belt-washing", "halfMonth", 60),
        ("dengfeng", "green-belt-clearing", "day", 15),
        ("dalian", "daily-report", "day", 1),
        ("dalian", "weekly-patrol", "week", 1),
        ("dalian", "monthly-appraisal", "month", 1),
        ("dalian", "quarterly-reward", "quarter", 1),
        ("dalian", "yearly-ranking", "year", 1),
        ("dalian", "third-party-week", "week", 4),
        ("dalian", "third-party-month", "month", 4),
        ("dalian", "missed-notice", "week", 1),
        ("dalian", "joint-meeting", "month", 4),
        ("zhengzhou", "work-meeting", "tenDays", 1),
        ("zhengzhou", "comment-meeting", "month", 1),
        ("zhengzhou", "census", "tenDays", 228),
        ("party-road-chief", "department-assessment", "month", 15),
        ("party-road-chief", "town-assessment", "month", 6),
    ] {
        let rules = rules(plan);
        let every = kind(&rules, kind_code).every.map(|cycle| cycle.name());
        assert_eq!((every, owed_of(&rules, kind_code).len()), (Some(cycle), subjects), "{plan} {kind_code}");
    }
    let built = rules("dengfeng");
    let quota = kind(&built, "parking-built").quota.as_ref().unwrap();
    assert_eq!((quota.field.as_str(), quota.at_least), ("spaces", 500));
}

#[test]
fn a_census_is_of_every_road_that_has_a_segment() {
    let rules = rules("zhengzhou");
    let roads: BTreeSet<String> =
        rules.data().segments.iter().map(|segment| segment.road_code.clone()).collect();
    assert_eq!(owed_of(&rules, "census").into_iter().collect::<BTreeSet<_>>(), roads);
    let disorders: Vec<&str> =
        kind(&rules, "census").fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(disorders, ["车辆乱停乱放", "占道出店经营", "垃圾乱堆乱放", "小广告乱发乱贴"]);
}

#[test]
fn each_sheet_of_the_xx_district_has_its_own_evaluator_and_no_other() {
    let rules = rules("party-road-chief");
    let town = rules.data().towns[0].code.clone();
    let district = rules.data().district.code.clone();
    let evaluators = [
        ("squad-assessment", SubjectKind::Unit, "squadron", 0),
        ("department-assessment", SubjectKind::Unit, "police", 1),
        ("town-assessment", SubjectKind::Town, town.as_str(), 2),
    ];
    let grants = [
        Grant::new(Role::CenterDispatcher, Level::Town, town.as_str()),
        Grant::new(Role::DistrictDispatcher, Level::District, district.as_str()),
        Grant {
            unit: Some("urban-management".into()),
            ..Grant::new(Role::UnitHandler, Level::District, district.as_str())
        },
    ];
    let directory = Directory::new(&rules);
    for (code, about, subject, evaluator) in evaluators {
        let kind = kind(&rules, code);
        assert_eq!((kind.full_points(), kind.rule.as_deref()), (100, Some("XXQ-14")), "{code}");
        let areas = directory.areas(&Subject::new(about, subject)).unwrap();
        for (position, grant) in grants.iter().enumerate() {
            let files = files_as(kind, std::slice::from_ref(grant), about, &areas).is_some();
            assert_eq!(files, position == evaluator, "{code} by {grant:?}");
        }
    }
    let other = [Grant::new(Role::CenterDispatcher, Level::Town, rules.data().towns[1].code.as_str())];
    let squad = directory.areas(&Subject::new(SubjectKind::Unit, "city-squadron")).unwrap();
    let assess = kind(&rules, "squad-assessment");
    assert!(files_as(assess, &other, SubjectKind::Unit, &squad).is_none(), "not a squad of that town");
    assert_eq!(
        wrong(&rules, raw("department-assessment", "squadron", json!({})))[0],
        ("/about/codes/0".to_owned(), FieldCode::NotAllowed),
        "the departments are those that a whistle calls"
    );
}

#[test]
fn sanctions_of_the_plans_have_their_steps_in_order() {
    let names = |plan: &str, code: &str| -> Vec<String> {
        let rules = rules(plan);
        kind(&rules, code).rungs().iter().map(|rung| rung.name.clone()).collect()
    };
    assert_eq!(names("dengfeng", "sanction"), ["通报批评", "表态发言", "约谈问责"]);
    assert_eq!(
        names("zhengzhou", "last-ten-sanction"),
        ["通报批评", "约谈党政一把手", "主管区长在例会上做检查", "党政一把手免职"]
    );
    let rules = rules("dengfeng");
    let mut sanction = raw("sanction", "police", json!({ "measure": "circular", "why": "逾期" }));
    assert_eq!(
        wrong(&rules, RawRecord { about_kind: Some("unit".into()), ..sanction.clone() }),
        [("/matter".to_owned(), FieldCode::Missing)]
    );
    sanction.matter = Some("占道经营整治".into());
    assert_eq!(wrong(&rules, sanction.clone()), [("/about/kind".to_owned(), FieldCode::Missing)]);
    assert_eq!(wrong(&rules, RawRecord { about_kind: Some("unit".into()), ..sanction }), []);
}

#[test]
fn a_joint_meeting_without_a_grid_worker_is_none() {
    let rules = rules("dalian");
    let said = json!({ "situation": "平稳", "opinions": "网格员建议增设果皮箱", "next": "清理楼道" });
    let meeting = |attendees: Value| RawRecord {
        attendees: attendees.as_object().unwrap().clone(),
        ..raw("joint-meeting", "210202", said.clone())
    };
    let everybody = json!({ "gridWorker": 12, "community-secretary": 5, "unitHandler": 9 });
    assert_eq!(wrong(&rules, meeting(everybody)), []);
    let nobody = json!({ "community-secretary": 5, "unitHandler": 9 });
    assert_eq!(wrong(&rules, meeting(nobody)), [("/attendees/gridWorker".to_owned(), FieldCode::Missing)]);
    let none = json!({ "gridWorker": 0, "community-secretary": 5, "unitHandler": 9, "guests": 2 });
    assert_eq!(
        wrong(&rules, meeting(none)),
        [
            ("/attendees/gridWorker".to_owned(), FieldCode::OutOfRange),
            ("/attendees/guests".to_owned(), FieldCode::Unknown)
        ]
    );
}

#[test]
fn everything_that_is_wrong_with_a_record_is_told_at_once() {
    let rules = rules("zhengzhou");
    let road = owed_of(&rules, "census")[0].clone();
    let fields = json!({ "vehicles": -1, "trading": "many", "garbage": 2, "smell": 1 });
    let record = RawRecord {
        on: today().succ_opt(),
        about_codes: vec![road.clone(), road.clone()],
        matter: Some("普查".into()),
        ..raw("census", &road, fields)
    };
    let mut told = wrong(&rules, record);
    told.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("/about/codes", FieldCode::TooMany),
        ("/fields/ads", FieldCode::Missing),
        ("/fields/smell", FieldCode::Unknown),
        ("/fields/trading", FieldCode::WrongType),
        ("/fields/vehicles", FieldCode::OutOfRange),
        ("/matter", FieldCode::NotAllowed),
        ("/on", FieldCode::InFuture),
    ];
    assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let good = json!({ "vehicles": 0, "trading": 3, "garbage": 2, "ads": 10 });
    assert_eq!(wrong(&rules, raw("census", &road, good.clone())), []);
    assert_eq!(
        wrong(&rules, raw("census", "R9999", good.clone())),
        [("/about/codes/0".to_owned(), FieldCode::Unknown)]
    );
    assert_eq!(
        wrong(&rules, RawRecord { kind: None, ..raw("census", &road, good) }),
        [("/kind".to_owned(), FieldCode::Missing)]
    );
    assert_eq!(wrong(&rules, raw("parade", &road, json!({}))), [("/kind".to_owned(), FieldCode::Unknown)]);
}

#[test]
fn a_slip_in_records_is_told_with_its_line_and_what_to_do() {
    for (plan, from, to, expected) in [
        ("dengfeng", "  rule: DF-05\n", "", "comes from nowhere: write its `rule`, or its `clause`"),
        ("dengfeng", "climbs: measure", "climbs: why", "climbs a field that is no choice"),
        ("dengfeng", "field: spaces", "field: place", "adds up a field that is no count"),
        ("dengfeng", "code: on-site-review", "code: weekly-meeting", "record `weekly-meeting` stands twice"),
        (
            "dengfeng",
            "unit: urban-management,",
            "unit: bureau,",
            "names unit `bureau`, which units.yaml lacks",
        ),
        ("erqi", "code: roadChief", "code: road-king", "wants `road-king` to attend"),
        ("erqi", "post: l3", "post: l9", "names post `l9`, which posts.yaml lacks"),
        ("zhengzhou", "points: 40", "points: 0", "has an item without points"),
        ("zhengzhou", "atLeast: 0, atMost: 10000, unit: 处", "atLeast: 1, atMost: 0", "has `atMost` below"),
        ("zhengzhou", "code: trading", "code: vehicles", "has field `vehicles` twice"),
        ("dalian", "filedBy: [{ unit: third-party }]", "filedBy: [{ level: city }]", "is filed by anybody"),
        ("dalian", "every: day", "every: day\n  times: 0", "is owed no times"),
        ("party-road-chief", "about: [town]", "about: [town, person]", "is owed of people"),
        ("party-road-chief", "every: month", "every: fortnight", "records.yaml:"),
        ("erqi", "is: link, optional", "is: url, optional", "records.yaml:"),
        ("erqi", "code: chaired-by", "code: chaired_By", "write lower-case letters, digits and hyphens"),
    ] {
        let mut texts = texts(plan);
        let text = texts["records.yaml"].replacen(from, to, 1);
        assert_ne!(text, texts["records.yaml"], "{plan} has no {from}");
        texts.insert("records.yaml".into(), text);
        let told: Vec<String> =
            source::read(&texts).err().unwrap_or_default().iter().map(ToString::to_string).collect();
        let found = told.iter().any(|words| words.starts_with("records.yaml:") && words.contains(expected));
        assert!(found, "{plan}: {to}: {told:?}");
    }
}
