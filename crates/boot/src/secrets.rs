//! Keys as the environment holds them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::config::ConfigError;

/// A key with the name that stored data refers to it by.
pub type NamedKey = (String, [u8; 32]);

/// The decoded keys.
pub struct Secrets {
    pub master_keys: Vec<NamedKey>,
    pub signing_keys: Vec<NamedKey>,
    pub blind_index_key: [u8; 32],
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Decodes the three variables.
    ///
    /// # Errors
    /// With the variable that is wrong; never with its value.
    pub fn parse(masters: &str, signers: &str, blind: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            master_keys: list("JIEKOU_SECRETS__MASTER_KEYS", masters)?,
            signing_keys: list("JIEKOU_SECRETS__SIGNING_KEYS", signers)?,
            blind_index_key: key("JIEKOU_SECRETS__BLIND_INDEX_KEY", blind)?,
        })
    }
}

fn list(variable: &'static str, text: &str) -> Result<Vec<NamedKey>, ConfigError> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let keys = entries.map(|entry| {
        let (id, value) =
            entry.split_once(':').ok_or_else(|| wrong(variable, "each key is written id:base64"))?;
        Ok((id.to_owned(), key(variable, value)?))
    });
    let keys: Vec<NamedKey> = keys.collect::<Result<_, ConfigError>>()?;
    if keys.is_empty() {
        Err(wrong(variable, "must hold a key: id:$(head -c 32 /dev/urandom | base64)"))
    } else {
        Ok(keys)
    }
}

fn key(variable: &'static str, text: &str) -> Result<[u8; 32], ConfigError> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_unshown| wrong(variable, "a key must be base64"))?;
    bytes
        .try_into()
        .map_err(|_unshown| wrong(variable, "a key must be 32 bytes: head -c 32 /dev/urandom | base64"))
}

fn wrong(variable: &'static str, words: &str) -> ConfigError {
    ConfigError::Wrong { variable, words: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn keys_come_newest_first_with_their_names() {
        let secrets = Secrets::parse(&format!("b:{KEY}, a:{KEY}"), &format!("s:{KEY}"), KEY).unwrap();
        let names: Vec<_> = secrets.master_keys.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
    }

    #[test]
    fn a_wrong_key_is_named_by_its_variable_and_never_shown() {
        for wrong in ["", "k1", "k1:short", "k1:AAAA"] {
            let words = Secrets::parse(wrong, &format!("s:{KEY}"), KEY).unwrap_err().to_string();
            assert!(words.starts_with("JIEKOU_SECRETS__MASTER_KEYS"), "{words}");
            assert!(!words.contains("short"), "{words}");
        }
    }
}
