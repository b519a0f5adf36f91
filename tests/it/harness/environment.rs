//! Where the servers, binaries and data of the tests are.

use std::path::PathBuf;

/// A variable that `./test` sets.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with ./test"))
}

/// The project's folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The built binary with this name.
pub fn binary(name: &str) -> PathBuf {
    PathBuf::from(setting("JIEKOU_TEST_BIN")).join(name)
}

/// A folder of the real test data, or `None` with one line that says the test was skipped.
pub fn test_data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var("JIEKOU_TEST_DATA")
        .ok()
        .map(|root| PathBuf::from(root).join(folder))
        .filter(|it| it.exists());
    if found.is_none() {
        println!("skipped: no {folder} in JIEKOU_TEST_DATA");
    }
    found
}
