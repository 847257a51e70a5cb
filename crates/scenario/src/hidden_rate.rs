//! Asking as a hidden rate: how often a small chance is taken when a question is put again and again.

use detente_model::{ElementId, Kind, Model};

/// The chance that an option is taken in one mood, by which moods are compared.
pub const SMALL_CHANCE: f64 = 0.12;
/// Over how many weeks.
pub const OVER_WEEKS: u32 = 104;

/// What a mood makes of a small chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HiddenRate {
    /// The decision.
    pub decision: ElementId,
    /// How many weeks lie between two askings.
    pub again: u32,
    /// How long a mood lasts, in weeks.
    pub mood: u32,
    /// The chance that an option of chance [`SMALL_CHANCE`] is taken within [`OVER_WEEKS`], from 0
    /// to 1.
    pub within_two_years: f64,
}

/// The figure for each decision that is put again and again, in order of name.
pub fn hidden_rates(model: &Model) -> Vec<HiddenRate> {
    let of = |(number, element): (usize, &detente_model::Element)| {
        let Kind::Decision(decision) = &element.kind else { return None };
        let (again, mood) = (decision.again?, decision.mood.weeks);
        let within_two_years = hidden_rate(again, mood);
        Some(HiddenRate { decision: ElementId(number), again, mood, within_two_years })
    };
    model.elements.iter().enumerate().filter_map(of).collect()
}

/// The chance that an option of chance [`SMALL_CHANCE`] a mood is taken within [`OVER_WEEKS`], asked
/// from week 0 every `again` weeks, with a mood of `mood` weeks whose offset is even over all.
///
/// Within a mood the answer stays, so that only the number of moods asked in counts.
pub fn hidden_rate(again: u32, mood: u32) -> f64 {
    let (again, mood) = (again.max(1), mood.max(1));
    // Moods longer than the span differ only by whether one ends in it.
    let offsets = mood.min(4 * OVER_WEEKS);
    let mut never = 0.0;
    for offset in 0..offsets {
        let shift = if mood > offsets { offset + mood - offsets } else { offset };
        let epochs = (0..OVER_WEEKS).step_by(again as usize).map(|week| (week + shift) / mood);
        let mut last = None;
        let mut stays = 1.0;
        for epoch in epochs {
            if last.replace(epoch) != Some(epoch) {
                stays *= 1.0 - SMALL_CHANCE;
            }
        }
        never += stays;
    }
    let beyond = f64::from(mood - offsets) * (1.0 - SMALL_CHANCE);
    1.0 - (never + beyond) / f64::from(mood)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The golden table of the house: a 12 % option under a mood of 26 weeks, and without a mood.
    #[test]
    fn golden_figures() {
        for (again, mood, figure) in [
            (1, 26, 0.470),
            (6, 26, 0.467),
            (13, 26, 0.436),
            (1, 1, 1.000),
            (6, 1, 0.900),
            (13, 1, 0.640),
        ] {
            let found = hidden_rate(again, mood);
            assert!((found - figure).abs() < 5e-4, "{again} {mood}: {found}");
        }
    }

    /// A mood so long that it never ends gives the chance itself; no length is slow.
    #[test]
    fn endless_moods_are_asked_once() {
        assert!((hidden_rate(1, 500_000) - SMALL_CHANCE).abs() < 1e-4);
        assert!(hidden_rate(1, 600) < hidden_rate(1, 300));
    }
}
