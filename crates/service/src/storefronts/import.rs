//! A register of shops is read: all of it or nothing.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiekou_core::import::CellFault;
use jiekou_core::place::CoordinateSystem;
use jiekou_core::storefront::register;
use jiekou_sheet::SheetError;
use jiekou_store::StoreError;
use jiekou_store::storefronts::bindings::{self, BoundBy, EndedBecause};
use jiekou_store::storefronts::register as shops;
use thiserror::Error;
use tracing::{info, instrument};

use crate::scan_file::scan_file;
use crate::{App, ServiceError};

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportStorefrontsError {
    #[error("cannot read {file}: {cause}", file = .file.display())]
    Unreadable { file: PathBuf, cause: std::io::Error },
    #[error("{file}: {cause}", file = .file.display())]
    NoList { file: PathBuf, cause: SheetError },
    #[error("the list has faults")]
    Faults(Vec<CellFault>),
    /// What the scanner says of it.
    #[error(transparent)]
    Scan(ServiceError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportedShops {
    pub shops: usize,
    pub new: usize,
    /// Owners who had been bound by the phone that the register no longer names: they see the shop no more.
    pub owners_ended: usize,
}

/// Reads a register, CSV or XLSX, and writes its shops in one transaction. A shop with a code that is known is brought up
/// to date.
///
/// # Errors
/// A file that is no list; every wrong cell at once; storage. Whatever it is, nothing was written.
#[instrument(level = "debug", name = "import_storefronts", skip_all)]
pub async fn import_storefronts(
    app: &App,
    file: &Path,
    system: CoordinateSystem,
    now: DateTime<Utc>,
) -> Result<ImportedShops, ImportStorefrontsError> {
    let bytes = std::fs::read(file)
        .map_err(|cause| ImportStorefrontsError::Unreadable { file: file.to_path_buf(), cause })?;
    scan_file(app, &bytes).await.map_err(ImportStorefrontsError::Scan)?;
    let lines = jiekou_sheet::read(&bytes)
        .map_err(|cause| ImportStorefrontsError::NoList { file: file.to_path_buf(), cause })?;
    let mut list = register(&lines, system, &app.rules()).map_err(ImportStorefrontsError::Faults)?;
    // Locks are taken in one order, whoever imports at the same time.
    list.sort_by(|one, other| one.code.cmp(&other.code));
    let mut imported = ImportedShops { shops: list.len(), ..ImportedShops::default() };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    for shop in &list {
        let written = shops::write(&mut transaction, &app.vault, shop, now).await?;
        imported.new += usize::from(written.is_new);
        if !written.phone_changed {
            continue;
        }
        let owner = bindings::owner(&mut transaction, written.storefront_id).await?;
        if owner.is_some_and(|(_, by)| by == BoundBy::Phone.name()) {
            let because = EndedBecause::PhoneChanged;
            bindings::end(&mut transaction, written.storefront_id, because, None, now).await?;
            imported.owners_ended += 1;
        }
    }
    transaction.commit().await.map_err(StoreError::from)?;
    info!(storefronts.imported = imported.shops, storefronts.new = imported.new, "storefronts imported");
    Ok(imported)
}
