//! The report of a fit: what was learnt of each assumption, what the fitted model expects of what it was
//! fitted to, and what speaks against it.

use maud::{Markup, html};

use super::page::{self, Figure, figure};
use super::scale::{Scale, per_cent};
use super::words::{self, count, date_of_text, number, of_100, sentence, signed};
use crate::Model;
use crate::fit::{Fit, Learnt};

/// Assumptions drawn one by one; the table has all.
const DRAWN: usize = 24;

/// The page as text.
pub(crate) fn fit_report(model: &Model, fit: &Fit) -> String {
    let place = format!("{} {}", model.title, words::years(model));
    let asked = &fit.asked;
    let foot = format!(
        "{place}. Scenario {} {}, release {}. Held-out entries of the record never entered.",
        model.name,
        asked.digest.chars().take(12).collect::<String>(),
        asked.release
    );
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (headline(fit)) }
            @if !fit.concerns.is_empty() {
                ul style="margin-top:18px;max-width:78ch" { @for concern in &fit.concerns {
                    li.t-note { (sentence(&concern.what)) ". What would help: " (concern.help) "." }
                } }
            }
        }
        (pairs(fit))
        @if !fit.predictive.entries.is_empty() { (entries(fit)) }
        @if !fit.predictive.levels.is_empty() { (levels(fit)) }
        @if !fit.influence.is_empty() { (influence(fit)) }
        (runs(fit))
    };
    page::page(&page::Page {
        title: &model.title,
        place: &place,
        question: left(model, fit),
        answer: figures,
        foot: &foot,
    })
}

/// Assumptions of which more was learnt than the counting of draws can make up.
fn told(fit: &Fit) -> usize {
    fit.learnt.iter().filter(|one| one.clear).count()
}

fn headline(fit: &Fit) -> Markup {
    let all = fit.learnt.len();
    html! {
        "Of " (all) " assumptions the record speaks clearly to " (told(fit)) ". "
        @if !fit.good { span.wi { "This posterior is not to be relied on." } }
    }
}

fn left(model: &Model, fit: &Fit) -> Markup {
    let asked = &fit.asked;
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "What do " (asked.entries) " entries and " (asked.levels) " levels of the record, up to " (date_of_text(&asked.until)) ", say of what the model assumes?" }
            @for school in &asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" {
                "In " (asked.runs_asked) " runs, " (asked.draws) " draws of the priors were led to the posterior by steps of "
                "temperature, weighed by the probability of the record and moved. " (asked.each)
                " histories that follow the record gave each estimate of that probability; its logarithm scatters by "
                (format!("{:.1}", asked.scatter)) ". Seed " (asked.seed) "."
            }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (asked.command()) }
            p.t-note.quiet style="margin-top:6px" { "The same command gives the same bytes." }
        }
        @if !model.leaves_out.is_empty() {
            div {
                h2 { "What the model leaves out" }
                p.t-note style="margin-top:6px" { (model.leaves_out) }
            }
        }
    }
}

fn five(values: &[f64; 5]) -> String {
    format!("{} ({} to {})", number(values[2]), number(values[0]), number(values[4]))
}

fn r_hat(one: &Learnt) -> String {
    one.r_hat.map_or_else(|| "none".to_owned(), |r_hat| format!("{r_hat:.2}"))
}

/// Prior above posterior for each assumption, most learnt first.
fn pairs(fit: &Fit) -> Markup {
    let row = |one: &Learnt| {
        vec![
            one.id.clone(),
            one.unit.clone(),
            number(one.written),
            five(&one.prior),
            five(&one.posterior),
            of_100(one.contraction.max(0.0)),
            signed(one.shift, 2),
            format!("{:.2}", one.explained),
            r_hat(one),
        ]
    };
    let heads = [
        "Assumption",
        "Unit",
        "Author",
        "Prior: middle (90 of 100)",
        "Posterior: middle (90 of 100)",
        "Doubt gone, of 100",
        "Shift, prior deviations",
        "Likelihood explained",
        "R̂",
    ];
    let picture = html! {
        ul.key aria-label="Key" style="margin-top:6px" {
            li { svg aria-hidden="true" { line.m-base x1="0" x2="30" y1="7" y2="7" {} circle.d-base cx="15" cy="7" r="4" {} } "before: the prior" }
            li { svg aria-hidden="true" { line.m-wi x1="0" x2="30" y1="7" y2="7" {} circle.d-wi cx="15" cy="7" r="4.5" {} } "after: the posterior" }
            li { svg aria-hidden="true" { line.m-tick x1="15" x2="15" y1="-1" y2="15" {} } "the author's value" }
        }
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Assumption" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                th.num.c-n scope="col" style="font-size:13px;white-space:normal" { "doubt gone, of 100" }
            } }
            tbody { @for one in fit.learnt.iter().take(DRAWN) { (pair(one)) } }
        }
    };
    page::figure(Figure {
        id: "pairs",
        finding: format!(
            "{} assumptions moved, or lost doubt, by more than three errors of counting draws",
            told(fit)
        ),
        how: "Dot: the middle. Line: 90 of 100. Each row has a scale of its own. Doubt gone is one less \
              the posterior's variance over the prior's, both in normal scores of the prior."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: fit.learnt.iter().map(row).collect(),
    })
}

fn pair(one: &Learnt) -> Markup {
    let scale = Scale::around(one.prior.into_iter().chain(one.posterior).chain([one.written]));
    let x = |value: f64| per_cent(scale.at(value));
    let label = format!(
        "{}: prior {}, posterior {}, the author's value {}",
        one.id,
        five(&one.prior),
        five(&one.posterior),
        number(one.written)
    );
    html! {
        tr {
            th.c-name scope="row" { (one.id) }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    line.m-base x1=(x(one.prior[0])) x2=(x(one.prior[4])) y1="12" y2="12" {}
                    circle.d-base cx=(x(one.prior[2])) cy="12" r="4" {}
                    line.m-wi x1=(x(one.posterior[0])) x2=(x(one.posterior[4])) y1="24" y2="24" {}
                    circle.d-wi cx=(x(one.posterior[2])) cy="24" r="4.5" {}
                    line.m-tick x1=(x(one.written)) x2=(x(one.written)) y1="8" y2="28" {}
                }
            }
            td.num.c-n { (of_100(one.contraction.max(0.0))) }
        }
    }
}

fn entries(fit: &Fit) -> Markup {
    let all = &fit.predictive.entries;
    let nearer = all.iter().filter(|one| one.posterior[1] > one.prior[1]).count();
    let dot = |share: f64, y: u32, changed: bool| {
        html! {
            @if changed { circle.d-wi cx=(per_cent(share)) cy=(y) r="4.5" {} }
            @else { circle.d-base cx=(per_cent(share)) cy=(y) r="4" {} }
        }
    };
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Entry" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                th.num.c-n scope="col" { "before" }
                th.num.c-n.wi scope="col" { "after" }
            } }
            tbody { @for one in all { tr {
                th.c-name scope="row" { (one.title) ", " (date_of_text(&one.date)) }
                td.c-plot { svg.plot aria-hidden="true" {
                    @for x in ["0%", "50%", "100%"] { line.g-rule x1=(x) x2=(x) y1="0" y2="35" {} }
                    (dot(one.prior[1], 12, false)) (dot(one.posterior[1], 24, true))
                } }
                td.num.c-n { (of_100(one.prior[1])) }
                td.num.c-n.wi { (of_100(one.posterior[1])) }
            } } }
        }
    };
    let row = |one: &crate::fit::PredictedEntry| {
        let shares = [one.prior[0], one.prior[1], one.posterior[0], one.posterior[1]];
        let mut row = vec![one.title.clone(), date_of_text(&one.date)];
        row.extend(shares.map(of_100));
        row
    };
    let heads =
        ["Entry", "Date", "ever, prior", "near, prior", "ever, posterior", "near, posterior"];
    figure(Figure {
        id: "entries",
        finding: format!(
            "{nearer} of {} entries are likelier near their date after the fit",
            all.len()
        ),
        how: format!(
            "Of 100 of {} free histories, those in which it happens within four weeks of its date: before \
             (hollow) and after (full). These entries were fitted to, so this is a check, not a test.",
            count(fit.predictive.histories)
        ),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: all.iter().map(row).collect(),
    })
}

fn levels(fit: &Fit) -> Markup {
    let all = &fit.predictive.levels;
    let inside = all
        .iter()
        .filter(|one| (one.posterior[0]..=one.posterior[4]).contains(&one.recorded))
        .count();
    let picture = html! {
        table.out-table style="margin-top:18px" {
            tbody { @for one in all {
                @let values = one.prior.into_iter().chain(one.posterior).chain([one.recorded]);
                @let scale = Scale::around(values);
                @let x = |value: f64| per_cent(scale.at(value));
                tr {
                    th.c-name scope="row" { (one.title) }
                    td.c-plot { svg.plot aria-hidden="true" {
                        line.m-base x1=(x(one.prior[0])) x2=(x(one.prior[4])) y1="12" y2="12" {}
                        line.m-wi x1=(x(one.posterior[0])) x2=(x(one.posterior[4])) y1="24" y2="24" {}
                        circle.d-wi cx=(x(one.posterior[2])) cy="24" r="4.5" {}
                        line.m-tick x1=(x(one.recorded)) x2=(x(one.recorded)) y1="8" y2="28" {}
                    } }
                    td.num.c-n { (number(one.recorded)) }
                }
            } }
        }
    };
    let row = |one: &crate::fit::PredictedLevel| {
        vec![
            one.title.clone(),
            one.unit.clone(),
            number(one.recorded),
            five(&one.prior),
            five(&one.posterior),
            of_100(one.below),
        ]
    };
    let heads = ["Level", "Unit", "Recorded", "Prior", "Posterior", "Below the record, of 100"];
    figure(Figure {
        id: "levels",
        finding: format!("{inside} of {} levels lie in the fitted model's 90 of 100", all.len()),
        how: "Lines: 90 of 100 free histories, before (grey) and after. Tick: the record."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: all.iter().map(row).collect(),
    })
}

fn influence(fit: &Fit) -> Markup {
    let trusted = |k: Option<f64>| k.is_none_or(|k| k < 0.7);
    let doubtful = fit.influence.iter().filter(|one| !trusted(one.pareto_k)).count();
    let mut order: Vec<_> = fit.influence.iter().collect();
    order.sort_by(|a, b| b.by.abs().total_cmp(&a.by.abs()));
    let largest = order.iter().map(|one| one.by.abs()).fold(0.1, f64::max);
    let picture = html! {
        table.out-table style="margin-top:18px" {
            tbody { @for one in order.iter().take(DRAWN) { tr {
                th.c-name scope="row" {
                    (one.entries.join(", "))
                    @if let Some(moves) = &one.moves { span.quiet { ": " (moves) } }
                }
                td.c-plot { svg.plot aria-hidden="true" {
                    line.m-wi x1="0" x2=(per_cent(one.by.abs() / largest)) y1="18" y2="18" {}
                } }
                td.num.c-n { (signed(one.by, 1)) }
            } } }
        }
    };
    let row = |one: &&crate::fit::Influence| {
        vec![
            one.entries.join(", "),
            date_of_text(&one.date),
            format!("{:.4}", one.probability),
            one.moves.clone().unwrap_or_default(),
            signed(one.by, 2),
            one.pareto_k.map_or_else(|| "none".to_owned(), |k| format!("{k:.2}")),
        ]
    };
    let heads = ["Entries", "Week of", "Probability without it", "Moves most", "by", "Pareto k̂"];
    figure(Figure {
        id: "influence",
        finding: match doubtful {
            0 => "What the posterior hangs on".to_owned(),
            some => format!("What the posterior hangs on; {some} weeks cannot be left out by weighting"),
        },
        how: "How far the most affected assumption would move, in its posterior deviations, if the \
              evidence of these weeks did not count. Where k̂ is 0.7 or more, this cannot be trusted."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: order.iter().map(row).collect(),
    })
}

fn runs(fit: &Fit) -> Markup {
    let evidence: Vec<String> = fit.runs.iter().map(|run| signed(run.log_evidence, 1)).collect();
    let rows = fit.runs.iter().enumerate().flat_map(|(number, run)| {
        run.steps.iter().enumerate().map(move |(at, step)| {
            vec![
                format!("{} · {}", number + 1, at + 1),
                format!("{:.4}", step.temperature),
                format!("{:.0}", step.effective),
                count(step.ancestors as u64),
                count(u64::from(step.rounds)),
                of_100(step.taken_active),
                of_100(step.taken_rest),
            ]
        })
    });
    let heads = [
        "Run · step",
        "Temperature",
        "Effective draws",
        "Ancestors",
        "Rounds",
        "Moves taken, of 100",
        "Others, of 100",
    ];
    figure(Figure {
        id: "runs",
        finding: format!("ln of the record's probability: {}", evidence.join(" and ")),
        how: "Each run went from the prior (temperature 0) to the posterior (1) by itself. Runs that \
              agree, in this and in R̂, have found the same posterior."
            .to_owned(),
        picture: html! {
            p.t-note style="margin-top:6px" {
                @for (number, run) in fit.runs.iter().enumerate() {
                    "Run " (number + 1) ": " (run.steps.len()) " steps, " (count(run.estimates))
                    " estimates; its draws descend from " (run.families) " draws of the prior. "
                }
            }
        },
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}
