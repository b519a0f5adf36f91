//! A step of a case.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::move_case::move_case;

use super::input::{MoveInput, body};
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::payload::{CaseMoved, MoveCasePayload};
use crate::graphql::readers;
use crate::problem::{Kind, Problem};
use crate::rest::case_moves::read;
use crate::rest::case_view::CaseBody;

#[derive(Debug, Default)]
pub struct MoveCase;

#[Object]
impl MoveCase {
    /// Makes a move on a case that still has the `version` which the caller has seen.
    #[graphql(guard = "readers::STAFF")]
    async fn move_case(
        &self,
        ctx: &Context<'_>,
        number: String,
        expected: i64,
        r#move: MoveInput,
    ) -> Result<MoveCasePayload> {
        let caller = Caller::of(ctx)?;
        let moved = async {
            let asked = read(&body(&r#move)).map_err(|it| Problem::from(Kind::Validation).with_errors(it))?;
            let now = clock::now();
            let file = move_case(caller.app(), caller.staff()?, &number, expected, asked, now).await?;
            Ok::<_, Problem>(CaseMoved { case: CaseBody::of(file, now) })
        };
        MoveCasePayload::of(moved.await)
    }
}
