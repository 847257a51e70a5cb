//! Why a verb did not do what was asked, and the exit code that says so.

use std::io;
use std::path::Path;
use std::process::ExitCode;

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
            _ => Self::Input(format!("{} cannot be written: {error}.", path.display())),
        }
    }
}
