//! What a question is answered in, and the compiled arms that answer it.

use std::sync::Arc;

use detente_engine::{Doubt, Posterior, Question as AskedOf, Setup, compile};
use detente_model::{Intervention, Kind, Model, Target};

use crate::LabError;
use crate::instances::instances;
use crate::question::{Followed, Parameters, Question};
use crate::references::references_for;
use crate::sheaf::{Arm, Noting, Spare};
use crate::telling::telling;

/// Which outcomes and quantities a question is answered in.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Outcomes, in order of name, then of declaration.
    pub(crate) outcomes: Vec<Target>,
    /// Quantities followed by week.
    pub(crate) followed: Vec<Target>,
}

impl Layout {
    pub(crate) fn of(model: &Model, question: &Question) -> Self {
        let followed = match &question.series {
            Followed::Telling => telling(model),
            Followed::These(targets) => targets.clone(),
        };
        Self { outcomes: instances(model, |kind| matches!(kind, Kind::Outcome(_))), followed }
    }

    /// Compiles the arm in which the question's changes hold, beside its assumptions.
    pub(crate) fn arm(&self, model: &Model, question: &Question) -> Result<Arm, LabError> {
        self.arm_with(model, &question.holding(model), doubt_of(model, question.parameters)?)
    }

    /// Compiles one arm with its parameters taken so.
    pub(crate) fn arm_with(
        &self,
        model: &Model,
        interventions: &[Intervention],
        doubt: Doubt,
    ) -> Result<Arm, LabError> {
        let setup = Setup {
            interventions: interventions.to_vec(),
            doubt,
            references: references_for(model, interventions)?,
            record: self.followed.clone(),
            ..Setup::default()
        };
        let program = compile(model, &setup)?;
        let slots = self.followed.iter().filter_map(|target| program.slot(*target)).collect();
        let questions = program.questions();
        let place =
            |outcome: &Target| questions.iter().position(|one| *one == AskedOf::Outcome(*outcome));
        let places = self.outcomes.iter().map(|outcome| place(outcome).unwrap_or(usize::MAX));
        let places = places.collect();
        Ok(Arm { program, slots, places, noting: Noting::Deeds, spare: Spare::default() })
    }
}

/// How the engine takes parameters that stand so.
///
/// # Errors
/// The posterior is wanted, and the model carries none.
pub(crate) fn doubt_of(model: &Model, parameters: Parameters) -> Result<Doubt, LabError> {
    Ok(match parameters {
        Parameters::AsWritten => Doubt::AtValues,
        Parameters::Uncertain => Doubt::Prior,
        Parameters::Posterior => Doubt::Posterior(Arc::new(posterior_rows(model)?)),
    })
}

/// The rows of the posterior that the model carries.
///
/// # Errors
/// It carries none.
pub(crate) fn posterior_rows(model: &Model) -> Result<Posterior, LabError> {
    let Some(posterior) = &model.posterior else {
        return Err(LabError::Question(format!(
            "{} carries no posterior that fits it; make one with `detente fit`, or draw from the \
             priors",
            model.name
        )));
    };
    Ok(Posterior { columns: posterior.columns.clone(), rows: posterior.rows.clone() })
}
