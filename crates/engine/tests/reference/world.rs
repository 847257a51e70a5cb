//! What a history is at one moment.

use detente_model::{ElementId, Kind, Model};

/// All there is to know of a history at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct World {
    /// The week it is.
    pub(crate) week: u32,
    /// The value of each instance of each quantity, by element; empty for what is no quantity.
    pub(crate) now: Vec<Vec<f64>>,
    /// The same in the record of the week before.
    pub(crate) before: Vec<Vec<f64>>,
    /// What each instance of each event has done, by element.
    pub(crate) events: Vec<Vec<Past>>,
    /// Where each instance of each decision stands, by element.
    pub(crate) decisions: Vec<Vec<Agenda>>,
    /// What each bargain and alignment came to, by element.
    pub(crate) settled: Vec<Settled>,
}

/// What an event has done.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) struct Past {
    /// How often it happened.
    pub(crate) times: u32,
    /// When first.
    pub(crate) first: Option<u32>,
    /// When last.
    pub(crate) last: Option<u32>,
    /// Its hazard this week; 0 when not at risk.
    pub(crate) hazard: f64,
    /// The hazard it has been at since it last happened.
    pub(crate) spent: f64,
}

/// Where a decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) struct Agenda {
    /// When it was last put.
    pub(crate) asked: Option<u32>,
    /// The last answer.
    pub(crate) answer: Option<usize>,
    /// Whether `when` held the last time it was looked at.
    pub(crate) held: bool,
}

/// What a bargain or an alignment came to.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Settled {
    /// Texts of a bargain by dimension.
    pub(crate) text: Vec<f64>,
    /// Its compromise means.
    pub(crate) compromise: Vec<f64>,
    /// The support of each member of the root set; 0 of who is no player.
    pub(crate) support: Vec<f64>,
    /// The spread of the players.
    pub(crate) spread: f64,
    /// For each member of the root set, its side.
    pub(crate) side: Vec<f64>,
    /// The energy of an alignment.
    pub(crate) energy: f64,
    /// How many minima it has.
    pub(crate) minima: f64,
}

impl World {
    /// A world before anything is known of it.
    pub(crate) fn empty(model: &Model) -> Self {
        let sized = |is: fn(&Kind) -> bool| -> Vec<usize> {
            let size = |e: &detente_model::Element| e.over.instances.len();
            model.elements.iter().map(|e| if is(&e.kind) { size(e) } else { 0 }).collect()
        };
        let values: Vec<Vec<f64>> =
            sized(is_quantity).into_iter().map(|size| vec![0.0; size]).collect();
        let events = sized(|kind| matches!(kind, Kind::Event(_)));
        let decisions = sized(|kind| matches!(kind, Kind::Decision(_)));
        Self {
            week: 0,
            before: values.clone(),
            now: values,
            events: events.into_iter().map(|size| vec![Past::default(); size]).collect(),
            decisions: decisions.into_iter().map(|size| vec![Agenda::default(); size]).collect(),
            settled: vec![Settled::default(); model.elements.len()],
        }
    }

    /// The value now of one instance.
    pub(crate) fn value(&self, element: ElementId, instance: usize) -> f64 {
        self.now[element.0][instance]
    }
}

fn is_quantity(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Parameter(_)
            | Kind::Series(_)
            | Kind::Trait(_)
            | Kind::Noise(_)
            | Kind::Stock(_)
            | Kind::State(_)
            | Kind::Variable(_)
    )
}
