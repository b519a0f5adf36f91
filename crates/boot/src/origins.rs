//! Which pages may open a WebSocket: a browser lets any page open one to anywhere, and says in `Origin` whose it is.

use crate::config::ConfigError;

/// The pages that may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Empty: those of the host that is asked.
    named: Vec<Origin>,
}

/// Scheme, host and port of a page, as browsers write them (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    encrypted: bool,
    /// In small letters; the port only where it is not the scheme's own.
    host: String,
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (encrypted, host) = match text.strip_prefix("https://") {
            Some(host) => (true, host),
            None => (false, text.strip_prefix("http://")?),
        };
        let plain = !host.is_empty() && !host.contains(['/', '@', '?', '#', ',', '*', ' ']);
        plain.then(|| Self { encrypted, host: without_own_port(host, encrypted).to_owned() })
    }
}

fn without_own_port(host: &str, encrypted: bool) -> &str {
    host.strip_suffix(if encrypted { ":443" } else { ":80" }).unwrap_or(host)
}

impl Origins {
    pub(crate) fn parse(list: &str) -> Result<Self, ConfigError> {
        let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        let named = parts.map(|part| {
            Origin::parse(part).ok_or_else(|| ConfigError::Wrong {
                variable: "JIEKOU_GRAPHQL__ORIGINS",
                words: format!("`{part}` is no origin: write such as https://city.example, without a path"),
            })
        });
        Ok(Self { named: named.collect::<Result<_, _>>()? })
    }

    /// Whether a page of `origin` may open a WebSocket at `host`, both as the request says them.
    pub fn let_in(&self, origin: &str, host: Option<&str>) -> bool {
        let Some(origin) = Origin::parse(origin) else { return false };
        if !self.named.is_empty() {
            return self.named.contains(&origin);
        }
        let host = host.map(str::to_ascii_lowercase);
        host.is_some_and(|host| without_own_port(&host, origin.encrypted) == origin.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_list_pages_of_the_same_host_are_let_in_and_no_others() {
        let origins = Origins::parse(" ").unwrap();
        for (origin, host) in [
            ("https://city.example", "city.example"),
            ("https://City.example", "city.EXAMPLE:443"),
            ("http://127.0.0.1:8480", "127.0.0.1:8480"),
            ("http://city.example:80", "city.example"),
        ] {
            assert!(origins.let_in(origin, Some(host)), "{origin} at {host}");
        }
        for (origin, host) in [
            ("https://evil.example", Some("city.example")),
            ("https://city.example.evil.example", Some("city.example")),
            ("https://evil.example/city.example", Some("city.example")),
            ("https://city.example:8443", Some("city.example")),
            ("https://city.example@evil.example", Some("city.example")),
            ("null", Some("city.example")),
            ("", Some("city.example")),
            ("file://", Some("city.example")),
            ("https://city.example", None),
        ] {
            assert!(!origins.let_in(origin, host), "{origin} at {host:?}");
        }
    }

    #[test]
    fn a_list_lets_in_what_it_names_alone() {
        let origins = Origins::parse("https://city.example, http://desk.example:8080").unwrap();
        assert!(origins.let_in("https://city.example", Some("api.example")));
        assert!(origins.let_in("http://desk.example:8080", None));
        assert!(!origins.let_in("http://city.example", Some("api.example")), "not encrypted");
        assert!(!origins.let_in("https://api.example", Some("api.example")), "not named");
        for wrong in ["city.example", "https://", "https://*.example", "https://city.example/", "https://a@b"]
        {
            assert!(Origins::parse(wrong).is_err(), "{wrong}");
        }
    }
}
