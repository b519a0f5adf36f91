//! A document in XML, and the same in JSON by the Spark convention: no root, no wrapper of a list, an empty element is
//! `null`.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::{Map, Number, Value};

/// The two formats; the end of an address says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
}

impl Format {
    /// The format with this suffix.
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        match suffix {
            "xml" => Some(Self::Xml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The content type of a document.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The bytes of the document `root` with this content.
    pub fn write(self, root: &str, content: &Node) -> Vec<u8> {
        match self {
            Self::Xml => xml(root, content),
            Self::Json => content.to_json().to_string().into_bytes(),
        }
    }
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Empty,
    Text(String),
    Flag(bool),
    Whole(i64),
    Degrees(f64),
    Fields(Vec<(&'static str, Node)>),
    /// Elements of one name.
    List(&'static str, Vec<Node>),
}

impl Node {
    /// Text, or nothing.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Whole(number) => Value::from(*number),
            Self::Degrees(degrees) => Number::from_f64(*degrees).map_or(Value::Null, Value::Number),
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, node)| ((*name).to_owned(), node.to_json()));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Self::List(_, items) => Value::Array(items.iter().map(Self::to_json).collect()),
        }
    }
}

fn xml(root: &str, content: &Node) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    element(&mut writer, root, content);
    writer.into_inner()
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, node: &Node) {
    let text = match node {
        Node::Empty => {
            let _ = writer.write_event(Event::Empty(BytesStart::new(name)));
            return;
        }
        Node::Text(text) => Some(speakable(text)),
        Node::Flag(flag) => Some(flag.to_string()),
        Node::Whole(number) => Some(number.to_string()),
        Node::Degrees(degrees) => Some(degrees.to_string()),
        Node::Fields(_) | Node::List(..) => None,
    };
    let _ = writer.write_event(Event::Start(BytesStart::new(name)));
    if let Some(text) = text {
        let _ = writer.write_event(Event::Text(BytesText::new(&text)));
    }
    match node {
        Node::Fields(fields) => {
            for (name, node) in fields {
                element(writer, name, node);
            }
        }
        Node::List(name, items) => {
            for item in items {
                element(writer, name, item);
            }
        }
        Node::Empty | Node::Text(_) | Node::Flag(_) | Node::Whole(_) | Node::Degrees(_) => {}
    }
    let _ = writer.write_event(Event::End(BytesEnd::new(name)));
}

/// Without the characters that XML 1.0 has no way to write.
fn speakable(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Node {
        let service = |code: &str, words: Option<&str>| {
            Node::Fields(vec![
                ("service_code", Node::Text(code.to_owned())),
                ("metadata", Node::Flag(true)),
                ("description", Node::text(words)),
            ])
        };
        Node::List("service", vec![service("001", Some("坑 & <洞> 🕳\u{1}"))])
    }

    #[test]
    fn xml_has_a_declaration_and_names_everything() {
        let text = String::from_utf8(Format::Xml.write("services", &sample())).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><services><service><service_code>001</service_code>\
             <metadata>true</metadata><description>坑 &amp; &lt;洞&gt; 🕳</description></service></services>"
        );
        let empty = Format::Xml.write("services", &Node::List("service", Vec::new()));
        assert!(String::from_utf8(empty).unwrap().ends_with("<services></services>"));
    }

    #[test]
    fn json_drops_the_root_and_a_list_of_one_stays_a_list() {
        let value: Value = serde_json::from_slice(&Format::Json.write("services", &sample())).unwrap();
        assert_eq!(value[0]["service_code"], "001", "a code is a text");
        assert_eq!(value.as_array().unwrap().len(), 1);
        let request = Node::Fields(vec![
            ("zipcode", Node::Empty),
            ("lat", Node::Degrees(34.7351)),
            ("lists", Node::List("one", vec![Node::Whole(1)])),
        ]);
        let value: Value = serde_json::from_slice(&Format::Json.write("request", &request)).unwrap();
        assert_eq!(value, serde_json::json!({ "zipcode": null, "lat": 34.7351, "lists": [1] }));
    }

    #[test]
    fn only_the_two_suffixes_are_formats() {
        assert_eq!(Format::from_suffix("xml"), Some(Format::Xml));
        assert_eq!(Format::from_suffix("json"), Some(Format::Json));
        for other in ["", "XML", "html", "csv", "json "] {
            assert_eq!(Format::from_suffix(other), None, "{other}");
        }
    }
}
