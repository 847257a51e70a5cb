//! What a claim expects and what was found, in the words of tables and reports.

use super::answer::{ClaimAnswer, Claims, Falls, Finding, Firmness, Hinge};
use super::verdict::Verdict;
use crate::report::words::{number, signed};

impl Finding {
    /// What is expected: `−90 to −50 of 100`, `unchanged within 5 of 100`, `0.33 to 0.67 times`.
    pub fn expected_in_words(&self) -> String {
        let [low, high] = self.band;
        if self.unchanged {
            let within = if self.scale == "ratio" { high - 1.0 } else { high };
            return format!("unchanged within {}{}", self.as_typed(within), self.measure());
        }
        let sign = |end: f64| {
            let signed = matches!(self.scale, "points" | "weeks") && end > 0.0;
            format!("{}{}", if signed { "+" } else { "" }, self.as_typed(end))
        };
        format!("{} to {}{}", sign(low), sign(high), self.measure())
    }

    /// What was found, with its interval: `−61 (−64 to −58) of 100`.
    pub fn found_in_words(&self) -> String {
        let Some(effect) = self.effect else { return "nothing to measure".to_owned() };
        let [low, high] = effect.interval.map(|end| self.on_scale(end));
        let value = self.on_scale(effect.value);
        if low == value && high == value {
            return format!("{value}{}", self.measure());
        }
        format!("{value} ({low} to {high}){}", self.measure())
    }

    /// Without the change and with it: `74 → 13 of 100`; one number where nothing is changed.
    pub fn arms_in_words(&self) -> String {
        let (Some(baseline), Some(what_if)) = (self.baseline, self.what_if) else {
            return String::new();
        };
        if self.scale == "weeks" {
            return self.never.map_or(String::new(), |[one, other]| {
                format!("never: {} → {} of 100", self.share(one), self.share(other))
            });
        }
        let unit = if self.is_share { " of 100".to_owned() } else { self.unit_after() };
        if self.given.is_empty() {
            return format!("{}{unit}", self.size(what_if));
        }
        format!("{} → {}{unit}", self.size(baseline), self.size(what_if))
    }

    /// The outcome, with the arm if there are several.
    pub fn of_what(&self) -> String {
        match &self.arm {
            Some(arm) => format!("{}, {arm}", self.title),
            None => self.title.clone(),
        }
    }

    fn on_scale(&self, value: f64) -> String {
        match self.scale {
            "ratio" if value >= 0.1 => format!("{value:.2}"),
            "ratio" => number(value),
            "level" => self.size(value),
            _ if self.is_share => points(value),
            _ => with_sign(value),
        }
    }

    /// An end of a band with all the digits that its author gave it, and a true minus.
    fn as_typed(&self, value: f64) -> String {
        let value = if self.is_share && self.scale != "ratio" { value * 100.0 } else { value };
        // Hundredths of what was typed are seldom exact.
        let rounded = (value * 1e6).round() / 1e6;
        format!("{}{}", if rounded < 0.0 { "−" } else { "" }, rounded.abs())
    }

    /// A share in hundredths, or a number.
    fn size(&self, value: f64) -> String {
        if self.is_share { self.share(value) } else { number(value) }
    }

    fn share(&self, value: f64) -> String {
        hundredths(value)
    }

    fn measure(&self) -> String {
        match self.scale {
            "ratio" => " times".to_owned(),
            "weeks" => " weeks".to_owned(),
            _ if self.is_share => " of 100".to_owned(),
            _ => self.unit_after(),
        }
    }

    fn unit_after(&self) -> String {
        if self.unit == "1" { String::new() } else { format!(" {}", self.unit) }
    }
}

/// A share or a difference of shares in hundredths, without a sign where it is not below nought: `74`,
/// `0.4`.
fn hundredths(share: f64) -> String {
    let x = share * 100.0;
    // Ends that were typed come out whole.
    let decimals = if x.abs() < 9.95 && (x - x.round()).abs() > 0.05 { 1 } else { 0 };
    let text = format!("{:.decimals$}", x.abs());
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if x < 0.0 && !nothing { format!("−{text}") } else { text }
}

/// A change of a share in hundredths with its sign.
fn points(change: f64) -> String {
    let text = hundredths(change);
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if change > 0.0 && !nothing { format!("+{text}") } else { text }
}

fn with_sign(value: f64) -> String {
    let decimals = match value.abs() {
        x if x >= 10.0 || x == 0.0 => 0,
        x if x >= 1.0 => 1,
        _ => 2,
    };
    signed(value, decimals)
}

impl ClaimAnswer {
    /// The verdict, and whether the size fits: `as claimed`, `as claimed, but not in size`, `against`.
    pub fn verdict_in_words(&self) -> &'static str {
        match (self.verdict, self.in_band) {
            (Verdict::Supported, true) => "as claimed",
            (Verdict::Supported, false) => "as claimed, not in size",
            (Verdict::Against, _) => "against",
            (Verdict::Undecided, _) => "undecided",
        }
    }

    /// How firmly the model falls: `firm for it`, `hangs on wedge, hostage`; empty if that was not asked.
    pub fn firmness_in_words(&self) -> String {
        let (Some(firmness), Some(falls)) = (self.firmness, self.falls) else {
            return String::new();
        };
        let way = match falls {
            Falls::For => "for it",
            Falls::Against => "against it",
        };
        match firmness {
            Firmness::Firm => format!("firm {way}"),
            Firmness::Leaning => format!("leaning {way}"),
            Firmness::Silent => "silent".to_owned(),
            Firmness::HangsOn => {
                let names: Vec<&str> =
                    self.hangs_on.iter().map(|hinge| hinge.assumption.as_str()).collect();
                format!("hangs on {}", names.join(", "))
            }
        }
    }

    /// Whether the claim fails a check that a build may rest on: the field agrees on it, nothing was
    /// tuned to it (it was dealt to *check*, or the scenario has no split), and the model falls
    /// against it.
    pub fn fails(&self) -> bool {
        self.standing == "consensus"
            && matches!(self.part.as_deref(), None | Some("check"))
            && self.verdict == Verdict::Against
    }
}

impl Hinge {
    /// What turns the claim: `wedge: turns against it at 0.2 (the author's value is 1.6)`.
    pub fn in_words(&self) -> String {
        let way = match self.turns {
            Falls::For => "turns for it",
            Falls::Against => "turns against it",
        };
        match (self.flips_at, self.stands_at) {
            (Some(at), Some(stands)) => {
                let unit = self.unit.as_deref().filter(|unit| *unit != "1");
                let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
                let side = if at < stands { "below" } else { "above" };
                let (at, stands) = (number(at), number(stands));
                format!(
                    "{}: {way} {side} {at}{unit} (the author's value is {stands})",
                    self.assumption
                )
            }
            _ => format!("the school {}: {way}", self.assumption),
        }
    }
}

impl Claims {
    /// The claims that fail a check that a build may rest on.
    pub fn failing(&self) -> impl Iterator<Item = &ClaimAnswer> {
        self.claims.iter().filter(|claim| claim.fails())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_hundredths_with_a_true_minus() {
        assert_eq!(
            [-0.9, 0.33, 0.004, -0.0004, 0.15].map(points),
            ["−90", "+33", "+0.4", "0", "+15"]
        );
        assert_eq!([0.67, 0.1, 0.056].map(hundredths), ["67", "10", "5.6"]);
    }
}
