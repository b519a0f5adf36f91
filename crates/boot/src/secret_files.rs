//! Secrets as files: the folder into which a secret store or its agent mounts them, one file a setting.

use std::path::Path;

use figment::Figment;
use figment::providers::Serialized;

use crate::config::ConfigError;

const VARIABLE: &str = "JIEKOU_SECRETS__FOLDER";
const PREFIX: &str = "JIEKOU_";

/// Adds what lies in the folder that `secrets.folder` names, if it names one. A file is called like the variable that it
/// stands for, such as `JIEKOU_DATABASE__URL`, and takes its place; its text is the value, without the line's end. Other
/// files are none of ours: stores leave marks of their own beside.
///
/// # Errors
/// With the file that cannot be read, never with what it holds.
pub(crate) fn with_files(settings: Figment) -> Result<Figment, ConfigError> {
    let folder: String =
        settings.extract_inner("secrets.folder").map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
    if folder.is_empty() {
        return Ok(settings);
    }
    let folder = Path::new(&folder);
    let entries = std::fs::read_dir(folder).map_err(|cause| unreadable(folder, &cause))?;
    let mut settings = settings;
    for entry in entries {
        let file = entry.map_err(|cause| unreadable(folder, &cause))?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(setting) = name.strip_prefix(PREFIX).filter(|setting| setting.contains("__")) else {
            continue;
        };
        let text = std::fs::read_to_string(&file).map_err(|cause| unreadable(&file, &cause))?;
        let key = setting.to_ascii_lowercase().replace("__", ".");
        // As text always: a password of digits is no number.
        settings = settings.merge(Serialized::default(&key, text.trim_end_matches(['\r', '\n'])));
    }
    Ok(settings)
}

fn unreadable(path: &Path, cause: &std::io::Error) -> ConfigError {
    ConfigError::Wrong { variable: VARIABLE, words: format!("cannot read {}: {cause}", path.display()) }
}

#[cfg(test)]
mod tests {
    use figment::providers::{Format, Toml};

    use super::*;

    fn in_force(folder: &Path) -> Result<Figment, ConfigError> {
        let given = format!(
            "[secrets]\nfolder = {:?}\nmaster_keys = \"of the environment\"\n[redis]\nprefix = \"kept\"",
            folder.display().to_string()
        );
        with_files(Figment::from(Toml::string(&given)))
    }

    #[test]
    fn a_mounted_file_is_the_value_of_the_setting_that_it_is_called_like() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("JIEKOU_SECRETS__MASTER_KEYS", "k1:of-the-file\n"),
            ("JIEKOU_WECHAT__ACCOUNTS__MAIN__SECRET", "0123456789"),
            ("..data", "a mark of whoever mounted this"),
            ("README", "so is this"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let settings = in_force(folder.path()).unwrap();
        let of = |key: &str| settings.extract_inner::<String>(key).unwrap();
        assert_eq!(of("secrets.master_keys"), "k1:of-the-file", "the file counts, its line's end does not");
        assert_eq!(of("wechat.accounts.main.secret"), "0123456789", "digits stay text");
        assert_eq!(of("redis.prefix"), "kept");
    }

    #[test]
    fn a_folder_or_file_that_cannot_be_read_is_named_and_nothing_starts() {
        let folder = tempfile::tempdir().unwrap();
        let away = in_force(&folder.path().join("away")).unwrap_err().to_string();
        assert!(away.starts_with(VARIABLE) && away.contains("away"), "{away}");
        let file = folder.path().join("JIEKOU_DATABASE__URL");
        std::fs::write(&file, [0xff, 0xfe, b's', b'3']).unwrap();
        let no_text = in_force(folder.path()).unwrap_err().to_string();
        assert!(no_text.contains("JIEKOU_DATABASE__URL") && !no_text.contains("s3"), "{no_text}");
    }
}
