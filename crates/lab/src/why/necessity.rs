//! How necessary and how sufficient a cause is, over many histories: each is run as it is, without the
//! cause where it comes, and with it where it does not, on the same chance (Pearl, *Causality*, 2nd
//! ed., chapter 9; bounds of Tian and Pearl 2000).

use detente_engine::Program;
use detente_model::{Model, Week};

use super::answer::{Necessity, Share};
use super::histories::{Histories, open_from};
use super::origins::deed_of;
use super::replay::{Twist, abreast};
use super::subject::Subject;
use crate::guided::{Abreast, Families};
use crate::in_order::in_order;
use crate::question::{Question, Watch};
use crate::{Conditioning, LabError};

/// How one history turned out, with the cause and without; letters as in Pearl: x the cause, y what is
/// asked about.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// The history of the start that it descends from, and for how many it stands.
    founder: u64,
    times: u64,
    x: bool,
    y: bool,
    /// Whether the cause comes when it is put in.
    put_in: bool,
    /// Whether y comes when the cause is made to be, and when it is kept from being.
    made: bool,
    barred: bool,
}

/// What is counted over histories.
#[derive(Debug, Clone, PartialEq, Default)]
struct Counts {
    histories: u64,
    /// Both, the cause only, what is asked about only, neither.
    xy: u64,
    x_only: u64,
    y_only: u64,
    neither: u64,
    /// With it when the cause is made to be, and when it is kept from being.
    if_made: u64,
    if_barred: u64,
    /// Of those with both, without it when the cause is taken away.
    lost: Part,
    /// Of those with neither into which the cause can be put, with it then.
    gained: Part,
    /// Of all, with it in the first case and without in the second.
    both: Part,
}

/// A part of some histories.
#[derive(Debug, Clone, PartialEq, Default)]
struct Part {
    of: u64,
    families: Families,
}

impl Part {
    fn add(&mut self, seen: &Seen, holds: bool) {
        self.of += seen.times;
        let holds = f64::from(u8::from(holds));
        self.families.add(seen.founder, seen.times as f64, &[holds]);
    }

    fn share(&self, bounds: [f64; 2]) -> Share {
        let (value, interval) = (self.families.estimate(0).value, self.families.share_interval(0));
        Share { value, of: self.of, interval, bounds }
    }
}

impl Counts {
    fn add(&mut self, seen: &Seen) {
        let many = |holds: bool| if holds { seen.times } else { 0 };
        self.histories += seen.times;
        self.xy += many(seen.x && seen.y);
        self.x_only += many(seen.x && !seen.y);
        self.y_only += many(!seen.x && seen.y);
        self.neither += many(!seen.x && !seen.y);
        self.if_made += many(seen.made);
        self.if_barred += many(seen.barred);
        if seen.x && seen.y {
            self.lost.add(seen, !seen.barred);
        }
        if !seen.x && !seen.y && seen.put_in {
            self.gained.add(seen, seen.made);
        }
        self.both.add(seen, seen.made && !seen.barred);
    }
}

/// Necessity and sufficiency of causes, each of which in one history first came in its week, and how
/// much the histories can tell.
pub(super) fn necessity(
    model: &Model,
    program: &Program,
    question: &Question,
    subject: Subject,
    causes: &[(Subject, Week)],
    watch: &Watch<'_>,
) -> Result<(Vec<Necessity>, Option<Conditioning>), LabError> {
    let histories = Histories::of(model, question, watch)?;
    let of = (subject, open_from(question.given, &model.calendar));
    let mut all = vec![Counts::default(); causes.len()];
    in_order(
        histories.blocks(),
        question.threads(),
        &watch.stop,
        |number| seen(program, question.seed, histories.block(number)?, of, causes),
        |more| {
            for (counts, seen) in all.iter_mut().zip(more) {
                seen.iter().for_each(|own| counts.add(own));
            }
            Ok(())
        },
    )?;
    let families = all.first().map_or(0, |own| own.both.families.count());
    let each = all.iter().zip(causes);
    let told = each.map(|(own, (cause, week))| told(own, deed_of(model, *cause, *week)));
    Ok((told.collect(), histories.conditioning(families)))
}

/// How the histories of a block turn out, cause by cause.
fn seen(
    program: &Program,
    seed: u64,
    block: Abreast,
    (subject, from): (Subject, Week),
    causes: &[(Subject, Week)],
) -> Result<Vec<Vec<Seen>>, LabError> {
    let Abreast { chances, times } = block;
    let run = |twist: Twist| abreast(program, seed, &chances, (subject, from), &twist);
    let free = run(Twist::default())?;
    let mut all = Vec::with_capacity(causes.len());
    for (cause, week) in causes {
        let as_is = |(lane, own): (usize, &super::replay::Course)| {
            let (x, y) = (own.first(*cause).is_some(), own.first(subject).is_some());
            let founder = chances.lineages[lane].first();
            Seen { founder, times: times[lane], x, y, put_in: x, made: y, barred: y }
        };
        let mut own: Vec<Seen> = free.iter().enumerate().map(as_is).collect();
        if own.iter().any(|seen| seen.x) {
            let without = run(Twist { without: vec![*cause], ..Twist::default() })?;
            for (seen, course) in own.iter_mut().zip(without).filter(|(seen, _)| seen.x) {
                seen.barred = course.first(subject).is_some();
            }
        }
        if own.iter().any(|seen| !seen.x) {
            let with = run(Twist { with: vec![(*cause, *week)], ..Twist::default() })?;
            for (seen, course) in own.iter_mut().zip(with).filter(|(seen, _)| !seen.x) {
                seen.made = course.first(subject).is_some();
                seen.put_in = course.first(*cause).is_some();
            }
        }
        all.push(own);
    }
    Ok(all)
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
        necessity: counts.lost.share(within(y - barred, 1.0 - barred - neither, xy)),
        sufficiency: counts.gained.share(within(made - y, made - xy, neither)),
        both: counts.both.share(pns),
    }
}
