//! Overlays: limits that a plan lays over those of the categories, where a place or a problem calls for it.
//!
//! The tightest applicable limit wins; every one is kept, so that a breach can name the rule it broke.

use serde::{Deserialize, Serialize};

use super::allowance::Allowance;
use super::limit::Limit;
use super::share::Share;
use crate::category::{Category, Complexity};
use crate::place::AreaKind;

/// A limit over the handling limit of the categories; one entry of `overlays.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overlay {
    /// Stable name; a breach is told as `overlays.{id}`.
    pub id: String,
    /// The plan's sentence it comes from, in words.
    pub source: String,
    /// Kinds of place it holds in; absent: everywhere.
    #[serde(default)]
    pub places: Vec<AreaKind>,
    /// Classes of problem it holds for; absent: both.
    #[serde(default)]
    pub complexity: Option<Complexity>,
    /// Categories it holds for; absent: all.
    #[serde(default)]
    pub categories: Vec<String>,
    pub shortening: Shortening,
}

/// How an overlay shortens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Shortening {
    /// At most this long, whatever the category says (24 h, 72 h); exempt from the span of shares.
    Cap(Limit),
    /// A share of the category's reference limit, in the same unit.
    Share {
        share: Share,
        /// Categories with a share of their own.
        #[serde(default)]
        except: Vec<ExceptedShare>,
    },
    /// A limit for each category it lists; the others are not touched.
    Table(Vec<TableLine>),
}

/// A category with a share of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExceptedShare {
    pub category: String,
    pub share: Share,
}

/// A line of a table of limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableLine {
    pub category: String,
    pub limit: Limit,
}

impl Overlay {
    /// Whether it holds for a problem of `category` and `complexity` at a place of these kinds.
    pub fn applies(&self, category: &Category, complexity: Complexity, places: &[AreaKind]) -> bool {
        (self.places.is_empty() || self.places.iter().any(|kind| places.contains(kind)))
            && self.complexity.is_none_or(|only| only == complexity)
            && (self.categories.is_empty() || category.is_one_of(&self.categories))
    }

    /// The limit it sets for `category`; `None` where its table does not list it.
    pub fn limit(&self, category: &Category) -> Option<Allowance> {
        match &self.shortening {
            Shortening::Cap(limit) => Some(Allowance::whole(*limit)),
            Shortening::Share { share, except } => {
                let own = except.iter().find(|it| it.category == category.slug);
                let own = own.or_else(|| except.iter().find(|it| it.category == category.citizen()));
                Some(Allowance { limit: category.reference(), share: own.map_or(*share, |it| it.share) })
            }
            Shortening::Table(lines) => {
                let own = lines.iter().find(|it| it.category == category.slug);
                let own = own.or_else(|| lines.iter().find(|it| it.category == category.citizen()));
                own.map(|line| Allowance::whole(line.limit))
            }
        }
    }

    /// The name a breach is told by.
    pub fn rule(&self) -> String {
        format!("overlays.{}", self.id)
    }
}
