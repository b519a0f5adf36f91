//! Who may do what: `roles.csv`. *How to add an operation*: a row, an example of its body in the contract, and in `scene.rs`
//! whatever its places and its body need.

use crate::harness::project;

/// One operation.
pub struct Row {
    pub operation: String,
    /// Somebody of the scene who may, and the status of their answer.
    pub by: String,
    pub answered: u16,
    /// The roles that may, for the whole district, or `*` for all of them; some do with a post or unit of their own.
    pub may: Vec<String>,
    /// Other ways than 403 and 404 to refuse it: the place, person or move that is named is not theirs.
    pub also: Vec<u16>,
    /// It is about nothing in an area, or about whatever is in the caller's.
    pub anywhere: bool,
}

/// What everybody does about the own account and the own sessions, whatever the role.
pub const OWN: &[&str] = &[
    "change_password",
    "offer_second_factor",
    "confirm_second_factor",
    "renew_recovery_codes",
    "sign_out",
    "sign_out_everywhere",
];

impl Row {
    pub fn may(&self, role: &str) -> bool {
        self.may.iter().any(|it| it == role || it == "*")
    }

    /// Whether a status says that it was refused for who asked.
    pub fn refuses(&self, status: u16) -> bool {
        matches!(status, 403 | 404) || self.also.contains(&status)
    }
}

pub fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(project().join("tests/it/every_role/roles.csv")).unwrap();
    let rows = table.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| {
        let mut cells = line.split(',').map(str::trim);
        let mut next = || cells.next().unwrap_or_else(|| panic!("no row: {line}")).to_owned();
        let (operation, by, answered) = (next(), next(), next().parse().unwrap());
        let (may, also) = (next(), next());
        Row {
            operation,
            by,
            answered,
            may: may.split_whitespace().map(str::to_owned).collect(),
            also: also.split_whitespace().filter_map(|it| it.parse().ok()).collect(),
            anywhere: also == "anywhere",
        }
    });
    rows.collect()
}
