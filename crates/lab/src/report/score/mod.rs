//! The page of scores: how well the model foretells what happened, beside dull models.

mod calibration;
mod entries;

use maud::{Markup, html};

use super::page::{Figure, Page, figure, page};
use super::words::{count, date, date_of_text, of_100, sentence, years};
use crate::score::{
    Beside, Dull, Part, PartScore, Rule, RuleScore, Score, Sort, SortScore, Versus,
};
use detente_model::Model;

/// The report of a score. `command` is what was typed to get it.
pub fn score_report(model: &Model, score: &Score, command: &str) -> String {
    let place = format!("{} {}", model.title, years(model));
    let foot = format!(
        "{place}. Scenario {} {}, release {}. The record is one draw: a model that is right is \
         surprised by it now and then.",
        model.name,
        model.digest.chars().take(12).collect::<String>(),
        crate::RELEASE
    );
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (headline(score)) }
            p.t-note.quiet style="margin-top:18px;max-width:78ch" { (caution(score)) }
        }
        @for part in &score.parts { (figures_of(model, part)) }
        @if let Some(versus) = &score.against { (against(versus)) }
    };
    page(&Page {
        title: &format!("Scores: {}", model.title),
        place: &place,
        question: left(model, score, command),
        answer: figures,
        foot: &foot,
    })
}

fn figures_of(model: &Model, part: &PartScore) -> Markup {
    let figures = [
        scores(part),
        calibration::reliability(part),
        entries::strip(part),
        entries::timing(model, part),
        entries::levels(part),
        calibration::coverage(part),
    ];
    html! { @for figure in figures.into_iter().flatten() { (figure) } }
}

/// The one number to begin with: the skill on dates, in weeks.
fn headline(score: &Score) -> String {
    let Some(part) = score.parts.last() else { return "Nothing is scored".to_owned() };
    let of = match part.part {
        Part::Fit => "of the fitting part",
        Part::HeldOut => "of what was held out",
    };
    let crps = part
        .sorts
        .iter()
        .find(|sort| sort.sort == Sort::When)
        .and_then(|sort| sort.rules.iter().find(|rule| rule.rule == Rule::Crps));
    let Some(rule) = crps else {
        return format!("{} questions {of} are scored.", part.entries.len());
    };
    let pooled = rule.beside.iter().find(|beside| beside.dull == Dull::Pooled);
    let better = pooled.map_or(String::new(), |beside| {
        let word = if beside.difference < 0.0 { "better" } else { "worse" };
        format!(
            " by {} weeks {word} than one constant pace for everything",
            decimals(beside.difference.abs(), 1)
        )
    });
    format!("The dates {of} are missed by {} weeks in the mean,{better}.", decimals(rule.score, 1))
        .replace("mean,.", "mean.")
}

fn caution(score: &Score) -> String {
    let fit = "The numbers of the model were set with the fitting part in view: its scores say how \
               well the model tells what it was told.";
    let sealed = if score.sealed > 0 {
        format!(" {} entries are held out and are not scored here.", count(score.sealed))
    } else {
        String::new()
    };
    format!("{fit}{sealed} Less is better in every score.")
}

fn left(model: &Model, score: &Score, command: &str) -> Markup {
    let asked = &score.asked;
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "How well does the model foretell what happened, and how much better than a dull one?" }
            p.t-note.quiet style="margin-top:12px" { "Asked of the world as it might have been from " (date(model.calendar.start)) "." }
            @for school in &asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" {
                (count(asked.histories)) " histories, seed " (asked.seed) ", were asked what the record \
                 settles. Brier and CRPS are fair: their mean does not depend on how many histories \
                 were run. What no history shows has half a history’s probability in the log score."
            }
            p.t-note style="margin-top:6px" {
                "Beside it stand two dull models: each event at a constant hazard of its own, fitted to \
                 the fitting part and so to the very entry; and all events at one hazard, "
                (decimals(score.pooled_hazard * 1000.0, 1)) " in a thousand weeks, the entry left out. \
                 Levels stay as they were last measured."
            }
            p.t-note style="margin-top:6px" {
                "“Of itself” is the score when the model’s own histories are taken for the record: what \
                 may be seen if the model is right."
            }
        }
        div {
            h2 { "What is sealed" }
            p.t-note style="margin-top:6px" {
                (count(score.sealed)) " entries were left sealed. "
                (count(score.openings_before)) " openings of what is sealed came before this run."
            }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command) }
            p.t-note.quiet style="margin-top:6px" { "The same command gives the same bytes." }
        }
    }
}

/// The table of scores, as a figure without a picture.
fn scores(part: &PartScore) -> Option<Markup> {
    let (id, name) = match part.part {
        Part::Fit => ("scores-fit", "The fitting part"),
        Part::HeldOut => ("scores-held-out", "What was held out"),
    };
    let rows: Vec<(&SortScore, &RuleScore)> = part
        .sorts
        .iter()
        .flat_map(|sort| sort.rules.iter().map(move |rule| (sort, rule)))
        .collect();
    let better = |(_, rule): &&(&SortScore, &RuleScore)| {
        rule.beside.iter().any(|one| one.dull == Dull::Pooled && one.difference < 0.0)
    };
    let scored =
        rows.iter().filter(|(_, rule)| rule.beside.iter().any(|one| one.dull == Dull::Pooled));
    let finding = format!(
        "{name}, to {}: {} questions; better than one pace for all in {} of {} scores",
        date_of_text(&part.until),
        part.entries.len(),
        rows.iter().filter(better).count(),
        scored.count()
    );
    let picture = html! {
        div.scroll tabindex="0" role="region" aria-label=(finding) style="margin-top:18px" {
            table.data.stack {
                thead { tr {
                    th scope="col" { "Less is better" }
                    @for head in ["questions", "score", "95 of 100", "of itself", "as bad", "constant", "skill", "one pace", "skill"] {
                        th.num scope="col" { (head) }
                    }
                } }
                tbody { @for (sort, rule) in &rows { tr {
                    th scope="row" { (of_what(sort.sort, rule.rule)) }
                    td.num data-head="questions" { (sort.questions) }
                    td.num.strong data-head="score" { (decimals(rule.score, 3)) }
                    td.num data-head="95 of 100" { (interval(rule.interval)) }
                    td.num data-head="of itself" { (interval(rule.own)) }
                    td.num data-head="as bad" { (rule.as_bad.map_or_else(|| "–".to_owned(), of_100)) }
                    @for (dull, head) in [(Dull::Constant, "constant"), (Dull::Pooled, "one pace")] {
                        @let beside = rule.beside.iter().find(|one| one.dull == dull);
                        td.num data-head=(head) { (beside.map_or_else(|| "–".to_owned(), |one| decimals(one.score, 3))) }
                        td.num data-head="skill" { (beside.map_or_else(|| "–".to_owned(), skill)) }
                    }
                } } }
            }
        }
    };
    let heads = ["Score", "parts of the Brier score: reliability", "resolution", "uncertainty"];
    let with_parts = part.sorts.iter().filter_map(|sort| Some((sort, sort.brier_parts?)));
    Some(figure(Figure {
        id,
        finding,
        how: "The score’s interval comes from drawing the elements again; with fewer than five there \
              is none. As bad: histories of 100 that, taken for the record, score no better. Skill: 1 \
              is perfect, 0 no better than the dull model."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: with_parts
            .map(|(sort, parts)| {
                let three = [parts.reliability, parts.resolution, parts.uncertainty];
                let own = [of_what(sort.sort, Rule::Brier)].into_iter();
                own.chain(three.map(|value| decimals(value, 3))).collect()
            })
            .collect(),
    }))
}

fn against(versus: &Versus) -> Markup {
    let digest: String = versus.other.digest.chars().take(12).collect();
    let clear = versus
        .rules
        .iter()
        .filter(|rule| rule.interval.is_some_and(|[low, high]| low > 0.0 || high < 0.0));
    let finding = match clear.count() {
        0 => "No score tells the two versions apart".to_owned(),
        clear => format!("{clear} of {} scores tell the two versions apart", versus.rules.len()),
    };
    let picture = html! {
        table.data.stack style="margin-top:18px" {
            thead { tr {
                th scope="col" { "Less is better" }
                @for head in ["questions", "this", "the other", "difference", "95 of 100", "better", "worse"] {
                    th.num scope="col" { (head) }
                }
            } }
            tbody { @for rule in &versus.rules { tr {
                th scope="row" { (of_what(rule.sort, rule.rule)) @if rule.part == Part::HeldOut { ", held out" } }
                td.num data-head="questions" { (rule.questions) }
                td.num data-head="this" { (decimals(rule.this, 3)) }
                td.num data-head="the other" { (decimals(rule.other, 3)) }
                td.num.strong data-head="difference" { (decimals(rule.difference, 3)) }
                td.num data-head="95 of 100" { (interval(rule.interval)) }
                td.num data-head="better" { (rule.better) }
                td.num data-head="worse" { (rule.worse) }
            } } }
        }
    };
    let heads = ["Question", "the record", "rule", "this", "the other", "better"];
    let rows = versus.entries.iter().flat_map(|entry| {
        Rule::ALL.into_iter().filter_map(move |rule| {
            let (this, other) = (rule.of(&entry.this)?, rule.of(&entry.other)?);
            let better = match this.total_cmp(&other) {
                std::cmp::Ordering::Less => "this",
                std::cmp::Ordering::Greater => "the other",
                std::cmp::Ordering::Equal => "neither",
            };
            Some(vec![
                sentence(&entry.title),
                date_of_text(&entry.recorded),
                of_what(entry.sort, rule),
                decimals(this, 3),
                decimals(other, 3),
                better.to_owned(),
            ])
        })
    });
    figure(Figure {
        id: "against",
        finding,
        how: format!(
            "The other version is {} {digest}, run with the same dice. Differences are this less the \
             other; intervals come from drawing the elements again. The table has every question.",
            versus.other.scenario
        ),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}

fn of_what(sort: Sort, rule: Rule) -> String {
    match (sort, rule) {
        (Sort::When, Rule::Brier) => "When: Brier, at the end",
        (Sort::When, Rule::Log) => "When: log, by quarter",
        (Sort::When, Rule::Crps) => "When: CRPS, weeks",
        (Sort::Which, Rule::Brier) => "Which answer: Brier",
        (Sort::Which, _) => "Which answer: log",
        (Sort::Whether, Rule::Brier) => "Whether: Brier",
        (Sort::Whether, _) => "Whether: log",
        (Sort::HowMuch, Rule::Crps) => "How much: CRPS, standard errors",
        (Sort::HowMuch, _) => "How much: log density",
    }
    .to_owned()
}

fn skill(beside: &Beside) -> String {
    match (beside.skill, beside.skill_interval) {
        (None, _) => format!("{} apart", decimals(beside.difference, 2)),
        (Some(skill), None) => decimals(skill, 2),
        (Some(skill), Some(ends)) => {
            let [low, high] = ends.map(|end| decimals(end, 2));
            format!("{} ({low} to {high})", decimals(skill, 2))
        }
    }
}

fn interval(ends: Option<[f64; 2]>) -> String {
    ends.map_or_else(|| "–".to_owned(), |ends| ends.map(|end| decimals(end, 3)).join(" to "))
}

/// A number with so many decimals, one from ten up, and a true minus.
fn decimals(value: f64, digits: usize) -> String {
    let digits = if value.abs() >= 10.0 { digits.min(1) } else { digits };
    let text = format!("{:.digits$}", value.abs());
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !nothing { format!("−{text}") } else { text }
}
