//! `detente claims`: which claims hold, how firmly, and on what they hang.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use detente_lab::bundle::{Overwrite, write_whole};
use detente_lab::claims::{
    AUTHORS_PAIRS, ClaimAnswer, Claims, Finding, Inquiry, Seals, Under, claims, claims_csv,
    default_folder, parts_lie_in, report,
};
use detente_lab::{LabError, Model};

use crate::failure::Failure;
use crate::numbers;
use crate::options::Following;
use crate::output::{is_standard, json, nothing_lies_in, print, print_bytes, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A folder or the name of a shipped scenario, then the claims by name [default: all of
    /// little-detente]
    #[arg(value_name = "SCENARIO | CLAIM")]
    words: Vec<String>,
    /// Under which assumptions
    #[arg(long, value_enum, default_value_t = UnderWord::Author)]
    under: UnderWord,
    #[command(flatten)]
    following: Following,
    /// Run sealed claims too; each opening is written into the scenario's openings.log
    #[arg(long)]
    open: bool,
    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    #[arg(value_parser = numbers::seed, allow_negative_numbers = true)]
    seed: u64,
    /// Pairs of histories for each claim at the author's values; draws have 200 each. Given the record,
    /// 32 histories follow it for each pair
    #[arg(long, value_name = "N", default_value_t = AUTHORS_PAIRS)]
    #[arg(value_parser = numbers::pairs, allow_negative_numbers = true)]
    histories: u64,
    /// How many threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::threads, allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = FormatName::Table)]
    format: FormatName,
    /// The folder for report, answer and finished parts; - for none [default: one under
    /// detente-out/]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Write over an answer that is there
    #[arg(long)]
    force: bool,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// A table to read
    Table,
    /// JSON, in a shape that is kept stable
    Json,
    /// Comma-separated values, a row for each thing expected
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnderWord {
    /// The author's values: quick
    Author,
    /// The author's values, without a school and under each
    Schools,
    /// 40 draws from the prior, without a school and under each
    Prior,
    /// 40 draws from the posterior, without a school and under each
    Posterior,
    /// The author's values, prior and posterior, and what each verdict hangs on
    All,
}

/// Runs the claims, prints what was found, and keeps it. A claim that the field agrees on, that
/// nothing was tuned to, and that the model falls against ends the program with 1.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let (name, names) = words(&options.words)?;
    let source = scenario::find(name)?;
    let model = scenario::model(name, &[])?;
    let with_school = |school: &str| -> Result<Model, LabError> {
        scenario::model(name, &[school.to_owned()]).map_err(|failure| match failure {
            Failure::Input(what) | Failure::Unfinished(what) => LabError::Question(what),
            _ => LabError::Question(format!("the school {school} cannot be loaded")),
        })
    };
    let mut inquiry = Inquiry {
        source: &source,
        model: &model,
        with_school: &with_school,
        names: names.to_vec(),
        seals: if options.open { Seals::Opened(asking::today()) } else { Seals::Kept },
        under: options.under.into(),
        given: asking::given(&options.following, &model)?,
        seed: options.seed,
        pairs: options.histories,
        jobs: options.jobs,
        folder: None,
    };
    let folder = match &options.out {
        out if is_standard(out.as_ref()) => None,
        Some(folder) => {
            if !options.force {
                nothing_lies_in(folder, &ANSWERS)?;
            }
            Some(folder.clone())
        }
        None => Some(default_folder(&inquiry)),
    };
    inquiry.folder.clone_from(&folder);
    let watching = Watching::begin(options.histories)?;
    let answer = watching.during(|watch| claims(&inquiry, watch))?;
    match options.format {
        FormatName::Json => print_json(&answer)?,
        FormatName::Csv => print_bytes(&claims_csv(&answer)?)?,
        FormatName::Table => print(&told(&answer, names.len()))?,
    }
    if !answer.finished {
        let kept = match folder {
            Some(folder) if parts_lie_in(&folder) => format!(
                "Finished parts lie in {}; the same command goes on from them.",
                folder.display()
            ),
            _ => "Nothing is kept of it.".to_owned(),
        };
        return Err(Failure::Unfinished(format!("Stopped. {kept}")));
    }
    if let Some(folder) = &folder {
        keep(folder, &inquiry, &answer)?;
    }
    let failing: Vec<&str> = answer.failing().map(|claim| claim.id.as_str()).collect();
    if failing.is_empty() {
        return Ok(());
    }
    eprintln!("Against what the field agrees on: {}.", failing.join(", "));
    Err(Failure::NotSound)
}

/// The files of an answer: itself, its table and its report.
const ANSWERS: [&str; 3] = ["claims.json", "claims.csv", "report.html"];

/// Writes answer, table and report beside the finished parts.
fn keep(folder: &Path, inquiry: &Inquiry<'_>, answer: &Claims) -> Result<(), Failure> {
    let report = report(inquiry, answer);
    let files = [json(answer)?.into_bytes(), claims_csv(answer)?, report.into_bytes()];
    for (name, bytes) in ANSWERS.into_iter().zip(files) {
        write_whole(&folder.join(name), &bytes, Overwrite::Replace)?;
    }
    eprintln!("Report and tables: {}", folder.join("report.html").display());
    Ok(())
}

/// The scenario's name, if one was typed, and the claims'. Names of claims have no place in a list of
/// scenarios, so the first word is a scenario if there is one of that name.
fn words(words: &[String]) -> Result<(Option<&str>, &[String]), Failure> {
    let Some((first, rest)) = words.split_first() else { return Ok((None, &[])) };
    match scenario::find(Some(first)) {
        Ok(_) => Ok((Some(first), rest)),
        Err(_) if first.contains('_') => Ok((None, words)),
        Err(failure) => Err(failure),
    }
}

impl From<UnderWord> for Under {
    fn from(word: UnderWord) -> Self {
        match word {
            UnderWord::Author => Self::Author,
            UnderWord::Schools => Self::Schools,
            UnderWord::Prior => Self::Prior,
            UnderWord::Posterior => Self::Posterior,
            UnderWord::All => Self::All,
        }
    }
}

/// The answer as text to read; claims that were asked for by name are told at length.
fn told(answer: &Claims, named: usize) -> String {
    let histories = format!(
        "{} {} · {} pairs of histories each",
        answer.claims.len(),
        if answer.claims.len() == 1 { "claim" } else { "claims" },
        voice::count(answer.asked.histories)
    );
    let mut out = format!("{}\n\n", asking::head_of(&answer.asked, &histories));
    if named > 0 {
        answer.claims.iter().for_each(|claim| out.push_str(&at_length(claim)));
    } else {
        for (part, head) in [
            (None, ""),
            (Some("check"), "Checked, and never tuned to\n\n"),
            (Some("tune"), "Looked at while numbers were set\n\n"),
            (Some("sealed"), "Sealed, and opened now\n\n"),
        ] {
            let own: Vec<&ClaimAnswer> =
                answer.claims.iter().filter(|claim| claim.part.as_deref() == part).collect();
            if !own.is_empty() {
                out.push_str(head);
                out.push_str(&listed(&own));
                out.push('\n');
            }
        }
    }
    out.push_str(&rivals(answer));
    out.push_str(&closing(answer));
    out
}

fn listed(claims: &[&ClaimAnswer]) -> String {
    let firmness = claims.iter().any(|claim| claim.firmness.is_some());
    let mut heads = vec![
        ("Claim", Column::Words),
        ("Standing", Column::Words),
        ("Of what", Column::Words),
        ("Expected", Column::Words),
        ("Found, with 95 %", Column::Words),
        ("The model", Column::Words),
    ];
    if firmness {
        heads.push(("How firmly", Column::Words));
    }
    let mut table = table(&heads);
    if let Some(names) = table.column_mut(0) {
        names.set_delimiter('_');
    }
    for claim in claims {
        for (number, finding) in telling(claim).into_iter().enumerate() {
            let first = |text: String| if number == 0 { text } else { String::new() };
            let verdict = match (number, claim.findings.len()) {
                (0, _) if claim.built_in => format!("{} (built in)", claim.verdict_in_words()),
                (0, _) => claim.verdict_in_words().to_owned(),
                _ => String::new(),
            };
            let mut row = vec![
                first(claim.id.clone()),
                first(claim.standing.to_owned()),
                finding.of_what(),
                finding.expected_in_words(),
                finding.found_in_words(),
                verdict,
            ];
            if firmness {
                row.push(first(claim.firmness_in_words()));
            }
            table.add_row(row);
        }
    }
    let mut out = text(&table);
    for claim in claims {
        let more = claim.findings.len() - telling(claim).len();
        if more > 0 {
            let id = &claim.id;
            out.push_str(&format!("{id}: {more} more what-ifs lie between the two shown.\n"));
        }
        for note in &claim.notes {
            out.push_str(&format!("{}: {note}.\n", claim.id));
        }
    }
    out
}

/// What is shown of a claim in a list: all, but of many what-ifs asked for one outcome the two in which
/// least and most was found.
fn telling(claim: &ClaimAnswer) -> Vec<&Finding> {
    const MANY: usize = 4;
    let all: Vec<&Finding> = claim.findings.iter().collect();
    let one_outcome = all.windows(2).all(|pair| pair[0].outcome == pair[1].outcome);
    let known = all.iter().all(|finding| finding.effect.is_some() && finding.arm.is_some());
    if all.len() <= MANY || !one_outcome || !known {
        return all;
    }
    let size = |finding: &&Finding| finding.effect.map_or(0.0, |effect| effect.value);
    let mut sorted = all;
    sorted.sort_by(|a, b| size(a).total_cmp(&size(b)));
    vec![sorted[0], sorted[sorted.len() - 1]]
}

/// One claim with all that is known of it.
fn at_length(claim: &ClaimAnswer) -> String {
    let part = claim.part.as_deref().map_or(String::new(), |part| format!(", {part}"));
    let mut out = format!(
        "{} ({}{part})\n{}\nBy {}.\n",
        claim.id,
        claim.standing,
        claim.says,
        claim.by.join("; ")
    );
    if let Some(among) = &claim.among {
        let share = claim.findings.first().map_or(0.0, |finding| finding.share_counted);
        out.push_str(&format!("Among histories in which {among}: {}.\n", voice::share(share)));
    }
    let mut found = table(&[
        ("Of what", Column::Words),
        ("Without → with", Column::Words),
        ("Expected", Column::Words),
        ("Found, with 95 %", Column::Words),
        ("", Column::Words),
    ]);
    let mut changed: Vec<String> = Vec::new();
    for finding in &claim.findings {
        let of = finding.arm.as_ref().map_or(String::new(), |arm| format!(" ({arm})"));
        let given = format!("Changed{of}: {}\n", finding.given.join("; "));
        if !finding.given.is_empty() && !changed.contains(&given) {
            changed.push(given);
        }
        let size = if finding.in_band { "in size too" } else { "not in size" };
        found.add_row([
            finding.of_what(),
            finding.arms_in_words(),
            finding.expected_in_words(),
            finding.found_in_words(),
            format!("{}, {size}", finding.verdict.word()),
        ]);
    }
    changed.iter().for_each(|given| out.push_str(given));
    out.push_str(&format!("\n{}\n", text(&found)));
    let firmness = claim.firmness_in_words();
    out.push_str(&format!("The model: {}", claim.verdict_in_words()));
    out.push_str(&if firmness.is_empty() { ".\n".to_owned() } else { format!("; {firmness}.\n") });
    for hinge in &claim.hangs_on {
        out.push_str(&format!("  Hangs on {}: {}.\n", hinge.in_words(), hinge.title));
    }
    if claim.sets.len() > 1 {
        out.push_str(&sets(claim));
    }
    for (source, elements) in &claim.built_in_by {
        out.push_str(&format!(
            "Built in: {source} is also what {} rests on, so this counts for coherence, not as \
             support.\n",
            few(elements)
        ));
    }
    for note in &claim.notes {
        out.push_str(&format!("Note: {note}.\n"));
    }
    out.push('\n');
    out
}

/// The first few names, and how many more there are.
fn few(names: &[String]) -> String {
    match names.len() {
        0..=3 => names.join(", "),
        more => format!("{} and {} more", names[..3].join(", "), more - 3),
    }
}

fn sets(claim: &ClaimAnswer) -> String {
    let mut table = table(&[("Under", Column::Words), ("As claimed", Column::Words)]);
    for set in &claim.sets {
        let said = match set.verdict {
            Some(verdict) => verdict.word().to_owned(),
            None => {
                let draws = set.set.draws;
                format!("in {:.0} of {draws} draws", set.as_claimed * draws as f64)
            }
        };
        table.add_row([set.set.title.clone(), said]);
    }
    format!("\n{}\n", text(&table))
}

fn rivals(answer: &Claims) -> String {
    if answer.rivals.is_empty() {
        return String::new();
    }
    let mut table = table(&[
        ("Rivals", Column::Words),
        ("", Column::Words),
        ("The model sides with", Column::Words),
    ]);
    for pair in &answer.rivals {
        let [one, other] = &pair.pair;
        let side = match (&pair.side, pair.both_pass) {
            (Some(side), _) => side.clone(),
            (None, true) => "both at full strength: it is too loose here".to_owned(),
            (None, false) => "neither alone".to_owned(),
        };
        table.add_row([one.clone(), other.clone(), side]);
    }
    let (decided, all) = (answer.pairs_decided, answer.rivals.len());
    format!("{}The model decides {decided} of {all} pairs of rivals.\n\n", text(&table))
}

fn closing(answer: &Claims) -> String {
    let mut out = String::new();
    if !answer.not_askable.is_empty() {
        let many = answer.not_askable.len();
        let claims = if many == 1 { "claim cannot" } else { "claims cannot" };
        out.push_str(&format!("{many} {claims} be asked so:\n"));
        for one in &answer.not_askable {
            out.push_str(&format!("  {}: {}.\n", one.id, one.why));
        }
    }
    if answer.sealed_left_out > 0 {
        let (count, before) = (answer.sealed_left_out, answer.openings_before);
        out.push_str(&format!(
            "{count} sealed claims were left out; {before} openings of what is sealed came before.\n"
        ));
    }
    for note in &answer.notes {
        out.push_str(&format!("Note: {note}.\n"));
    }
    out
}
