//! An account's door: which pushes are WeChat's own, and how the answers to them are written.

use secrecy::{ExposeSecret, SecretString};

use super::cipher::{AesKey, CipherError};
use super::element::Element;
use super::reply::{envelope, text_reply};
use super::signature::{is_signed, sign};

/// How pushes come (消息加解密方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 明文模式
    Plain,
    /// 兼容模式: plain and encrypted side by side.
    Compatible,
    /// 安全模式: encrypted, and nothing else is believed.
    Safe,
}

/// What WeChat and the account have agreed on.
#[derive(Debug, Clone)]
pub struct Account {
    pub appid: String,
    pub token: SecretString,
    pub mode: Mode,
    /// The current key, then the previous one: for a while after a change pushes come with either.
    pub keys: Vec<AesKey>,
}

/// The query of a push.
#[derive(Debug, Clone, Default)]
pub struct PushQuery {
    pub signature: String,
    pub timestamp: String,
    pub nonce: String,
    /// `aes` where the body is encrypted.
    pub encrypt_type: String,
    pub msg_signature: String,
}

/// A push that is WeChat's.
#[derive(Debug, Clone)]
pub struct Opened {
    /// XML, or JSON, in plain.
    pub plain: Vec<u8>,
    /// The key it came with, which its answer is encrypted with; `None`: in plain.
    pub key: Option<AesKey>,
    /// Whether it came as JSON, to which there are no words in the answer.
    pub json: bool,
}

/// Why a push is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the signature is wrong")]
    Signature,
    #[error("the account takes encrypted messages only")]
    NotEncrypted,
    #[error("no key opens it")]
    NotOpened,
    #[error("it is no document that can be read")]
    Unreadable,
}

impl Account {
    /// Whether a query was made by who knows the token.
    #[must_use]
    pub fn knows(&self, query: &PushQuery) -> bool {
        is_signed(&query.signature, &[self.token.expose_secret(), &query.timestamp, &query.nonce])
    }

    /// The push in plain.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn open(&self, query: &PushQuery, body: &[u8]) -> Result<Opened, Refused> {
        let encrypted = query.encrypt_type == "aes" && self.mode != Mode::Plain;
        // A query of the safe mode is signed over the body too; the plain signature beside it says less.
        if !encrypted && !self.knows(query) {
            return Err(Refused::Signature);
        }
        if !encrypted && self.mode == Mode::Safe {
            return Err(Refused::NotEncrypted);
        }
        let json = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if !encrypted {
            return Ok(Opened { plain: body.to_vec(), key: None, json });
        }
        let pushed = Element::parse(body).map_err(|_words| Refused::Unreadable)?;
        let sealed = pushed.value("Encrypt").ok_or(Refused::Unreadable)?;
        let parts = [self.token.expose_secret(), query.timestamp.as_str(), query.nonce.as_str(), sealed];
        if !is_signed(&query.msg_signature, &parts) {
            return Err(Refused::Signature);
        }
        let mut opened = self.keys.iter().map(|key| (key, key.open(&self.appid, sealed)));
        let (key, plain) = opened
            .find_map(|(key, plain)| match plain {
                Ok(plain) => Some((key, plain)),
                Err(CipherError::NotOpened | CipherError::OtherAccount | CipherError::Key) => None,
            })
            .ok_or(Refused::NotOpened)?;
        Ok(Opened { plain, key: Some(key.clone()), json })
    }

    /// The answer in words, written as the push was: encrypted with its key. `salt` and `nonce` are chance.
    #[must_use]
    pub fn answer(&self, to: &Opened, reply: &Reply<'_>, salt: [u8; 16], nonce: &str) -> String {
        let xml = text_reply(reply.openid, reply.account_id, reply.timestamp, reply.words);
        let Some(key) = &to.key else { return xml };
        let sealed = key.seal(&self.appid, xml.as_bytes(), salt);
        let timestamp = reply.timestamp.to_string();
        let signature = sign(&[self.token.expose_secret(), &timestamp, nonce, &sealed]);
        envelope(&sealed, &signature, reply.timestamp, nonce)
    }
}

/// Words to a user.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    pub openid: &'a str,
    pub account_id: &'a str,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub words: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUSH: &[u8] = b"<xml><FromUserName>o</FromUserName></xml>";

    fn account(mode: Mode) -> Account {
        let key = |letter: &str| AesKey::parse(&letter.repeat(43)).unwrap();
        Account {
            appid: "wx1".into(),
            token: "token".to_owned().into(),
            mode,
            keys: vec![key("b"), key("a")],
        }
    }

    fn plain_query() -> PushQuery {
        let (timestamp, nonce) = ("7".to_owned(), "n".to_owned());
        PushQuery { signature: sign(&["token", "7", "n"]), timestamp, nonce, ..PushQuery::default() }
    }

    fn sealed_push(letter: &str) -> (PushQuery, Vec<u8>) {
        let sealed = AesKey::parse(&letter.repeat(43)).unwrap().seal("wx1", PUSH, [1; 16]);
        let msg_signature = sign(&["token", "7", "n", &sealed]);
        let query = PushQuery { encrypt_type: "aes".into(), msg_signature, ..plain_query() };
        (query, format!("<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>").into_bytes())
    }

    #[test]
    fn each_mode_believes_what_it_should() {
        for (mode, plain, sealed) in [
            (Mode::Plain, Ok(false), Ok(false)),
            (Mode::Compatible, Ok(false), Ok(true)),
            (Mode::Safe, Err(Refused::NotEncrypted), Ok(true)),
        ] {
            let opened =
                |query: &PushQuery, body: &[u8]| account(mode).open(query, body).map(|it| it.key.is_some());
            assert_eq!(opened(&plain_query(), PUSH), plain, "{mode:?}");
            let (query, body) = sealed_push("b");
            assert_eq!(opened(&query, &body), sealed, "{mode:?}");
        }
    }

    #[test]
    fn an_answer_is_written_with_the_key_of_its_push_also_the_previous_one() {
        let account = account(Mode::Safe);
        for (letter, position) in [("b", 0), ("a", 1)] {
            let (query, body) = sealed_push(letter);
            let opened = account.open(&query, &body).unwrap();
            assert_eq!((opened.plain.as_slice(), opened.key.as_ref()), (PUSH, account.keys.get(position)));
            let reply = Reply { openid: "o", account_id: "gh", timestamp: 9, words: "好" };
            let envelope = Element::parse(account.answer(&opened, &reply, [2; 16], "m").as_bytes()).unwrap();
            let sealed = envelope.value("Encrypt").unwrap();
            assert_eq!(envelope.value("MsgSignature"), Some(sign(&["token", "9", "m", sealed]).as_str()));
            let plain = account.keys[position].open("wx1", sealed).unwrap();
            assert_eq!(Element::parse(&plain).unwrap().value("Content"), Some("好"));
        }
        let (query, body) = sealed_push("c");
        assert_eq!(account.open(&query, &body).unwrap_err(), Refused::NotOpened);
    }

    #[test]
    fn a_changed_query_or_body_is_not_believed() {
        let (query, body) = sealed_push("b");
        let account = account(Mode::Safe);
        let changed = PushQuery { nonce: "m".into(), ..query.clone() };
        assert_eq!(account.open(&changed, &body).unwrap_err(), Refused::Signature);
        let other = String::from_utf8(body).unwrap().replace("<Encrypt>", "<Encrypt>A");
        assert_eq!(account.open(&query, other.as_bytes()).unwrap_err(), Refused::Signature);
        assert_eq!(account.open(&query, b"words").unwrap_err(), Refused::Unreadable);
        assert!(!account.knows(&PushQuery::default()));
    }
}
