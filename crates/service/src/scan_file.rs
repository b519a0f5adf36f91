//! A file of outside people is looked at by the virus scanner, where there is one, before anything of it is kept or read.

use jiekou_partner::clamd::{ScanError, Verdict};
use tracing::{error, instrument, warn};

use crate::{App, ServiceError};

/// Lets a file pass that the scanner finds nothing in. Without a scanner every file passes.
///
/// # Errors
/// [`ServiceError::Infected`]; [`ServiceError::ScannerAway`] where there is no verdict: nothing is kept unseen.
#[instrument(level = "debug", name = "scan_file", skip_all)]
pub(crate) async fn scan_file(app: &App, file: &[u8]) -> Result<(), ServiceError> {
    let Some(scanner) = &app.scanner else { return Ok(()) };
    match scanner.scan(file).await {
        Ok(Verdict::Clean) => Ok(()),
        Ok(Verdict::Infected(name)) => {
            warn!(scan.found = name, "an infected file was refused");
            Err(ServiceError::Infected)
        }
        Err(ScanError::TooLong) => {
            error!("the scanner's StreamMaxLength is smaller than a file that may be sent: set 64M");
            Err(ServiceError::ScannerAway)
        }
        Err(cause @ (ScanError::Away | ScanError::Failed)) => {
            warn!(scan.failure = %cause, "a file was refused unseen");
            Err(ServiceError::ScannerAway)
        }
    }
}
