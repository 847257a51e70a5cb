//! Instructions are looked over once, before any is run.

use crate::op::{Code, Field, Instruction, SHARED_VALUE};

/// Whether instructions stay within a memory of so many lanes, and none writes where it reads.
pub(crate) fn verified(
    code: &[Instruction],
    tables: &[u32],
    places: u32,
    scalars: u32,
    addresses: u32,
) -> bool {
    let entry_holds = |entry: &u32| {
        if entry & SHARED_VALUE == 0 { *entry < places } else { entry & !SHARED_VALUE < scalars }
    };
    code.iter().all(|op| {
        let operands = [op.a, op.b, op.c];
        let fields = op.code.fields();
        let within = operands.iter().zip(fields).all(|(own, field)| match field {
            Field::Lanes => *own < places && *own != op.d,
            Field::Scalar => *own < scalars,
            Field::Other => true,
        });
        let table = match op.code.table(op) {
            None => true,
            Some((from, count)) => {
                let (from, until) = (from as usize, from as usize + count as usize);
                until <= tables.len()
                    && tables[from..until].iter().all(|own| entry_holds(own) && *own != op.d)
            }
        };
        let share = op.code != Code::Coalition || (op.c as usize + 1) < tables.len();
        let address = op.code != Code::Uniform || op.a < addresses;
        op.d < places && within && table && share && address
    })
}
