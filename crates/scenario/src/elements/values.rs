//! One value for all members, or a table with one for each; and tables in `data/`.

use detente_model::{MemberIndex, Over, Range, Unit};

use super::{Builder, constant};
use crate::diagnostic::Code;
use crate::document::{Entry, Value, ValueKind, expression_of};
use crate::expressions::{Allows, Reader, Ty};
use crate::place::{Span, Text};
use crate::spelling::{suggest, suggest_or_list};
use crate::syntax::ast::{ExprKind, Ident};
use crate::table::{DataTable, Row};

impl<'d> Builder<'_, '_, '_, 'd> {
    /// The value of each instance under `entry`: the same for all, or one by member (for pairs, a
    /// table of tables).
    pub(super) fn by_member(&mut self, entry: &'d Entry) -> Option<Vec<&'d Value>> {
        let over = self.over();
        if !matches!(entry.value.kind, ValueKind::Table(_)) {
            return Some(vec![&entry.value; over.instances.len()]);
        }
        if over.binders.is_empty() {
            let message = format!("`{}` is one value here", entry.key.text);
            let help = "for one value a member, give the element an `over`";
            self.report(Code::WrongKind, entry.value.span, message, help);
            return None;
        }
        self.check_keys(&entry.value, 0);
        let mut values = Vec::new();
        let mut missing = Vec::new();
        for instance in &over.instances {
            match self.value_for(&entry.value, over, &instance.members) {
                Some(value) => values.push(value),
                None => missing.push(instance.full_name.as_str()),
            }
        }
        if !missing.is_empty() {
            let message = format!("{} has no value", missing.join(", "));
            let help = "give each member its value";
            self.report(Code::MemberWithoutValue, entry.value.span, message, help);
            return None;
        }
        Some(values)
    }

    fn value_for(
        &self,
        value: &'d Value,
        over: &Over,
        members: &[MemberIndex],
    ) -> Option<&'d Value> {
        let mut value = value;
        for (binder, member) in over.binders.iter().zip(members) {
            // A value where a table could be is the value of all below it.
            let ValueKind::Table(table) = &value.kind else { return Some(value) };
            let root = self.world.names.set(binder.set).root;
            value = table.get(self.world.names.member_name(root, *member))?;
        }
        Some(value)
    }

    /// Reports keys that are no members.
    fn check_keys(&mut self, value: &Value, depth: usize) {
        let ValueKind::Table(table) = &value.kind else { return };
        let names = self.world.names;
        let Some(binder) = self.over().binders.get(depth) else {
            let message = "there are more tables here than indices";
            self.report(Code::WrongIndices, value.span, message, "");
            return;
        };
        for entry in &table.entries {
            let known = names.member_names(binder.set).any(|name| name == entry.key.text);
            if !known {
                let set = &names.set(binder.set).name;
                let message = format!("`{}` is not a member of `{set}`", entry.key.text);
                let help = suggest(&entry.key.text, names.member_names(binder.set), "");
                self.report(Code::UnknownName, entry.key.span, message, &help);
            }
            self.check_keys(&entry.value, depth + 1);
        }
    }

    /// A number known now, in base units; what has no unit is in the element's.
    pub(super) fn number_of(&mut self, key: &Ident, value: &Value) -> Option<f64> {
        self.ledger.note_number(value.span);
        if let ValueKind::Number(number) = value.kind {
            return Some(self.signature.unit.held(number));
        }
        let ty = Ty::Number(self.signature.unit.dimension.clone());
        self.constant(&Entry { key: key.clone(), value: value.clone() }, &ty)
    }

    /// `range`, in base units; everything, if there is none.
    pub(super) fn range(&mut self) -> Option<Range> {
        let Some(entry) = self.fields.entry("range") else { return Some(Range::ALL) };
        let ends = match &entry.value.kind {
            ValueKind::List(ends) => ends.as_slice(),
            _ => &[],
        };
        let [low, high] = ends else {
            let help = "write `range = [0, 1]`";
            self.report(Code::WrongKind, entry.value.span, "a range has two ends", help);
            return None;
        };
        let (low_value, high_value) =
            (self.number_of(&entry.key, low)?, self.number_of(&entry.key, high)?);
        if low_value > high_value {
            let help = "the lower end stands first";
            self.report(Code::OutsideRange, entry.value.span, "this range holds nothing", help);
            return None;
        }
        Some(Range { low: low_value, high: high_value })
    }

    /// Reports a value outside the range.
    pub(super) fn in_range(&mut self, value: f64, range: &Range, span: Span) -> bool {
        let inside = range.holds(value);
        if !inside {
            let unit = &self.signature.unit;
            let message = format!(
                "{} lies outside the range, {} to {}",
                unit.shown(value),
                unit.shown(range.low),
                unit.shown(range.high)
            );
            self.report(Code::OutsideRange, span, message, "mend the value or the range");
        }
        inside
    }

    /// The starting value of a state: 0 or 1, a member's number, or none.
    pub(super) fn state_value(&mut self, key: &Ident, value: &'d Value) -> Option<f64> {
        let (names, signature) = (self.world.names, self.signature);
        let ty = signature.ty.clone()?;
        let entry = Entry { key: key.clone(), value: value.clone() };
        let tree = expression_of(&entry, &names.unit_names, &mut self.ledger.findings)?;
        if tree.kind == ExprKind::None && !signature.may_be_none {
            let help = "write `may_be_vacant = true` if it may be";
            self.report(Code::WrongType, value.span, "this is never none", help);
            return None;
        }
        if let (Some(set), ExprKind::Name(name)) = (signature.set, &tree.kind) {
            let name = Ident { text: name.clone(), span: tree.span };
            return names.find_member(set, &name, &mut self.ledger.findings).map(|m| m as f64);
        }
        let mut reader = Reader::new(names, self.ledger, Allows::Fixed);
        constant(&mut reader, &tree, &ty, &Unit::one())
    }

    /// The table named under `table`, with the place of the column wanted.
    pub(super) fn table(&mut self) -> Option<(&'d Text, &'d Text, usize)> {
        let findings = &mut self.ledger.findings;
        let text = self.fields.text("table", findings)?;
        let help = "say which column: `column = \"…\"`";
        if !self.fields.need("column", help, findings) {
            return None;
        }
        let column = self.fields.text("column", findings)?;
        let tables = self.world.tables;
        let name = table_name(&text.value);
        let Some(table) = tables.get(name) else {
            let all: Vec<&str> = tables.keys().map(String::as_str).collect();
            let message = format!("there is no table `{name}`");
            let help = suggest_or_list(name, &all, "tables in data/");
            self.report(Code::NoSuchTable, text.span, message, &help);
            return None;
        };
        let place = table.column(&column.value, column.span, &mut self.ledger.findings)?;
        Some((text, column, place))
    }

    /// The rows of a table that are of one instance: all, or those of its member.
    pub(super) fn rows_of<'t>(
        &self,
        table: &'t DataTable,
        members: &[MemberIndex],
    ) -> Vec<&'t Row> {
        let name = match (self.over().binders.first(), members.first()) {
            (Some(binder), Some(member)) => {
                let root = self.world.names.set(binder.set).root;
                Some(self.world.names.member_name(root, *member))
            }
            _ => None,
        };
        let of = |row: &&Row| row.member.as_ref().map(|member| member.text.as_str()) == name;
        table.rows.iter().filter(of).collect()
    }

    /// Whether a table's kind of rows is that of the element.
    pub(super) fn fits_table(&mut self, table: &DataTable, dated: bool, span: Span) -> bool {
        let indices = self.over().binders.len();
        let (message, help) = match (dated, table.dated) {
            (true, false) => ("a series wants a table by date", "its first column is `date`"),
            (false, true) => ("this table is by date", "a path in time is a `series`"),
            _ if indices > 1 => ("a table has one member a row", "give the values as a table here"),
            _ if table.by_member && indices == 0 => {
                ("this table is by member", "give the element an `over`")
            }
            _ if !table.by_member && indices == 1 => {
                ("this table is not by member", "add a column `member`, or leave `over` out")
            }
            _ => return true,
        };
        self.report(Code::WrongIndices, span, message, help);
        false
    }
}

/// The name of a table as it is found: `data/flight.csv` is `flight`.
pub(crate) fn table_name(text: &str) -> &str {
    let name = text.strip_prefix("data/").unwrap_or(text);
    name.strip_suffix(".csv").unwrap_or(name)
}
