//! What has been: happenings, answers, measures over a history; and what members are.

use detente_model::{
    AlternativeRef, AttributeValue, Cell, Kind, Measure, MemberIndex, NONE, SetId,
};

use super::{Lowered, Lowerer, Standing};
use crate::arithmetic::{Two, truth};
use crate::graph::NodeId;
use crate::layout::{CORRELATION_PLACES, EventPlaces, Place};

impl Lowerer<'_> {
    pub(super) fn attribute(&mut self, set: SetId, attribute: usize, of: NodeId) -> Lowered {
        let set = self.model.set(set);
        let default = match set.attributes.get(attribute) {
            Some(own) if own.of.is_some() => NONE,
            _ => 0.0,
        };
        let mut table: Vec<NodeId> = Vec::with_capacity(set.roll.len() + 1);
        for member in &set.roll {
            let value = match member.attributes.get(attribute) {
                Some(Some(AttributeValue::Number(x))) => *x,
                Some(Some(AttributeValue::Truth(holds))) => truth(*holds),
                Some(Some(AttributeValue::Member(member))) => *member as f64,
                Some(Some(AttributeValue::Text(_)) | None) | None => default,
            };
            table.push(self.constant(value));
        }
        table.push(self.constant(default));
        Ok(self.graph.gather(of, table))
    }

    pub(super) fn event_place(
        &mut self,
        cell: &Cell,
        at: &Standing,
        default: f64,
        which: fn(&EventPlaces) -> Place,
    ) -> Lowered {
        self.through(cell, at, default, &mut |own, target| match own.layout.events.get(&target) {
            Some(places) => Ok(own.graph.place(which(places))),
            None => Err(own.fault(at, "what is no event is asked whether it happened")),
        })
    }

    pub(super) fn weeks_since(&mut self, cell: &Cell, at: &Standing) -> Lowered {
        let last = self.event_place(cell, at, f64::NEG_INFINITY, |places| places.last)?;
        let week = self.by_week(f64::from);
        Ok(self.graph.two(Two::Subtract, week, last))
    }

    pub(super) fn chose(
        &mut self,
        cell: &Cell,
        alternative: &AlternativeRef,
        at: &Standing,
    ) -> Lowered {
        let model = self.model;
        let Kind::Decision(decision) = &model.element(cell.element).kind else {
            return Err(self.fault(at, "what is no decision is asked what it chose"));
        };
        let layout = self.layout;
        let answer = self.through(cell, at, -1.0, &mut |own, target| {
            Ok(own.graph.place(layout.decisions[&target].answer))
        })?;
        let named = |member: Option<MemberIndex>| {
            decision.alternatives.iter().position(|own| {
                own.name.option == alternative.option
                    && own.name.member.as_ref().map(|(number, _)| *number) == member
            })
        };
        // No answer is ever −2.
        let number = |found: Option<usize>| found.map_or(-2.0, |number| number as f64);
        let wanted = match &alternative.member {
            None => self.constant(number(named(None))),
            Some(member) => {
                let member = self.formula(member, at)?;
                let most = decision
                    .alternatives
                    .iter()
                    .filter_map(|own| own.name.member.as_ref().map(|(number, _)| number + 1))
                    .max()
                    .unwrap_or(0);
                let mut table = Vec::with_capacity(most + 1);
                for member in 0..most {
                    table.push(self.constant(number(named(Some(member)))));
                }
                table.push(self.constant(-2.0));
                self.graph.gather(member, table)
            }
        };
        Ok(self.graph.two(Two::Equal, answer, wanted))
    }

    pub(super) fn measure(&mut self, measure: &Measure, at: &Standing) -> Lowered {
        match measure {
            Measure::DateOf(cell) => {
                return self.event_place(cell, at, f64::INFINITY, |places| places.first);
            }
            Measure::By(cell, week) => {
                let first = self.event_place(cell, at, f64::INFINITY, |places| places.first)?;
                let week = self.constant(f64::from(*week));
                return Ok(self.graph.two(Two::LessOrEqual, first, week));
            }
            _ => {}
        }
        let place = at.question.and_then(|number| self.layout.measure(number, &at.bound, measure));
        let Some(place) = place else {
            return Err(self.fault(at, "a measure of a whole history stands in a weekly formula"));
        };
        let held = self.graph.place(place);
        Ok(match measure {
            Measure::MeanOver(_, from, until) => {
                let weeks = self.constant(f64::from(until.saturating_sub(*from).max(1)));
                self.graph.two(Two::Divide, held, weeks)
            }
            Measure::DateOfMax(..) => self.graph.place(place + 1),
            // The last place holds what the months so far come to.
            Measure::Correlation(..) => self.graph.place(place + CORRELATION_PLACES - 1),
            _ => held,
        })
    }
}
