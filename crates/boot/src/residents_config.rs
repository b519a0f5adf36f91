//! The settings of residents' accounts and of who sends them text messages.

use chrono::Duration;
use jiekou_core::resident::{CodeLimits, Limit, ResidentRules};
use jiekou_partner::sms::{SmsProvider, TencentAccount, TencentSms};
use jiekou_partner::{Http, Timeouts};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::config::ConfigError;

#[derive(Debug, Deserialize)]
pub struct Residents {
    pub code_minutes: i64,
    pub code_tries: u16,
    pub codes_of_phone: String,
    pub codes_of_network: String,
    pub codes_of_all: String,
    pub session_idle_days: i64,
    pub session_longest_days: i64,
    pub sessions_most: u32,
}

#[derive(Debug, Deserialize)]
pub struct Privacy {
    pub identity_days: u32,
}

#[derive(Debug, Deserialize)]
pub struct Sms {
    pub provider: String,
    pub base_url: String,
    #[serde(deserialize_with = "text")]
    pub secret_id: String,
    pub secret_key: SecretString,
    pub region: String,
    #[serde(deserialize_with = "text")]
    pub app_id: String,
    pub sign_name: String,
    #[serde(deserialize_with = "text")]
    pub code_template: String,
    pub connect_seconds: u64,
    pub whole_seconds: u64,
}

/// Ids that are digits look like numbers in the environment.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Number(u64),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Number(number) => number.to_string(),
    })
}

fn wrong(variable: &'static str, words: impl Into<String>) -> ConfigError {
    ConfigError::Wrong { variable, words: words.into() }
}

impl Residents {
    /// What residents are allowed, where `signs_in_by_phone` says whether messages can be sent.
    ///
    /// # Errors
    /// With the variable to change.
    pub fn rules(&self, privacy: &Privacy, signs_in_by_phone: bool) -> Result<ResidentRules, ConfigError> {
        let within = |value: i64, least: i64, most: i64, variable| {
            let words = || format!("must be {least} to {most}");
            if (least..=most).contains(&value) { Ok(value) } else { Err(wrong(variable, words())) }
        };
        let limits =
            |text: &str, variable| Limit::list(text).map_err(|fault| wrong(variable, fault.to_string()));
        let minutes = within(self.code_minutes, 1, 30, "JIEKOU_RESIDENTS__CODE_MINUTES")?;
        let tries = within(self.code_tries.into(), 1, 10, "JIEKOU_RESIDENTS__CODE_TRIES")?;
        let idle = within(self.session_idle_days, 1, 180, "JIEKOU_RESIDENTS__SESSION_IDLE_DAYS")?;
        let longest = within(self.session_longest_days, 1, 366, "JIEKOU_RESIDENTS__SESSION_LONGEST_DAYS")?;
        let sessions = within(self.sessions_most.into(), 1, 1_000, "JIEKOU_RESIDENTS__SESSIONS_MOST")?;
        let kept = within(privacy.identity_days.into(), 1, 3_650, "JIEKOU_PRIVACY__IDENTITY_DAYS")?;
        Ok(ResidentRules {
            signs_in_by_phone,
            code_life: Duration::minutes(minutes),
            code_tries: u16::try_from(tries).unwrap_or(self.code_tries),
            code_limits: CodeLimits {
                of_phone: limits(&self.codes_of_phone, "JIEKOU_RESIDENTS__CODES_OF_PHONE")?,
                of_address: limits(&self.codes_of_network, "JIEKOU_RESIDENTS__CODES_OF_NETWORK")?,
                of_all: limits(&self.codes_of_all, "JIEKOU_RESIDENTS__CODES_OF_ALL")?,
            },
            session_idle: Duration::days(idle),
            session_longest: Duration::days(longest),
            sessions_most: u32::try_from(sessions).unwrap_or(self.sessions_most),
            identity_days: u32::try_from(kept).unwrap_or(privacy.identity_days),
        })
    }

    /// What is in force, for people to read.
    pub(crate) fn shown(&self) -> String {
        format!(
            "residents.code_minutes = {}\nresidents.code_tries = {}\nresidents.codes_of_phone = {}\n\
             residents.codes_of_network = {}\nresidents.codes_of_all = {}\nresidents.session_idle_days = {}\n\
             residents.session_longest_days = {}\nresidents.sessions_most = {}",
            self.code_minutes,
            self.code_tries,
            self.codes_of_phone,
            self.codes_of_network,
            self.codes_of_all,
            self.session_idle_days,
            self.session_longest_days,
            self.sessions_most,
        )
    }
}

impl Sms {
    /// Whether anybody sends text messages for this installation.
    pub fn is_configured(&self) -> bool {
        !self.provider.is_empty()
    }

    /// Whoever sends them; `None` where nobody does.
    ///
    /// # Errors
    /// With the variable to change.
    pub fn provider(&self) -> Result<Option<SmsProvider>, ConfigError> {
        match self.provider.as_str() {
            "" => Ok(None),
            "tencent" => Ok(Some(SmsProvider::Tencent(self.tencent()?))),
            _ => Err(wrong("JIEKOU_SMS__PROVIDER", "must be tencent, or empty")),
        }
    }

    fn tencent(&self) -> Result<TencentSms, ConfigError> {
        for (variable, value) in [
            ("JIEKOU_SMS__SECRET_ID", self.secret_id.as_str()),
            ("JIEKOU_SMS__SECRET_KEY", self.secret_key.expose_secret()),
            ("JIEKOU_SMS__REGION", &self.region),
            ("JIEKOU_SMS__APP_ID", &self.app_id),
            ("JIEKOU_SMS__SIGN_NAME", &self.sign_name),
            ("JIEKOU_SMS__CODE_TEMPLATE", &self.code_template),
        ] {
            if value.is_empty() {
                return Err(wrong(variable, "must be set where the provider is tencent"));
            }
        }
        let seconds = std::time::Duration::from_secs;
        let timeouts =
            Timeouts { connect: seconds(self.connect_seconds), whole: seconds(self.whole_seconds) };
        let http = Http::new(timeouts).map_err(|error| wrong("JIEKOU_SMS__PROVIDER", error.to_string()))?;
        let account = TencentAccount {
            secret_id: self.secret_id.clone(),
            secret_key: self.secret_key.clone(),
            region: self.region.clone(),
            app_id: self.app_id.clone(),
            sign_name: self.sign_name.clone(),
            template_id: self.code_template.clone(),
        };
        TencentSms::new(http, &self.base_url, account).map_err(|words| wrong("JIEKOU_SMS__BASE_URL", words))
    }

    /// What is in force, for people to read, without the key.
    pub(crate) fn shown(&self) -> String {
        let key = if self.secret_key.expose_secret().is_empty() { "(not set)" } else { "(set)" };
        format!(
            "sms.provider = {}\nsms.base_url = {}\nsms.secret_id = {}\nsms.secret_key = {key}\nsms.region = {}\n\
             sms.app_id = {}\nsms.sign_name = {}\nsms.code_template = {}\nsms.connect_seconds = {}\n\
             sms.whole_seconds = {}",
            self.provider,
            self.base_url,
            self.secret_id,
            self.region,
            self.app_id,
            self.sign_name,
            self.code_template,
            self.connect_seconds,
            self.whole_seconds,
        )
    }
}
