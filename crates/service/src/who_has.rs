//! Who owns one case now.

use chrono::{DateTime, Utc};
use jiekou_core::duty::{Owner, fallen, owner};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::cases::view::CaseView;
use jiekou_store::duty::{deputies, people};
use tracing::instrument;

use crate::hand_over::{holders, task};
use crate::{App, ServiceError};

/// Whoever has to do what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerView {
    /// `person`, `post`, `unit` or `center`.
    pub kind: &'static str,
    pub name: String,
    /// Who stands in for the person now.
    pub deputy: Option<String>,
    /// It has fallen to them: whoever was to go is gone.
    pub fallen: bool,
}

/// The owner of the case at `now`.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "who_has", skip_all)]
pub(crate) async fn who_has(
    app: &App,
    case: &CaseView,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<OwnerView, ServiceError> {
    let task = task(case);
    let (people, ids) = if task.with_handlers {
        let people = people::in_areas(&app.pool, &task.areas().collect::<Vec<_>>()).await?;
        (people.clone(), holders(people))
    } else {
        (Vec::new(), Vec::new())
    };
    let plan = rules.plan();
    let has = owner(&task, &ids, &plan.posts, &plan.process.duty, now);
    let center = |code: &str| rules.center(code).map_or_else(|| code.to_owned(), |center| center.name);
    let mut deputy = None;
    let (kind, name) = match &has {
        Owner::Person(id) => {
            let lasting = deputies::of(&app.pool, &[*id], now).await?;
            if let Some(it) = lasting.iter().find(|it| it.absent_id == *id && it.from_at <= now) {
                deputy = people::names(&app.pool, &[it.staff_id]).await?.pop().map(|(_, name)| name);
            }
            let name = people.iter().find(|it| it.staff_id == *id).map(|it| it.name.clone());
            ("person", name.unwrap_or_default())
        }
        Owner::Post { post, .. } => {
            let known = plan.posts.iter().find(|it| it.code == *post);
            ("post", known.map_or_else(|| post.clone(), |it| it.name.clone()))
        }
        Owner::Unit(code) => {
            ("unit", rules.unit(code).map_or_else(|| center(code), |unit| unit.name.clone()))
        }
        Owner::Center(code) => ("center", center(code)),
    };
    Ok(OwnerView { kind, name, deputy, fallen: fallen(&task, &ids).is_some() })
}
