//! How necessary and how sufficient a cause is, over many histories: each is run as it is, without the
//! cause where it comes, and with it where it does not, on the same chance (Pearl, *Causality*, 2nd
//! ed., chapter 9; bounds of Tian and Pearl 2000).

use detente_engine::{Lanes, Machine, Program};
use detente_model::{Model, Week};

use super::answer::{Necessity, Share};
use super::origins::deed_of;
use super::replay::{Course, Twist};
use super::subject::Subject;
use crate::LabError;
use crate::ensemble::Pieces;
use crate::in_order::in_order;
use crate::question::{Question, Watch};
use crate::statistics::Proportion;

/// What is counted over histories; letters as in Pearl: x the cause, y what is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    histories: u64,
    /// Both, the cause only, what is asked about only, neither.
    xy: u64,
    x_only: u64,
    y_only: u64,
    neither: u64,
    /// Of those with both, without it when the cause is taken away.
    lost: u64,
    /// Of those with neither, histories into which the cause can be put, and with it then.
    open: u64,
    gained: u64,
    /// With it when the cause is made to be, and when it is kept from being.
    if_made: u64,
    if_barred: u64,
    /// With it in the first case and without in the second.
    both: u64,
}

impl Counts {
    fn add(&mut self, more: &Self) {
        self.histories += more.histories;
        self.xy += more.xy;
        self.x_only += more.x_only;
        self.y_only += more.y_only;
        self.neither += more.neither;
        self.lost += more.lost;
        self.open += more.open;
        self.gained += more.gained;
        self.if_made += more.if_made;
        self.if_barred += more.if_barred;
        self.both += more.both;
    }
}

/// Necessity and sufficiency of a cause that in one history first came in `week`.
pub(super) fn necessity(
    model: &Model,
    program: &Program,
    question: &Question,
    subject: Subject,
    (cause, week): (Subject, Week),
    watch: &Watch<'_>,
) -> Result<Necessity, LabError> {
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    let mut all = Counts::default();
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| {
            let ids = pieces.ids(piece);
            count(program, question.seed, &ids, subject, (cause, week))
        },
        |more| {
            all.add(&more);
            Ok(())
        },
    )?;
    Ok(told(&all, deed_of(model, cause, week)))
}

fn count(
    program: &Program,
    seed: u64,
    ids: &[u64],
    subject: Subject,
    (cause, week): (Subject, Week),
) -> Result<Counts, LabError> {
    let run = |twist: Twist| -> Result<Vec<Course>, LabError> {
        super::replay::abreast(program, seed, ids, subject, &twist)
    };
    let has = |courses: &[Course], of: Subject| -> Lanes {
        let came = courses.iter().enumerate().filter(|(_, own)| own.first(of).is_some());
        came.fold(0, |lanes, (lane, _)| lanes | 1 << lane)
    };
    let live: Lanes = if ids.len() >= 64 { Lanes::MAX } else { (1 << ids.len()) - 1 };
    let free = run(Twist::default())?;
    let (x, y) = (has(&free, cause), has(&free, subject));
    let barred = if x == 0 {
        y
    } else {
        let without = run(Twist { without: vec![cause], ..Twist::default() })?;
        has(&without, subject) & x | y & !x
    };
    let (made, put_in) = if x == live {
        (y, x)
    } else {
        let with = run(Twist { with: vec![(cause, week)], ..Twist::default() })?;
        (has(&with, subject) & !x | y & x, has(&with, cause) | x)
    };
    let many = |lanes: Lanes| u64::from((lanes & live).count_ones());
    Ok(Counts {
        histories: ids.len() as u64,
        xy: many(x & y),
        x_only: many(x & !y),
        y_only: many(!x & y),
        neither: many(!x & !y),
        lost: many(x & y & !barred),
        open: many(!x & !y & put_in),
        gained: many(!x & !y & put_in & made),
        if_made: many(made),
        if_barred: many(barred),
        both: many(made & !barred),
    })
}

fn told(counts: &Counts, cause: super::answer::Deed) -> Necessity {
    let n = counts.histories.max(1) as f64;
    let [xy, x_only, y_only, neither] =
        [counts.xy, counts.x_only, counts.y_only, counts.neither].map(|own| own as f64 / n);
    let (made, barred) = (counts.if_made as f64 / n, counts.if_barred as f64 / n);
    let y = xy + y_only;
    let within = |low: f64, high: f64, of: f64| {
        if of > 0.0 {
            [(low / of).clamp(0.0, 1.0), (high / of).clamp(0.0, 1.0)]
        } else {
            [0.0, 1.0]
        }
    };
    let share = |hits: u64, of: u64, bounds: [f64; 2]| {
        let share = Proportion { hits, of };
        Share { value: share.share(), of, interval: share.interval(), bounds }
    };
    // Tian and Pearl (2000), equations 22, 30 and 31: from what is seen and from the two chances.
    let pns = [
        [0.0, made - barred, y - barred, made - y].into_iter().fold(0.0, f64::max),
        [made, 1.0 - barred, xy + neither, made - barred + x_only + y_only]
            .into_iter()
            .fold(1.0, f64::min),
    ];
    Necessity {
        cause,
        histories: counts.histories,
        with_both: xy,
        if_made: made,
        if_barred: barred,
        necessity: share(counts.lost, counts.xy, within(y - barred, 1.0 - barred - neither, xy)),
        sufficiency: share(counts.gained, counts.open, within(made - y, made - xy, neither)),
        both: share(counts.both, counts.histories, pns),
    }
}
