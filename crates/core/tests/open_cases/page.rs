//! docs/import.md says everything that is understood.

use jiekou_core::import::{CLOSED_WORDS, Column, STATE_WORDS};

#[test]
fn the_page_names_every_column_heading_and_word() {
    let path = format!("{}/../../docs/import.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(path).unwrap();
    for column in Column::ALL {
        let name = format!("`{}`", column.name());
        let row = page
            .lines()
            .find(|line| line.starts_with('|') && line.contains(&name))
            .unwrap_or_else(|| panic!("{name}"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let lists: Vec<&str> = cells[2].split("; ").collect();
        let names: Vec<&str> = cells[1].split(", ").collect();
        let position = names.iter().position(|it| *it == name).unwrap();
        assert_eq!(lists[position].split(", ").collect::<Vec<_>>(), column.headings(), "{name}");
    }
    for (state, words) in STATE_WORDS {
        let row = format!("| `{}` | {} |", state.name(), words.join(", "));
        assert!(page.contains(&row), "{row}");
    }
    assert!(page.contains(&CLOSED_WORDS.join(", ")));
}
