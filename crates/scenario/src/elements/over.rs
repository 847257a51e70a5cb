//! Over what an element ranges: index variables, and every combination that `where` lets through.

use detente_model::{Binder, Instance, MemberIndex, Over};

use crate::diagnostic::Code;
use crate::expressions::{Allows, Ledger, Reader, Scope, Wanted};
use crate::fixed::evaluate;
use crate::names::Names;
use crate::place::Span;
use crate::syntax::ast;

/// The most elements, each instance counted.
pub(crate) const MOST_INSTANCES: usize = 20_000;

/// What `over` says; an element that has none is one. `was` is an earlier name.
pub(crate) fn read_over(
    names: &Names<'_>,
    over: Option<&ast::Over>,
    name: &str,
    was: Option<&str>,
    ledger: &mut Ledger,
) -> Option<Over> {
    let Some(over) = over else {
        let (full_name, address) = (name.to_owned(), was.unwrap_or(name).to_owned());
        let instances = vec![Instance { members: Vec::new(), full_name, address }];
        return Some(Over { binders: Vec::new(), instances });
    };
    let binders = read_binders(names, &over.binders, ledger)?;
    let combinations = combinations(names, &binders, over.span, ledger)?;
    let mut passed = combinations;
    if let Some(filter) = over.filter.as_deref() {
        let mut reader = Reader::new(names, ledger, Allows::Fixed).within(Scope::of(&binders));
        let test = reader.expr_of(filter, &Wanted::truth("what follows `where`"))?;
        passed.retain(|members| evaluate(&test.expr, members, &names.sets) == Some(1.0));
        if passed.is_empty() {
            let help = "it is read at load, from members and their attributes";
            ledger.report(Code::WrongIndices, over.span, "nobody passes this `where`", help);
            return None;
        }
    }
    let instance = |members: Vec<MemberIndex>| {
        let of = binders.iter().zip(&members);
        let listed: Vec<&str> =
            of.map(|(b, member)| names.member_name(names.set(b.set).root, *member)).collect();
        let listed = listed.join(", ");
        let full_name = format!("{name}[{listed}]");
        let address = format!("{}[{listed}]", was.unwrap_or(name));
        Instance { members, full_name, address }
    };
    let instances = passed.into_iter().map(instance).collect();
    Some(Over { binders, instances })
}

/// The index variables of an `over`, a spread, or an option.
pub(crate) fn read_binders(
    names: &Names<'_>,
    written: &[ast::Binder],
    ledger: &mut Ledger,
) -> Option<Vec<Binder>> {
    let mut binders: Vec<Binder> = Vec::new();
    for binder in written {
        let set = names.find_set(&binder.set, &mut ledger.findings)?;
        let name = &binder.variable.text;
        let taken = names.meaning(name).is_some() || binders.iter().any(|b| &b.name == name);
        if taken {
            let message = format!("`{name}` is the name of something else");
            let help = "give the index variable another name";
            ledger.report(Code::DuplicateName, binder.variable.span, message, help);
            return None;
        }
        binders.push(Binder { name: name.clone(), set });
    }
    Some(binders)
}

fn combinations(
    names: &Names<'_>,
    binders: &[Binder],
    span: Span,
    ledger: &mut Ledger,
) -> Option<Vec<Vec<MemberIndex>>> {
    let sizes = binders.iter().map(|binder| names.set(binder.set).members.len());
    let count = sizes.fold(1_usize, |product, size| product.saturating_mul(size));
    if count > MOST_INSTANCES {
        let message =
            format!("this makes {count} elements of one; at most {MOST_INSTANCES} are read");
        let help = "range over fewer or smaller sets";
        ledger.report(Code::TooManyElements, span, message, help);
        return None;
    }
    let mut rows = vec![Vec::new()];
    for binder in binders {
        let members = &names.set(binder.set).members;
        rows = rows
            .iter()
            .flat_map(|row| {
                members.iter().map(move |member| {
                    let mut longer: Vec<MemberIndex> = row.clone();
                    longer.push(*member);
                    longer
                })
            })
            .collect();
    }
    Some(rows)
}
