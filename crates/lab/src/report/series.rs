//! Quantities by week: fans of 50 and 90 of 100 histories, the record's levels in black.

use detente_model::{Expr, Measure, Model, Target};
use maud::{Markup, html};

use super::page::{Figure, figure};
use super::scale::{Scale, of_week, path, per_cent, year_lines, year_names};
use super::words::number;
use super::{Arm, View};
use crate::answer::SeriesAnswer;
use crate::telling::unit_of;

/// At most so many panels.
const MOST: usize = 8;
/// Height of a panel's field.
const HEIGHT: f64 = 108.0;

/// A level of the record on a panel: over which weeks, its value and error in the panel's unit.
struct Level {
    from: f64,
    until: f64,
    value: f64,
    error: f64,
    title: String,
}

/// The figure, if quantities were followed.
pub(super) fn fans(view: &View<'_>) -> Option<Markup> {
    let count = view.arms[0].answer.series.len().min(MOST);
    if count == 0 {
        return None;
    }
    let panels = (0..count).map(|number| panel(view, number));
    let bands = if view.arms.len() == 2 {
        "Bands: 50 and 90 of 100 histories of the baseline, its median as a line. Red: the median \
         of the what-if, 90 of 100 between dashed edges."
    } else {
        "Bands: 50 and 90 of 100 histories; the line is the median."
    };
    let picture = html! { div.multiples.pairs { @for panel in panels { (panel) } } };
    let heads = ["Quantity", "unit", "when"].into_iter().map(str::to_owned);
    let heads = heads.chain(
        view.arms
            .iter()
            .flat_map(|arm| ["median", "90 of 100"].map(|what| format!("{}: {what}", arm.head))),
    );
    Some(figure(Figure {
        id: "series",
        finding: finding(view, count),
        how: format!(
            "{bands} Black: a level in the record, with two of its errors. Each panel has its own scale."
        ),
        picture,
        heads: heads.collect(),
        rows: (0..count).flat_map(|number| table_rows(view, number)).collect(),
    }))
}

fn levels(model: &Model, target: Target) -> Vec<Level> {
    let Some(unit) = unit_of(model, target) else { return Vec::new() };
    let of_target = |expr: &Expr| match expr {
        Expr::Read(cell) => {
            let over = &model.element(cell.element).over;
            cell.element == target.element
                && crate::telling::fixed_instance(over, &cell.index, &[]) == Some(target.instance)
        }
        _ => false,
    };
    let all = model.record.levels.iter().filter_map(|level| {
        let Expr::Measure(measure) = &level.is.expr else { return None };
        let (expr, from, until, weeks) = match &**measure {
            Measure::At(expr, week) => (expr, *week, *week + 1, 1.0),
            Measure::MeanOver(expr, from, until) => (expr, *from, *until, 1.0),
            Measure::SumOver(expr, from, until) => {
                (expr, *from, *until, f64::from(until.saturating_sub(*from).max(1)))
            }
            _ => return None,
        };
        of_target(expr).then(|| Level {
            from: of_week(&model.calendar, f64::from(from) - 0.5),
            until: of_week(&model.calendar, f64::from(until) - 0.5),
            value: unit.shown(level.value / weeks),
            error: unit.shown(level.error / weeks),
            title: level.title.clone(),
        })
    });
    all.collect()
}

fn of_quantile<'a>(arm: &'a Arm<'_>, number: usize, key: &str) -> &'a [f64] {
    arm.answer.series[number].quantiles.get(key).map_or(&[], Vec::as_slice)
}

fn panel(view: &View<'_>, number: usize) -> Markup {
    let calendar = &view.model.calendar;
    let series = &view.arms[0].answer.series[number];
    let levels = levels(view.model, series.target);
    let edges = view.arms.iter().flat_map(|arm| {
        ["0.05", "0.95"].into_iter().flat_map(|key| of_quantile(arm, number, key).iter().copied())
    });
    let marks = levels
        .iter()
        .flat_map(|level| [level.value - 2.0 * level.error, level.value + 2.0 * level.error]);
    let scale = Scale::around(edges.chain(marks));
    let place = |values: &[f64]| -> Vec<(f64, f64)> {
        let point =
            |(week, value): (usize, &f64)| (of_week(calendar, week as f64), scale.at(*value));
        values.iter().enumerate().map(point).collect()
    };
    let line = |arm: &Arm<'_>, key: &str| path(place(of_quantile(arm, number, key)), HEIGHT);
    let band = |arm: &Arm<'_>, low: &str, high: &str| {
        let mut points = place(of_quantile(arm, number, high));
        points.extend(place(of_quantile(arm, number, low)).into_iter().rev());
        path(points, HEIGHT) + "Z"
    };
    let y = |value: f64| format!("{:.1}", (1.0 - scale.at(value)) * HEIGHT);
    html! {
        figure {
            figcaption { h3 { (series.title) } small { (unit_words(series)) } }
            svg.plot role="img" aria-label=(label(view, number, &levels)) {
                (year_lines(calendar, 108))
                svg viewBox="0 0 1000 108" width="100%" height="108" preserveAspectRatio="none" {
                    @for arm in &view.arms {
                        @if arm.changed {
                            path.f-wi d=(band(arm, "0.05", "0.95")) {}
                            path.m-wi.m-edge d=(line(arm, "0.05")) {}
                            path.m-wi.m-edge d=(line(arm, "0.95")) {}
                            path.m-wi d=(line(arm, "0.5")) {}
                        } @else {
                            path.f-base1 d=(band(arm, "0.05", "0.95")) {}
                            path.f-base2 d=(band(arm, "0.25", "0.75")) {}
                            path.m-base d=(line(arm, "0.5")) {}
                        }
                    }
                }
                @for level in &levels {
                    @let (from, until) = (per_cent(level.from), per_cent(level.until));
                    @let middle = per_cent((level.from + level.until) / 2.0);
                    line.m-rec x1=(middle) x2=(middle) y1=(y(level.value - 2.0 * level.error)) y2=(y(level.value + 2.0 * level.error)) {}
                    line.m-tick x1=(from) x2=(until) y1=(y(level.value)) y2=(y(level.value)) {}
                }
                line.g-axis x1="0" x2="100%" y1="108" y2="108" {}
                @for tick in scale.ticks() {
                    text.q.halo x="2" y=(y(tick)) dy="-3" { (number_text(tick)) }
                    line.g-rule x1="0" x2="8" y1=(y(tick)) y2=(y(tick)) {}
                }
                (year_names(calendar, 124))
            }
        }
    }
}

fn number_text(value: f64) -> String {
    number(value)
}

fn unit_words(series: &SeriesAnswer) -> String {
    if series.unit == "1" { "a pure number".to_owned() } else { series.unit.clone() }
}

fn label(view: &View<'_>, number: usize, levels: &[Level]) -> String {
    let series = &view.arms[0].answer.series[number];
    let ends = view.arms.iter().filter_map(|arm| {
        let median = of_quantile(arm, number, "0.5");
        let (first, last) = (median.first()?, median.last()?);
        Some(format!(
            "{}: median from {} to {}",
            arm.head,
            super::words::number(*first),
            super::words::number(*last)
        ))
    });
    let mut label = format!("{}, {}. ", series.title, unit_words(series));
    label += &ends.collect::<Vec<_>>().join("; ");
    for level in levels {
        label +=
            &format!(". In the record, {}: {}", level.title, super::words::number(level.value));
    }
    label
}

fn finding(view: &View<'_>, count: usize) -> String {
    if view.arms.len() == 2 {
        let apart = |number: &usize| {
            let middle = |arm: &Arm<'_>| of_quantile(arm, *number, "0.5").last().copied();
            let edge = |key: &str| of_quantile(&view.arms[0], *number, key).last().copied();
            match (middle(&view.arms[1]), edge("0.25"), edge("0.75")) {
                (Some(middle), Some(low), Some(high)) => middle < low || middle > high,
                _ => false,
            }
        };
        let outside = (0..count).filter(apart).count();
        return format!(
            "{outside} of {count} quantities end outside the middle half of the baseline"
        );
    }
    let series = &view.arms[0].answer.series[0];
    let median = of_quantile(&view.arms[0], 0, "0.5");
    match (median.first(), median.last()) {
        (Some(first), Some(last)) => {
            let title = series.title.split([':', ',', ';', '.']).next().unwrap_or(&series.title);
            let (first, last) = (number(*first), number(*last));
            if first == last {
                format!("{title} stays at {last}")
            } else {
                format!("{title} goes from {first} to {last}")
            }
        }
        _ => "How quantities go, week by week".to_owned(),
    }
}

/// The middle of each half year.
fn table_rows(view: &View<'_>, number: usize) -> Vec<Vec<String>> {
    let calendar = &view.model.calendar;
    let series = &view.arms[0].answer.series[number];
    let weeks = (0..calendar.weeks).step_by(26);
    let row = |week: u32| {
        let monday = super::words::date(calendar.monday(week));
        let mut cells = vec![series.title.clone(), series.unit.clone(), monday];
        for arm in &view.arms {
            let at = |key: &str| {
                let value = of_quantile(arm, number, key).get(week as usize);
                value.map_or("–".to_owned(), |value| super::words::number(*value))
            };
            cells.push(at("0.5"));
            cells.push(format!("{} to {}", at("0.05"), at("0.95")));
        }
        cells
    };
    weeks.map(row).collect()
}
