//! What the record says of the turning points of the shipped scenario, also of those over several
//! deeds or behind a state.

use std::collections::BTreeMap;
use std::path::Path;

use detente_lab::{Question, Recorded, TurningPoint, Watch, ensemble, turning_points};

fn points() -> BTreeMap<String, TurningPoint> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/little-detente");
    let model = detente_scenario::load(&folder).model.expect("a shipped scenario is sound");
    let question = Question { histories: 64, ..Question::default() };
    let (answer, _) = ensemble(&model, &question, None, &Watch::default()).expect("an answer");
    let points = turning_points(&model, &answer);
    points.into_iter().map(|point| (point.id.clone(), point)).collect()
}

#[test]
fn the_record_dates_what_it_has() {
    let points = points();
    for (id, day) in [
        ("armistice_by_1953", "1953-07-27"),
        // An answer, held against the day of the decision.
        ("edc_fails", "1954-08-30"),
        ("new_look_by_1953", "1953-10-30"),
        // A state that several deeds may set.
        ("new_course_in_gdr_before_17_june", "1953-05-27"),
        // A count before and after, and one of two.
        ("rising_in_poland_1956", "1956-06-28"),
        ("rising_in_hungary_1956", "1956-10-23"),
        ("risings_in_1956", "1956-06-28"),
    ] {
        let point = &points[id];
        assert_eq!(point.happened.as_deref(), Some(day), "{id}");
        assert_eq!(point.recorded, Some(Recorded::Truth(true)), "{id}");
    }
}

#[test]
fn what_did_not_happen_is_said_so() {
    let points = points();
    for id in ["general_war_by_1956", "germany_reunified_by_1956", "offer_of_free_elections"] {
        assert_eq!(points[id].recorded, Some(Recorded::Truth(false)), "{id}");
        assert_eq!(points[id].happened, None, "{id}");
    }
    // Not by then, but later: the one deed has its date.
    let early = &points["summit_before_1955"];
    assert_eq!(early.recorded, Some(Recorded::Truth(false)));
    assert_eq!(early.happened.as_deref(), Some("1955-07-18"));
}
