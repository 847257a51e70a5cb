//! What an element is, before its formulas are read: its sort, its members, its type and unit.

use std::borrow::Cow;
use std::collections::BTreeMap;

use detente_model::{DistributionFamily, Over, Unit};

use super::{Draft, distributions, read_over};
use crate::diagnostic::Code;
use crate::document::{Fields, ValueKind, expression_of};
use crate::expressions::{Allows, Ledger, Reader, Scope, Ty};
use crate::names::{Names, Signature, Sort};
use crate::syntax::ast::{Expr, ExprKind, Family};
use crate::syntax::{fault_of_name, parse_distribution};

/// The signatures of `drafts`, which are in order of name. `names` knows the sets.
pub(crate) fn read_signatures(
    names: &Names<'_>,
    drafts: &mut [Draft<'_>],
    ledger: &mut Ledger,
) -> Vec<Signature<'static>> {
    drafts
        .iter_mut()
        .filter_map(|draft| {
            let sort = Sort::named(draft.named.kind)?;
            Some(signature(names, draft, sort, ledger))
        })
        .collect()
}

/// Names alone: enough to say of a name in a `where` that it is an element.
pub(crate) fn name_elements(drafts: &[Draft<'_>]) -> Vec<Signature<'static>> {
    let named = |draft: &Draft<'_>| {
        let sort = Sort::named(draft.named.kind)?;
        Some(unread(&draft.named.name.text, sort))
    };
    drafts.iter().filter_map(named).collect()
}

fn unread(name: &str, sort: Sort) -> Signature<'static> {
    Signature {
        name: name.to_owned(),
        sort,
        over: Cow::Owned(Over { binders: Vec::new(), instances: Vec::new() }),
        ty: None,
        unit: Unit::one(),
        may_be_none: false,
        options: Vec::new(),
        dimensions: Vec::new(),
        set: None,
        dated: false,
    }
}

fn signature(
    names: &Names<'_>,
    draft: &mut Draft<'_>,
    sort: Sort,
    ledger: &mut Ledger,
) -> Signature<'static> {
    let name = &draft.named.name;
    let fields = &mut draft.fields;
    let over = read_own_over(names, fields, sort, &name.text, ledger);
    let mut signature = unread(&name.text, sort);
    signature.over = Cow::Owned(over);
    match sort {
        Sort::Parameter
        | Sort::Series
        | Sort::Stock
        | Sort::Trait
        | Sort::Noise
        | Sort::Variable => quantity(names, fields, &mut signature, ledger),
        Sort::State => state(names, fields, &mut signature, ledger),
        Sort::Event => {
            let on = fields.value("on");
            signature.dated = matches!(on.map(|value| &value.kind), Some(ValueKind::Date(_)));
        }
        Sort::Decision => options(names, fields, &mut signature, ledger),
        Sort::Bargain => {
            if let Some(table) = fields.sub("dimension", &mut Vec::new()) {
                let keys = table.entries.iter().map(|entry| entry.key.text.clone());
                signature.dimensions = keys.collect();
                // Numbered as the model has them.
                signature.dimensions.sort();
            }
            signature.set = set_of(names, fields, "players");
        }
        Sort::Coalition | Sort::Alignment => signature.set = set_of(names, fields, "members"),
        Sort::Outcome => {}
    }
    signature
}

fn read_own_over(
    names: &Names<'_>,
    fields: &mut Fields<'_>,
    sort: Sort,
    name: &str,
    ledger: &mut Ledger,
) -> Over {
    let was = fields.text("was", &mut ledger.findings);
    if let Some(was) = was
        && let Some(fault) = fault_of_name(&was.value)
    {
        ledger.report(Code::BadName, was.span, format!("`{}` was no name", was.value), fault);
    }
    let was = was.map(|text| text.value.as_str());
    let may_range =
        !matches!(sort, Sort::Outcome | Sort::Bargain | Sort::Coalition | Sort::Alignment);
    let over =
        if may_range { fields.over("over", &names.unit_names, &mut ledger.findings) } else { None };
    let over = read_over(names, over.as_ref(), name, was, ledger);
    // Without its members the element is read on, as if it were one.
    over.unwrap_or(Over { binders: Vec::new(), instances: Vec::new() })
}

fn quantity(
    names: &Names<'_>,
    fields: &mut Fields<'_>,
    signature: &mut Signature<'_>,
    ledger: &mut Ledger,
) {
    let wants_unit = matches!(signature.sort, Sort::Parameter | Sort::Series | Sort::Stock);
    let help = "write `unit = \"person / week\"`, or `unit = \"1\"` for a pure number";
    if wants_unit && !fields.need("unit", help, &mut ledger.findings) {
        return;
    }
    let mut given = false;
    if fields.has("unit") {
        let Some(unit) = fields.unit("unit", &mut ledger.findings) else { return };
        let Some(unit) = names.units.resolve(&unit, &mut ledger.findings) else { return };
        signature.unit = unit;
        given = true;
    }
    signature.ty = match signature.sort {
        Sort::Trait | Sort::Noise => {
            // Faults are reported when it is read again with the rest.
            let draw = fields.text("draw", &mut Vec::new());
            let read = |text| parse_distribution(text, &names.unit_names, &mut Vec::new());
            let family = draw.and_then(read).map_or(Family::Normal, |draw| draw.family);
            Some(Ty::drawn(distributions::family(family), &signature.unit))
        }
        Sort::Variable if !given => None,
        _ => Some(Ty::Number(signature.unit.dimension.clone())),
    };
    let truth = signature.ty == Some(Ty::drawn(DistributionFamily::Bernoulli, &signature.unit));
    if truth && given && !signature.unit.dimension.is_none() {
        let span = fields.value("unit").map_or(fields.table().span, |value| value.span);
        ledger.report(Code::WrongUnit, span, "a truth has no unit", "leave `unit` out");
    }
}

fn state(
    names: &Names<'_>,
    fields: &mut Fields<'_>,
    signature: &mut Signature<'_>,
    ledger: &mut Ledger,
) {
    let help = "write `of = \"truth\"`, or the name of a set";
    if !fields.need("of", help, &mut ledger.findings) {
        return;
    }
    let Some(of) = fields.text("of", &mut ledger.findings) else { return };
    if of.value == "truth" {
        signature.ty = Some(Ty::Truth);
    } else {
        let name = crate::syntax::ast::Ident { text: of.value.clone(), span: of.span };
        if let Some(set) = names.find_set(&name, &mut ledger.findings) {
            signature.set = Some(set);
            signature.ty = Some(Ty::Member(names.set(set).root));
        }
    }
    let vacant = fields.truth("may_be_vacant", &mut ledger.findings);
    if let Some((true, span)) = vacant {
        if signature.ty == Some(Ty::Truth) {
            let message = "a truth cannot be vacant";
            ledger.report(Code::NotAllowed, span, message, "leave `may_be_vacant` out");
        } else {
            signature.may_be_none = true;
        }
    }
}

fn options(
    names: &Names<'_>,
    fields: &mut Fields<'_>,
    signature: &mut Signature<'_>,
    ledger: &mut Ledger,
) {
    let Some(table) = fields.sub("option", &mut Vec::new()) else { return };
    for entry in &table.entries {
        let mut set = None;
        if let ValueKind::Table(own) = &entry.value.kind {
            let mut own = Fields::new(own, "option");
            if let Some(over) = own.over("over", &names.unit_names, &mut Vec::new())
                && let [binder] = over.binders.as_slice()
            {
                set = names.find_set(&binder.set, &mut ledger.findings);
            }
        }
        signature.options.push((entry.key.text.clone(), set));
    }
}

/// The set that the first variable of an `over` under `key` walks; faults are reported later.
fn set_of(
    names: &Names<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
) -> Option<detente_model::SetId> {
    let over = fields.over(key, &names.unit_names, &mut Vec::new())?;
    names.find_set(&over.binders.first()?.set, &mut Vec::new())
}

/// Finds the types of variables that give no unit: truths and members. A number without a unit is
/// reported.
pub(crate) fn infer_variables(
    names: &mut Names<'_>,
    drafts: &mut [Draft<'_>],
    ledger: &mut Ledger,
) {
    let mut open = Vec::new();
    for (number, draft) in drafts.iter_mut().enumerate() {
        let element = &names.elements[number];
        if element.sort != Sort::Variable || element.ty.is_some() || draft.fields.has("unit") {
            continue;
        }
        let Some(entry) = draft.fields.entry("equals") else { continue };
        let Some(tree) = expression_of(entry, &names.unit_names, &mut Vec::new()) else { continue };
        open.push((number, tree));
    }
    // Until it is known better each is taken for a truth, so that `last(x)` may go in a circle.
    let numbers: Vec<usize> = open.iter().map(|one| one.0).collect();
    for &number in &numbers {
        names.elements[number].ty = Some(Ty::Truth);
    }
    for at in in_order(names, &open) {
        infer(names, drafts, &open[at], ledger);
    }
}

/// The places of `open` in an order in which each comes after those it names, circles aside.
fn in_order(names: &Names<'_>, open: &[(usize, Expr)]) -> Vec<usize> {
    let places: BTreeMap<&str, usize> =
        open.iter().zip(0..).map(|(one, at)| (names.elements[one.0].name.as_str(), at)).collect();
    let edges: Vec<Vec<usize>> = open
        .iter()
        .map(|(_, tree)| {
            let mut used = Vec::new();
            names_in(tree, &mut used);
            used.iter().filter_map(|name| places.get(name).copied()).collect()
        })
        .collect();
    let mut order = Vec::new();
    let mut entered = vec![false; open.len()];
    for first in 0..open.len() {
        // Pairs of a place and how many of its edges have been followed.
        let mut path = vec![(first, 0)];
        while let Some((at, followed)) = path.pop() {
            if followed == 0 && std::mem::replace(&mut entered[at], true) {
                continue;
            }
            match edges[at].get(followed) {
                Some(&next) => {
                    path.push((at, followed + 1));
                    path.push((next, 0));
                }
                None => order.push(at),
            }
        }
    }
    order
}

fn infer(
    names: &mut Names<'_>,
    drafts: &mut [Draft<'_>],
    (number, tree): &(usize, Expr),
    ledger: &mut Ledger,
) {
    let mut aside = Ledger::default();
    let scope = Scope::of(&names.elements[*number].over.binders);
    let typed = Reader::new(names, &mut aside, Allows::Week).within(scope).expr(tree);
    if let Some(typed) = &typed
        && matches!(typed.ty, Ty::Number(_))
    {
        let help = "write `unit = \"1\"` for a pure number";
        drafts[*number].fields.need("unit", help, &mut ledger.findings);
    }
    // What could not be read is reported when it is read again.
    if let Some(typed) = typed {
        names.elements[*number].ty = Some(typed.ty);
    }
}

/// Every plain name in an expression.
fn names_in<'t>(tree: &'t Expr, names: &mut Vec<&'t str>) {
    match &tree.kind {
        ExprKind::Name(name) => names.push(name),
        ExprKind::Index { of, indices } => {
            names_in(of, names);
            indices.iter().for_each(|index| names_in(index, names));
        }
        ExprKind::Field { of, .. } | ExprKind::Negate(of) | ExprKind::Not(of) => {
            names_in(of, names);
        }
        ExprKind::Binary { left, right, .. } => {
            names_in(left, names);
            names_in(right, names);
        }
        ExprKind::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|part| names_in(part, names));
        }
        ExprKind::Fold { over, body, .. } => {
            let parts = over.filter.iter().chain(body);
            parts.for_each(|part| names_in(part, names));
        }
        ExprKind::Call { arguments, .. } => {
            arguments.iter().for_each(|argument| names_in(argument, names));
        }
        _ => {}
    }
}
