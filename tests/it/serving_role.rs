//! The processes serve as a role that owns nothing: what they must do they can, and what nobody may do the database refuses.

use std::collections::HashMap;

use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};

use super::harness::{HUAIHE, HUAIHE_CENTER, Process, World, project, report};
use super::operations::run;

/// Insufficient privilege, as PostgreSQL has it.
const REFUSED: &str = "42501";

/// A database of which one role is the owner, and another one serves.
struct Parted {
    database: String,
    owner: String,
    serving: String,
    /// The administrator's way to it.
    admin: PgPool,
    owner_url: String,
    serving_url: String,
}

impl Parted {
    /// Makes both roles by the file that installations use.
    async fn new(world: &World) -> Self {
        let (base, name) = world.settings["JIEKOU_DATABASE__URL"].rsplit_once('/').unwrap();
        let (credentials, place) = base.rsplit_once('@').unwrap();
        let [database, owner, serving] = ["parted", "owner", "serving"].map(|what| format!("{what}_{name}"));
        let url = |role: &str| format!("postgres://{role}:password-of-{role}@{place}/{database}");
        sqlx::raw_sql(AssertSqlSafe(format!("create database {database}")))
            .execute(&world.pool)
            .await
            .unwrap();
        let admin = PgPoolOptions::new()
            .max_connections(1)
            .connect(&format!("{credentials}@{place}/{database}"))
            .await
            .unwrap();
        let roles = std::fs::read_to_string(project().join("k8s/database/roles.sql")).unwrap();
        let roles = roles
            .replace("jiekou_owner", &owner)
            .replace("jiekou_serving", &serving)
            .replace(":\"database\"", &database)
            .replace(":'owner_password'", &format!("'password-of-{owner}'"))
            .replace(":'serving_password'", &format!("'password-of-{serving}'"));
        sqlx::raw_sql(AssertSqlSafe(roles)).execute(&admin).await.unwrap();
        let (owner_url, serving_url) = (url(&owner), url(&serving));
        Self { database, owner, serving, admin, owner_url, serving_url }
    }

    async fn remove(self, world: &World) {
        self.admin.close().await;
        for statement in [
            format!("drop database {} with (force)", self.database),
            format!("drop role {}", self.owner),
            format!("drop role {}", self.serving),
        ] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&world.pool).await.unwrap();
        }
    }
}

/// Runs a command of `jiekou-api` on a database, which must succeed.
async fn command(world: &World, url: &str, arguments: &[&str]) -> String {
    let mut settings = world.settings.clone();
    settings.insert("JIEKOU_DATABASE__URL".into(), url.into());
    let done = run("jiekou-api", arguments, &settings).await;
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[tokio::test]
async fn a_role_that_owns_nothing_serves_and_the_database_refuses_it_everything_else() {
    let mut world = World::new().await;
    let parted = Parted::new(&world).await;
    let rulebook = project().join("rulebooks/erqi");
    let migrate = ["migrate", "--serving-role", &parted.serving];
    assert!(command(&world, &parted.owner_url, &migrate).await.contains("may serve"));
    command(&world, &parted.owner_url, &["rulebook", "load", rulebook.to_str().unwrap()]).await;
    command(&world, &parted.serving_url, &["demo", "load"]).await;
    // With the next release everything is granted again.
    command(&world, &parted.owner_url, &migrate).await;

    let position = world.add_api(&[("JIEKOU_DATABASE__URL", &parted.serving_url)]).await;
    let mut settings: HashMap<String, String> = world.settings.clone();
    settings.insert("JIEKOU_DATABASE__URL".into(), parted.serving_url.clone());
    let mut worker = Process::start("jiekou-worker", &settings, &world.folder).await;
    let api = world.api_at(position);
    let sent = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let moves = [json!({ "move": "accept" }), json!({ "move": "open" })];
    assert_eq!(center.go(number, &moves).await["state"], "opened");
    let serving = PgPoolOptions::new().max_connections(1).connect(&parted.serving_url).await.unwrap();
    let left = "select count(*) from job where dead_at is null and run_at <= now()";
    for _ in 0..200 {
        if sqlx::query_scalar::<_, i64>(left).fetch_one(&serving).await.unwrap() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(sqlx::query_scalar::<_, i64>(left).fetch_one(&serving).await.unwrap(), 0, "jobs are done");
    let code = sent["trackingCode"].as_str().unwrap();
    command(&world, &parted.serving_url, &["audit", "erase", "--report", code, "--reason", "本人申请"]).await;
    command(&world, &parted.serving_url, &["audit", "verify"]).await;
    assert!(!world.logs().contains("permission denied"), "{}", world.logs());

    for statement in [
        "create table mine (a int)",
        "create temporary table mine (a int)",
        "create function mine() returns int language sql as 'select 1'",
        "drop table report",
        "alter table report add column mine int",
        "alter table case_log disable trigger case_log_append_only",
        "drop trigger case_log_append_only on case_log",
        "create or replace function refuse_log_change() returns trigger language plpgsql as 'begin return new; end'",
        "set session_replication_role = replica",
        "truncate case_log",
        "delete from case_log",
        "update case_log set act = 'opened'",
        "update case_log set hash = ''",
        "delete from staff_log",
        "update staff_log set at = now()",
        "delete from identity_opening",
        "update identity_search set at = now()",
        "delete from block_log",
        "delete from storefront_log",
        "delete from filed_record",
        "insert into _sqlx_migrations select * from _sqlx_migrations",
    ] {
        let refusal = sqlx::query(statement).execute(&serving).await;
        let code = refusal.as_ref().err().and_then(sqlx::Error::as_database_error).and_then(|it| it.code());
        assert_eq!(code.as_deref(), Some(REFUSED), "{statement}: {refusal:?}");
    }
    let guarded =
        "from (select distinct tgrelid from pg_trigger where not tgisinternal and tgtype & 11 = 11) t
         join pg_class c on c.oid = t.tgrelid";
    let tables = |holds: &str| format!("select relname::text {guarded} where {holds} order by 1");
    let tables = async |holds: &str| {
        let query = sqlx::query_scalar::<_, String>(AssertSqlSafe(tables(holds))).fetch_all(&serving);
        query.await.unwrap()
    };
    assert!(tables("true").await.len() >= 14, "{:?}", tables("true").await);
    let away = "has_table_privilege(c.oid, 'delete, truncate, trigger')";
    assert_eq!(tables(away).await, Vec::<String>::new(), "whatever a trigger keeps is kept by a right too");
    let changed = "has_table_privilege(c.oid, 'update')";
    assert_eq!(tables(changed).await, ["circular", "filed_record", "flag_rating", "patrol"]);

    serving.close().await;
    worker.kill();
    world.apis.truncate(position);
    parted.remove(&world).await;
}
