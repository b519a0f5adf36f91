//! What a resident reads of the own account, and takes away: all of it, unmasked, for it is theirs.

use chrono::{DateTime, Utc};
use jiekou_core::report::Contact;
use jiekou_core::resident::MobilePhone;
use jiekou_store::people::contacts;
use jiekou_store::people::residents::{self, IdentityKind, IdentityRow};
use jiekou_store::people::sessions::{self, Holder, KnownSession};
use jiekou_store::reports::export::{self, ExportedReport};
use jiekou_store::statistics::counting;
use jiekou_store::storefronts::bindings::{self, BindingRow};
use jiekou_store::{PgConnection, StoreError};
use serde_json::{Value, json};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::error::failed;
use crate::photo_links::{Size, link};
use crate::{App, Resident, ServiceError};

/// The account at a glance.
#[derive(Debug, Clone)]
pub struct OwnAccountView {
    pub resident_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub identities: Vec<OwnIdentity>,
    pub report_count: i64,
}

/// Something that was verified to be them.
#[derive(Clone)]
pub struct OwnIdentity {
    pub kind: String,
    pub value: String,
    pub verified_at: DateTime<Utc>,
}

impl std::fmt::Debug for OwnIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnIdentity").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl OwnIdentity {
    /// Enough to be told from others of theirs; who looks over a shoulder learns nothing.
    pub fn masked(&self) -> String {
        if self.kind == IdentityKind::Phone.name()
            && let Some(phone) = MobilePhone::parse(&self.value)
        {
            return phone.masked();
        }
        let shown: String = self.value.chars().take(3).collect();
        format!("{shown}****")
    }
}

/// Everything.
#[derive(Debug, Clone)]
pub struct OwnData {
    pub account: OwnAccountView,
    /// Reports with contact and links to photos.
    pub reports: Vec<Value>,
    pub sessions: Vec<KnownSession>,
    /// Shops that are or were theirs.
    pub storefronts: Vec<BindingRow>,
}

/// The caller's account.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it was erased; storage.
#[instrument(level = "debug", name = "own_resident_account", skip_all)]
pub async fn view(app: &App, caller: Resident) -> Result<OwnAccountView, ServiceError> {
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    account(app, &mut conn, caller.resident_id).await
}

/// Everything that is known of the caller, as one state of the database.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when the account was erased; storage.
#[instrument(level = "debug", name = "export_own_data", skip_all)]
pub async fn export(app: &App, caller: Resident, now: DateTime<Utc>) -> Result<OwnData, ServiceError> {
    let resident_id = caller.resident_id;
    let mut transaction = counting::snapshot(&app.pool).await?;
    let account = account(app, &mut transaction, resident_id).await?;
    let reports = export::of_resident(&mut transaction, resident_id).await?;
    let sessions = sessions::all(&mut transaction, Holder::Resident(resident_id)).await?;
    let storefronts = bindings::all_of_account(&mut transaction, resident_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let reports = reports.into_iter().map(|report| given_away(app, report, now)).collect::<Result<_, _>>()?;
    info!(resident.id = %resident_id, "a resident took the own data away");
    Ok(OwnData { account, reports, sessions, storefronts })
}

async fn account(
    app: &App,
    conn: &mut PgConnection,
    resident_id: Uuid,
) -> Result<OwnAccountView, ServiceError> {
    let row = residents::read(conn, resident_id).await?.ok_or(ServiceError::NotSignedIn)?;
    let identities = residents::identities(conn, resident_id).await?;
    let open = |row: IdentityRow| {
        let value = residents::open(&app.vault, resident_id, &row)?;
        Ok::<_, StoreError>(OwnIdentity { kind: row.kind, value, verified_at: row.verified_at })
    };
    Ok(OwnAccountView {
        resident_id,
        created_at: row.created_at,
        identities: identities.into_iter().map(open).collect::<Result<_, _>>()?,
        report_count: row.report_count,
    })
}

/// A report with its contact opened and its photos linked.
fn given_away(app: &App, report: ExportedReport, now: DateTime<Utc>) -> Result<Value, ServiceError> {
    let contact = match (&report.key_id, &report.sealed) {
        (Some(key_id), Some(sealed)) => contacts::open(&app.vault, report.pseudonym, key_id, sealed)?,
        (Some(_) | None, Some(_) | None) => Contact::default(),
    };
    let links = report.photo_ids.iter().map(|photo_id| {
        let of = |size| link(&app.vault, &app.public_url, *photo_id, size, now);
        json!({ "photoId": photo_id, "display": of(Size::Display), "thumbnail": of(Size::Thumbnail) })
    });
    let mut data = report.data.0;
    if let Some(object) = data.as_object_mut() {
        object.insert("contact".to_owned(), serde_json::to_value(&contact).map_err(failed)?);
        object.insert("photoLinks".to_owned(), links.collect());
    }
    Ok(data)
}
