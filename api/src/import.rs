//! `jiekou-api import`: files of others become part of a rulebook's folder.

use std::error::Error;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use jiekou_boot::Config;
use jiekou_core::place::CoordinateSystem;
use jiekou_service::import_places::import_places;

/// Lines left out that are named one by one.
const NAMED: usize = 10;

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
pub fn run(command: ImportCommand) -> Result<String, Box<dyn Error>> {
    let ImportCommand::Places { file, crs, into } = command;
    let folder = match into {
        Some(folder) => folder,
        None => PathBuf::from(Config::load()?.rulebook.directory),
    };
    let imported = import_places(&file, crs.into(), &folder)?;
    let mut said = vec![format!("{} places are in {}", imported.places, folder.display())];
    if !imported.left_out.is_empty() {
        said.push(format!("{} lines were left out:", imported.left_out.len()));
        said.extend(imported.left_out.iter().take(NAMED).map(|line| format!("  {line}")));
    }
    Ok(said.join("\n"))
}
