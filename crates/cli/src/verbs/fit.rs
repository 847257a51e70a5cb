//! `detente fit`: what the record says of the assumptions.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use detente_lab::bundle::{Overwrite, may_be_kept_in};
use detente_lab::{
    Calibration, Fit as Answer, FitQuestion, Learnt, Model, POSTERIOR, Plan, calibrate, fit,
    keep_fit, write_posterior,
};

use crate::failure::Failure;
use crate::numbers;
use crate::options::{TextFormat, overwrite};
use crate::output::{is_standard, print, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{scenario, voice};

/// Assumptions told on the terminal.
const TOLD: usize = 25;

#[derive(Debug, Args)]
pub(crate) struct Fit {
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    scenario: Option<String>,
    /// Fit it under a school of thought; may be repeated
    #[arg(long, value_name = "NAME")]
    school: Vec<String>,
    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    #[arg(value_parser = numbers::seed, allow_negative_numbers = true)]
    seed: u64,
    /// Runs of the sampler, so that they can be compared
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = numbers::some, allow_negative_numbers = true)]
    runs: usize,
    /// Draws of the assumptions in each run
    #[arg(long, value_name = "N", default_value_t = 256)]
    #[arg(value_parser = numbers::some, allow_negative_numbers = true)]
    draws: usize,
    /// Histories for each draw's likelihood [default: chosen by how far it scatters]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::some, allow_negative_numbers = true)]
    each: Option<usize>,
    /// The most rounds of moves after each step of temperature
    #[arg(long, value_name = "N", default_value_t = 10)]
    moves: u32,
    /// Fit records of N worlds that the model makes itself, to see whether the fit can be trusted
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::worlds, allow_negative_numbers = true)]
    calibrate: Option<u64>,
    /// How many threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::threads, allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,
    /// How the answer is printed: table or json
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    format: TextFormat,
    /// The folder for posterior and report; - for none [default: one under detente-out/]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Put the posterior into the scenario's own folder too, if nothing speaks against it
    #[arg(long)]
    install: bool,
    /// Write over what is there
    #[arg(long)]
    force: bool,
}

/// Fits, prints what was learnt, and keeps the posterior.
pub(crate) fn run(options: &Fit) -> Result<(), Failure> {
    let model = scenario::model(options.scenario.as_deref(), &options.school)?;
    let question = FitQuestion {
        seed: options.seed,
        runs: options.runs,
        plan: Plan { draws: options.draws, most_rounds: options.moves, ..Plan::default() },
        each: options.each,
        jobs: options.jobs,
        ..FitQuestion::default()
    };
    if let Some(worlds) = options.calibrate {
        return calibrated(&model, &question, worlds, options.format);
    }
    let folder = folder_of(options, &model);
    let installed = options.install.then(|| home_of(options)).transpose()?;
    if let Some(folder) = &folder {
        may_be_kept_in(folder, overwrite(options.force))?;
    }
    let checkpoint = folder.as_ref().map(|folder| folder.with_extension("fit-so-far.json"));
    if let Some(place) = checkpoint.as_ref().and_then(|file| file.parent()) {
        std::fs::create_dir_all(place).map_err(|error| Failure::writing(place, &error))?;
    }
    let watching = Watching::begin(1)?;
    let answer = watching.during(|watch| fit(&model, &question, checkpoint.as_deref(), watch))?;
    let Some(answer) = answer else {
        let kept = match &checkpoint {
            Some(file) if file.is_file() => format!(
                "Stopped. What is finished is kept in {}; the same command goes on from there.",
                file.display()
            ),
            Some(_) => "Stopped. Nothing was finished yet, and so nothing is kept.".to_owned(),
            None => "Stopped. Nothing was kept, because of --out -.".to_owned(),
        };
        return Err(Failure::Unfinished(kept));
    };
    match options.format {
        TextFormat::Table => print(&told(&answer))?,
        TextFormat::Json => print_json(&answer)?,
    }
    if let Some(folder) = &folder {
        let kept = keep_fit(folder, &model, &answer, overwrite(options.force))?;
        eprintln!("Report and posterior: {}", kept.join("report.html").display());
    }
    if let Some(file) = checkpoint {
        // The fit is whole; what it kept of itself on the way is of no more use.
        let _ = std::fs::remove_file(file);
    }
    match installed {
        Some(home) => install(&home, &answer, overwrite(options.force)),
        None => Ok(()),
    }
}

/// The scenario's own folder.
fn home_of(options: &Fit) -> Result<PathBuf, Failure> {
    match scenario::find(options.scenario.as_deref())? {
        detente_lab::scenario::Source::Folder(path) if options.school.is_empty() => Ok(path),
        detente_lab::scenario::Source::Folder(_) => Err(Failure::Input(
            "A posterior fitted under a school is not the scenario's: leave out --install."
                .to_owned(),
        )),
        detente_lab::scenario::Source::Memory { .. } => Err(Failure::Input(
            "This scenario is the one that is shipped, and has no folder for --install.".to_owned(),
        )),
    }
}

fn install(home: &Path, answer: &Answer, overwrite: Overwrite) -> Result<(), Failure> {
    if !answer.good {
        eprintln!("Not put into {}: what is said above speaks against it.", home.display());
        return Err(Failure::NotSound);
    }
    write_posterior(home, answer, overwrite)?;
    eprintln!("The scenario now carries it: {}", home.join(POSTERIOR).display());
    Ok(())
}

/// Where posterior and report go; `None` for standard output only.
fn folder_of(options: &Fit, model: &Model) -> Option<PathBuf> {
    if is_standard(options.out.as_ref()) {
        return None;
    }
    let short: String = model.digest.chars().take(8).collect();
    let name =
        format!("{}-{short}-fit-{}-{}-{}", model.name, options.seed, options.runs, options.draws);
    Some(options.out.clone().unwrap_or_else(|| Path::new("detente-out").join(name)))
}

/// What was learnt, as text to read.
fn told(answer: &Answer) -> String {
    let asked = &answer.asked;
    let mut out = format!(
        "{} · {} entries and {} levels, until {} · seed {}\n\n",
        asked.title,
        asked.entries,
        asked.levels,
        voice::said(&asked.until),
        asked.seed
    );
    let mut table = table(&[
        ("Assumption", Column::Words),
        ("Author", Column::Numbers),
        ("Prior, 90 of 100", Column::Words),
        ("Posterior, 90 of 100", Column::Words),
        ("Doubt gone", Column::Numbers),
        ("Shift", Column::Numbers),
        ("R̂", Column::Numbers),
    ]);
    for one in answer.learnt.iter().take(TOLD) {
        table.add_row(row(one));
    }
    out.push_str(&text(&table));
    if answer.learnt.len() > TOLD {
        out.push_str(&format!("and {} more, in the summary.\n", answer.learnt.len() - TOLD));
    }
    out.push('\n');
    for (number, run) in answer.runs.iter().enumerate() {
        out.push_str(&format!(
            "Run {}: ln of the record's probability {}, {} steps, {} estimates.\n",
            number + 1,
            voice::number(run.log_evidence, 0.1),
            run.steps.len(),
            voice::count(run.estimates)
        ));
    }
    out.push_str(&format!(
        "{} histories for each estimate; its logarithm scatters by {:.1}.\n",
        voice::count(asked.each as u64),
        asked.scatter
    ));
    for concern in &answer.concerns {
        out.push_str(&format!(
            "Against it: {}. What would help: {}.\n",
            concern.what, concern.help
        ));
    }
    if answer.good {
        out.push_str("Nothing speaks against using it.\n");
    }
    out
}

fn row(one: &Learnt) -> [String; 7] {
    let between = |values: &[f64; 5]| {
        let grain = (values[4] - values[0]).abs() / 50.0;
        format!("{} to {}", voice::number(values[0], grain), voice::number(values[4], grain))
    };
    let grain = (one.prior[4] - one.prior[0]).abs() / 50.0;
    [
        one.id.clone(),
        voice::number(one.written, grain),
        between(&one.prior),
        between(&one.posterior),
        format!("{:.0} ± {:.0} %", 100.0 * one.contraction, 100.0 * one.error),
        voice::change(one.shift, 0.01),
        one.r_hat.map_or_else(String::new, |r_hat| format!("{r_hat:.2}")),
    ]
}

/// Calibrates, and says whether true values have every rank equally often.
fn calibrated(
    model: &Model,
    question: &FitQuestion,
    worlds: u64,
    format: TextFormat,
) -> Result<(), Failure> {
    let watching = Watching::begin(worlds)?;
    let found = watching.during(|watch| calibrate(model, question, worlds as usize, watch))?;
    let Some(found) = found else {
        return Err(Failure::Unfinished("No world was fitted.".to_owned()));
    };
    match format {
        TextFormat::Json => print_json(&found)?,
        TextFormat::Table => print(&calibration_told(&found))?,
    }
    if found.worst < 0.01 { Err(Failure::NotSound) } else { Ok(()) }
}

fn calibration_told(found: &Calibration) -> String {
    let mut table = table(&[
        ("Assumption", Column::Words),
        ("Ranks of the truth, in eighths", Column::Words),
        ("p, χ²", Column::Numbers),
        ("p, band", Column::Numbers),
    ]);
    for one in &found.ranks {
        let counts: Vec<String> =
            one.uniformity.histogram.iter().map(|count| format!("{count:>3}")).collect();
        table.add_row([
            one.id.clone(),
            counts.join(" "),
            format!("{:.3}", one.uniformity.chi_square_p),
            format!("{:.3}", one.uniformity.band_p),
        ]);
    }
    let verdict = if found.worst < 0.01 {
        "The ranks are not uniform: the fit is not to be trusted."
    } else {
        "Nothing speaks against uniform ranks."
    };
    let failed = match found.failed {
        0 => String::new(),
        failed => format!(" {failed} more made records that too few draws could follow."),
    };
    format!(
        "{} worlds made by the model and fitted.{failed}\n\n{}\n{verdict} The smallest p of all, times \
         their number: {:.3}.\n",
        found.worlds,
        text(&table),
        found.worst
    )
}
