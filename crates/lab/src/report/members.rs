//! Outcomes that are one of several members: how often each.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::View;
use super::page::{Figure, figure};
use super::scale::per_cent;
use super::words::of_100;
use crate::answer::OutcomeAnswer;

/// The figure, if an outcome is of that kind.
pub(super) fn members(view: &View<'_>) -> Option<Markup> {
    let outcomes = &view.arms[0].answer.outcomes;
    let asked: Vec<usize> =
        (0..outcomes.len()).filter(|row| outcomes[*row].kind == "member").collect();
    if asked.is_empty() {
        return None;
    }
    let rows: Vec<(usize, String)> = asked
        .iter()
        .flat_map(|row| names(view, *row).into_iter().map(move |name| (*row, name)))
        .collect();
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Histories of 100 with" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                @for arm in &view.arms { th.num.c-n scope="col" .wi[arm.changed] { (arm.head) } }
            } }
            tbody { @for (row, name) in &rows { (bar_row(view, *row, name)) } }
        }
    };
    let heads = ["Outcome".to_owned(), "which".to_owned()].into_iter();
    let heads = heads.chain(view.arms.iter().map(|arm| format!("{} of 100", arm.head)));
    let cells = |(row, name): &(usize, String)| {
        let own = [outcomes[*row].title.clone(), name.clone()].into_iter();
        own.chain(shares(view, *row, name).into_iter().map(|s| format!("{:.1}", s * 100.0)))
            .collect()
    };
    let most = commonest(&outcomes[asked[0]]);
    Some(figure(Figure {
        id: "members",
        finding: most.map_or_else(
            || outcomes[asked[0]].title.clone(),
            |(name, share)| {
                format!(
                    "{}: {name} in {} of 100 histories",
                    outcomes[asked[0]].title,
                    of_100(share)
                )
            },
        ),
        how: "Each line counts the histories that end so.".to_owned(),
        picture,
        heads: heads.collect(),
        rows: rows.iter().map(cells).collect(),
    }))
}

/// Every member that an outcome has in any arm, in order of name.
fn names(view: &View<'_>, row: usize) -> BTreeSet<String> {
    let of = |outcome: &OutcomeAnswer| outcome.members.clone().unwrap_or_default().into_keys();
    view.arms.iter().flat_map(|arm| of(&arm.answer.outcomes[row])).collect()
}

/// The share of a member in each arm.
fn shares(view: &View<'_>, row: usize, name: &str) -> Vec<f64> {
    let share = |outcome: &OutcomeAnswer| {
        outcome.members.as_ref().and_then(|all| all.get(name)).copied().unwrap_or(0.0)
    };
    view.arms.iter().map(|arm| share(&arm.answer.outcomes[row])).collect()
}

fn commonest(outcome: &OutcomeAnswer) -> Option<(&String, f64)> {
    let members = outcome.members.as_ref()?;
    members.iter().map(|(name, share)| (name, *share)).max_by(|a, b| a.1.total_cmp(&b.1))
}

fn bar_row(view: &View<'_>, row: usize, name: &str) -> Markup {
    let title = &view.arms[0].answer.outcomes[row].title;
    let shares = shares(view, row, name);
    let said = view.arms.iter().zip(&shares);
    let said: Vec<String> =
        said.map(|(arm, share)| format!("{} {}", arm.head, of_100(*share))).collect();
    let label = format!("{title}, {name}: {} of 100 histories", said.join("; "));
    let height = |number: usize| if shares.len() == 1 { 18 } else { 12 + 12 * number };
    html! {
        tr {
            th.c-name scope="row" { (title) span.quiet { ", " (name) } }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    @for (number, (arm, share)) in view.arms.iter().zip(&shares).enumerate() {
                        @let (x, y) = (per_cent(*share), height(number));
                        @if arm.changed {
                            line.m-wi x1="0" x2=(x) y1=(y) y2=(y) {} circle.d-wi cx=(x) cy=(y) r="4.5" {}
                        } @else {
                            line.m-base x1="0" x2=(x) y1=(y) y2=(y) {} circle.d-base cx=(x) cy=(y) r="4" {}
                        }
                    }
                }
            }
            @for (arm, share) in view.arms.iter().zip(&shares) {
                td.num.c-n .wi[arm.changed] .strong[arm.changed] .bl[!arm.changed && view.arms.len() == 2] { (of_100(*share)) }
            }
        }
    }
}
