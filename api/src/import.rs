//! `jiekou-api import`: files of others become part of a rulebook's folder, and their cases become ours.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use jiekou_boot::{Config, assemble, clock};
use jiekou_core::import::told;
use jiekou_core::place::CoordinateSystem;
use jiekou_service::import_areas::{ImportAreasError, import_areas};
use jiekou_service::import_places::import_places;
use jiekou_service::storefronts::{ImportStorefrontsError, import_storefronts};

use crate::import_cases::{self, CasesOptions};
use crate::import_orders::{self, OrdersOptions};

/// Lines left out that are named one by one.
pub(crate) const NAMED: usize = 10;

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Read landmarks and shops from a CSV file with columns for name, address, longitude and latitude, under the usual
    /// English or Chinese headers, into gazetteer.csv. `rulebook load` puts them in force.
    Places {
        file: PathBuf,
        /// The coordinate system of the file's points.
        #[arg(long)]
        crs: Crs,
        /// The rulebook's folder; the configured one when left out.
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Read districts, towns, communities, segments and grids from a GeoJSON file, or a CSV file with a column `geometry`
    /// in well-known text, into the rulebook's area files: all of them or none. `rulebook load` puts them in force.
    Areas {
        file: PathBuf,
        /// The coordinate system of the file's points.
        #[arg(long)]
        crs: Crs,
        /// The rulebook's folder; the configured one when left out.
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Take over the open cases of another system from its list, CSV or XLSX: all of them or none, and each of them once.
    /// docs/import.md says which columns are read.
    Cases(CasesOptions),
    /// Take in the orders of a hotline without an interface from its list, CSV or XLSX: all of them or none, and each of
    /// them once.
    Orders(OrdersOptions),
    /// Read a register of shops, CSV or XLSX, with columns for code, name, segment or longitude and latitude, address and
    /// the owner's phone, under the usual English or Chinese headings: all of it or nothing. A shop whose code is known is
    /// brought up to date; an owner bound by a phone that is named no more is bound no more.
    Storefronts {
        file: PathBuf,
        /// The coordinate system of the file's points.
        #[arg(long, default_value = "gcj02")]
        crs: Crs,
    },
}

/// Coordinate systems by the names that fit a command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Crs {
    Wgs84,
    Gcj02,
    Bd09,
}

impl From<Crs> for CoordinateSystem {
    fn from(crs: Crs) -> Self {
        match crs {
            Crs::Wgs84 => Self::Wgs84,
            Crs::Gcj02 => Self::Gcj02,
            Crs::Bd09 => Self::Bd09,
        }
    }
}

/// Imports, and says what was read and what was left out.
///
/// # Errors
/// With words that say what to do.
pub async fn run(command: ImportCommand) -> Result<String, Box<dyn Error>> {
    let configured = |into: Option<PathBuf>| match into {
        Some(folder) => Ok(folder),
        None => Config::load().map(|config| PathBuf::from(config.rulebook.directory)),
    };
    match command {
        ImportCommand::Places { file, crs, into } => places(&file, crs, &configured(into)?),
        ImportCommand::Areas { file, crs, into } => areas(&file, crs, &configured(into)?),
        ImportCommand::Orders(options) => import_orders::run(options).await,
        ImportCommand::Cases(options) => import_cases::run(options).await,
        ImportCommand::Storefronts { file, crs } => storefronts(&file, crs).await,
    }
}

async fn storefronts(file: &Path, crs: Crs) -> Result<String, Box<dyn Error>> {
    let app = assemble::app(&Config::load()?).await?;
    let imported = import_storefronts(&app, file, crs.into(), clock::now()).await;
    let imported = imported.map_err(|error| match error {
        ImportStorefrontsError::Faults(faults) => {
            let lines: Vec<String> = told(&faults).into_iter().map(|line| format!("  {line}")).collect();
            format!("nothing was imported, for there are {} faults:\n{}", faults.len(), lines.join("\n"))
                .into()
        }
        other => Box::<dyn Error>::from(other.to_string()),
    })?;
    Ok(format!(
        "{} shops are in the register, {} of them new; {} owners are bound no more",
        imported.shops, imported.new, imported.owners_ended
    ))
}

fn areas(file: &Path, crs: Crs, folder: &Path) -> Result<String, Box<dyn Error>> {
    let imported = import_areas(file, crs.into(), folder, clock::now()).map_err(|error| match error {
        ImportAreasError::Faults(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
            format!("nothing was imported, for there are {} faults:\n{}", faults.len(), lines.join("\n"))
                .into()
        }
        other => Box::<dyn Error>::from(other.to_string()),
    })?;
    let counts: Vec<String> =
        imported.counts.iter().map(|(level, count)| format!("{count} of level {level}")).collect();
    Ok(format!("{} are in {}", counts.join(", "), folder.display()))
}

fn places(file: &Path, crs: Crs, folder: &Path) -> Result<String, Box<dyn Error>> {
    let imported = import_places(file, crs.into(), folder)?;
    let mut said = vec![format!("{} places are in {}", imported.places, folder.display())];
    if !imported.left_out.is_empty() {
        said.push(format!("{} lines were left out:", imported.left_out.len()));
        said.extend(imported.left_out.iter().take(NAMED).map(|line| format!("  {line}")));
    }
    Ok(said.join("\n"))
}
