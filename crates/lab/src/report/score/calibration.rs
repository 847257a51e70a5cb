//! Calibration on the page: the reliability diagram, and how many answers lie where they should.

use maud::{Markup, html};

use super::super::page::{Figure, figure};
use super::super::scale::{path, per_cent};
use super::super::words::{count, of_100};
use super::decimals;
use crate::score::{Part, PartScore, Reliability, Sort};

/// Height of the diagram.
const HEIGHT: f64 = 300.0;

/// The reliability diagram of dated things.
pub(super) fn reliability(part: &PartScore) -> Option<Markup> {
    let found = part.reliability.as_ref()?;
    let finding = format!(
        "Calibration: in {} of 100 of its own histories the model would look as unreliable",
        of_100(found.as_bad)
    );
    let rows = found.steps.iter().map(|step| {
        vec![
            format!("{} to {}", of_100(step.low), of_100(step.high)),
            of_100(step.held),
            step.count.to_string(),
        ]
    });
    Some(figure(Figure {
        id: if part.part == Part::Fit { "reliability-fit" } else { "reliability-held-out" },
        finding,
        how: format!(
            "Has it happened by the end of this quarter? {} forecasts, as said (across, 0 to 100) and \
             as it was (up), by isotonic regression; a model that is right lies on the diagonal. Grey: \
             90 of 100 of its own histories. Below: how often each forecast is made. Brier {} = \
             reliability {} − resolution {} + uncertainty {}.",
            count(found.forecasts),
            decimals(found.parts.score, 3),
            decimals(found.parts.reliability, 3),
            decimals(found.parts.resolution, 3),
            decimals(found.parts.uncertainty, 3)
        ),
        picture: diagram(found),
        heads: ["Forecast, of 100", "held, of 100", "forecasts"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }))
}

fn diagram(found: &Reliability) -> Markup {
    let band = found.band.iter().map(|at| (at.forecast, at.high));
    let back = found.band.iter().rev().map(|at| (at.forecast, at.low));
    let band = path(band.chain(back), HEIGHT) + "Z";
    let steps = found.steps.iter().flat_map(|step| [(step.low, step.held), (step.high, step.held)]);
    let most = found.tenths.iter().copied().max().unwrap_or(0).max(1) as f64;
    html! {
        div style="max-width:420px;margin-top:18px" {
            svg.plot height=(HEIGHT) role="img" aria-label="Reliability diagram; the numbers are in the table." {
                @for x in ["0%", "50%", "100%"] { line.g-rule x1=(x) x2=(x) y1="0" y2=(HEIGHT) {} }
                @for y in [0.0, HEIGHT / 2.0, HEIGHT] { line.g-rule x1="0%" x2="100%" y1=(y) y2=(y) {} }
                svg viewBox="0 0 1000 300" width="100%" height=(HEIGHT) preserveAspectRatio="none" {
                    path.f-base2 d=(band) {}
                    path.m-base.m-edge d=(path([(0.0, 0.0), (1.0, 1.0)], HEIGHT)) {}
                    path.m-wi d=(path(steps, HEIGHT)) {}
                }
                @for step in &found.steps {
                    @if step.low == step.high {
                        circle.d-wi cx=(per_cent(step.low)) cy=((1.0 - step.held) * HEIGHT) r="3" {}
                    }
                }
            }
            svg.plot height="60" aria-hidden="true" {
                @for (number, times) in found.tenths.iter().enumerate() {
                    @let high = 36.0 * (*times as f64 / most);
                    rect.f-base x=(per_cent(number as f64 / 10.0 + 0.01)) width="8%" y=(42.0 - high) height=(high) {}
                }
                text.q x="0" y="57" { "0" }
                text.q x="50%" y="57" text-anchor="middle" { "said, of 100" }
                text.q x="100%" y="57" text-anchor="end" { "100" }
            }
        }
    }
}

/// How many answers lie in the middle of their forecasts, and in each tenth of them.
pub(super) fn coverage(part: &PartScore) -> Option<Markup> {
    let places: Vec<_> =
        part.sorts.iter().filter_map(|sort| Some((sort.sort, sort.places.as_ref()?))).collect();
    if places.is_empty() {
        return None;
    }
    let name = |sort: Sort| if sort == Sort::When { "Dates" } else { "Levels" };
    let ninety = places.iter().map(|(sort, places)| {
        let covered = places.coverage.iter().find(|one| one.expected > 0.8);
        let covered = covered.map_or(0.0, |one| one.covered * places.answers as f64);
        format!("{} {} of {}", name(*sort).to_lowercase(), decimals(covered, 1), places.answers)
    });
    let finding = format!(
        "In the middle 90 of 100 of their forecasts lie: {}",
        ninety.collect::<Vec<_>>().join("; ")
    );
    let rows = places.iter().flat_map(|(sort, places)| {
        places.coverage.iter().map(|coverage| {
            let own =
                coverage.own.map_or_else(|| "–".to_owned(), |own| own.map(of_100).join(" to "));
            vec![
                format!("{}, middle {}", name(*sort), of_100(coverage.expected)),
                of_100(coverage.covered),
                own,
                places.answers.to_string(),
            ]
        })
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let picture = html! {
        div.multiples {
            @for (sort, places) in &places {
                div {
                    h3 { (name(*sort)) }
                    (histogram(&places.tenths, places.answers))
                }
            }
        }
    };
    Some(figure(Figure {
        id: if part.part == Part::Fit { "coverage-fit" } else { "coverage-held-out" },
        finding,
        how: "Where the record lies in each forecast, by tenths from the earliest or lowest to the \
              latest or highest (what did not happen in time comes last). Even bars: the model is as \
              sure as it may be; a valley: too sure; a hill: not sure enough. Line: what even would be."
            .to_owned(),
        picture,
        heads: ["Answers", "of 100 lie there", "its own histories, 90 of 100", "answers"]
            .map(str::to_owned)
            .to_vec(),
        rows,
    }))
}

fn histogram(tenths: &[f64], answers: u64) -> Markup {
    let most = tenths.iter().copied().fold(1.0, f64::max);
    let even = 78.0 * (1.0 - answers as f64 / tenths.len().max(1) as f64 / most);
    let said: Vec<String> = tenths.iter().map(|tenth| decimals(*tenth, 1)).collect();
    html! {
        svg.plot height="90" role="img" aria-label=(format!("By tenths: {}", said.join(", "))) {
            @for (number, tenth) in tenths.iter().enumerate() {
                @let high = 78.0 * tenth / most;
                rect.f-base x=(per_cent(number as f64 / 10.0 + 0.01)) width="8%" y=(78.0 - high) height=(high) {}
            }
            line.m-tick style="stroke-width:1" x1="0%" x2="100%" y1=(even) y2=(even) {}
        }
    }
}
