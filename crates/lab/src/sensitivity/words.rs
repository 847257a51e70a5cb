//! What was found, in sentences.

use super::discovery::{BoxSaid, LimitSaid};
use super::{Of, OutcomeSaid, Sensitivity};
use crate::report::words::{number, of_100, sentence};

/// Each box as a sentence, the largest box first; a sentence that says so where there is none.
pub fn boxes_in_words(answer: &Sensitivity) -> Vec<String> {
    let Some(discovery) = answer.discovery.as_ref().map(|own| &own.found) else {
        return Vec::new();
    };
    let subject = subject(&answer.outcome, answer.of);
    if discovery.boxes.is_empty() {
        return vec![format!(
            "{}: {} in {} of 100 histories, and no corner of the prior was found in which it is \
             otherwise.",
            sentence(&subject),
            discovery.cases,
            of_100(discovery.everywhere)
        )];
    }
    let told = |own: &BoxSaid| in_words(own, &subject, &discovery.cases, discovery.everywhere);
    discovery.boxes.iter().map(told).collect()
}

fn in_words(own: &BoxSaid, subject: &str, cases: &str, everywhere: f64) -> String {
    let [low, high] = own.density_interval.map(of_100);
    let limits: Vec<String> = own.limits.iter().map(limit_in_words).collect();
    format!(
        "{}: {cases} in {} of 100 histories ({low} to {high}) where {}; everywhere in {}. That is {} \
         of 100 draws of the prior, and {} of 100 of the cases.",
        sentence(subject),
        of_100(own.density),
        all_of(&limits),
        of_100(everywhere),
        of_100(own.support),
        of_100(own.coverage)
    )
}

/// "a", "a and b", "a, b and c".
fn all_of(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `weariness_growth is above 0.6 1 / year`, with the unit left out where there is none.
fn limit_in_words(own: &LimitSaid) -> String {
    let unit = match own.factor.unit.as_str() {
        "1" => String::new(),
        unit => format!(" {unit}"),
    };
    let said = match (own.above, own.below) {
        (Some(low), Some(high)) => format!("between {} and {}", number(low), number(high)),
        (Some(low), None) => format!("above {}", number(low)),
        (None, Some(high)) => format!("at most {}", number(high)),
        (None, None) => "anything".to_owned(),
    };
    format!("{} is {said}{unit}", own.factor.id)
}

/// What is asked of, as the subject of a sentence.
pub(crate) fn subject(outcome: &OutcomeSaid, of: Of) -> String {
    match of {
        Of::Outcome => outcome.title.clone(),
        Of::Effect => format!("the effect on “{}”", outcome.title),
    }
}

/// The finding in a sentence: what it hangs on most.
pub fn finding_in_words(answer: &Sensitivity) -> String {
    let subject = sentence(&subject(&answer.outcome, answer.of));
    if let Some(shares) = answer.shares.as_ref().map(|own| &own.found) {
        let named: Vec<String> = shares
            .factors
            .iter()
            .filter(|own| own.of == 1 && own.indices.total.is_some_and(settled))
            .take(3)
            .map(|own| own.factor.id.clone())
            .collect();
        return match (named.is_empty(), shares.doubt) {
            (_, None) => format!("{subject}: it is the same in every history that was run."),
            (true, Some(_)) => format!(
                "{subject}: no assumption by itself stands out from chance in these histories."
            ),
            (false, Some(_)) => format!("{subject}: it hangs most on {}.", all_of(&named)),
        };
    }
    if let Some(screening) = &answer.screening {
        let loud = |own: &&super::Screened| own.measures.mu_star > 2.0 * own.measures.chance;
        let named: Vec<String> = screening
            .factors
            .iter()
            .filter(loud)
            .take(3)
            .map(|own| own.factor.id.clone())
            .collect();
        return match named.is_empty() {
            true => format!("{subject}: no assumption stands out from chance in these histories."),
            false => format!("{subject}: it is moved most by {}.", all_of(&named)),
        };
    }
    boxes_in_words(answer).pop().unwrap_or_else(|| format!("{subject}: nothing was finished."))
}

/// Whether an estimate is told from nothing.
fn settled(estimate: super::variance::Estimate) -> bool {
    estimate.interval.is_some_and(|[low, _]| low > 0.0)
}
