//! `detente score`: how well the model foretells what happened, beside dull models.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use detente_lab::bundle::{Overwrite, as_csv, write_whole};
use detente_lab::scenario::Source;
use detente_lab::score::{
    Beside, Dull, EntryScore, Part, PartScore, Rule, RuleScore, Score, Shown, Sort, SortScore,
    Version, Versus, score, score_against, score_report,
};
use detente_lab::{Calendar, Model, Parameters, Question};

use crate::failure::Failure;
use crate::options::Chance;
use crate::output::{is_standard, json, nothing_lies_in, print, print_bytes, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

/// Entries told of one by one, unless all are asked for in another format.
const TOLD: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    scenario: Option<String>,
    /// Another version, scored with the same dice and held against the first
    #[arg(long, value_name = "SCENARIO", value_hint = ValueHint::DirPath)]
    against: Option<String>,
    /// A school of thought, by name: its assumptions hold throughout; may be repeated
    #[arg(long, value_name = "NAME")]
    school: Vec<String>,
    /// Draw the doubted parameters anew for each history
    #[arg(long)]
    uncertain: bool,
    /// Take the parameters from the posterior that the scenario carries
    #[arg(long, conflicts_with = "uncertain")]
    posterior: bool,
    /// Refused, with what to ask instead
    #[arg(long, value_name = "DATE", hide = true)]
    after: Option<String>,
    /// Refused, with what to ask instead
    #[arg(long, hide = true)]
    hindsight: bool,
    /// Score what is held out too; that it was opened is written into the scenario's openings.log
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    chance: Chance,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = ScoreFormat::Table)]
    format: ScoreFormat,
    /// The folder for report and tables; - for none [default: one under detente-out/]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Write over what is there
    #[arg(long)]
    force: bool,
}

/// How scores are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScoreFormat {
    /// Tables to read
    Table,
    /// JSON, in a shape that is kept stable
    Json,
    /// Comma-separated values, a row for each question
    Csv,
}

/// Scores one version, or two.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    refuse_given(options)?;
    let question = question(options);
    let own = Loaded::new(options.scenario.as_deref(), options)?;
    let other = options.against.as_deref().map(|name| Loaded::new(Some(name), options));
    let other = other.transpose()?;
    let shown = if options.open { Shown::Opened(asking::today()) } else { Shown::Fit };
    if let (Some(folder), false) =
        (&options.out, options.force || is_standard(options.out.as_ref()))
    {
        nothing_lies_in(folder, &ANSWERS)?;
    }
    let watching = Watching::begin(question.histories)?;
    let answer = watching.during(|watch| match &other {
        None => score(&own.asked(&question), shown, watch),
        Some(other) => score_against(&own.asked(&question), &other.asked(&question), shown, watch),
    })?;
    watching.something(answer.asked.histories)?;
    match options.format {
        ScoreFormat::Table => print(&told(&answer, &own.model.calendar))?,
        ScoreFormat::Json => print_json(&answer)?,
        ScoreFormat::Csv => print_bytes(&as_csv(&answer)?)?,
    }
    if let Some(folder) = folder(options, &own.model, other.as_ref(), &answer) {
        keep(&folder, options, &own.model, &answer)?;
    }
    watching.check(answer.asked.histories, answer.asked.histories_asked)
}

/// The files of an answer: itself, its table and its report.
const ANSWERS: [&str; 3] = ["score.json", "score.csv", "report.html"];

/// Scores are of histories from the start.
fn refuse_given(options: &Options) -> Result<(), Failure> {
    let what = match (options.hindsight, &options.after) {
        (true, _) => {
            "In hindsight histories follow the very record they would be held against, so that a score \
             would say nothing. Score them from the start, or ask compare --hindsight what would have \
             been different."
        }
        (false, Some(_)) => {
            "Forecasts are scored from the start only. Ask ensemble --after what was to be expected \
             then, or score without a date."
        }
        (false, None) => return Ok(()),
    };
    Err(Failure::Input(what.to_owned()))
}

/// Where report and tables go; `None` for standard output only. A stopped answer has a place of its
/// own by the histories that it is of, and takes that of no other.
fn folder(
    options: &Options,
    model: &Model,
    other: Option<&Loaded>,
    answer: &Score,
) -> Option<PathBuf> {
    let whole = answer.asked.histories == answer.asked.histories_asked;
    match &options.out {
        out if is_standard(out.as_ref()) => return None,
        Some(folder) if whole || nothing_lies_in(folder, &ANSWERS).is_ok() => {
            return Some(folder.clone());
        }
        _ => {}
    }
    let short = |model: &Model| model.digest.chars().take(8).collect::<String>();
    let mut name = format!("{}-{}-score", model.name, short(model));
    if let Some(other) = other {
        name.push_str(&format!("-against-{}-{}", other.model.name, short(&other.model)));
    }
    options.school.iter().for_each(|school| name.push_str(&format!("-{school}")));
    for (set, word) in [
        (options.uncertain, "-uncertain"),
        (options.posterior, "-posterior"),
        (options.open, "-opened"),
    ] {
        name.push_str(if set { word } else { "" });
    }
    name.push_str(&format!("-{}-{}", answer.asked.histories, options.chance.seed));
    Some(Path::new("detente-out").join(name))
}

/// Writes answer, table and report.
fn keep(folder: &Path, options: &Options, model: &Model, answer: &Score) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))?;
    let report = score_report(model, answer, &command(options, model));
    let files = [json(answer)?.into_bytes(), as_csv(answer)?, report.into_bytes()];
    for (name, bytes) in ANSWERS.into_iter().zip(files) {
        write_whole(&folder.join(name), &bytes, Overwrite::Replace)?;
    }
    eprintln!("Report and tables: {}", folder.join("report.html").display());
    Ok(())
}

/// The command that gives the same answer.
fn command(options: &Options, model: &Model) -> String {
    let mut text = format!("detente score {}", options.scenario.as_deref().unwrap_or(&model.name));
    if let Some(other) = &options.against {
        text.push_str(&format!(" --against {other}"));
    }
    options.school.iter().for_each(|school| text.push_str(&format!(" --school {school}")));
    text.push_str(if options.uncertain { " --uncertain" } else { "" });
    text.push_str(if options.posterior { " --posterior" } else { "" });
    text.push_str(if options.open { " --open" } else { "" });
    text.push_str(&format!(
        " --histories {} --seed {}",
        options.chance.histories, options.chance.seed
    ));
    text
}

/// A version of a scenario, and where it lies.
struct Loaded {
    source: Source,
    model: Model,
}

impl Loaded {
    fn new(name: Option<&str>, options: &Options) -> Result<Self, Failure> {
        let model = scenario::model(name, &options.school)?;
        Ok(Self { source: scenario::find(name)?, model })
    }

    fn asked<'a>(&'a self, question: &'a Question) -> Version<'a> {
        Version { source: &self.source, model: &self.model, question }
    }
}

fn question(options: &Options) -> Question {
    let question = asking::question(&options.chance, None, Default::default());
    let parameters = match (options.uncertain, options.posterior) {
        (_, true) => Parameters::Posterior,
        (true, false) => Parameters::Uncertain,
        (false, false) => Parameters::AsWritten,
    };
    Question { parameters, ..question }
}

/// The answer as text to read.
fn told(answer: &Score, calendar: &Calendar) -> String {
    let mut out = format!("{}\n", asking::head(&answer.asked));
    for part in &answer.parts {
        out.push_str(&told_part(part, calendar));
    }
    if answer.sealed > 0 {
        let entries = match answer.sealed {
            1 => "1 entry is".to_owned(),
            entries => format!("{} entries are", voice::count(entries)),
        };
        out.push_str(&format!(
            "{entries} held out and not scored; --open scores what is, and writes down that it \
             did.\n"
        ));
    }
    let before = match answer.openings_before {
        0 => "was never opened".to_owned(),
        1 => "was opened once before".to_owned(),
        times => format!("was opened {} times before", voice::count(times)),
    };
    out.push_str(&format!("What is sealed in this scenario {before}.\n"));
    if let Some(versus) = &answer.against {
        out.push_str(&told_versus(versus));
    }
    out
}

fn told_part(part: &PartScore, calendar: &Calendar) -> String {
    let name = match part.part {
        Part::Fit => "The fitting part of the record",
        Part::HeldOut => "What was held out",
    };
    let until = voice::said(&part.until);
    let questions = voice::count(part.entries.len() as u64);
    let mut out = format!("\n{name}, to {until}: {questions} questions.\n\n");
    let mut rows = table(&[
        ("Less is better", Column::Words),
        ("Questions", Column::Numbers),
        ("Score", Column::Numbers),
        ("Of itself", Column::Words),
        ("Skill over constant", Column::Words),
        ("Skill over one pace", Column::Words),
    ]);
    for sort in &part.sorts {
        for rule in &sort.rules {
            rows.add_row(rule_row(sort, rule));
        }
    }
    out.push_str(&text(&rows));
    out.push_str(
        "Of itself: where the model expects its score to lie. Skill: 1 is perfect, 0 no better than a \
         dull model; 95 % intervals.\n\n",
    );
    for sort in &part.sorts {
        out.push_str(&told_sort(sort));
    }
    if let Some(reliability) = &part.reliability {
        let parts = reliability.parts;
        out.push_str(&format!(
            "Had it happened by the quarter's end? {} forecasts: Brier {} = reliability {} − \
             resolution {} + uncertainty {}; {} of the model's own histories are as unreliable.\n",
            voice::count(reliability.forecasts),
            voice::rounded(parts.score, 4),
            voice::rounded(parts.reliability, 4),
            voice::rounded(parts.resolution, 4),
            voice::rounded(parts.uncertainty, 4),
            voice::share(reliability.as_bad)
        ));
    }
    out.push('\n');
    out.push_str(&told_entries(part, calendar));
    out
}

fn rule_row(sort: &SortScore, rule: &RuleScore) -> Vec<String> {
    let own = match rule.own {
        Some([low, high]) => format!("{} to {}", three(low), three(high)),
        None => String::new(),
    };
    let of = |dull: Dull| rule.beside.iter().find(|one| one.dull == dull);
    let [constant, pooled] = [Dull::Constant, Dull::Pooled].map(of);
    vec![
        format!("{}: {}", name_of(sort.sort), unit_of(sort.sort, rule.rule)),
        voice::count(sort.questions),
        three(rule.score),
        own,
        constant.map_or_else(String::new, skill),
        pooled.map_or_else(String::new, skill),
    ]
}

fn three(value: f64) -> String {
    voice::rounded(value, if value.abs() >= 10.0 { 1 } else { 3 })
}

fn skill(beside: &Beside) -> String {
    let Some(skill) = beside.skill else {
        let better = if beside.difference < 0.0 { "better" } else { "worse" };
        return format!("{} {better}", voice::rounded(beside.difference.abs(), 2));
    };
    match beside.skill_interval {
        Some([low, high]) => format!(
            "{} ({} to {})",
            voice::rounded(skill, 2),
            voice::rounded(low, 2),
            voice::rounded(high, 2)
        ),
        None => format!("{} (too few)", voice::rounded(skill, 2)),
    }
}

fn name_of(sort: Sort) -> &'static str {
    match sort {
        Sort::When => "When",
        Sort::Which => "Which answer",
        Sort::Whether => "Whether",
        Sort::HowMuch => "How much",
    }
}

fn unit_of(sort: Sort, rule: Rule) -> &'static str {
    match (sort, rule) {
        (Sort::When, Rule::Brier) => "Brier, at the end",
        (Sort::When, Rule::Log) => "log, by quarter",
        (Sort::When, Rule::Crps) => "CRPS, weeks",
        (Sort::HowMuch, Rule::Crps) => "CRPS, errors",
        (Sort::HowMuch, Rule::Log) => "log density",
        (_, Rule::Brier) => "Brier",
        (_, Rule::Log) => "log",
        (_, Rule::Crps) => "CRPS",
    }
}

/// The parts of the Brier score, and how many answers lie where they should.
fn told_sort(sort: &SortScore) -> String {
    let mut out = String::new();
    if let Some(parts) = &sort.brier_parts {
        out.push_str(&format!(
            "{}: Brier {} = reliability {} − resolution {} + uncertainty {}.\n",
            name_of(sort.sort),
            voice::rounded(parts.score, 3),
            voice::rounded(parts.reliability, 3),
            voice::rounded(parts.resolution, 3),
            voice::rounded(parts.uncertainty, 3)
        ));
    }
    if let Some(places) = &sort.places {
        for coverage in &places.coverage {
            let own = coverage.own.map_or_else(String::new, |own| {
                format!(" (its own histories: {})", voice::share_interval(own))
            });
            out.push_str(&format!(
                "{}: {} of {} answers lie in the middle {}{own}.\n",
                name_of(sort.sort),
                voice::rounded(coverage.covered * places.answers as f64, 1),
                voice::count(places.answers),
                voice::share(coverage.expected)
            ));
        }
    }
    out
}

/// The entries of which the model thought least.
fn told_entries(part: &PartScore, calendar: &Calendar) -> String {
    let mut entries: Vec<&EntryScore> =
        part.entries.iter().filter(|entry| entry.share.is_some()).collect();
    let least = |entry: &EntryScore| entry.share.unwrap_or(1.0);
    entries.sort_by(|one, other| least(one).total_cmp(&least(other)));
    let mut rows = table(&[
        ("Least expected", Column::Words),
        ("The record", Column::Words),
        ("Given to that", Column::Numbers),
        ("In the model, the middle half", Column::Words),
    ]);
    for entry in entries.into_iter().take(TOLD) {
        let half = entry.weeks.as_ref().and_then(|weeks| {
            let (from, to) = (weeks.get("0.25")?, weeks.get("0.75")?);
            Some(voice::weeks(calendar, *from, *to))
        });
        rows.add_row([
            entry.title.clone(),
            recorded(&entry.recorded),
            entry.share.map_or_else(String::new, voice::share),
            half.unwrap_or_default(),
        ]);
    }
    text(&rows) + "\n"
}

/// What happened, with dates in words.
fn recorded(text: &str) -> String {
    match text.strip_prefix("not by ") {
        Some(day) => format!("not by {}", voice::said(day)),
        None => voice::said(text),
    }
}

fn told_versus(versus: &Versus) -> String {
    let mut rows = table(&[
        ("Against the other version", Column::Words),
        ("Questions", Column::Numbers),
        ("This", Column::Numbers),
        ("Other", Column::Numbers),
        ("Difference, 95 %", Column::Words),
        ("Better", Column::Numbers),
        ("Worse", Column::Numbers),
    ]);
    for rule in &versus.rules {
        let interval = rule.interval.map_or_else(
            || "too few".to_owned(),
            |[low, high]| format!("{} to {}", three(low), three(high)),
        );
        rows.add_row([
            format!("{}: {}", name_of(rule.sort), unit_of(rule.sort, rule.rule)),
            voice::count(rule.questions),
            three(rule.this),
            three(rule.other),
            format!("{} ({interval})", three(rule.difference)),
            voice::count(rule.better),
            voice::count(rule.worse),
        ]);
    }
    let digest: String = versus.other.digest.chars().take(12).collect();
    let mut out = format!("\nThe other version is {} {digest}.\n\n", versus.other.scenario);
    out.push_str(&text(&rows));
    if versus.apart > 0 {
        let apart = voice::count(versus.apart);
        out.push_str(&format!("{apart} questions are settled by one of them only.\n"));
    }
    out
}
