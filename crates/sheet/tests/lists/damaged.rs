//! Files that are no lists, or claim to be more than they are. The replay does on stable Rust what the fuzzer in `fuzz`
//! does with a nightly compiler.

use jiekou_core::import::Line;
use jiekou_sheet::{MAX_BYTES, MAX_COLUMNS, MAX_LINES, SheetError, read};

use super::book::{book, packed, parts};

const ROWS: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1"><v>46327.5</v></c></row>"#;

#[test]
fn what_is_no_list_is_refused_in_words() {
    let old = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let good = book(&["a", "b"], ROWS);
    let mut other_parts = parts(&["a", "b"], ROWS);
    other_parts.retain(|(name, _)| !name.ends_with("sheet1.xml"));
    for (bytes, error) in [
        (vec![b'a'; MAX_BYTES + 1], SheetError::TooLarge),
        (old.to_vec(), SheetError::OldWorkbook),
        (good[..good.len() / 2].to_vec(), SheetError::DamagedWorkbook),
        (b"PK\x03\x04 and no more".to_vec(), SheetError::DamagedWorkbook),
        (packed(&other_parts), SheetError::DamagedWorkbook),
        (b"a,b\n".repeat(MAX_LINES + 1), SheetError::TooManyLines),
        (b"a,".repeat(MAX_COLUMNS + 1), SheetError::TooManyColumns),
    ] {
        assert_eq!(read(&bytes), Err(error.clone()), "{error}");
    }
}

#[test]
fn a_workbook_that_claims_more_than_it_holds_takes_no_memory() {
    let far =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(read(&book(&[], far)), Err(SheetError::TooManyColumns));
    let deep =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    assert_eq!(read(&book(&[], deep)).unwrap().len(), 2, "a sheet is as large as what is in it");
    for claimed in ["4000000000", "99999999999999999999"] {
        let mut parts = parts(&["a", "b"], ROWS);
        for (_, text) in &mut parts {
            *text = text.replace("uniqueCount=\"2\"", &format!("uniqueCount=\"{claimed}\""));
        }
        assert_eq!(read(&packed(&parts)), Err(SheetError::DamagedWorkbook), "{claimed} strings");
    }
    let overflowing = r#"<row r="99999999999"><c r="ZZZZZZZZ99999999999"><v>1</v></c></row>"#;
    assert_eq!(read(&book(&[], overflowing)), Err(SheetError::DamagedWorkbook));
}

#[test]
fn a_bomb_is_refused_before_it_is_read() {
    let mut parts = parts(&["a"], ROWS);
    parts.push(("xl/media/large.xml", " ".repeat(513 * 1024 * 1024)));
    let bytes = packed(&parts);
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(read(&bytes), Err(SheetError::UnpacksTooLarge));
}

/// Whatever comes out keeps the promises of the reader.
fn promises_are_kept(read: &Result<Vec<Line>, SheetError>) {
    match read {
        Ok(lines) => {
            assert!(lines.len() <= MAX_LINES && lines.iter().all(|line| line.cells.len() <= MAX_COLUMNS));
            assert!(lines.is_sorted_by(|a, b| a.number < b.number));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn bytes_changed_at_random_are_lines_or_refused() {
    let mut noise = 1_u64;
    let mut next = |below: usize| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(noise >> 33).unwrap() % below
    };
    let text = "案件编号,状态\nA-1,\"处置\n中\"\n".as_bytes().to_vec();
    let packed_book = book(&["案件编号", "状态"], ROWS);
    for _ in 0..1_500 {
        let mut bytes = if next(3) == 0 { text.clone() } else { packed_book.clone() };
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(3) {
                0 => bytes[at] = u8::try_from(next(256)).unwrap(),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, u8::try_from(next(256)).unwrap()),
            }
        }
        promises_are_kept(&read(&bytes));
    }
    // The parts themselves, so that what is wrong is behind the packing.
    for _ in 0..500 {
        let mut parts = parts(&["案件编号", "状态"], ROWS);
        let part = 2 + next(parts.len() - 2);
        let mut characters: Vec<char> = parts[part].1.chars().collect();
        for _ in 0..=next(4) {
            let at = next(characters.len());
            characters[at] = char::from(u8::try_from(32 + next(95)).unwrap());
        }
        parts[part].1 = characters.into_iter().collect();
        promises_are_kept(&read(&packed(&parts)));
    }
}
