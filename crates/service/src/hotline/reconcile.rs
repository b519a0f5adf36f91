//! Both sides' books of orders are compared, and what differs is put right: what was not heard is asked for, what was not
//! heard there is said again. The report says what was found, what was done, and what still differs.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::hotline::Partner;
use jiekou_partner::hotline::{Inbound, Listed, Peer};
use jiekou_store::StoreError;
use jiekou_store::hotlines::calls::{self, CallRow};
use jiekou_store::hotlines::messages;
use jiekou_store::hotlines::orders;
use jiekou_store::hotlines::reconciliations::{self, Reconciliation};
use jiekou_store::work::{daily, jobs};
use serde_json::json;
use sqlx::types::Json;
use tracing::{info, instrument, warn};
use uuid::Uuid;

use super::apply::apply_order;
use super::call_partner::call_now;
use super::compare::{Difference, Found, differences};
use super::connections::{nonce, request_id};
use super::keep::Said;
use crate::daily::days_due;
use crate::error::failed;
use crate::{App, ServiceError};

pub use super::compare::{Difference as DifferenceKind, Found as FoundDifference};

const WORK: &str = "hotlineReconciliation";
/// Most pages of a list that are read.
const PAGES: usize = 1_000;
/// What we heard so shortly ago may not be listed there yet.
const SETTLING: TimeDelta = TimeDelta::seconds(2);

/// Asks for the comparisons that are due, once for each day that is over.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "hotline.ask_to_reconcile", skip_all)]
pub async fn ask_to_reconcile(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let rules = app.rules();
    let hotlines = &rules.plan().hotlines;
    for day in days_due(app, WORK, hotlines.reconcile_at, now).await? {
        let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
        if daily::take(&mut transaction, WORK, day, now).await? {
            for partner in hotlines.partners.iter().filter(|it| app.hotlines.callable(&it.code).is_some()) {
                let payload = json!({ "partner": partner.code });
                jobs::insert(&mut transaction, "reconcileHotline", &payload, now).await?;
            }
        }
        transaction.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

/// Compares with one platform and puts right what differs. A platform that does not answer makes a report that says so.
///
/// # Errors
/// [`ServiceError::UnknownOrder`] for a partner that is not in the rules or cannot be called; storage.
#[instrument(level = "debug", name = "hotline.reconcile", skip(app, now))]
pub async fn reconcile(app: &App, partner: &str, now: DateTime<Utc>) -> Result<Reconciliation, ServiceError> {
    let rules = app.rules();
    let (Some(platform), Some(peer)) =
        (rules.plan().hotlines.partner(partner), app.hotlines.callable(partner))
    else {
        return Err(ServiceError::UnknownOrder);
    };
    let days = TimeDelta::days(rules.plan().hotlines.reconcile_days.into());
    let books = Books { app, platform, peer, span: (now - days, now + app.hotlines.skew), now };
    let mut run = Reconciliation {
        run_id: Uuid::now_v7(),
        partner: partner.to_owned(),
        span_from: books.span.0,
        span_to: books.span.1,
        began_at: now,
        ended_at: now,
        compared: 0,
        found: Json(json!([])),
        remaining: Json(json!([])),
        failure: None,
    };
    match books.put_right().await? {
        Ok((compared, found, remaining)) => {
            info!(
                hotline.partner = partner,
                found = found.len(),
                remaining = remaining.len(),
                "books were compared"
            );
            run.compared = i32::try_from(compared).unwrap_or(i32::MAX);
            run.found = Json(serde_json::to_value(found).map_err(failed)?);
            run.remaining = Json(serde_json::to_value(remaining).map_err(failed)?);
        }
        Err(reason) => {
            warn!(hotline.partner = partner, reason, "books could not be compared");
            run.failure = Some(reason.to_owned());
        }
    }
    reconciliations::insert(&app.pool, &run).await?;
    Ok(run)
}

struct Books<'a> {
    app: &'a App,
    platform: &'a Partner,
    peer: &'a Peer,
    span: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
}

type Compared = (usize, Vec<Found>, Vec<Found>);

impl Books<'_> {
    async fn put_right(&self) -> Result<Result<Compared, &'static str>, ServiceError> {
        let listed = match self.list().await {
            Ok(listed) => listed,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut found = self.compare(&listed).await?;
        // What was not heard may itself change how the order stands, so it comes first.
        for difference in &mut found {
            difference.done = match difference.difference {
                Difference::NotHere | Difference::Unheard => self.hear(&difference.order_no).await?,
                Difference::StateDiffers => self.say_again(&difference.order_no).await?,
                Difference::NotThere => "the platform does not list it: ask there".to_owned(),
            };
        }
        let mut compared = listed.len();
        let mut remaining = Vec::new();
        if !found.is_empty() {
            let listed = match self.list().await {
                Ok(listed) => listed,
                Err(reason) => return Ok(Err(reason)),
            };
            compared = compared.max(listed.len());
            remaining = self.compare(&listed).await?;
            // Of an order that was just taken in, its state was never said: say it now.
            for difference in remaining.iter().filter(|it| it.difference == Difference::StateDiffers) {
                self.say_again(&difference.order_no).await?;
            }
            if remaining.iter().any(|it| it.difference == Difference::StateDiffers) {
                remaining = match self.list().await {
                    Ok(listed) => self.compare(&listed).await?,
                    Err(reason) => return Ok(Err(reason)),
                };
            }
        }
        Ok(Ok((compared, found, remaining)))
    }

    async fn list(&self) -> Result<Vec<Listed>, &'static str> {
        let client = &self.app.hotlines.client;
        let mut listed = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let signed = (nonce(), self.now);
            let page = client
                .list(self.peer, self.span, cursor.as_deref(), &request_id(), (&signed.0, signed.1))
                .await?;
            listed.extend(page.orders);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(listed),
            }
        }
        Err("the platform's list does not end")
    }

    async fn compare(&self, listed: &[Listed]) -> Result<Vec<Found>, ServiceError> {
        let mut ours = orders::heard_between(&self.app.pool, &self.platform.code, self.span).await?;
        // Also those that they have heard more of than we have.
        for line in listed {
            if !ours.iter().any(|order| order.order_no == line.order_no) {
                ours.extend(orders::view(&self.app.pool, &self.platform.code, &line.order_no).await?);
            }
        }
        Ok(differences(listed, &ours, self.now - SETTLING))
    }

    /// Asks for everything that was sent about an order, and takes in what was not heard.
    async fn hear(&self, order_no: &str) -> Result<String, ServiceError> {
        let (app, now, partner) = (self.app, self.now, self.platform.code.as_str());
        let client = &app.hotlines.client;
        let sent = match client.messages(self.peer, order_no, &request_id(), (&nonce(), now)).await {
            Ok(sent) => sent,
            Err(reason) => return Ok(reason.to_owned()),
        };
        let ids: Vec<&str> = sent.iter().map(|message| message.request_id.as_str()).collect();
        let unheard = messages::unknown(&app.pool, partner, &ids).await?;
        let mut done = Vec::new();
        for message in sent.iter().filter(|message| unheard.contains(&message.request_id)) {
            let Some(operation) = Inbound::from_name(&message.operation) else {
                done.push(format!("`{}` is no operation", message.operation));
                continue;
            };
            let said = Said {
                partner: self.platform,
                operation,
                request_id: &message.request_id,
                order_no,
                sent_at: message.sent_at,
                fields: &message.fields,
            };
            match said.check(app, now) {
                Ok(_) => {
                    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
                    said.keep(app, &mut transaction, now).await?;
                    transaction.commit().await.map_err(StoreError::from)?;
                    done.push(format!("took in {}", operation.name()));
                }
                Err(ServiceError::Invalid(faults)) => {
                    let fields: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
                    done.push(format!("{} is wrong in {}", operation.name(), fields.join(", ")));
                }
                Err(error) => return Err(error),
            }
        }
        apply_order(app, partner, order_no, now).await?;
        Ok(if done.is_empty() {
            "the platform has nothing that was not heard".to_owned()
        } else {
            done.join(", ")
        })
    }

    /// Says again how an order stands: what waits at once, else what was said last.
    async fn say_again(&self, order_no: &str) -> Result<String, ServiceError> {
        let (app, now, order) = (self.app, self.now, (self.platform.code.as_str(), order_no));
        let Some(view) = orders::view(&app.pool, order.0, order.1).await? else {
            return Ok("it is gone".to_owned());
        };
        if view.revoked_at.is_some() {
            return Ok("it was revoked there, and is not listed so: ask there".to_owned());
        }
        // What waits may be all that is missing; where it is not, the second look says so.
        if call_now(app, order, now).await? > 0 {
            return Ok("said what was waiting".to_owned());
        }
        let operation = match view.told.as_str() {
            "signed" => "sign",
            "returned" => "returnOrder",
            "finished" => "feedback",
            _ => return Ok("there is nothing to say of it yet: ask there".to_owned()),
        };
        let Some((again_of, body)) = calls::newest(&app.pool, order, operation).await? else {
            return Ok(format!("no {operation} of it was ever said"));
        };
        let row = CallRow {
            partner: order.0,
            order_no: order.1,
            operation,
            body: &body,
            log_id: None,
            again_of: Some(again_of),
            told: None,
        };
        let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
        calls::insert(&mut conn, &row, now).await?;
        drop(conn);
        call_now(app, order, now).await?;
        Ok(format!("said {operation} again"))
    }
}
