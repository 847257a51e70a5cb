//! `detente` alone: ten thousand histories of the flagship against the record, one history told in
//! short, and where report and tables lie.

use detente_lab::bundle::{Verb, dry_run, ensemble_csv, ensemble_parquet};
use detente_lab::{Calendar, Model, Recorded, TurningPoint, ensemble, turning_points};

use super::ensemble::middle_half;
use crate::failure::Failure;
use crate::options::MainJob;
use crate::output::{Format, print, print_bytes, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario, shipped, voice};

/// Does the main job.
pub(crate) fn run(options: &MainJob) -> Result<(), Failure> {
    let model = scenario::model(Some(shipped::FLAGSHIP), &[])?;
    let question = asking::question(&options.chance, None, Default::default());
    let bundle = asking::bundle(&model, &question, Verb::Ensemble, &options.keeping);
    if options.keeping.dry_run {
        let Some(bundle) = &bundle else { return print("Nothing would be written.\n") };
        let estimate = dry_run(&model, &question, bundle)?;
        return print(&asking::tell_estimate(bundle, &estimate));
    }
    let watching = Watching::begin(question.histories)?;
    let (answer, kept) =
        watching.during(|watch| ensemble(&model, &question, bundle.as_ref(), watch))?;
    match options.keeping.format {
        Format::Table => {
            let points = turning_points(&model, &answer);
            print(&format!("{}\n\n{}", asking::head(&answer.asked), told(&points, &model)))?;
            print(&super::run::in_short(&model, options.chance.seed)?)?;
        }
        Format::Json => print_json(&answer)?,
        Format::Csv => print_bytes(&ensemble_csv(&answer)?)?,
        Format::Parquet => print_bytes(&ensemble_parquet(&answer)?)?,
    }
    asking::tell_kept(kept.as_ref());
    watching.check(answer.asked.histories, answer.asked.histories_asked)
}

/// The turning points as a table.
fn told(points: &[TurningPoint], model: &Model) -> String {
    let mut table = table(&[
        ("Turning point", Column::Words),
        ("What happened", Column::Words),
        ("In the model", Column::Numbers),
        ("Error", Column::Numbers),
        ("The middle half of its dates", Column::Words),
    ]);
    for point in points {
        table.add_row([
            point.title.clone(),
            what_happened(point),
            voice::share(point.share),
            voice::share_error(point.error),
            dates(point, &model.calendar),
        ]);
    }
    text(&table)
}

fn what_happened(point: &TurningPoint) -> String {
    match (&point.recorded, &point.happened) {
        (Some(Recorded::Truth(false)), Some(date)) => {
            format!("not by then; {}", voice::said(date))
        }
        (Some(Recorded::Truth(false)), None) => "it did not".to_owned(),
        (_, Some(date)) => voice::said(date),
        (Some(Recorded::Truth(true)), None) => "it did".to_owned(),
        (Some(Recorded::Date(date)), None) => voice::said(date),
        (Some(Recorded::Number(_)) | None, None) => String::new(),
    }
}

fn dates(point: &TurningPoint, calendar: &Calendar) -> String {
    if point.share > 0.0 { middle_half(&point.weeks, calendar) } else { String::new() }
}
