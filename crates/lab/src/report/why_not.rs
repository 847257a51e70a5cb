//! The report of `why-not`: how near it came week by week with what stood in its way, the smallest
//! changes that turn it, and what is usual over many histories.

use maud::{Markup, html};

use detente_model::{Date, Model};

use super::page::{Figure, Page, figure, page, table};
use super::scale::{of_date, per_cent, year_lines, year_names};
use super::words::{count, date_of_text, number, of_100, signed, years};
use crate::why::{
    Against, HurdleOverMany, OverMany, Standing, Stretch, Turn, WhyNot, hurdle_in_words,
    lack_in_words, turn_in_words, why_not_in_words,
};

/// Height of the chart of how near it came.
const HIGH: f64 = 96.0;
/// Changes that are drawn.
const CHANGES: usize = 12;

/// The page, with the command that repeats it.
pub fn why_not_page(model: &Model, answer: &WhyNot, command: &str) -> String {
    let foot =
        format!("Détente {}: a laboratory for counterfactual history.", answer.asked.release);
    let place = format!("{}, {}", model.title, years(model));
    page(&Page {
        title: &format!("Why not: {}", answer.says),
        place: &place,
        question: left(model, answer, command),
        answer: html! {
            p.t-lead.quiet { "Not in history " (answer.history) }
            p.t-answer style="margin-top:6px" { (answer.says) }
            p.t-lead style="margin-top:12px" { (how_near(answer)) }
            (timeline(model, answer))
            (changes(answer))
            @if let Some(many) = &answer.over_many { (over_many(model, answer, many)) }
            details.more style="margin-top:48px" {
                summary { "All of it in words" }
                pre.code style="white-space:pre-wrap" { (why_not_in_words(answer)) }
            }
        },
        foot: &foot,
    })
}

fn left(model: &Model, answer: &WhyNot, command: &str) -> Markup {
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "Why did this not happen in this history?" }
            @for text in &answer.asked.interventions { p.code { (text) } }
            p.t-note.quiet style="margin-top:12px" { (super::given::asked(model, &answer.asked)) }
            @for school in &answer.asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
            @for text in &answer.asked.assumptions { p.t-note.quiet { "Assumed throughout: " span.code { (text) } } }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" {
                "History " (answer.history) " of seed " (answer.asked.seed) ", read week by week: what it needs, and what was lacking. "
                (count(answer.tried as u64)) " single changes were tried, each in this history run again with the same chance."
            }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command) }
            p.t-note.quiet style="margin-top:6px" { "Scenario " (model.digest.chars().take(12).collect::<String>()) ", release " (answer.asked.release) "." }
        }
    }
}

fn chance(probability: f64) -> String {
    format!("{} of 100", of_100(probability))
}

fn weeks(many: u64) -> String {
    if many == 1 { "1 week".to_owned() } else { format!("{} weeks", count(many)) }
}

/// How near it came, in a sentence or two.
fn how_near(answer: &WhyNot) -> String {
    let Some(near) = &answer.nearest else {
        return "It could not come in any week: what it needs never held all at once.".to_owned();
    };
    let open = weeks(answer.weeks_open as u64);
    let date = date_of_text(&near.date);
    match (near.behind, answer.chance) {
        (Some(behind), _) => format!(
            "It could have been the answer in {open}. It came nearest in the week of {date}: its \
             reasons alone gave it {}, and the answer given led it by {} to 1 once the mood of the \
             hour was counted in.",
            chance(near.probability),
            number(detente_chance::exp(behind))
        ),
        (None, all) => format!(
            "It could have come in {open}, with a chance of {} over them all. It was likeliest in the \
             week of {date}, at {}.",
            chance(all.unwrap_or(near.probability)),
            chance(near.probability)
        ),
    }
}

/// One obstacle and the stretches in which it stood, as shares of the period.
struct Band {
    label: String,
    spans: Vec<(f64, f64)>,
    weeks: u64,
}

fn bands(model: &Model, all: &[Stretch]) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for stretch in all {
        for label in labels(&stretch.what) {
            let place = bands.iter().position(|own| own.label == label).unwrap_or_else(|| {
                bands.push(Band { label, spans: Vec::new(), weeks: 0 });
                bands.len() - 1
            });
            bands[place].spans.push(span(model, &stretch.from, &stretch.to));
            bands[place].weeks += u64::from(stretch.weeks);
        }
    }
    bands
}

/// Where a stretch from one Monday to another lies.
fn span(model: &Model, from: &str, to: &str) -> (f64, f64) {
    let at = |text: &str| text.parse::<Date>().map_or(0.0, |date| of_date(&model.calendar, date));
    (at(from), at(to) + 1.0 / f64::from(model.calendar.weeks))
}

fn labels(what: &Standing) -> Vec<String> {
    match what {
        Standing::Lacking { parts } => parts.iter().map(lack_in_words).collect(),
        Standing::Chance { .. } => vec!["Nothing but chance: it could have come".to_owned()],
        Standing::Outweighed { says, .. } => {
            vec![format!("Another answer: {}", says.trim_end_matches('.'))]
        }
        Standing::NotPut => vec!["The question was not put".to_owned()],
        Standing::NotDue => vec!["Not due, or barred".to_owned()],
    }
}

fn timeline(model: &Model, answer: &WhyNot) -> Markup {
    let bands = bands(model, &answer.obstacles);
    let finding = match (bands.iter().max_by_key(|own| own.weeks), answer.weeks_open) {
        (Some(most), 0) => {
            format!("It could not come in any week; longest in its way – {}", most.label)
        }
        (Some(most), open) => format!(
            "It could have come in {open} of {}; longest in its way – {}",
            weeks(u64::from(model.calendar.weeks)),
            most.label
        ),
        (None, _) => "Nothing stood in its way".to_owned(),
    };
    let row = |own: &Stretch| {
        vec![
            date_of_text(&own.from),
            date_of_text(&own.to),
            own.weeks.to_string(),
            labels(&own.what).join("; "),
        ]
    };
    figure(Figure {
        id: "timeline",
        finding,
        how: "Above, its chance in each week in which it could have come. Below, what stood in its way, \
              in order of time: a bar for the weeks in which it did."
            .to_owned(),
        picture: html! {
            @if !answer.open_weeks.is_empty() { (near(model, answer)) }
            @for band in &bands { (drawn(model, &band.label, &band.spans, &weeks(band.weeks))) }
            (axis(model))
        },
        heads: ["From the week of", "To the week of", "Weeks", "What stood in its way"]
            .map(str::to_owned)
            .to_vec(),
        rows: answer.obstacles.iter().map(row).collect(),
    })
}

/// Its chance by week.
fn near(model: &Model, answer: &WhyNot) -> Markup {
    let most = answer.open_weeks.iter().map(|own| own.probability).fold(0.0, f64::max);
    let at = |text: &str| span(model, text, text);
    let label = match &answer.nearest {
        Some(near) => format!(
            "Its chance by week, at most {} in the week of {}",
            chance(near.probability),
            date_of_text(&near.date)
        ),
        None => "Its chance by week".to_owned(),
    };
    let recorded = answer.recorded.iter().filter_map(|text| text.parse::<Date>().ok());
    let high = HIGH as u32;
    html! {
        svg.plot role="img" aria-label=(label) height=(high + 24) style="margin-top:24px" {
            (year_lines(&model.calendar, high + 24))
            @for own in &answer.open_weeks {
                @let (from, to) = at(&own.date);
                @let tall = HIGH * own.probability / most.max(f64::MIN_POSITIVE);
                rect.f-base x=(per_cent(from)) width=(per_cent(to - from)) y=(format!("{:.1}", HIGH + 24.0 - tall)) height=(format!("{tall:.1}")) {}
            }
            @for date in recorded {
                @let x = per_cent(of_date(&model.calendar, date));
                line.m-tick x1=(x) x2=(x) y1="24" y2=(high + 24) {}
            }
            line.g-axis x1="0" x2="100%" y1=(high + 24) y2=(high + 24) {}
            @if let Some(near) = &answer.nearest {
                @let x = at(&near.date).0;
                text.halo x=(per_cent(x)) y="14" text-anchor=(if x > 0.5 { "end" } else { "start" }) {
                    (chance(near.probability)) ", " (date_of_text(&near.date))
                }
            }
        }
        @if !answer.recorded.is_empty() {
            p.t-note.quiet style="margin-top:6px" { "The upright tick is the record’s date." }
        }
    }
}

/// An obstacle's bar, under its name.
fn drawn(model: &Model, label: &str, spans: &[(f64, f64)], right: &str) -> Markup {
    html! {
        p.t-note style="margin-top:12px;display:flex;gap:12px;justify-content:space-between" {
            span { (label) } span.quiet style="white-space:nowrap" { (right) }
        }
        svg.plot height="12" role="img" aria-label=(format!("{label}: {right}")) style="margin-top:3px" {
            (year_lines(&model.calendar, 12))
            @for (from, to) in spans {
                rect.f-base x=(per_cent(*from)) width=(per_cent(to - from)) y="1" height="10" {}
            }
        }
    }
}

fn axis(model: &Model) -> Markup {
    html! {
        svg.plot height="24" aria-hidden="true" {
            line.g-axis x1="0" x2="100%" y1="3" y2="3" {}
            (year_names(&model.calendar, 18))
        }
    }
}

fn changes(answer: &WhyNot) -> Markup {
    let told: Vec<&Turn> = answer.turns.iter().take(CHANGES).collect();
    let Some(first) = told.first() else {
        return html! {
            section.figure aria-labelledby="changes" {
                h2 id="changes" { "No single change turns it" }
                p.says { "No deed done or left undone, no assumption moved within what is thought likely of it, and no start elsewhere among those that histories come to." }
            }
        };
    };
    let most = told.iter().filter_map(|own| own.size).fold(f64::MIN_POSITIVE, f64::max);
    let size =
        |own: &Turn| own.size.map_or_else(|| "no chance".to_owned(), |own| format!("{own:.2}"));
    let rows = told.iter().map(|own| {
        vec![turn_in_words(own), size(own), date_of_text(&own.date), own.command.clone()]
    });
    figure(Figure {
        id: "changes",
        finding: match first.size {
            Some(size) => format!(
                "The smallest change that turns it is of {size:.2} standard deviations"
            ),
            None => "What turns it is of no chance in this model".to_owned(),
        },
        how: "One change at a time, in this history with the same chance. In standard deviations: of an \
              assumption those of what is thought likely of it, of a start those between histories in \
              one week; a deed counts as many as are exceeded as rarely as it comes."
            .to_owned(),
        picture: html! {
            @for own in &told {
                p.t-note style="margin-top:12px;display:flex;gap:12px;justify-content:space-between" {
                    span { (turn_in_words(own)) ", and it comes in the week of " (date_of_text(&own.date)) }
                    span.wi style="white-space:nowrap" { (size(own)) }
                }
                svg.plot height="8" role="img" aria-label=(format!("{}: {}", turn_in_words(own), size(own))) style="margin-top:3px" {
                    @let x = per_cent(own.size.unwrap_or(most) / most * 0.98);
                    line.m-wi x1="0" x2=(x) y1="4" y2="4" {}
                    circle.d-wi cx=(x) cy="4" r="3.5" {}
                }
            }
        },
        heads: ["Change", "Size", "Then it comes in the week of", "As an intervention"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    })
}

fn over_many(model: &Model, answer: &WhyNot, many: &OverMany) -> Markup {
    if many.obstacles.is_empty() {
        return html! {};
    }
    let row = |own: &HurdleOverMany| {
        vec![
            hurdle_in_words(&own.what),
            of_100(own.stood),
            format!("{} ({} to {})", own.weeks, own.quarters[0], own.quarters[1]),
            date_of_text(&own.from),
            date_of_text(&own.to),
            of_100(own.longest),
        ]
    };
    let right = |own: &HurdleOverMany| {
        format!("in {} of 100, for {}", of_100(own.stood), weeks(u64::from(own.weeks)))
    };
    let obstacles = figure(Figure {
        id: "usual",
        finding: format!(
            "It never comes in {} histories ({} to {})",
            chance(many.never),
            of_100(many.interval[0]),
            of_100(many.interval[1])
        ),
        how: format!(
            "Of {} histories. What stood in its way where it never comes, in the usual order of time: a bar \
             from the median first week in which it stood to the median last. In {} of those they stood in \
             this very order.",
            count(many.histories),
            chance(many.in_this_order)
        ),
        picture: html! {
            @for own in &many.obstacles {
                (drawn(model, &hurdle_in_words(&own.what), &[span(model, &own.from, &own.to)], &right(own)))
            }
            (axis(model))
        },
        heads: [
            "What stood in its way",
            "Of 100 histories",
            "Weeks (quarters)",
            "First, week of",
            "Last, week of",
            "Longest of all, of 100",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: many.obstacles.iter().map(row).collect(),
    });
    html! { (obstacles) (against(answer, &many.against)) }
}

fn against(answer: &WhyNot, all: &[Against]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let row = |own: &Against| {
        let other = own.option.as_ref().filter(|_| own.weight > 0.0);
        let option =
            other.map_or(String::new(), |own| format!(" (for “{}”)", own.replace('_', " ")));
        vec![format!("{}{option}", own.reason), signed(own.weight, 2), of_100(own.weighed)]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let measure = if answer.option.is_some() { "logits" } else { "log hazard ratios" };
    html! {
        section.figure aria-labelledby="against" {
            h2 id="against" { "What usually weighs against it" }
            p.says { "In those histories, in the weeks in which it could have come: mean weights, in " (measure) ". A weight of −0.7 halves its chance against the rest; one above nought speaks for the answer that is given instead." }
            (table(&["Reason", "Weight", "In so many of 100"], &rows))
        }
    }
}
