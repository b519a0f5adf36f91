//! Nothing is spoken in clear, where the configuration says so.

use std::collections::BTreeMap;

use jiekou_partner::hotline::Peer;
use secrecy::ExposeSecret;
use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::config::{Config, ConfigError};

#[derive(Debug, Deserialize)]
pub struct Transport {
    pub encrypted_only: bool,
}

/// The variables that name another address of the photo store, as the store's client reads them.
const STORES: [&str; 3] = ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];

/// Refuses whatever would be spoken to in clear, when nothing may be. `environment` is asked for the addresses of the photo
/// store, which are no settings of ours.
///
/// # Errors
/// With the first setting by which something would be spoken to in clear, and what to do; never with its value.
pub(crate) fn check(
    config: &Config,
    peers: &BTreeMap<String, Peer>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<(), ConfigError> {
    if !config.transport.encrypted_only {
        return Ok(());
    }
    let demand = |holds: bool, variable, words: &str| {
        let words = || format!("{words}, since JIEKOU_TRANSPORT__ENCRYPTED_ONLY is true");
        if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words() }) }
    };
    let https = |address: &str| address.starts_with("https://");
    demand(
        is_verified_postgres(config.database.url.expose_secret()),
        "JIEKOU_DATABASE__URL",
        "must say sslmode=verify-full (and sslrootcert=FILE for an authority of your own)",
    )?;
    let redis = config.redis.url.expose_secret();
    let sealed = redis.starts_with("rediss://") && !redis.ends_with("#insecure");
    demand(sealed || redis.starts_with("unix://"), "JIEKOU_REDIS__URL", "must begin with rediss://")?;
    demand(https(&config.http.public_url), "JIEKOU_HTTP__PUBLIC_URL", "must begin with https://")?;
    demand(
        is_encrypted_mail(config.mail.smtp_url.expose_secret()),
        "JIEKOU_MAIL__SMTP_URL",
        "must begin with smtps://, or with smtp:// and end with ?tls=required",
    )?;
    if config.photos.url.starts_with("s3://") {
        for variable in STORES {
            let address = environment(variable).unwrap_or_default();
            demand(address.is_empty() || https(&address), variable, "must begin with https://")?;
        }
    }
    demand(https(&config.sms.base_url), "JIEKOU_SMS__BASE_URL", "must begin with https://")?;
    demand(https(&config.wechat.api_url), "JIEKOU_WECHAT__API_URL", "must begin with https://")?;
    let breached = &config.accounts.breached_passwords_url;
    demand(
        breached.is_empty() || https(breached),
        "JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_URL",
        "must begin with https://",
    )?;
    let hotlines = peers.values().all(|peer| peer.base_url.is_empty() || https(&peer.base_url));
    demand(hotlines, "JIEKOU_HOTLINES__ADDRESSES", "every address must begin with https://")?;
    let media = peers.values().flat_map(|peer| &peer.media_hosts).all(|origin| https(origin));
    demand(media, "JIEKOU_HOTLINES__MEDIA_HOSTS", "every address must begin with https://")?;
    demand(
        !config.outward.private_networks,
        "JIEKOU_OUTWARD__PRIVATE_NETWORKS",
        "must be false: with it platforms may name addresses in clear",
    )?;
    demand(
        config.scanner.is_beside(),
        "JIEKOU_SCANNER__ADDRESS",
        "must be of this machine, such as 127.0.0.1:3310: clamd speaks in clear only",
    )
}

/// Encrypted, and the server proves that it is the one that is named; or a socket of this machine.
fn is_verified_postgres(url: &str) -> bool {
    url.parse::<PgConnectOptions>().is_ok_and(|options| {
        let socket = options.get_socket().is_some() || options.get_host().starts_with('/');
        socket || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull)
    })
}

fn is_encrypted_mail(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // Of several, the client goes by the first.
    let tls = query.split('&').find_map(|pair| pair.strip_prefix("tls="));
    let starttls = url.starts_with("smtp://") && tls == Some("required");
    url.is_empty() || url.starts_with("smtps://") || starttls
}

#[cfg(test)]
mod tests {
    use figment::Figment;
    use figment::providers::{Format, Serialized, Toml};

    use super::*;

    /// Settings that speak in clear nowhere.
    const SEALED: &[(&str, &str)] = &[
        ("database.url", "postgres://me:secret@db.example/jiekou?sslmode=verify-full"),
        ("redis.url", "rediss://:secret@redis.example:6380"),
        ("http.public_url", "https://jiekou.example"),
        ("photos.url", "s3://jiekou-photos"),
        ("mail.smtp_url", "smtps://me:secret@mail.example:465"),
        ("hotlines.addresses", "12345=https://hotline.example"),
        ("scanner.address", "127.0.0.1:3310"),
    ];

    fn said(own: &[(&str, &str)], environment: &[(&str, &str)], encrypted_only: bool) -> Result<(), String> {
        let mut settings = Figment::from(Toml::string(include_str!("config.default.toml")))
            .merge(Serialized::default("transport.encrypted_only", encrypted_only));
        for (key, value) in SEALED.iter().chain(own) {
            settings = settings.merge(Serialized::default(key, value));
        }
        if own.iter().any(|(key, _)| *key == "outward.private_networks") {
            settings = settings.merge(Serialized::default("outward.private_networks", true));
        }
        let config: Config = settings.extract().unwrap();
        let asked = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        check(&config, &config.hotline_peers().unwrap(), asked).map_err(|error| error.to_string())
    }

    #[test]
    fn what_would_be_spoken_in_clear_is_refused_by_its_setting_and_says_what_to_do() {
        for (variable, key, value, do_this) in [
            (
                "DATABASE__URL",
                "database.url",
                "postgres://me:secret@db.example/jiekou",
                "sslmode=verify-full",
            ),
            (
                "DATABASE__URL",
                "database.url",
                "postgres://me:secret@db.example/j?sslmode=require",
                "verify-full",
            ),
            (
                "DATABASE__URL",
                "database.url",
                "postgres://me:secret@db.example/j?sslmode=verify-ca",
                "verify-full",
            ),
            ("REDIS__URL", "redis.url", "redis://:secret@redis.example:6379", "rediss://"),
            ("REDIS__URL", "redis.url", "rediss://:secret@redis.example:6380/#insecure", "rediss://"),
            ("HTTP__PUBLIC_URL", "http.public_url", "http://jiekou.example", "https://"),
            ("MAIL__SMTP_URL", "mail.smtp_url", "smtp://me:secret@mail.example:25", "tls=required"),
            (
                "MAIL__SMTP_URL",
                "mail.smtp_url",
                "smtp://me:secret@mail.example?tls=opportunistic",
                "tls=required",
            ),
            ("SMS__BASE_URL", "sms.base_url", "http://sms.example", "https://"),
            ("WECHAT__API_URL", "wechat.api_url", "http://wechat.example", "https://"),
            (
                "ACCOUNTS__BREACHED_PASSWORDS_URL",
                "accounts.breached_passwords_url",
                "http://secret.example",
                "https://",
            ),
            ("HOTLINES__ADDRESSES", "hotlines.addresses", "1=https://a,2=http://secret.example", "https://"),
            (
                "HOTLINES__MEDIA_HOSTS",
                "hotlines.media_hosts",
                "1=https://a,1=http://secret.example",
                "https://",
            ),
            ("OUTWARD__PRIVATE_NETWORKS", "outward.private_networks", "true", "false"),
            ("SCANNER__ADDRESS", "scanner.address", "scanner.example:3310", "127.0.0.1"),
        ] {
            let words = said(&[(key, value)], &[], true).unwrap_err();
            assert!(words.starts_with(&format!("JIEKOU_{variable}: ")), "{value}: {words}");
            assert!(words.contains(do_this) && !words.contains("secret"), "{value}: {words}");
            said(&[(key, value)], &[], false).unwrap();
        }
        for variable in STORES {
            let words = said(&[], &[(variable, "http://minio.example:9000")], true).unwrap_err();
            assert!(words.starts_with(variable) && words.contains("https://"), "{words}");
            said(&[("photos.url", "file:///var/photos")], &[(variable, "http://minio.example")], true)
                .unwrap();
        }
    }

    #[test]
    fn what_is_encrypted_and_verified_starts() {
        said(&[], &[("AWS_ENDPOINT", "https://minio.example:9000")], true).unwrap();
        for (key, value) in [
            ("database.url", "postgres://db.example/jiekou?sslmode=verify-full&sslrootcert=/etc/ca.pem"),
            ("database.url", "postgres:///jiekou?host=/run/postgresql"),
            ("redis.url", "unix:///run/redis.sock"),
            ("mail.smtp_url", "smtp://me:secret@mail.example:587?tls=required"),
            ("mail.smtp_url", ""),
            ("scanner.address", "[::1]:3310"),
            ("scanner.address", ""),
        ] {
            assert_eq!(said(&[(key, value)], &[], true), Ok(()), "{value}");
        }
    }
}
