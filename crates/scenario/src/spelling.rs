//! The name that was probably meant.

/// The candidate nearest to `name`, if one is near enough to have been meant; the first by name
/// among equals.
///
/// ```
/// use detente_scenario::spelling::nearest;
/// assert_eq!(nearest("tenson", ["tension", "trust"]), Some("tension"));
/// assert_eq!(nearest("hardness", ["tension", "trust"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // One slip in three letters; short names must agree more closely.
    let allowed = name.chars().count().div_ceil(3).min(4);
    candidates
        .into_iter()
        // Distance is quadratic in length: do not measure what cannot be near.
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= allowed * 4)
        .filter(|candidate| candidate.len() <= 120 && name.len() <= 120)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?` if something is near, otherwise `otherwise`.
pub fn suggest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(name, candidates) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

/// `did you mean …?` if something is near, otherwise the candidates themselves (`the decisions are
/// …`) if they are few; `what` names them in the plural.
pub fn suggest_or_list(name: &str, candidates: &[&str], what: &str) -> String {
    const MOST_LISTED: usize = 12;
    match nearest(name, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if candidates.is_empty() => format!("there are no {what} yet"),
        None if candidates.len() <= MOST_LISTED => {
            format!("the {what} are {}", candidates.join(", "))
        }
        None => String::new(),
    }
}
