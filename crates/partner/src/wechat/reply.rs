//! The answer to a push: words to the user (被动回复).

/// Longest text of a reply, in bytes.
pub const REPLY_BYTES: usize = 2_048;
/// What stands where words were cut off.
const CUT: &str = "…";

/// `text` in at most `limit` bytes, cut between characters.
#[must_use]
pub fn cut_to_bytes(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(CUT.len());
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{CUT}", text.get(..end).unwrap_or_default())
}

/// The reply in XML. `from` and `to` are those of the push, changed places.
#[must_use]
pub fn text_reply(to: &str, from: &str, created_at: i64, text: &str) -> String {
    let text = cut_to_bytes(&clean(text), REPLY_BYTES);
    format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{created_at}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content>{}</Content></xml>",
        section(to),
        section(from),
        section(&text),
    )
}

/// The envelope around an encrypted reply.
pub(super) fn envelope(sealed: &str, signature: &str, timestamp: i64, nonce: &str) -> String {
    format!(
        "<xml><Encrypt>{}</Encrypt><MsgSignature>{}</MsgSignature><TimeStamp>{timestamp}</TimeStamp><Nonce>{}</Nonce></xml>",
        section(sealed),
        section(signature),
        section(nonce),
    )
}

/// A CDATA section; what would end it early is parted over two.
fn section(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// Without characters that XML 1.0 cannot hold.
fn clean(text: &str) -> String {
    let holds =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(*c, '\u{fffe}' | '\u{ffff}'));
    text.chars().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::super::element::Element;
    use super::*;

    #[test]
    fn words_are_cut_between_characters() {
        assert_eq!(cut_to_bytes("路面有坑", 12), "路面有坑");
        for limit in 3..12 {
            let cut = cut_to_bytes("路面有坑", limit);
            assert!(cut.len() <= limit && cut.ends_with('…'), "{limit}: {cut}");
        }
        assert_eq!(cut_to_bytes("路面有坑", 9), "路面…");
    }

    #[test]
    fn whatever_words_there_are_the_reply_says_them_and_nothing_else() {
        for words in ["好", "a]]>b</Content><Content>c", "]]]]>>", "一\u{1}二\n三", "&amp;<b>"] {
            let xml = text_reply("openid", "gh_1", 7, words);
            let read = Element::parse(xml.as_bytes()).unwrap();
            assert_eq!(read.value("Content").unwrap(), words.replace('\u{1}', ""), "{xml}");
            assert_eq!(read.children.len(), 5);
        }
        let long = text_reply("openid", "gh_1", 7, &"坑".repeat(1_000));
        assert!(Element::parse(long.as_bytes()).unwrap().value("Content").unwrap().len() <= REPLY_BYTES);
    }
}
