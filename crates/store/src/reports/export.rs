//! Everything an account's reports hold, as their author takes it away.

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A report with all that hangs on it, its contact still sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportedReport {
    /// What was said and what became of it, as it is given away.
    pub data: Json<Value>,
    pub photo_ids: Vec<Uuid>,
    pub pseudonym: Uuid,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
}

/// All reports of an account, the newest first; the parts of one that was split stand behind it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.export", skip_all)]
pub async fn of_resident(
    conn: &mut PgConnection,
    resident_id: Uuid,
) -> Result<Vec<ExportedReport>, StoreError> {
    Ok(sqlx::query_as(
        "select jsonb_build_object(
             'reportId', r.report_id, 'trackingCode', r.tracking_code, 'receiptNumber', r.receipt_number,
             'receivedAt', r.received_at, 'channel', r.channel, 'outcome', r.outcome, 'category', r.category,
             'description', r.description, 'place', r.place, 'attributes', r.attributes, 'occurredAt', r.occurred_at,
             'anonymous', r.anonymous, 'withdrawnAt', r.withdrawn_at, 'partOf', r.split_of,
             'linkedAt', o.linked_at, 'linkedBy', o.linked_by,
             'case', jsonb_build_object('caseNumber', c.case_number, 'state', c.state, 'centerCode', c.center_code),
             'additions', (
                 select coalesce(jsonb_agg(jsonb_build_object('receivedAt', a.received_at, 'words', a.words,
                     'answersQuestion', a.answers_question, 'detail', a.detail) order by a.received_at), '[]')
                 from addition a where a.report_id = r.report_id),
             'callBackAnswers', (
                 select coalesce(jsonb_agg(jsonb_build_object('answeredAt', b.answered_at, 'solved', b.solved,
                     'satisfaction', b.satisfaction, 'words', b.words) order by b.answered_at), '[]')
                 from call_back_answer b where b.report_id = r.report_id),
             'messages', (
                 select coalesce(jsonb_agg(jsonb_build_object('about', l.act, 'at', d.created_at, 'channel', d.channel,
                     'state', d.state, 'endedAt', d.final_at) order by d.created_at, d.delivery_id), '[]')
                 from delivery d join case_log l using (log_id) where d.report_id = r.report_id),
             'photos', (
                 select coalesce(jsonb_agg(jsonb_build_object('photoId', p.photo_id, 'uploadedAt', p.uploaded_at,
                     'capturedAt', p.captured_at, 'longitude', p.longitude, 'latitude', p.latitude)
                     order by p.uploaded_at, p.photo_id), '[]')
                 from photo p where p.report_id = r.report_id)) as data,
             array(select p.photo_id from photo p where p.report_id = r.report_id order by p.uploaded_at, p.photo_id) as photo_ids,
             r.pseudonym, k.key_id, k.sealed
         from resident_report o join report r on o.report_id = coalesce(r.split_of, r.report_id)
         join cases c using (case_id) left join reporter_contact k on k.pseudonym = r.pseudonym
         where o.resident_id = $1 order by o.received_at desc, o.report_id desc, r.split_of nulls first, r.report_id",
    )
    .bind(resident_id)
    .fetch_all(conn)
    .await?)
}
