//! The same list in every kind of file.

use chrono::NaiveDate;
use jiekou_core::import::{Cell, Line};
use jiekou_sheet::{SheetError, read};

use super::book::book;

fn line(number: u32, cells: &[&str]) -> Line {
    Line { number, cells: cells.iter().map(|text| Cell::of(text)).collect() }
}

#[test]
fn text_is_read_in_every_encoding_that_is_in_use() {
    let text = "案件编号,问题描述\r\nA-1,井盖丢失\r\n";
    let expected = [line(1, &["案件编号", "问题描述"]), line(2, &["A-1", "井盖丢失"])];
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let tabs = text.replace(',', "\t");
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
    for (name, bytes) in
        [("UTF-8", text.as_bytes().to_vec()), ("marked", marked), ("UTF-16", utf16), ("GB18030", gb18030)]
    {
        assert_eq!(read(&bytes).unwrap(), expected, "{name}");
    }
    assert_eq!(read(b"A-1,\xff\xff\xff\n"), Err(SheetError::Encoding));
}

#[test]
fn lines_are_numbered_as_a_spreadsheet_shows_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "a,b\n\n1,\"two\n\nlines\"\n2,x\n,\n\"\n\",3\n".replace('\n', end);
        let lines = read(text.as_bytes()).unwrap();
        let numbers: Vec<u32> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 3, 4, 6], "{end:?}");
        assert_eq!(lines[1].cells[1], Cell::Text(format!("two{end}{end}lines")));
    }
}

#[test]
fn a_workbook_gives_texts_numbers_moments_and_failed_formulas() {
    let rows = r##"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
        <row r="3"><c r="A3"><v>2019121200003003</v></c><c r="B3" s="1"><v>46327.354166666664</v></c>
        <c r="C3" t="inlineStr"><is><r><t>井盖</t></r><r><t>丢失</t></r></is></c><c r="D3" t="e"><v>#N/A</v></c>
        <c r="E3" t="str"><f>A1&amp;"x"</f><v>甲x</v></c><c r="F3"/></row>"##;
    let lines = read(&book(&["案件编号", "问题 描述"], rows)).unwrap();
    assert_eq!(lines[0], line(1, &["案件编号", "", "问题 描述"]));
    let moment = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap().and_hms_opt(8, 30, 0).unwrap();
    let expected = [
        Cell::Number(2_019_121_200_003_003.0),
        Cell::Moment(moment),
        Cell::of("井盖丢失"),
        Cell::Broken,
        Cell::of("甲x"),
    ];
    assert_eq!(lines[1], Line { number: 3, cells: expected.into() });
    assert_eq!(lines.len(), 2);
}
