//! Whom each plan tells of a clock: its owner first, and at every breach one step higher.

use jiekou_core::case::ClockKind;
use jiekou_core::place::AreaKind;
use jiekou_core::plan::{Addressee, Ladder};
use jiekou_core::rulebook::Rulebook;

use crate::folder::{inside, rules};

/// Owner and the rungs told by one breach after the other, as text.
fn climbed(ladder: &Ladder<'_>, kind: ClockKind, breaches: usize) -> (String, Vec<String>) {
    let mut highest = None;
    let mut told = Vec::new();
    for _ in 0..breaches {
        if let Some((position, addressee)) = ladder.breach(kind, highest).next {
            highest = Some(position);
            told.push(addressee.to_string());
        }
    }
    (ladder.owner(kind).to_string(), told)
}

fn at_segment<'a>(rules: &'a Rulebook, assignee: Option<&'a str>) -> Ladder<'a> {
    let segment = &rules.data().segments[0];
    Ladder {
        rules,
        center: &segment.town_code,
        segment: Some(&segment.code),
        point: Some(inside(&segment.geometry)),
        assignee,
    }
}

#[test]
fn in_erqi_a_breach_climbs_from_the_unit_to_the_town_and_the_district() {
    let rules = rules("erqi");
    let town = format!("center/{}", rules.data().segments[0].town_code);
    let district = "center/410103000".to_owned();
    let given = at_segment(&rules, Some("区城市管理局"));
    assert_eq!(
        climbed(&given, ClockKind::Handle, 3),
        ("unit/urban-management".to_owned(), vec![town.clone(), district.clone(), district.clone()])
    );
    // Nobody is named on the street: the town center owns it and is the first to hear.
    let nameless = at_segment(&rules, Some("市政养护所"));
    assert_eq!(climbed(&nameless, ClockKind::Sign, 2), (town.clone(), vec![town.clone(), district.clone()]));
    assert_eq!(climbed(&nameless, ClockKind::Accept, 1), (town, vec![district]));
}

#[test]
fn in_the_xx_district_a_breach_climbs_from_the_second_rank_to_the_first_and_the_chief() {
    let rules = rules("party-road-chief");
    let ladder = at_segment(&rules, None);
    let (segment, town) = (ladder.segment.unwrap(), ladder.center);
    assert_eq!(
        climbed(&ladder, ClockKind::Handle, 3),
        (
            format!("post/l2-community/{segment}"),
            vec![
                format!("post/l1-town/{segment}"),
                format!("post/chief/{town}"),
                "center/999901000".to_owned()
            ]
        )
    );
    assert_eq!(
        climbed(&ladder, ClockKind::Dispatch, 1),
        (format!("center/{town}"), vec![format!("post/chief/{town}")])
    );
}

#[test]
fn in_dalian_a_breach_climbs_from_whoever_works_the_grid_to_street_district_and_city() {
    let rules = rules("dalian");
    for (kind, post) in [
        (AreaKind::Residential, "grid-residential"),
        (AreaKind::CommercialPublic, "grid-commercial"),
        (AreaKind::Seaside, "grid-owner"),
    ] {
        let grid = rules.data().plan.regions.iter().find(|region| region.kind == Some(kind)).unwrap();
        let ladder = Ladder {
            rules: &rules,
            center: &grid.code[..9],
            segment: None,
            point: Some(inside(&grid.geometry)),
            assignee: None,
        };
        let (owner, told) = climbed(&ladder, ClockKind::Arrive, 4);
        assert_eq!(owner, format!("post/{post}/{}", grid.code));
        assert_eq!(told[0], format!("center/{}", ladder.center), "the plan names nobody in the community");
        assert_eq!(told[1], format!("center/{}000", &grid.code[..6]));
        assert_eq!(told[2..], ["center/210200000", "center/210200000"]);
    }
}

#[test]
fn where_a_district_organises_its_center_owns_the_clock_for_handing_out() {
    let rules = rules("dengfeng");
    let ladder = at_segment(&rules, None);
    let (town, top) = (format!("center/{}", ladder.center), "center/410185000".to_owned());
    assert_eq!(climbed(&ladder, ClockKind::Dispatch, 1), (top.clone(), vec![]), "nobody is above");
    assert_eq!(climbed(&ladder, ClockKind::Inspect, 1), (town, vec![top]));
}

#[test]
fn an_addressee_is_stored_as_text_and_found_by_the_rules_of_the_day() {
    let (rules, now) = (rules("dalian"), "2026-08-03T09:00:00+08:00".parse().unwrap());
    for text in ["center/210202001", "unit/enforcement", "post/grid-residential/210202001001001"] {
        let addressee: Addressee = text.parse().unwrap();
        assert_eq!(addressee.to_string(), text);
        assert!(addressee.address(&rules, now).is_some_and(|it| it.contains('@')), "{text}");
        assert!(!addressee.name(&rules).is_empty());
    }
    for nobody in ["", "center", "unit/a/b", "post/a", "person/a"] {
        assert!(nobody.parse::<Addressee>().is_err(), "{nobody}");
    }
    let gone: Addressee = "post/grid-residential/999".parse().unwrap();
    assert_eq!(gone.address(&rules, now), None);
    let person = "person/6f9619ff-8b86-d011-b42d-00cf4fc964ff".parse::<Addressee>().unwrap();
    assert_eq!((person.address(&rules, now), person.is_reachable(&rules)), (None, false));
}
