//! Who sits at the desk of the district (热线坐席), and who oversees it.

use jiekou_core::staff::{Level, Role};

use crate::{App, ServiceError, Staff};

/// Whether one of these roles is held over the whole of the jurisdiction.
fn holds(app: &App, staff: &Staff, roles: &[Role]) -> bool {
    let rules = app.rules();
    let district = &rules.data().district.code;
    staff.grants.iter().any(|grant| {
        let above = matches!(grant.level, Level::City | Level::District);
        above && district.starts_with(&grant.area) && grant.unit.is_none() && roles.contains(&grant.role)
    })
}

/// Operators, dispatchers and supervisors of the district.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody else.
pub(crate) fn at_desk(app: &App, staff: &Staff) -> Result<(), ServiceError> {
    let roles = [Role::DeskOperator, Role::DistrictDispatcher, Role::Supervisor, Role::Admin];
    if holds(app, staff, &roles) { Ok(()) } else { Err(ServiceError::Forbidden) }
}

/// Those who answer for the desk, and may read what is on nobody else's screen.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody else.
pub(crate) fn oversees(app: &App, staff: &Staff) -> Result<(), ServiceError> {
    let roles = [Role::DistrictDispatcher, Role::Supervisor, Role::Admin];
    if holds(app, staff, &roles) { Ok(()) } else { Err(ServiceError::Forbidden) }
}
