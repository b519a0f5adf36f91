//! What the conversation wants looked up or done.

use chrono::{DateTime, Utc};
use jiekou_core::conversation::{
    Confirmed, Conversation, Draft, MEDIA_COMING, Offer, OwnReport, Spot, Then, UNKNOWN_CODE,
    WITHDRAW_REFUSED, WITHDRAWN, listed,
};
use jiekou_core::report::{RawLocation, RawReport, TrackingCode};
use jiekou_store::reports::authorship;
use jiekou_store::wechat::media::{self, StoredMedium};
use jiekou_store::wechat::people;
use uuid::Uuid;

use crate::preview_similar::preview_similar;
use crate::reporter_moves::withdraw_authored;
use crate::submit_report::answer::category_name;
use crate::track_report::{Tracking, moment, track_report};
use crate::{App, Principal, ServiceError};

/// Most similar cases offered, and most own reports listed: a small screen.
const OFFERED: usize = 3;
const LISTED: i64 = 5;

/// What has become of the conversation.
pub(super) struct Done {
    pub after: Conversation,
    pub words: Option<String>,
    /// A draft to send, and whether all its media are there.
    pub submission: Option<(Confirmed, bool)>,
}

/// Does what is to be done.
pub(super) async fn do_it(
    app: &App,
    after: Conversation,
    then: Then,
    pseudonym: Uuid,
    now: DateTime<Utc>,
) -> Result<Done, ServiceError> {
    match then {
        Then::LookAround { said } => {
            let offers = match &after.draft {
                Some(draft) => offers(app, draft, pseudonym, now).await?,
                None => Vec::new(),
            };
            let (after, then) = after.offered(offers, &said);
            Ok(Done::said(after, then))
        }
        Then::Submit(confirmed) => {
            let stored = media::of_draft(&app.pool, confirmed.draft.id).await?;
            let ready = !is_waiting(&stored);
            let words = (!ready).then(|| MEDIA_COMING.to_owned());
            Ok(Done { after, words, submission: Some((*confirmed, ready)) })
        }
        Then::ListOwn => say(after, own_reports(app, pseudonym).await?),
        Then::Show(code) => say(after, one_report(app, code).await?),
        Then::Withdraw(code) => say(after, withdraw(app, pseudonym, code, now).await?),
        said @ (Then::Say(_) | Then::Nothing) => Ok(Done::said(after, said)),
    }
}

fn say(after: Conversation, words: String) -> Result<Done, ServiceError> {
    Ok(Done { after, words: Some(words), submission: None })
}

/// Whether something is still being fetched.
pub(super) fn is_waiting(stored: &[StoredMedium]) -> bool {
    stored.iter().any(|medium| medium.state == "waiting")
}

/// The report that a draft is.
pub(super) fn raw_report(draft: &Draft, photo_ids: Vec<Uuid>) -> RawReport {
    let location = draft.spot.as_ref().map(|spot| match spot {
        Spot::Point { declared, label } => RawLocation {
            longitude: Some(declared.longitude),
            latitude: Some(declared.latitude),
            coordinate_system: Some(declared.system.as_str().to_owned()),
            address: label.clone(),
            ..RawLocation::default()
        },
        Spot::Address(address) => RawLocation { address: Some(address.clone()), ..RawLocation::default() },
    });
    RawReport { description: Some(draft.description()), location, photo_ids, ..RawReport::default() }
}

async fn offers(
    app: &App,
    draft: &Draft,
    pseudonym: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Offer>, ServiceError> {
    let stored = media::of_draft(&app.pool, draft.id).await?;
    let photos = stored.iter().filter_map(|medium| medium.photo_id).collect();
    let raw = raw_report(draft, photos);
    let preview = match preview_similar(app, raw, &Principal::Wechat(pseudonym), now).await {
        // Whatever is wrong is told when it is sent.
        Err(ServiceError::Invalid(_)) => return Ok(Vec::new()),
        other => other?,
    };
    let offer = |case: crate::submit_report::SimilarCase| Offer {
        case_number: case.case_number,
        distance_meters: case.distance_meters,
        age_minutes: case.age_minutes.unwrap_or_default(),
        status: case.status,
    };
    Ok(preview.similar.into_iter().take(OFFERED).map(offer).collect())
}

async fn own_reports(app: &App, pseudonym: Uuid) -> Result<String, ServiceError> {
    let rules = app.rules();
    let acts: Vec<String> = rules.data().notices.iter().map(|occasion| occasion.act.clone()).collect();
    let open = people::open_reports(&app.pool, pseudonym, &acts, LISTED).await?;
    let own = open.into_iter().map(|report| OwnReport {
        code: grouped(&report.tracking_code),
        category: category_name(app, &report.category),
        status: report
            .told_act
            .as_deref()
            .and_then(|act| rules.occasion(act))
            .map_or_else(|| "办理中".to_owned(), |occasion| occasion.title.clone()),
        center: rules.center(&report.center_code).map_or(report.center_code, |center| center.name),
        due: report.due_at.map(moment),
    });
    Ok(listed(&own.collect::<Vec<_>>()))
}

/// A code as people read it.
pub(super) fn grouped(code: &str) -> String {
    TrackingCode::parse(code).map_or_else(|_stored| code.to_owned(), |code| code.grouped())
}

async fn one_report(app: &App, code: TrackingCode) -> Result<String, ServiceError> {
    let page = match track_report(app, &code.to_string(), None).await {
        Err(ServiceError::UnknownTrackingCode) => return Ok(UNKNOWN_CODE.to_owned()),
        Ok(Tracking::Page(page)) => page,
        Ok(Tracking::Unchanged { .. }) => return Err(ServiceError::UnknownTrackingCode),
        Err(error) => return Err(error),
    };
    let steps = page.timeline.iter().rev().take(3).rev();
    let lines = steps.map(|step| format!("{} {}：{}", moment(step.at), step.title, step.words));
    let head = format!("{} {}（{}）", code.grouped(), page.category_name, page.center_name);
    let link = format!("{}/track/{code}", app.public_url);
    Ok([head].into_iter().chain(lines).chain([link]).collect::<Vec<_>>().join("\n"))
}

async fn withdraw(
    app: &App,
    pseudonym: Uuid,
    code: TrackingCode,
    now: DateTime<Utc>,
) -> Result<String, ServiceError> {
    let author = authorship::by_pseudonym_and_code(&app.pool, pseudonym, &code.to_string()).await?;
    let Some(author) = author else { return Ok(WITHDRAW_REFUSED.to_owned()) };
    match withdraw_authored(app, &author, None, now).await {
        Ok(_) => Ok(WITHDRAWN.to_owned()),
        Err(
            ServiceError::MoveNotAllowed { .. }
            | ServiceError::MoveNotYours { .. }
            | ServiceError::MoveGuarded { .. },
        ) => Ok(WITHDRAW_REFUSED.to_owned()),
        Err(error) => Err(error),
    }
}
