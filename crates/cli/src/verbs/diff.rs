//! `detente diff`: what differs between two versions of a scenario, and between their answers.

use detente_lab::{Difference, OutcomeChange, diff, in_words};

use super::compare::said;
use crate::failure::Failure;
use crate::options::{Diff, overwrite};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, output, scenario, voice};

/// Compares the models, then their answers with the same dice.
pub(crate) fn run(options: &Diff) -> Result<(), Failure> {
    let version = |name: &str| -> Result<_, Failure> {
        let ready = scenario::ready(Some(name), &options.changes)?;
        let holding = [ready.assumptions, ready.interventions];
        let question = asking::question(&options.chance, Some(&options.changes), holding);
        Ok((ready.model, question))
    };
    let (old, new) = (version(&options.before)?, version(&options.after)?);
    let watching = Watching::begin(options.chance.histories)?;
    let found = watching.during(|watch| diff([(&old.0, &old.1), (&new.0, &new.1)], watch))?;
    let bytes = output::in_format(&found, options.format, || Ok(told(&found)))?;
    output::write(options.to.out.as_deref(), bytes, overwrite(options.to.force))?;
    watching.check(found.histories, options.chance.histories)
}

/// The difference as text to read: the models, then the answers that are not the same.
fn told(found: &Difference) -> String {
    let mut out = in_words(found);
    for assumption in &found.assumptions {
        out += &format!("Assumed in both: {assumption}\n");
    }
    for change in &found.interventions {
        out += &format!("Changed in both: {change}\n");
    }
    if found.histories == 0 {
        return out;
    }
    let histories = voice::count(found.histories);
    let moved: Vec<&OutcomeChange> = found.outcomes.iter().filter(|one| one.moved > 0).collect();
    if moved.is_empty() {
        return out
            + &format!("\nNo answer that both have is changed in any of {histories} histories.\n");
    }
    let mut table = table(&[
        ("What is asked", Column::Words),
        ("Before", Column::Numbers),
        ("After", Column::Numbers),
        ("Change", Column::Numbers),
        ("95 %", Column::Words),
    ]);
    for outcome in moved {
        let [before, after, change, interval] = said(outcome);
        table.add_row([outcome.title.clone(), before, after, change, interval]);
    }
    out + &format!("\n{}\nThe same dice in both, {histories} histories each.\n", text(&table))
}
