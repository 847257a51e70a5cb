//! A week, step by step.

use std::collections::BTreeMap;

use detente_chance::HistoryKey;
use detente_model::{ElementId, Every, Expr, Initial, Kind, Model, Range, Target, Week};

use super::chances::{OWN, read, uniform_of};
use super::changes::Changes;
use super::evaluate::{Scene, as_values};
use super::{Act, Assumed, Circumstances, NotANumber, Weighed, World};

/// A history being lived.
pub(crate) struct Story<'a> {
    pub(crate) model: &'a Model,
    pub(crate) circumstances: &'a Circumstances<'a>,
    pub(crate) key: HistoryKey,
    pub(crate) world: World,
    pub(crate) acts: Vec<Act>,
    pub(crate) weighed: Vec<Weighed>,
    pub(crate) bites: usize,
    /// Traits and noises as they were drawn.
    pub(crate) draws: BTreeMap<Target, f64>,
}

impl Story<'_> {
    pub(crate) fn changes(&self) -> Changes<'_> {
        Changes { model: self.model, list: self.circumstances.changes }
    }

    pub(crate) fn address(&self, of: Target) -> &str {
        &self.model.element(of.element).over.instances[of.instance].address
    }

    pub(crate) fn not_a_number(&self, of: Target) -> NotANumber {
        NotANumber { element: of.element, instance: of.instance, week: self.world.week }
    }

    /// Sets all instances of the elements for which `value` gives something.
    fn set_all(&mut self, value: impl Fn(&Self, &Kind, Target, &[f64]) -> Option<f64>) {
        for (number, element) in self.model.elements.iter().enumerate() {
            for (instance, members) in element.over.instances.iter().enumerate() {
                let of = Target { element: ElementId(number), instance };
                let binders = as_values(&members.members);
                if let Some(value) = value(self, &element.kind, of, &binders) {
                    self.world.now[number][instance] = value;
                }
            }
        }
    }

    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene { model: self.model, world: &self.world, draws: &[], weeks: &[] }
    }

    /// One draw a history for each trait, from the parameters as week 0 has them.
    fn draw_traits(&mut self) {
        for (number, element) in self.model.elements.iter().enumerate() {
            let Kind::Trait(hidden) = &element.kind else { continue };
            for (instance, members) in element.over.instances.iter().enumerate() {
                let of = Target { element: ElementId(number), instance };
                let u = uniform_of(self.key, self.address(of), 0, OWN);
                let binders = as_values(&members.members);
                let drawn = read(&hidden.draw, &self.scene(), &binders).quantile(u);
                self.draws.insert(of, drawn);
            }
        }
    }

    /// The world as week 0 begins.
    pub(crate) fn begin(&mut self) -> Result<(), NotANumber> {
        self.given();
        self.draw_traits();
        self.calendar();
        self.set_all(|story, kind, of, binders| {
            let start = match kind {
                Kind::Stock(stock) => match &stock.initial {
                    Initial::Values(values) => values[of.instance],
                    Initial::Formula(formula) => story.scene().value(&formula.expr, binders),
                },
                Kind::State(state) => state.initial[of.instance],
                _ => return None,
            };
            Some(story.changes().initial(of, start))
        });
        self.world.before = self.world.now.clone();
        self.before_settling()?;
        self.variables();
        self.world.before = self.world.now.clone();
        Ok(())
    }

    /// Lives a week, and gives its record.
    pub(crate) fn week(&mut self, week: Week) -> Result<World, NotANumber> {
        self.world.week = week;
        for events in &mut self.world.events {
            for past in events {
                past.hazard = 0.0;
            }
        }
        self.calendar();
        self.set_all(|story, kind, of, _| match kind {
            Kind::Stock(_) | Kind::State(_) => {
                let now = story.world.value(of.element, of.instance);
                let moved = story.changes().as_week_begins(of, week, now);
                Some(match kind {
                    Kind::Stock(stock) if moved != now => held_in(moved, stock.range),
                    _ => moved,
                })
            }
            _ => None,
        });
        self.variables();
        let computed_in_step_2 = self.world.now.clone();
        for round in 1..=5 {
            if round > 1 && self.is_used(round) {
                self.variables();
            }
            self.round(round)?;
        }
        self.settle()?;
        self.variables();
        self.stocks();
        let mut record = self.world.clone();
        for (number, element) in self.model.elements.iter().enumerate() {
            if let Kind::Variable(_) = element.kind {
                record.now[number].clone_from(&computed_in_step_2[number]);
            }
        }
        self.look_for_what_is_no_number(&record)?;
        self.world.before.clone_from(&record.now);
        Ok(record)
    }

    fn is_used(&self, round: u8) -> bool {
        self.model.elements.iter().any(|element| match &element.kind {
            Kind::Event(event) => event.round == round,
            Kind::Decision(decision) => decision.round == round,
            _ => false,
        })
    }

    /// Parameters and series take their values.
    fn given(&mut self) {
        let week = self.world.week;
        self.set_all(|story, kind, of, _| {
            let value = match kind {
                Kind::Parameter(_) => story.parameter(of),
                Kind::Series(series) => series.values[of.instance][week as usize],
                _ => return None,
            };
            Some(story.changes().quantity(of, week, value))
        });
    }

    /// Step 1: what is given, and what chance gives to the week.
    fn calendar(&mut self) {
        let week = self.world.week;
        self.given();
        let year = |week| self.model.calendar.monday(week).year();
        let new_year = week == 0 || year(week) != year(week - 1);
        self.draw_noises(new_year);
        self.set_all(|story, kind, of, _| match kind {
            Kind::Trait(_) | Kind::Noise(_) => {
                Some(story.changes().quantity(of, week, story.draws[&of]))
            }
            _ => None,
        });
    }

    /// The noises of the week, and those of a year that begins with it.
    fn draw_noises(&mut self, new_year: bool) {
        let week = self.world.week;
        for (number, element) in self.model.elements.iter().enumerate() {
            let Kind::Noise(noise) = &element.kind else { continue };
            let time = match noise.every {
                Every::Week => week,
                Every::Year if new_year => self.model.calendar.monday(week).year() as u32,
                Every::Year => continue,
            };
            for (instance, members) in element.over.instances.iter().enumerate() {
                let of = Target { element: ElementId(number), instance };
                let u = uniform_of(self.key, self.address(of), time, OWN);
                let binders = as_values(&members.members);
                let drawn = read(&noise.draw, &self.scene(), &binders).quantile(u);
                self.draws.insert(of, drawn);
            }
        }
    }

    fn parameter(&self, of: Target) -> f64 {
        let Kind::Parameter(parameter) = &self.model.element(of.element).kind else {
            panic!("no parameter");
        };
        let author = parameter.values[of.instance];
        match (self.circumstances.parameters, &parameter.priors[of.instance]) {
            (Assumed::FromPriors, Some(prior)) => {
                let u = uniform_of(self.key, self.address(of), 0, OWN);
                let range = parameter.range;
                read(prior, &self.scene(), &[]).quantile_within(u, range.low, range.high)
            }
            (Assumed::FromRows(posterior), _) => {
                let row = self.circumstances.history % posterior.rows.len() as u64;
                let column = posterior.columns.iter().position(|own| *own == of);
                column.map_or(author, |column| posterior.rows[row as usize][column])
            }
            _ => author,
        }
    }

    /// Step 2, and again wherever something is read: variables agree with the world and with each
    /// other. They are gone through until nothing changes, which without circles comes about.
    pub(crate) fn variables(&mut self) {
        let order = in_order_of_reading(self.model);
        loop {
            let before = self.world.now.clone();
            for &number in &order {
                let element = &self.model.elements[number];
                let Kind::Variable(variable) = &element.kind else { continue };
                for (instance, members) in element.over.instances.iter().enumerate() {
                    let of = Target { element: ElementId(number), instance };
                    let binders = as_values(&members.members);
                    let value = self.scene().value(&variable.equals.expr, &binders);
                    let week = self.world.week;
                    self.world.now[number][instance] = self.changes().quantity(of, week, value);
                }
            }
            if same_bits(&before, &self.world.now) {
                return;
            }
        }
    }

    /// Step 6: stocks move, all together, and are held in their ranges.
    fn stocks(&mut self) {
        let before = self.world.clone();
        let scene = Scene { model: self.model, world: &before, draws: &[], weeks: &[] };
        for (number, element) in self.model.elements.iter().enumerate() {
            let Kind::Stock(stock) = &element.kind else { continue };
            for (instance, members) in element.over.instances.iter().enumerate() {
                let of = Target { element: ElementId(number), instance };
                let binders = as_values(&members.members);
                let mut value = before.now[number][instance];
                if let Some(change) = &stock.change {
                    value += scene.value(&change.expr, &binders);
                }
                if let Some(shock) = &stock.shock {
                    let u = uniform_of(self.key, self.address(of), before.week, OWN);
                    value += read(shock, &scene, &binders).quantile(u);
                }
                let held = held_in(value, stock.range);
                self.bites += usize::from(held != value);
                self.world.now[number][instance] = held;
            }
        }
        self.hold();
    }

    /// What an intervention holds stays where it is held.
    pub(crate) fn hold(&mut self) {
        let week = self.world.week;
        self.set_all(|story, kind, of, _| match kind {
            Kind::Stock(_) | Kind::State(_) => story.changes().held(of, week),
            _ => None,
        });
    }

    fn look_for_what_is_no_number(&self, record: &World) -> Result<(), NotANumber> {
        for (number, values) in record.now.iter().enumerate() {
            let drawn_or_kept = matches!(
                self.model.elements[number].kind,
                Kind::Stock(_) | Kind::State(_) | Kind::Trait(_) | Kind::Noise(_)
            );
            let lost = |value: &f64| value.is_nan() || drawn_or_kept && value.is_infinite();
            if let Some(instance) = values.iter().position(lost) {
                return Err(self.not_a_number(Target { element: ElementId(number), instance }));
            }
        }
        Ok(())
    }
}

fn held_in(value: f64, range: Range) -> f64 {
    let raised = if value < range.low { range.low } else { value };
    if raised > range.high { range.high } else { raised }
}

fn same_bits(one: &[Vec<f64>], other: &[Vec<f64>]) -> bool {
    let bits = |values: &[Vec<f64>]| -> Vec<u64> {
        values.iter().flatten().map(|value| value.to_bits()).collect()
    };
    bits(one) == bits(other)
}

/// Variables with those first that others read, so that one passage is mostly enough.
fn in_order_of_reading(model: &Model) -> Vec<usize> {
    fn visit(model: &Model, number: usize, seen: &mut Vec<bool>, order: &mut Vec<usize>) {
        let Kind::Variable(variable) = &model.elements[number].kind else { return };
        if std::mem::replace(&mut seen[number], true) {
            return;
        }
        let mut read = Vec::new();
        elements_read(&variable.equals.expr, &mut read);
        for other in read {
            visit(model, other, seen, order);
        }
        order.push(number);
    }
    let (mut seen, mut order) = (vec![false; model.elements.len()], Vec::new());
    for number in 0..model.elements.len() {
        visit(model, number, &mut seen, &mut order);
    }
    order
}

/// The elements that an expression reads as they are now.
fn elements_read(expr: &Expr, found: &mut Vec<usize>) {
    if let Expr::Read(cell) = expr {
        found.push(cell.element.0);
    }
    for part in parts(expr) {
        elements_read(part, found);
    }
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Constant(_) | Expr::Binder(_) | Expr::Draw(_) | Expr::Week => vec![],
        Expr::Attribute { of, .. } | Expr::Unary(_, of) => vec![of],
        Expr::Read(cell)
        | Expr::Last(cell)
        | Expr::Happened(cell)
        | Expr::Times(cell)
        | Expr::WeeksSince(cell)
        | Expr::Recency(cell, _)
        | Expr::Hazard(cell) => cell.index.iter().collect(),
        Expr::Chose(cell, alternative) => {
            cell.index.iter().chain(alternative.member.as_deref()).collect()
        }
        Expr::Result(..) | Expr::Measure(_) => vec![],
        Expr::Binary(_, left, right) => vec![left, right],
        Expr::If(condition, first, second) => vec![condition, first, second],
        Expr::Fold(fold) => fold.filter.iter().chain([&fold.body]).collect(),
        Expr::Call(_, arguments) => arguments.iter().collect(),
    }
}
