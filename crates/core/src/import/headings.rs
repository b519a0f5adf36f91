//! Which column of a list is which.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Cell, CellFault, Column, Line, Mapping};

/// Lines among which the headings are looked for: above them a list may have titles.
const ABOVE: usize = 10;
/// So many known headings make a line the headings.
const ENOUGH: usize = 3;

/// The columns of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Headings {
    /// Position and heading of each column that is there.
    columns: BTreeMap<Column, (usize, String)>,
    /// Headings of those that are not taken over.
    pub left_out: Vec<String>,
}

/// A line with its columns by name.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    headings: &'a Headings,
    line: &'a Line,
}

impl Headings {
    /// Finds them, and the lines below them.
    ///
    /// # Errors
    /// Columns that are missing, that two headings claim, or that the mapping names and the list does not have.
    pub fn find<'l>(lines: &'l [Line], mapping: &Mapping) -> Result<(Self, &'l [Line]), Vec<CellFault>> {
        let read = |line: &'l Line| (line, Self::of(line, mapping));
        let best = lines.iter().take(ABOVE).map(read).enumerate().max_by_key(|(position, (_, found))| {
            let known = found.as_ref().map_or(0, |found| found.columns.len());
            (known, std::cmp::Reverse(*position))
        });
        let Some((position, (line, found))) = best else {
            return Err(vec![CellFault::of_file("the list is empty")]);
        };
        let headings = found?;
        let mut faults = mapping.missing(&headings, line.number);
        if headings.columns.len() < ENOUGH && faults.is_empty() {
            let words = "no line of the first ten has headings that are known, such as 案件编号, 案件状态 and 上报时间: \
                         name the columns in a file for --columns";
            return Err(vec![CellFault::of_file(words)]);
        }
        faults.extend(headings.lacking());
        let below = lines.get(position + 1..).unwrap_or_default();
        if faults.is_empty() { Ok((headings, below)) } else { Err(faults) }
    }

    /// The columns of a line of headings.
    fn of(line: &Line, mapping: &Mapping) -> Result<Self, Vec<CellFault>> {
        let words: Vec<Option<String>> = line.cells.iter().map(|cell| cell.text().map(plain)).collect();
        let mut taken = vec![false; words.len()];
        let (mut columns, mut faults) = (BTreeMap::new(), Vec::new());
        for column in Column::ALL {
            let given = mapping.columns.get(&column).map(|heading| plain(heading.clone()));
            let known = || column.headings().iter().map(|it| plain((*it).to_owned()));
            let names: Vec<String> = match given {
                Some(given) => vec![given],
                None => known().chain([plain(column.name().to_owned())]).collect(),
            };
            let Some(name) = names.into_iter().find(|name| free(&words, &taken, name).next().is_some())
            else {
                continue;
            };
            let positions: Vec<usize> = free(&words, &taken, &name).collect();
            if let [position, other, ..] = positions.as_slice() {
                let words = format!(
                    "columns {} and {} have the same heading: rename the one that is not meant",
                    letters(*position),
                    letters(*other)
                );
                faults.push(CellFault { row: Some(line.number), column: None, words });
            }
            for position in &positions {
                taken.get_mut(*position).into_iter().for_each(|taken| *taken = true);
            }
            let heading = |position: usize| line.cells.get(position).and_then(Cell::text);
            if let Some((position, heading)) =
                positions.first().and_then(|position| Some((*position, heading(*position)?)))
            {
                columns.insert(column, (position, heading));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let rest = line.cells.iter().zip(taken).filter(|(_, taken)| !taken);
        Ok(Self { columns, left_out: rest.filter_map(|(cell, _)| cell.text()).collect() })
    }

    /// What no list can do without.
    fn lacking(&self) -> Vec<CellFault> {
        let has = |columns: &[Column]| columns.iter().any(|column| self.columns.contains_key(column));
        let needs: [(&[Column], &str); 5] = [
            (&[Column::Number], "the number of the case there"),
            (&[Column::State], "how the case stands"),
            (&[Column::Category, Column::Code], "what kind of problem it is"),
            (&[Column::ReportedAt, Column::RegisteredAt], "when it was reported or registered"),
            (
                &[Column::Address, Column::Longitude, Column::Segment, Column::Component, Column::Center],
                "where it is, or which center has it",
            ),
        ];
        let lacking = needs.into_iter().filter(|(columns, _)| !has(columns));
        lacking
            .map(|(columns, what)| {
                let names: Vec<String> = columns
                    .iter()
                    .map(|column| {
                        let heading = column.headings().first().copied().unwrap_or_default();
                        format!("{heading} ({})", column.name())
                    })
                    .collect();
                CellFault::of_file(format!(
                    "there is no column that says {what}: {}; another heading is named in a file for --columns",
                    names.join(", ")
                ))
            })
            .collect()
    }

    /// Whether the list has the column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains_key(&column)
    }

    /// A line by its columns.
    pub fn row<'a>(&'a self, line: &'a Line) -> Row<'a> {
        Row { headings: self, line }
    }
}

impl Row<'_> {
    /// The cell of a column; an empty one where there is no such column.
    pub fn cell(&self, column: Column) -> Cow<'_, Cell> {
        let found = self.headings.columns.get(&column);
        let cell = found.and_then(|(position, _)| self.line.cells.get(*position));
        cell.map_or(Cow::Owned(Cell::Empty), Cow::Borrowed)
    }

    /// What the cell of a column says.
    pub fn text(&self, column: Column) -> Option<String> {
        self.cell(column).text()
    }

    pub fn number(&self) -> u32 {
        self.line.number
    }

    /// A fault of the cell of a column.
    pub fn fault(&self, column: Column, words: impl Into<String>) -> CellFault {
        let named = self.headings.columns.get(&column);
        let place = named.map(|(position, heading)| format!("{} ({heading})", letters(*position)));
        CellFault { row: Some(self.line.number), column: place, words: words.into() }
    }
}

fn free<'a>(words: &'a [Option<String>], taken: &'a [bool], name: &'a str) -> impl Iterator<Item = usize> {
    let cells = words.iter().zip(taken).enumerate();
    cells
        .filter(move |(_, (word, taken))| !**taken && word.as_deref() == Some(name))
        .map(|(position, _)| position)
}

/// A heading without blanks, marks of required columns, case and what stands in brackets behind it.
pub(crate) fn plain(heading: String) -> String {
    let end = heading.find(['(', '（', '[', '【']).filter(|end| *end > 0).unwrap_or(heading.len());
    let kept = heading.get(..end).unwrap_or_default().chars();
    let kept = kept.filter(|character| !character.is_whitespace() && !"*＊_-:：".contains(*character));
    kept.flat_map(char::to_lowercase).collect()
}

/// The column as a spreadsheet letters it: A to Z, then AA.
pub(crate) fn letters(position: usize) -> String {
    let mut rest = position + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u32::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from_u32(u32::from('A') + digit).unwrap_or('?'));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u32, cells: &[&str]) -> Line {
        Line { number, cells: cells.iter().map(|text| Cell::of(text)).collect() }
    }

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        for (position, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(letters(position), name);
        }
    }

    #[test]
    fn headings_are_found_below_a_title_in_both_languages_and_the_rest_is_left_out() {
        let lines = [
            line(1, &["未结案件清单"]),
            line(3, &["*案件 编号", "小类名称", "问题类型", "案件状态（当前）", "上报时间", "街道", "图片"]),
            line(4, &["A-1"]),
        ];
        let (headings, below) = Headings::find(&lines, &Mapping::default()).unwrap();
        assert_eq!(below, &lines[2..]);
        assert_eq!(headings.left_out, ["图片"]);
        let row = headings.row(&lines[1]);
        assert_eq!(row.text(Column::Category).as_deref(), Some("小类名称"), "the finest class counts");
        assert_eq!(row.text(Column::Kind).as_deref(), Some("问题类型"), "and the other one is the kind");
        let english = [line(1, &["Number", "category", "STATE", "Reported At", "address"])];
        assert!(Headings::find(&english, &Mapping::default()).is_ok());
    }

    #[test]
    fn what_lacks_or_stands_twice_is_told_at_once() {
        let twice = [line(1, &["案件编号", "状态", "地址", "地址", "上报时间"])];
        let faults = Headings::find(&twice, &Mapping::default()).unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "row 1: columns C and D have the same heading: rename the one that is not meant"
        );
        let lacking = [line(1, &["案件编号", "状态", "备注"])];
        let faults = Headings::find(&lacking, &Mapping::default()).unwrap_err();
        let told: Vec<String> = faults.iter().map(CellFault::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told[0].contains("what kind of problem it is: 小类名称 (category), 小类代码 (code)"),
            "{told:?}"
        );
        for nothing in [&[][..], &[line(1, &["你好", "世界"])]] {
            assert_eq!(Headings::find(nothing, &Mapping::default()).unwrap_err().len(), 1);
        }
    }
}
