//! `detente check`: every finding in a scenario, and how its events fare when it runs freely.

use std::io::{self, IsTerminal as _};

use detente_lab::scenario::{Finding, Opened, Severity};
use detente_lab::{
    Calendar, FREE_HISTORIES, FreeRun, Obstacle, Possible, check_free_run, record_is_possible,
};
use serde::Serialize;

use super::ensemble::middle_half;
use crate::failure::Failure;
use crate::options::{Check, TextFormat};
use crate::output::{print, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{scenario, voice};

/// What `--format json` gives.
#[derive(Serialize)]
struct Answer {
    sound: bool,
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free_run: Option<FreeRun>,
    /// Whether the record is possible; absent if there is nothing to follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Possible>,
}

/// Prints every finding; fails if one of them is an error, or if the record is impossible.
pub(crate) fn run(options: &Check) -> Result<(), Failure> {
    let opened = scenario::read(options.scenario.as_deref(), &options.school)?;
    let sound = opened.model.is_some();
    let free_run = match &opened.model {
        Some(model) if !options.still => {
            let watching = Watching::begin(FREE_HISTORIES)?;
            let free_run = watching.during(|watch| check_free_run(model, 0, watch))?;
            watching.check(free_run.histories, FREE_HISTORIES)?;
            Some(free_run)
        }
        _ => None,
    };
    let record = match (&opened.model, &free_run) {
        (Some(model), Some(_)) => record_is_possible(model, 0)?,
        _ => None,
    };
    let possible = record.as_ref().is_none_or(|record| record.finding.is_none());
    match options.format {
        TextFormat::Json => print_json(&Answer {
            sound,
            findings: opened.findings.iter().map(Finding::from).collect(),
            free_run,
            record,
        })?,
        TextFormat::Table => {
            if let (Some(model), Some(free_run)) = (&opened.model, &free_run) {
                print(&told_free(free_run, &model.calendar))?;
            }
            if let Some(record) = &record {
                print(&told_record(record))?;
            }
            print(&told(&opened, possible))?;
        }
    }
    if sound && possible { Ok(()) } else { Err(Failure::NotSound) }
}

/// The free-run page: the seldom first, for those are the ones to look at.
fn told_free(free_run: &FreeRun, calendar: &Calendar) -> String {
    let mut events = table(&[
        ("Event", Column::Words),
        ("Happens", Column::Numbers),
        ("First, the middle half of its dates", Column::Words),
        ("Hindered most by", Column::Words),
        ("Weeks", Column::Numbers),
    ]);
    let mut sorted: Vec<_> = free_run.events.iter().collect();
    sorted.sort_by(|a, b| {
        a.event.share.total_cmp(&b.event.share).then_with(|| a.event.id.cmp(&b.event.id))
    });
    for one in sorted {
        let (part, weeks) = one.hindered_by.as_ref().map_or((String::new(), String::new()), |h| {
            (h.part.clone(), voice::rounded(h.weeks_a_history, 0))
        });
        let half = middle_half(&one.event.weeks, calendar);
        events.add_row([one.event.id.clone(), voice::share(one.event.share), half, part, weeks]);
    }
    let mut options = table(&[
        ("Decision", Column::Words),
        ("Put", Column::Numbers),
        ("Option", Column::Words),
        ("Ever given", Column::Numbers),
        ("First, the middle half of its dates", Column::Words),
    ]);
    for choice in &free_run.choices {
        for (number, option) in choice.options.iter().enumerate() {
            let (id, put) = match number {
                0 => (choice.id.clone(), voice::share(choice.put)),
                _ => (String::new(), String::new()),
            };
            let half = middle_half(&option.weeks, calendar);
            options.add_row([id, put, option.option.clone(), voice::share(option.share), half]);
        }
    }
    let parts = [text(&events), text(&options)];
    format!("{} free histories\n\n{}\n", voice::count(free_run.histories), parts.join("\n"))
}

/// Whether histories can follow the record, and if not, where they end and what stands in the way.
fn told_record(record: &Possible) -> String {
    let Some(finding) = &record.finding else {
        let histories = voice::count(record.histories);
        return format!(
            "The record is possible: some of {histories} histories follow it to its end.\n\n"
        );
    };
    let mut out =
        "The record is impossible under this model: no history follows it to its end.\n".to_owned();
    if let (Some(entry), Some(title)) = (&finding.entry, &finding.title) {
        out.push_str(&format!("  {entry}: {title}\n"));
    }
    let date = voice::said(&finding.date);
    out.push_str(&format!(
        "  {} {}: week {}, {date}\n",
        finding.element, finding.why, finding.week
    ));
    for obstacle in &finding.obstacles {
        out.push_str(&format!("    {}\n", told_obstacle(obstacle)));
    }
    out.push_str(&format!("  To mend it, {}.\n\n", finding.help));
    out
}

/// "anger > 0.8: did not hold in 97 of 100 histories; the nearest was 0.12 short".
fn told_obstacle(obstacle: &Obstacle) -> String {
    let share = match obstacle.share {
        share if share >= 1.0 => "any history".to_owned(),
        share => format!("{} histories", voice::share(share)),
    };
    let unit = if obstacle.unit == "1" { String::new() } else { format!(" {}", obstacle.unit) };
    let short = obstacle.short_by.map_or(String::new(), |short| {
        format!("; the nearest was {}{unit} short", voice::number(short, 0.0))
    });
    format!("{}: did not hold in {share}{short}", obstacle.what)
}

/// The findings as text to read, then the verdict.
fn told(opened: &Opened, record_is_possible: bool) -> String {
    let colour = scenario::colour_for(io::stdout().is_terminal());
    let mut out = String::new();
    for finding in &opened.findings {
        out.push_str(&opened.rendered(finding, colour));
        out.push_str("\n\n");
    }
    let (errors, warnings) =
        (opened.of(Severity::Error).count(), opened.of(Severity::Warning).count());
    out.push_str(&match &opened.model {
        Some(model) => format!(
            "{} {}: {} in {}, {}{}.\n",
            model.title,
            if record_is_possible { "is sound" } else { "runs, but not along its record" },
            counted(model.elements.len(), "element").unwrap_or_default(),
            counted(model.subsystems.len(), "subsystem").unwrap_or_default(),
            counted(model.calendar.weeks as usize, "week").unwrap_or_default(),
            counted(warnings, "warning").map_or(String::new(), |warnings| format!("; {warnings}"))
        ),
        None => format!(
            "This scenario cannot be run: {}{}.\n",
            counted(errors, "error").unwrap_or_default(),
            counted(warnings, "warning").map_or(String::new(), |warnings| format!(", {warnings}"))
        ),
    });
    out
}

fn counted(count: usize, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    }
}
