//! Claims on a world whose effects are known on paper.
//!
//! Each history draws one number, luck, even between 0 and 1. It wins if luck is under
//! bar + shift · policy = 0.6 + 0.2 · policy. Its yield is 10 + 5 · luck + 10 · shift · policy. The
//! gate opens in week 10 + 4 · policy, but not at all where luck is 0.75 or more.

use std::cell::Cell;
use std::path::PathBuf;

use detente_scenario::reading::Source;

use super::*;
use crate::openings::OPENINGS;
use crate::question::Progress;
use crate::scenario::{Severity, open};

const SCENARIO: &str = r#"
format = 1
title = "Luck and policy"
start = 1953-01-05
weeks = 30
about = "For tests."
"#;

const MODEL: &str = r#"
about = "Luck and policy."
[trait.luck]
about = "Luck."
draw = "uniform(0, 1)"
judgement = "Even."
[parameter.bar]
about = "The bar."
value = 0.6
range = [0, 1]
prior = "uniform(0.55, 0.65)"
unit = "1"
source = "manual"
[parameter.shift]
about = "What policy does."
value = 0.2
range = [-1, 1]
prior = "uniform(-0.1, 0.3)"
unit = "1"
judgement = "A fifth."
[parameter.idle]
about = "Read by nothing that matters."
value = 0.5
range = [0, 1]
prior = "uniform(0, 1)"
unit = "1"
judgement = "Idle."
[parameter.policy]
about = "The policy."
value = 0
unit = "1"
judgement = "None."
[parameter.opening]
about = "When the gate opens."
value = 10
unit = "week"
judgement = "The tenth week."
[parameter.delay]
about = "What policy delays it by."
value = 4
unit = "week"
judgement = "A month."
[variable.won]
about = "It wins."
equals = "luck < bar + shift * policy"
[variable.yield_now]
about = "What it yields."
equals = "10 + 5 * luck + 10 * shift * policy + 0 * idle"
unit = "1"
judgement = "Made up."
[variable.lucky]
about = "Luck is under a half."
equals = "2 * luck < 1"
[variable.hopeless]
about = "Luck is what it cannot be."
equals = "luck > 2"
[event.gate_opens]
about = "The gate opens."
needs = "4 * luck < 3"
on = "week >= opening + delay * policy"
says = "The gate opens."
judgement = "In the tenth week."
[event.thunder]
about = "It thunders, which it never does."
needs = "hopeless"
rate = 1
says = "It thunders."
judgement = "Never."
[decision.plea]
about = "A plea that is never put."
seat = "chance"
asks = "Plead?"
when = "hopeless"
mood = "4 weeks"
judgement = "Never put."
otherwise = "silent"
[decision.plea.option.silent]
says = "Silence."
[decision.plea.option.plead]
says = "A plea."
[outcome.wins]
title = "It wins"
is = "at(won, 1953-06-01)"
[outcome.yields]
title = "What it yields"
is = "at(yield_now, 1953-06-01)"
unit = "1"
[outcome.gate]
title = "The gate"
is = "date_of(gate_opens)"
"#;

const CLAIMS: &str = r#"
[claim.a_points]
says = "Policy wins a fifth more."
by = "book"
subsystem = "world"
standing = "consensus"
rivals = ["b_unchanged"]
given = ["policy = 1"]
expects = [{ outcome = "wins", change = [0.1, 0.3], as = "points" }]
[claim.b_unchanged]
says = "Policy changes nothing."
by = "manual, 3"
subsystem = "world"
standing = "minority"
given = ["policy = 1"]
expects = [{ outcome = "wins", within = 0.05, as = "points" }]
[claim.c_ratio]
says = "By a third."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
expects = [{ outcome = "wins", change = [1.2, 1.5], as = "ratio" }, { outcome = "yields", change = [1.1, 1.2], as = "ratio" }]
[claim.d_level]
says = "Six of ten win."
by = "book"
subsystem = "world"
standing = "contested"
expects = [{ outcome = "wins", change = [0.55, 0.65], as = "level" }]
[claim.e_weeks]
says = "The gate opens a month later."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
expects = [{ outcome = "gate", change = [2, 6], as = "weeks" }, { outcome = "gate", within = 0.01, as = "points" }]
[claim.f_among]
says = "Among the unlucky, two in five are won."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
among = "not at(lucky, 1953-06-01)"
expects = [{ outcome = "wins", change = [0.35, 0.45], as = "points" }]
[claim.g_arms]
says = "More policy wins, less loses."
by = "book"
subsystem = "world"
standing = "contested"
arms = { more = ["policy = 1"], less = ["policy = -1"] }
expects = [{ outcome = "wins", arm = "more", change = [0.1, 0.3], as = "points" }, { outcome = "wins", arm = "less", change = [-0.3, -0.1], as = "points" }]
[claim.h_each]
says = "Nothing of the sort changes the yield's sign."
by = "book"
subsystem = "world"
standing = "contested"
for_each = "what-ifs/*"
expects = [{ outcome = "yields", change = [5, 20], as = "level" }]
[claim.i_never_bites]
says = "Without thunder all would be won."
by = "book"
subsystem = "world"
standing = "consensus"
given = ["thunder never"]
expects = [{ outcome = "wins", change = [0.1, 0.3], as = "points" }]
[claim.j_never_put]
says = "A plea would lose."
by = "book"
subsystem = "world"
standing = "consensus"
given = ["plea = plead"]
expects = [{ outcome = "wins", change = [-0.9, -0.1], as = "points" }]
[claim.k_nobody]
says = "Among nobody, anything."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
among = "at(hopeless, 1953-06-01)"
expects = [{ outcome = "wins", change = [0.1, 0.3], as = "points" }]
[claim.z_sealed]
says = "Kept for the end."
by = "book"
subsystem = "world"
standing = "contested"
given = ["policy = 1"]
expects = [{ outcome = "wins", change = [0.1, 0.3], as = "points" }]
"#;

const WHAT_IFS: &str = r#"
[what_if.more]
title = "More"
about = "More."
does = ["policy = 1"]
[what_if.much_more]
title = "Much more"
about = "Much more."
does = ["policy = 2"]
"#;

const SCHOOLS: &str = r#"
[school.contrarian]
title = "Policy hurts"
about = "It does."
changes = ["shift = -0.2"]
source = "book"
[school.low_bar]
title = "A lower bar"
about = "Lower."
override.parameter.bar.value = 0.3
override.parameter.bar.prior = "uniform(0.25, 0.35)"
source = "book"
"#;

const SPLIT: &str = r#"
[register]
[claims]
tune = ["b_unchanged", "c_ratio"]
check = ["a_points", "d_level", "e_weeks", "f_among", "g_arms", "h_each", "i_never_bites", "j_never_put", "k_nobody"]
sealed = ["z_sealed"]
"#;

const SOURCES: &str = "@book{book, author = {A}, title = {A Book}, date = {1953}}\n\
                       @book{manual, author = {B}, title = {A Manual}, date = {1953}}\n";

fn files() -> Vec<(String, Vec<u8>)> {
    [
        ("scenario.toml", SCENARIO),
        ("model/world.toml", MODEL),
        ("claims/all.toml", CLAIMS),
        ("what-ifs/all.toml", WHAT_IFS),
        ("schools/all.toml", SCHOOLS),
        ("split.toml", SPLIT),
        ("sources.bib", SOURCES),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .to_vec()
}

fn source() -> Source {
    Source::Memory { name: "luck".to_owned(), files: files() }
}

fn load(source: &Source, schools: &[String]) -> Model {
    let opened = open(source, schools, |_| None);
    let errors: Vec<String> =
        opened.of(Severity::Error).map(|finding| finding.message.clone()).collect();
    opened.model.unwrap_or_else(|| panic!("{errors:?}"))
}

/// Asks about claims of a scenario.
struct Asking {
    source: Source,
    names: Vec<String>,
    seals: Seals,
    under: Under,
    given: Given,
    jobs: usize,
    folder: Option<PathBuf>,
}

impl Asking {
    fn of(names: &[&str]) -> Self {
        Self {
            source: source(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            seals: Seals::Kept,
            under: Under::Author,
            given: Given::FromTheStart,
            jobs: 1,
            folder: None,
        }
    }

    fn ask(&self, watch: &Watch<'_>) -> Result<Claims, LabError> {
        let model = load(&self.source, &[]);
        let with_school = |school: &str| Ok(load(&self.source, &[school.to_owned()]));
        let inquiry = Inquiry {
            source: &self.source,
            model: &model,
            with_school: &with_school,
            names: self.names.clone(),
            seals: self.seals,
            under: self.under,
            given: self.given,
            seed: 1,
            pairs: AUTHORS_PAIRS,
            jobs: NonZeroUsize::new(self.jobs),
            folder: self.folder.clone(),
        };
        claims(&inquiry, watch)
    }

    fn answer(&self) -> Claims {
        self.ask(&Watch::default()).unwrap()
    }
}

fn claim<'a>(answer: &'a Claims, id: &str) -> &'a ClaimAnswer {
    answer.claims.iter().find(|claim| claim.id == id).unwrap()
}

fn close(effect: Option<Effect>, value: f64, within: f64) {
    let effect = effect.unwrap();
    assert!((effect.value - value).abs() < within, "{effect:?} {value}");
    assert!(effect.interval[0] <= value && value <= effect.interval[1], "{effect:?} {value}");
}

#[test]
fn effects_are_those_on_paper() {
    let answer = Asking::of(&[]).answer();
    assert_eq!(answer.sealed_left_out, 1);
    assert!(answer.claims.iter().all(|claim| claim.id != "z_sealed"));
    let finding = |id: &str, number: usize| claim(&answer, id).findings[number].clone();
    close(finding("a_points", 0).effect, 0.2, 0.03);
    close(finding("c_ratio", 0).effect, 0.8 / 0.6, 0.05);
    // Mean yield is 12.5, and 14.5 with policy.
    close(finding("c_ratio", 1).effect, 14.5 / 12.5, 0.01);
    close(finding("d_level", 0).effect, 0.6, 0.04);
    close(finding("f_among", 0).effect, 0.4, 0.05);
    assert!((finding("f_among", 0).share_counted - 0.5).abs() < 0.04);
    close(finding("g_arms", 1).effect, -0.2, 0.03);
    assert_eq!(finding("g_arms", 1).arm.as_deref(), Some("less"));
    let weeks = finding("e_weeks", 0);
    assert_eq!(weeks.effect.unwrap(), Effect { value: 4.0, interval: [4.0, 4.0] });
    assert!((weeks.share_counted - 0.75).abs() < 0.04);
    assert_eq!(weeks.never, Some([0.0, 0.0]));
    let each = &claim(&answer, "h_each").findings;
    assert_eq!(each.len(), 2);
    close(each[1].effect, 16.5, 0.2);
}

#[test]
fn verdicts_follow_from_the_effects() {
    let answer = Asking::of(&[]).answer();
    let said = |id: &str| (claim(&answer, id).verdict, claim(&answer, id).in_band);
    use Verdict::{Against, Supported, Undecided};
    for (id, verdict, in_band) in [
        ("a_points", Supported, true),
        ("b_unchanged", Against, false),
        ("c_ratio", Supported, true),
        ("d_level", Supported, true),
        ("e_weeks", Supported, true),
        ("f_among", Supported, true),
        ("g_arms", Supported, true),
        ("h_each", Supported, true),
        ("i_never_bites", Undecided, false),
        ("j_never_put", Undecided, false),
        ("k_nobody", Undecided, false),
    ] {
        assert_eq!(said(id), (verdict, in_band), "{id}");
    }
    let pair = &answer.rivals[0];
    assert_eq!(pair.pair, ["a_points", "b_unchanged"]);
    assert_eq!((pair.decided, pair.side.as_deref()), (true, Some("a_points")));
    assert_eq!((answer.pairs_decided, pair.both_pass), (1, false));
    // The bar, on the way to winning, is taken from the manual: a claim of the manual is no witness.
    assert!(!claim(&answer, "a_points").built_in);
    let built_in = claim(&answer, "b_unchanged");
    assert_eq!(built_in.built_in_by["manual"], ["bar"]);
}

#[test]
fn changes_that_never_bite_are_told() {
    let answer = Asking::of(&["i_never_bites", "j_never_put", "k_nobody"]).answer();
    let notes = |id: &str| claim(&answer, id).notes.join("; ");
    assert!(notes("i_never_bites").contains("never bites"), "{}", notes("i_never_bites"));
    let put = notes("j_never_put");
    assert!(put.contains("the question plea was never put in 100 of 100 histories"), "{put}");
    assert!(notes("k_nobody").contains("no history counts"));
}

/// Under the prior, shift is even over [−0.1, 0.3]: three draws in four have the expected sign. It
/// turns at a shift of nothing; the contrarians turn it, and a lower bar does not.
#[test]
fn firmness_and_what_it_hangs_on() {
    let mut asking = Asking::of(&["a_points", "d_level"]);
    asking.under = Under::All;
    let answer = asking.answer();
    assert_eq!(answer.sets.len(), 4);
    let points = claim(&answer, "a_points");
    assert_eq!(points.firmness, Some(Firmness::HangsOn));
    assert_eq!(points.falls, Some(Falls::For));
    let set = |school: Option<&str>, base: Base| {
        let own = |set: &&SetAnswer| set.set.school.as_deref() == school && set.set.base == base;
        points.sets.iter().find(own).unwrap()
    };
    assert!((set(None, Base::Prior).as_claimed - 0.75).abs() < 0.2);
    assert_eq!(set(Some("contrarian"), Base::Prior).as_claimed, 0.0);
    assert_eq!(set(None, Base::Author).as_claimed, 1.0);
    let hinges: Vec<&str> = points.hangs_on.iter().map(|one| one.assumption.as_str()).collect();
    assert_eq!(hinges, ["shift", "contrarian"]);
    let at = points.hangs_on[0].flips_at.unwrap();
    assert!(at.abs() < 0.005, "{at}");
    assert_eq!(points.hangs_on[0].stands_at, Some(0.2));
    assert_eq!(points.hangs_on[0].turns, Falls::Against);
    // Six of ten win whatever policy does, unless the bar is low: that school turns it.
    let level = claim(&answer, "d_level");
    assert_eq!(level.hangs_on.last().unwrap().assumption, "low_bar");
    assert_eq!(level.hangs_on.last().unwrap().kind, HingeKind::School);
}

#[test]
fn a_claim_on_what_a_school_sets_holds_in_its_own_arm() {
    let assumed = load(&source(), &["contrarian".to_owned()]);
    let school = &assumed.schools[0].changes;
    let detente_model::Grouping::Given(given) = &assumed.claims[0].grouping else { panic!() };
    assert_eq!(plan::laid_over(school, given).len(), 2);
    assert_eq!(plan::laid_over(school, school), *school);
}

/// Any number of threads, stopped and gone on with: the same bytes.
#[test]
fn parts_give_the_same_bytes() {
    let whole = serde_json::to_string(&{
        let mut asking = Asking::of(&["a_points", "b_unchanged"]);
        asking.under = Under::All;
        asking.answer()
    })
    .unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut asking = Asking::of(&["a_points", "b_unchanged"]);
    (asking.under, asking.jobs, asking.folder) = (Under::All, 3, Some(place.path().to_owned()));
    let mut stops = 0;
    let finished = loop {
        let watch = Watch::default();
        let stop = watch.stop.clone();
        let began = Cell::new(None);
        // Stops some way on from where it began, further each time.
        let some_way = 12_000 * (stops + 1);
        let tell = |progress: Progress| {
            let from = began.get().unwrap_or(progress.finished);
            began.set(Some(from));
            if progress.finished > from + some_way {
                stop.now();
            }
        };
        let watch = Watch { progress: Some(&tell), stop: watch.stop.clone() };
        let answer = asking.ask(&watch).unwrap();
        if !watch.stop.asked() {
            break answer;
        }
        stops += 1;
        assert!(stops < 40);
    };
    assert!(stops > 0, "it was never stopped");
    assert_eq!(serde_json::to_string(&finished).unwrap(), whole);
    let again = asking.answer();
    assert_eq!(serde_json::to_string(&again).unwrap(), whole);
}

#[test]
fn what_is_sealed_is_opened_only_when_asked_and_written_down() {
    let error = Asking::of(&["z_sealed"]).ask(&Watch::default()).unwrap_err().to_string();
    assert!(error.contains("--open"), "{error}");
    let date = Date::constant(2026, 5, 1);
    let mut asking = Asking::of(&["z_sealed"]);
    asking.seals = Seals::Opened(date);
    // A scenario in memory has no folder to write in: nothing is run.
    let error = asking.ask(&Watch::default()).unwrap_err().to_string();
    assert!(error.contains("openings") || error.contains("opening"), "{error}");
    let place = tempfile::tempdir().unwrap();
    for (path, text) in files() {
        let path = place.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    asking.source = Source::Folder(place.path().to_owned());
    assert_eq!(asking.answer().openings_before, 0);
    let again = asking.answer();
    assert_eq!(again.openings_before, 1);
    let log = Openings::read(&asking.source).unwrap();
    assert_eq!((log.count(), log.lines.len()), (2, 4));
    assert_eq!(log.lines[0].what, "claim z_sealed");
    assert!(log.lines[1].result.starts_with("supported, in band; wins 0."), "{log:?}");
    assert!(place.path().join(OPENINGS).is_file());
    // The log is no part of the scenario, and no stranger in its folder.
    let opened = open(&asking.source, &[], |_| None);
    assert!(opened.findings.iter().all(|finding| !finding.message.contains(OPENINGS)));
}

#[test]
fn wrong_names_get_a_suggestion() {
    let error = Asking::of(&["a_pionts"]).ask(&Watch::default()).unwrap_err().to_string();
    assert!(error.contains("a_points"), "{error}");
    let mut asking = Asking::of(&[]);
    asking.under = Under::Posterior;
    let error = asking.ask(&Watch::default()).unwrap_err().to_string();
    assert!(error.contains("--under prior"), "{error}");
}

/// Every claim that is shipped, the sealed too, has something to measure and can be laid over every
/// school. Nothing is run.
#[test]
fn shipped_claims_can_be_measured_under_every_school() {
    for name in ["little-detente", "two-powers"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
        let source = Source::Folder(folder);
        let schools = load(&source, &[]).schools.into_iter().map(|school| vec![school.id]);
        for school in std::iter::once(Vec::new()).chain(schools) {
            let model = load(&source, &school);
            let all: Vec<usize> = (0..model.claims.len()).collect();
            let plan = Plan::of(&model, &all, Given::FromTheStart).unwrap();
            assert!(plan.measured.len() >= model.claims.len());
            let doubt = detente_engine::Doubt::AtValues;
            if let Err(error) = plan::Compiled::of(&model, &plan, &[], &doubt) {
                panic!("{name} {school:?}: {error}");
            }
        }
    }
}

/// Stopped in the middle of the only part there is at the author's values, it goes on from what was
/// finished, to the same bytes.
#[test]
fn the_authors_values_go_on_from_where_they_stopped() {
    let whole = serde_json::to_string(&Asking::of(&["a_points", "b_unchanged"]).answer()).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut asking = Asking::of(&["a_points", "b_unchanged"]);
    asking.folder = Some(place.path().to_owned());
    let stop = crate::question::Stop::default();
    let tell = |progress: Progress| {
        if 2 * progress.finished > progress.of {
            stop.now();
        }
    };
    let answer = asking.ask(&Watch { progress: Some(&tell), stop: stop.clone() }).unwrap();
    assert!(!answer.finished && parts_lie_in(place.path()));
    let first = Cell::new(None);
    let tell = |progress: Progress| {
        first.set(first.get().or(Some((progress.finished, progress.of))));
    };
    let answer = asking.ask(&Watch { progress: Some(&tell), ..Watch::default() }).unwrap();
    let (finished, of) = first.get().unwrap();
    assert!(3 * finished > of && finished < of, "{finished} of {of}");
    assert_eq!(serde_json::to_string(&answer).unwrap(), whole);
}
