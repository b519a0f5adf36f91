//! 決策考核以市為主,組織實施以區為主,日常檢查以街道為主,市民動員以社區為主 (ZZ-16): which level does what, in each plan.

use jiekou_core::case::{Matter, Move, Refusal, State, transition};
use jiekou_core::plan::{Act, Mandates};
use jiekou_core::staff::{Grant, Level, Role, Standing};

use crate::folder;
use crate::scene::{now, somebody, standing};

/// Plan | act | levels that have it.
const MATRIX: &str = "
erqi             | assess   | city district
erqi             | organise | city district town
erqi             | check    | city district town
erqi             | mobilise | city district town community
party-road-chief | assess   | city district
party-road-chief | organise | city district town
party-road-chief | check    | city district town
party-road-chief | mobilise | city district town community
dengfeng         | assess   | city district
dengfeng         | organise | city district
dengfeng         | check    | city district town
dengfeng         | mobilise | city district town community
dalian           | assess   | city
dalian           | organise | city district town
dalian           | check    | city district town
dalian           | mobilise | city district town community
zhengzhou        | assess   | city
zhengzhou        | organise | city district
zhengzhou        | check    | city district town
zhengzhou        | mobilise | city district town community
";

/// The moves that are one of the four acts, where a case stands for them, and who makes them. Calling on citizens is no
/// move of a case.
fn moves(act: Act) -> &'static [(Move, State, &'static [Role])] {
    match act {
        Act::Assess => &[(Move::Supervise, State::Signed, &[Role::DistrictDispatcher, Role::Supervisor])],
        Act::Organise => &[
            (Move::Dispatch, State::Opened, &[Role::CenterDispatcher, Role::DistrictDispatcher]),
            (Move::Transfer, State::Opened, &[Role::CenterDispatcher, Role::DistrictDispatcher]),
        ],
        Act::Check => &[(Move::Inspect, State::Handled, &[Role::Inspector, Role::CenterDispatcher])],
        Act::Mobilise => &[],
    }
}

fn rows() -> Vec<(&'static str, Act, Vec<Level>)> {
    let act = |name| match name {
        "assess" => Act::Assess,
        "organise" => Act::Organise,
        "check" => Act::Check,
        "mobilise" => Act::Mobilise,
        other => panic!("{other}"),
    };
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let levels = cells[2].split_whitespace().map(|name| Level::from_name(name).unwrap());
        (cells[0], act(cells[1]), levels.collect())
    };
    MATRIX.lines().filter(|line| !line.is_empty()).map(row).collect()
}

#[test]
fn each_level_of_each_plan_has_the_acts_of_the_matrix_and_no_others() {
    let rows = rows();
    assert_eq!(rows.len(), 5 * Act::ALL.len(), "every plan and every act");
    for (plan, act, levels) in rows {
        let rules = folder::rules(plan);
        let mandates = &rules.plan().process.mandates;
        for level in Level::ALL {
            let told = format!("{plan}: {act:?} at {level:?}");
            let has = levels.contains(&level);
            assert_eq!(mandates.allows(act, level), has, "{told}");
            for role in Role::ALL {
                let does = has && act.roles().contains(&role);
                assert_eq!(mandates.grants(act, role, level), does, "{told} as {role:?}");
            }
        }
    }
}

#[test]
fn a_move_that_is_one_of_the_four_acts_is_made_at_the_levels_of_the_matrix_only() {
    for (plan, act, levels) in rows() {
        let rules = folder::rules(plan);
        for (it, state, roles) in moves(act) {
            for (role, level) in roles.iter().flat_map(|role| Level::ALL.map(|level| (*role, level))) {
                let who = somebody(1, Standing { level, own_center: false, ..standing(role) });
                let made = transition(&Matter::in_state(*state), *it, &who, &rules, now());
                let told = format!("{plan}: {it:?} by {role:?} at {level:?}");
                match made {
                    Ok(_) => assert!(levels.contains(&level), "{told} was made"),
                    Err(Refusal::NotYourMove { allowed }) => {
                        assert!(!levels.contains(&level) && !allowed.contains(it), "{told} is theirs");
                    }
                    Err(other) => panic!("{told}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn a_post_of_the_plan_for_supervising_supervises_whatever_its_level() {
    let dalian = folder::rules("dalian");
    let inspector = |post: Option<&str>| {
        let held = Standing { post: post.map(str::to_owned), ..standing(Role::Supervisor) };
        let who = somebody(1, Standing { level: Level::Segment, ..held });
        transition(&Matter::in_state(State::Signed), Move::Supervise, &who, &dalian, now()).is_ok()
    };
    assert!(inspector(Some("environment-inspector")), "及时督办问题");
    assert!(!inspector(Some("road-chief")) && !inspector(Some("nobody")) && !inspector(None));
}

#[test]
fn grants_of_an_account_are_found_by_the_act_they_give() {
    let mandates = Mandates::default();
    let held = [
        Grant::new(Role::CenterDispatcher, Level::Town, "410103001"),
        Grant::new(Role::Supervisor, Level::District, "410103"),
        Grant::new(Role::CommunityOfficer, Level::Community, "410103001003"),
    ];
    let areas = |act| mandates.held(act, &held).map(|it| it.area.as_str()).collect::<Vec<_>>();
    assert_eq!(areas(Act::Assess), ["410103"]);
    assert_eq!(areas(Act::Organise), ["410103001"]);
    assert_eq!(areas(Act::Check), ["410103001", "410103"]);
    assert_eq!(areas(Act::Mobilise), ["410103001", "410103001003"]);
}
