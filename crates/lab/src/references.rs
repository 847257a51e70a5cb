//! What each reason usually weighs: the level at which a cut reason is held.

use std::sync::Arc;

use detente_engine::References;
use detente_model::{Change, Intervention, Model};

use crate::LabError;

/// The references that these interventions need; none, if they cut no reason.
pub(crate) fn references_for(
    _model: &Model,
    interventions: &[Intervention],
) -> Result<Option<Arc<References>>, LabError> {
    let cuts = interventions.iter().any(|one| matches!(one.change, Change::Cut { .. }));
    Ok(cuts.then(Arc::default))
}
