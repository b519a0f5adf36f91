//! Orders of a hotline without an interface, read from its list: as a whole, every wrong cell named.

use std::collections::{BTreeMap, HashMap};

use super::{OrderField, Partner};
use crate::import::{Cell, CellFault, Line, letters, plain};
use crate::report::FieldError;

/// Lines among which the headings are looked for.
const ABOVE: usize = 10;
/// So many known headings make a line the headings.
const ENOUGH: usize = 3;

/// A line of the list as the fields of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedOrder {
    /// As whoever opens the file sees it.
    pub row: u32,
    pub order_no: String,
    /// By the names that the partner's fields have.
    pub fields: Vec<(String, String)>,
    columns: Vec<(String, String)>,
}

impl ListedOrder {
    /// A fault of one of its fields as the fault of a cell.
    pub fn fault(&self, fault: &FieldError) -> CellFault {
        let name = fault.pointer.trim_start_matches('/');
        let column = self.columns.iter().find(|(field, _)| field == name).map(|(_, place)| place.clone());
        let words = match &column {
            Some(_) => fault.detail.clone(),
            None => format!("{name}: {}", fault.detail),
        };
        CellFault { row: Some(self.row), column, words }
    }
}

/// Reads a list of orders.
///
/// # Errors
/// Columns that are missing or stand twice; numbers that are empty, rounded or stand twice; formulas that failed.
pub fn listed_orders(lines: &[Line], partner: &Partner) -> Result<Vec<ListedOrder>, Vec<CellFault>> {
    let read = lines.iter().take(ABOVE).map(|line| columns(line, partner)).enumerate();
    let best = read.max_by_key(|(position, found)| (found.len(), std::cmp::Reverse(*position)));
    let Some((position, columns)) = best.filter(|(_, found)| found.len() >= ENOUGH) else {
        let words =
            "no line of the first ten has headings that are known, such as 工单编号, 诉求内容 and 来电号码";
        return Err(vec![CellFault::of_file(words)]);
    };
    let mut faults = Vec::new();
    for field in [OrderField::OrderNo, OrderField::Content] {
        if !columns.contains_key(&field) {
            let heading = headings(field).first().copied().unwrap_or_default();
            faults.push(CellFault::of_file(format!("there is no column {heading} ({})", field.name())));
        }
    }
    let below = lines.get(position + 1..).unwrap_or_default();
    if below.is_empty() {
        faults.push(CellFault::of_file("the list has headings and no order below them"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut orders = Vec::with_capacity(below.len());
    for line in below {
        let mut order = ListedOrder {
            row: line.number,
            order_no: String::new(),
            fields: Vec::new(),
            columns: Vec::new(),
        };
        let mut wrong = |place: &str, words: String| {
            faults.push(CellFault { row: Some(line.number), column: Some(place.to_owned()), words });
        };
        for (field, (at, heading)) in &columns {
            let place = format!("{} ({heading})", letters(*at));
            let cell = line.cells.get(*at).unwrap_or(&Cell::Empty);
            let counted =
                matches!(field, OrderField::OrderNo | OrderField::CallerPhone | OrderField::CityOrderNo);
            if *cell == Cell::Broken {
                wrong(&place, "its formula has failed: write what it should say".to_owned());
            } else if counted && cell.is_rounded() {
                wrong(
                    &place,
                    "the spreadsheet has rounded this number: export the column as text".to_owned(),
                );
            }
            let text = cell.text();
            if *field == OrderField::OrderNo {
                let number = text.clone().unwrap_or_default();
                let known = seen.insert(number.clone(), line.number);
                let visible = !number.is_empty()
                    && number.len() <= 64
                    && number.bytes().all(|it| it.is_ascii_graphic());
                if !visible {
                    wrong(&place, "an order number has 1 to 64 letters and digits".to_owned());
                } else if let Some(before) = known {
                    wrong(&place, format!("`{number}` stands in row {before} too: an order is listed once"));
                }
                order.order_no = number;
            }
            let name = partner.names_of(*field).first().map_or_else(String::new, |name| (*name).to_owned());
            order.columns.push((name.clone(), place));
            order.fields.extend(text.map(|text| (name, text)));
        }
        orders.push(order);
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

/// The columns of a line of headings: position and heading of each field.
fn columns(line: &Line, partner: &Partner) -> BTreeMap<OrderField, (usize, String)> {
    let words: Vec<Option<String>> = line.cells.iter().map(Cell::text).collect();
    let mut found = BTreeMap::new();
    for field in OrderField::ALL {
        let own = partner.names_of(field).into_iter().map(str::to_owned);
        let names: Vec<String> =
            own.chain(headings(field).iter().map(|it| (*it).to_owned())).map(plain).collect();
        let at = words.iter().enumerate().find_map(|(at, word)| {
            let word = word.clone()?;
            names.contains(&plain(word.clone())).then_some((at, word))
        });
        if let Some(column) = at {
            found.insert(field, column);
        }
    }
    found
}

/// The Chinese headings of a field.
const fn headings(field: OrderField) -> &'static [&'static str] {
    match field {
        OrderField::OrderNo => &["工单编号", "工单号", "受理编号", "编号"],
        OrderField::CityOrderNo => &["市级工单号", "市工单编号"],
        OrderField::Source => &["来源", "诉求来源", "渠道来源"],
        OrderField::OrderType => &["工单类型", "诉求类型", "类型"],
        OrderField::Urgency => &["紧急程度", "是否紧急"],
        OrderField::CallerName => &["诉求人", "反映人", "来电人", "姓名"],
        OrderField::CallerPhone => &["来电号码", "联系电话", "电话", "手机号码"],
        OrderField::CallbackAllowed => &["是否回访", "接受回访"],
        OrderField::Secret => &["是否保密", "保密"],
        OrderField::AppealTime => &["诉求时间", "来电时间", "受理时间"],
        OrderField::Topic => &["主题", "标题", "诉求标题"],
        OrderField::Content => &["诉求内容", "工单内容", "内容", "问题描述", "描述"],
        OrderField::Street => &["街道", "所属街道", "镇办"],
        OrderField::Address => &["事发地址", "诉求地址", "详细地址", "地址"],
        OrderField::X => &["经度", "x坐标"],
        OrderField::Y => &["纬度", "y坐标"],
        OrderField::ClassifyCode => &["分类代码", "分类编码"],
        OrderField::PromiseTime => &["承诺时间", "办结期限", "截止时间"],
        OrderField::Recording => &["录音编号", "录音"],
        OrderField::Words
        | OrderField::Level
        | OrderField::Reached
        | OrderField::Result
        | OrderField::Satisfaction
        | OrderField::Attachments
        | OrderField::RelatedOrders => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::FieldCode;

    fn partner() -> Partner {
        let partner = json!({ "code": "p", "name": "p", "coordinates": "GCJ-02", "fields": { "content": "discription" } });
        serde_json::from_value(partner).unwrap()
    }

    fn lines(rows: &[&[&str]]) -> Vec<Line> {
        let line = |(at, cells): (usize, &&[&str])| Line {
            number: u32::try_from(at + 1).unwrap(),
            cells: cells.iter().map(|cell| Cell::of(cell)).collect(),
        };
        rows.iter().enumerate().map(line).collect()
    }

    #[test]
    fn a_list_is_read_under_its_headings_wherever_they_stand() {
        let list = lines(&[
            &["十一月工单"],
            &["工单编号", "诉求内容*", "来电号码", "备注"],
            &["A1", "路灯不亮", "13900001234", "x"],
        ]);
        let orders = listed_orders(&list, &partner()).unwrap();
        assert_eq!((orders[0].row, orders[0].order_no.as_str()), (3, "A1"));
        assert!(orders[0].fields.contains(&("discription".to_owned(), "路灯不亮".to_owned())));
        let fault = FieldError::new("/discription", FieldCode::TooLong, "太长");
        assert_eq!(orders[0].fault(&fault).to_string(), "row 3, column B (诉求内容*): 太长");
    }

    #[test]
    fn every_wrong_cell_is_named_with_its_row_and_column() {
        let mut list = lines(&[
            &["工单编号", "诉求内容", "来电号码"],
            &["A1", "坑", "1"],
            &["", "坑", "1"],
            &["A1", "坑", "1"],
            &["编号一", "坑", "1"],
        ]);
        list[4].cells[2] = Cell::Broken;
        let told: Vec<String> =
            listed_orders(&list, &partner()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "row 3, column A (工单编号): an order number has 1 to 64 letters and digits",
                "row 4, column A (工单编号): `A1` stands in row 2 too: an order is listed once",
                "row 5, column A (工单编号): an order number has 1 to 64 letters and digits",
                "row 5, column C (来电号码): its formula has failed: write what it should say",
            ]
        );
        let none = listed_orders(&lines(&[&["a", "b", "c"]]), &partner()).unwrap_err();
        assert!(none[0].to_string().contains("no line of the first ten"));
        let lacking = listed_orders(&lines(&[&["工单编号", "地址", "电话"], &["A1", "x", "1"]]), &partner());
        assert_eq!(lacking.unwrap_err()[0].to_string(), "there is no column 诉求内容 (content)");
    }
}
