//! One way from a question to its answer, for every verb that runs many histories: watch the run,
//! print the answer, say where it is kept, and whether it is whole.

use detente_lab::bundle::{Bundle, Kept, Tabular, Verb, dry_run};
use detente_lab::{Asked, LabError, Model, Question, Watch};
use serde::Serialize;

use crate::asking;
use crate::failure::Failure;
use crate::options::Keeping;
use crate::output::{in_format, print, print_bytes};
use crate::progress::Watching;

/// A question to be asked of the lab, and where its answer goes.
pub(crate) struct Job<'a> {
    pub(crate) model: &'a Model,
    pub(crate) question: &'a Question,
    pub(crate) verb: Verb,
    pub(crate) keeping: &'a Keeping,
}

/// A function of the lab that answers a question, and keeps the answer if it is told where.
type Ask<A> =
    fn(&Model, &Question, Option<&Bundle>, &Watch<'_>) -> Result<(A, Option<Kept>), LabError>;

impl Job<'_> {
    /// Asks, prints the answer, and says where it is kept. `told` gives it as text to read.
    pub(crate) fn run<A: Serialize + Tabular>(
        &self,
        ask: Ask<A>,
        asked: fn(&A) -> &Asked,
        told: impl FnOnce(&A) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let bundle = asking::bundle(self.model, self.question, self.verb, self.keeping);
        if self.keeping.dry_run {
            let Some(bundle) = &bundle else { return print("Nothing would be written.\n") };
            let estimate = dry_run(self.model, self.question, bundle)?;
            return print(&asking::tell_estimate(bundle, &estimate));
        }
        let watching = Watching::begin(self.question.histories)?;
        let (answer, kept) =
            watching.during(|watch| ask(self.model, self.question, bundle.as_ref(), watch))?;
        let asked = asked(&answer);
        watching.something(asked.histories)?;
        print_bytes(&in_format(&answer, self.keeping.format, || told(&answer))?)?;
        asking::tell_kept(kept.as_ref());
        watching.check(asked.histories, asked.histories_asked)
    }
}
