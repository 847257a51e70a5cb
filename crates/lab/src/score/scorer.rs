//! A forecast made ready to be held against any answer: the record's, or that of a history.

use detente_model::{Calendar, Week};

use super::forecast::{Answer, Forecast};
use super::rules::{
    Sample, brier_of_classes, crps_of_normal, fair_brier, log_score, log_score_of_normal, smoothed,
    spare,
};
use crate::statistics::WeekHistogram;

/// The scores of one answer. Less is better.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Scores {
    /// The Brier score: of the truth that it happened before the question's end, or over classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
    /// The log score in nats: of the quarter in which it happened, of the class, or of the density.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<f64>,
    /// The CRPS: of dates in weeks, of levels in standard errors of their measurement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crps: Option<f64>,
}

/// A forecast with everything worked out that does not depend on the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scorer {
    When(WhenScorer),
    /// Scores by class.
    Classes {
        brier: Vec<f64>,
        log: Vec<f64>,
        shares: Vec<f64>,
    },
    HowMuch {
        simulated: Sample,
        measured: Sample,
        error: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
        error: f64,
    },
}

/// A forecast of a week.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WhenScorer {
    /// The probability that it has happened by each week's end.
    pub(crate) by: Vec<f64>,
    /// Scores if it does not, and if it does happen in time.
    brier: [f64; 2],
    /// Scores by quarter; the last if it does not happen in time.
    log: Vec<f64>,
    quarters: Vec<usize>,
    /// Scores by week; the last if it does not happen in time.
    crps: Vec<f64>,
}

impl WhenScorer {
    /// From histories.
    fn counted(weeks: &WeekHistogram, calendar: &Calendar) -> Self {
        let of = weeks.happened() + weeks.never;
        let happened = weeks.happened();
        let mut so_far = 0;
        let by = weeks.by_week.iter().map(|count| {
            so_far += count;
            if of == 0 { 0.0 } else { so_far as f64 / of as f64 }
        });
        let by: Vec<f64> = by.collect();
        let quarters = quarters(calendar, by.len() as Week);
        let classes = quarters.last().map_or(0, |last| last + 1);
        let mut counts = vec![0; classes + 1];
        for (quarter, count) in quarters.iter().zip(&weeks.by_week) {
            counts[*quarter] += count;
        }
        counts[classes] = weeks.never;
        let log = counts.iter().map(|hits| log_score(smoothed(*hits, of, classes + 1)));
        let brier = [false, true].map(|truth| fair_brier(happened, of, truth));
        let crps = crps_by_week(&by, Some(of));
        Self { brier, log: log.collect(), quarters, crps, by }
    }

    /// From a law: the probability that it has happened by each week's end.
    pub(crate) fn exact(by: Vec<f64>, calendar: &Calendar) -> Self {
        let quarters = quarters(calendar, by.len() as Week);
        let classes = quarters.last().map_or(0, |last| last + 1);
        let mut shares = vec![0.0; classes + 1];
        let mut before = 0.0;
        for (quarter, now) in quarters.iter().zip(&by) {
            shares[*quarter] += now - before;
            before = *now;
        }
        shares[classes] = 1.0 - before;
        let log = shares.iter().map(|share| log_score(share.max(f64::MIN_POSITIVE))).collect();
        let brier = [before * before, (1.0 - before) * (1.0 - before)];
        let crps = crps_by_week(&by, None);
        Self { brier, log, quarters, crps, by }
    }

    /// The probability that it happens before the question's end.
    pub(crate) fn share(&self) -> f64 {
        self.by.last().copied().unwrap_or(0.0)
    }

    /// The probability that it happens in the weeks `first` to `last`.
    pub(crate) fn within(&self, first: Week, last: Week) -> f64 {
        let by = |week: Week| {
            let week = (week as usize).min(self.by.len().saturating_sub(1));
            self.by.get(week).copied().unwrap_or(0.0)
        };
        by(last) - first.checked_sub(1).map_or(0.0, by)
    }

    fn scores(&self, week: Option<Week>) -> Scores {
        let week = week.map(|week| week as usize).filter(|week| *week < self.by.len());
        let quarter = week.map_or(self.log.len() - 1, |week| self.quarters[week]);
        Scores {
            brier: Some(self.brier[usize::from(week.is_some())]),
            log: self.log.get(quarter).copied(),
            crps: self.crps.get(week.unwrap_or(self.by.len())).copied(),
        }
    }
}

/// The quarter of the calendar's years that each week's Monday lies in, from 0.
pub(crate) fn quarters(calendar: &Calendar, until: Week) -> Vec<usize> {
    let quarter = |week: Week| {
        let monday = calendar.monday(week);
        i64::from(monday.year()) * 4 + i64::from((monday.month() - 1) / 3)
    };
    (0..until).map(|week| (quarter(week) - quarter(0)).max(0) as usize).collect()
}

/// Σ over weeks of (F(t) − 1[t ≥ T])², for each T and for never: the CRPS on the axis of weeks, cut
/// off at the question's end, where what has not happened by then is one answer (a
/// threshold-weighted CRPS: Gneiting and Ranjan 2011). Fair, where F comes from histories.
fn crps_by_week(by: &[f64], of: Option<u64>) -> Vec<f64> {
    let off = of.map_or(0.0, |of| by.iter().map(|share| spare(*share, of)).sum::<f64>());
    let mut after: f64 = by.iter().map(|share| (1.0 - share) * (1.0 - share)).sum();
    let mut before = 0.0;
    let mut scores = Vec::with_capacity(by.len() + 1);
    for share in by {
        scores.push(before + after - off);
        before += share * share;
        after -= (1.0 - share) * (1.0 - share);
    }
    scores.push(before - off);
    scores
}

impl Scorer {
    /// Of what histories say. `error` is one standard error of a level's measurement.
    pub(crate) fn of(forecast: &Forecast, calendar: &Calendar, error: f64) -> Self {
        match forecast {
            Forecast::When(weeks) => Self::When(WhenScorer::counted(weeks, calendar)),
            Forecast::Which(counts) => {
                let of = counts.iter().sum::<u64>();
                let share = |hits: &u64| if of == 0 { 0.0 } else { *hits as f64 / of as f64 };
                let shares: Vec<f64> = counts.iter().map(share).collect();
                let brier = (0..counts.len()).map(|own| brier_of_classes(&shares, own, Some(of)));
                let log = counts.iter().map(|hits| log_score(smoothed(*hits, of, counts.len())));
                Self::Classes { brier: brier.collect(), log: log.collect(), shares }
            }
            Forecast::Whether(share) => {
                let counts = [share.of - share.hits, share.hits];
                let brier = [false, true].map(|truth| fair_brier(share.hits, share.of, truth));
                let log = counts.map(|hits| log_score(smoothed(hits, share.of, 2)));
                let shares = vec![1.0 - share.share(), share.share()];
                Self::Classes { brier: brier.to_vec(), log: log.to_vec(), shares }
            }
            Forecast::HowMuch { simulated, measured } => {
                let (simulated, measured) = (simulated.clone(), measured.clone());
                Self::HowMuch { simulated, measured, error: unit(error) }
            }
        }
    }

    /// Of shares that are known; for a truth, those of no and of yes. The Brier score is that of
    /// classes, or for a truth that of the truth.
    pub(crate) fn of_shares(shares: Vec<f64>, truth: bool) -> Self {
        let half = if truth { 0.5 } else { 1.0 };
        let brier = (0..shares.len()).map(|own| half * brier_of_classes(&shares, own, None));
        let log = shares.iter().map(|share| log_score(share.max(f64::MIN_POSITIVE)));
        Self::Classes { brier: brier.collect(), log: log.collect(), shares }
    }

    /// Of a normal law.
    pub(crate) fn normal(mean: f64, sd: f64, error: f64) -> Self {
        Self::Normal { mean, sd, error: unit(error) }
    }

    /// The scores of an answer; none if the question was not put.
    pub(crate) fn scores(&self, answer: Answer) -> Scores {
        match (self, answer) {
            (Self::When(when), Answer::When(week)) => when.scores(week),
            (Self::Classes { brier, log, .. }, Answer::Which(Some(class))) => Scores {
                brier: brier.get(class).copied(),
                log: log.get(class).copied(),
                crps: None,
            },
            (Self::Classes { brier, log, .. }, Answer::Whether(held)) => {
                let class = usize::from(held);
                Scores {
                    brier: brier.get(class).copied(),
                    log: log.get(class).copied(),
                    crps: None,
                }
            }
            (Self::HowMuch { simulated, measured, error }, Answer::HowMuch(value)) => Scores {
                brier: None,
                log: log_density(simulated, *error, value),
                crps: (!measured.is_empty()).then(|| measured.crps(value) / error),
            },
            (Self::Normal { mean, sd, error }, Answer::HowMuch(value)) => Scores {
                brier: None,
                log: Some(log_score_of_normal(mean / error, sd / error, value / error)),
                crps: Some(crps_of_normal(*mean, *sd, value) / error),
            },
            _ => Scores::default(),
        }
    }

    /// The probability given to an answer: that it happens in time, or not; its class. `None` for a
    /// level.
    pub(crate) fn share(&self, answer: Answer) -> Option<f64> {
        match (self, answer) {
            (Self::When(when), Answer::When(Some(_))) => Some(when.share()),
            (Self::When(when), Answer::When(None)) => Some(1.0 - when.share()),
            (Self::Classes { shares, .. }, Answer::Which(Some(class))) => {
                shares.get(class).copied()
            }
            (Self::Classes { shares, .. }, Answer::Whether(held)) => {
                shares.get(usize::from(held)).copied()
            }
            _ => None,
        }
    }

    /// Where an answer lies in the forecast: the shares below it, and up to it. Evenly spread between
    /// the two it is uniform if the forecast is right (Czado, Gneiting and Held 2009). For dates and
    /// levels only.
    pub(crate) fn place(&self, answer: Answer) -> Option<[f64; 2]> {
        match (self, answer) {
            (Self::When(when), Answer::When(week)) => {
                let by = |week: usize| when.by.get(week).copied().unwrap_or(1.0);
                let week = week.map_or(when.by.len(), |week| week as usize);
                let low = week.checked_sub(1).map_or(0.0, by);
                Some([low, by(week).max(low)])
            }
            (Self::HowMuch { measured, .. }, Answer::HowMuch(value)) => {
                let ranks = (measured.len() + 1) as f64;
                let below = measured.below(value) as f64;
                Some([below / ranks, (below + 1.0) / ranks])
            }
            _ => None,
        }
    }
}

fn unit(error: f64) -> f64 {
    if error > 0.0 { error } else { 1.0 }
}

/// −ln of the mean of normal densities around the simulated values, in standard errors of measuring:
/// the exact predictive density given the histories.
fn log_density(simulated: &Sample, error: f64, value: f64) -> Option<f64> {
    let nearest = simulated.nearest(value)?;
    let square = |x: f64| ((value - x) / error) * ((value - x) / error) / 2.0;
    let least = square(nearest);
    let sum: f64 = simulated.values().map(|x| detente_chance::exp(least - square(x))).sum();
    let density = sum / simulated.len() as f64 / (2.0 * std::f64::consts::PI).sqrt();
    Some(least + log_score(density))
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::Date;

    fn calendar() -> Calendar {
        Calendar { start: Date::constant(1953, 1, 5), weeks: 52 }
    }

    fn histories(weeks: &[Option<u32>]) -> Scorer {
        let mut counted = WeekHistogram::new(26);
        weeks.iter().for_each(|week| counted.add(*week));
        Scorer::of(&Forecast::When(counted), &calendar(), 0.0)
    }

    /// Two histories, one in week 4 and one never, against week 6 of 26. F is ½ from week 4: squares
    /// ¼ in weeks 4, 5 and in the 20 from week 6; less what two histories are unsure of, ¼ a week
    /// from week 4: ¼·22 − ½·½·22 = 0.
    #[test]
    fn weeks_by_hand() {
        let scorer = histories(&[Some(4), None]);
        let scores = scorer.scores(Answer::When(Some(6)));
        assert!(scores.crps.unwrap().abs() < 1e-12);
        // Weeks 0 to 11 begin before the end of March: 3 classes with `never`, (1 + ½)/(2 + 3/2).
        assert!((scores.log.unwrap() - log_score(1.5 / 3.5)).abs() < 1e-12);
        assert_eq!(scorer.share(Answer::When(None)), Some(0.5));
        assert_eq!(scorer.place(Answer::When(None)), Some([0.5, 1.0]));
        assert_eq!(scorer.place(Answer::When(Some(4))), Some([0.0, 0.5]));
    }

    /// All histories in week 10: a miss by k weeks costs k, never costs the 16 weeks that are left.
    #[test]
    fn a_sure_date_costs_its_distance() {
        let scorer = histories(&[Some(10); 50]);
        let crps = |week| scorer.scores(Answer::When(week)).crps.unwrap();
        assert_eq!(
            [crps(Some(10)), crps(Some(13)), crps(Some(3)), crps(None)],
            [0.0, 3.0, 7.0, 16.0]
        );
    }

    /// A law and many histories of it give nearly the same scores.
    #[test]
    fn histories_near_their_law() {
        let law: Vec<f64> =
            (0..26).map(|week| 1.0 - detente_chance::exp(-0.05 * f64::from(week + 1))).collect();
        let exact = Scorer::When(WhenScorer::exact(law.clone(), &calendar()));
        let weeks = (0..20_000).map(|k| {
            let u = (f64::from(k) + 0.5) / 20_000.0;
            law.iter().position(|by| *by >= u).map(|week| week as u32)
        });
        let counted = histories(&weeks.collect::<Vec<_>>());
        for answer in [Some(0), Some(7), Some(25), None].map(Answer::When) {
            let (one, other) = (exact.scores(answer), counted.scores(answer));
            assert!((one.brier.unwrap() - other.brier.unwrap()).abs() < 1e-3);
            assert!((one.log.unwrap() - other.log.unwrap()).abs() < 1e-3);
            assert!((one.crps.unwrap() - other.crps.unwrap()).abs() < 1e-2);
        }
    }

    /// The expected CRPS of weeks under a law is least for the law itself.
    #[test]
    fn the_true_law_is_best() {
        let law = |hazard: f64| -> Vec<f64> {
            (0..26).map(|week| 1.0 - detente_chance::exp(-hazard * f64::from(week + 1))).collect()
        };
        let truth = law(0.04);
        let expected = |hazard: f64| {
            let scorer = Scorer::When(WhenScorer::exact(law(hazard), &calendar()));
            let mut before = 0.0;
            let mut sum = [0.0; 3];
            for week in 0..=26_usize {
                let now = truth.get(week).copied().unwrap_or(1.0);
                let answer = Answer::When((week < 26).then_some(week as u32));
                let scores = scorer.scores(answer);
                for (sum, score) in sum.iter_mut().zip([scores.brier, scores.log, scores.crps]) {
                    *sum += (now - before) * score.unwrap();
                }
                before = now;
            }
            sum
        };
        let best = expected(0.04);
        for hazard in [0.005, 0.02, 0.035, 0.045, 0.08, 0.3] {
            let other = expected(hazard);
            assert!((0..3).all(|rule| best[rule] < other[rule]), "{hazard}: {other:?} {best:?}");
        }
    }

    /// The density of histories that all say 5 ± 2, at 7: one standard error off.
    #[test]
    fn levels_in_their_own_errors() {
        let forecast = Forecast::HowMuch {
            simulated: Sample::new(vec![5.0; 10]),
            measured: Sample::new(vec![5.0; 10]),
        };
        let scorer = Scorer::of(&forecast, &calendar(), 2.0);
        let scores = scorer.scores(Answer::HowMuch(7.0));
        let normal = Scorer::normal(5.0, 2.0, 2.0).scores(Answer::HowMuch(7.0));
        assert!((scores.log.unwrap() - normal.log.unwrap()).abs() < 1e-12);
        assert_eq!(scores.crps, Some(1.0));
        // A value out of all reach has a score too.
        assert!(scorer.scores(Answer::HowMuch(1e4)).log.unwrap() > 1e6);
    }
}
