//! What bargains, coalitions and alignments came to.

use detente_model::{ElementId, Kind, ResultField};

use super::{Lowered, Lowerer, Standing};
use crate::arithmetic::{One, Two};
use crate::error::CompileError;
use crate::graph::NodeId;
use crate::layout::Place;

impl Lowerer<'_> {
    pub(super) fn result(
        &mut self,
        element: ElementId,
        field: &ResultField,
        at: &Standing,
    ) -> Lowered {
        let model = self.model;
        let first = self.layout.results.get(&element).copied();
        match (&model.element(element).kind, field, first) {
            (Kind::Bargain(bargain), field, Some(first)) => {
                let dimensions = bargain.dimensions.len();
                let number = match field {
                    ResultField::Text(dimension) => *dimension,
                    ResultField::CompromiseText(dimension) => dimensions + dimension,
                    ResultField::Support(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(model.set(bargain.set).root).roll.len() {
                            let player = bargain.players.iter().position(|one| one.member == own);
                            table.push(match player {
                                Some(player) => {
                                    let place = first + (2 * dimensions + player) as Place;
                                    self.graph.place(place)
                                }
                                None => self.constant(0.0),
                            });
                        }
                        table.push(self.constant(0.0));
                        return Ok(self.graph.gather(member, table));
                    }
                    ResultField::Spread => 2 * dimensions + bargain.players.len(),
                    _ => return Err(self.fault(at, "a bargain has no such result")),
                };
                Ok(self.graph.place(first + number as Place))
            }
            (Kind::Alignment(alignment), field, Some(first)) => {
                let set = model.set(alignment.set);
                match field {
                    ResultField::Side(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(set.root).roll.len() {
                            table.push(match set.position(own) {
                                Some(place) => self.graph.place(first + place as Place),
                                None => self.constant(-1.0),
                            });
                        }
                        table.push(self.constant(-1.0));
                        Ok(self.graph.gather(member, table))
                    }
                    ResultField::Energy => Ok(self.graph.place(first + set.members.len() as Place)),
                    ResultField::Minima => {
                        Ok(self.graph.place(first + set.members.len() as Place + 1))
                    }
                    _ => Err(self.fault(at, "an alignment has no such result")),
                }
            }
            (Kind::Coalition(coalition), field, _) => {
                let leadership = self.leadership(element)?;
                let set = model.set(coalition.set);
                match field {
                    ResultField::SelfEnforcing => Ok(self.bit(leadership, 0)),
                    ResultField::InRuling(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(set.root).roll.len() {
                            table.push(match set.position(own) {
                                Some(place) => self.bit(leadership, place + 1),
                                None => self.constant(0.0),
                            });
                        }
                        table.push(self.constant(0.0));
                        Ok(self.graph.gather(member, table))
                    }
                    _ => Err(self.fault(at, "a coalition has no such result")),
                }
            }
            _ => Err(self.fault(at, "what settles nothing is asked for its result")),
        }
    }

    /// Who rules in a coalition as the world stands, in bits.
    pub(super) fn leadership(&mut self, element: ElementId) -> Lowered {
        if let Some(known) = self.coalitions.get(&element) {
            return Ok(*known);
        }
        let model = self.model;
        let own = model.element(element);
        let Kind::Coalition(coalition) = &own.kind else {
            return Err(CompileError::Model {
                of: own.name.clone(),
                why: "it is no coalition".to_owned(),
            });
        };
        let mut members = Vec::new();
        if !self.settling.insert(element) {
            return Err(CompileError::Model {
                of: own.name.clone(),
                why: "who rules is computed from who rules".to_owned(),
            });
        }
        for member in &model.set(coalition.set).members {
            let at = Standing::now(&own.name, &[*member]);
            members.push(self.formula(&coalition.power.expr, &at)?);
            members.push(self.formula(&coalition.sits.expr, &at)?);
        }
        let bits = self.graph.coalition(members, coalition.majority);
        let shared = self.shared(bits);
        self.coalitions.insert(element, shared);
        Ok(shared)
    }

    pub(super) fn bit(&mut self, bits: NodeId, number: usize) -> NodeId {
        let scale = self.constant(1.0 / (1u64 << number) as f64);
        let (half, two) = (self.constant(0.5), self.constant(2.0));
        let shifted = self.graph.two(Two::Multiply, bits, scale);
        let whole = self.graph.one(One::Floor, shifted);
        let halved = self.graph.two(Two::Multiply, whole, half);
        let halved = self.graph.one(One::Floor, halved);
        let even = self.graph.two(Two::Multiply, halved, two);
        self.graph.two(Two::Subtract, whole, even)
    }
}
