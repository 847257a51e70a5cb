//! What can go wrong while a question is answered, and what state is left.

use std::fmt;
use std::path::PathBuf;

use detente_engine::EngineError;

/// Why a question was not answered, or not kept.
#[derive(Debug)]
pub enum LabError {
    /// The question itself cannot be asked: what is wrong, in a sentence.
    Question(String),
    /// No history could follow the record: where, and what stood in the way.
    Impossible(Box<crate::Finding>),
    /// The engine stopped: what it said. Nothing was written.
    Engine(String),
    /// Something already lies under the name. Nothing was written.
    Exists(PathBuf),
    /// What lies under the name is not what a run leaves, for the reason given, and is not replaced
    /// whoever asks. Nothing was written.
    NotReplaced(PathBuf, String),
    /// The disk is full. Nothing lies under the final name.
    DiskFull(PathBuf),
    /// A file or folder could not be written. Nothing lies under the final name.
    Unwritable(PathBuf, String),
    /// A file could not be read, or is not what it should be. Nothing was changed.
    Unreadable(PathBuf, String),
}

impl LabError {
    /// The error for a failed write to `path`.
    pub(crate) fn writing(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull(path.into())
            }
            _ => Self::Unwritable(path.into(), error.to_string()),
        }
    }
}

impl From<detente_engine::CompileError> for LabError {
    fn from(error: detente_engine::CompileError) -> Self {
        Self::Question(error.to_string())
    }
}

impl From<EngineError> for LabError {
    fn from(error: EngineError) -> Self {
        let again = match &error {
            EngineError::NotANumber { seed, history, .. }
            | EngineError::Settlement { seed, history, .. } => format!(
                "; `detente run --seed {seed} --history {history}`, with the same scenario and \
                 changes, replays it"
            ),
            _ => String::new(),
        };
        Self::Engine(format!("{error}{again}"))
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(what) => write!(f, "{what}"),
            Self::Impossible(finding) => write!(f, "{finding}; {}", finding.help),
            Self::Engine(what) => write!(f, "the run stopped: {what}"),
            Self::Exists(path) => {
                write!(f, "{} is already there; nothing was overwritten", path.display())
            }
            Self::NotReplaced(path, why) => write!(
                f,
                "{} is not replaced: {why}; choose another place with --out",
                path.display()
            ),
            Self::DiskFull(path) => {
                write!(f, "the disk is full: {} was not written", path.display())
            }
            Self::Unwritable(path, why) => {
                write!(f, "{} cannot be written: {why}", path.display())
            }
            Self::Unreadable(path, why) => write!(f, "{} cannot be read: {why}", path.display()),
        }
    }
}

impl std::error::Error for LabError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_stops_says_what_replays_it() {
        let element = "living[gdr]".to_owned();
        let stop = EngineError::NotANumber { element, week: 12, history: 77, seed: 5 };
        let said = LabError::from(stop).to_string();
        for part in ["living[gdr]", "week 12", "detente run --seed 5 --history 77"] {
            assert!(said.contains(part), "{said}");
        }
    }
}
