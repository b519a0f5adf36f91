//! Wrong cells.

use chrono::NaiveDate;
use jiekou_core::import::{Cell, Line, Mapping, Origin, open_cases, told};
use jiekou_core::place::CoordinateSystem;

use super::{lines, now, origin, refused, rules};

#[test]
fn every_wrong_cell_is_named_at_once_with_what_to_do() {
    let faults = refused(
        "案件编号|小类名称|案件状态|上报时间|处置截止时间|经度|纬度|街道|联系电话
         A-1|飞碟|处置中|2026-11-20 09:00|2026-11-25|113.63|34.735||
         A-2|道路破损|已结案|2026-11-20 09:00||113.63|34.735||
         A-3|道路破损|归档|2026-11-20 09:00||113.63|34.735||
         A-4|道路破损||2026-12-20 09:00|2026-11-25|113.63|34.735||
         A-1|道路破损|神游|2026-11-20 09:00|2026-11-19|||月球街道|电话不详
         |道路破损|处置中|昨天||34.735|113.63||
         A-7|道路破损|处置中|2026-11-20 09:00||||| ",
        &Mapping::default(),
    );
    let expected = [
        "row 2, column B (小类名称): `飞碟` is no category of the rulebook: map it in `categories` of --columns",
        "row 3, column C (案件状态): `已结案` is over, and is not taken over: leave the row out",
        "row 4, column C (案件状态): `归档` is over, and is not taken over: leave the row out",
        "row 5, column C (案件状态): it is empty: how does the case stand?",
        "row 5, column D (上报时间): it lies in the future",
        "row 5, column E (处置截止时间): it lies before the case was reported (2026-12-20 09:00)",
        "row 6, column A (案件编号): `A-1` stands in row 2 too: a case is listed once",
        "row 6, column C (案件状态): `神游` is no state that is known: map it in `states` of --columns, or write one of \
         上报、受理、核实、立案、派遣、处置、退回、挂账、已处置、核查、返工、重新办理",
        "row 6, column E (处置截止时间): it lies before the case was reported (2026-11-20 09:00)",
        "row 6, column H (街道): `月球街道` is no center of the rulebook: map it in `centers` of --columns",
        "row 6, column I (联系电话): it is no telephone number: digits with an optional +, 5 to 15 of them",
        "row 7, column A (案件编号): it is empty: without a number a case is not known again",
        "row 7, column D (上报时间): `昨天` is no moment: write 2026-11-01 08:30, or 2026-11-01",
        "row 7, column F (经度): the position is outside China; longitude and latitude seem swapped",
        "row 8: nothing says where it is: give a point, an address, a segment, a component or a center",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn a_point_that_no_town_has_is_wrong_unless_the_list_names_the_center() {
    let list = |center: &str| {
        format!("编号|小类|状态|上报时间|经度|纬度|中心\n1|井盖问题|上报|2026-11-20|121.47|31.23|{center}")
    };
    let faults = refused(&list(""), &Mapping::default());
    let words =
        "the point lies in no town of the rulebook: is the coordinate system right? Else name the center";
    assert_eq!(faults, [format!("row 2, column E (经度): {words}")]);
    assert_eq!(super::taken(&list("410103001"), &Mapping::default()).cases.len(), 1);
}

#[test]
fn codes_that_can_be_two_things_or_contradict_the_word_are_wrong() {
    let fault = |category: &str, code: &str| {
        let row =
            format!("编号|小类|小类代码|状态|上报时间|中心\n1|{category}|{code}|上报|2026-11-20|410103001");
        refused(&row, &Mapping::default()).remove(0)
    };
    assert!(fault("", "0110").contains("`0110` can be"), "{}", fault("", "0110"));
    assert!(fault("路灯不亮", "0506").contains("correct one of them"), "{}", fault("路灯不亮", "0506"));
    assert!(fault("", "0777").ends_with("no category of the rulebook has the code `0777`"));
    assert!(fault("", "").ends_with("it is empty: every case needs a category or a code"));
    let near = fault("马路边路灯不亮了", "");
    assert!(near.ends_with("it may be 路灯不亮 (street-light)"), "{near}");
}

#[test]
fn cells_of_a_workbook_that_cannot_be_trusted_are_named() {
    let mut list = lines("编号|小类|状态|上报时间|中心\n1|井盖问题|上报|2026-11-20|410103001");
    list[1].cells[0] = Cell::Number(20_191_212_000_030_031.0);
    list[1].cells[2] = Cell::Broken;
    list[1].cells[3] = Cell::Number(46_346.5);
    let mapping = Mapping::default();
    let faults = told(&open_cases(&list, &origin(&mapping), &rules(), now()).unwrap_err());
    let expected = [
        "row 2, column A (编号): the spreadsheet has rounded this number: export the column as text",
        "row 2, column C (状态): its formula has failed: write what it should say",
        "row 2, column D (上报时间): `46346.5` is no moment: write 2026-11-01 08:30, or 2026-11-01",
    ];
    assert_eq!(faults, expected);
    list[1].cells = vec![
        Cell::Number(110.0),
        Cell::of("井盖问题"),
        Cell::of("上报"),
        Cell::Moment(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(8, 30, 0).unwrap()),
        Cell::Number(410_103_001.0),
    ];
    let read = open_cases(&list, &origin(&mapping), &rules(), now()).unwrap();
    assert_eq!(
        (read.cases[0].number.as_str(), read.cases[0].opened_at),
        ("110", super::at("2026-11-20 08:30"))
    );
}

#[test]
fn a_contact_is_never_repeated() {
    let faults = refused(
        "编号|小类|状态|上报时间|中心|联系人|电话|邮箱
         1|井盖问题|上报|2026-11-20|410103001|张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰张三丰|王先生家的座机|不用邮箱@",
        &Mapping::default(),
    );
    assert_eq!(faults.len(), 3, "{faults:?}");
    let told = faults.join("\n");
    assert!(!["张三丰", "王先生", "不用邮箱"].iter().any(|personal| told.contains(personal)), "{told}");
}

#[test]
fn what_the_file_of_columns_names_must_exist() {
    let rules = rules();
    let text = "states: { 办: closed }\ncategories: { 坑: pothole }\ncenters: { 甲: \"999\" }\nunits: { 乙: nobody }";
    assert_eq!(
        Mapping::read(text, &rules).unwrap_err(),
        [
            "categories: `坑` is `pothole`, which the rulebook does not have",
            "centers: `甲` is `999`, which the rulebook does not have",
            "units: `乙` is `nobody`, which the rulebook does not have",
            "states: `办` is `closed`, and a closed case is not taken over",
        ]
    );
    for wrong in ["columns: { colour: x }", "state: {}", "- a", "states: { 办: dancing }"] {
        assert_eq!(Mapping::read(wrong, &rules).unwrap_err().len(), 1, "{wrong}");
    }
    assert_eq!(Mapping::read("", &rules), Ok(Mapping::default()));
    let missing = Mapping::read("columns: { number: 流水号 }", &rules).unwrap();
    let faults = refused("编号|小类|状态|上报时间|中心\n1|井盖问题|上报|2026-11-20|410103001", &missing);
    assert_eq!(faults[0], "row 1: no column has the heading `流水号`, which --columns names for `number`");
}

#[test]
fn a_list_of_another_district_is_refused() {
    let mapping = Mapping::default();
    let named = |system, district| Origin {
        system,
        district,
        coordinates: CoordinateSystem::Wgs84,
        mapping: &mapping,
    };
    let rules = rules();
    assert!(named("数字城管", "410103").faults(&rules).is_empty());
    assert_eq!(named("", "410105").faults(&rules).len(), 2);
    assert_eq!(named("a\u{7}", "410103").faults(&rules).len(), 1);
}

#[test]
fn an_empty_list_says_so() {
    let empty: &[Line] = &[];
    let mapping = Mapping::default();
    let faults = told(&open_cases(empty, &origin(&mapping), &rules(), now()).unwrap_err());
    assert_eq!(faults, ["the list is empty"]);
    let faults = refused("编号|小类|状态|上报时间|中心", &mapping);
    assert_eq!(faults, ["the list has headings and no case below them"]);
}
