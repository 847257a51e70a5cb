//! Which reasons usually weigh where something comes, over many histories.

use detente_model::Model;
use serde::Serialize;

use super::answer::Role;
use super::many::{observe, rate_parts, share, watching};
use super::observed::Coming;
use super::subject::{Subject, option_name};
use super::telling::{AS_USUAL, size_of};
use super::usual::UsualThen;
use crate::question::{Question, Watch};
use crate::{Conditioning, LabError};

/// How many reasons of a history are its first.
const FIRST: usize = 3;

/// Which reasons weigh where something comes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Usually {
    /// Histories run.
    pub histories: u64,
    /// The share in which it comes, and its 95 % interval.
    pub comes: f64,
    /// See `comes`.
    pub interval: [f64; 2],
    /// How many histories have it come by its reasons, which are those below.
    pub weighed: u64,
    /// The reasons, that which is most often among the first three before the others.
    pub reasons: Vec<InMany>,
}

/// One reason over the histories in which something comes, each in the week in which it first does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InMany {
    /// The words readers see.
    pub reason: String,
    /// What it is a part of.
    pub role: Role,
    /// The answer it speaks for, if it is one of a decision's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// The share of those histories in which it weighs: 1, save for a reason against, which weighs
    /// where its answer came nearest.
    pub weighs: f64,
    /// Where it weighs: its mean weight, and the mean of what is usual in those weeks.
    pub weight: f64,
    /// See `weight`.
    pub usual: f64,
    /// Where it weighs: the mean of how far it speaks for what came, beyond the usual.
    pub contrast: f64,
    /// The share of those histories in which it is among the three that speak most for what came,
    /// beyond the usual.
    pub first_three: f64,
}

/// Sums over histories.
#[derive(Clone, Default)]
struct Sums {
    weighs: u64,
    weight: f64,
    usual: f64,
    contrast: f64,
    first: u64,
}

/// The reasons of something over a question's histories, and how much these can tell.
pub(super) fn usually(
    model: &Model,
    question: &Question,
    subject: Subject,
    usual: &UsualThen,
    watch: &Watch<'_>,
) -> Result<(Usually, Option<Conditioning>), LabError> {
    let watching = watching(model, question, subject, &[])?;
    let (all, conditioning) = observe(model, &watching, question, watch)?;
    let coming: Vec<&Coming> = all.iter().filter_map(|own| own.came.as_ref()).collect();
    let comes = share(&all, |own| own.came.is_some());
    let parts = rate_parts(model, subject);
    let roles = |number: usize, answer: Option<usize>| match answer {
        None if number < parts => Role::Part,
        None => Role::Hazard,
        own if own == subject.answer => Role::For,
        _ => Role::Against,
    };
    let mut sums = vec![Sums::default(); watching.reasons.len()];
    let mut weighed = 0;
    for (week, weights, runner_up) in
        coming.iter().filter_map(|own| own.weighed.as_ref().map(|(w, r)| (own.week, w, *r)))
    {
        weighed += 1;
        let mut sizes: Vec<(f64, usize)> = Vec::new();
        for (number, (answer, reason)) in watching.reasons.iter().enumerate() {
            let role = roles(number, *answer);
            if role == Role::Against && *answer != runner_up {
                continue;
            }
            let usual = usual.weight_in(week, subject.target, *answer, reason);
            let beyond = weights[number] - usual;
            let contrast = if role == Role::Against { -beyond } else { beyond };
            let own = &mut sums[number];
            own.weighs += 1;
            own.weight += weights[number];
            own.usual += usual;
            own.contrast += contrast;
            sizes.push((size_of(role, weights[number], usual, contrast), number));
        }
        sizes.retain(|(size, _)| *size >= AS_USUAL);
        sizes.sort_by(|a, b| b.0.total_cmp(&a.0));
        sizes.iter().take(FIRST).for_each(|(_, number)| sums[*number].first += 1);
    }
    let mut reasons = Vec::new();
    for (number, ((answer, reason), own)) in watching.reasons.iter().zip(&sums).enumerate() {
        let mean = |sum: f64| sum / own.weighs as f64;
        if own.weighs > 0 {
            reasons.push(InMany {
                reason: reason.clone(),
                role: roles(number, *answer),
                option: option_name(model, Subject { answer: *answer, ..subject }),
                weighs: own.weighs as f64 / weighed as f64,
                weight: mean(own.weight),
                usual: mean(own.usual),
                contrast: mean(own.contrast),
                first_three: own.first as f64 / weighed as f64,
            });
        }
    }
    reasons.sort_by(|a, b| b.first_three.total_cmp(&a.first_three));
    let (comes, interval) = comes;
    let told = Usually { histories: all.len() as u64, comes, interval, weighed, reasons };
    Ok((told, conditioning))
}
