//! The open cases of another system are taken over from its list: checked as a whole, written as a whole, once.

mod rows;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiekou_core::import::{CellFault, Line, List, Mapping, OpenCase, Origin, open_cases};
use jiekou_core::place::CoordinateSystem;
use jiekou_sheet::SheetError;
use jiekou_store::StoreError;
use jiekou_store::cases::import::{self, Batch};
use thiserror::Error;
use tracing::{info, instrument};

use crate::scan_file::scan_file;
use crate::{App, ServiceError};

/// Cases written in one round trip.
const BATCH: usize = 500;

/// What is taken over, and from where.
#[derive(Debug, Clone, Copy)]
pub struct ImportRequest<'a> {
    pub file: &'a Path,
    /// Name of the other system.
    pub system: &'a str,
    /// Code of the district that takes them over.
    pub district: &'a str,
    pub coordinates: CoordinateSystem,
    /// The file that says what the other system calls things.
    pub columns: Option<&'a Path>,
    /// Write nothing.
    pub only_check: bool,
}

/// Why nothing was taken over.
#[derive(Debug, Error)]
pub enum ImportCasesError {
    #[error("cannot read {file}: {cause}", file = .file.display())]
    Unreadable { file: PathBuf, cause: std::io::Error },
    #[error("{file}: {cause}", file = .file.display())]
    NoList { file: PathBuf, cause: SheetError },
    /// What is wrong with the request or the file of columns.
    #[error("{}", .0.join("; "))]
    Request(Vec<String>),
    #[error("the list has faults")]
    Faults(Vec<CellFault>),
    #[error("cases of this system are being imported at this moment: try again when that has ended")]
    Meanwhile,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for ImportCasesError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// What was taken over, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub cases: usize,
    /// How many of them have a place that nobody knows: they wait in the queue of the district center.
    pub of_unknown_place: usize,
    /// Lines that were taken over before, each with its number there and here; they stay as they are.
    pub known: Vec<(u32, String, String)>,
    /// Headings of columns that are not taken over.
    pub left_out: Vec<String>,
}

/// Takes the list over, or only checks it. `progress` hears how many of how many cases are written.
///
/// # Errors
/// A file that is no list; every wrong cell at once; storage. Whatever it is, nothing was written.
#[instrument(level = "debug", name = "import_cases", skip_all)]
pub async fn import_cases(
    app: &App,
    request: &ImportRequest<'_>,
    progress: impl Fn(usize, usize),
    now: DateTime<Utc>,
) -> Result<Imported, ImportCasesError> {
    let list = checked(app, request, now).await?;
    let numbers: Vec<&str> = list.cases.iter().map(|case| case.number.as_str()).collect();
    let known = import::known(&app.pool, request.system, &numbers).await?;
    let (fresh, known) = parted(&list, known);
    let mut imported =
        Imported { cases: fresh.len(), known, left_out: list.left_out.clone(), ..Imported::default() };
    if request.only_check {
        let unknown =
            fresh.iter().filter(|case| rows::prepared(app, case, request.system).assignment.place_unknown);
        imported.of_unknown_place = unknown.count();
        return Ok(imported);
    }
    if !fresh.is_empty() {
        imported.of_unknown_place = write(app, request, &fresh, progress, now).await?;
    }
    info!(import.system = request.system, import.cases = imported.cases, "open cases were taken over");
    Ok(imported)
}

/// The list as it can be taken over.
async fn checked(
    app: &App,
    request: &ImportRequest<'_>,
    now: DateTime<Utc>,
) -> Result<List, ImportCasesError> {
    let rules = app.rules();
    let mapping = match request.columns {
        Some(file) => {
            let bytes = bytes_of(file)?;
            let text = String::from_utf8(bytes).map_err(|_no_text| {
                ImportCasesError::Request(vec![format!("{} is no text", file.display())])
            })?;
            let told = |faults: Vec<String>| {
                faults.into_iter().map(|fault| format!("{}: {fault}", file.display())).collect()
            };
            Mapping::read(&text, &rules).map_err(|faults| ImportCasesError::Request(told(faults)))?
        }
        None => Mapping::default(),
    };
    let origin = Origin {
        system: request.system,
        district: request.district,
        coordinates: request.coordinates,
        mapping: &mapping,
    };
    let faults = origin.faults(&rules);
    if !faults.is_empty() {
        return Err(ImportCasesError::Request(faults));
    }
    let lines = lines_of(app, request.file).await?;
    open_cases(&lines, &origin, &rules, now).map_err(ImportCasesError::Faults)
}

async fn lines_of(app: &App, file: &Path) -> Result<Vec<Line>, ImportCasesError> {
    let no_list = |cause| ImportCasesError::NoList { file: file.to_path_buf(), cause };
    let unreadable = |cause| ImportCasesError::Unreadable { file: file.to_path_buf(), cause };
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    // Before it is in memory.
    if usize::try_from(size).map_or(true, |size| size > jiekou_sheet::MAX_BYTES) {
        return Err(no_list(SheetError::TooLarge));
    }
    let bytes = bytes_of(file)?;
    scan_file(app, &bytes).await?;
    jiekou_sheet::read(&bytes).map_err(no_list)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, ImportCasesError> {
    std::fs::read(file).map_err(|cause| ImportCasesError::Unreadable { file: file.to_path_buf(), cause })
}

/// The cases that are new here, and the lines of those that were taken over before.
fn parted(list: &List, known: Vec<(String, String)>) -> (Vec<&OpenCase>, Vec<(u32, String, String)>) {
    let known: HashMap<String, String> = known.into_iter().collect();
    let (mut fresh, mut before) = (Vec::new(), Vec::new());
    for case in &list.cases {
        match known.get(&case.number) {
            Some(ours) => before.push((case.line, case.number.clone(), ours.clone())),
            None => fresh.push(case),
        }
    }
    before.sort_unstable();
    (fresh, before)
}

/// Writes all of them in one transaction. Returns how many of them have a place that nobody knows.
async fn write(
    app: &App,
    request: &ImportRequest<'_>,
    fresh: &[&OpenCase],
    progress: impl Fn(usize, usize),
    now: DateTime<Utc>,
) -> Result<usize, ImportCasesError> {
    // Before the transaction: nobody holds one connection while waiting for another.
    let mut serials = Vec::with_capacity(fresh.len());
    for _ in fresh {
        serials.push(app.serials.next(&app.pool).await?);
    }
    let district = app.rules().data().district.code.clone();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    import::lock(&mut transaction, request.system).await?;
    let numbers: Vec<&str> = fresh.iter().map(|case| case.number.as_str()).collect();
    if !import::known(&mut *transaction, request.system, &numbers).await?.is_empty() {
        return Err(ImportCasesError::Meanwhile);
    }
    let mut unknown = 0;
    let mut written = 0;
    let numbered: Vec<(&OpenCase, i64)> = fresh.iter().copied().zip(serials).collect();
    for chunk in numbered.chunks(BATCH) {
        let mut batch = Batch::default();
        for (case, serial) in chunk {
            let prepared = rows::prepared(app, case, request.system);
            unknown += usize::from(prepared.assignment.place_unknown);
            rows::push(app, &mut batch, &prepared, case, *serial, request.system, now)?;
        }
        import::write(&mut transaction, &district, request.system, &batch, now).await?;
        written += chunk.len();
        progress(written, fresh.len());
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(unknown)
}
