//! Quantities: parameters, series, traits, noise, stocks, states, variables, and outcomes.

use detente_model::{
    Dimension, Distribution, Every, Expr, Formula, Initial, Measure, Noise, Outcome, Parameter,
    Range, Series, State, StateValues, Stock, Trait, Type, Unit, Variable,
};

use super::values::table_name;
use super::{Builder, distributions};
use crate::diagnostic::Code;
use crate::document::ValueKind;
use crate::expressions::{Allows, Reader, Scope, Ty, Wanted, day};
use crate::place::{Span, Text};
use crate::provenance::citations;
use crate::table::{DataTable, Row};
use crate::units::base_unit;

impl<'d> Builder<'_, '_, '_, 'd> {
    pub(super) fn parameter(&mut self) -> Option<Parameter> {
        let from_table = self.fields.has("table");
        let noted = self.ledger.number;
        let range = self.range();
        if from_table {
            // Its numbers are in the table, where each row has its source.
            self.ledger.number = noted;
        }
        let values = if from_table { self.column_values() } else { self.own_values() };
        let (range, values) = (range?, values?);
        let span = self.fields.value("value").map_or(self.fields.table().span, |value| value.span);
        if !values.iter().all(|value| self.in_range(*value, &range, span)) {
            return None;
        }
        let priors = self.priors(&range)?;
        Some(Parameter { unit: self.signature.unit.clone(), values, range, priors })
    }

    fn own_values(&mut self) -> Option<Vec<f64>> {
        let help = "write `value = 0.5`, or name a table with `table` and `column`";
        if !self.fields.need("value", help, &mut self.ledger.findings) {
            return None;
        }
        let entry = self.fields.entry("value")?;
        let values = self.by_member(entry)?;
        let read: Vec<Option<f64>> =
            values.into_iter().map(|value| self.number_of(&entry.key, value)).collect();
        read.into_iter().collect()
    }

    /// A parameter's values from a column by member.
    fn column_values(&mut self) -> Option<Vec<f64>> {
        if let Some(value) = self.fields.value("value") {
            let message = "both a value and a table";
            self.report(Code::NotAllowed, value.span, message, "leave one of them out");
        }
        let (name, _, column) = self.table()?;
        let table = self.world.tables.get(table_name(&name.value))?;
        if !self.fits_table(table, false, name.span) {
            return None;
        }
        let over = self.over();
        let mut values = Vec::new();
        for instance in &over.instances {
            let Some(row) = self.rows_of(table, &instance.members).first().copied() else {
                let message = format!("{} has no row in `{}`", instance.full_name, name.value);
                self.report(Code::MemberWithoutValue, name.span, message, "add the row");
                return None;
            };
            values.push(self.cell_value(row, column)?);
        }
        Some(values)
    }

    /// A cell in base units; the row's sources are taken note of.
    fn cell_value(&mut self, row: &Row, column: usize) -> Option<f64> {
        citations(&row.sources, self.world.sources, self.ledger);
        let number = row.cells.get(column)?.number(&mut self.ledger.findings)?;
        Some(self.signature.unit.held(number))
    }

    fn priors(&mut self, range: &Range) -> Option<Vec<Option<Distribution>>> {
        let Some(entry) = self.fields.entry("prior") else {
            return Some(vec![None; self.over().instances.len()]);
        };
        let values = self.by_member(entry)?;
        let mut priors: Vec<Option<Distribution>> = Vec::new();
        let mut last: Option<(&Text, Distribution)> = None;
        for value in values {
            let ValueKind::Text(text) = &value.kind else {
                let help = "write `prior = \"normal(0.5, 0.1)\"`";
                self.report(Code::WrongKind, value.span, "a prior is a distribution", help);
                return None;
            };
            let drawn = match &last {
                Some((same, drawn)) if same.span == text.span => drawn.clone(),
                _ => {
                    let unit = self.signature.unit.clone();
                    let mut reader = Reader::new(self.world.names, self.ledger, Allows::Fixed);
                    distributions::prior(&mut reader, text, &unit, range)?
                }
            };
            last = Some((text, drawn.clone()));
            priors.push(Some(drawn));
        }
        Some(priors)
    }

    pub(super) fn series(&mut self) -> Option<Series> {
        let help = "name a table in data/: `table = \"flight\"`";
        if !self.fields.need("table", help, &mut self.ledger.findings) {
            return None;
        }
        let linear = self.fields.one_of("interpolate", &["linear"], &mut self.ledger.findings);
        let (name, column, place) = self.table()?;
        let table = self.world.tables.get(table_name(&name.value))?;
        if !self.fits_table(table, true, name.span) {
            return None;
        }
        let over = self.over();
        let mut values = Vec::new();
        for instance in &over.instances {
            let rows = self.rows_of(table, &instance.members);
            let points = self.points(table, &rows, place, &instance.full_name, name.span)?;
            values.push(path(&self.world.names.calendar, &points, linear.is_some()));
        }
        if self.provenance.judgement.is_none() {
            let message =
                format!("{} stays as it was in history, whatever is changed", self.fields.what());
            let help = "say in `judgement` why the model's actors would not have changed it, or \
                        model it as a stock";
            self.report(Code::GivenButMoved, self.fields.table().span, message, help);
        }
        Some(Series {
            unit: self.signature.unit.clone(),
            table: format!("data/{}.csv", table_name(&name.value)),
            column: column.value.clone(),
            values,
        })
    }

    /// The points of a path: (week counted from the start, value), ascending; the first is at the
    /// start or before.
    fn points(
        &mut self,
        table: &DataTable,
        rows: &[&Row],
        column: usize,
        of: &str,
        asked: Span,
    ) -> Option<Vec<(i64, f64)>> {
        let start = self.world.names.calendar.start;
        let mut points = Vec::new();
        for row in rows {
            let date = row.date?.date;
            let value = self.cell_value(row, column)?;
            // A row holds from the week that holds its date.
            let week = self.world.names.calendar.week_number(date);
            points.push((week, value));
        }
        if points.first().is_none_or(|first| first.0 > 0) {
            let message = format!("{of} has no value at the start, {}", day(start));
            let help = "a series does not reach back: add an earlier row";
            let span = rows.first().map_or(table.header, |row| row.span);
            let finding = crate::diagnostic::Finding::new(Code::TableCoverage, span, message);
            self.ledger.findings.push(finding.help(help).related(asked, "asked for here"));
            return None;
        }
        Some(points)
    }

    pub(super) fn hidden_trait(&mut self) -> Option<Trait> {
        let draw = self.drawn("draw", Allows::Start)?;
        Some(Trait { unit: self.signature.unit.clone(), draw: draw? })
    }

    pub(super) fn noise(&mut self) -> Option<Noise> {
        let every = self.fields.one_of("every", &["week", "year"], &mut self.ledger.findings);
        let every = match every {
            Some(("year", _)) => Every::Year,
            _ => Every::Week,
        };
        let draw = self.drawn("draw", Allows::Start)?;
        Some(Noise { unit: self.signature.unit.clone(), draw: draw?, every })
    }

    /// The distribution under `key` in the element's unit; the outer `None` says that something was
    /// reported. A `draw` has to be there.
    fn drawn(&mut self, key: &'static str, allows: Allows) -> Option<Option<Distribution>> {
        let help = "write `draw = \"normal(0, 1)\"`";
        if key == "draw" && !self.fields.need(key, help, &mut self.ledger.findings) {
            return None;
        }
        if !self.fields.has(key) {
            return Some(None);
        }
        let text = self.fields.text(key, &mut self.ledger.findings)?;
        let unit = self.signature.unit.clone();
        let mut reader = self.reader(allows);
        distributions::distribution(&mut reader, text, Some(&unit)).map(|drawn| Some(drawn.0))
    }

    pub(super) fn stock(&mut self) -> Option<Stock> {
        let range = self.range();
        let initial = self.initial();
        let unit = self.signature.unit.clone();
        let per_week = unit.dimension.times(&Dimension::base("week"), -1);
        let change = self.change(per_week);
        let shock = self.drawn("shock", Allows::Start);
        let (range, initial, change, shock) = (range?, initial?, change?, shock?);
        if let Initial::Values(values) = &initial {
            let span = self.fields.value("initial").map(|value| value.span)?;
            if !values.iter().all(|value| self.in_range(*value, &range, span)) {
                return None;
            }
        }
        Some(Stock { unit, initial, change, shock, range })
    }

    fn change(&mut self, per_week: Dimension) -> Option<Option<Formula>> {
        if let Some(entry) = self.fields.entry("change")
            && let ValueKind::Number(number) = entry.value.kind
        {
            // A bare number is in the stock's unit a week.
            self.ledger.note_number(entry.value.span);
            let expr = Expr::Constant(self.signature.unit.held(number));
            let text = number.to_string();
            return Some(Some(Formula { text, expr, gives: Type::Number(per_week) }));
        }
        let wanted = Wanted::new(Ty::Number(per_week), "the change of a stock in a week");
        self.optional("change", Allows::Week, &wanted)
    }

    fn initial(&mut self) -> Option<Initial> {
        let help = "say where it starts: `initial = 0`";
        if !self.fields.need("initial", help, &mut self.ledger.findings) {
            return None;
        }
        let entry = self.fields.entry("initial")?;
        if let ValueKind::Text(_) = entry.value.kind {
            let wanted =
                Wanted::new(Ty::Number(self.signature.unit.dimension.clone()), "the start");
            let formula = self.optional("initial", Allows::Start, &wanted)??;
            return Some(Initial::Formula(formula));
        }
        let values = self.by_member(entry)?;
        let read: Vec<Option<f64>> =
            values.into_iter().map(|value| self.number_of(&entry.key, value)).collect();
        read.into_iter().collect::<Option<_>>().map(Initial::Values)
    }

    pub(super) fn state(&mut self) -> Option<State> {
        for key in ["of", "may_be_vacant"] {
            self.fields.has(key);
        }
        let help = "say where it starts: `initial = false`, or a member";
        if !self.fields.need("initial", help, &mut self.ledger.findings) {
            return None;
        }
        let entry = self.fields.entry("initial")?;
        let values = self.by_member(entry)?;
        let read: Vec<Option<f64>> =
            values.into_iter().map(|value| self.state_value(&entry.key, value)).collect();
        let of = match self.signature.set {
            None => StateValues::Truth,
            Some(set) => StateValues::Member { set, may_be_vacant: self.signature.may_be_none },
        };
        Some(State { of, initial: read.into_iter().collect::<Option<_>>()? })
    }

    pub(super) fn variable(&mut self) -> Option<Variable> {
        let ty = self.signature.ty.clone();
        let help = "say what it is: `equals = \"…\"`";
        let equals = match ty {
            Some(ty) if self.fields.has("unit") => {
                let wanted = Wanted::new(ty, "this variable");
                self.needed("equals", Allows::Week, &wanted, help)?
            }
            _ => {
                if !self.fields.need("equals", help, &mut self.ledger.findings) {
                    return None;
                }
                let (tree, text) = self.tree("equals")??;
                self.reader(Allows::Week).formula(&tree, &text)?
            }
        };
        Some(Variable { unit: self.signature.unit.clone(), equals })
    }

    pub(super) fn outcome(&mut self) -> Option<Outcome> {
        let help = "say what is asked: `is = \"by(x, 1953-12-31)\"`";
        let written = if self.fields.has("unit") {
            let unit = self.fields.unit("unit", &mut self.ledger.findings)?;
            Some(self.world.names.units.resolve(&unit, &mut self.ledger.findings)?)
        } else {
            None
        };
        if !self.fields.need("is", help, &mut self.ledger.findings) {
            return None;
        }
        let (tree, text) = self.tree("is")??;
        let mut reader = self.reader(Allows::Outcome).within(Scope::default());
        let is = match &written {
            None => reader.formula(&tree, &text)?,
            Some(unit) => {
                let ty = Ty::Number(unit.dimension.clone());
                reader.formula_of(&tree, &text, &Wanted::new(ty, "this outcome"))?
            }
        };
        let unit = written.unwrap_or_else(|| self.shown_in(&is));
        Some(Outcome { is, unit })
    }

    /// The unit in which an outcome is shown if its author gave none: that of what is measured.
    fn shown_in(&self, is: &Formula) -> Unit {
        let Type::Number(dimension) = &is.gives else { return Unit::one() };
        let unit_of = |expr: &Expr| match expr {
            Expr::Read(cell) => Some(self.world.names.element(cell.element).unit.clone()),
            _ => None,
        };
        let measured = match &is.expr {
            Expr::Measure(measure) => match measure.as_ref() {
                Measure::At(of, _) | Measure::MeanOver(of, ..) | Measure::MaxOver(of, ..) => {
                    unit_of(of)
                }
                Measure::SumOver(of, ..) => unit_of(of).and_then(|unit| {
                    let text = unit.text.strip_suffix(" / week")?.to_owned();
                    Some(Unit { text, dimension: dimension.clone(), scale: unit.scale })
                }),
                _ => None,
            },
            expr => unit_of(expr),
        };
        measured.filter(|unit| &unit.dimension == dimension).unwrap_or_else(|| base_unit(dimension))
    }
}

/// The value in each week. Of two rows in one week the later holds.
fn path(calendar: &detente_model::Calendar, points: &[(i64, f64)], linear: bool) -> Vec<f64> {
    (0..calendar.weeks)
        .map(|week| {
            let today = i64::from(week);
            let next = points.partition_point(|point| point.0 <= today);
            let (from, value) = points[next - 1];
            match points.get(next) {
                Some((to, other)) if linear => {
                    value + (other - value) * ((today - from) as f64 / (to - from) as f64)
                }
                _ => value,
            }
        })
        .collect()
}
