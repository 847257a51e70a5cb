//! The closed list of distributions, as inverse cumulative functions of one uniform.
//!
//! Every function takes `u` in (0, 1) and never falls in it. With u = (k + ½)·2⁻⁵², as draws are, 1 − u
//! is exact and both tails are kept. Arguments that make no distribution give NaN. The functions are
//! free of branches and inlined, so that a loop over lanes with arguments of their own becomes
//! vector code; [`Distribution`] is the same list with its arguments fixed, as a prior has them.

use crate::{exp, exp_m1, inverse_normal_cdf, ln, normal_cdf};

#[inline(always)]
fn where_valid(valid: bool, x: f64) -> f64 {
    if valid { x } else { f64::NAN }
}

/// Normal with `mean` and standard deviation `sd` ≥ 0.
#[inline(always)]
#[must_use]
pub fn normal(u: f64, mean: f64, sd: f64) -> f64 {
    where_valid(sd >= 0.0, mean + sd * inverse_normal_cdf(u))
}

/// Lognormal whose logarithm has mean `log_mean` and standard deviation `log_sd` ≥ 0.
#[inline(always)]
#[must_use]
pub fn lognormal(u: f64, log_mean: f64, log_sd: f64) -> f64 {
    exp(normal(u, log_mean, log_sd))
}

/// Even between `low` and `high` ≥ `low`.
#[inline(always)]
#[must_use]
pub fn uniform(u: f64, low: f64, high: f64) -> f64 {
    where_valid(low <= high, between(low + (high - low) * u, low, high))
}

/// Even in the logarithm between `low` > 0 and `high` ≥ `low`.
#[inline(always)]
#[must_use]
pub fn loguniform(u: f64, low: f64, high: f64) -> f64 {
    // Logarithms are subtracted, not the numbers divided: a ratio may overflow.
    let x = exp(ln(low) + u * (ln(high) - ln(low)));
    where_valid(low > 0.0 && low <= high, between(x, low, high))
}

/// Exponential with `mean` > 0.
#[inline(always)]
#[must_use]
pub fn exponential(u: f64, mean: f64) -> f64 {
    where_valid(mean > 0.0, -mean * ln(1.0 - u))
}

/// Triangular on [`low`, `high`] with its peak at `mode`.
#[inline(always)]
#[must_use]
pub fn triangular(u: f64, low: f64, mode: f64, high: f64) -> f64 {
    let width = high - low;
    let rising = low + (u * width * (mode - low)).sqrt();
    let falling = high - ((1.0 - u) * width * (high - mode)).sqrt();
    let x = if u * width < mode - low { rising } else { falling };
    where_valid(low <= mode && mode <= high, x)
}

/// 1 with `probability` in [0, 1], else 0: 1 where 1 − u is less than the probability.
#[inline(always)]
#[must_use]
pub fn bernoulli(u: f64, probability: f64) -> f64 {
    let truth = if 1.0 - u < probability { 1.0 } else { 0.0 };
    where_valid((0.0..=1.0).contains(&probability), truth)
}

/// The size of a normal with mean 0 and standard deviation `scale` ≥ 0.
#[inline(always)]
#[must_use]
pub fn half_normal(u: f64, scale: f64) -> f64 {
    where_valid(scale >= 0.0, -scale * inverse_normal_cdf(0.5 * (1.0 - u)))
}

#[inline(always)]
fn between(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// A distribution with its arguments. Arguments outside the stated bounds make every answer NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// See [`normal`].
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, not negative.
        sd: f64,
    },
    /// See [`lognormal`].
    LogNormal {
        /// Mean of the logarithm.
        log_mean: f64,
        /// Standard deviation of the logarithm, not negative.
        log_sd: f64,
    },
    /// See [`uniform`].
    Uniform {
        /// Least value.
        low: f64,
        /// Largest value, not under the least.
        high: f64,
    },
    /// See [`loguniform`].
    LogUniform {
        /// Least value, positive.
        low: f64,
        /// Largest value, not under the least.
        high: f64,
    },
    /// See [`exponential`].
    Exponential {
        /// Mean, positive.
        mean: f64,
    },
    /// See [`triangular`].
    Triangular {
        /// Least value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// See [`bernoulli`].
    Bernoulli {
        /// Probability of 1.
        probability: f64,
    },
    /// See [`half_normal`].
    HalfNormal {
        /// Standard deviation of the normal behind it, not negative.
        scale: f64,
    },
}

impl Distribution {
    /// The value below which a share `u` lies.
    #[must_use]
    pub fn quantile(self, u: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => normal(u, mean, sd),
            Self::LogNormal { log_mean, log_sd } => lognormal(u, log_mean, log_sd),
            Self::Uniform { low, high } => uniform(u, low, high),
            Self::LogUniform { low, high } => loguniform(u, low, high),
            Self::Exponential { mean } => exponential(u, mean),
            Self::Triangular { low, mode, high } => triangular(u, low, mode, high),
            Self::Bernoulli { probability } => bernoulli(u, probability),
            Self::HalfNormal { scale } => half_normal(u, scale),
        }
    }

    /// The value below which a share `u` lies once the distribution is cut to [`low`, `high`].
    ///
    /// `u` is carried between the shares at the two ends, so that it still decides alone and a range
    /// that cuts nothing off changes no bit. A range that holds nothing of the distribution (or
    /// under about 10⁻¹⁶ of it, above its middle) gives the nearer of its ends.
    #[must_use]
    pub fn quantile_within(self, u: f64, low: f64, high: f64) -> f64 {
        let (share_below, share_to_high) = (self.cdf_below(low), self.cdf(high));
        let share = share_below + u * (share_to_high - share_below);
        where_valid(low <= high, between(self.quantile(share), low, high))
    }

    /// The share at or below `x`, with an absolute error under 10⁻¹⁵, in the normals' lower tails a
    /// relative one.
    #[must_use]
    pub fn cdf(self, x: f64) -> f64 {
        if !self.is_valid() || x.is_nan() {
            return f64::NAN;
        }
        match self {
            Self::Normal { mean, sd } => normal_cdf(standardised(x, mean, sd)),
            Self::LogNormal { log_mean, log_sd } => {
                normal_cdf(standardised(ln(x.max(0.0)), log_mean, log_sd))
            }
            Self::Uniform { low, high } => along(x, low, high, |x| (x - low) / (high - low)),
            Self::LogUniform { low, high } => {
                along(x, low, high, |x| (ln(x) - ln(low)) / (ln(high) - ln(low)))
            }
            Self::Exponential { mean } => -exp_m1(-x.max(0.0) / mean),
            Self::Triangular { low, mode, high } => along(x, low, high, |x| {
                if x < mode {
                    (x - low) * (x - low) / ((high - low) * (mode - low))
                } else {
                    1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
                }
            }),
            Self::Bernoulli { probability } => along(x, 0.0, 1.0, |_| 1.0 - probability),
            Self::HalfNormal { scale } => {
                let at_or_below = 1.0 - 2.0 * normal_cdf(-standardised(x, 0.0, scale));
                if x < 0.0 { 0.0 } else { at_or_below }
            }
        }
    }

    /// The share below `x`: less than that at or below it only where one value has a share.
    fn cdf_below(self, x: f64) -> f64 {
        match self {
            Self::Bernoulli { .. } if x == 0.0 => where_valid(self.is_valid(), 0.0),
            Self::Bernoulli { .. } if x == 1.0 => self.cdf(0.0),
            _ => self.cdf(x),
        }
    }

    /// Whether the arguments are within their bounds.
    #[must_use]
    pub fn is_valid(self) -> bool {
        match self {
            Self::Normal { mean: middle, sd: spread }
            | Self::LogNormal { log_mean: middle, log_sd: spread } => {
                middle.is_finite() && spread.is_finite() && spread >= 0.0
            }
            Self::Uniform { low, high } => low <= high && low.is_finite() && high.is_finite(),
            Self::LogUniform { low, high } => 0.0 < low && low <= high && high.is_finite(),
            Self::Exponential { mean } => mean > 0.0 && mean.is_finite(),
            Self::Triangular { low, mode, high } => {
                low <= mode && mode <= high && low.is_finite() && high.is_finite()
            }
            Self::Bernoulli { probability } => (0.0..=1.0).contains(&probability),
            Self::HalfNormal { scale } => scale >= 0.0 && scale.is_finite(),
        }
    }
}

/// (x − middle)/spread, where without spread all lies at the middle.
fn standardised(x: f64, middle: f64, spread: f64) -> f64 {
    if spread > 0.0 {
        (x - middle) / spread
    } else if x >= middle {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    }
}

/// 0 under `low`, 1 from `high` on, `inside` between them.
fn along(x: f64, low: f64, high: f64, inside: impl Fn(f64) -> f64) -> f64 {
    if x >= high {
        1.0
    } else if x < low {
        0.0
    } else {
        inside(x)
    }
}
