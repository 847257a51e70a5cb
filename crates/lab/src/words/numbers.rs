//! Numbers: thousands set apart, a true minus sign, and no more digits than have meaning.

/// A number with as many digits as its error leaves meaning in.
pub fn number(value: f64, error: f64) -> String {
    rounded(value, digits_for(value, error))
}

/// The same with its sign; nothing for no change at all.
pub fn change(value: f64, error: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { signed(value, digits_for(value, error)) }
}

/// Whether an error is more than the dust that rounding leaves on a number that never varies.
pub fn varies(value: f64, error: f64) -> bool {
    error > value.abs() * 1e-9
}

/// Digits after the point so that the last shown is that of the error.
fn digits_for(value: f64, error: f64) -> usize {
    let scale = if varies(value, error) { error } else { value.abs() / 1000.0 };
    let steps = [1.0, 0.1, 0.01, 0.001, 0.0001];
    steps.iter().position(|step| scale >= *step).unwrap_or(steps.len())
}

/// A number in few figures, where no error is known.
pub fn few_figures(value: f64) -> String {
    let decimals = match value.abs() {
        x if x >= 10.0 || x == 0.0 => 0,
        x if x >= 1.0 => 1,
        x if x >= 0.1 => 2,
        _ => 3,
    };
    rounded(value, decimals)
}

/// A whole number with thousands set apart: "10,000".
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `value` with so many digits after the point, thousands set apart, and a true minus sign.
pub fn rounded(value: f64, digits: usize) -> String {
    let (text, nothing) = plain(value, digits);
    if value < 0.0 && !nothing { format!("−{text}") } else { text }
}

/// The same with its sign; none on nothing.
pub fn signed(value: f64, digits: usize) -> String {
    let (text, nothing) = plain(value, digits);
    match (nothing, value < 0.0) {
        (true, _) => text,
        (false, true) => format!("−{text}"),
        (false, false) => format!("+{text}"),
    }
}

/// The number without its sign, and whether nothing is left of it.
fn plain(value: f64, digits: usize) -> (String, bool) {
    let text = format!("{:.digits$}", value.abs());
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let whole =
        if whole.bytes().all(|b| b.is_ascii_digit()) { grouped(whole) } else { whole.into() };
    (format!("{whole}{rest}"), nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_what_their_error_leaves() {
        assert_eq!(number(61.234, 0.2), "61.2");
        assert_eq!(number(47.325_866, 1e-15), "47.33");
        assert!(!varies(47.3, 1e-15) && varies(0.0, 1e-15));
        assert_eq!(number(331_234.0, 400.0), "331,234");
        assert_eq!(change(-1.52, 0.05), "−1.52");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(10_000_000), "10,000,000");
    }

    #[test]
    fn signs_stand_only_on_something() {
        assert_eq!(rounded(-0.001, 1), "0.0");
        assert_eq!(signed(-0.001, 1), "0.0");
        assert_eq!(signed(-1234.5, 1), "−1,234.5");
        assert_eq!(rounded(f64::INFINITY, 1), "inf");
    }

    #[test]
    fn few_figures_are_enough() {
        let shown = [-1234.5, 0.0, 2.345, 0.0456].map(few_figures);
        assert_eq!(shown, ["−1,234", "0", "2.3", "0.046"]);
    }
}
