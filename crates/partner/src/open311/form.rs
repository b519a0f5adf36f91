//! What a client posts: `application/x-www-form-urlencoded`, or the text fields of a multipart form.

use sha2::{Digest, Sha256};
use thiserror::Error;

/// Most fields of a form, and most bytes of a value.
const MOST_FIELDS: usize = 200;
const LONGEST: usize = 16_384;

/// Why bytes are no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormError {
    #[error("a % is not followed by two hexadecimal digits")]
    Escape,
    #[error("a field is not UTF-8")]
    NotUtf8,
    #[error("at most 200 fields")]
    TooMany,
    #[error("at most 16384 bytes in a field")]
    TooLong,
}

/// The fields of a form, in their order. An empty one is as one that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads a body (or the query of an address).
    ///
    /// # Errors
    /// See [`FormError`].
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Self::default();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(parts.next().unwrap_or_default())?;
            let value = decoded(parts.next().unwrap_or_default())?;
            form.push(name, value)?;
        }
        Ok(form)
    }

    /// Adds a field of a multipart form.
    ///
    /// # Errors
    /// [`FormError::TooMany`] or [`FormError::TooLong`].
    pub fn push(&mut self, name: String, value: String) -> Result<(), FormError> {
        if value.trim().is_empty() {
            return Ok(());
        }
        if self.fields.len() >= MOST_FIELDS {
            return Err(FormError::TooMany);
        }
        if name.len() > LONGEST || value.len() > LONGEST {
            return Err(FormError::TooLong);
        }
        self.fields.push((name, value));
        Ok(())
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// All values of a field, also where it is sent as a list (`name[]`).
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = |known: &str| known == name || known.strip_suffix("[]") == Some(name);
        self.fields.iter().filter(|(known, _)| named(known)).map(|(_, value)| value.trim()).collect()
    }

    /// The values of a field that holds a list parted by commas.
    pub fn listed(&self, name: &str) -> Option<Vec<String>> {
        let list = self.all(name);
        let items = list.iter().flat_map(|value| value.split(',')).map(str::trim);
        let items: Vec<String> = items.filter(|item| !item.is_empty()).map(str::to_owned).collect();
        (!items.is_empty()).then_some(items)
    }

    /// Code and values of `attribute[CODE]` and `attribute[CODE][]`, in their order.
    pub fn attributes(&self) -> Vec<(&str, Vec<&str>)> {
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, value) in &self.fields {
            let Some(rest) = name.strip_prefix("attribute[") else { continue };
            let Some(code) = rest.strip_suffix("][]").or_else(|| rest.strip_suffix(']')) else { continue };
            match found.iter_mut().find(|(known, _)| *known == code) {
                Some((_, values)) => values.push(value.trim()),
                None => found.push((code, vec![value.trim()])),
            }
        }
        found
    }

    /// By which a form that is sent again is known: whatever the order of its fields, and whatever key it is sent with.
    pub fn hash(&self) -> [u8; 32] {
        let mut fields: Vec<&(String, String)> =
            self.fields.iter().filter(|(name, _)| name != "api_key").collect();
        fields.sort();
        let mut hash = Sha256::new();
        for (name, value) in fields {
            for part in [name, value] {
                hash.update(part.len().to_be_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().into()
    }
}

fn decoded(text: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || {
                    let digit = char::from(*rest.next()?).to_digit(16)?;
                    u8::try_from(digit).ok()
                };
                let high = digit().ok_or(FormError::Escape)?;
                let low = digit().ok_or(FormError::Escape)?;
                high << 4 | low
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_bytes| FormError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let body = "service_code=manhole&description=%E5%9D%91+%26+%F0%9F%95%B3&lat=&attribute[a]=1&attribute%5Bb%5D%5B%5D=x\
                    &attribute[b][]=y&empty&media_url[]=u1&media_url=u2&id=a,b,,c";
        let form = Form::parse(body.as_bytes()).unwrap();
        assert_eq!(form.get("description"), Some("坑 & 🕳"));
        assert_eq!(form.get("lat"), None, "empty is absent");
        assert_eq!(form.attributes(), [("a", vec!["1"]), ("b", vec!["x", "y"])]);
        assert_eq!(form.all("media_url"), ["u1", "u2"]);
        assert_eq!(form.listed("id").unwrap(), ["a", "b", "c"]);
        assert_eq!(form.listed("nothing"), None);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        assert_eq!(Form::parse(b"a=%"), Err(FormError::Escape));
        assert_eq!(Form::parse(b"a=%4"), Err(FormError::Escape));
        assert_eq!(Form::parse(b"a=%zz"), Err(FormError::Escape));
        assert_eq!(Form::parse(b"a=%ff"), Err(FormError::NotUtf8));
        assert_eq!(Form::parse(b"a=\xff"), Err(FormError::NotUtf8));
        assert_eq!(Form::parse("a=1&".repeat(201).as_bytes()), Err(FormError::TooMany));
        assert_eq!(Form::parse(format!("a={}", "x".repeat(16_385)).as_bytes()), Err(FormError::TooLong));
        assert_eq!(Form::parse(b""), Ok(Form::default()));
    }

    #[test]
    fn the_same_fields_are_the_same_form_whatever_the_key_and_the_order() {
        let hash = |body: &str| Form::parse(body.as_bytes()).unwrap().hash();
        assert_eq!(hash("a=1&b=2&api_key=x"), hash("b=2&api_key=y&a=1"));
        assert_ne!(hash("a=1&b=2"), hash("a=12&b="));
        assert_ne!(hash("a=1"), hash("a=2"));
    }

    /// The seeds of the fuzz target and what it ever found; `cargo fuzz run open311_form` in `crates/partner` looks for more.
    #[test]
    fn whatever_was_ever_posted_is_read_or_refused() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/open311_form");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 8, "the corpus is there");
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            if let Ok(form) = Form::parse(&bytes) {
                let (attributes, hash) = (form.attributes().len(), form.hash());
                assert!(attributes <= MOST_FIELDS, "{}", file.display());
                assert_eq!(Form::parse(&bytes).unwrap().hash(), hash, "{}", file.display());
            }
        }
    }
}
