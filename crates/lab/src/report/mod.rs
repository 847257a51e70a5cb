//! `report.html`: the answer as a page to read, in one file and without a network.

mod chronicle;
mod claims;
mod cross;
mod fit;
pub(crate) mod given;
mod members;
mod outcomes;
mod page;
mod ridges;
mod scale;
mod score;
mod sensitivity;
mod series;
mod why;
mod why_not;
pub(crate) mod words;

pub use why::why_page;
pub use why_not::why_not_page;

use detente_model::{Change, Intervention, Model};
pub(crate) use fit::fit_report;
use maud::{Markup, html};

use crate::answer::{Asked, Ensemble};
use crate::bundle::{Told, Verb, command};
use crate::compare::Comparison;
use crate::history::history_of;
use crate::question::{Parameters, Question};
pub use claims::claims_report;
pub(crate) use cross::cross_report;
pub use score::score_report;
pub(crate) use sensitivity::sensitivity_report;
use words::{change_of_100_beside, count, date, of_100, sentence};

/// One run on the page.
pub(crate) struct Arm<'a> {
    /// In the key: "the baseline: nothing changed".
    name: String,
    /// In heads: "base", "what-if".
    head: &'static str,
    /// Whether it is what the reader changed.
    changed: bool,
    answer: &'a Ensemble,
}

/// Everything the figures are drawn from.
pub(crate) struct View<'a> {
    model: &'a Model,
    arms: Vec<Arm<'a>>,
    comparison: Option<&'a Comparison>,
    /// Where the change lies in the period, 0 to 1, and in what words.
    span: Option<(f64, f64, String)>,
}

/// The report of an ensemble.
pub(crate) fn ensemble_report(
    model: &Model,
    question: &Question,
    answer: &Ensemble,
    told: &Told,
) -> String {
    let changed = !answer.asked.interventions.is_empty();
    let name = if changed { words_of_change(model, &answer.asked) } else { "the model".to_owned() };
    let head = if changed { "what-if" } else { "model" };
    let view = View {
        model,
        arms: vec![Arm { name, head, changed, answer }],
        comparison: None,
        span: span(model, question),
    };
    let one = told.one.iter().map(|deeds| ("this history", history_of(model, question, deeds)));
    report(&view, Verb::Ensemble, &ensemble_answer(&view), &one.collect::<Vec<_>>())
}

/// The report of a comparison.
pub(crate) fn comparison_report(
    model: &Model,
    question: &Question,
    answer: &Comparison,
    told: &Told,
) -> String {
    let change = words_of_change(model, &answer.asked);
    let baseline = Arm {
        name: "the baseline: nothing changed".to_owned(),
        head: "base",
        changed: false,
        answer: &answer.baseline,
    };
    let what_if = Arm {
        name: format!("the what-if: {change}"),
        head: "what-if",
        changed: true,
        answer: &answer.what_if,
    };
    let view = View {
        model,
        arms: vec![baseline, what_if],
        comparison: Some(answer),
        span: span(model, question),
    };
    let unchanged = question.unchanged();
    let one = told.one.iter().map(|deeds| ("the baseline", history_of(model, &unchanged, deeds)));
    let changed = told.changed.iter();
    let both = one.chain(changed.map(|deeds| ("the what-if", history_of(model, question, deeds))));
    report(&view, Verb::Compare, &comparison_answer(&view, answer), &both.collect::<Vec<_>>())
}

fn report(
    view: &View<'_>,
    verb: Verb,
    answer: &Markup,
    histories: &[(&str, crate::history::History)],
) -> String {
    let model = view.model;
    let place = format!("{} {}", model.title, words::years(model));
    let foot = format!(
        "{place}. Scenario {} {}, release {}. Every figure is the model's; dates of what happened are the record's.",
        model.name,
        model.digest.chars().take(12).collect::<String>(),
        crate::RELEASE
    );
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (answer) }
            p.t-note.quiet style="margin-top:18px;max-width:78ch" {
                (outcomes::error_sentence(view))
            }
        }
        @for figure in [outcomes::chances(view), members::members(view), outcomes::measures(view), ridges::timing(view), series::fans(view)].into_iter().flatten() {
            (figure)
        }
        @if let Some(chronicle) = chronicle::chronicle(model, histories) { (chronicle) }
        @if let Some(met) = met(view) { (met) }
    };
    page::page(&page::Page {
        title: &model.title,
        place: &place,
        question: left(view, verb),
        answer: figures,
        foot: &foot,
    })
}

/// What was changed, in the words of a what-if if it is one, and as typed otherwise.
fn words_of_change(model: &Model, asked: &Asked) -> String {
    let same = |does: &[Intervention]| {
        does.iter().map(|one| one.text.as_str()).eq(asked.interventions.iter().map(String::as_str))
    };
    match model.what_ifs.iter().find(|what_if| same(&what_if.does)) {
        Some(what_if) => what_if.title.clone(),
        None => format!("“{}”", asked.interventions.join("; ")),
    }
}

/// The weeks in which the change holds, if that is less than the whole.
fn span(model: &Model, question: &Question) -> Option<(f64, f64, String)> {
    let weeks = model.calendar.weeks;
    let ends = |one: &Intervention| match one.change {
        Change::On(week) | Change::Happens(week) => (week, week + 1),
        _ => (one.span.from, one.span.until.min(weeks)),
    };
    let from = question.interventions.iter().map(|one| ends(one).0).min()?;
    let until = question.interventions.iter().map(|one| ends(one).1).max()?;
    let texts: Vec<&str> = question.interventions.iter().map(|one| one.text.as_str()).collect();
    let place = |week: u32| f64::from(week) / f64::from(weeks);
    Some((place(from), place(until), texts.join("; ")))
}

fn ensemble_answer(view: &View<'_>) -> Markup {
    let outcomes = &view.arms[0].answer.outcomes;
    let truth = |outcome: &crate::OutcomeAnswer| match outcome.recorded {
        Some(crate::Recorded::Truth(truth)) => Some(truth),
        _ => None,
    };
    let known = outcomes.iter().filter(|outcome| outcome.kind == "probability");
    let known: Vec<(bool, &crate::OutcomeAnswer)> =
        known.filter_map(|outcome| Some((truth(outcome)?, outcome))).collect();
    let agree = known.iter().filter(|(truth, one)| *truth == (one.value > 0.5)).count();
    // The outcome least like the record is the one a reader should meet first.
    let distance = |(truth, one): &(bool, &crate::OutcomeAnswer)| {
        if *truth { 1.0 - one.value } else { one.value }
    };
    let furthest = known.iter().max_by(|a, b| distance(a).total_cmp(&distance(b)));
    let rare = |(truth, one): &(bool, &crate::OutcomeAnswer)| {
        let (happened, share) =
            if *truth { ("happened", one.value) } else { ("did not happen", one.value) };
        format!("{} {happened}, and does in {} of 100.", sentence(&one.title), of_100(share))
    };
    match (known.len(), outcomes.iter().find(|one| one.kind == "probability")) {
        (0, Some(one)) => html! {
            (sentence(&one.title)) " in " (of_100(one.value)) " of 100 histories."
        },
        (0, None) => {
            html! { "What " (count(view.arms[0].answer.asked.histories)) " histories come to." }
        }
        (all, _) if agree == all => html! {
            "All " (all) " outcomes that the record settles fall out its way in most histories."
        },
        (all, _) => html! {
            (agree) " of " (all) " outcomes that the record settles fall out its way in most histories. "
            span.quiet { (furthest.map_or(String::new(), rare)) }
        },
    }
}

fn comparison_answer(view: &View<'_>, answer: &Comparison) -> Markup {
    let histories = count(answer.asked.histories);
    if answer.equal {
        return html! {
            "This changes nothing in any of " (histories) " histories: the two runs are equal to the byte."
        };
    }
    let change = &view.arms[1].name.trim_start_matches("the what-if: ");
    let shares = answer.outcomes.iter().filter(|one| one.kind == "probability");
    let largest = shares.max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()));
    match largest {
        Some(one) if one.interval[0] > 0.0 || one.interval[1] < 0.0 => html! {
            (sentence(change)) ": " (one.title) " in "
            span.wi { (of_100(one.what_if)) } " of 100 histories, not "
            span.quiet { (of_100(one.baseline)) } "."
        },
        Some(one) => html! {
            (sentence(change)) ": no outcome changes by more than the error of counting, at most "
            (change_of_100_beside(one.difference, one.interval)) " of 100."
        },
        None => {
            html! { (sentence(change)) ": " (count(answer.moved)) " of " (histories) " histories take another course." }
        }
    }
}

/// The left column: what was asked, how it was answered, how to repeat it, what is left out.
fn left(view: &View<'_>, verb: Verb) -> Markup {
    let last = &view.arms[view.arms.len() - 1];
    let asked = &last.answer.asked;
    let model = view.model;
    html! {
        div {
            h2 { "The question" }
            @if asked.interventions.is_empty() {
                p.t-note style="margin-top:12px" { "Nothing is changed: what happens, how often, and when?" }
            } @else {
                div.changed {
                    p.strong { (words_of_change(model, asked)) }
                    @if !words_of_change(model, asked).starts_with('“') {
                        @for text in &asked.interventions { p.code { (text) } }
                    }
                }
            }
            p.t-note.quiet style="margin-top:12px" { (given::asked(model, asked)) }
            @for school in &asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
            @for text in &asked.assumptions { p.t-note.quiet { "Assumed throughout: " span.code { (text) } } }
        }
        @if let Some(comparison) = view.comparison { (parting(view, comparison)) }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" { (method(view, asked)) }
            @for sentence in given::stands_on(asked) { p.t-note style="margin-top:6px" { (sentence) } }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command(verb, asked)) }
            p.t-note.quiet style="margin-top:6px" { "Scenario " (model.digest.chars().take(12).collect::<String>()) ", release " (asked.release) ". The same command gives the same bytes." }
        }
        @if !model.leaves_out.is_empty() {
            div {
                h2 { "What the model leaves out" }
                p.t-note style="margin-top:6px" { (model.leaves_out) }
            }
        }
        @if model.subsystems.iter().any(|part| !part.leaves_out.is_empty()) {
            details.more {
                summary { "What each part leaves out" }
                ul { @for part in model.subsystems.iter().filter(|part| !part.leaves_out.is_empty()) {
                    li.t-note { b { (sentence(&part.name.replace('_', " "))) } ": " (part.leaves_out) }
                } }
            }
        }
    }
}

fn method(view: &View<'_>, asked: &Asked) -> String {
    let parameters = match asked.parameters {
        Parameters::AsWritten => "every parameter at its author's value",
        Parameters::Uncertain => "every parameter drawn anew from its prior in each history",
        Parameters::Posterior => {
            "the parameters drawn from the posterior that the scenario carries"
        }
    };
    let intervals = match asked.conditioning {
        None => "intervals of shares are Wilson's, 95 of 100",
        Some(_) => "intervals are 95 of 100, over families of histories",
    };
    let paired = if view.comparison.is_some() {
        " Each history was run twice, and every draw of chance that exists in both runs is the same, \
         so that what differs is what was changed."
    } else {
        ""
    };
    format!(
        "{} histories of {} weeks, seed {}, {parameters}; {intervals}.{paired}",
        count(asked.histories),
        view.model.calendar.weeks,
        asked.seed
    )
}

fn parting(view: &View<'_>, comparison: &Comparison) -> Markup {
    let histories = comparison.asked.histories.max(1);
    let share = of_100(comparison.moved as f64 / histories as f64);
    html! {
        div {
            h2 { "Where the two part" }
            @match &comparison.first_divergence {
                None => p.t-note style="margin-top:6px" { "Nowhere: the two runs are equal to the byte." },
                Some(first) => p.t-note style="margin-top:6px" {
                    "First in week " (first.week) ", " (date(view.model.calendar.monday(first.week))) ", at " span.code { (first.element) } ". "
                    (share) " of 100 histories take another course."
                },
            }
        }
    }
}

/// What the run met with that a reader should know.
fn met(view: &View<'_>) -> Option<Markup> {
    let met = &view.arms[view.arms.len() - 1].answer.met;
    let told: Vec<(String, String)> = met
        .iter()
        .filter_map(|one| {
            let share = of_100(one.a_history);
            let words = match one.what {
                crate::Met::NeverPut => {
                    format!("the question was never put in {share} of 100 histories")
                }
                crate::Met::NeedsUnmet => {
                    format!(
                        "made to happen while its needs were not met, {} times",
                        count(one.times)
                    )
                }
                crate::Met::DueInVain => {
                    format!("was due and could not come in {share} of 100 histories")
                }
                crate::Met::HappenedAlready => {
                    format!("had happened already in {share} of 100 histories")
                }
                crate::Met::AnswersNotOpen => {
                    format!("the answer wanted was not open, {} times", count(one.times))
                }
                crate::Met::RangeBites | crate::Met::SumsHeld => {
                    return (one.a_history > 1.0).then(|| {
                        (
                            one.id.clone(),
                            format!(
                                "held at the edge of its range {:.1} times a history",
                                one.a_history
                            ),
                        )
                    });
                }
                crate::Met::Conflicts => return None,
            };
            Some((one.id.clone(), words))
        })
        .collect();
    (!told.is_empty()).then(|| {
        html! {
            section.figure aria-labelledby="met" {
                h2 id="met" { "What the run met with" }
                table.data style="margin-top:12px" { tbody { @for (id, words) in &told {
                    tr { th scope="row" { span.code { (id) } } td { (words) } }
                } } }
            }
        }
    })
}
