//! Writing that is whole or absent: a temporary name in the same folder, then one renaming.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::LabError;

/// What to do where something already lies under the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwrite {
    /// Leave it, and say so.
    #[default]
    Refuse,
    /// Put the new in its place, once the new is whole.
    Replace,
    /// Keep a whole run that is already there, and write nothing.
    KeepWhole,
}

/// A folder being written under a temporary name. Dropped, it takes what it holds with it.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Where it is being written.
    pub(crate) path: PathBuf,
    last: PathBuf,
    overwrite: Overwrite,
}

impl Draft {
    /// Begins a folder that will lie at `last`.
    pub(crate) fn begin(last: &Path, overwrite: Overwrite) -> Result<Self, LabError> {
        if overwrite != Overwrite::Replace && exists(last) {
            return Err(LabError::Exists(last.to_owned()));
        }
        let parent = parent_of(last);
        if exists(&parent) && !parent.is_dir() {
            let why = format!("{} is no folder", parent.display());
            return Err(LabError::Unwritable(last.to_owned(), why));
        }
        fs::create_dir_all(&parent).map_err(|error| LabError::writing(&parent, &error))?;
        let path = beside(last, "part")?;
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(LabError::writing(&path, &error));
            }
            _ => {}
        }
        fs::create_dir(&path).map_err(|error| LabError::writing(last, &error))?;
        Ok(Self { path, last: last.to_owned(), overwrite })
    }

    /// Lets the folder end under another name beside the first.
    pub(crate) fn rename(&mut self, last: PathBuf) {
        self.last = last;
    }

    /// Gives the folder its name.
    pub(crate) fn finish(mut self) -> Result<PathBuf, LabError> {
        let failed = |error: std::io::Error| LabError::writing(&self.last, &error);
        sync_folder(&self.path);
        let mut old = None;
        if exists(&self.last) {
            if self.overwrite != Overwrite::Replace {
                return Err(LabError::Exists(self.last.clone()));
            }
            let aside = beside(&self.last, "old")?;
            fs::rename(&self.last, &aside).map_err(failed)?;
            old = Some(aside);
        }
        if let Err(error) = fs::rename(&self.path, &self.last) {
            if let Some(old) = old {
                // Put back what was there; the error below is the one to tell.
                let _ = fs::rename(old, &self.last);
            }
            return Err(failed(error));
        }
        sync_folder(&parent_of(&self.last));
        if let Some(old) = old {
            fs::remove_dir_all(&old).map_err(|error| LabError::writing(&old, &error))?;
        }
        Ok(std::mem::take(&mut self.last))
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), LabError> {
        let path = self.path.join(name);
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| LabError::writing(self.last.join(name), &error))
    }

    /// The final place of one of its files, for errors.
    pub(crate) fn shown(&self, name: &str) -> PathBuf {
        self.last.join(name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.last.as_os_str().is_empty() {
            // The draft is ours alone; if it cannot be removed there is nobody left to tell.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Writes one file, whole or not at all.
///
/// # Errors
/// Something lies there and may not be replaced, the disk is full, or the folder cannot be written;
/// then what lay there before still does.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<(), LabError> {
    if exists(path) {
        match overwrite {
            Overwrite::Refuse => return Err(LabError::Exists(path.to_owned())),
            Overwrite::KeepWhole => return Ok(()),
            Overwrite::Replace => {}
        }
    }
    let draft = beside(path, "part")?;
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&draft);
        LabError::writing(path, &error)
    })?;
    sync_folder(&parent_of(path));
    Ok(())
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A hidden name beside `path`, this process's own.
fn beside(path: &Path, ending: &str) -> Result<PathBuf, LabError> {
    let name = path.file_name().ok_or_else(|| {
        LabError::Unwritable(path.to_owned(), "this is no name for a file or folder".to_owned())
    })?;
    let name = format!(".{}.{}.{ending}", name.to_string_lossy(), std::process::id());
    Ok(parent_of(path).join(name))
}

/// Makes a renaming last. Systems that cannot open folders do without.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_folder_is_whole_or_absent() {
        let place = tempfile::tempdir().unwrap();
        let last = place.path().join("run");
        let draft = Draft::begin(&last, Overwrite::Refuse).unwrap();
        draft.write("a", b"1").unwrap();
        drop(draft);
        assert!(names(place.path()).is_empty());
        let draft = Draft::begin(&last, Overwrite::Refuse).unwrap();
        draft.write("a", b"1").unwrap();
        draft.finish().unwrap();
        assert_eq!(names(place.path()), ["run"]);
        assert_eq!(fs::read(last.join("a")).unwrap(), b"1");
    }

    #[test]
    fn nothing_is_overwritten_unless_asked() {
        let place = tempfile::tempdir().unwrap();
        let last = place.path().join("run");
        Draft::begin(&last, Overwrite::Refuse).unwrap().finish().unwrap();
        assert!(matches!(Draft::begin(&last, Overwrite::Refuse), Err(LabError::Exists(_))));
        let draft = Draft::begin(&last, Overwrite::Replace).unwrap();
        draft.write("b", b"2").unwrap();
        draft.finish().unwrap();
        assert_eq!(names(&last), ["b"]);
        assert_eq!(names(place.path()), ["run"]);
        let file = place.path().join("f");
        write_whole(&file, b"x", Overwrite::Refuse).unwrap();
        assert!(matches!(write_whole(&file, b"y", Overwrite::Refuse), Err(LabError::Exists(_))));
        write_whole(&file, b"z", Overwrite::Replace).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"z");
    }

    /// A place that is no folder, and a device that is always full.
    #[test]
    fn failures_are_told_and_leave_nothing() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, b"").unwrap();
        let under = Draft::begin(&file.join("run"), Overwrite::Refuse);
        assert!(matches!(under, Err(LabError::Unwritable(..))));
        if let Ok(mut full) = File::options().write(true).open("/dev/full") {
            let error = full.write_all(b"x").unwrap_err();
            assert!(matches!(LabError::writing("t", &error), LabError::DiskFull(_)));
        }
    }
}
