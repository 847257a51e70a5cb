//! The page of a sensitivity analysis: shares of variance, elementary effects, and boxes in words.

use detente_model::Model;
use maud::{Markup, html};

use super::page::{Figure, Page, figure, page};
use super::scale::{Scale, per_cent};
use super::words::{change_of_100, count, number, of_100, signed, years};
use crate::sensitivity::variance::Estimate;
use crate::sensitivity::{
    DiscoveryFound, Of, Screened, Screening, Sensitivity, Share, SharesFound, boxes_in_words,
    finding_in_words, subject,
};

/// How many factors a figure shows; its table has all.
const SHOWN: usize = 20;

/// The page.
pub(crate) fn sensitivity_report(model: &Model, answer: &Sensitivity, command: &str) -> String {
    let place = format!("{} {}", model.title, years(model));
    let foot = format!(
        "{place}. Scenario {} {}, release {}. Every figure is the model's, over the author's priors.",
        model.name,
        model.digest.chars().take(12).collect::<String>(),
        crate::RELEASE
    );
    let shares = answer.shares.as_ref().map(shares);
    let effects = answer.screening.as_ref();
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (finding_in_words(answer)) }
            p.t-note.quiet style="margin-top:18px;max-width:78ch" { (doubt_in_words(answer)) }
        }
        @if let Some(figure) = shares { (figure) }
        @if let Some(own) = effects { (tornado(answer, own)) (scatter(answer, own)) }
        @if let Some(own) = &answer.discovery { (boxes(answer, own)) }
    };
    page(&Page {
        title: &model.title,
        place: &place,
        question: left(model, answer, command),
        answer: figures,
        foot: &foot,
    })
}

/// How much doubt there is to share out.
fn doubt_in_words(answer: &Sensitivity) -> String {
    let Some(own) = &answer.shares else {
        return format!("{} parameters are doubted.", answer.doubted);
    };
    let Some(doubt) = own.found.doubt else {
        return "Nothing varies, so there is nothing to share out.".to_owned();
    };
    let interval = doubt.interval.map_or(String::new(), |ends| {
        let [low, high] = ends.map(|end| of_100(end.clamp(0.0, 1.0)));
        format!(" ({low} to {high})")
    });
    format!(
        "Of all that varies from history to history, doubt about {} parameters accounts for {} of \
         100{interval}; the rest is chance, which no knowledge of the parameters would take away.",
        answer.doubted,
        of_100(doubt.value.clamp(0.0, 1.0)),
    )
}

fn left(model: &Model, answer: &Sensitivity, command: &str) -> Markup {
    let asked = &answer.asked;
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "What does " (subject(&answer.outcome, answer.of)) " hang on?" }
            @for text in &asked.interventions { p.code { (text) } }
            @for text in &asked.assumptions { p.code { "assumed: " (text) } }
            @for school in &asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" { (method(answer)) }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command) }
            p.t-note.quiet style="margin-top:6px" { "Scenario " (model.digest.chars().take(12).collect::<String>()) ", release " (asked.release) ". The same command gives the same bytes." }
        }
        div {
            h2 { "What it cannot say" }
            p.t-note style="margin-top:6px" { "It asks about numbers that were given a prior, each independent of the others, and not about the rules of the model. Another prior gives other shares." }
        }
    }
}

fn method(answer: &Sensitivity) -> String {
    let mut text = format!(
        "{} histories in all, seed {}, with the same dice wherever only a parameter differs.",
        count(answer.asked.histories),
        answer.asked.seed
    );
    if let Some(Screening { plan, .. }) = &answer.screening {
        text += &format!(
            " Screening: {} trajectories (Morris 1991; Campolongo et al. 2007) over the middle nine \
             tenths of each prior, {} histories at each point.",
            plan.trajectories, plan.repetitions
        );
    }
    if let Some(SharesFound { plan, .. }) = &answer.shares {
        text += &format!(
            " Shares: {} rows in each design, {} histories a row (estimators of Saltelli et al. 2010 \
             and Jansen 1999, of the conditional mean).",
            count(plan.rows),
            plan.repetitions
        );
    }
    if let Some(DiscoveryFound { plan, .. }) = &answer.discovery {
        text += &format!(
            " Discovery: {} histories with parameters of their own (Friedman and Fisher 1999), a \
             quarter held back for what is told.",
            count(plan.histories)
        );
    }
    text
}

/// A share as a place on the plot, a little under nothing allowed to show as nothing.
fn place(share: f64) -> String {
    per_cent(share.clamp(0.0, 1.0))
}

fn interval_line(estimate: Option<Estimate>, y: u32) -> Markup {
    let ends = estimate.and_then(|own| own.interval).map(|ends| ends.map(place));
    html! {
        @if let Some([low, high]) = ends { line.m-base.m-iv x1=(low) x2=(high) y1=(y) y2=(y) {} }
    }
}

fn said(estimate: Option<Estimate>) -> String {
    estimate.map_or("–".to_owned(), |own| signless(own.value))
}

fn signless(share: f64) -> String {
    signed(share * 100.0, 0).trim_start_matches('+').to_owned()
}

fn shares(own: &SharesFound) -> Markup {
    let rows = &own.found.factors;
    let picture = html! {
        table.out-table.three style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Parameter" }
                th.c-plot scope="col" { span.hidden { "Chart" }
                    svg.plot style="height:14px" aria-hidden="true" {
                        text.q x="0" y="11" { "0" } text.q x="50%" y="11" text-anchor="middle" { "50" }
                        text.q x="100%" y="11" text-anchor="end" { "100" }
                    }
                }
                th.num.c-n scope="col" { "alone" }
                th.num.c-n scope="col" { "in all" }
                th.num.c-n scope="col" { "moved" }
            } }
            tbody { @for row in rows { (share_row(row)) } }
        }
    };
    let heads = [
        "Parameter",
        "alone",
        "interval",
        "in all",
        "interval",
        "with chance",
        "moved",
        "alone at a quarter",
        "in all",
        "alone at half",
        "in all",
    ];
    let cells = |row: &Share| {
        let indices = &row.indices;
        let interval = |own: Option<Estimate>| {
            own.and_then(|own| own.interval)
                .map_or("–".to_owned(), |ends| ends.map(signless).join(" to "))
        };
        let way = indices.on_the_way.iter().flatten();
        let mut cells = vec![row.factor.id.clone(), said(indices.first), interval(indices.first)];
        cells.extend([said(indices.total), interval(indices.total), said(indices.with_chance)]);
        cells.push(of_100(indices.moved));
        cells.extend(way.map(|own| own.map_or("–".to_owned(), signless)));
        cells
    };
    figure(Figure {
        id: "shares",
        finding: "Which doubts account for what doubt there is".to_owned(),
        how: "Parts of 100 of the variance of the conditional mean. Red dot: what the parameter \
              accounts for alone; open dot: with the others it works with. Lines: 95 of 100 \
              resamples. Moved: in how many of 100 histories the answer is another once this \
              parameter alone is drawn anew. In the table, the same from the first quarter and the \
              first half of the rows."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.iter().map(cells).collect(),
    })
}

fn share_row(row: &Share) -> Markup {
    let indices = &row.indices;
    let label = format!(
        "{}: alone {}, in all {} of 100",
        row.factor.id,
        said(indices.first),
        said(indices.total)
    );
    html! {
        tr .quiet-row[row.of > 1] {
            th.c-name scope="row" title=(row.factor.about) {
                @if row.of > 1 { (row.factor.about) } @else { (row.factor.id) }
            }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    @for x in ["0%", "50%", "100%"] { line.g-rule x1=(x) x2=(x) y1="0" y2="35" {} }
                    (interval_line(indices.total, 23))
                    @if let Some(total) = indices.total { circle.d-base cx=(place(total.value)) cy="23" r="4" {} }
                    (interval_line(indices.first, 12))
                    @if let Some(first) = indices.first { circle.d-wi cx=(place(first.value)) cy="12" r="4.5" {} }
                }
            }
            td.num.c-n.wi { (said(indices.first)) }
            td.num.c-n { (said(indices.total)) }
            td.num.c-n.bl { (of_100(indices.moved)) }
        }
    }
}

/// An effect as it is said: in hundredths for a share, otherwise in the outcome's unit.
fn effect(answer: &Sensitivity, value: f64) -> String {
    if answer.outcome.kind == "number" {
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", number(value))
    } else {
        change_of_100(value)
    }
}

fn tornado(answer: &Sensitivity, own: &Screening) -> Markup {
    let shown = &own.factors[..own.factors.len().min(SHOWN)];
    let widest = shown.iter().flat_map(|row| row.measures.interval.into_iter().flatten());
    let widest = widest.chain(shown.iter().map(|row| row.measures.mu_star)).fold(0.0, f64::max);
    let scale = Scale::around([-widest, widest]);
    let unit = match (answer.outcome.kind.as_str(), answer.outcome.unit.as_str()) {
        ("number", "1") => String::new(),
        ("number", unit) => format!(", {unit}"),
        _ => ", histories of 100".to_owned(),
    };
    let picture = html! {
        table.out-table.three style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Parameter" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                th.num.c-n scope="col" { "mean" }
                th.num.c-n scope="col" { "size" }
                th.num.c-n scope="col" { "spread" }
            } }
            tbody { @for row in shown { (tornado_row(answer, row, scale)) } }
        }
    };
    let heads = ["Parameter", "mean, μ", "size, μ*", "interval", "spread, σ", "chance alone"];
    let cells = |row: &Screened| {
        let measures = &row.measures;
        let plain = |value: f64| effect(answer, value).trim_start_matches('+').to_owned();
        let interval =
            measures.interval.map_or("–".to_owned(), |ends| ends.map(plain).join(" to "));
        vec![
            row.factor.id.clone(),
            effect(answer, measures.mu),
            plain(measures.mu_star),
            interval,
            plain(measures.sigma),
            plain(measures.chance),
        ]
    };
    figure(Figure {
        id: "effects",
        finding: format!("What each parameter moves, from the low to the high end of its prior{unit}"),
        how: "Bar: the mean effect, to the right if more of the parameter means more of the outcome. \
              Lines: the mean size of the effect to either side, with 95 of 100 resamples; where \
              they reach beyond the bar, the effect turns its sign with the other parameters. \
              Spread: how far it depends on where the others stand."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: own.factors.iter().map(cells).collect(),
    })
}

fn tornado_row(answer: &Sensitivity, row: &Screened, scale: Scale) -> Markup {
    let measures = &row.measures;
    let (zero, end) = (scale.at(0.0), scale.at(measures.mu));
    let (from, wide) = (zero.min(end), (zero - end).abs());
    let [low, high] = measures.interval.unwrap_or([measures.mu_star; 2]);
    let side = if measures.mu < 0.0 { -1.0 } else { 1.0 };
    let label = format!(
        "{}: mean {}, size {}",
        row.factor.id,
        effect(answer, measures.mu),
        effect(answer, measures.mu_star)
    );
    html! {
        tr .quiet-row[measures.mu_star <= 2.0 * measures.chance] {
            th.c-name scope="row" title=(row.factor.about) { (row.factor.id) }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    line.g-axis x1=(per_cent(zero)) x2=(per_cent(zero)) y1="0" y2="35" {}
                    rect.f-base x=(per_cent(from)) width=(per_cent(wide)) y="11" height="13" {}
                    line.m-wi x1=(per_cent(scale.at(side * low))) x2=(per_cent(scale.at(side * high))) y1="17.5" y2="17.5" {}
                }
            }
            td.num.c-n { (effect(answer, measures.mu)) }
            td.num.c-n { (effect(answer, measures.mu_star).trim_start_matches('+')) }
            td.num.c-n.bl { (effect(answer, measures.sigma).trim_start_matches('+')) }
        }
    }
}

/// The plane of μ* and σ: far to the right matters, high up depends on the others.
fn scatter(answer: &Sensitivity, own: &Screening) -> Markup {
    let points = || own.factors.iter().map(|row| (row.measures.mu_star, row.measures.sigma));
    let across = Scale::around(points().map(|(x, _)| x).chain([0.0]));
    let up = Scale::around(points().map(|(_, y)| y).chain([0.0]));
    const HEIGHT: f64 = 300.0;
    let y = |value: f64| format!("{:.1}", (1.0 - up.at(value)) * HEIGHT);
    let named = own.factors.len().min(8);
    let picture = html! {
        svg.plot style="height:330px;margin-top:18px" role="img" aria-label="Mean size of the effect against its spread; the table above gives the numbers." {
            line.g-axis x1="0" x2="100%" y1=(y(0.0)) y2=(y(0.0)) {}
            @for tick in across.ticks() { text.q x=(per_cent(across.at(tick))) y="320" text-anchor="middle" { (effect(answer, tick).trim_start_matches('+')) } }
            @for row in &own.factors[named..] {
                circle.d-base cx=(per_cent(across.at(row.measures.mu_star))) cy=(y(row.measures.sigma)) r="3" {}
            }
            @for row in &own.factors[..named] {
                @let right = across.at(row.measures.mu_star) > 0.75;
                circle.d-wi cx=(per_cent(across.at(row.measures.mu_star))) cy=(y(row.measures.sigma)) r="4.5" {}
                text.halo x=(per_cent(across.at(row.measures.mu_star))) y=(y(row.measures.sigma)) dx=(if right { "-8" } else { "8" }) dy="4" text-anchor=(if right { "end" } else { "start" }) { (row.factor.id) }
            }
        }
    };
    html! {
        section.figure aria-labelledby="plane" {
            h2 id="plane" { "What matters, and what depends on the rest" }
            p.says { "To the right: the mean size of the effect, μ*. Upward: its spread, σ, less what chance adds. The eight that matter most are named." }
            (picture)
        }
    }
}

fn boxes(answer: &Sensitivity, own: &DiscoveryFound) -> Markup {
    let found = &own.found;
    let picture = html! {
        ol style="margin-top:18px;max-width:78ch" { @for text in boxes_in_words(answer) {
            li.t-lead style="margin-bottom:18px" { (text) }
        } }
    };
    let heads = ["Limit", "box", "of the prior", "density", "coverage", "support", "quasi-p"];
    let rows = found.boxes.iter().enumerate().flat_map(|(number_of, own)| {
        own.limits.iter().map(move |limit| {
            let [low, high] = limit.of_prior.map(of_100);
            let quasi_p = match limit.quasi_p {
                p if p < 0.001 => "under 0.001".to_owned(),
                p => format!("{p:.3}"),
            };
            vec![
                limit.factor.id.clone(),
                (number_of + 1).to_string(),
                format!("{low} to {high}"),
                of_100(own.density),
                of_100(own.coverage),
                of_100(own.support),
                quasi_p,
            ]
        })
    });
    let title = match answer.of {
        Of::Outcome => "In which corner of the prior it comes about",
        Of::Effect => "In which corner of the prior the change does most",
    };
    figure(Figure {
        id: "boxes",
        finding: title.to_owned(),
        how: format!(
            "Found in one half of the histories, its limits tested in a quarter, and told from the \
             other {} histories. Density: cases among the histories of the box; coverage: of all \
             cases, those in the box; support: of all draws. Quasi-p: how probable so many cases \
             were, were that limit without effect.",
            count(found.held_back)
        ),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}
