//! Numbers as they are typed: each says between which others it may lie.

use std::num::NonZeroUsize;

use crate::voice::count;

/// Histories are numbered by 32 bits.
const MOST_HISTORIES: u64 = u32::MAX as u64;

/// How many histories, at least one.
pub(crate) fn histories(typed: &str) -> Result<u64, String> {
    between(typed, 1, MOST_HISTORIES)
}

/// How many histories, if any.
pub(crate) fn histories_or_none(typed: &str) -> Result<u64, String> {
    between(typed, 0, MOST_HISTORIES)
}

/// The number of a history.
pub(crate) fn history(typed: &str) -> Result<u64, String> {
    between(typed, 0, MOST_HISTORIES - 1)
}

/// How many pairs of histories a claim is asked of, at least one.
pub(crate) fn pairs(typed: &str) -> Result<u64, String> {
    between(typed, 1, 1 << 30)
}

/// How many worlds a fit is calibrated on, at least one.
pub(crate) fn worlds(typed: &str) -> Result<u64, String> {
    between(typed, 1, 100_000)
}

/// A seed.
pub(crate) fn seed(typed: &str) -> Result<u64, String> {
    between(typed, 0, u64::MAX)
}

/// How many threads.
pub(crate) fn threads(typed: &str) -> Result<NonZeroUsize, String> {
    let threads = between(typed, 1, u64::from(u16::MAX))?;
    let threads = usize::try_from(threads).ok().and_then(NonZeroUsize::new);
    threads.ok_or_else(|| "it is too large".to_owned())
}

/// How many of something, at least one.
pub(crate) fn some(typed: &str) -> Result<usize, String> {
    usize::try_from(between(typed, 1, 1 << 30)?).map_err(|error| error.to_string())
}

/// How many of something, if any.
pub(crate) fn any(typed: &str) -> Result<usize, String> {
    usize::try_from(between(typed, 0, 1 << 30)?).map_err(|error| error.to_string())
}

fn between(typed: &str, low: u64, high: u64) -> Result<u64, String> {
    match typed.parse::<u64>() {
        Ok(number) if low <= number && number <= high => Ok(number),
        _ => Err(format!("it is a whole number from {low} to {}", count(high))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_said_and_held() {
        let refused = "it is a whole number from 1 to 4,294,967,295".to_owned();
        for typed in ["0", "-5", "many", "4294967296", "1e9", ""] {
            assert_eq!(histories(typed), Err(refused.clone()), "{typed}");
        }
        assert_eq!(histories("4294967295"), Ok(4_294_967_295));
        assert_eq!((histories_or_none("0"), threads("0").is_err()), (Ok(0), true));
    }
}
