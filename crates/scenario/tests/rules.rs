//! Each rule of the language that needs names, types, units or provenance: what breaks it is found, at
//! its place.

mod small;

use small::{findings, marked, small, small_with};

/// What is found in elements laid beside the small scenario: codes with the text underlined.
macro_rules! rules {
    ($($name:ident: $toml:expr => $expected:expr;)+) => {$(
        #[test]
        fn $name() {
            let expected: &[&str] = &$expected;
            assert_eq!(marked($toml), expected);
        }
    )+};
}

#[test]
fn the_small_scenario_is_sound() {
    assert_eq!(findings(&small()), Vec::<String>::new());
}

rules! {
    a_name_is_suggested:
        "[outcome.o]\ntitle = 'O'\nis = 'at(tensoin, 1953-05-04)'" => ["S030 tensoin"];
    elements_and_members_share_names:
        "[outcome.gdr]\ntitle = 'O'\nis = 'happened(truce)'" => ["S031 gdr"];
    persons_are_not_dollars:
        "[outcome.o]\ntitle = 'O'\nis = 'at(people[gdr] + 2 dollar, 1953-05-04)'"
        => ["S041 2 dollar"];
    a_truth_is_no_number:
        "[outcome.o]\ntitle = 'O'\nis = 'at(tension + revolt[gdr], 1953-05-04)'"
        => ["S040 revolt[gdr]"];
    indices_are_members_of_the_set:
        "[outcome.o]\ntitle = 'O'\nis = 'at(revolt[malenkov], 1953-05-04)'" => ["S032 malenkov"];
    an_indexed_element_wants_its_index:
        "[outcome.o]\ntitle = 'O'\nis = 'at(revolt, 1953-05-04)'" => ["S032 revolt"];
    a_bare_number_in_a_reason:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\njudgement = 'J.'\nbecause = { a = '3 * tension' }"
        => ["S047 3"];
    a_bare_number_in_an_effect:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\njudgement = 'J.'\ndoes = 'tension += 7'"
        => ["S047 7"];
    plain_numbers_need_no_name:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\nbecause = { a = '2 * (tension - 100) / 100' }" => [];
    a_reason_has_no_unit:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\nbecause = { a = 'people[gdr]' }"
        => ["S043 people[gdr]"];
    a_rate_is_per_week:
        "[event.e]\nabout = 'E.'\nrate = 'tension'" => ["S044 tension"];
    an_effect_on_a_parameter:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\ndoes = 'pace *= 2'" => ["S051 pace"];
    an_effect_in_the_wrong_unit:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\ndoes = 'tension += people[gdr]'"
        => ["S041 people[gdr]"];
    a_state_takes_its_own_members:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\ndoes = 'premier = gdr'" => ["S040 gdr"];
    a_state_that_is_never_none:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\ndoes = 'premier = none'" => ["S040 none"];
    an_event_by_rate_or_by_date:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\non = 1953-03-05\njudgement = 'J.'"
        => ["S055 [event.e]"];
    a_date_beyond_the_calendar:
        "[event.e]\nabout = 'E.'\non = 1957-03-05\njudgement = 'J.'" => ["S056 1957-03-05"];
    a_date_wants_a_source:
        "[event.e]\nabout = 'E.'\non = 1953-03-05" => ["S060 1953-03-05"];
    a_duration_wants_a_source:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\ncooldown = '4 weeks'" => ["S060 4 weeks"];
    a_number_wants_a_source:
        "[variable.v]\nabout = 'V.'\nunit = '1'\nequals = 'tension / 7'\n\
         [outcome.o]\ntitle = 'O'\nis = 'at(v, 1953-05-04)'" => ["S060 7"];
    measures_stand_in_outcomes:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\nneeds = 'by(truce, 1953-05-04)'"
        => ["S045 by(truce, 1953-05-04)"];
    weeks_since_is_compared:
        "[outcome.o]\ntitle = 'O'\nis = 'at(weeks_since(truce), 1953-05-04)'"
        => ["S045 weeks_since(truce)"];
    a_variable_that_is_a_number_has_a_unit:
        "[variable.v]\nabout = 'V.'\nequals = 'tension'\n\
         [outcome.o]\ntitle = 'O'\nis = 'at(v, 1953-05-04)'" => ["S013 [variable.v]"];
    members_have_the_attributes_they_have:
        "[outcome.o]\ntitle = 'O'\nis = 'at(premier.height == 2, 1953-05-04)'" => ["S037 height"];
    a_stock_starts_in_its_range:
        "[stock.k]\nabout = 'K.'\nunit = '1'\ninitial = 7\nrange = [0, 5]\njudgement = 'J.'\n\
         [outcome.o]\ntitle = 'O'\nis = 'at(k, 1953-05-04)'" => ["S048 7"];
    a_change_is_per_week:
        "[stock.k]\nabout = 'K.'\nunit = '1'\ninitial = 0\nchange = 'tension'\njudgement = 'J.'\n\
         [outcome.o]\ntitle = 'O'\nis = 'at(k, 1953-05-04)'" => ["S041 tension"];
    each_member_has_a_value:
        "[parameter.k]\nover = 's in satellite'\nabout = 'K.'\nunit = '1'\nvalue = { gdr = 1 }\n\
         judgement = 'J.'\n[outcome.o]\ntitle = 'O'\nis = 'at(k[gdr], 1953-05-04)'"
        => ["S075 { gdr = 1 }"];
    a_spread_that_is_negative:
        "[trait.k]\nabout = 'K.'\ndraw = 'normal(0, -2)'\n\
         [outcome.o]\ntitle = 'O'\nis = 'at(k, 1953-05-04)'" => ["S059 normal(0, -2)"];
    a_fold_over_no_set:
        "[outcome.o]\ntitle = 'O'\nis = 'at(sum(s in satelite: people[s]), 1953-05-04)'"
        => ["S030 satelite"];
    an_option_that_is_not_there:
        "[outcome.o]\ntitle = 'O'\nis = 'chose(answer[gdr], wiat)'" => ["S036 wiat"];
    a_code_of_no_survey:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\nact = { from = 'gdr', to = 'poland', weis = '999' }"
        => ["S015 '999'"];
    a_sentence_shows_indices_only:
        "[event.e]\nabout = 'E.'\nrate = 'pace'\nsays = 'In {premier}.'" => ["S045 premier"];
}

#[test]
fn a_circle_is_printed() {
    let toml = "[variable.a]\nabout = 'A.'\nequals = 'not b'\n[variable.b]\nabout = 'B.'\n\
                equals = 'c'\n[variable.c]\nabout = 'C.'\nequals = 'a or revolt[gdr]'";
    let found = findings(&small_with(toml));
    assert_eq!(found, ["S050 a: these depend on each other in one week: a -> b -> c -> a"]);
}

#[test]
fn what_was_last_week_makes_no_circle() {
    let toml = "[variable.a]\nabout = 'A.'\nequals = 'last(b) or revolt[gdr]'\n\
                [variable.b]\nabout = 'B.'\nequals = 'a'\n\
                [outcome.o]\ntitle = 'O'\nis = 'at(b, 1953-05-04)'";
    assert_eq!(findings(&small_with(toml)), Vec::<String>::new());
}

#[test]
fn a_folder_without_a_head_is_told_so_and_no_more() {
    let base = small().into_iter().filter(|(path, _)| path != "scenario.toml").collect();
    assert_eq!(findings(&base), ["S007 : `small` has no scenario.toml"]);
}

/// A scenario without files in model/ lists none as subsystems.
#[test]
fn no_subsystem_can_be_named_where_there_is_none() {
    let record = "[[event]]\nid = 'a'\nsubsystem = 'x'\ndate = 1953-02-02\ntitle = 'A'\n";
    let head = small().into_iter().filter(|(path, _)| !path.starts_with("model/"));
    let files: Vec<_> = head.chain([("record.toml".to_owned(), record.to_owned())]).collect();
    let help = small::loaded(&files).findings.into_iter().find(|one| one.message.contains("`x`"));
    let help = help.expect("a finding").help;
    assert_eq!(help, "a subsystem is a file of model/, and there is none");
}
