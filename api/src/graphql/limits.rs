//! What one document may cost, measured before anything of it is executed. The work is linear in its length, however its
//! fragments call each other.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet,
};

/// Brackets within brackets. Far more than any real document has, and few enough for a parser that recurses.
const NESTING: usize = 64;
/// Fragments a document may define, and operations.
const FRAGMENTS: usize = 50;
const OPERATIONS: usize = 20;

/// The most that a document may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub bytes: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Fields, each fragment counted wherever it is spread.
    pub fields: usize,
    pub aliases: usize,
    pub directives: usize,
}

/// What a document has, fragments counted wherever they are spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    pub depth: usize,
    pub fields: usize,
    pub aliases: usize,
    pub directives: usize,
    /// Fields of the operations themselves.
    pub roots: usize,
}

/// A document within the limits.
#[derive(Debug)]
pub struct Measured {
    pub document: ExecutableDocument,
    pub measure: Measure,
}

/// Why a document is not executed: a stable name, and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub words: String,
}

impl Measured {
    /// Whether the operation that is asked for, or the only one, only reads.
    pub fn only_reads(&self) -> bool {
        self.document.operations.iter().all(|(_, operation)| operation.node.ty == OperationType::Query)
    }
}

/// Parses a document that keeps the limits.
///
/// # Errors
/// `document-too-large`, `document-malformed`, `document-too-deep`, `document-too-complex`, `too-many-aliases`,
/// `too-many-directives`, `fragment-cycle`.
pub fn check(text: &str, limits: &Limits) -> Result<Measured, Refusal> {
    let most = |code, what: &str, most: usize| Refusal { code, words: format!("{what}最多 {most}") };
    if text.len() > limits.bytes {
        return Err(most("document-too-large", "查询文档的字节数", limits.bytes));
    }
    if nesting(text) > NESTING {
        return Err(most("document-too-deep", "括号的层数", NESTING));
    }
    let document = parse_query(text)
        .map_err(|error| Refusal { code: "document-malformed", words: error.to_string() })?;
    if document.fragments.len() > FRAGMENTS || document.operations.iter().count() > OPERATIONS {
        return Err(most("document-too-complex", "片段数和操作数", FRAGMENTS));
    }
    let mut ruler = Ruler { fragments: &document.fragments, known: HashMap::new() };
    let mut measure = Measure::default();
    for (_, operation) in document.operations.iter() {
        let own =
            ruler.set(&operation.node.selection_set.node)?.beside(directives(&operation.node.directives));
        // As GraphQL has it; and each place of a watcher costs an operation of its connection.
        if operation.node.ty == OperationType::Subscription && own.roots > 1 {
            return Err(most("document-too-complex", "订阅的字段数", 1));
        }
        measure = measure.beside(own);
    }
    // Fragments that nothing spreads are validated all the same.
    for name in document.fragments.keys() {
        ruler.fragment(name)?;
    }
    let Measure { depth, fields, aliases, directives, .. } = measure;
    let limits = [
        (depth, limits.depth, "document-too-deep", "字段的层数"),
        (fields, limits.fields, "document-too-complex", "字段数"),
        (aliases, limits.aliases, "too-many-aliases", "别名数"),
        (directives, limits.directives, "too-many-directives", "指令数"),
    ];
    match limits.into_iter().find(|(has, limit, ..)| has > limit) {
        Some((_, limit, code, what)) => Err(most(code, what, limit)),
        None => Ok(Measured { document, measure }),
    }
}

impl Measure {
    /// Both, one after the other.
    fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            roots: self.roots.saturating_add(other.roots),
        }
    }
}

fn directives(directives: &[Positioned<Directive>]) -> Measure {
    Measure { directives: directives.len(), ..Measure::default() }
}

struct Ruler<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// What each fragment measures; `None` while it is being measured.
    known: HashMap<&'a str, Option<Measure>>,
}

impl<'a> Ruler<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Measure, Refusal> {
        let mut sum = Measure::default();
        for selection in &set.items {
            let own = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let inner = self.set(&field.selection_set.node)?;
                    let own = Measure {
                        depth: inner.depth.saturating_add(1),
                        fields: inner.fields.saturating_add(1),
                        aliases: inner.aliases.saturating_add(field.alias.iter().count()),
                        directives: inner.directives,
                        roots: 1,
                    };
                    own.beside(directives(&field.directives))
                }
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node)?.beside(directives(&inline.node.directives))
                }
                Selection::FragmentSpread(spread) => self
                    .fragment(&spread.node.fragment_name.node)?
                    .beside(directives(&spread.node.directives)),
            };
            sum = sum.beside(own);
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Measure, Refusal> {
        match self.known.get(name.as_str()) {
            Some(Some(measure)) => return Ok(*measure),
            Some(None) => {
                let words = format!("片段 {name} 引用了它自己");
                return Err(Refusal { code: "fragment-cycle", words });
            }
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else {
            // The validation says that there is none.
            return Ok(Measure::default());
        };
        self.known.insert(name.as_str(), None);
        let set = self.set(&fragment.node.selection_set.node)?;
        let measure = set.beside(directives(&fragment.node.directives));
        self.known.insert(name.as_str(), Some(measure));
        Ok(measure)
    }
}

/// How deep brackets lie within each other, outside of strings and comments.
fn nesting(text: &str) -> usize {
    let mut bytes = text.bytes().peekable();
    let (mut deep, mut deepest) = (0_usize, 0_usize);
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' | b'(' => {
                deep += 1;
                deepest = deepest.max(deep);
            }
            b'}' | b']' | b')' => deep = deep.saturating_sub(1),
            b'#' => while bytes.next_if(|byte| !matches!(byte, b'\n' | b'\r')).is_some() {},
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

/// Skips the rest of a string, whose first quote has been read.
fn skip_string(bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>) {
    if bytes.next_if_eq(&b'"').is_none() {
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'"' | b'\n' => return,
                _ => {}
            }
        }
        return;
    }
    if bytes.next_if_eq(&b'"').is_none() {
        return;
    }
    let mut quotes = 0;
    while quotes < 3 {
        match bytes.next() {
            Some(b'"') => quotes += 1,
            Some(b'\\') => {
                quotes = 0;
                bytes.next_if_eq(&b'"');
            }
            Some(_) => quotes = 0,
            None => return,
        }
    }
}
