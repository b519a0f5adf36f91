//! A pushed document as a tree: XML, or the JSON that a 小程序 may be set to.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::Value;

/// Deepest nesting that is read; WeChat's own documents have four levels.
const DEPTH: usize = 12;
/// Most elements that are read.
const ELEMENTS: usize = 2_000;

/// An element with its text and what is inside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

/// It is no document that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither XML nor JSON that can be read")]
pub struct Unreadable;

impl Element {
    /// Reads XML, or JSON where it begins with a brace; there a list is an element for each of its entries, so that one
    /// entry alone and a list of one are the same.
    ///
    /// # Errors
    /// [`Unreadable`]; also for a document type, which no push has and by which a small document could grow large.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|_bytes| Unreadable)?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            let value: Value = serde_json::from_str(text).map_err(|_broken| Unreadable)?;
            let mut left = ELEMENTS;
            return of_json("xml", &value, DEPTH, &mut left);
        }
        of_xml(text)
    }

    /// The first element of this name inside this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of this name; `None` where it is blank.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    /// This element and all below it that hold an element of this name.
    #[must_use]
    pub fn holding(&self, name: &str) -> Vec<&Self> {
        let own = self.child(name).map(|_| self);
        own.into_iter().chain(self.children.iter().flat_map(|child| child.holding(name))).collect()
    }
}

fn of_json(name: &str, value: &Value, depth: usize, left: &mut usize) -> Result<Element, Unreadable> {
    let depth = depth.checked_sub(1).ok_or(Unreadable)?;
    *left = left.checked_sub(1).ok_or(Unreadable)?;
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    match value {
        Value::Null => {}
        Value::Bool(value) => element.text = value.to_string(),
        Value::Number(value) => element.text = value.to_string(),
        Value::String(value) => element.text.clone_from(value),
        // A list in a list says nothing that WeChat says.
        Value::Array(_) => return Err(Unreadable),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(entries) => {
                        for entry in entries {
                            element.children.push(of_json(name, entry, depth, left)?);
                        }
                    }
                    other => element.children.push(of_json(name, other, depth, left)?),
                }
            }
        }
    }
    Ok(element)
}

fn of_xml(text: &str) -> Result<Element, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    // The elements that are open, the outermost first.
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut left = ELEMENTS;
    loop {
        let event = reader.read_event().map_err(|_broken| Unreadable)?;
        match event {
            Event::Start(start) => {
                left = left.checked_sub(1).ok_or(Unreadable)?;
                if open.len() >= DEPTH || (open.is_empty() && root.is_some()) {
                    return Err(Unreadable);
                }
                open.push(Element { name: start.name().into_inner().to_owned(), ..Element::default() });
            }
            Event::Empty(start) => {
                left = left.checked_sub(1).ok_or(Unreadable)?;
                let element = Element { name: start.name().into_inner().to_owned(), ..Element::default() };
                close(element, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or(Unreadable)?;
                close(element, &mut open, &mut root)?;
            }
            Event::Text(text) => add(&mut open, &text.xml10_content())?,
            Event::CData(text) => add(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = character(&reference)?;
                add(&mut open, character.encode_utf8(&mut [0; 4]))?;
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err(Unreadable),
            Event::Eof => break,
        }
    }
    if open.is_empty() { root.ok_or(Unreadable) } else { Err(Unreadable) }
}

fn add(open: &mut [Element], text: &str) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Unreadable),
    }
    Ok(())
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(Unreadable),
    }
    Ok(())
}

fn character(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    let coded = reference.resolve_char_ref().map_err(|_broken| Unreadable)?;
    coded.map_or_else(
        || match &**reference {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(Unreadable),
        },
        Ok,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_in_sections_references_and_plain() {
        let read = Element::parse(
            "<?xml version='1.0'?><xml><A><![CDATA[a<b]]></A><B>1 &lt; &#x32;&amp;</B><C/></xml>".as_bytes(),
        );
        let read = read.unwrap();
        assert_eq!((read.value("A"), read.value("B"), read.value("C")), (Some("a<b"), Some("1 < 2&"), None));
    }

    #[test]
    fn an_entry_alone_and_a_list_are_read_alike() {
        let one = Element::parse(br#"{"CreateTime": 7, "List": {"T": "a"}}"#).unwrap();
        let many = Element::parse(br#"{"CreateTime": "7", "List": [{"T": "a"}]}"#).unwrap();
        assert_eq!(one, many);
        assert_eq!(many.holding("T").len(), 1);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><xml>&a;</xml>";
        let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
        let deep_json = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
        for text in [
            "",
            "words",
            "<xml>",
            "<xml></yml>",
            "<a/><b/>",
            "{",
            "[1]",
            "{\"a\":[[1]]}",
            bomb,
            &deep,
            &deep_json,
            "<xml>&nbsp;</xml>",
        ] {
            assert_eq!(Element::parse(text.as_bytes()), Err(Unreadable), "{text}");
        }
        assert_eq!(Element::parse(&[0xff, 0xfe]), Err(Unreadable));
    }
}
