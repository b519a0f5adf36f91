//! Photos: both copies of a batch on one thread.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;

#[derive(Args)]
pub struct Options {
    /// Folder of photos.
    #[arg(long)]
    folder: PathBuf,
    /// Folder the copies are written to, as the program it is compared with writes them.
    #[arg(long)]
    copies: PathBuf,
}

/// The photos of a folder, in order.
pub fn of(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jpg")));
    paths.sort_unstable();
    assert!(!paths.is_empty(), "there is no .jpg in {}", folder.display());
    paths
}

pub fn run(options: &Options) {
    let paths = of(&options.folder);
    let mut spent = Duration::ZERO;
    let mut megapixels = 0.0;
    for path in &paths {
        let started = Instant::now();
        let photo = jiekou_photo::process(&std::fs::read(path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        std::fs::write(options.copies.join(format!("{name}_display.jpg")), &photo.display).unwrap();
        std::fs::write(options.copies.join(format!("{name}_thumbnail.jpg")), &photo.thumbnail).unwrap();
        spent += started.elapsed();
        megapixels += f64::from(photo.width) * f64::from(photo.height) / 1e6;
    }
    println!(
        "{}",
        json!({ "photos": paths.len(), "seconds": spent.as_secs_f64(), "megapixels": megapixels })
    );
}
