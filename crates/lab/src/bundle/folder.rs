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

/// The names of all files that a run leaves in its folder. A folder that holds anything else is never
/// taken away for a run, whatever it is told to replace.
const LEFT: [&str; 15] = [
    "manifest.json",
    "ro-crate-metadata.json",
    "histories.parquet",
    "events.parquet",
    "series.parquet",
    "whole_series.parquet",
    "lineages.parquet",
    "outcomes.csv",
    "summary.json",
    "report.html",
    "cross.csv",
    "effects.csv",
    "shares.csv",
    "posterior.csv",
    "posterior.toml",
];

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
        let last = &free_place(last, overwrite)?;
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
            // Something may have been put there while the run went on.
            may_be_replaced(&self.last)?;
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
        let path = self.place(name);
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| LabError::writing(self.last.join(name), &error))
    }

    /// Where one of its files is written.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        debug_assert!(LEFT.contains(&name), "{name} is not among the names of what a run leaves");
        self.path.join(name)
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

/// Whether an answer may be kept in `folder`: asked before long work, so that it is not done in vain.
///
/// # Errors
/// Something lies there and may not be replaced.
pub fn may_be_kept_in(folder: &Path, overwrite: Overwrite) -> Result<(), LabError> {
    if overwrite == Overwrite::KeepWhole { Ok(()) } else { free_place(folder, overwrite).map(drop) }
}

/// Where a folder of that name will lie.
fn free_place(folder: &Path, overwrite: Overwrite) -> Result<PathBuf, LabError> {
    if overwrite != Overwrite::Replace && exists(folder) {
        return Err(LabError::Exists(folder.to_owned()));
    }
    may_be_replaced(folder)
}

/// Where a folder is to be replaced: through a link, at what it points to. What is no folder, or holds
/// what no run leaves, stays.
fn may_be_replaced(folder: &Path) -> Result<PathBuf, LabError> {
    let Some(folder) = behind_links(folder)? else { return Ok(folder.to_owned()) };
    let refused = |why: String| LabError::NotReplaced(folder.clone(), why);
    if !folder.is_dir() {
        return Err(refused("it is no folder".to_owned()));
    }
    let entries = fs::read_dir(&folder).map_err(|error| LabError::writing(&folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| LabError::writing(&folder, &error))?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| LEFT.contains(&name));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            return Err(refused(format!("it holds {}, which no run leaves", name.display())));
        }
    }
    Ok(folder)
}

/// What lies at `path`, links followed; `None` if nothing does.
fn behind_links(path: &Path) -> Result<Option<PathBuf>, LabError> {
    match path.symlink_metadata() {
        Err(_) => Ok(None),
        Ok(about) if !about.is_symlink() => Ok(Some(path.to_owned())),
        Ok(_) => fs::canonicalize(path).map(Some).map_err(|_| {
            LabError::NotReplaced(path.to_owned(), "it is a link that leads nowhere".to_owned())
        }),
    }
}

/// Writes one file, whole or not at all. A link is followed, and what it points to replaced.
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
    let behind = behind_links(path)?;
    if let Some(there) = behind.as_ref().filter(|there| !there.is_file()) {
        return Err(LabError::NotReplaced(there.clone(), "it is no plain file".to_owned()));
    }
    let path = behind.as_deref().unwrap_or(path);
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
        draft.write("summary.json", b"1").unwrap();
        drop(draft);
        assert!(names(place.path()).is_empty());
        let draft = Draft::begin(&last, Overwrite::Refuse).unwrap();
        draft.write("summary.json", b"1").unwrap();
        draft.finish().unwrap();
        assert_eq!(names(place.path()), ["run"]);
        assert_eq!(fs::read(last.join("summary.json")).unwrap(), b"1");
    }

    #[test]
    fn nothing_is_overwritten_unless_asked() {
        let place = tempfile::tempdir().unwrap();
        let last = place.path().join("run");
        Draft::begin(&last, Overwrite::Refuse).unwrap().finish().unwrap();
        assert!(matches!(Draft::begin(&last, Overwrite::Refuse), Err(LabError::Exists(_))));
        let draft = Draft::begin(&last, Overwrite::Replace).unwrap();
        draft.write("cross.csv", b"2").unwrap();
        draft.finish().unwrap();
        assert_eq!(names(&last), ["cross.csv"]);
        assert_eq!(names(place.path()), ["run"]);
        let file = place.path().join("f");
        write_whole(&file, b"x", Overwrite::Refuse).unwrap();
        assert!(matches!(write_whole(&file, b"y", Overwrite::Refuse), Err(LabError::Exists(_))));
        write_whole(&file, b"z", Overwrite::Replace).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"z");
    }

    /// Told to replace, a run still takes away nothing but what a run leaves.
    #[test]
    fn what_is_not_ours_is_never_taken_away() {
        let place = tempfile::tempdir().unwrap();
        let refused = |path: &Path| {
            let answer = Draft::begin(path, Overwrite::Replace);
            assert!(matches!(answer, Err(LabError::NotReplaced(..))), "{}", path.display());
        };
        let last = place.path().join("run");
        fs::create_dir(&last).unwrap();
        fs::write(last.join("notes.txt"), b"mine").unwrap();
        refused(&last);
        refused(&last.join("notes.txt"));
        // A folder in it, too, even of a name that a run gives to a file.
        fs::remove_file(last.join("notes.txt")).unwrap();
        fs::create_dir(last.join("report.html")).unwrap();
        refused(&last);
        fs::remove_dir(last.join("report.html")).unwrap();
        // And what comes there while the run goes on.
        let draft = Draft::begin(&last, Overwrite::Replace).unwrap();
        fs::write(last.join("notes.txt"), b"mine").unwrap();
        assert!(matches!(draft.finish(), Err(LabError::NotReplaced(..))));
        assert_eq!(fs::read(last.join("notes.txt")).unwrap(), b"mine");
        assert_eq!(names(place.path()), ["run"]);
        let file = write_whole(&last, b"x", Overwrite::Replace);
        assert!(matches!(file, Err(LabError::NotReplaced(..))));
    }

    /// What a link points to is replaced, and the link stays; one that leads nowhere is refused.
    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        use std::os::unix::fs::symlink;
        let place = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| place.path().join(name));
        fs::write(&file, b"old").unwrap();
        symlink("file", &link).unwrap();
        write_whole(&link, b"new", Overwrite::Replace).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        fs::remove_file(&file).unwrap();
        for answer in [
            write_whole(&link, b"new", Overwrite::Replace),
            Draft::begin(&link, Overwrite::Replace).map(drop),
        ] {
            assert!(matches!(answer, Err(LabError::NotReplaced(..))));
        }
        fs::create_dir(&file).unwrap();
        let draft = Draft::begin(&link, Overwrite::Replace).unwrap();
        draft.write("summary.json", b"1").unwrap();
        draft.finish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(names(&file), ["summary.json"]);
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
            let device = write_whole(Path::new("/dev/full"), b"x", Overwrite::Replace);
            assert!(matches!(device, Err(LabError::NotReplaced(..))));
        }
    }
}
