//! The first switch within a mood: its probability in closed form, and the Gumbels behind it.
//!
//! Let x and y be the exponential clocks of the option that was kept and of the one now taken. What
//! was kept says y ≥ c x with c = exp(lead of the new one), and every other clock is at least
//! cⱼ x; the switch says x ≥ d y, and every other clock is at least dⱼ y, where dⱼ = exp(logit of j
//! less logit of the new one). So y = s x with s from c to 1/d, and the joint probability is
//!
//! ∫ ds / (1 + s + Σⱼ max(cⱼ, dⱼ s))²,
//!
//! which between two neighbouring cⱼ/dⱼ is the integral of 1/(A + B s)². Within such a piece (x, y)
//! is a·(1, low) + b·(1, high) with a and b independent exponentials, so it is drawn without
//! rejection. Derived here; tested against brute force.

use crate::{exp, ln};

/// What the askings say of one option's clock: at least `kept`·x and at least `taken`·y.
struct Floor {
    kept: f64,
    taken: f64,
}

/// A range of s in which every floor keeps its larger side.
struct Piece {
    low: f64,
    high: f64,
    /// A + B·low.
    rate_at_low: f64,
    /// A + B·high; B alone where `high` is infinite.
    rate_at_high: f64,
    probability: f64,
}

/// The first switch of a mood, from the option kept so far to another.
pub(crate) struct Switch {
    from: usize,
    to: usize,
    floors: Vec<Floor>,
    pieces: Vec<Piece>,
}

impl Switch {
    /// `leads` are those under which `from` was kept; `logits` those of the asking that `to` won.
    pub(crate) fn new(leads: &[f64], logits: &[f64], from: usize, to: usize) -> Self {
        let mut switch = Self { from, to, floors: Vec::new(), pieces: Vec::new() };
        if logits[to] == f64::NEG_INFINITY {
            return switch;
        }
        let floor = |(&lead, &logit): (&f64, &f64)| Floor {
            kept: exp(lead),
            taken: if logit == f64::NEG_INFINITY { 0.0 } else { exp(logit - logits[to]) },
        };
        switch.floors = leads.iter().zip(logits).map(floor).collect();
        let (low, high) = (switch.floors[to].kept, 1.0 / switch.floors[from].taken);
        let mut cuts: Vec<f64> =
            switch.others().map(|(_, floor)| floor.kept / floor.taken).collect();
        cuts.retain(|&cut| low < cut && cut < high);
        cuts.sort_by(f64::total_cmp);
        cuts.push(high);
        let mut from_here = low;
        for cut in cuts {
            if from_here < cut {
                let piece = switch.piece(from_here, cut);
                switch.pieces.push(piece);
                from_here = cut;
            }
        }
        switch
    }

    /// The options beside the two.
    fn others(&self) -> impl Iterator<Item = (usize, &Floor)> {
        let beside = |option: &usize| *option != self.from && *option != self.to;
        (0..self.floors.len()).filter(beside).map(|option| (option, &self.floors[option]))
    }

    fn piece(&self, low: f64, high: f64) -> Piece {
        let (mut constant, mut slope) = (1.0, 1.0);
        // No floor changes sides within the piece, so any s inside it tells which side is larger; at
        // infinity all that grow with s are.
        let within = 0.5 * (low + high);
        for (_, floor) in self.others() {
            if floor.taken * within > floor.kept {
                slope += floor.taken;
            } else {
                constant += floor.kept;
            }
        }
        let rate_at_low = constant + slope * low;
        let (width, rate_at_high) = if high == f64::INFINITY {
            (1.0, slope)
        } else {
            (high - low, constant + slope * high)
        };
        Piece {
            low,
            high,
            rate_at_low,
            rate_at_high,
            probability: width / rate_at_low / rate_at_high,
        }
    }

    /// The probability that `from` was kept in all askings before and `to` is taken in this one.
    pub(crate) fn probability(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.probability).sum()
    }

    /// The Gumbels of all options given the askings and the switch, if it is possible at all.
    pub(crate) fn gumbels(&self, uniforms: &[f64]) -> Option<Vec<f64>> {
        let (piece, rest) = self.chosen_piece(uniforms[self.from])?;
        let a = -ln(rest) / piece.rate_at_low;
        let b = -ln(uniforms[self.to]) / piece.rate_at_high;
        let (x, y) = if piece.high == f64::INFINITY {
            (a, a * piece.low + b)
        } else {
            (a + b, a * piece.low + b * piece.high)
        };
        let mut clocks: Vec<f64> = uniforms.iter().map(|&u| -ln(u)).collect();
        for (option, floor) in self.others() {
            clocks[option] += (floor.kept * x).max(floor.taken * y);
        }
        (clocks[self.from], clocks[self.to]) = (x, y);
        Some(clocks.into_iter().map(|clock| -ln(clock)).collect())
    }

    /// The piece in which a uniform falls, and a uniform for what is left of it.
    fn chosen_piece(&self, uniform: f64) -> Option<(&Piece, f64)> {
        let mut left = uniform * self.probability();
        let (last, before) = self.pieces.split_last()?;
        for piece in before {
            if left < piece.probability {
                return Some((piece, inside(left / piece.probability)));
            }
            left -= piece.probability;
        }
        Some((last, inside(left / last.probability)))
    }
}

/// Rounding may carry a share to 0 or 1; a uniform is never either.
fn inside(share: f64) -> f64 {
    share.clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0)
}
