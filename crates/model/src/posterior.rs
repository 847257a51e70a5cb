//! A fitted posterior: what is left of the doubt about parameters once the record has spoken.

use crate::Target;

/// Draws of the parameters from their posterior, as a scenario carries them.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// The parameters that have a column, in order of the file.
    pub columns: Vec<Target>,
    /// Draws of equal weight, each with a value in base units for each column; at least one.
    pub rows: Vec<Vec<f64>>,
    /// SHA-256 of the file of draws, in hexadecimal.
    pub digest: String,
    /// [`Model::substance`](crate::Model::substance) of the scenario to which it was fitted.
    pub fitted_to: String,
}
