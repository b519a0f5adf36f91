//! The five plans: who closes, who is told next, and what a move may say.

use chrono::NaiveDate;
use jiekou_core::case::{Actor, Guard, Matter, Move, State, Terms, faults, rung_after, transition};
use jiekou_core::plan::Tier;
use jiekou_core::routing::Loop;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Role, Standing};

use crate::scene::{DALIAN, ERQI, XX, actor, guard, now, somebody, standing};

fn at(role: Role, level: Level, own_center: bool) -> Actor {
    somebody(1, Standing { level, own_center, ..standing(role) })
}

#[test]
fn closing_belongs_to_whom_each_plan_says() {
    let closes = |rules: &Rulebook, runs_in, who: &Actor| {
        let matter = Matter { runs_in, ..Matter::in_state(State::Inspecting) };
        [Move::Pass, Move::ForceClose].map(|it| transition(&matter, it, who, rules, now()).is_ok())
    };
    let town = at(Role::CenterDispatcher, Level::Town, true);
    let district = at(Role::DistrictDispatcher, Level::District, false);
    let city = at(Role::DistrictDispatcher, Level::City, false);
    let where_no_town_answers = at(Role::DistrictDispatcher, Level::District, true);
    let (chief, officer) = (actor(Role::RoadChief), actor(Role::EnforcementOfficer));
    let (yes, no) = ([true, true], [false, false]);
    // 二七区: the town center, and the district only where it is itself the center that answers.
    for (who, expected) in
        [(&town, yes), (&district, no), (&city, no), (&where_no_town_answers, yes), (&chief, no)]
    {
        assert_eq!(closes(&ERQI, Loop::Dispatch, who), expected, "{who:?}");
    }
    // 大连市: the city's platform.
    for (who, expected) in [(&town, no), (&district, no), (&city, yes), (&chief, no)] {
        assert_eq!(closes(&DALIAN, Loop::Dispatch, who), expected, "{who:?}");
    }
    // XX区: whoever owns the loop.
    for (runs_in, town_closes, chief_closes, officer_closes) in
        [(Loop::SelfHandled, no, yes, yes), (Loop::Dispatch, yes, no, no), (Loop::Enforcement, no, no, yes)]
    {
        assert_eq!(closes(&XX, runs_in, &town), town_closes, "{runs_in:?}");
        assert_eq!(closes(&XX, runs_in, &chief), chief_closes, "{runs_in:?}");
        assert_eq!(closes(&XX, runs_in, &officer), officer_closes, "{runs_in:?}");
    }
}

#[test]
fn a_case_climbs_from_where_it_is_and_from_where_whoever_raises_it_stands() {
    let name = |rules: &Rulebook, matter: &Matter, who: &Actor, to| {
        rung_after(matter, who, rules, to).map(|rung| rules.plan().ladder[rung].name.clone())
    };
    let fresh = Matter::in_state(State::Opened);
    let chief = actor(Role::RoadChief);
    assert_eq!(name(&ERQI, &fresh, &chief, None).as_deref(), Some("镇办数字化城管中心"));
    let directly = name(&ERQI, &fresh, &chief, Some(Level::District));
    assert_eq!(directly.as_deref(), Some("区数字化城管监督指挥平台"), "raised directly to the leaders");
    let center = actor(Role::CenterDispatcher);
    assert_eq!(name(&ERQI, &fresh, &center, None).as_deref(), Some("区数字化城管监督指挥平台"));
    assert_eq!(name(&ERQI, &fresh, &center, Some(Level::Segment)), None, "only upward");
    let high = Matter { rung: Some(2), ..fresh.clone() };
    assert_eq!(guard(&high, Move::Escalate, &chief, &ERQI), Some(Guard::TopOfLadder));
    let district = actor(Role::DistrictDispatcher);
    assert_eq!(guard(&fresh, Move::Escalate, &district, &ERQI), Some(Guard::TopOfLadder));
    assert_eq!(ERQI.plan().ladder[2].tier, Some(Tier::Major), "major problems are solved by the district");

    let l2 = somebody(1, Standing { post: Some("l2-community".into()), ..standing(Role::RoadChief) });
    assert_eq!(name(&XX, &fresh, &l2, None).as_deref(), Some("镇街一级路长"));
    let grid = at(Role::GridWorker, Level::Grid, false);
    let first = rung_after(&fresh, &grid, &DALIAN, None);
    assert_eq!(first.map(|rung| DALIAN.plan().ladder[rung].level), Some(Level::Community));
}

#[test]
fn grid_workers_and_road_inspectors_raise_directly_to_leaders_in_every_plan() {
    for plan in crate::folder::PLANS {
        let rules = crate::folder::rules(plan);
        let worker = at(Role::GridWorker, Level::Grid, false);
        let on_segment = at(Role::GridWorker, Level::Segment, false);
        // 市容环境督查员: an official who looks after a segment on the way to work.
        let inspector = somebody(
            1,
            Standing {
                level: Level::Segment,
                post: Some("environment-inspector".into()),
                own_center: false,
                ..standing(Role::Supervisor)
            },
        );
        let leaders = [Level::Town, Level::District, Level::City];
        let ladder = &rules.plan().ladder;
        for who in [&worker, &on_segment, &inspector] {
            for state in [State::Received, State::Accepted, State::Opened, State::Signed] {
                let matter = Matter::in_state(state);
                transition(&matter, Move::Escalate, who, &rules, now())
                    .unwrap_or_else(|refused| panic!("{plan}: {who:?} in {state:?}: {refused:?}"));
                for level in
                    leaders.into_iter().filter(|level| ladder.iter().any(|rung| rung.level == *level))
                {
                    let reached =
                        rung_after(&matter, who, &rules, Some(level)).map(|rung| ladder[rung].level);
                    assert_eq!(reached, Some(level), "{plan}: {who:?}");
                }
                let next = rung_after(&matter, who, &rules, None).map(|rung| ladder[rung].level);
                assert!(
                    next.is_some_and(|next| who != &inspector || next.is_at_least(Level::Town)),
                    "{plan}: {next:?}"
                );
            }
        }
    }
}

#[test]
fn what_a_move_says_is_checked_against_the_rulebook_all_at_once() {
    let pointers = |it, terms: &Terms<'_>, who: &Actor, rules: &Rulebook| -> Vec<String> {
        let matter = Matter::in_state(State::Opened);
        faults(&matter, it, terms, who, rules, now()).into_iter().map(|fault| fault.pointer).collect()
    };
    let center = actor(Role::CenterDispatcher);
    let none: [&str; 0] = [];
    let of = |it, terms: &Terms<'_>| pointers(it, terms, &center, &ERQI);
    let reason = |reason| Terms { reason: Some(reason), ..Terms::default() };
    assert_eq!(of(Move::Return, &reason("不想处理")), ["/reason"]);
    assert_eq!(of(Move::Return, &reason("权属不清：井盖无产权标识")), none);

    let unit = |unit| Terms { unit: Some(unit), ..Terms::default() };
    assert_eq!(of(Move::Dispatch, &unit("nobody")), ["/unit"]);
    assert_eq!(of(Move::Dispatch, &unit("410103001")), none, "the center's own team");
    assert_eq!(of(Move::Transfer, &unit("enforcement")), ["/unit"]);
    assert_eq!(of(Move::Transfer, &unit("neighbour")), none);
    assert_eq!(of(Move::Dispatch, &Terms { post: Some("l9"), ..Terms::default() }), ["/post"]);
    assert_eq!(of(Move::Dispatch, &Terms { post: Some("l3"), ..Terms::default() }), none);

    let units: Vec<String> = ["police", "police", "enforcement", "nobody"].map(str::to_owned).to_vec();
    let called = Terms { units: &units, ..Terms::default() };
    let expected = ["/units/1", "/units/2", "/units/3"];
    assert_eq!(pointers(Move::Whistle, &called, &center, &XX), expected, "twice, not on the list, unknown");

    let until = |day: &str| Terms { until: Some(day.parse::<NaiveDate>().unwrap()), ..Terms::default() };
    for (day, expected) in [
        ("2026-08-03", &["/until"][..]),
        ("2026-08-04", &[]),
        ("2027-08-03", &[]),
        ("2027-08-04", &["/until"]),
    ] {
        assert_eq!(of(Move::RequestSuspension, &until(day)), expected, "{day}");
    }

    let level = |level| Terms { level: Some(level), ..Terms::default() };
    assert_eq!(of(Move::Escalate, &level(Level::District)), none);
    assert_eq!(of(Move::Escalate, &level(Level::Segment)), ["/level"]);
    let category = |category| Terms { category: Some(category), ..Terms::default() };
    assert_eq!(of(Move::CorrectCategory, &category("dragons")), ["/category"]);
    let chief = actor(Role::RoadChief);
    assert_eq!(pointers(Move::SelfHandle, &Terms::default(), &chief, &XX), ["/beforePhotoIds"]);
    let pictured = Terms { before_photo: true, ..Terms::default() };
    assert_eq!(pointers(Move::SelfHandle, &pictured, &chief, &XX), none);
}
