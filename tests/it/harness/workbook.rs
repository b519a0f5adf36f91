//! Workbooks (`.xlsx`) made up for a test, written without a library.

use super::picture::crc32;

/// A cell.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Number(f64),
    /// Days since the last days of 1899, as a spreadsheet keeps a moment.
    Moment(f64),
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook whose only sheet has these rows; texts are shared strings, as Excel keeps them.
pub fn workbook(rows: &[Vec<Value<'_>>]) -> Vec<u8> {
    let mut strings: Vec<&str> = Vec::new();
    let mut data = String::new();
    for (row, cells) in rows.iter().enumerate() {
        data.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, cell) in cells.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
            data.push_str(&match cell {
                Value::Text("") => String::new(),
                Value::Text(text) => {
                    strings.push(text);
                    format!("<c r=\"{place}\" t=\"s\"><v>{}</v></c>", strings.len() - 1)
                }
                Value::Number(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
                Value::Moment(days) => format!("<c r=\"{place}\" s=\"1\"><v>{days}</v></c>"),
            });
        }
        data.push_str("</row>");
    }
    let items: String = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let relations = |items: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{items}</Relationships>"
        )
    };
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let sheet = "<sheet name=\"未结案件\" sheetId=\"1\" r:id=\"rId1\"/>";
    let styles = "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>";
    stored(&[
        ("_rels/.rels", relations(&relation(1, "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheet}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                &[
                    relation(1, "worksheet", "worksheets/sheet1.xml"),
                    relation(2, "sharedStrings", "sharedStrings.xml"),
                    relation(3, "styles", "styles.xml"),
                ]
                .concat(),
            ),
        ),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{MAIN}\">{styles}</styleSheet>")),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\" uniqueCount=\"{}\">{items}</sst>", strings.len()),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>"),
        ),
    ])
}

/// A ZIP archive of stored parts (PKWARE APPNOTE 6.3).
fn stored(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let offset = u32::try_from(file.len()).unwrap();
        let (size, length) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
        let mut common = Vec::new();
        // Version 2.0, names in UTF-8, stored, 1 January 1980.
        [20_u16, 0x0800, 0, 0, 0x21].into_iter().for_each(|it| common.extend(it.to_le_bytes()));
        [crc32(text.as_bytes()), size, size].into_iter().for_each(|it| common.extend(it.to_le_bytes()));
        [length, 0].into_iter().for_each(|it| common.extend(it.to_le_bytes()));
        file.extend([b"PK\x03\x04".as_slice(), &common, name.as_bytes(), text.as_bytes()].concat());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap();
    let [size, offset] = [directory.len(), file.len()].map(|it| u32::try_from(it).unwrap());
    file.extend(directory);
    file.extend(b"PK\x05\x06\x00\x00\x00\x00");
    [count, count].into_iter().for_each(|it| file.extend(it.to_le_bytes()));
    [size, offset].into_iter().for_each(|it| file.extend(it.to_le_bytes()));
    file.extend([0, 0]);
    file
}
