//! Seats: who decides, who sits there, and what it sees.

use detente_model::{MemberIndex, Over, Seat, SeatHolder, Target};

use super::{Draft, read_over};
use crate::diagnostic::Code;
use crate::expressions::{Allows, Ledger, Reader, Scope};
use crate::names::{Names, Sort};
use crate::syntax::ast::{Reference, ReferenceIndex};
use crate::syntax::{parse_expression, parse_reference};

/// What decisions need to know of a seat.
#[derive(Debug, Clone)]
pub(crate) struct SeatName {
    pub(crate) name: String,
    pub(crate) over: Over,
}

/// The names of all seats, in order.
pub(crate) fn seat_names(
    names: &Names<'_>,
    drafts: &mut [Draft<'_>],
    ledger: &mut Ledger,
) -> Vec<SeatName> {
    let mut seats = Vec::new();
    for draft in drafts {
        let name = draft.named.name.text.clone();
        let over = draft.fields.over("over", &names.unit_names, &mut ledger.findings);
        let over = read_over(names, over.as_ref(), &name, None, ledger);
        let over = over.unwrap_or(Over { binders: Vec::new(), instances: Vec::new() });
        seats.push(SeatName { name, over });
    }
    seats
}

/// The seats whole, once the elements are known.
pub(crate) fn read_seats(
    names: &Names<'_>,
    drafts: &mut [Draft<'_>],
    seats: &[SeatName],
    ledger: &mut Ledger,
) -> Vec<Seat> {
    let read: Vec<Option<Seat>> = drafts
        .iter_mut()
        .zip(seats)
        .map(|(draft, seat)| read_seat(names, draft, seat, ledger))
        .collect();
    read.into_iter().flatten().collect()
}

fn read_seat(
    names: &Names<'_>,
    draft: &mut Draft<'_>,
    seat: &SeatName,
    ledger: &mut Ledger,
) -> Option<Seat> {
    let fields = &mut draft.fields;
    for key in ["about", "source", "judgement", "was"] {
        fields.has(key);
    }
    let help = "say what a reader sees: `title = \"The Kremlin\"`";
    fields.need("title", help, &mut ledger.findings);
    let title = fields.text("title", &mut ledger.findings);
    let held_by = match fields.text("held_by", &mut ledger.findings) {
        None => None,
        Some(text) => {
            let tree = parse_expression(text, &names.unit_names, &mut ledger.findings)?;
            let scope = Scope::of(&seat.over.binders);
            let typed = Reader::new(names, ledger, Allows::Week).within(scope).expr(&tree)?;
            match typed.expr {
                detente_model::Expr::Read(cell)
                    if names.element(cell.element).sort == Sort::State =>
                {
                    Some(SeatHolder { state: cell.element, index: cell.index })
                }
                _ => {
                    let help = "name a state that holds a member: `held_by = \"premier[s]\"`";
                    ledger.report(Code::WrongSort, text.span, "a seat is held by a state", help);
                    return None;
                }
            }
        }
    };
    let mut sees = vec![Vec::new(); seat.over.instances.len()];
    for text in fields.texts("sees", &mut ledger.findings) {
        let Some(seen) = parse_reference(text, &mut ledger.findings) else { continue };
        for (targets, instance) in sees.iter_mut().zip(&seat.over.instances) {
            let bound = |name: &str| {
                let place = seat.over.binders.iter().position(|binder| binder.name == name)?;
                instance.members.get(place).copied()
            };
            match targets_of(names, &seen, bound, ledger) {
                Some(mut own) => {
                    ledger.read.extend(own.iter().map(|target| target.element));
                    targets.append(&mut own);
                }
                None => break,
            }
        }
    }
    let title = title?.value.trim().to_owned();
    Some(Seat { name: seat.name.clone(), title, over: seat.over.clone(), held_by, sees })
}

/// The instances that a reference names; `bound` gives the member an index variable stands for.
pub(crate) fn targets_of(
    names: &Names<'_>,
    reference: &Reference,
    bound: impl Fn(&str) -> Option<MemberIndex>,
    ledger: &mut Ledger,
) -> Option<Vec<Target>> {
    let id = names.find_element(&reference.name, &mut ledger.findings)?;
    let element = names.element(id);
    let over = &element.over;
    if over.binders.len() != reference.indices.len() {
        let message = match (over.binders.len(), reference.indices.len()) {
            (0, _) => format!("`{}` has no index", element.name),
            (wanted, given) => {
                let noun = if wanted == 1 { "index" } else { "indices" };
                format!("`{}` wants {wanted} {noun}, and has {given}", element.name)
            }
        };
        let help = match over.binders.len() {
            0 => "leave the brackets out".to_owned(),
            1 => format!("name a member, or all: `{}[*]`", element.name),
            _ => format!("name members, or all: `{}[*, *]`", element.name),
        };
        ledger.report(Code::WrongIndices, reference.span, message, help);
        return None;
    }
    let mut wanted: Vec<Option<MemberIndex>> = Vec::new();
    for (binder, index) in over.binders.iter().zip(&reference.indices) {
        wanted.push(match index {
            ReferenceIndex::Every(_) => None,
            ReferenceIndex::Member(name) => Some(match bound(&name.text) {
                Some(member) => member,
                None => names.find_member(binder.set, name, &mut ledger.findings)?,
            }),
        });
    }
    let exact: Option<Vec<MemberIndex>> = wanted.iter().copied().collect();
    let instances: Vec<usize> = match exact {
        Some(members) if !members.is_empty() => {
            names.instance(over, &members).into_iter().collect()
        }
        _ => {
            let fits = |members: &[MemberIndex]| {
                members.iter().zip(&wanted).all(|(own, wanted)| wanted.is_none_or(|w| w == *own))
            };
            let all = over.instances.iter().enumerate();
            all.filter(|(_, one)| fits(&one.members)).map(|(number, _)| number).collect()
        }
    };
    if instances.is_empty() && !over.instances.is_empty() {
        let message = format!("there is no such instance of `{}`", element.name);
        let help = "its `over` leaves these members out";
        ledger.report(Code::WrongIndices, reference.span, message, help);
        return None;
    }
    Some(instances.into_iter().map(|instance| Target { element: id, instance }).collect())
}
