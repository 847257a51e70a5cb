//! Measures over the weeks on record.

use detente_model::{Expr, Measure, Week};

use super::World;
use super::evaluate::{Scene, truth};

impl Scene<'_> {
    pub(crate) fn measure(&self, measure: &Measure, binders: &[f64]) -> f64 {
        let over = |x: &Expr, from: Week, until: Week| -> Vec<(Week, f64)> {
            (from..until).map(|week| (week, self.at(x, week, binders))).collect()
        };
        let total = |path: &[(Week, f64)]| path.iter().fold(0.0, |sum, (_, value)| sum + value);
        match measure {
            Measure::DateOf(cell) => {
                let instance = self.instance(cell, binders);
                let first = instance.and_then(|i| self.world.events[cell.element.0][i].first);
                first.map_or(f64::INFINITY, f64::from)
            }
            Measure::By(cell, week) => {
                let instance = self.instance(cell, binders);
                let first = instance.and_then(|i| self.world.events[cell.element.0][i].first);
                truth(first.is_some_and(|first| first <= *week))
            }
            Measure::At(x, week) => self.at(x, *week, binders),
            Measure::SumOver(x, from, until) => total(&over(x, *from, *until)),
            Measure::MeanOver(x, from, until) => {
                let path = over(x, *from, *until);
                total(&path) / path.len() as f64
            }
            Measure::MaxOver(x, from, until) => largest(&over(x, *from, *until)).1,
            Measure::DateOfMax(x, from, until) => f64::from(largest(&over(x, *from, *until)).0),
            Measure::Correlation(x, y) => {
                let weeks = self.weeks.len() as Week;
                correlation(&self.by_month(&over(x, 0, weeks)), &self.by_month(&over(y, 0, weeks)))
            }
        }
    }

    /// The value of an expression in the record of a week.
    fn at(&self, x: &Expr, week: Week, binders: &[f64]) -> f64 {
        let world: &World = &self.weeks[week as usize];
        Scene { world, ..*self }.value(x, binders)
    }

    /// Means by month: a week belongs to the month of its Monday.
    fn by_month(&self, path: &[(Week, f64)]) -> Vec<f64> {
        let month = |week: Week| {
            let monday = self.model.calendar.monday(week);
            (monday.year(), monday.month())
        };
        path.chunk_by(|(a, _), (b, _)| month(*a) == month(*b))
            .map(|month| month.iter().map(|(_, value)| value).sum::<f64>() / month.len() as f64)
            .collect()
    }
}

/// The first largest value, and its week.
fn largest(path: &[(Week, f64)]) -> (Week, f64) {
    let mut best = path[0];
    for &(week, value) in path {
        if value > best.1 {
            best = (week, value);
        }
    }
    best
}

/// The correlation of two paths, 0 if either does not vary. Both are counted from where they begin, so
/// that what stays there does not vary by rounding.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let from_start = |z: &[f64]| -> Vec<f64> { z.iter().map(|value| value - z[0]).collect() };
    let (x, y) = (from_start(x), from_start(y));
    let mean = |z: &[f64]| z.iter().sum::<f64>() / z.len() as f64;
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let product = |a: &[f64], mean_a: f64, b: &[f64], mean_b: f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum()
    };
    let spread = product(&x, mean_x, &x, mean_x) * product(&y, mean_y, &y, mean_y);
    if spread > 0.0 { product(&x, mean_x, &y, mean_y) / spread.sqrt() } else { 0.0 }
}
