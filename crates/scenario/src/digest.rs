//! The digest of a scenario: what two people compare to know that they have the same.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::folder::{File, FileKind, Files, Layer};

/// SHA-256 of everything a scenario is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// SHA-256 of one text, as 64 hexadecimal digits.
pub(crate) fn digest_of_text(text: &str) -> String {
    Digest(Sha256::digest(text).into()).to_string()
}

/// The digest of `layers`, the scenario extended first.
///
/// For each layer the number of its files, then for each file, in order of the bytes of its path,
/// the path and the text, each preceded by its length; numbers are 8 bytes, the least first.
/// Neither names of folders nor dates of files matter; a byte-order mark does not either.
///
/// A posterior and its manifest are left out: they are made from the rest, name its digest, and have
/// one of their own.
pub fn digest(files: &Files, layers: &[Layer]) -> Digest {
    let mut hash = Sha256::new();
    let number = |n: usize| (n as u64).to_le_bytes();
    for layer in layers {
        let made =
            |file: &&File| matches!(file.kind, FileKind::Posterior | FileKind::PosteriorManifest);
        let written: Vec<&File> =
            layer.files.iter().filter_map(|&id| files.get(id)).filter(|file| !made(file)).collect();
        hash.update(number(written.len()));
        for file in written {
            for part in [&file.path, &file.text] {
                hash.update(number(part.len()));
                hash.update(part.as_bytes());
            }
        }
    }
    Digest(hash.finalize().into())
}
