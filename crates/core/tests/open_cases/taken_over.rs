//! Good lists.

use chrono::NaiveDate;
use jiekou_core::case::State;
use jiekou_core::import::{Handed, Mapping};
use jiekou_core::place::Wgs84;

use super::{at, rules, taken};

#[test]
fn a_case_is_read_with_its_place_its_moments_and_who_has_it() {
    let list = taken(
        "案件编号|小类名称|案件状态|上报时间|派遣时间|处置截止时间|经度|纬度|位置描述|处置部门|紧急程度|问题描述|联系电话|图片
         A-2|道路破损|处置中|2026-11-20 09:00|2026-11-20 10:00|2026-11-27|113.630|34.735|淮河路口|区城市管理局|紧急|大坑|139 0371 1234|x
         A-1|道路破损|待受理|2026/11/19|||||淮河路口||||",
        &Mapping::default(),
    );
    assert_eq!(list.left_out, ["图片"]);
    let [first, second] = list.cases.as_slice() else { panic!("{list:?}") };
    assert_eq!((first.number.as_str(), second.number.as_str()), ("A-1", "A-2"), "the earliest first");
    assert_eq!((first.line, first.opened_at, first.state), (3, at("2026-11-19 00:00"), State::Received));
    assert_eq!(first.description, "道路破损", "without words the category's name stands for them");
    assert!(first.contact.is_empty() && first.due_at.is_none());

    assert_eq!((second.category.as_str(), second.state, second.urgent), ("road-damage", State::Signed, true));
    assert_eq!(second.dispatched_at, Some(at("2026-11-20 10:00")));
    assert_eq!(second.since, at("2026-11-20 10:00"));
    assert_eq!(second.due_at, Some(at("2026-11-28 00:00")), "a day ends at midnight");
    assert_eq!(second.place.point, Some(Wgs84::new(113.630, 34.735).unwrap()));
    assert_eq!(second.contact.phone.as_deref(), Some("13903711234"));
    let unit = Handed::Unit { code: "urban-management".into(), name: "区城市管理局".into() };
    assert_eq!(second.handed, Some(unit));
}

#[test]
fn categories_are_known_by_slug_name_standard_and_code() {
    let read = |category: &str, code: &str, kind: &str, mapping: &Mapping| {
        let row = format!(
            "编号|小类|小类代码|问题类型|状态|上报时间|街道\n1|{category}|{code}|{kind}|上报|2026-11-20|淮河路街道"
        );
        taken(&row, mapping).cases[0].category.clone()
    };
    let plain = Mapping::default();
    for (category, code, kind, slug) in [
        ("manhole", "", "", "manhole"),
        ("井盖问题", "", "", "manhole"),
        ("雨水井盖", "", "", "manhole-rain"),
        ("暴露生活垃圾", "", "事件", "household-waste"),
        ("", "0137", "部件", "street-light"),
        ("路灯不亮", "0137", "", "street-light"),
        ("什么问题", "0506", "", "water-logging"),
    ] {
        assert_eq!(read(category, code, kind, &plain), slug, "{category} {code} {kind}");
    }
    // The same lamp under the older table, where 0137 is another number.
    let rules = rules();
    let older = Mapping::read("codeSystem: CJ/T 214-2007", &rules).unwrap();
    assert_eq!(read("", "0118", "部件", &older), "street-light");
    let theirs = Mapping::read("categories: { 坑: road-damage }", &rules).unwrap();
    assert_eq!(read("坑", "", "", &theirs), "road-damage");
}

#[test]
fn centers_are_known_by_code_and_by_the_names_of_their_towns() {
    for center in ["410103001", "淮河路街道", "淮河路街道办事处", "淮河路街道数字化城管中心"]
    {
        let row = format!("编号|小类|状态|上报时间|镇办\n1|井盖问题|上报|2026-11-20|{center}");
        assert_eq!(
            taken(&row, &Mapping::default()).cases[0].center.as_deref(),
            Some("410103001"),
            "{center}"
        );
    }
}

#[test]
fn what_the_other_system_calls_things_is_mapped() {
    let rules = rules();
    let text = "columns: { number: 流水号, dueAt: 承诺办结 }\nstates: { 待办: signed }\n\
                centers: { 老街办: \"410103001\" }\nunits: { 市政所: urban-management }";
    let mapping = Mapping::read(text, &rules).unwrap();
    let list = taken(
        "流水号|小类|状态|上报时间|承诺办结|镇办|责任单位\n7|井盖问题|待办|2026-11-20 08:00|2026-11-30 18:00|老街办|市政所",
        &mapping,
    );
    let case = &list.cases[0];
    assert_eq!((case.number.as_str(), case.state), ("7", State::Signed));
    assert_eq!((case.due_at, case.center.as_deref()), (Some(at("2026-11-30 18:00")), Some("410103001")));
    assert_eq!(case.handed.as_ref().unwrap().name(), "区城市管理局");
}

#[test]
fn what_a_case_remembers_follows_from_how_it_stands() {
    let list = taken(
        "编号|小类|状态|上报时间|镇办|责任单位|挂账至
         1|井盖问题|退单|2026-11-20|410103001|区爱卫办|
         2|井盖问题|挂账|2026-11-20|410103001|区爱卫办|2026-12-31
         3|井盖问题|待核查|2026-11-20|410103001|三号养护队|
         4|井盖问题|立案|2026-11-20|410103001|区爱卫办|",
        &Mapping::default(),
    );
    let matters: Vec<_> = list.cases.iter().map(jiekou_core::import::OpenCase::matter).collect();
    assert_eq!((matters[0].returned, matters[0].returns, &matters[0].handlers.unit), (true, 1, &None));
    assert_eq!(matters[1].suspended_until, NaiveDate::from_ymd_opt(2026, 12, 31));
    assert_eq!((matters[1].suspensions, matters[1].handlers.unit.as_deref()), (1, Some("health-campaign")));
    assert_eq!((matters[2].fed_back, &matters[2].handlers.unit), (true, &None));
    assert_eq!(list.cases[2].handed, Some(Handed::Words("三号养护队".into())));
    assert_eq!(matters[3].handlers.unit, None, "nobody has it before it is dispatched");
}
