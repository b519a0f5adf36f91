//! Blocks as staff of the district read them: what holds, what held, and what several people's marks propose.

use std::collections::HashSet;
use std::sync::PoisonError;

use chrono::{DateTime, Utc};
use jiekou_core::limit::{Blind, BlockState, MARKS_COUNT_FOR, MARKS_THAT_PROPOSE, Spender, blocking_areas};
use jiekou_store::limits::appeals::{self, AppealRow};
use jiekou_store::limits::blocks::{self, BlockLine, BlockRow};
use jiekou_store::limits::spam_marks::{self, Proposal};
use tracing::instrument;
use uuid::Uuid;

use super::{index, own};
use crate::list_place::{self, broken_cursor, place};
use crate::{App, ServiceError, Staff};

/// Blocks on one page.
const PAGE: usize = 50;
const ASKED: i64 = 51;

/// A block and how it stands.
#[derive(Debug, Clone)]
pub struct BlockView {
    pub block: BlockRow,
    pub state: BlockState,
}

/// A block with all that became of it.
#[derive(Debug, Clone)]
pub struct BlockFile {
    pub view: BlockView,
    pub lines: Vec<BlockLine>,
    pub appeals: Vec<AppealRow>,
}

fn viewed(block: BlockRow, now: DateTime<Utc>) -> BlockView {
    BlockView { state: BlockState::of(block.until, block.ended_at, now), block }
}

/// The blocks of the caller's area, the newest first, those that are over too; and the cursor of the next page.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a broken cursor; storage.
#[instrument(level = "debug", name = "list_blocks", skip_all)]
pub async fn list(
    app: &App,
    staff: &Staff,
    cursor: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(Vec<BlockView>, Option<String>), ServiceError> {
    let areas = areas(staff)?;
    let before =
        cursor.map(|text| place(text).ok_or_else(|| ServiceError::field(broken_cursor()))).transpose()?;
    let mut found = blocks::list(&app.pool, &areas, before, ASKED).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more);
    let next = next.map(|block| list_place::cursor(block.blocked_at, block.block_id));
    Ok((found.into_iter().map(|block| viewed(block, now)).collect(), next))
}

/// One block with its history.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownBlock`]; storage.
#[instrument(level = "debug", name = "view_block", skip_all)]
pub async fn view(
    app: &App,
    staff: &Staff,
    block_id: Uuid,
    now: DateTime<Utc>,
) -> Result<BlockFile, ServiceError> {
    let block = own(app, staff, block_id).await?;
    let (lines, appeals) =
        tokio::try_join!(blocks::lines(&app.pool, block_id), appeals::list(&app.pool, block_id))?;
    Ok(BlockFile { view: viewed(block, now), lines, appeals })
}

/// Whose reports several people have marked as spam and who is not blocked: a proposal, and nothing more.
///
/// # Errors
/// [`ServiceError::Forbidden`]; storage.
#[instrument(level = "debug", name = "propose_blocks", skip_all)]
pub async fn proposals(app: &App, staff: &Staff, now: DateTime<Utc>) -> Result<Vec<Proposal>, ServiceError> {
    let areas = areas(staff)?;
    let since = now - MARKS_COUNT_FOR;
    let found = spam_marks::proposals(&app.pool, &areas, MARKS_THAT_PROPOSE, since).await?;
    let blocked: HashSet<Vec<u8>> =
        app.blocks.running.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
    let free = |phone: &[u8]| {
        let spender = Blind::from_index(phone).map(Spender::Phone);
        spender.is_some_and(|spender| !blocked.contains(&index(&app.vault, spender)))
    };
    Ok(found.into_iter().filter(|(phone, _)| free(phone)).map(|(_, proposal)| proposal).collect())
}

fn areas(staff: &Staff) -> Result<Vec<String>, ServiceError> {
    let areas = blocking_areas(&staff.grants);
    if areas.is_empty() { Err(ServiceError::Forbidden) } else { Ok(areas) }
}
