//! Processes every file of a folder on one thread and says how fast: `batch <folder> [<folder for copies>]`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: batch <folder> [<folder for copies>]")?;
    let copies = arguments.next();
    let mut spent = Duration::ZERO;
    let (mut done, mut refused) = (0_u32, 0_u32);
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let started = Instant::now();
        let result = jiekou_photo::process(&std::fs::read(&path)?);
        if let (Ok(photo), Some(copies), Some(name)) = (&result, &copies, path.file_stem()) {
            let name = name.to_string_lossy();
            std::fs::write(copies.join(format!("{name}_d.jpg")), &photo.display)?;
            std::fs::write(copies.join(format!("{name}_t.jpg")), &photo.thumbnail)?;
        }
        spent += started.elapsed();
        if result.is_ok() { done += 1 } else { refused += 1 }
    }
    let rate = f64::from(done) / spent.as_secs_f64();
    writeln!(std::io::stdout(), "{done} photos in {spent:.2?}, {rate:.2} photos/s, {refused} refused")?;
    Ok(())
}
