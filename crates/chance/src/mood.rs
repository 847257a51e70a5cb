//! A mood: the Gumbels of a decision held for an epoch, and how probable the answers given in it are.
//!
//! Within an epoch an answer changes only if the reasons do. When the record says what was answered,
//! each asking weighs the probability of its answer given those before it in the mood: an option kept
//! throughout in closed form, the first switch in closed form by pieces; from then on the Gumbels
//! are drawn, cut off to the answers given, and a later answer weighs 1 or 0.

use crate::choice::{choose, gumbels_given_choice, keep_rate, raise_leads};
use crate::gumbel;
use crate::switch::Switch;

/// The first week's place within its mood, in 0 … `length` − 1, from its addressed uniform.
///
/// `length` is the mood's in weeks; 0 counts as 1.
#[must_use]
pub fn mood_offset(uniform: f64, length: u32) -> u32 {
    let length = length.max(1);
    ((uniform * f64::from(length)) as u32).min(length - 1)
}

/// The epoch in which `week` falls: the time of the address of a mood's Gumbels.
///
/// `offset` is the history's, from [`mood_offset`]; `length` is the mood's in weeks; 0 counts as 1.
#[must_use]
pub fn mood_epoch(week: u32, offset: u32, length: u32) -> u32 {
    week.saturating_add(offset) / length.max(1)
}

/// What the answers given so far in one mood of one history say about its Gumbels.
///
/// Slices hold one number an option, in one order: the logits of an asking (−∞ for an option that
/// was not to be had) and the options' addressed uniforms in this epoch. Logits differ by at most a
/// few hundred.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MoodEvidence {
    known: Known,
}

#[derive(Debug, Clone, PartialEq, Default)]
enum Known {
    /// Nothing was asked.
    #[default]
    Nothing,
    /// One option was taken in every asking, under these largest leads of its rivals, which make this
    /// rate.
    Kept { option: usize, leads: Vec<f64>, rate: f64 },
    /// The Gumbels themselves.
    Gumbels(Vec<f64>),
}

impl MoodEvidence {
    /// A mood in which nothing was asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A mood whose Gumbels are known already, as where its epoch began with free answers: a given
    /// answer weighs 1 or 0.
    #[must_use]
    pub fn with_gumbels(gumbels: Vec<f64>) -> Self {
        Self { known: Known::Gumbels(gumbels) }
    }

    /// Takes note that `taken` was answered to an asking of these `logits`, and gives the probability
    /// of that answer given those before it in the mood. An impossible answer weighs 0 and is not
    /// noted. The uniforms are asked for at a switch alone.
    ///
    /// # Panics
    ///
    /// If `taken` is no option, or the slices differ in length from each other or from those of the
    /// askings before: the shape of a decision does not change within a run.
    #[must_use]
    pub fn answer(
        &mut self,
        logits: &[f64],
        taken: usize,
        uniforms: impl FnOnce() -> Vec<f64>,
    ) -> f64 {
        assert!(taken < logits.len(), "one number an option");
        if logits[taken] == f64::NEG_INFINITY {
            return 0.0;
        }
        match &mut self.known {
            Known::Nothing => {
                let mut leads = vec![f64::NEG_INFINITY; logits.len()];
                raise_leads(&mut leads, logits, taken);
                let rate = keep_rate(&leads);
                self.known = Known::Kept { option: taken, leads, rate };
                1.0 / rate
            }
            Known::Kept { option, leads, rate } if *option == taken => {
                assert_eq!(leads.len(), logits.len(), "one number an option");
                if !raise_leads(leads, logits, taken) {
                    return 1.0;
                }
                let before = std::mem::replace(rate, keep_rate(leads));
                before / *rate
            }
            Known::Kept { option, leads, rate } => {
                assert_eq!(leads.len(), logits.len(), "one number an option");
                let switch = Switch::new(leads, logits, *option, taken);
                let weight = switch.probability() * *rate;
                if let Some(gumbels) = switch.gumbels(&uniforms()) {
                    self.known = Known::Gumbels(gumbels);
                }
                // Rounding may carry a certain switch past 1.
                weight.min(1.0)
            }
            Known::Gumbels(gumbels) => {
                assert_eq!(gumbels.len(), logits.len(), "one number an option");
                if choose(logits, gumbels) == Some(taken) { 1.0 } else { 0.0 }
            }
        }
    }

    /// The Gumbels behind the answers given: free where nothing was asked, else cut off to what was
    /// answered. A run on them, told nothing, answers the same. The uniforms are asked for unless the
    /// Gumbels are known already.
    #[must_use]
    pub fn gumbels(&self, uniforms: impl FnOnce() -> Vec<f64>) -> Vec<f64> {
        match &self.known {
            Known::Nothing => uniforms().into_iter().map(gumbel).collect(),
            Known::Kept { option, leads, .. } => {
                let mut gumbels = vec![0.0; leads.len()];
                gumbels_given_choice(leads, *option, &uniforms(), &mut gumbels);
                gumbels
            }
            Known::Gumbels(gumbels) => gumbels.clone(),
        }
    }
}
