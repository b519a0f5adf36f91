//! The platforms that hand orders over, as the rulebook has them: `partners.yaml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AttachmentField, OrderField, OrderType};
use crate::clock::TimeOfDay;
use crate::place::CoordinateSystem;

/// `partners.yaml`: the hotlines of a district, and how long a channel may be away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hotlines {
    /// A channel that is away for so many minutes alarms.
    pub outage_minutes: u32,
    /// From what time of day on the books of the day before are compared.
    pub reconcile_at: TimeOfDay,
    /// So many days back they are compared.
    pub reconcile_days: u32,
    pub partners: Vec<Partner>,
}

/// One platform (民意网, 12345…).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partner {
    /// In addresses and in the configuration of keys: lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    /// The system of its coordinates.
    pub coordinates: CoordinateSystem,
    /// What it calls our fields, where that is none of the usual names.
    #[serde(default)]
    pub fields: BTreeMap<OrderField, String>,
    /// What it calls the fields of an attachment, where that is not our name. Not stored where there is none: rules that
    /// were loaded before are the same rules.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attachment_fields: BTreeMap<AttachmentField, String>,
    /// What it wants the fields of our messages to be called.
    #[serde(default)]
    pub sends: BTreeMap<String, String>,
    /// What its types of orders are, where the usual words do not say it.
    #[serde(default)]
    pub order_types: BTreeMap<String, OrderType>,
    /// Slugs of our categories by its classes.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
    #[serde(default)]
    pub outage_minutes: Option<u32>,
}

/// The fields that our messages have; `sends` may rename these.
const SENT: [&str; 12] = [
    "orderNo",
    "caseNumber",
    "at",
    "state",
    "text",
    "result",
    "attachments",
    "reason",
    "suggestUnit",
    "days",
    "until",
    "act",
];

impl Default for Hotlines {
    fn default() -> Self {
        Self { outage_minutes: 30, reconcile_at: TimeOfDay::TWO, reconcile_days: 7, partners: Vec::new() }
    }
}

impl Hotlines {
    pub fn partner(&self, code: &str) -> Option<&Partner> {
        self.partners.iter().find(|partner| partner.code == code)
    }

    /// How long the channel of a partner may be away, in minutes.
    pub fn outage_minutes_of(&self, code: &str) -> u32 {
        self.partner(code).and_then(|partner| partner.outage_minutes).unwrap_or(self.outage_minutes)
    }
}

impl Partner {
    /// The names a field may have in what it sends: its own alone where the rulebook says one.
    pub fn names_of(&self, field: OrderField) -> Vec<&str> {
        match self.fields.get(&field) {
            Some(own) => vec![own],
            None => field.spellings().to_vec(),
        }
    }

    /// The name a field of an attachment has in what it sends.
    pub fn attachment_name(&self, field: AttachmentField) -> &str {
        self.attachment_fields.get(&field).map_or(field.name(), String::as_str)
    }

    /// What an order of its is; a word that nobody knows is taken for a problem, for that one is looked at.
    pub fn order_type(&self, word: Option<&str>) -> OrderType {
        let known =
            |word: &str| self.order_types.get(word.trim()).copied().or_else(|| OrderType::meant(word));
        word.and_then(known).unwrap_or(OrderType::Report)
    }

    /// The name of a field of ours in what it is sent.
    pub fn sent_name<'a>(&'a self, ours: &'a str) -> &'a str {
        self.sends.get(ours).map_or(ours, String::as_str)
    }

    /// What is wrong with it, each with a word that stands on the line.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut seen: BTreeMap<&str, OrderField> = BTreeMap::new();
        for (field, theirs) in &self.fields {
            if theirs.trim().is_empty() {
                let words =
                    format!("`{}` of `{}` is called nothing: write its name there", field.name(), self.code);
                faults.push((field.name().to_owned(), words));
            } else if let Some(other) = seen.insert(theirs, *field) {
                let words = format!(
                    "`{theirs}` of `{}` is both `{}` and `{}`: one field is one thing",
                    self.code,
                    other.name(),
                    field.name()
                );
                faults.push((theirs.clone(), words));
            }
        }
        faults.extend(self.attachment_faults());
        for ours in self.sends.keys().filter(|ours| !SENT.contains(&ours.as_str())) {
            let words = format!("`sends` of `{}`: we send no `{ours}`, but {}", self.code, SENT.join(", "));
            faults.push((ours.clone(), words));
        }
        faults
    }

    /// Names of an attachment's fields that are none, or those of two: what is not named anew keeps its own.
    fn attachment_faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut seen: BTreeMap<&str, AttachmentField> = BTreeMap::new();
        for field in AttachmentField::ALL {
            let theirs = self.attachment_name(field);
            if theirs.trim().is_empty() {
                let words = format!(
                    "`{}` of an attachment of `{}` is called nothing: write its name there",
                    field.name(),
                    self.code
                );
                faults.push((field.name().to_owned(), words));
            } else if let Some(other) = seen.insert(theirs, field) {
                let words = format!(
                    "`{theirs}` of an attachment of `{}` is both `{}` and `{}`: one field is one thing",
                    self.code,
                    other.name(),
                    field.name()
                );
                faults.push((theirs.to_owned(), words));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partner(yaml: &str) -> Partner {
        let head = "code: \"12345\"\nname: 热线\ncoordinates: GCJ-02\n";
        serde_yaml_ng::from_str(&format!("{head}{yaml}")).unwrap()
    }

    #[test]
    fn a_partners_own_name_for_a_field_takes_the_place_of_the_usual_ones() {
        let it = partner("fields: { content: discription }\norderTypes: { 诉求: report, 献计: proposal }\n");
        assert_eq!(it.names_of(OrderField::Content), ["discription"]);
        assert!(it.names_of(OrderField::CallerPhone).contains(&"callNumber"));
        assert_eq!(it.order_type(Some("献计")), OrderType::Proposal);
        assert_eq!(it.order_type(Some("咨询")), OrderType::Question);
        assert_eq!(it.order_type(Some("没见过")), OrderType::Report);
        assert_eq!(it.order_type(None), OrderType::Report);
        assert_eq!(it.faults(), []);
    }

    #[test]
    fn one_name_for_two_fields_and_a_field_we_do_not_send_are_faults() {
        let it = partner("fields: { content: text, words: text, address: \"\" }\nsends: { colour: farbe }\n");
        let told: Vec<String> = it.faults().into_iter().map(|(at, _)| at).collect();
        assert_eq!(told, ["address", "text", "colour"]);
    }

    #[test]
    fn an_attachments_fields_have_the_partners_names_and_none_is_two_things() {
        let it = partner("attachmentFields: { url: fileUrl, name: fileName }\n");
        assert_eq!(it.attachment_name(AttachmentField::Url), "fileUrl");
        assert_eq!(it.attachment_name(AttachmentField::Size), "size");
        assert_eq!(it.faults(), []);
        let it = partner("attachmentFields: { url: id, name: \"\" }\n");
        let told: Vec<String> = it.faults().into_iter().map(|(at, _)| at).collect();
        assert_eq!(told, ["name", "id"]);
    }
}
