//! The log is what was written: whatever is changed afterwards is found, and what people wrote can still be erased.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, binary, moved, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

/// Runs `jiekou-api audit …` and returns how it ended and what it said.
fn audit(world: &World, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(binary("jiekou-api"));
    let Output { status, stdout, stderr } =
        command.arg("audit").args(arguments).envs(&world.settings).output().unwrap();
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (status.success(), said)
}

async fn sql(world: &World, statement: &'static str) {
    sqlx::raw_sql(statement)
        .execute(&world.pool)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// A case with reasons, notes and details in its log, and another one beside it.
async fn talked_about(world: &World) -> Value {
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    api.submit(&report("road-damage", "路面有一个大坑", moved(HUAIHE, 2.0, 0.0))).await;
    api.submit(&report("noise", "半夜很吵", moved(HUAIHE, 500.0, 0.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "甲单位", "note": "请尽快" }),
        json!({ "move": "return", "reason": "不属本单位职责" }),
    ] {
        center.make(number(&answer), &body).await.expect(200);
    }
    answer
}

#[tokio::test]
async fn whatever_a_superuser_changes_in_a_log_is_found_and_named() {
    let world = World::new().await;
    let answer = talked_about(&world).await;
    let (holds, said) = audit(&world, &["verify"]);
    assert!(holds && said.contains("2 cases, 7 lines, 0 of them erased: every chain holds"), "{said}");
    assert!(said.contains("2 cases, 7 lines verified") && said.contains("anchor "), "{said}");
    assert!(audit(&world, &["verify", "--case", number(&answer)]).0);
    sql(
        &world,
        "alter table case_log disable trigger case_log_append_only; create table saved as select * from case_log;
         create table saved_cases as select case_id, log_seq, log_head from cases;",
    )
    .await;
    for (line, fault, tampering) in [
        (6, "words of the line were changed", "update case_log set reason = '属本单位职责' where act = 'return'"),
        (2, "words of the line were changed", "update case_log set detail = '{}' where act = 'joined'"),
        (6, "words of the line were changed", "update case_log set note = reason, reason = null where act = 'return'"),
        (6, "words of the line were changed", "update case_log set reason = null where act = 'return'"),
        (3, "line was changed", "update case_log set act = 'reject' where act = 'accept'"),
        (3, "line was changed", "update case_log set at = at - interval '1 hour' where act = 'accept'"),
        (3, "line was changed", "update case_log set actor = gen_random_uuid() where act = 'accept'"),
        // Words and their hash written anew: the chain still knows the old hash.
        (
            6,
            "line was changed",
            "update case_log l set reason = 'x' where act = 'return';
             update case_log l set words_hash = sha256(l.salt || convert_to(case_log_personal(l), 'UTF8')) where act = 'return'",
        ),
        // The whole line written anew: the next one does not follow from it.
        (
            5,
            "line was changed",
            "update case_log l set act = 'void' where act = 'open';
             update case_log l set hash = sha256(before.hash || convert_to(case_log_words(l), 'UTF8'))
             from case_log before where l.act = 'void' and before.case_id = l.case_id and before.seq = l.seq - 1",
        ),
        (4, "missing or one too many", "delete from case_log where act = 'open'"),
        (6, "missing or one too many", "delete from case_log where act = 'return'"),
        (
            5,
            "knows another last line",
            "delete from case_log where act = 'return'; update cases set log_seq = 5 where log_seq = 6",
        ),
        (
            6,
            "no erasure names it",
            "update case_log set reason = null, salt = null, erased_at = now() where act = 'return'",
        ),
    ] {
        sql(&world, tampering).await;
        let (holds, said) = audit(&world, &["verify"]);
        assert!(!holds, "{tampering}");
        assert!(
            said.contains(&format!("the log of case {} breaks at line {line}: ", number(&answer)))
                && said.contains(fault),
            "{tampering}: {said}"
        );
        sql(
            &world,
            "delete from case_log; insert into case_log overriding system value select * from saved;
             update cases c set log_seq = s.log_seq, log_head = s.log_head from saved_cases s where s.case_id = c.case_id",
        )
        .await;
    }
    assert!(audit(&world, &["verify"]).0, "and all is well again");
}

/// Tables with a row in which these words stand.
async fn where_it_stands(world: &World, words: &str) -> Vec<String> {
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let query = format!("select exists (select from {table} t where t::text like '%' || $1 || '%')");
        let there: bool =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).bind(words).fetch_one(&world.pool).await.unwrap();
        if there {
            found.push(table);
        }
    }
    found
}

#[tokio::test]
async fn what_a_resident_wrote_is_erased_everywhere_and_no_chain_breaks() {
    let world = World::new().await;
    let api = world.api();
    let mut body = report("noise", "楼上李四每晚吵闹", HUAIHE);
    body["contact"] = json!({ "email": "anna@jiekou.example" });
    let answer = api.submit(&body).await;
    let other = api.submit(&report("noise", "烧烤店很吵", moved(HUAIHE, 300.0, 0.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.make(number(&answer), &json!({ "move": "accept" })).await.expect(200);
    center.make(number(&answer), &json!({ "move": "askReporter", "note": "哪一户？" })).await.expect(200);
    let additions = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let words = json!({ "description": "三单元李四家", "claimSecret": answer["claimSecret"] });
    api.post(&additions, &words).await.expect(201);
    // Its words lie in the logs of two cases after a merge.
    let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&other) });
    center.make(number(&answer), &merge).await.expect(200);
    let words = json!({ "description": "还是李四", "claimSecret": answer["claimSecret"] });
    api.post(&additions, &words).await.expect(201);
    assert_eq!(where_it_stands(&world, "李四").await.len(), 3, "report, addition, log");

    let code = answer["trackingCode"].as_str().unwrap();
    let (done, said) = audit(&world, &["erase", "--report", code, "--reason", "本人申请"]);
    assert!(done && said.contains(number(&answer)) && said.contains(number(&other)), "{said}");
    assert_eq!(where_it_stands(&world, "李四").await, Vec::<String>::new());
    assert_eq!(world.count("select count(*) from reporter_contact").await, 0);
    let (holds, said) = audit(&world, &["verify"]);
    assert!(holds && said.contains("2 of them erased"), "{said}");
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    // What the center wrote is not the resident's, and the log says what was done.
    let case = center.get(&format!("/v1/cases/{}", number(&answer))).await.expect(200);
    let log = case["log"].as_array().unwrap();
    let line = |act: &str| log.iter().find(|line| line["act"] == act).unwrap();
    assert_eq!(line("askReporter")["note"], "哪一户？");
    assert_eq!((&line("answered")["erased"], line("answered").get("note")), (&json!(true), None));
    assert_eq!((&line("erased")["reason"], line("erased").get("erased")), (&json!("本人申请"), None));
    let page = api.track(&answer["trackingCode"]).await;
    assert_eq!(page["case"]["caseNumber"], number(&other), "the report itself is still there");

    // All of a case: also what its center wrote.
    let (done, said) = audit(&world, &["erase", "--case", number(&answer), "--reason", "依法删除"]);
    assert!(done, "{said}");
    assert_eq!(where_it_stands(&world, "哪一户").await, Vec::<String>::new());
    assert!(audit(&world, &["verify"]).0);
    // It goes on as any other case.
    center.make(number(&other), &json!({ "move": "accept", "note": "已联系" })).await.expect(200);
    assert!(audit(&world, &["verify", "--case", number(&other)]).0);
}

#[tokio::test]
async fn lines_of_the_old_format_stay_verifiable_and_can_be_erased() {
    let world = World::new().await;
    let answer = talked_about(&world).await;
    // The log as the release before wrote it.
    sql(
        &world,
        "alter table case_log disable trigger case_log_append_only;
         do $$
         declare l case_log; head bytea; before bigint;
         begin
             for l in select * from case_log order by case_id, seq loop
                 head := case when l.case_id = before then head else '' end;
                 before := l.case_id; l.format := 1; l.salt := null; l.words_hash := null;
                 head := sha256(head || convert_to(case_log_words(l), 'UTF8'));
                 update case_log set format = 1, salt = null, words_hash = null, hash = head where log_id = l.log_id;
                 update cases set log_head = head where case_id = l.case_id;
             end loop;
         end $$;
         alter table case_log enable trigger case_log_append_only;",
    )
    .await;
    assert!(audit(&world, &["verify"]).0);
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let again = json!({ "move": "dispatch", "assignee": "乙单位", "note": "请到现场" });
    center.make(number(&answer), &again).await.expect(200);
    assert!(audit(&world, &["verify"]).0, "new lines follow from old ones");
    let (done, said) = audit(&world, &["erase", "--case", number(&answer), "--reason", "依法删除"]);
    assert!(done, "{said}");
    assert_eq!(
        where_it_stands(&world, "不属本单位职责").await,
        ["rulebook_version"],
        "a reason to choose from"
    );
    let (holds, said) = audit(&world, &["verify"]);
    assert!(holds, "{said}");
    // An old line that somebody changes is found as before.
    sql(
        &world,
        "alter table case_log disable trigger case_log_append_only;
         update case_log set actor_kind = 'system' where act = 'received' and format = 1",
    )
    .await;
    assert!(!audit(&world, &["verify"]).0);
}

#[tokio::test]
async fn the_log_refuses_every_change_but_an_erasure_and_the_commands_refuse_what_is_missing() {
    let world = World::new().await;
    let answer = talked_about(&world).await;
    for change in [
        "update case_log set note = 'x' where act = 'return'",
        "update case_log set erased_at = now() where act = 'return'",
        "update case_log set reason = null, salt = null, erased_at = now(), act = 'x' where act = 'return'",
        "delete from case_log",
    ] {
        assert!(sqlx::raw_sql(change).execute(&world.pool).await.is_err(), "{change}");
    }
    let code = answer["trackingCode"].as_str().unwrap();
    for (arguments, words) in [
        (vec!["erase", "--report", code, "--reason", " "], "原因"),
        (vec!["erase", "--report", "ABCDEFGHJKLM", "--reason", "x"], "no such report"),
        (vec!["erase", "--case", "12345", "--reason", "x"], "no such case"),
        (vec!["erase", "--report", code], "--reason"),
        (vec!["erase", "--reason", "x"], "--report"),
        (vec!["erase", "--reason", "x", "--report", code, "--case", number(&answer)], "cannot be used"),
        (vec!["verify", "--case", "12345"], "no such case"),
    ] {
        let (done, said) = audit(&world, &arguments);
        assert!(!done && said.to_lowercase().contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(world.count("select count(*) from case_log where act = 'erased'").await, 0);
}
