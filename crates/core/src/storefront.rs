//! 门前三包: shops with a front on a segment, and whose they are.

use std::collections::HashMap;

use crate::import::{Cell, CellFault, Line};
use crate::place::{CoordinateSystem, DeclaredPoint, Wgs84};
use crate::report::contact::parse_phone;
use crate::rulebook::Rulebook;
use crate::staff::{Grant, Role, Whereabouts, standings};

/// Most characters of a shop's code, name and address.
const CODE_LIMIT: usize = 40;
const NAME_LIMIT: usize = 100;
const ADDRESS_LIMIT: usize = 200;

/// A shop as the register has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Storefront {
    /// 一铺一码: unique in the jurisdiction.
    pub code: String,
    pub name: String,
    /// The segment that its front lies on, and the center that answers there.
    pub segment_code: String,
    pub town_code: String,
    pub address: Option<String>,
    pub point: Option<Wgs84>,
    /// Of whoever the shop belongs to.
    pub phone: Option<String>,
}

/// The columns of a register, each under the headings it usually has.
const COLUMNS: [(&str, &[&str]); 7] = [
    ("code", &["code", "编码", "店铺编码", "商户编码", "门店编码", "一铺一码"]),
    ("name", &["name", "名称", "店名", "店铺名称", "商户名称", "门店名称"]),
    ("segment", &["segment", "路段", "路段编码", "路段代码"]),
    ("address", &["address", "地址", "店铺地址", "详细地址"]),
    ("longitude", &["longitude", "lon", "lng", "经度"]),
    ("latitude", &["latitude", "lat", "纬度"]),
    ("phone", &["phone", "电话", "手机", "手机号", "联系电话", "负责人电话"]),
];

/// Reads a register. A shop without the code of a segment needs a point that lies on one.
///
/// # Errors
/// Every wrong cell at once.
pub fn register(
    lines: &[Line],
    system: CoordinateSystem,
    rules: &Rulebook,
) -> Result<Vec<Storefront>, Vec<CellFault>> {
    let Some((head, rows)) = lines.split_first() else {
        return Err(vec![CellFault::of_file("the list is empty")]);
    };
    let heading = |cell: &Cell| cell.text().unwrap_or_default().trim().to_lowercase();
    let headings: Vec<String> = head.cells.iter().map(heading).collect();
    let columns: HashMap<&str, usize> = COLUMNS
        .iter()
        .filter_map(|(name, known)| {
            let at = headings.iter().position(|heading| known.contains(&heading.as_str()))?;
            Some((*name, at))
        })
        .collect();
    let missing: Vec<CellFault> = ["code", "name"]
        .into_iter()
        .filter(|name| !columns.contains_key(name))
        .map(|name| CellFault::of_file(format!("there is no column for the {name} of a shop")))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut reader = Reader { columns, system, rules, faults: Vec::new() };
    let mut shops: Vec<Storefront> = Vec::with_capacity(rows.len());
    let mut rows_of: HashMap<String, u32> = HashMap::new();
    for line in rows {
        let Some(shop) = reader.shop(line) else { continue };
        match rows_of.insert(shop.code.clone(), line.number) {
            Some(first) => reader.fault(line, "code", format!("row {first} has this code too")),
            None => shops.push(shop),
        }
    }
    if reader.faults.is_empty() { Ok(shops) } else { Err(reader.faults) }
}

struct Reader<'a> {
    columns: HashMap<&'static str, usize>,
    system: CoordinateSystem,
    rules: &'a Rulebook,
    faults: Vec<CellFault>,
}

impl Reader<'_> {
    fn fault(&mut self, line: &Line, column: &str, words: impl Into<String>) {
        let (row, column) = (Some(line.number), Some(column.to_owned()));
        self.faults.push(CellFault { row, column, words: words.into() });
    }

    fn text(&self, line: &Line, column: &str) -> Option<String> {
        line.cells.get(*self.columns.get(column)?)?.text()
    }

    /// A text of 1 to `limit` characters; that it is none is noted.
    fn short(&mut self, line: &Line, column: &'static str, limit: usize) -> Option<String> {
        let text = self.text(line, column)?;
        let fits = text.chars().count() <= limit && !text.chars().any(char::is_control);
        if !fits {
            self.fault(line, column, format!("at most {limit} characters, none of them a control character"));
        }
        fits.then_some(text)
    }

    fn shop(&mut self, line: &Line) -> Option<Storefront> {
        let before = self.faults.len();
        let code = self.short(line, "code", CODE_LIMIT);
        let name = self.short(line, "name", NAME_LIMIT);
        let address = self.short(line, "address", ADDRESS_LIMIT);
        for (column, found) in [("code", &code), ("name", &name)] {
            if found.is_none() && self.text(line, column).is_none() {
                self.fault(line, column, "is missing");
            }
        }
        let phone = self.text(line, "phone").map(|written| (parse_phone(&written), written));
        if let Some((None, _)) = phone {
            self.fault(line, "phone", "is no phone number");
        }
        let point = self.point(line);
        let segment = self.segment(line, point);
        if self.faults.len() > before {
            return None;
        }
        let (segment_code, town_code) = segment?;
        let phone = phone.and_then(|(phone, _)| phone);
        Some(Storefront { code: code?, name: name?, segment_code, town_code, address, point, phone })
    }

    fn point(&mut self, line: &Line) -> Option<Wgs84> {
        let written = (self.text(line, "longitude"), self.text(line, "latitude"));
        let (longitude, latitude) = match written {
            (None, None) => return None,
            (longitude, latitude) => (longitude.unwrap_or_default(), latitude.unwrap_or_default()),
        };
        let numbers = longitude.parse().ok().zip(latitude.parse().ok());
        let declared =
            numbers.map(|(longitude, latitude)| DeclaredPoint { longitude, latitude, system: self.system });
        let point = declared.and_then(|declared| declared.to_wgs84().ok());
        if point.is_none() {
            self.fault(line, "longitude", "longitude and latitude are no point in China");
        }
        point
    }

    fn segment(&mut self, line: &Line, point: Option<Wgs84>) -> Option<(String, String)> {
        let rules = self.rules;
        let named = self.text(line, "segment");
        let found = match &named {
            Some(code) => rules.segment(code),
            None => point.and_then(|point| rules.segment_at(point)),
        };
        if found.is_none() {
            let words = match named {
                Some(_) => "there is no such segment",
                None => "neither the code of a segment nor a point that lies on one",
            };
            self.fault(line, "segment", words);
        }
        found.map(|segment| (segment.code.clone(), segment.town_code.clone()))
    }
}

/// Whether somebody with these grants hands codes to the owners of shops on a segment, and ends their bindings: whoever
/// answers for the street or its center (路长, 社区, 镇办中心, 区中心).
pub fn may_hand_over(grants: &[Grant], town_code: &str, segment_code: &str) -> bool {
    let at =
        Whereabouts { center_code: town_code, segment_code: Some(segment_code), ..Whereabouts::default() };
    let reaching = grants.iter().filter(|grant| grant.unit.is_none());
    let reaching = reaching.filter(|grant| !standings(std::slice::from_ref(grant), &at).is_empty());
    reaching.map(|grant| grant.role).any(|role| {
        matches!(
            role,
            Role::RoadChief | Role::CommunityOfficer | Role::CenterDispatcher | Role::DistrictDispatcher
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Level;

    #[test]
    fn codes_are_handed_over_by_whoever_answers_for_the_street() {
        for role in Role::ALL {
            let hands = matches!(
                role,
                Role::RoadChief | Role::CommunityOfficer | Role::CenterDispatcher | Role::DistrictDispatcher
            );
            let own = [Grant::new(role, Level::Segment, "410103001001")];
            assert_eq!(may_hand_over(&own, "410103001", "410103001001"), hands, "{role:?}");
            assert!(!may_hand_over(&own, "410103001", "410103001002"), "{role:?}");
            let town = [Grant::new(role, Level::Town, "410103001")];
            assert_eq!(may_hand_over(&town, "410103001", "410103001001"), hands, "{role:?}");
            let of_unit = [Grant { unit: Some("water".into()), ..town[0].clone() }];
            assert!(!may_hand_over(&of_unit, "410103001", "410103001001"), "{role:?}");
        }
    }
}
