//! Acts between states: WEIS codes and their weights on Goldstein's scale.

use detente_model::{Act, Provenance};

use super::World;
use crate::diagnostic::Code;
use crate::document::Fields;
use crate::expressions::{Ledger, Scope};
use crate::names::Meaning;
use crate::provenance;
use crate::spelling::suggest;

/// Weights of the World Event/Interaction Survey's categories: Goldstein (1992), Journal of
/// Conflict Resolution 36: 369–385, as in the scale file of the KEDS project. The first 61 are the
/// original ones; the others are the project's extensions.
const WEIGHTS: &[(&str, f64)] = &[
    ("011", 0.6),
    ("012", 0.6),
    ("013", 2.0),
    ("021", -0.1),
    ("023", -0.2),
    ("025", 0.0),
    ("031", 1.0),
    ("032", 1.9),
    ("033", 2.8),
    ("041", 3.4),
    ("042", 3.6),
    ("051", 4.5),
    ("052", 5.2),
    ("053", 4.5),
    ("054", 2.8),
    ("061", 1.8),
    ("062", 2.5),
    ("063", -1.1),
    ("064", 5.4),
    ("065", 2.9),
    ("066", 1.9),
    ("071", 7.4),
    ("072", 8.3),
    ("073", 6.5),
    ("081", 6.5),
    ("082", 3.0),
    ("091", 0.1),
    ("092", 3.4),
    ("093", 3.4),
    ("094", -0.1),
    ("095", 1.2),
    ("101", 1.5),
    ("102", -0.1),
    ("111", -4.0),
    ("112", -4.0),
    ("121", -2.2),
    ("122", -3.4),
    ("131", -1.9),
    ("132", -2.4),
    ("141", -0.9),
    ("142", -1.1),
    ("150", -4.9),
    ("160", -3.0),
    ("171", -4.4),
    ("172", -5.8),
    ("173", -7.0),
    ("174", -6.9),
    ("181", -5.2),
    ("182", -7.6),
    ("191", -2.2),
    ("192", -4.1),
    ("193", -5.6),
    ("194", -3.8),
    ("195", -7.0),
    ("201", -5.0),
    ("202", -4.9),
    ("211", -9.2),
    ("212", -4.4),
    ("221", -8.3),
    ("222", -8.7),
    ("223", -10.0),
    ("010", 1.0),
    ("014", 3.0),
    ("015", 5.0),
    ("020", 0.0),
    ("022", -0.4),
    ("024", 0.4),
    ("026", 1.0),
    ("027", -2.0),
    ("030", 1.0),
    ("034", 1.0),
    ("040", 3.5),
    ("043", 3.8),
    ("050", 4.0),
    ("055", 4.5),
    ("060", 2.0),
    ("067", 3.5),
    ("070", 7.0),
    ("080", 6.0),
    ("083", 6.0),
    ("084", 10.0),
    ("090", 3.0),
    ("096", -0.3),
    ("097", -0.3),
    ("100", 0.5),
    ("110", -4.0),
    ("113", -5.0),
    ("120", -2.0),
    ("123", -1.0),
    ("133", -1.0),
    ("140", -1.0),
    ("151", -4.0),
    ("152", -5.0),
    ("161", -3.0),
    ("162", -3.0),
    ("170", -6.0),
    ("180", -6.0),
    ("190", -4.0),
    ("196", -6.0),
    ("197", -5.0),
    ("198", -4.0),
    ("200", -5.0),
    ("203", -5.0),
    ("210", -5.0),
    ("213", -9.0),
    ("220", -9.0),
    ("224", -7.0),
    ("225", -9.0),
    ("226", -8.0),
];

/// The weight of a code on Goldstein's scale, from −10 to 10; `None` if there is no such code.
///
/// ```
/// use detente_scenario::goldstein_weight;
/// assert_eq!(goldstein_weight("223"), Some(-10.0)); // military attack
/// assert_eq!(goldstein_weight("999"), None);
/// ```
pub fn goldstein_weight(weis: &str) -> Option<f64> {
    WEIGHTS.iter().find(|entry| entry.0 == weis).map(|entry| entry.1)
}

/// The key `act`; the outer `None` says that something was reported. Where the coding gives neither
/// source nor judgement of its own, those of the element stand for it.
pub(super) fn act(
    fields: &mut Fields<'_>,
    world: &World<'_, '_>,
    scope: &Scope,
    element: &Provenance,
    ledger: &mut Ledger,
) -> Option<Option<Act>> {
    if !fields.has("act") {
        return Some(None);
    }
    let table = fields.sub("act", &mut ledger.findings)?;
    let mut own = Fields::new(table, "act");
    let help = "write act = { from = \"ussr\", to = \"usa\", weis = \"064\" }";
    let there = ["from", "to", "weis"].map(|key| own.need(key, help, &mut ledger.findings));
    let from = own.text("from", &mut ledger.findings);
    let to = own.text("to", &mut ledger.findings);
    let weis = own.text("weis", &mut ledger.findings);
    let given = provenance::provenance(&mut own, world.sources, ledger);
    own.finish(&mut ledger.findings);
    if there.contains(&false) {
        return None;
    }
    let (from, to, weis) = (from?, to?, weis?);
    let mut sound = true;
    for who in [from, to] {
        let bound = scope.binders.iter().any(|bound| bound.name == who.value);
        let member = matches!(world.names.meaning(&who.value), Some(Meaning::Member(..)));
        if !bound && !member {
            let message = format!("`{}` is neither a member of a set nor an index", who.value);
            let members = world.names.sets.iter().flat_map(|set| &set.roll);
            let help = suggest(&who.value, members.map(|member| member.name.as_str()), "");
            ledger.report(Code::UnknownName, who.span, message, help);
            sound = false;
        }
    }
    let Some(goldstein) = goldstein_weight(&weis.value) else {
        let message = format!("there is no code `{}`", weis.value);
        let help = "codes of the World Event/Interaction Survey have three digits: \"064\"";
        ledger.report(Code::NotAllowed, weis.span, message, help);
        return None;
    };
    let own_given = !given.sources.is_empty() || given.judgement.is_some();
    sound.then(|| {
        Some(Act {
            from: from.value.clone(),
            to: to.value.clone(),
            weis: weis.value.clone(),
            goldstein,
            provenance: if own_given { given } else { element.clone() },
        })
    })
}
