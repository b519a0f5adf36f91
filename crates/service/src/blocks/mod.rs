//! Blocks (黑名单): somebody may send nothing for a while.
//!
//! Every process keeps what holds now in memory, so that a request asks nobody; they hear of changes from the database and
//! look every two seconds besides. A block is over at its moment by itself.

pub mod appeal;
pub mod impose;
pub mod view;

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Utc};
use jiekou_core::limit::{Spender, blocking_areas};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::limits::blocks::{self, BlockRow, Running};
use jiekou_store::vault::Vault;
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError, Staff};

/// What holds now, by keyed hash.
#[derive(Debug, Default)]
pub struct Blocks {
    running: RwLock<HashMap<Vec<u8>, Running>>,
}

/// Reads what holds now, whoever imposed it.
///
/// # Errors
/// When storage fails; what is known stays.
#[instrument(level = "debug", name = "follow_blocks", skip_all)]
pub async fn look(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let running = blocks::running(&app.pool, now).await?;
    let running = running.into_iter().map(|it| (it.subject_index.clone(), it)).collect();
    *app.blocks.running.write().unwrap_or_else(PoisonError::into_inner) = running;
    Ok(())
}

/// Refuses whoever is blocked. Asks nobody.
///
/// # Errors
/// [`ServiceError::Blocked`].
pub fn check(app: &App, spender: Spender, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let running = app.blocks.running.read().unwrap_or_else(PoisonError::into_inner);
    if running.is_empty() {
        return Ok(());
    }
    match running.get(&index(&app.vault, spender)) {
        Some(block) if block.until > now => {
            Err(ServiceError::Blocked { block_id: block.block_id, until: block.until })
        }
        Some(_) | None => Ok(()),
    }
}

/// The keyed hash under which somebody is blocked.
fn index(vault: &Vault, spender: Spender) -> Vec<u8> {
    vault.blind_index(&format!("block {} {}", spender.by().name(), spender.text()))
}

/// Whether the caller has to do with a block of this area.
fn reaches(staff: &Staff, block: &BlockRow) -> bool {
    blocking_areas(&staff.grants).iter().any(|area| block.area.starts_with(area.as_str()))
}

/// The block with this id, where it is the caller's.
async fn own(app: &App, staff: &Staff, block_id: Uuid) -> Result<BlockRow, ServiceError> {
    if blocking_areas(&staff.grants).is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let block = blocks::by_id(&app.pool, block_id).await?;
    block.filter(|block| reaches(staff, block)).ok_or(ServiceError::UnknownBlock)
}

/// Words that stand in the history for good.
fn words(pointer: &str, text: &str) -> Result<String, ServiceError> {
    let fault = |code, words: &str| ServiceError::field(FieldError::new(pointer, code, words));
    let text = text.trim();
    if text.is_empty() {
        return Err(fault(FieldCode::Empty, "请填写"));
    }
    if text.chars().count() > LONGEST_WORDS {
        return Err(fault(FieldCode::TooLong, "至多 1000 字"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(fault(FieldCode::ControlCharacter, "不能包含控制字符"));
    }
    Ok(text.to_owned())
}

/// Most characters of a reason, an appeal or an answer.
const LONGEST_WORDS: usize = 1_000;
