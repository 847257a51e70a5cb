//! Parameters, traits, noises, stocks and states: where they start and what moves them.

use detente_chance::distribution::Distribution as Prior;
use detente_chance::hash_name;
use detente_model::{DistributionFamily, ElementId, Every, Initial, Kind, Range, Stock, Target};

use super::Compiler;
use crate::arithmetic::Two;
use crate::emit::Root;
use crate::error::CompileError;
use crate::layout::Place;
use crate::lower::Standing;
use crate::program::{DrawPlan, MovePlan, ParameterPlan, StartPlan, StillPlan};
use crate::setup::Doubt;

impl Compiler<'_> {
    pub(super) fn quantities(&mut self) -> Result<(), CompileError> {
        let model = self.model;
        self.check_doubt()?;
        for (number, element) in model.elements.iter().enumerate() {
            let id = ElementId(number);
            for instance in 0..element.over.instances.len() {
                let target = Target { element: id, instance };
                match &element.kind {
                    Kind::Parameter(parameter) => {
                        let prior = parameter.priors.get(instance).and_then(Option::as_ref);
                        let own = prior.map(|own| self.prior(own, target)).transpose()?;
                        self.parameter(target, own, parameter.values[instance], parameter.range);
                    }
                    Kind::Trait(own) => self.lasting_draw(target, &own.draw)?,
                    Kind::Noise(noise) if noise.every == Every::Year => {
                        self.lasting_draw(target, &noise.draw)?;
                    }
                    Kind::Stock(stock) => self.stock(target, stock)?,
                    Kind::State(state) => {
                        let own = state.initial.get(instance).copied().unwrap_or(0.0);
                        let value = self.arm.initials.get(&target).copied().unwrap_or(own);
                        let place = self.place_of(target);
                        self.starts.push(StartPlan::Value(place, value));
                    }
                    _ => {}
                }
            }
        }
        for target in &self.setup.record {
            self.record(*target)?;
        }
        Ok(())
    }

    fn place_of(&self, target: Target) -> Place {
        self.lowerer.layout.quantities[&target.element] + target.instance as Place
    }

    fn standing(&self, target: Target) -> Standing {
        let own = &self.model.element(target.element).over.instances[target.instance];
        Standing::now(&own.full_name, &own.members)
    }

    fn check_doubt(&self) -> Result<(), CompileError> {
        let Doubt::Posterior(posterior) = &self.setup.doubt else { return Ok(()) };
        let fault = |why: &str| Err(CompileError::Posterior { why: why.to_owned() });
        if posterior.rows.is_empty() {
            return fault("it has no row");
        }
        if posterior.rows.iter().any(|row| row.len() != posterior.columns.len()) {
            return fault("a row has not one number for each column");
        }
        for column in &posterior.columns {
            if !self.lowerer.layout.parameters.contains_key(column) {
                let element = self.model.elements.get(column.element.0);
                let of = element.map_or_else(String::new, |element| element.name.clone());
                return fault(&format!("{of} is no parameter with a prior"));
            }
        }
        Ok(())
    }

    fn prior(
        &mut self,
        own: &detente_model::Distribution,
        target: Target,
    ) -> Result<Prior, CompileError> {
        let mut numbers = [0.0; 3];
        let at = self.standing(target);
        for (number, argument) in numbers.iter_mut().zip(&own.arguments) {
            // A log-mean in a unit of its own is a sum; folded, it is the number it is elsewhere.
            let node = self.lowerer.formula(&argument.expr, &at)?;
            let Some(x) = self.lowerer.graph.value(node) else {
                return Err(self.lowerer.fault(&at, "an argument of its prior is not a number"));
            };
            *number = x;
        }
        let [a, b, c] = numbers;
        Ok(match own.family {
            DistributionFamily::Normal => Prior::Normal { mean: a, sd: b },
            DistributionFamily::Lognormal => Prior::LogNormal { log_mean: a, log_sd: b },
            DistributionFamily::Uniform => Prior::Uniform { low: a, high: b },
            DistributionFamily::Loguniform => Prior::LogUniform { low: a, high: b },
            DistributionFamily::Exponential => Prior::Exponential { mean: a },
            DistributionFamily::Triangular => Prior::Triangular { low: a, mode: b, high: c },
            DistributionFamily::Bernoulli => Prior::Bernoulli { probability: a },
            DistributionFamily::HalfNormal => Prior::HalfNormal { scale: a },
        })
    }

    fn parameter(&mut self, target: Target, prior: Option<Prior>, value: f64, range: Range) {
        let Some(place) = self.lowerer.layout.parameters.get(&target) else { return };
        let own = &self.model.element(target.element).over.instances[target.instance];
        let address = hash_name(&own.address);
        self.parameters.push(ParameterPlan { place: *place, target, address, prior, value, range });
    }

    /// A draw that is kept: a trait, or a noise for a year.
    fn lasting_draw(
        &mut self,
        target: Target,
        draw: &detente_model::Distribution,
    ) -> Result<(), CompileError> {
        let at = self.standing(target);
        let address = &self.model.element(target.element).over.instances[target.instance].address;
        let node = self.lowerer.drawn(draw, address, "", &at)?;
        let place = self.place_of(target);
        // The draw is put aside first, so that no instruction writes what the next may read.
        let scope = self.draft(vec![Root { node, place }]);
        let plan = DrawPlan { target, place, scope, clobbers: Vec::new() };
        match &self.model.element(target.element).kind {
            Kind::Noise(_) => {
                self.yearly.push(plan);
                self.yearly_writes.push([place].into());
            }
            _ => self.traits.push(plan),
        }
        Ok(())
    }

    fn stock(&mut self, target: Target, stock: &Stock) -> Result<(), CompileError> {
        let place = self.place_of(target);
        let at = self.standing(target);
        let changed = self.arm.initials.get(&target).copied();
        match (changed, &stock.initial) {
            (Some(value), _) => self.starts.push(StartPlan::Value(place, value)),
            (None, Initial::Values(values)) => match values.get(target.instance) {
                Some(value) => self.starts.push(StartPlan::Value(place, *value)),
                None => return Err(self.lowerer.fault(&at, "it has no start")),
            },
            (None, Initial::Formula(formula)) => {
                let node = self.lowerer.formula(&formula.expr, &at)?;
                let scope = self.draft(vec![Root { node, place }]);
                self.starts.push(StartPlan::Computed { target, place, scope });
            }
        }
        self.stock_moves(target, stock, place, &at)
    }

    fn stock_moves(
        &mut self,
        target: Target,
        stock: &Stock,
        place: Place,
        at: &Standing,
    ) -> Result<(), CompileError> {
        let (low, high) = (stock.range.low, stock.range.high);
        if stock.change.is_none() && stock.shock.is_none() {
            self.still.insert(place, StillPlan { target, low, high });
            return Ok(());
        }
        let mut node = self.lowerer.graph.place(place);
        if let Some(change) = &stock.change {
            let change = self.lowerer.formula(&change.expr, at)?;
            node = self.lowerer.graph.two(Two::Add, node, change);
        }
        if let Some(shock) = &stock.shock {
            let address =
                &self.model.element(target.element).over.instances[target.instance].address;
            let shock = self.lowerer.drawn(shock, address, "", at)?;
            node = self.lowerer.graph.two(Two::Add, node, shock);
        }
        let next = self.lowerer.fresh(1);
        self.stock_draft.push(Root { node, place: next });
        self.moves.push(MovePlan { target, place, next, low, high });
        Ok(())
    }

    /// Keeps a quantity's weekly value for the whole run.
    fn record(&mut self, target: Target) -> Result<(), CompileError> {
        let element = self.model.elements.get(target.element.0);
        let found = element.filter(|own| target.instance < own.over.instances.len());
        match found.map(|own| &own.kind) {
            Some(Kind::Stock(_) | Kind::State(_)) => Ok(()),
            Some(
                Kind::Parameter(_)
                | Kind::Series(_)
                | Kind::Trait(_)
                | Kind::Noise(_)
                | Kind::Variable(_),
            ) => {
                self.lowerer.record(target);
                self.windows.insert(target, (0, self.model.calendar.weeks));
                Ok(())
            }
            _ => Err(CompileError::NoQuantity {
                of: element.map_or_else(String::new, |own| own.name.clone()),
            }),
        }
    }
}
