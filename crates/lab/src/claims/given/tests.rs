//! Claims of histories that follow the record, on a world whose answers are known on paper.
//!
//! Half of all histories are brittle and crack at 0.2 a week, the others at 0.05. The record: a crack in
//! week 5, none before; so of those that follow it 0.0667/(0.0667 + 0.0380) = 0.637 are brittle. In weeks
//! 12 to 20, of which the record says that no storm came, storms come at 0.05 a week, and at twice that
//! under another policy.

use std::num::NonZeroUsize;

use detente_chance::exp;
use detente_scenario::reading::Source;

use super::super::{ClaimAnswer, Claims, Inquiry, Seals, Under, Verdict, claims};
use crate::guided::Given;
use crate::question::Watch;
use crate::scenario::open;
use crate::{LabError, Model};

const MODEL: &str = r#"
about = "A crack and a storm."
[trait.luck]
about = "Luck."
draw = "uniform(0, 1)"
judgement = "Even."
[parameter.policy]
about = "The policy."
value = 0
unit = "1"
judgement = "None."
[parameter.pace]
about = "A pace."
value = 0.05
unit = "1 / week"
judgement = "Made up."
[variable.brittle]
about = "It is brittle."
equals = "2 * luck < 1"
[event.crack]
about = "It cracks."
rate = "if brittle then 4 * pace else pace"
once = true
says = "It cracks."
judgement = "Made up."
[event.storm]
about = "A storm."
needs = "week >= 12"
rate = "pace * (1 + policy)"
says = "A storm."
judgement = "Made up."
[outcome.is_brittle]
title = "It is brittle"
is = "at(brittle, 1953-07-01)"
[outcome.stormy]
title = "A storm in time"
is = "by(storm, 1953-05-31)"
"#;

const RECORD: &str = r#"
coverage = [
  { of = "crack", from = 1953-01-05, until = 1953-02-16 },
  { of = "storm", from = 1953-03-30, until = 1953-06-01 },
]
[[event]]
id = "the_crack"
subsystem = "world"
date = 1953-02-09
title = "It cracks"
is = "crack"
source = "book"
"#;

const CLAIMS: &str = r#"
[claim.a_storm]
says = "The policy brings storms."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
expects = [{ outcome = "stormy", change = [0.1, 0.5], as = "points" }]
[claim.b_brittle]
says = "Most are brittle."
by = "book"
subsystem = "world"
standing = "contested"
expects = [{ outcome = "is_brittle", change = [0.55, 0.75], as = "level" }]
[claim.c_early]
says = "A storm-free spring changes nothing."
by = "book"
subsystem = "world"
standing = "contested"
given = ["storm never until 1953-03-01"]
expects = [{ outcome = "stormy", within = 0.01, as = "points" }]
[claim.d_settled]
says = "Without the crack all would be as it was."
by = "book"
subsystem = "world"
standing = "contested"
given = ["crack never"]
expects = [{ outcome = "stormy", within = 0.01, as = "points" }]
[claim.e_among]
says = "Among the brittle the policy brings storms."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
among = "at(brittle, 1953-07-01)"
expects = [{ outcome = "stormy", change = [0.1, 0.5], as = "points" }]
"#;

const SCHOOLS: &str = r#"
[school.thresholds]
title = "Thresholds"
about = "Another coupling."
coupling = "threshold"
source = "book"
[school.calm]
title = "A calm"
about = "Policy brings no storms."
override.parameter.pace.value = 0.01
source = "book"
"#;

fn source() -> Source {
    let head =
        "format = 1\ntitle = \"Crack\"\nstart = 1953-01-05\nweeks = 30\nabout = \"A test.\"\n";
    let sources = "@book{book, author = {A}, title = {A Book}, date = {1953}}\n";
    let files = [
        ("scenario.toml", head),
        ("model/world.toml", MODEL),
        ("record.toml", RECORD),
        ("claims/all.toml", CLAIMS),
        ("schools/all.toml", SCHOOLS),
        ("sources.bib", sources),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    Source::Memory { name: "crack".to_owned(), files: files.to_vec() }
}

fn load(schools: &[String]) -> Model {
    let opened = open(&source(), schools, |_| None);
    let told: Vec<String> = opened.findings.iter().map(|one| one.message.clone()).collect();
    opened.model.unwrap_or_else(|| panic!("{told:?}"))
}

fn ask(under: Under, given: Given, pairs: u64, jobs: usize) -> Result<Claims, LabError> {
    let (source, model) = (source(), load(&[]));
    let with_school = |school: &str| Ok(load(&[school.to_owned()]));
    let inquiry = Inquiry {
        source: &source,
        model: &model,
        with_school: &with_school,
        names: Vec::new(),
        seals: Seals::Kept,
        under,
        given,
        seed: 3,
        pairs,
        jobs: NonZeroUsize::new(jobs),
        folder: None,
    };
    claims(&inquiry, &Watch::default())
}

fn claim<'a>(answer: &'a Claims, id: &str) -> &'a ClaimAnswer {
    answer.claims.iter().find(|claim| claim.id == id).unwrap()
}

#[track_caller]
fn is(claim: &ClaimAnswer, expected: f64, within: f64) {
    let effect = claim.findings[0].effect.unwrap();
    let [low, high] = effect.interval;
    assert!((effect.value - expected).abs() < within, "{effect:?}, not {expected}");
    // Four standard errors where 1.96 are told, so that it fails once in fifteen thousand.
    let half = (high - low) / 2.0;
    assert!((effect.value - expected).abs() < 2.1 * half, "{effect:?}, not {expected}");
    assert!(half < within, "{effect:?}");
}

const BRITTLE: f64 = 0.637_1;

#[test]
fn after_a_day_chance_is_fresh() {
    let answer = ask(Under::Author, Given::After(11), 400, 2).unwrap();
    assert_eq!((answer.asked.asked.as_str(), answer.finished), ("after", true));
    let storms = |weeks: f64| 1.0 - exp(-weeks);
    // Nine weeks, 12 to 20, at 0.05 and at 0.1.
    is(claim(&answer, "a_storm"), storms(0.9) - storms(0.45), 0.1);
    assert_eq!(claim(&answer, "a_storm").verdict, Verdict::Supported);
    is(claim(&answer, "b_brittle"), BRITTLE, 0.08);
    let among = claim(&answer, "e_among");
    is(among, storms(0.9) - storms(0.45), 0.12);
    let counted = among.findings[0].share_counted;
    assert!((counted - BRITTLE).abs() < 0.1, "{counted}");
    // What ends before the day cannot be asked; what was settled by then is left open.
    let [early] = answer.not_askable.as_slice() else { panic!("{:?}", answer.not_askable) };
    assert!(early.id == "c_early" && early.why.contains("ends before the day"), "{early:?}");
    let settled = claim(&answer, "d_settled");
    assert_eq!(settled.verdict, Verdict::Undecided);
    assert!(settled.notes[0].contains("never bites"), "{:?}", settled.notes);
}

#[test]
fn in_hindsight_the_change_meets_the_chances_behind_the_record() {
    let answer = ask(Under::Author, Given::Hindsight, 400, 1).unwrap();
    let storm = claim(&answer, "a_storm");
    // No storm came; at twice the pace one would have with 1 − exp(−0.45).
    assert_eq!(storm.findings[0].baseline, Some(0.0));
    is(storm, 1.0 - exp(-0.45), 0.08);
    is(claim(&answer, "b_brittle"), BRITTLE, 0.08);
    assert!(answer.not_askable.is_empty());
    let stands = answer.asked.conditioning.as_ref().unwrap();
    assert!(stands.families >= 300 && stands.warning.is_none(), "{stands:?}");
    assert!(storm.findings[0].stands_on.unwrap() >= 300);
    let other = ask(Under::Author, Given::Hindsight, 400, 3).unwrap();
    assert_eq!(answer, other, "any number of threads");
}

/// Sixty pairs are of at most sixty families: the effect is told, and no verdict.
#[test]
fn too_few_histories_give_no_verdict() {
    let answer = ask(Under::Author, Given::Hindsight, 60, 2).unwrap();
    for claim in &answer.claims {
        assert_eq!(claim.verdict, Verdict::Undecided);
        assert!(claim.findings[0].stands_on.unwrap() <= 60 && claim.findings[0].effect.is_some());
        let told = claim.notes.iter().any(|note| note.contains("too few for a verdict"));
        assert!(told, "{:?}", claim.notes);
    }
}

#[test]
fn schools_that_cannot_follow_are_left_out_and_draws_refused() {
    let answer = ask(Under::Schools, Given::Hindsight, 150, 2).unwrap();
    let schools: Vec<Option<&str>> = answer.sets.iter().map(|set| set.school.as_deref()).collect();
    assert_eq!(schools, [None, Some("calm")]);
    assert!(answer.notes[0].contains("thresholds"), "{:?}", answer.notes);
    for under in [Under::Prior, Under::Posterior, Under::All] {
        let error = ask(under, Given::After(11), 150, 1).unwrap_err().to_string();
        assert!(error.contains("--under author"), "{error}");
    }
}
