//! `detente compare --cross`: what a change does without an assumption, and with it.

use detente_lab::bundle::{Place, may_be_kept_in};
use detente_lab::{
    Cross, CrossedOutcome, PairedChange, Question, Side, cross, cross_csv, cross_place, keep_cross,
};

use crate::failure::Failure;
use crate::options::{Changes, Ensemble, overwrite};
use crate::output::{Format, is_standard, print, print_bytes, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario};

/// Runs the four worlds, prints the two-by-two, and keeps it.
pub(crate) fn run(options: &Ensemble) -> Result<(), Failure> {
    let changes = &options.changes;
    if options.keeping.dry_run || options.keeping.format == Format::Parquet {
        let what = "A two-by-two is a small table: it has no --dry-run and no Parquet.";
        return Err(Failure::Input(what.to_owned()));
    }
    let name = options.scenario.as_deref();
    let bare = Changes { school: Vec::new(), assume: Vec::new(), ..changes.clone() };
    // Standard input can be read only once; a school may give the same words other meanings.
    if changes.interventions.iter().any(|text| text == "-") {
        let what = "With --cross the changes are read twice, so give them by --do, not by -.";
        return Err(Failure::Input(what.to_owned()));
    }
    let without = scenario::ready(name, &bare)?;
    let with = scenario::ready(name, changes)?;
    let given = asking::given(&options.following, &without.model)?;
    let ask = |ready: &scenario::Ready| {
        let holding = [ready.assumptions.clone(), ready.interventions.clone()];
        Question { given, ..asking::question(&options.chance, Some(changes), holding) }
    };
    let questions = [ask(&without), ask(&with)];
    if let Some(folder) = options.keeping.out.as_ref().filter(|out| !is_standard(Some(out))) {
        may_be_kept_in(folder, overwrite(options.keeping.force))?;
    }
    let watching = Watching::begin(options.chance.histories)?;
    let answer = watching.during(|watch| {
        cross(
            Side { model: &without.model, question: &questions[0] },
            Side { model: &with.model, question: &questions[1] },
            watch,
        )
    })?;
    watching.something(answer.asked.histories)?;
    match options.keeping.format {
        Format::Table => print(&told(&answer))?,
        Format::Json => print_json(&answer)?,
        Format::Csv | Format::Parquet => print_bytes(&cross_csv(&answer)?)?,
    }
    if !is_standard(options.keeping.out.as_ref()) {
        let place = place(options, cross_place(&without.model, &answer), &answer);
        if keep_cross(&without.model, &answer, &place)? {
            eprintln!("Report and table: {}", place.folder.join("report.html").display());
        } else {
            eprintln!("A whole answer lies in {} and was kept as it is.", place.folder.display());
        }
    }
    watching.check(answer.asked.histories, answer.asked.histories_asked)
}

/// Where the two-by-two goes. One that was stopped takes nobody's place.
fn place(options: &Ensemble, usual: Place, answer: &Cross) -> Place {
    let whole = answer.asked.histories == answer.asked.histories_asked;
    match (&options.keeping.out, options.keeping.force) {
        (Some(folder), force) if whole || !folder.exists() => {
            Place { folder: folder.clone(), overwrite: overwrite(force) }
        }
        (_, true) => Place { overwrite: overwrite(true), ..usual },
        (_, false) => usual,
    }
}

fn told(answer: &Cross) -> String {
    let mut out = format!("{}\n", asking::head(&answer.asked));
    for school in &answer.crossed.schools {
        out.push_str(&format!("Crossed with the school: {school}\n"));
    }
    for assumption in &answer.crossed.assumptions {
        out.push_str(&format!("Crossed with: {assumption}\n"));
    }
    out.push('\n');
    let shares = |own: &&CrossedOutcome| own.kind != "number";
    out.push_str(&outcomes(answer.cross.iter().filter(shares), 100.0, "Histories of 100"));
    let numbers = answer.cross.iter().filter(|own| own.kind == "number");
    out.push_str(&outcomes(numbers, 1.0, "Quantity"));
    if !answer.not_shared.is_empty() {
        let names = answer.not_shared.join(", ");
        out.push_str(&format!("Only one side has, and so not compared: {names}.\n"));
    }
    out
}

fn outcomes<'a>(
    outcomes: impl Iterator<Item = &'a CrossedOutcome>,
    scale: f64,
    head: &str,
) -> String {
    let mut table = table(&[
        (head, Column::Words),
        ("Neither", Column::Numbers),
        ("Changed", Column::Numbers),
        ("Assumed", Column::Numbers),
        ("Both", Column::Numbers),
        ("Effect without", Column::Numbers),
        ("Effect with", Column::Numbers),
        ("Interaction", Column::Numbers),
        ("95 %", Column::Words),
    ]);
    let plain = |value: f64| short(value * scale);
    let signed = |value: f64| {
        let text = short(value * scale);
        if value > 0.0 && text.chars().any(|c| matches!(c, '1'..='9')) {
            format!("+{text}")
        } else {
            text
        }
    };
    for own in outcomes {
        let unit = if own.unit == "1" { String::new() } else { format!(", {}", own.unit) };
        let change = |change: PairedChange| signed(change.value);
        table.add_row([
            format!("{}{unit}", own.title),
            plain(own.neither.value),
            plain(own.changed.value),
            plain(own.assumed.value),
            plain(own.both.value),
            change(own.effect_without),
            change(own.effect_with),
            change(own.interaction),
            own.interaction.interval.map(signed).join(" to "),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}

/// A number in three figures, with a true minus and no sign on nothing.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        x if x >= 100.0 || x == 0.0 => 0,
        x if x >= 1.0 => 1,
        x if x >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(size) if size.chars().all(|c| matches!(c, '0' | '.')) => size.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}
