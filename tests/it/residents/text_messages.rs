//! Messages on their way: what may have arrived is not sent again, and every failure ends visibly.

use std::time::Duration;

use super::{Code, ask, code, town, town_with, try_code};
use crate::harness::{SmsMode, World};

const PHONE: &str = "13912345678";

/// Waits until the only message has ended, and says how.
async fn end(world: &World) -> (String, Option<String>) {
    for _ in 0..400 {
        let found: Option<(String, Option<String>)> =
            sqlx::query_as("select state, reason from account_message where final_at is not null")
                .fetch_optional(&world.pool)
                .await
                .unwrap();
        if let Some(found) = found {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the message does not end");
}

#[tokio::test]
async fn what_may_have_arrived_is_not_sent_again() {
    for mode in [SmsMode::Status(500), SmsMode::Status(502), SmsMode::Silent, SmsMode::HangsUp] {
        let world = town().await;
        world.sms.set(mode).await;
        let announced = ask(&world.api(), PHONE).await.expect(202);
        let (state, reason) = end(&world).await;
        assert_eq!(
            (state.as_str(), reason.as_deref()),
            ("dead", Some("whether it was sent is unknown")),
            "{mode:?}"
        );
        world.sms.set(SmsMode::Takes).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let texts = world.sms.texts().await;
        assert_eq!(texts.len(), 1, "{mode:?}");
        // It had arrived, and is good.
        let code = Code::of(&announced, &texts[0].parameters[0]);
        try_code(&world.api(), PHONE, &code).await.expect(201);
    }
}

#[tokio::test]
async fn a_refusal_ends_the_message_with_its_reason_and_asking_again_is_the_residents_act() {
    for (code, reason) in [
        ("LimitExceeded.PhoneNumberDailyLimit", "the provider's limit is reached"),
        ("InvalidParameterValue.IncorrectPhoneNumber", "the number takes no messages"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "the template or signature is refused"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "the balance at the provider is used up"),
        ("InternalError.Timeout", "whether it was sent is unknown"),
    ] {
        let world = town().await;
        world.sms.set(SmsMode::Code(code)).await;
        ask(&world.api(), PHONE).await.expect(202);
        let (state, why) = end(&world).await;
        assert!(["refused", "dead"].contains(&state.as_str()), "{code}: {state}");
        assert_eq!(why.as_deref(), Some(reason), "{code}");
        world.sms.set(SmsMode::Takes).await;
        assert!(world.sms.texts().await.is_empty());
        let code = super::code(&world, PHONE).await;
        try_code(&world.api(), PHONE, &code).await.expect(201);
    }
}

#[tokio::test]
async fn what_was_certainly_not_sent_is_tried_again_while_the_code_is_good() {
    let world = town().await;
    world.sms.set(SmsMode::Code("RequestLimitExceeded")).await;
    let announced = ask(&world.api(), PHONE).await.expect(202);
    for _ in 0..200 {
        let waits = "select count(*) from account_message where reason = 'the provider is asked too often'";
        if world.count(waits).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.sms.set(SmsMode::Takes).await;
    let texts = world.sms.wait_for(1).await;
    let code = Code::of(&announced, &texts[0].parameters[0]);
    try_code(&world.api(), PHONE, &code).await.expect(201);
}

#[tokio::test]
async fn a_provider_out_of_reach_is_tried_again_and_a_wrong_key_is_refused() {
    let nobody = town_with(vec![("JIEKOU_SMS__BASE_URL", "http://127.0.0.1:9".to_owned())]).await;
    ask(&nobody.api(), PHONE).await.expect(202);
    let waits = "select count(*) from account_message where state = 'sending' and lease_token is null
                 and reason = 'the provider is out of reach' and sealed is not null";
    for round in 0.. {
        if nobody.count(waits).await == 1 {
            break;
        }
        assert!(round < 200, "it waits for the next try");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let wrong = town_with(vec![("JIEKOU_SMS__SECRET_KEY", "another-key".to_owned())]).await;
    ask(&wrong.api(), PHONE).await.expect(202);
    assert_eq!(end(&wrong).await.1.as_deref(), Some("the provider refuses the account"));
    assert!(wrong.sms.texts().await.is_empty());
    assert!(wrong.sms.faults().await[0].starts_with("the signature"), "{:?}", wrong.sms.faults().await);
    assert!(wrong.logs().contains("text messages are refused"), "the operators are told");
}

#[tokio::test]
async fn a_worker_that_dies_while_sending_sends_no_second_message() {
    let mut world = town_with(vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())]).await;
    world.sms.set(SmsMode::Silent).await;
    ask(&world.api(), PHONE).await.expect(202);
    world.sms.wait_for(1).await;
    world.worker.as_mut().unwrap().kill();
    world.sms.set(SmsMode::Takes).await;
    world.start_worker().await;
    let (state, reason) = end(&world).await;
    assert_eq!((state.as_str(), reason.as_deref()), ("dead", Some("whoever sent it was not heard of again")));
    assert_eq!(world.sms.texts().await.len(), 1);
}

#[tokio::test]
async fn neither_phone_nor_code_is_in_a_log_or_stored_in_words() {
    let filter = "info,jiekou_api=trace,jiekou_worker=trace,jiekou_service=trace,jiekou_store=trace,jiekou_partner=trace";
    let world = town_with(vec![("JIEKOU_LOG__FILTER", filter.to_owned())]).await;
    let code = code(&world, PHONE).await;
    try_code(&world.api(), PHONE, &super::other_than(&code)).await;
    let session = try_code(&world.api(), PHONE, &code).await.expect(201);
    world.sms.set(SmsMode::Code("FailedOperation.PhoneNumberInBlacklist")).await;
    super::a_minute_later(&world).await;
    ask(&world.api(), PHONE).await.expect(202);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let logs = world.logs();
    assert!(logs.contains("serving") && logs.contains("working"), "the logs were read");
    let refresh = session["refreshToken"].as_str().unwrap();
    for secret in [PHONE, &format!("\"{}\"", code.digits), &code.secret, refresh, "test-secret-key"] {
        assert!(!logs.contains(secret), "a log holds {secret}");
    }
    for table in ["resident", "resident_identity", "sign_in_code", "account_message", "staff_session"] {
        let query = format!("select coalesce(string_agg(row_to_json(t)::text, ' '), '') from {table} t");
        let rows: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        let hexadecimal: String = PHONE.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!rows.contains(PHONE) && !rows.contains(&hexadecimal), "{table}: {rows}");
    }
}
