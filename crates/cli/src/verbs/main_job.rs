//! `detente` alone: ten thousand histories of the flagship against the record, one history told in
//! short, and where report and tables lie.

use detente_lab::bundle::Verb;
use detente_lab::{Calendar, Model, Recorded, TurningPoint, ensemble, turning_points};

use super::ensemble::middle_half;
use crate::answering::Job;
use crate::failure::Failure;
use crate::options::MainJob;
use crate::table::{Column, table, text};
use crate::{asking, scenario, shipped, voice};

/// Does the main job.
pub(crate) fn run(options: &MainJob) -> Result<(), Failure> {
    let model = scenario::model(Some(shipped::FLAGSHIP), &[])?;
    let question = asking::question(&options.chance, None, Default::default());
    let job =
        Job { model: &model, question: &question, verb: Verb::Ensemble, keeping: &options.keeping };
    job.run(
        ensemble,
        |answer| &answer.asked,
        |answer| {
            let points = turning_points(&model, answer);
            let one = super::run::in_short(&model, options.chance.seed)?;
            Ok(format!("{}\n\n{}{one}", asking::head(&answer.asked), told(&points, &model)))
        },
    )
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
