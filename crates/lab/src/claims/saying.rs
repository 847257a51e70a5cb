//! From what runs add up to, to what is said of each claim.

use std::collections::BTreeMap;

use detente_model::{Claim, Expectation, ExpectationScale, Kind, Model, Standing};

use super::answer::{Base, ClaimAnswer, Finding, Hinge, HingeKind, SetAnswer, met_words};
use super::built_in::{built_in, upstream};
use super::effect::{Effect, Sort, Worth, difference, effect, scale_of};
use super::firmness::{falls, firmness};
use super::given::too_few;
use super::plan::{Measured, Plan};
use super::run::Found;
use super::sets::numbers;
use super::sums::Sums;
use super::verdict::{Verdict, in_band, of_all, reading, verdict};
use super::{Finished, part_of};
use crate::answer::{quantile_key, title_of};
use crate::statistics::QUANTILES;

/// What is said of each claim, in order of name; nothing if no set is finished.
pub(crate) fn told(
    model: &Model,
    names: &[&str],
    finished: &[Finished<'_, '_>],
) -> Vec<ClaimAnswer> {
    let Some((_, plan, found)) = finished.first() else { return Vec::new() };
    let chosen = numbers(model, names).unwrap_or_default();
    let upstream = upstream(model, &chosen);
    let of = |number: &usize| {
        let claim = &model.claims[*number];
        let mut answer = bare(model, claim);
        answer.built_in_by = built_in(model, &upstream, claim);
        answer.built_in = !answer.built_in_by.is_empty();
        answer.findings = findings(finished[0].0.model, plan, found, &claim.id);
        answer.verdict = of_all(answer.findings.iter().map(|finding| finding.verdict));
        answer.in_band = answer.findings.iter().all(|finding| finding.in_band);
        let first = answer.findings.first().and_then(|finding| finding.difference);
        answer.difference = first.map(|effect| effect.value);
        answer.interval = first.map(|effect| effect.interval);
        answer.notes = notes(finished[0].0.model, plan, found, claim);
        answer.sets = finished.iter().map(|finished| under(finished, &claim.id)).collect();
        turned_by_schools(model, &mut answer);
        say_firmness(&mut answer);
        answer
    };
    chosen.iter().map(of).collect()
}

fn bare(model: &Model, claim: &Claim) -> ClaimAnswer {
    let cited = claim.by.iter().map(|citation| match &citation.locator {
        Some(locator) => format!("{}, {locator}", citation.key),
        None => citation.key.clone(),
    });
    ClaimAnswer {
        id: claim.id.clone(),
        says: claim.says.clone(),
        by: cited.collect(),
        subsystem: claim.subsystem.clone(),
        standing: match claim.standing {
            Standing::Consensus => "consensus",
            Standing::Contested => "contested",
            Standing::Minority => "minority",
            Standing::Refuted => "refuted",
        },
        secondary: claim.secondary,
        part: part_of(model, claim).map(str::to_owned),
        built_in: false,
        built_in_by: BTreeMap::new(),
        rivals: claim.rivals.clone(),
        among: claim.among.as_ref().map(|formula| formula.text.clone()),
        verdict: Verdict::Undecided,
        in_band: false,
        firmness: None,
        falls: None,
        under: BTreeMap::new(),
        difference: None,
        interval: None,
        findings: Vec::new(),
        sets: Vec::new(),
        hangs_on: Vec::new(),
        notes: Vec::new(),
    }
}

/// One thing measured of a claim.
struct Own<'a> {
    measured: &'a Measured,
    by_draw: &'a [Sums],
    /// Where histories follow the record: what its pairs are worth.
    worth: Option<Worth>,
    /// And how many independent histories stand behind it.
    stands_on: Option<u64>,
    /// Whether its change bit in any history; also where nothing is changed.
    bites: bool,
}

/// What was measured of one claim, with its sums by draw. The claim goes by its name, since a school
/// may number claims anew.
fn own<'a>(model: &Model, plan: &'a Plan, found: &'a Found, id: &str) -> Vec<Own<'a>> {
    let of = |(number, measured): (usize, &'a Measured)| {
        let stands_on = found.stands_on.as_ref();
        (model.claims[measured.claim].id == id).then(|| Own {
            measured,
            by_draw: found.sums[number].as_slice(),
            worth: stands_on.map(|on| on.telling[number].worth),
            stands_on: stands_on.map(|on| on.histories(number)),
            bites: measured.arm.is_none_or(|arm| found.bites[arm].moved > 0),
        })
    };
    plan.measured.iter().enumerate().filter_map(of).collect()
}

impl Own<'_> {
    fn worth(&self, sums: &Sums) -> Worth {
        self.worth.unwrap_or_else(|| Worth::of(sums))
    }

    /// Which way it falls. Given the record it is left open where too few histories stand behind it,
    /// and where the change changes nothing: what it is about was settled by then.
    fn verdict(&self, expected: &Expectation, effect: Option<Effect>) -> Verdict {
        match self.stands_on {
            Some(_) if too_few(self.stands_on) || !self.bites => Verdict::Undecided,
            _ => verdict(expected, effect),
        }
    }
}

/// All draws together.
fn together(by_draw: &[Sums]) -> Sums {
    let mut all = Sums::default();
    by_draw.iter().for_each(|sums| all.merge(sums));
    all
}

fn findings(model: &Model, plan: &Plan, found: &Found, id: &str) -> Vec<Finding> {
    own(model, plan, found, id).iter().map(|own| finding(model, plan, own)).collect()
}

fn finding(model: &Model, plan: &Plan, own: &Own<'_>) -> Finding {
    let (measured, sums) = (own.measured, &together(own.by_draw));
    let expected = &model.claims[measured.claim].expects[measured.expectation];
    let worth = own.worth(sums);
    let effect = effect(expected, measured.sort, sums, worth);
    let scale = scale_of(expected);
    let weeks = scale == ExpectationScale::Weeks;
    let given = measured.arm.map(|arm| &plan.arms[arm].given);
    let means = sums.means();
    let share = |count: u64| count as f64 / sums.n.max(1) as f64;
    let unit = match &model.element(expected.outcome).kind {
        _ if weeks => "week".to_owned(),
        Kind::Outcome(outcome) if measured.sort == Sort::Number => outcome.unit.text.clone(),
        _ => "1".to_owned(),
    };
    let none = if expected.unchanged && scale == ExpectationScale::Ratio { 1.0 } else { 0.0 };
    Finding {
        outcome: model.full_name(measured.outcome).to_owned(),
        title: title_of(model, measured.outcome),
        arm: measured.arm_name.clone(),
        given: given.map_or(Vec::new(), |given| given.iter().map(|one| one.text.clone()).collect()),
        scale: match scale {
            ExpectationScale::Points => "points",
            ExpectationScale::Ratio => "ratio",
            ExpectationScale::Level => "level",
            ExpectationScale::Weeks => "weeks",
        },
        band: [none + expected.change.0, none + expected.change.1],
        unchanged: expected.unchanged,
        unit,
        is_share: measured.sort == Sort::Truth,
        baseline: means.map(|means| means[0]),
        what_if: means.map(|means| means[1]),
        effect,
        difference: means.map(|[baseline, what_if]| Effect {
            value: what_if - baseline,
            interval: difference(measured.sort, sums, worth.difference),
        }),
        share_counted: sums.n as f64 / sums.of.max(1) as f64,
        stands_on: own.stands_on,
        never: weeks.then(|| sums.never.map(share)),
        verdict: own.verdict(expected, effect),
        in_band: in_band(expected, effect),
    }
}

/// A claim under one set.
fn under((set, plan, found): &Finished<'_, '_>, id: &str) -> SetAnswer {
    let measured = own(set.model, plan, found, id);
    let draws = set.asked.draws as usize;
    let estimate = |own: &Own<'_>, draw: usize| {
        let (measured, sums) = (own.measured, own.by_draw.get(draw)?);
        let expected = &set.model.claims[measured.claim].expects[measured.expectation];
        let effect = effect(expected, measured.sort, sums, own.worth(sums))?;
        Some((reading(expected).holds(effect.value), effect.value))
    };
    let holds = |draw: &usize| {
        measured.iter().all(|one| estimate(one, *draw).is_some_and(|(holds, _)| holds))
    };
    let as_claimed = (0..draws).filter(holds).count() as f64 / draws.max(1) as f64;
    let first = measured.first();
    let effects = (0..draws).filter_map(|draw| first.and_then(|first| estimate(first, draw)));
    let mut effects: Vec<f64> = effects.map(|(_, value)| value).collect();
    effects.sort_by(f64::total_cmp);
    let fixed = set.asked.base == Base::Author;
    let findings = || findings(set.model, plan, found, id);
    SetAnswer {
        set: set.asked.clone(),
        verdict: fixed.then(|| of_all(findings().iter().map(|finding| finding.verdict))),
        in_band: fixed.then(|| findings().iter().all(|finding| finding.in_band)),
        as_claimed,
        effect: QUANTILES
            .iter()
            .filter_map(|q| Some((quantile_key(*q), quantile(&effects, *q)?)))
            .collect(),
        stands_on: measured.iter().filter_map(|own| own.stands_on).min(),
    }
}

/// A quantile of ascending values, between neighbours by their distance (Hyndman and Fan 1996,
/// definition 7).
fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let place = q * values.len().checked_sub(1)? as f64;
    let (low, rest) = (place.floor() as usize, place - place.floor());
    let above = values.get(low + 1).unwrap_or(&values[low]);
    Some(values[low] + rest * (above - values[low]))
}

/// The schools under which most draws fall the other way than without a school.
fn turned_by_schools(model: &Model, answer: &mut ClaimAnswer) {
    let bases: Vec<Base> = answer.sets.iter().map(|set| set.set.base).collect();
    let Some(base) = bases.into_iter().max() else { return };
    let own = |set: &&SetAnswer| set.set.base == base && !too_few(set.stands_on);
    let Some(plain) = answer.sets.iter().filter(own).find(|set| set.set.school.is_none()) else {
        return;
    };
    let before = falls(plain.as_claimed);
    let turned = answer.sets.iter().filter(own).filter_map(|set| {
        let id = set.set.school.clone()?;
        let after = falls(set.as_claimed);
        let title = model.schools.iter().find(|school| school.id == id);
        (after != before).then(|| Hinge {
            assumption: id.clone(),
            kind: HingeKind::School,
            title: title.map_or(id, |school| school.title.clone()),
            flips_at: None,
            stands_at: None,
            unit: None,
            turns: after,
        })
    });
    answer.hangs_on = turned.collect();
}

/// Says how firmly the model falls, by each base under which draws were run with every school.
pub(crate) fn say_firmness(answer: &mut ClaimAnswer) {
    let turned = answer.hangs_on.iter().any(|hinge| hinge.kind == HingeKind::Parameter);
    for base in [Base::Prior, Base::Posterior] {
        let own = answer.sets.iter().filter(|set| set.set.base == base);
        let shares: Vec<f64> = own.map(|set| set.as_claimed).collect();
        if let Some((word, falls)) = firmness(&shares, turned) {
            answer.under.insert(base.word(), word);
            answer.firmness = Some(word);
            answer.falls = Some(falls);
        }
    }
}

/// What a reader should know of how a claim's changes bit.
fn notes(model: &Model, plan: &Plan, found: &Found, claim: &Claim) -> Vec<String> {
    let mut notes = Vec::new();
    let mut seen = Vec::new();
    for own in own(model, plan, found, &claim.id) {
        let (measured, all) = (own.measured, together(own.by_draw));
        if too_few(own.stands_on) {
            let stands = own.stands_on.unwrap_or_default();
            notes.push(format!(
                "{stands} independent histories stand behind it, too few for a verdict: more pairs \
                 would do (--histories)"
            ));
        }
        if all.n == 0 && claim.among.is_some() {
            notes.push("no history counts: the condition never holds in the baseline".to_owned());
        }
        let Some(arm) = measured.arm.filter(|arm| !seen.contains(arm)) else { continue };
        seen.push(arm);
        let bite = &found.bites[arm];
        let which = measured.arm_name.as_ref().map_or(String::new(), |name| format!("{name}: "));
        if bite.moved == 0 {
            notes.push(format!(
                "{which}the change never bites: no outcome is another in any of {} histories",
                bite.of
            ));
        }
        let elements: Vec<_> = plan.arms[arm].given.iter().map(|one| one.targets.element).collect();
        for ((what, target), times) in &bite.met {
            if elements.contains(&target.element)
                && let Some(words) = met_words(*what, model.full_name(*target), *times, bite.of)
            {
                notes.push(format!("{which}{words}"));
            }
        }
    }
    notes.dedup();
    notes
}

/// A claim's result in a line, for the log of openings.
pub(crate) fn in_a_line(claim: &ClaimAnswer) -> String {
    let band = if claim.in_band { "in band" } else { "not in band" };
    let effect = claim.findings.first().and_then(|finding| Some((finding, finding.effect?)));
    let effect = effect.map_or("no effect measured".to_owned(), |(finding, effect)| {
        let [low, high] = effect.interval;
        format!(
            "{} {:.4} {}, 95 % {low:.4} to {high:.4}",
            finding.outcome, effect.value, finding.scale
        )
    });
    let firmness = claim.firmness.map_or(String::new(), |word| {
        let way = claim.falls.map_or("", |falls| falls.word());
        format!("; {} {way} it", word.word().replace('_', " "))
    });
    format!("{}, {band}; {effect}{firmness}", claim.verdict.word())
}
