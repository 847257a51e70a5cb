//! Effects: what an event or an option does to stocks and states.

use std::collections::BTreeMap;

use detente_model::{Cell, Effect, Operation};

use super::over::read_binders;
use crate::diagnostic::{Code, Finding};
use crate::expressions::{Allows, Bare, Reader, Scope, Ty, Wanted};
use crate::names::Sort;
use crate::place::{Span, Text};
use crate::syntax::ast::{self, EffectOp, ExprKind};
use crate::syntax::{parse_effect, print};

/// Reads the effects under `does`. `scope` has the index variables, the draws, and what is known
/// not to be `none`.
pub(super) fn read_effects(
    reader: &mut Reader<'_, '_>,
    texts: &[&Text],
    scope: &Scope,
) -> Option<Vec<Effect>> {
    let mut effects = Vec::new();
    let mut set_before: BTreeMap<String, Span> = BTreeMap::new();
    let mut sound = true;
    for text in texts {
        let units = &reader.names.unit_names;
        let tree = parse_effect(text, units, &mut reader.ledger.findings);
        reader.scope = scope.clone();
        let effect = tree.as_ref().and_then(|tree| effect(reader, tree));
        match (effect, tree) {
            (Some(effect), Some(tree)) => {
                warn_of_conflict(reader, &tree, &mut set_before);
                effects.push(effect);
            }
            _ => sound = false,
        }
    }
    sound.then_some(effects)
}

/// Two unguarded `=` of one element on one quantity: only the last can hold.
fn warn_of_conflict(
    reader: &mut Reader<'_, '_>,
    tree: &ast::Effect,
    set_before: &mut BTreeMap<String, Span>,
) {
    if tree.op != EffectOp::Set || tree.guard.is_some() || tree.spread.is_some() {
        return;
    }
    let indices: Vec<String> = tree
        .target
        .indices
        .iter()
        .map(|index| print::expression(index, &reader.names.unit_names))
        .collect();
    let target = format!("{}[{}]", tree.target.name.text, indices.join(", "));
    if let Some(first) = set_before.insert(target, tree.span) {
        let message = format!("`{}` is set twice", tree.target.name.text);
        let finding = Finding::new(Code::ConflictingEffects, tree.span, message)
            .help("only the last of them holds: remove one, or guard both with `if`")
            .related(first, "first set here");
        reader.ledger.findings.push(finding);
    }
}

fn effect(reader: &mut Reader<'_, '_>, tree: &ast::Effect) -> Option<Effect> {
    reader.allows = Allows::Week;
    reader.bare = Bare::Plain;
    let mut spread = Vec::new();
    let mut among = None;
    if let Some(over) = &tree.spread {
        spread = read_binders(reader.names, &over.binders, reader.ledger)?;
        for (binder, written) in spread.iter().zip(&over.binders) {
            let taken = reader.scope.binders.iter().any(|bound| bound.name == binder.name);
            if taken {
                let message = format!("`{}` is an index of the element already", binder.name);
                let help = "give the variable of `for` another name";
                reader.report(Code::DuplicateName, written.variable.span, message, help);
                return None;
            }
            reader.scope.bind(&binder.name, binder.set);
        }
        if let Some(filter) = over.filter.as_deref() {
            let wanted = Wanted::truth("what follows `where`");
            among = Some(reader.expr_of(filter, &wanted)?.expr);
            reader.exclude_none(filter);
        }
    }
    let guard = match &tree.guard {
        None => None,
        Some(guard) => {
            let read = reader.expr_of(guard, &Wanted::truth("the guard of an effect"))?;
            reader.exclude_none(guard);
            Some(read.expr)
        }
    };
    let target = target(reader, tree)?;
    let value = value(reader, tree, &target)?;
    let operation = operation(tree.op);
    let text = print::effect(tree, &reader.names.unit_names);
    Some(Effect { text, spread, among, guard, target, operation, value })
}

pub(crate) fn operation(op: EffectOp) -> Operation {
    match op {
        EffectOp::Set => Operation::Set,
        EffectOp::Add => Operation::Add,
        EffectOp::Multiply => Operation::Multiply,
    }
}

fn target(reader: &mut Reader<'_, '_>, tree: &ast::Effect) -> Option<Cell> {
    let id = reader.names.find_element(&tree.target.name, &mut reader.ledger.findings)?;
    let element = reader.names.element(id);
    if !matches!(element.sort, Sort::Stock | Sort::State) {
        let message = format!(
            "`{}` is {}, and only stocks and states change by effects",
            element.name,
            element.sort.with_article()
        );
        let help = match element.sort {
            Sort::Parameter => "make it a stock if it changes; an intervention may set a parameter",
            Sort::Variable => "change a stock or a state that it is computed from",
            _ => "name a stock or a state",
        };
        reader.report(Code::EffectOnFixed, tree.target.span, message, help);
        return None;
    }
    reader.target(id, &tree.target.indices, tree.target.span)
}

fn value(
    reader: &mut Reader<'_, '_>,
    tree: &ast::Effect,
    target: &Cell,
) -> Option<detente_model::Expr> {
    let element = reader.names.element(target.element);
    let (ty, name) = (element.ty.clone()?, element.name.clone());
    let (set, may_be_none) = (element.set, element.may_be_none);
    let number = matches!(ty, Ty::Number(_));
    if tree.op != EffectOp::Set && !number {
        let message = format!("`{name}` is not a number");
        let help = "a state is set: `x = true`";
        reader.report(Code::WrongType, tree.span, message, help);
        return None;
    }
    if tree.value.kind == ExprKind::None && !may_be_none {
        let message = format!("`{name}` is never none");
        let help = "write `may_be_vacant = true` in the state if it may be";
        reader.report(Code::WrongType, tree.value.span, message, help);
        return None;
    }
    let (wanted, what) = if tree.op == EffectOp::Multiply {
        (Ty::pure(), format!("the factor on `{name}`"))
    } else {
        (ty, format!("what `{name}` takes"))
    };
    let typed = reader.expr_of(&tree.value, &Wanted::new(wanted, &what))?;
    if let (Some(set), detente_model::Expr::Constant(member)) = (set, &typed.expr)
        && *member >= 0.0
        && !reader.names.set(set).members.contains(&(*member as usize))
    {
        let message = format!("`{name}` cannot be this");
        let members: Vec<&str> = reader.names.member_names(set).collect();
        let help = format!("it is one of {}", members.join(", "));
        reader.report(Code::WrongType, tree.value.span, message, help);
        return None;
    }
    Some(typed.expr)
}
