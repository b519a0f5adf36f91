//! The settings of the accounts of staff.

use std::time::Duration as StdDuration;

use chrono::Duration;
use jiekou_core::staff::{AccountRules, Role};
use jiekou_partner::breached_passwords::BreachedRanges;
use jiekou_partner::{Http, Timeouts};
use serde::Deserialize;

use crate::config::ConfigError;

#[derive(Debug, Deserialize)]
pub struct Accounts {
    pub password_least: usize,
    pub second_factor_roles: String,
    pub invitation_hours: i64,
    pub session_idle_hours: i64,
    pub session_longest_days: i64,
    pub sessions_most: u32,
    pub totp_drift_steps: u32,
    pub breached_passwords_url: String,
    pub breached_passwords_seconds: u64,
}

impl Accounts {
    /// What accounts must have.
    ///
    /// # Errors
    /// With the variable to change.
    pub fn rules(&self) -> Result<AccountRules, ConfigError> {
        let demand = |holds: bool, variable, words: &str| {
            if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words.to_owned() }) }
        };
        let least = (8..=64).contains(&self.password_least);
        demand(least, "JIEKOU_ACCOUNTS__PASSWORD_LEAST", "must be 8 to 64")?;
        for (hours, variable) in [
            (self.invitation_hours, "JIEKOU_ACCOUNTS__INVITATION_HOURS"),
            (self.session_idle_hours, "JIEKOU_ACCOUNTS__SESSION_IDLE_HOURS"),
        ] {
            demand((1..=720).contains(&hours), variable, "must be 1 to 720")?;
        }
        let longest = (1..=90).contains(&self.session_longest_days);
        demand(longest, "JIEKOU_ACCOUNTS__SESSION_LONGEST_DAYS", "must be 1 to 90")?;
        let sessions = (1..=1_000).contains(&self.sessions_most);
        demand(sessions, "JIEKOU_ACCOUNTS__SESSIONS_MOST", "must be 1 to 1000")?;
        demand(self.totp_drift_steps <= 2, "JIEKOU_ACCOUNTS__TOTP_DRIFT_STEPS", "must be 0 to 2")?;
        let url = &self.breached_passwords_url;
        let web = url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
        demand(web, "JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_URL", "must begin with https://, or be empty")?;
        let seconds = (1..=10).contains(&self.breached_passwords_seconds);
        demand(seconds, "JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_SECONDS", "must be 1 to 10")?;
        let names = self.second_factor_roles.split(',').map(str::trim).filter(|name| !name.is_empty());
        let role = |name: &str| {
            let words = || format!("there is no role {name}");
            let wrong =
                || ConfigError::Wrong { variable: "JIEKOU_ACCOUNTS__SECOND_FACTOR_ROLES", words: words() };
            Role::from_name(name).ok_or_else(wrong)
        };
        Ok(AccountRules {
            password_least: self.password_least,
            second_factor_roles: names.map(role).collect::<Result<_, _>>()?,
            invitation_life: Duration::hours(self.invitation_hours),
            session_idle: Duration::hours(self.session_idle_hours),
            session_longest: Duration::days(self.session_longest_days),
            sessions_most: self.sessions_most,
            totp_drift: self.totp_drift_steps,
        })
    }

    /// Who is asked whether a password was breached; `None`: nobody.
    ///
    /// # Errors
    /// When no client can be built.
    pub fn breached_ranges(&self) -> Result<Option<BreachedRanges>, ConfigError> {
        if self.breached_passwords_url.is_empty() {
            return Ok(None);
        }
        let whole = StdDuration::from_secs(self.breached_passwords_seconds);
        let http = Http::new(Timeouts { connect: whole, whole }).map_err(|error| ConfigError::Wrong {
            variable: "JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_URL",
            words: error.to_string(),
        })?;
        Ok(Some(BreachedRanges::new(http, &self.breached_passwords_url)))
    }

    /// What is in force, for people to read. An address may hold a key of its service, and is left out.
    pub(crate) fn shown(&self) -> String {
        let service = if self.breached_passwords_url.is_empty() { "(not set)" } else { "(set)" };
        format!(
            "accounts.password_least = {}\naccounts.second_factor_roles = {}\naccounts.invitation_hours = {}\n\
             accounts.session_idle_hours = {}\naccounts.session_longest_days = {}\naccounts.sessions_most = {}\n\
             accounts.totp_drift_steps = {}\naccounts.breached_passwords_url = {service}\n\
             accounts.breached_passwords_seconds = {}",
            self.password_least,
            self.second_factor_roles,
            self.invitation_hours,
            self.session_idle_hours,
            self.session_longest_days,
            self.sessions_most,
            self.totp_drift_steps,
            self.breached_passwords_seconds,
        )
    }
}
