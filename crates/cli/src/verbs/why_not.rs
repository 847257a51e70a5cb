//! `detente why-not`: what did not happen in one history, how near it came, what stood in its way, and
//! what would have turned it.

use detente_lab::{why_not, why_not_in_words, why_not_page};

use super::why::{Options, begin, of_history, typed};
use crate::failure::Failure;
use crate::options::{TextFormat, overwrite};
use crate::output;
use crate::progress::Watching;

/// Asks why not, and says it.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let watching = Watching::begin(options.histories.max(1))?;
    let (model, question, asked) = begin(options, &watching)?;
    let answer = watching.during(|watch| why_not(&model, &question, &asked, watch));
    watching.whole()?;
    let answer = answer?;
    if let Some(path) = &options.report {
        let page = why_not_page(&model, &answer, &typed());
        output::write(Some(path), &page, overwrite(options.to.force))?;
    }
    let text = match options.format {
        TextFormat::Table => {
            let head = of_history(&answer.asked, answer.history);
            format!("{head}\n\n{}", why_not_in_words(&answer))
        }
        TextFormat::Json => output::json(&answer)?,
    };
    output::write(options.to.out.as_deref(), &text, overwrite(options.to.force))
}
