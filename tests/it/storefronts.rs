//! Shop owners: a register of shops, and the accounts that own them.

use chrono::{DateTime, Duration, Utc};
use jiekou_service::ServiceError;
use jiekou_service::storefronts::{Bound, bind_by_code, bind_by_phone, shops_of, unbind};
use jiekou_store::PgPool;
use jiekou_store::storefronts::bindings::owns;
use jiekou_store::vault::Vault;
use reqwest::Method;
use uuid::Uuid;

use super::harness::{Answer, Staff, World, wall_clock};

const SEGMENT: &str = "410103001001";
const HEAD: &str = "店铺编码,店铺名称,路段编码,地址,联系电话\n";

/// The vault of a test's installation.
fn vault() -> Vault {
    Vault::new(vec![("k1".to_owned(), [0; 32])], [0; 32])
}

/// Imports a register and returns what the command says.
fn import(world: &World, lines: &str) -> String {
    let file = world.folder.join("shops.csv");
    std::fs::write(&file, format!("{HEAD}{lines}")).unwrap();
    world.run(&["import", "storefronts", file.to_str().unwrap()])
}

async fn road_chief(world: &World, name: &str, segment: &str) -> Staff {
    world.staff(name, &[("roadChief", "segment", segment, Some("l3"), None)]).await
}

async fn code_of(staff: &Staff, shop: &str) -> Answer {
    let path = format!("/v1/storefronts/{shop}/owner-code");
    staff.api.send(staff.request(Method::POST, &path)).await
}

fn codes(bound: &[Bound]) -> Vec<(&str, bool)> {
    bound.iter().map(|it| (it.code.as_str(), it.replaced)).collect()
}

/// An account of a resident.
async fn account(pool: &PgPool) -> Uuid {
    let resident_id = Uuid::new_v4();
    sqlx::query("insert into resident (resident_id, created_at) values ($1, now())")
        .bind(resident_id)
        .execute(pool)
        .await
        .unwrap();
    resident_id
}

async fn owned(pool: &PgPool, account: Uuid) -> Vec<String> {
    shops_of(pool, account).await.unwrap().into_iter().map(|shop| shop.code).collect()
}

#[tokio::test]
async fn an_owner_is_bound_by_the_phone_in_the_register_and_loses_the_shop_when_the_register_names_another() {
    let world = World::new().await;
    let said = import(
        &world,
        "S-1,老张面馆,410103001001,淮河路1号,139 1234 5678\nS-2,老张超市,410103001001,,+86-139-1234-5678\nS-3,别家,410103001002,,0371-66931196\n",
    );
    assert_eq!(said, "3 shops are in the register, 3 of them new; 0 owners are bound no more\n");
    let stored: String = sqlx::query_scalar("select string_agg(row_to_json(s)::text, ' ') from storefront s")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert!(!stored.contains("1234") && !stored.contains("66931196"), "phones lie sealed: {stored}");

    let pool = &world.pool;
    let (zhang, li, now) = (account(pool).await, account(pool).await, wall_clock());
    assert_eq!(bind_by_phone(pool, &vault(), zhang, "13900000000", now).await.unwrap(), []);
    assert_eq!(bind_by_phone(pool, &vault(), zhang, "no phone", now).await.unwrap(), []);
    let bound = bind_by_phone(pool, &vault(), zhang, "13912345678", now).await.unwrap();
    let mut found = codes(&bound);
    found.sort_unstable();
    assert_eq!(found, [("S-1", false), ("S-2", false)]);
    assert_eq!(
        bind_by_phone(pool, &vault(), zhang, "13912345678", now).await.unwrap().len(),
        2,
        "again changes nothing"
    );
    assert_eq!(world.count("select count(*) from storefront_binding").await, 2);
    assert_eq!(owned(pool, zhang).await, ["S-1", "S-2"]);

    // The same register again changes nothing; another phone ends the owner at once.
    let same = "S-1,老张面馆,410103001001,淮河路1号,13912345678\n";
    assert!(import(&world, same).ends_with("0 owners are bound no more\n"));
    let said = import(&world, "S-1,老李面馆,410103001001,淮河路1号,13800001111\n");
    assert_eq!(said, "1 shops are in the register, 0 of them new; 1 owners are bound no more\n");
    assert_eq!(owned(pool, zhang).await, ["S-2"]);
    assert!(!owns(pool, zhang, "S-1").await.unwrap());
    assert_eq!(
        codes(&bind_by_phone(pool, &vault(), li, "13800001111", now).await.unwrap()),
        [("S-1", false)]
    );
    assert!(owns(pool, li, "S-1").await.unwrap());

    // Two accounts with one phone: the later one owns the shop.
    let heir = account(pool).await;
    assert_eq!(
        codes(&bind_by_phone(pool, &vault(), heir, "13800001111", now).await.unwrap()),
        [("S-1", true)]
    );
    assert!(!owns(pool, li, "S-1").await.unwrap());
    assert!(matches!(unbind(pool, li, "S-1", now).await, Err(ServiceError::UnknownStorefront)));
    unbind(pool, heir, "S-1", now).await.unwrap();
    assert_eq!(owned(pool, heir).await, Vec::<String>::new());

    let log: Vec<(String, Option<String>)> = sqlx::query_as(
        "select l.act, l.detail from storefront_log l join storefront s using (storefront_id) where s.code = 'S-1' order by log_id",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    let log: Vec<(&str, Option<&str>)> =
        log.iter().map(|(act, detail)| (act.as_str(), detail.as_deref())).collect();
    let bound = ("bound", Some("phone"));
    let ended = |why| ("ended", Some(why));
    assert_eq!(log, [bound, ended("phoneChanged"), bound, ended("replaced"), bound, ended("unbound")]);
    for statement in
        ["update storefront_log set act = 'bound'", "delete from storefront_log", "truncate storefront_log"]
    {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_code_that_staff_hand_over_is_good_once_and_for_seven_days() {
    let world = World::new().await;
    import(&world, "S-1,老张面馆,410103001001,,13912345678\n");
    let chief = road_chief(&world, "chief", SEGMENT).await;
    let other = road_chief(&world, "other", "410103001002").await;
    code_of(&other, "S-1").await.expect_problem(404, "unknown-storefront");
    code_of(&chief, "S-9").await.expect_problem(404, "unknown-storefront");
    let stranger = world.api().request(Method::POST, "/v1/storefronts/S-1/owner-code");
    world.api().send(stranger).await.expect_problem(401, "not-signed-in");
    world
        .api()
        .sign_in("admin")
        .await
        .get("/v1/storefronts/S-1/owner-code")
        .await
        .expect_problem(405, "method-not-allowed");

    let answer = code_of(&chief, "S-1").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let first = answer.expect(201);
    let expires: DateTime<Utc> = first["expiresAt"].as_str().unwrap().parse().unwrap();
    let second = code_of(&chief, "S-1").await.expect(201);
    let text = |code: &serde_json::Value| code["code"].as_str().unwrap().to_owned();
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select code_hash from storefront_code").fetch_all(&world.pool).await.unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32), "only hashes are stored");

    let pool = &world.pool;
    let (zhang, li, now) = (account(pool).await, account(pool).await, wall_clock());
    let refused = async |account, code: &str, at| {
        matches!(bind_by_code(pool, account, code, at).await, Err(ServiceError::UnknownStorefrontCode))
    };
    assert!(refused(zhang, &text(&first), now).await, "replaced by the second");
    assert!(refused(zhang, "nonsense", now).await);
    assert!(refused(zhang, &text(&second), expires + Duration::seconds(5)).await, "too old");
    // All at once: one of them.
    let people = futures_util::future::join_all((0..8).map(|_| account(pool))).await;
    let code = text(&second);
    let tried =
        futures_util::future::join_all(people.iter().map(|person| bind_by_code(pool, *person, &code, now)))
            .await;
    assert_eq!(tried.iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(world.count("select count(*) from storefront_binding where ended_at is null").await, 1);

    // The shop changes hands: the old owner is out at once.
    let code = text(&code_of(&chief, "S-1").await.expect(201));
    let bound = bind_by_code(pool, li, &code, now).await.unwrap();
    assert_eq!((bound.code.as_str(), bound.replaced), ("S-1", true));
    for person in people {
        assert!(!owns(pool, person, "S-1").await.unwrap());
    }
    // One bound by a code stays when the register names another phone; staff end it.
    assert!(
        import(&world, "S-1,老李面馆,410103001001,,13800001111\n").ends_with("0 owners are bound no more\n")
    );
    assert!(owns(pool, li, "S-1").await.unwrap());
    let end = async |staff: &Staff| {
        staff.api.send(staff.request(Method::DELETE, "/v1/storefronts/S-1/owner")).await
    };
    end(&other).await.expect_problem(404, "unknown-storefront");
    assert_eq!(end(&chief).await.expect(200)["ended"], true);
    assert_eq!(end(&chief).await.expect(200)["ended"], false);
    assert!(!owns(pool, li, "S-1").await.unwrap());
}

#[tokio::test]
async fn a_register_with_faults_is_refused_as_a_whole_and_every_fault_is_named() {
    let world = World::new().await;
    let file = world.folder.join("shops.csv");
    let refused = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let done = std::process::Command::new(super::harness::binary("jiekou-api"))
            .args(["import", "storefronts", file.to_str().unwrap()])
            .envs(&world.settings)
            .output()
            .unwrap();
        assert!(!done.status.success());
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    let said = refused(&format!(
        "{HEAD}S-1,好店,410103001001,,13912345678\n,无码店,410103001001,,\nS-2,,410103001001,,\nS-3,远店,999999999999,,\nS-4,哑店,410103001001,,call me\nS-1,又一家,410103001001,,\n"
    ));
    for words in [
        "there are 5 faults",
        "row 3, column code: is missing",
        "row 4, column name: is missing",
        "row 5, column segment: there is no such segment",
        "row 6, column phone: is no phone number",
        "row 7, column code: row 2 has this code too",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("13912345678") && !said.contains("call me"), "{said}");
    assert!(refused("名字\nx\n").contains("there is no column for the code of a shop"));
    assert!(refused("").contains("the list is empty"));
    assert_eq!(world.count("select count(*) from storefront").await, 0);
    // A shop without a segment lies on the one that its point is on.
    std::fs::write(&file, "code,name,longitude,latitude\nS-1,有点店,113.630,34.735\n").unwrap();
    world.run(&["import", "storefronts", file.to_str().unwrap(), "--crs", "wgs84"]);
    let town: String =
        sqlx::query_scalar("select town_code from storefront").fetch_one(&world.pool).await.unwrap();
    assert_eq!(town, super::harness::HUAIHE_CENTER);
}
