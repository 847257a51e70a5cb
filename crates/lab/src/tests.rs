//! The questions asked of the toy, against closed forms, and the bytes they leave.

use std::num::NonZeroUsize;

use detente_model::{Expr, Formula, Happening, Kind, On, Place, School, Type};

use crate::bundle::{Bundle, Overwrite, Verb};
use crate::toy::{HAZARD, YIELD_LOGIT, element, model, never_from, never_until};
use crate::{
    Followed, Met, Parameters, Question, Stop, Watch, chronicle, compare, ensemble, history, verify,
};

fn asked(histories: u64) -> Question {
    Question { histories, ..Question::default() }
}

fn keep(folder: &std::path::Path, verb: Verb) -> Bundle {
    Bundle {
        folder: folder.to_owned(),
        overwrite: Overwrite::Refuse,
        events_of: 100,
        whole_series_of: 10,
        date: None,
        verb,
    }
}

/// P(by week 51) = 1 − exp(−52 h); an answer by logit; tension moves by ten a strike.
#[test]
fn shares_follow_the_closed_form() {
    let model = model();
    let (answer, _) = ensemble(&model, &asked(4_000), None, &Watch::default()).unwrap();
    let expected = 1.0 - detente_chance::exp(-52.0 * HAZARD);
    let ever = &answer.outcomes[0];
    assert_eq!((ever.id.as_str(), ever.kind.as_str()), ("ever", "probability"));
    assert!((ever.value - expected).abs() < 4.0 * ever.error, "{} {expected}", ever.value);
    let chosen = &answer.choices[0];
    let odds = chosen.options[1].share / chosen.options[0].share;
    assert!((odds / detente_chance::exp(YIELD_LOGIT) - 1.0).abs() < 0.2, "{odds}");
    let struck: f64 = answer.events.iter().map(|event| event.share).sum();
    let tension = answer.outcomes.iter().find(|one| one.id == "tension_at_end").unwrap();
    assert!((tension.value - 20.0 - 10.0 * struck).abs() < 1e-9);
    assert_eq!(tension.recorded, Some(crate::Recorded::Number(30.0)));
    assert_eq!(ever.recorded, Some(crate::Recorded::Truth(true)));
}

/// What is due on a day stands on that day; what is due and cannot come is said not to have come.
#[test]
fn a_given_event_has_its_day_and_may_be_due_in_vain() {
    let mut model = model();
    let strike = element("strike").0;
    let given = |model: &mut detente_model::Model, needs: bool| {
        let Kind::Event(event) = &mut model.elements[strike].kind else { panic!("an event") };
        event.happening = Happening::On(On::Week(3, "1953-01-29".to_owned()));
        event.needs = (!needs).then(|| Formula {
            text: String::new(),
            expr: Expr::Constant(0.0),
            gives: Type::Truth,
        });
    };
    given(&mut model, true);
    let told = chronicle(&history(&model, &asked(1), 0).unwrap());
    assert!(told.contains("29 Jan  Workers strike in"), "{told}");
    given(&mut model, false);
    let (answer, _) = ensemble(&model, &asked(10), None, &Watch::default()).unwrap();
    assert!(answer.events.iter().all(|event| event.share == 0.0));
    let met: Vec<_> = answer.met.iter().map(|met| (met.what, met.times)).collect();
    assert_eq!(met, [(Met::DueInVain, 10); 2], "{:?}", answer.met);
}

/// Where nothing is kept, deeds are counted for a whole sheaf at once, and the answer is the same.
#[test]
fn counting_at_once_is_counting_deeds() {
    let (model, place) = (model(), tempfile::tempdir().unwrap());
    let bundle = keep(&place.path().join("run"), Verb::Ensemble);
    let asked = asked(150);
    let (kept, _) = ensemble(&model, &asked, Some(&bundle), &Watch::default()).unwrap();
    let (counted, _) = ensemble(&model, &asked, None, &Watch::default()).unwrap();
    assert_eq!(kept, counted);
}

/// Quantities are followed by name, and a run that follows others than the usual says so.
#[test]
fn series_are_chosen_by_name() {
    let model = model();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let followed = |chosen: &[&str]| crate::followed(&model, &names(chosen));
    assert_eq!(followed(&[]).unwrap(), Followed::Telling);
    assert_eq!(followed(&["none"]).unwrap(), Followed::These(Vec::new()));
    for refused in [&["strike"][..], &["nothing"], &["none", "tension"], &["tension[gdr]"]] {
        assert!(followed(refused).is_err(), "{refused:?}");
    }
    let chosen = |series| {
        let question = Question { series, ..asked(10) };
        ensemble(&model, &question, None, &Watch::default()).unwrap().0
    };
    let (usual, none) = (chosen(Followed::Telling), chosen(followed(&["none"]).unwrap()));
    assert_eq!((usual.asked.series_chosen, none.asked.series_chosen), (None, Some(Vec::new())));
    assert!(none.series.is_empty());
    let one = chosen(followed(&["hazard"]).unwrap());
    assert_eq!(one.asked.series_chosen, Some(names(&["hazard"])));
    assert_eq!(one.series.len(), 1);
}

/// The folder a run leaves is the same to the byte for any number of threads, and verifies.
#[test]
fn threads_change_no_byte() {
    let model = model();
    let place = tempfile::tempdir().unwrap();
    let mut manifests = Vec::new();
    for jobs in [1, 3] {
        let question = Question { jobs: NonZeroUsize::new(jobs), ..asked(300) };
        let folder = place.path().join(format!("run-{jobs}"));
        let bundle = keep(&folder, Verb::Ensemble);
        ensemble(&model, &question, Some(&bundle), &Watch::default()).unwrap();
        manifests.push(std::fs::read(folder.join("manifest.json")).unwrap());
    }
    assert_eq!(manifests[0], manifests[1]);
    let folder = place.path().join("run-1");
    let checked = verify(&folder, &model, Default::default(), &Watch::default()).unwrap();
    assert!(checked.holds(), "{checked:?}");
    std::fs::write(folder.join("outcomes.csv"), "tampered").unwrap();
    assert!(!verify(&folder, &model, Default::default(), &Watch::default()).unwrap().holds());
}

/// What a bundle of a stranger says: a file left out of its manifest counts, and nothing that is no
/// plain file of the folder is read.
#[test]
fn a_manifest_that_says_less_or_more_does_not_hold() {
    let model = model();
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    ensemble(&model, &asked(64), Some(&keep(&folder, Verb::Ensemble)), &Watch::default()).unwrap();
    let path = folder.join("manifest.json");
    let whole: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let checked = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut manifest = whole.clone();
        change(&mut manifest);
        std::fs::write(&path, manifest.to_string()).unwrap();
        verify(&folder, &model, Default::default(), &Watch::default())
    };
    assert!(checked(&|_| {}).unwrap().holds());
    let less = checked(&|own| own["files"] = serde_json::json!({})).unwrap();
    assert!(!less.holds() && less.files.iter().all(|file| file.stated.is_none()), "{less:?}");
    for (key, value, said) in [
        ("format", 2.into(), "of format 2"),
        ("question", "sensitivity".into(), "only those of ensemble and compare"),
        ("seed", "x".into(), "no manifest of a run"),
        ("files", serde_json::json!({"../run/outcomes.csv": "00"}), "no file of its folder"),
        ("files", serde_json::json!({"/etc/passwd": "00"}), "no file of its folder"),
    ] {
        let wrong = checked(&|own| own[key] = value.clone()).unwrap_err().to_string();
        assert!(wrong.contains(said), "{wrong}");
    }
    // A pipe would be waited for, a link could lead anywhere: neither is the file.
    #[cfg(unix)]
    {
        checked(&|_| {}).unwrap();
        let report = folder.join("report.html");
        std::fs::rename(&report, place.path().join("report.html")).unwrap();
        std::os::unix::fs::symlink("../report.html", &report).unwrap();
        let linked = verify(&folder, &model, Default::default(), &Watch::default()).unwrap();
        let found = linked.files.iter().find(|file| file.name == "report.html").unwrap();
        assert!(found.found.is_none() && !linked.holds());
    }
}

/// Barring a strike in weeks in which it does not happen changes nothing; barring it in the first
/// year moves exactly the histories in which it happened then.
#[test]
fn pairs_differ_where_the_change_bites() {
    let model = model();
    let question = Question { interventions: vec![never_until(52)], ..asked(500) };
    let (answer, _) = compare(&model, &question, None, &Watch::default()).unwrap();
    let ever = &answer.outcomes[0];
    assert_eq!(ever.what_if, 0.0);
    assert_eq!(ever.difference, -ever.baseline);
    assert_eq!(answer.moved, ever.moved);
    let first = answer.first_divergence.unwrap();
    assert_eq!(first.element, "strike[gdr]");
    let late = Question { interventions: vec![never_from(104)], ..asked(500) };
    let (answer, _) = compare(&model, &late, None, &Watch::default()).unwrap();
    assert!(answer.equal && answer.first_divergence.is_none());
}

/// What is assumed, by hand or by the school the model was loaded with, holds in both arms.
#[test]
fn assumptions_hold_in_both_arms() {
    let mut model = model();
    let assumptions = vec![never_until(52)];
    let question = Question { assumptions, interventions: vec![never_from(90)], ..asked(200) };
    let (by_hand, _) = compare(&model, &question, None, &Watch::default()).unwrap();
    let ever = &by_hand.outcomes[0];
    assert_eq!((ever.baseline, ever.what_if), (0.0, 0.0));
    assert!(by_hand.moved > 0);
    model.schools.push(School {
        id: "quiet".to_owned(),
        title: "No strikes at first".to_owned(),
        about: String::new(),
        sources: Vec::new(),
        changes: vec![never_until(52)],
        overrides: false,
        place: Place::default(),
    });
    model.loaded_with.push("quiet".to_owned());
    let question = Question { assumptions: Vec::new(), ..question };
    let (by_school, _) = compare(&model, &question, None, &Watch::default()).unwrap();
    assert_eq!(by_school.outcomes, by_hand.outcomes);
}

/// The shared past is the same as running the changed arm from the start.
#[test]
fn the_shared_prefix_is_exact() {
    let model = model();
    let question = Question { interventions: vec![never_from(40)], ..asked(200) };
    let (pair, _) = compare(&model, &question, None, &Watch::default()).unwrap();
    let (alone, _) = ensemble(&model, &question, None, &Watch::default()).unwrap();
    assert_eq!(pair.what_if, alone);
}

#[test]
fn a_stopped_run_keeps_what_is_finished() {
    let model = model();
    let stop = Stop::default();
    let ending = stop.clone();
    let end = move |progress: crate::Progress| {
        if progress.finished >= 64 {
            ending.now();
        }
    };
    let watch = Watch { progress: Some(&end), stop };
    let (answer, _) = ensemble(&model, &asked(1_000_000), None, &watch).unwrap();
    assert!(answer.asked.histories >= 64 && answer.asked.histories < 10_000);
    let (whole, _) =
        ensemble(&model, &asked(answer.asked.histories), None, &Watch::default()).unwrap();
    assert_eq!(whole.outcomes, answer.outcomes);
}

/// A doubted hazard between 0.01 and 0.1 leaves doubt beside chance.
#[test]
fn doubt_is_told_from_chance() {
    let model = model();
    let question = Question { parameters: Parameters::Uncertain, ..asked(64) };
    let (answer, _) = ensemble(&model, &question, None, &Watch::default()).unwrap();
    let spread = answer.outcomes[0].spread.unwrap();
    assert!(spread.doubt > 0.02 && spread.chance > spread.doubt, "{spread:?}");
}

/// History `id` stands at row `id` modulo two: certain strikes in one, none in the other. Everything
/// that keeps the answer names the posterior.
#[test]
fn an_ensemble_draws_from_the_posterior_that_the_scenario_carries() {
    let mut model = model();
    let asked = Question { parameters: Parameters::Posterior, ..asked(64) };
    let refused = ensemble(&model, &asked, None, &Watch::default());
    assert!(refused.unwrap_err().to_string().contains("detente fit"));
    let hazard = model.find("hazard").unwrap();
    model.posterior = Some(detente_model::Posterior {
        columns: vec![hazard],
        rows: vec![vec![0.0], vec![1.0]],
        digest: "abc".to_owned(),
        fitted_to: "another".to_owned(),
    });
    let folder = tempfile::tempdir().unwrap();
    let bundle = keep(&folder.path().join("kept"), Verb::Ensemble);
    let (answer, _) = ensemble(&model, &asked, Some(&bundle), &Watch::default()).unwrap();
    assert_eq!(answer.outcomes[0].value, 0.5);
    assert!(answer.outcomes[0].spread.unwrap().chance < 1e-9, "chance decides nothing here");
    let named = answer.asked.posterior.unwrap();
    assert_eq!((named.digest.as_str(), named.rows, named.stale), ("abc", 2, true));
    let check = |model: &detente_model::Model| {
        verify(&bundle.folder, model, [Vec::new(), Vec::new()], &Watch::default()).unwrap()
    };
    assert!(check(&model).holds());
    model.posterior.as_mut().unwrap().digest = "def".to_owned();
    assert!(!check(&model).same_scenario);
}

#[test]
fn chronicle_is_written_from_events() {
    let history = history(&model(), &asked(1), 3).unwrap();
    insta::assert_snapshot!(chronicle(&history));
    let strikes = history.entries.iter().filter(|entry| entry.id.starts_with("strike"));
    assert!(strikes.clone().all(|entry| entry.says.as_ref().unwrap().starts_with("Workers")));
}

/// The reasons of a strike are the parts of its rate; those of an answer its logits and its rival's.
#[test]
fn reasons_stand_beside_what_they_made() {
    let told = crate::history_with_reasons(&model(), &asked(1), 3).unwrap();
    let strike = told.entries.iter().find(|entry| entry.id == "strike[gdr]").unwrap();
    assert_eq!(strike.reasons.len(), 1);
    assert_eq!(
        (strike.reasons[0].reason.as_str(), strike.reasons[0].weight),
        ("of itself", HAZARD)
    );
    let answer = told.entries.iter().find(|entry| entry.id == "answer").unwrap();
    let weights: Vec<f64> = answer.reasons.iter().map(|reason| reason.weight).collect();
    assert!(weights == [YIELD_LOGIT, 0.0] || weights == [0.0, YIELD_LOGIT], "{weights:?}");
    insta::assert_snapshot!(chronicle(&told));
    for entry in &told.entries {
        let own = |reason: &&crate::ReasonWeight| {
            reason.adds_to != crate::AddsTo::Rate && reason.option == entry.option
        };
        let sum: f64 = entry.reasons.iter().filter(own).map(|reason| reason.weight).sum();
        let total = entry.reasons_total.expect("it was weighed");
        assert!((total - sum).abs() < 1e-12, "{entry:?}");
    }
}

/// Cutting a constant reason holds it at what it is: nothing changes, to the byte.
#[test]
fn a_constant_reason_cut_changes_nothing() {
    let cut = detente_model::Intervention {
        text: "cut answer \"weariness\"".to_owned(),
        targets: detente_model::Targets { element: element("answer"), instances: vec![0] },
        change: detente_model::Change::Cut { alternative: None, reason: "weariness".to_owned() },
        span: detente_model::Span { from: 0, until: crate::toy::WEEKS },
    };
    let question = Question { interventions: vec![cut], ..asked(200) };
    let (answer, _) = compare(&model(), &question, None, &Watch::default()).unwrap();
    assert!(answer.equal);
}

#[test]
fn versions_are_told_apart_in_words() {
    let (old, mut new) = (model(), model());
    let hazard = element("hazard").0;
    if let detente_model::Kind::Parameter(parameter) = &mut new.elements[hazard].kind {
        parameter.values[0] = 0.04;
    }
    let question = asked(500);
    let told = crate::diff([(&old, &question), (&new, &question)], &Watch::default()).unwrap();
    assert_eq!(crate::in_words(&told), "changed  hazard\n           value: 0.02 → 0.04\n");
    // More hazard can only bring a first occurrence forward.
    assert!(told.outcomes[0].difference > 0.1 && told.outcomes[0].interval[0] > 0.0);
    let same = crate::diff([(&old, &question), (&old, &question)], &Watch::default()).unwrap();
    assert_eq!(crate::in_words(&same), "The two versions say the same.\n");
    assert_eq!(same.histories, 0);
}

/// Five hundred free histories name no hindrance where nothing is needed.
#[test]
fn the_free_run_counts_everything() {
    let free = crate::check_free_run(&model(), 1, &Watch::default()).unwrap();
    assert_eq!((free.histories, free.events.len(), free.choices.len()), (500, 2, 1));
    assert!(free.events.iter().all(|event| event.hindered_by.is_none() && event.event.share > 0.7));
}

#[test]
fn nothing_is_overwritten() {
    let model = model();
    let place = tempfile::tempdir().unwrap();
    let bundle = keep(&place.path().join("run"), Verb::Ensemble);
    ensemble(&model, &asked(32), Some(&bundle), &Watch::default()).unwrap();
    let again = ensemble(&model, &asked(32), Some(&bundle), &Watch::default());
    assert!(matches!(again, Err(crate::LabError::Exists(_))));
    let kept = Bundle { overwrite: Overwrite::KeepWhole, ..bundle };
    let (_, kept) = ensemble(&model, &asked(32), Some(&kept), &Watch::default()).unwrap();
    assert!(!kept.unwrap().written);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn reports_are_one_file_without_a_network() {
    let model = model();
    let place = tempfile::tempdir().unwrap();
    let question = Question { interventions: vec![never_until(52)], ..asked(400) };
    for verb in [Verb::Ensemble, Verb::Compare] {
        let bundle = keep(&place.path().join(format!("{verb:?}")), verb);
        match verb {
            Verb::Ensemble => {
                drop(ensemble(&model, &asked(400), Some(&bundle), &Watch::default()).unwrap());
            }
            Verb::Compare => {
                drop(compare(&model, &question, Some(&bundle), &Watch::default()).unwrap())
            }
        }
        let report = std::fs::read_to_string(bundle.folder.join("report.html")).unwrap();
        assert!(!report.contains("http://") && !report.contains("https://"));
        assert!(!report.contains("NaN") && !report.contains("inf%"));
        assert_eq!(report.matches("<svg").count(), report.matches("</svg>").count());
        if let Some(view) = std::env::var_os("DETENTE_VIEW") {
            std::fs::write(std::path::Path::new(&view).join(format!("{verb:?}.html")), report)
                .unwrap();
        }
    }
}
