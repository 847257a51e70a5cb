//! Shares of variance: how much of an answer's spread each factor accounts for, alone and with
//! others.
//!
//! Two independent designs A and B of N rows, and for each factor j the design A with its column j
//! from B. First-order effects by the estimator of Saltelli et al., "Variance based sensitivity
//! analysis of model output: design and estimator for the total sensitivity index", Computer Physics
//! Communications 181 (2010) 259–270, table 2 (b), about the mean of all runs; total effects by that
//! of Jansen, "Analysis of variance designs for model output", Computer Physics Communications 117
//! (1999) 35–43, table 2 (f) of the former.
//!
//! **Chance.** A run depends on its row and on its history, f(x, ω). Both indices are of the
//! conditional mean g(x) = E[f(x, ω)], so chance is no factor of theirs. Each row is run in R
//! histories, the same in A, B and every mixture M; a product of two means at one row is then the
//! mean of the products of *different* histories, f(x, ωᵣ) f(x′, ωₛ), r ≠ s, whose expectation is
//! g(x) g(x′) without the bias that the variance of chance would add. And since chance is common to
//! the designs, only their differences are multiplied, in which it cancels:
//!
//! ```text
//! variance of g           ½ E[(g(A) − g(B))²]
//! first-order effect      E[(g(B) − ½(g(A) + g(M))) (g(M) − g(A))]
//! total effect            ½ E[(g(M) − g(A))²]
//! ```
//!
//! The second is Saltelli's less ½ E[g(M)² − g(A)²], which is nothing, M being distributed as A. With
//! R = 1 there is no chance to part from, and the estimators are the classical ones. (What may be
//! meant by indices of a stochastic model: Hart, Alexanderian and Gremaud 2017; Mazo 2021; Zhu and
//! Sudret 2021.)

use super::resample::intervals;

/// What some rows of the designs add up to, for one answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sums {
    /// How many rows.
    pub rows: f64,
    /// How many histories they are run in, all together.
    pub histories: f64,
    /// Of the mean of A at a row.
    pub a: f64,
    /// Of the mean of B at a row.
    pub b: f64,
    /// Of the squares of single runs of A and B, over two.
    pub squares: f64,
    /// Of the squares of their conditional means, over two.
    pub conditional: f64,
    /// Of the squares of the conditional mean of A less B, over two.
    pub apart: f64,
    /// For each factor.
    pub factors: Vec<FactorSums>,
}

/// What some rows add up to for one factor. `d` is the run with the factor's column from B less the
/// run without.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FactorSums {
    /// Of B times d; with repetitions, of B less the mean of the two runs that make d, times d.
    pub first: f64,
    /// Of d.
    pub moves: f64,
    /// Of the squares of the conditional mean of d, over two.
    pub total: f64,
    /// Of the squares of d, over two.
    pub flips: f64,
    /// Of the share of histories in which d is not nothing.
    pub moved: f64,
}

/// The mean of x·y over different repetitions; over the same one if there is only one.
fn product(x: &[f64], y: &[f64]) -> f64 {
    let same: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
    if x.len() < 2 {
        return same;
    }
    let count = x.len() as f64;
    let all = x.iter().sum::<f64>() * y.iter().sum::<f64>();
    (all - same) / (count * (count - 1.0))
}

fn mean(x: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = x.len() as f64;
    x.sum::<f64>() / count
}

impl Sums {
    /// Those of no row yet.
    pub fn of_factors(factors: usize) -> Self {
        Self { factors: vec![FactorSums::default(); factors], ..Self::default() }
    }

    /// Adds a row: the answers of A, of B, and of A with each factor from B, in each repetition.
    /// Answers are best given less some constant near their mean, which changes no index.
    pub fn add(&mut self, a: &[f64], b: &[f64], mixed: &[&[f64]]) {
        let square = |x: &f64| x * x;
        self.rows += 1.0;
        self.histories += a.len() as f64;
        self.a += mean(a.iter().copied());
        self.b += mean(b.iter().copied());
        self.squares += 0.5 * (mean(a.iter().map(square)) + mean(b.iter().map(square)));
        self.conditional += 0.5 * (product(a, a) + product(b, b));
        let apart: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        self.apart += 0.5 * product(&apart, &apart);
        for (sums, mixed) in self.factors.iter_mut().zip(mixed) {
            let d: Vec<f64> = mixed.iter().zip(a).map(|(with, without)| with - without).collect();
            sums.first += if a.len() < 2 {
                product(b, &d)
            } else {
                let pairs = b.iter().zip(a).zip(*mixed);
                let left: Vec<f64> = pairs.map(|((b, a), m)| b - 0.5 * (a + m)).collect();
                product(&left, &d)
            };
            sums.moves += mean(d.iter().copied());
            sums.total += 0.5 * product(&d, &d);
            sums.flips += 0.5 * mean(d.iter().map(square));
            sums.moved += mean(d.iter().map(|d| f64::from(u8::from(*d != 0.0))));
        }
    }

    /// Adds other sums, so many times.
    fn add_times(&mut self, other: &Self, times: f64) {
        self.rows += other.rows * times;
        self.histories += other.histories * times;
        self.a += other.a * times;
        self.b += other.b * times;
        self.squares += other.squares * times;
        self.conditional += other.conditional * times;
        self.apart += other.apart * times;
        for (own, other) in self.factors.iter_mut().zip(&other.factors) {
            own.first += other.first * times;
            own.moves += other.moves * times;
            own.total += other.total * times;
            own.flips += other.flips * times;
            own.moved += other.moved * times;
        }
    }

    fn together(parts: &[Self], drawn: impl Iterator<Item = f64>) -> Self {
        let factors = parts.first().map_or(0, |part| part.factors.len());
        let mut all = Self::of_factors(factors);
        parts.iter().zip(drawn).for_each(|(part, times)| all.add_times(part, times));
        all
    }

    fn indices(&self) -> Point {
        let rows = self.rows;
        let mean = 0.5 * (self.a + self.b) / rows;
        let variance = self.squares / rows - mean * mean;
        // Where the answer has no chance in it, its own variance is the better estimate.
        let certain = (self.squares - self.conditional).abs() <= 1e-12 * self.squares;
        let doubt = if certain { variance } else { self.apart / rows };
        // Single products are taken about the mean of all runs of all designs.
        let mixtures: f64 = self.factors.iter().map(|factor| self.a + factor.moves).sum();
        let all = rows * (self.factors.len() + 2) as f64;
        let single = self.histories <= rows;
        let centre = if single { (self.a + self.b + mixtures) / all } else { 0.0 };
        let share = |part: f64, of: f64| (of > 0.0).then(|| part / of);
        let of = |factor: &FactorSums| PointOfFactor {
            first: share((factor.first - centre * factor.moves) / rows, doubt),
            total: share(factor.total / rows, doubt),
            with_chance: share(factor.flips / rows, variance),
            moved: factor.moved / rows,
        };
        Point {
            variance,
            doubt: share(doubt, variance),
            factors: self.factors.iter().map(of).collect(),
        }
    }
}

/// Indices without intervals.
struct Point {
    variance: f64,
    doubt: Option<f64>,
    factors: Vec<PointOfFactor>,
}

struct PointOfFactor {
    first: Option<f64>,
    total: Option<f64>,
    with_chance: Option<f64>,
    moved: f64,
}

impl Point {
    /// All that has an interval, in one row: the share of doubt, then each factor's indices.
    fn row(&self) -> Vec<Option<f64>> {
        let each = self.factors.iter();
        let indices = each.flat_map(|own| [own.first, own.total, own.with_chance]);
        [self.doubt].into_iter().chain(indices).collect()
    }
}

/// A number with its 95 % interval, by resampling; `None` where the runs do not settle it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The estimate. It may lie a little outside what is possible, as its interval may.
    pub value: f64,
    /// The interval.
    pub interval: Option<[f64; 2]>,
}

/// What the designs say of one answer.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Indices {
    /// The variance of the answer over factors and chance, in its unit squared.
    pub variance: f64,
    /// The share of that variance that the factors account for, by the conditional mean; the rest
    /// is chance.
    pub doubt: Option<Estimate>,
    /// Each factor.
    pub factors: Vec<FactorIndices>,
}

/// What the designs say of one factor.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FactorIndices {
    /// The first-order index: the share of the variance of the conditional mean that would go, were
    /// the factor known.
    pub first: Option<Estimate>,
    /// The total index: the share that would stay, were everything else known.
    pub total: Option<Estimate>,
    /// The total index with chance as one more factor: the share of *all* variance in which this
    /// factor has a part, alone, with others or with chance.
    pub with_chance: Option<Estimate>,
    /// In what share of histories the answer is another once the factor is drawn anew.
    pub moved: f64,
    /// First-order and total index from the first quarter and the first half of the rows.
    pub on_the_way: [[Option<f64>; 2]; 2],
}

/// The indices that sums over equal parts of the rows come to.
pub fn indices(parts: &[Sums], seed: u64) -> Indices {
    let point = Sums::together(parts, parts.iter().map(|_| 1.0)).indices();
    let count = point.factors.len();
    let found = intervals(parts.len(), 1 + 3 * count, seed, |drawn| {
        Sums::together(parts, drawn.iter().map(|times| f64::from(*times))).indices().row()
    });
    let first_of = |share: usize| {
        let some = &parts[..(parts.len() / share).max(1)];
        Sums::together(some, some.iter().map(|_| 1.0)).indices()
    };
    let way = [first_of(4), first_of(2)];
    let estimate =
        |value: Option<f64>, place: usize| Some(Estimate { value: value?, interval: found[place] });
    let factors = point.factors.iter().enumerate().map(|(number, own)| {
        let place = 1 + 3 * number;
        FactorIndices {
            first: estimate(own.first, place),
            total: estimate(own.total, place + 1),
            with_chance: estimate(own.with_chance, place + 2),
            moved: own.moved,
            on_the_way: way.each_ref().map(|part| {
                let own = &part.factors[number];
                [own.first, own.total]
            }),
        }
    });
    Indices {
        variance: point.variance,
        doubt: estimate(point.doubt, 0),
        factors: factors.collect(),
    }
}
