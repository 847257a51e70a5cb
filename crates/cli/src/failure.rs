//! Why a verb did not do what was asked, and the exit code that says so.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use detente_lab::LabError;

use crate::voice;

/// Why a verb ended without being done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A check did not hold; what is wrong has been printed. Exit code 1.
    NotSound,
    /// Wrong usage or input: what, and what to do. Exit code 2.
    Input(String),
    /// The answer could not be finished or kept: why, and what is left. Exit code 3.
    Unfinished(String),
    /// Whoever read the output has heard enough. Exit code 0.
    NobodyListens,
}

impl Failure {
    /// Says what happened on standard error, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::NotSound => ExitCode::from(1),
            Self::Input(what) => {
                eprintln!("{what}");
                ExitCode::from(2)
            }
            Self::Unfinished(what) => {
                eprintln!("{what}");
                ExitCode::from(3)
            }
            Self::NobodyListens => ExitCode::SUCCESS,
        }
    }

    /// The failure of a write to `path`.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyListens,
            io::ErrorKind::StorageFull => {
                Self::Unfinished(format!("The disk is full: {} was not written.", path.display()))
            }
            _ => Self::Unfinished(format!("{} cannot be written: {error}.", path.display())),
        }
    }
}

impl From<LabError> for Failure {
    fn from(error: LabError) -> Self {
        let text = error.to_string();
        match error {
            LabError::Engine(_) | LabError::DiskFull(_) => Self::Unfinished(sentence(&text)),
            // These begin with a path, which is left as it is.
            LabError::Unwritable(..) => Self::Unfinished(ended(text)),
            LabError::Unreadable(..) | LabError::NotReplaced(..) => Self::Input(ended(text)),
            LabError::Exists(_) => Self::Input(format!(
                "{}\nUse --force to write over it, or another --out.",
                ended(text)
            )),
            _ => Self::Input(sentence(&text)),
        }
    }
}

/// `text` as a sentence: a capital at the start, unless it begins with an element's name, and a full
/// stop at the end.
fn sentence(text: &str) -> String {
    let plain = |word: &str| word.chars().all(char::is_alphabetic);
    ended(if text.split(' ').next().is_some_and(plain) {
        voice::sentence(text)
    } else {
        text.into()
    })
}

/// `text` with a full stop at its end, if it is a line without one.
fn ended(text: String) -> String {
    if text.ends_with(['.', '?', '!']) || text.contains('\n') { text } else { text + "." }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_it_is() {
        let Failure::Input(said) = Failure::from(LabError::Exists("out".into())) else {
            panic!("it is wrong input");
        };
        assert!(said.starts_with("out is already there; nothing was overwritten.\n"), "{said}");
    }
}
