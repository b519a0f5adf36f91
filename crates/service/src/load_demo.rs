//! Accounts to try the demonstration district with.

use chrono::{DateTime, Utc};
use jiekou_core::plan::{Person, UnitKind, roster};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Grant, Level, Role, Turn};
use jiekou_store::StoreError;
use jiekou_store::people::staff;
use serde::Serialize;
use uuid::Uuid;

use crate::{App, ServiceError, password};

/// One account, with the words that explain it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoAccount {
    pub username: String,
    pub password: String,
    pub role: &'static str,
    pub area: String,
    pub says: String,
}

/// Creates the demonstration accounts that are not there yet, all with `given` as their password, and lists them all.
///
/// # Errors
/// When storage fails.
pub async fn load_demo(app: &App, given: &str, now: DateTime<Utc>) -> Result<Vec<DemoAccount>, ServiceError> {
    let rules = app.rules();
    let district = rules.data().district.clone();
    let (level, whole) = rules.top_area();
    let whole = whole.to_owned();
    let mut wanted = vec![
        (
            "district".to_owned(),
            vec![Role::DistrictDispatcher],
            level,
            whole.clone(),
            format!("{}派遣员", district.center_name),
        ),
        ("desk".to_owned(), vec![Role::DeskOperator], level, whole.clone(), "热线坐席".to_owned()),
        ("admin".to_owned(), vec![Role::Admin], level, whole.clone(), "管理员".to_owned()),
    ];
    let everyone = vec![Role::CenterDispatcher, Role::PreVerifier, Role::Inspector, Role::Reviewer];
    for center in rules.centers() {
        let says = format!("{}派遣员", center.name);
        wanted.push((format!("center-{}", center.code), everyone.clone(), Level::Town, center.code, says));
    }
    if let Some(town) = rules.data().towns.first() {
        let says = format!("{}责任单位", town.name);
        wanted.push((
            format!("unit-{}", town.code),
            vec![Role::UnitHandler],
            Level::Town,
            town.code.clone(),
            says,
        ));
    }
    let company = rules.plan().units.iter().find(|unit| unit.kind == UnitKind::ThirdParty);
    let in_posts = takers_of_turns(&rules).into_iter().chain(patrollers(&rules));
    // One hash for all: they share the password, and hashing is meant to be slow.
    let hash = password::hash(given)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let mut accounts = Vec::new();
    for (username, roles, level, area, says) in wanted {
        let grants: Vec<Grant> = roles.iter().map(|role| Grant::new(*role, level, area.clone())).collect();
        staff::insert(&mut transaction, Uuid::new_v4(), &username, &says, &hash, &grants, now).await?;
        let role = roles.first().map_or("", |role| role.name());
        accounts.push(DemoAccount { username, password: given.to_owned(), role, area, says });
    }
    if let Some(unit) = company {
        let (level, digits) = match rules.top_level() {
            Level::City => (Level::City, 4),
            _ => (Level::District, 6),
        };
        let area: String = district.code.chars().take(digits).collect();
        let grant =
            Grant { unit: Some(unit.code.clone()), ..Grant::new(Role::Inspector, level, area.clone()) };
        let (username, says) = (unit.code.clone(), unit.name.clone());
        staff::insert(&mut transaction, Uuid::new_v4(), &username, &says, &hash, &[grant], now).await?;
        let role = Role::Inspector.name();
        accounts.push(DemoAccount { username, password: given.to_owned(), role, area, says });
    }
    for (username, grant, says) in in_posts {
        let (role, area) = (grant.role.name(), grant.area.clone());
        staff::insert(&mut transaction, Uuid::new_v4(), &username, &says, &hash, &[grant], now).await?;
        accounts.push(DemoAccount { username, password: given.to_owned(), role, area, says });
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(accounts)
}

/// Two who take turns, where the plan has such a post: A and B of the first area with both.
fn takers_of_turns(rules: &Rulebook) -> Vec<(String, Grant, String)> {
    let plan = rules.plan();
    let posts = || plan.posts.iter().filter(|post| post.one_on_duty);
    let of = |person: &Person| posts().find(|post| post.code == person.post);
    let second = plan.people.iter().find(|it| it.turn == Some(Turn::B) && of(it).is_some());
    let Some((second, post)) = second.and_then(|it| Some((it, of(it)?))) else {
        return Vec::new();
    };
    [Turn::A, Turn::B]
        .into_iter()
        .map(|turn| {
            let grant = Grant {
                post: Some(post.code.clone()),
                turn: Some(turn),
                ..Grant::new(post.role, post.level, second.area.clone())
            };
            let letter = turn.name();
            (
                format!("grid-{}-{}", second.area, letter.to_lowercase()),
                grant,
                format!("{} {letter}角", post.name),
            )
        })
        .collect()
}

/// One of each post that patrols, at the first of its areas.
fn patrollers(rules: &Rulebook) -> Vec<(String, Grant, String)> {
    let posts = rules.plan().posts.iter().filter(|post| post.patrol.is_some());
    posts
        .filter_map(|post| {
            let area = *roster::areas(rules, post).first()?;
            let grant = Grant { post: Some(post.code.clone()), ..Grant::new(post.role, post.level, area) };
            Some((format!("{}-{area}", post.code), grant, post.name.clone()))
        })
        .collect()
}
