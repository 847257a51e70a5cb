//! How numbers, shares and dates are said to readers, the same in a terminal, a report and a document:
//! "74 of 100", a true minus sign, "15 June 1953".

mod dates;
mod numbers;
mod shares;

pub use dates::{date, day, said, short_day, weeks};
pub use numbers::{change, count, few_figures, number, rounded, signed, varies};
pub(crate) use shares::is_outside;
pub use shares::{
    points, points_beside, points_interval, share, share_beside, share_error, share_interval,
};

/// A sentence's first letter in capitals.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
