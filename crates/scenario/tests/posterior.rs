//! A posterior beside the scenario: taken in if it fits, left out with a warning if not, and never part
//! of the digest it names.

mod small;

use detente_model::Model;
use detente_scenario::Loaded;
use detente_scenario::diagnostic::{Code, Severity};
use detente_scenario::load_with;
use detente_scenario::reading::Source;

use small::{Files, loaded, model, small};

fn with(csv: &str, fitted_to: &str) -> Files {
    let mut files = small();
    files.push(("posterior.csv".to_owned(), csv.to_owned()));
    let manifest = format!("[posterior]\nfitted_to = '{fitted_to}'\n");
    files.push(("posterior.toml".to_owned(), manifest));
    files
}

fn codes(loaded: &Loaded) -> Vec<Code> {
    assert!(loaded.findings.iter().all(|finding| finding.severity == Severity::Warning));
    loaded.findings.iter().map(|finding| finding.code).collect()
}

fn model_of(loaded: Loaded) -> Model {
    loaded.model.expect("a posterior never makes a scenario unsound")
}

#[test]
fn draws_are_read_in_the_parameter_s_own_unit() {
    let bare = model();
    let loaded = loaded(&with("# made by a fit\npace\n0.5\n1.04\n", &bare.substance));
    assert_eq!(codes(&loaded), []);
    let model = model_of(loaded);
    assert_eq!(model.digest, bare.digest, "a posterior is no part of what it was fitted to");
    let posterior = model.posterior.as_ref().expect("it fits");
    assert_eq!(posterior.columns, [model.find("pace").expect("a parameter")]);
    assert_eq!(posterior.rows, [[0.5 / 52.0], [1.04 / 52.0]]);
}

#[test]
fn a_stale_posterior_is_kept_with_a_warning() {
    let loaded = loaded(&with("pace\n0.5\n", "0123"));
    assert_eq!(codes(&loaded), [Code::StalePosterior]);
    assert_eq!(model_of(loaded).posterior.expect("kept").fitted_to, "0123");
}

/// A better sentence does not cost a fit; a number, a formula or a date does.
#[test]
fn a_posterior_goes_stale_with_what_it_rests_on() {
    let bare = model().substance;
    let after = |path: &str, from: &str, to: &str| {
        let mut files = small();
        let (_, text) = files.iter_mut().find(|(at, _)| at == path).expect("a file");
        assert!(text.contains(from), "{text}");
        *text = text.replacen(from, to, 1);
        model_of(loaded(&files)).substance
    };
    for (from, to) in [
        ("about = 'Pace.'", "about = 'How fast it goes.' # better said"),
        ("about = 'A base.'", "about = 'The base.'"),
        ("judgement = 'A guess.'", "judgement = 'A guess, and why.'"),
    ] {
        assert_eq!(after("model/base.toml", from, to), bare, "{from}");
    }
    for (from, to) in [
        ("value = 0.5", "value = 0.51"),
        ("prior = 'normal(0.5, 0.1)'", "prior = 'normal(0.5, 0.2)'"),
        ("rate = 'pace'", "rate = '2 * pace'"),
        ("on = 1953-02-02", "on = 1953-02-09"),
    ] {
        assert_ne!(after("model/base.toml", from, to), bare, "{from}");
    }
    assert_ne!(after("scenario.toml", "weeks = 104", "weeks = 105"), bare);
}

#[test]
fn what_does_not_fit_is_left_out_with_a_warning() {
    for (csv, says) in [
        ("pase\n0.5\n", "no parameter `pase`"),
        ("tension\n60\n", "no parameter `tension`"),
        ("pace,pace\n0.5,0.5\n", "two columns"),
        ("pace\n2.5\n", "outside the range"),
        ("pace\nnan\n", "not a number"),
        ("pace\n0.5,0.6\n", "cannot be read"),
        ("pace\n", "no draws"),
        ("", "no draws"),
    ] {
        let loaded = loaded(&with(csv, "0123"));
        assert_eq!(codes(&loaded), [Code::UnfitPosterior], "{csv}");
        assert!(loaded.findings[0].message.contains(says), "{}", loaded.findings[0].message);
        assert_eq!(model_of(loaded).posterior, None);
    }
}

#[test]
fn one_file_without_the_other_is_no_posterior() {
    for missing in ["posterior.csv", "posterior.toml"] {
        let mut files = with("pace\n0.5\n", "0123");
        files.retain(|(path, _)| path != missing);
        let loaded = loaded(&files);
        assert_eq!(codes(&loaded), [Code::UnfitPosterior]);
        assert_eq!(model_of(loaded).posterior, None);
    }
}

/// A school that overrides a parameter assumes it: the posterior does not speak of it there.
#[test]
fn a_school_s_assumption_holds_against_the_posterior() {
    let mut files = with("pace\n0.5\n", &model().substance);
    let school = "[school.slow]\ntitle = 'Slow'\nabout = 'All is slow.'\njudgement = 'A view.'\n\
                  [school.slow.override.parameter.pace]\nvalue = 0.2\n";
    files.push(("schools/slow.toml".to_owned(), school.to_owned()));
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let source = Source::Memory { name: "small".to_owned(), files };
    let under = model_of(load_with(&source, &["slow"])).posterior.expect("there");
    assert!(under.columns.is_empty() && under.rows == [[0.0; 0]]);
    assert_eq!(model_of(load_with(&source, &[])).posterior.expect("there").columns.len(), 1);
}
