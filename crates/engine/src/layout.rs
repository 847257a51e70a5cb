//! Where a history keeps what it remembers. It follows from the model alone, so that an arm can go on
//! from a block that another arm began.

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{
    Coupling, Distribution, ElementId, Expr, Formula, Kind, Measure, MemberIndex, Model,
    ResultField, Target,
};

/// The number of a place in a history's memory.
pub(crate) type Place = u32;

/// The places of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventPlaces {
    /// How many times it has happened.
    pub(crate) times: Place,
    /// The last week in which it did; −∞ if never.
    pub(crate) last: Place,
    /// The first week in which it did; ∞ if never.
    pub(crate) first: Place,
    /// This week's hazard; 0 when not at risk. Written only where an outcome asks for it.
    pub(crate) hazard: Place,
    /// The hazard spent since the last time, under the threshold coupling.
    pub(crate) spent: Place,
}

/// The places of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecisionPlaces {
    /// The last answer; −1 if none was given.
    pub(crate) answer: Place,
    /// The week it was last asked; −∞ if never.
    pub(crate) asked: Place,
    /// The first week's place within its mood.
    pub(crate) offset: Place,
    /// The epoch whose Gumbels are held; −1 if none.
    pub(crate) epoch: Place,
    /// The first of as many Gumbels as there are alternatives.
    pub(crate) gumbels: Place,
}

/// Where a question's measure adds up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MeasurePlaces {
    /// The question.
    pub(crate) question: usize,
    /// The members that index variables stand for there.
    pub(crate) bound: Vec<MemberIndex>,
    /// The measure.
    pub(crate) measure: Measure,
    /// The first of [`places_of`] places.
    pub(crate) places: Place,
}

/// Something asked of a whole history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// An outcome.
    Outcome(Target),
    /// A level of the record, by its number.
    Level(usize),
    /// What a claim is asked among, by the claim's number: a truth.
    Among(usize),
}

/// Every place of a history's memory that outlasts a week.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Layout {
    /// How many there are.
    pub(crate) size: u32,
    /// The first place of each element's instances: traits, yearly noises, stocks, states.
    pub(crate) quantities: BTreeMap<ElementId, Place>,
    /// Parameters that are doubted.
    pub(crate) parameters: BTreeMap<Target, Place>,
    /// Events.
    pub(crate) events: BTreeMap<Target, EventPlaces>,
    /// Decisions.
    pub(crate) decisions: BTreeMap<Target, DecisionPlaces>,
    /// Values at the end of the week before, by element: the first instance's place.
    pub(crate) lasts: BTreeMap<ElementId, Place>,
    /// What a bargain or an alignment came to: its first place.
    pub(crate) results: BTreeMap<ElementId, Place>,
    /// Measures.
    pub(crate) measures: Vec<MeasurePlaces>,
    /// Events whose hazard an outcome asks for.
    pub(crate) hazards: BTreeSet<ElementId>,
    /// What is asked: outcomes in order of name, then levels, then what claims are asked among.
    pub(crate) questions: Vec<Question>,
}

/// How many places a measure adds up in.
pub(crate) fn places_of(measure: &Measure) -> u32 {
    match measure {
        Measure::DateOf(_) | Measure::By(..) => 0,
        Measure::At(..) | Measure::MeanOver(..) | Measure::SumOver(..) | Measure::MaxOver(..) => 1,
        Measure::DateOfMax(..) => 2,
        Measure::Correlation(..) => CORRELATION_PLACES,
    }
}

/// The month's number, its two sums and its weeks; the first month's two means; months, two sums, two
/// sums of squares and one of products of what lies beyond them; the correlation so far.
pub(crate) const CORRELATION_PLACES: u32 = 13;

impl Layout {
    pub(crate) fn of(model: &Model) -> Self {
        let mut layout = Self::default();
        for (number, element) in model.elements.iter().enumerate() {
            layout.place_element(model, ElementId(number), &element.kind);
        }
        let mut lasts = BTreeSet::new();
        each_expression(model, &mut |expr| {
            each_part(expr, &mut |part| match part {
                Expr::Last(cell) => {
                    lasts.insert(cell.element);
                }
                Expr::Hazard(cell) => {
                    layout.hazards.insert(cell.element);
                }
                _ => {}
            });
        });
        for id in lasts {
            let element = model.element(id);
            if matches!(
                element.kind,
                Kind::Noise(_) | Kind::Stock(_) | Kind::State(_) | Kind::Variable(_)
            ) {
                let place = layout.take(element.over.instances.len());
                layout.lasts.insert(id, place);
            }
        }
        layout.place_questions(model);
        layout
    }

    fn take(&mut self, places: usize) -> Place {
        let first = self.size;
        self.size = self.size.saturating_add(u32::try_from(places).unwrap_or(u32::MAX));
        first
    }

    fn place_element(&mut self, model: &Model, id: ElementId, kind: &Kind) {
        let instances = model.element(id).over.instances.len();
        match kind {
            Kind::Parameter(parameter) => {
                for (instance, prior) in parameter.priors.iter().enumerate() {
                    if prior.is_some() {
                        let place = self.take(1);
                        self.parameters.insert(Target { element: id, instance }, place);
                    }
                }
            }
            Kind::Trait(_) | Kind::Noise(_) | Kind::Stock(_) | Kind::State(_) => {
                let place = self.take(instances);
                self.quantities.insert(id, place);
            }
            Kind::Event(_) => {
                for instance in 0..instances {
                    let first = self.take(4);
                    let spent = match model.coupling {
                        Coupling::Weekly => first,
                        Coupling::Threshold => self.take(1),
                    };
                    let places = EventPlaces {
                        times: first,
                        last: first + 1,
                        first: first + 2,
                        hazard: first + 3,
                        spent,
                    };
                    self.events.insert(Target { element: id, instance }, places);
                }
            }
            Kind::Decision(decision) => {
                for instance in 0..instances {
                    let first = self.take(4 + decision.alternatives.len());
                    let places = DecisionPlaces {
                        answer: first,
                        asked: first + 1,
                        offset: first + 2,
                        epoch: first + 3,
                        gumbels: first + 4,
                    };
                    self.decisions.insert(Target { element: id, instance }, places);
                }
            }
            Kind::Bargain(bargain) => {
                let place = self.take(2 * bargain.dimensions.len() + bargain.players.len() + 1);
                self.results.insert(id, place);
            }
            Kind::Alignment(alignment) => {
                let place = self.take(model.set(alignment.set).members.len() + 2);
                self.results.insert(id, place);
            }
            Kind::Series(_) | Kind::Variable(_) | Kind::Coalition(_) | Kind::Outcome(_) => {}
        }
    }

    fn place_questions(&mut self, model: &Model) {
        for (number, element) in model.elements.iter().enumerate() {
            if let Kind::Outcome(outcome) = &element.kind {
                for (instance, own) in element.over.instances.iter().enumerate() {
                    let target = Target { element: ElementId(number), instance };
                    self.place_question(
                        model,
                        Question::Outcome(target),
                        &outcome.is,
                        &own.members,
                    );
                }
            }
        }
        for (number, level) in model.record.levels.iter().enumerate() {
            self.place_question(model, Question::Level(number), &level.is, &[]);
        }
        for (number, claim) in model.claims.iter().enumerate() {
            if let Some(among) = &claim.among {
                self.place_question(model, Question::Among(number), among, &[]);
            }
        }
    }

    fn place_question(
        &mut self,
        model: &Model,
        question: Question,
        is: &Formula,
        members: &[MemberIndex],
    ) {
        let number = self.questions.len();
        self.questions.push(question);
        self.place_measures(model, number, &is.expr, members);
    }

    /// A measure inside a fold stands once for each member.
    fn place_measures(
        &mut self,
        model: &Model,
        question: usize,
        expr: &Expr,
        bound: &[MemberIndex],
    ) {
        match expr {
            Expr::Measure(measure) => {
                let places = self.take(places_of(measure) as usize);
                let (bound, measure) = (bound.to_vec(), (**measure).clone());
                self.measures.push(MeasurePlaces { question, bound, measure, places });
            }
            Expr::Fold(fold) => {
                for member in &model.set(fold.set).by_name {
                    let mut bound = bound.to_vec();
                    bound.truncate(fold.variable);
                    bound.push(*member);
                    fold.filter
                        .iter()
                        .chain([&fold.body])
                        .for_each(|part| self.place_measures(model, question, part, &bound));
                }
            }
            _ => each_child(expr, &mut |part| self.place_measures(model, question, part, bound)),
        }
    }

    /// The first place of a question's measure that is written so and stands where these are bound.
    pub(crate) fn measure(
        &self,
        question: usize,
        bound: &[MemberIndex],
        measure: &Measure,
    ) -> Option<Place> {
        self.measures
            .iter()
            .find(|own| own.question == question && own.bound == bound && own.measure == *measure)
            .map(|own| own.places)
    }
}

/// Every part of an expression, itself included, parents before their parts.
pub(crate) fn each_part<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    see(expr);
    each_child(expr, &mut |child| each_part(child, see));
}

/// The expressions that an expression is directly made of.
fn each_child<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    match expr {
        Expr::Constant(_) | Expr::Binder(_) | Expr::Draw(_) | Expr::Week => {}
        Expr::Attribute { of, .. } => see(of),
        Expr::Read(cell)
        | Expr::Last(cell)
        | Expr::Happened(cell)
        | Expr::Times(cell)
        | Expr::WeeksSince(cell)
        | Expr::Recency(cell, _)
        | Expr::Hazard(cell) => cell.index.iter().for_each(see),
        Expr::Result(
            _,
            ResultField::InRuling(of) | ResultField::Side(of) | ResultField::Support(of),
        ) => see(of),
        Expr::Result(..) => {}
        Expr::Unary(_, a) => see(a),
        Expr::Binary(_, a, b) => [a, b].into_iter().for_each(|part| see(part)),
        Expr::If(c, a, b) => [c, a, b].into_iter().for_each(|part| see(part)),
        Expr::Fold(fold) => fold.filter.iter().chain([&fold.body]).for_each(see),
        Expr::Call(_, arguments) => arguments.iter().for_each(see),
        Expr::Chose(cell, alternative) => {
            cell.index.iter().for_each(&mut *see);
            alternative.member.iter().for_each(|member| see(member));
        }
        Expr::Measure(measure) => match &**measure {
            Measure::DateOf(cell) | Measure::By(cell, _) => cell.index.iter().for_each(see),
            Measure::At(x, _)
            | Measure::MeanOver(x, ..)
            | Measure::SumOver(x, ..)
            | Measure::MaxOver(x, ..)
            | Measure::DateOfMax(x, ..) => see(x),
            Measure::Correlation(x, y) => [x, y].into_iter().for_each(see),
        },
    }
}

fn each_expression<'a>(model: &'a Model, see: &mut dyn FnMut(&'a Expr)) {
    for element in &model.elements {
        each_expression_of(&element.kind, see);
    }
    for level in &model.record.levels {
        see(&level.is.expr);
    }
    for among in model.claims.iter().filter_map(|claim| claim.among.as_ref()) {
        see(&among.expr);
    }
}

fn each_expression_of<'a>(kind: &'a Kind, see: &mut dyn FnMut(&'a Expr)) {
    let drawn = |draw: &'a Distribution, see: &mut dyn FnMut(&'a Expr)| {
        draw.arguments.iter().for_each(|argument| see(&argument.expr));
    };
    let effects = |does: &'a [detente_model::Effect], see: &mut dyn FnMut(&'a Expr)| {
        for effect in does {
            see(&effect.value);
            effect
                .among
                .iter()
                .chain(&effect.guard)
                .chain(&effect.target.index)
                .for_each(&mut *see);
        }
    };
    match kind {
        Kind::Parameter(_) | Kind::Series(_) | Kind::State(_) => {}
        Kind::Trait(own) => drawn(&own.draw, see),
        Kind::Noise(own) => drawn(&own.draw, see),
        Kind::Stock(stock) => {
            if let detente_model::Initial::Formula(initial) = &stock.initial {
                see(&initial.expr);
            }
            stock.change.iter().for_each(|change| see(&change.expr));
            stock.shock.iter().for_each(|shock| drawn(shock, see));
        }
        Kind::Variable(variable) => see(&variable.equals.expr),
        Kind::Event(event) => {
            event.needs.iter().for_each(|needs| see(&needs.expr));
            match &event.happening {
                detente_model::Happening::Rate(parts) => {
                    parts.iter().for_each(|part| see(&part.weight.expr));
                }
                detente_model::Happening::On(detente_model::On::When(when)) => see(&when.expr),
                detente_model::Happening::On(detente_model::On::Week(..)) => {}
            }
            event.because.iter().for_each(|reason| see(&reason.weight.expr));
            event.draws.iter().for_each(|draw| drawn(&draw.from, see));
            effects(&event.does, see);
        }
        Kind::Decision(decision) => {
            decision.when.iter().for_each(|when| see(&when.expr));
            for alternative in &decision.alternatives {
                alternative.needs.iter().for_each(|needs| see(&needs.expr));
                alternative.because.iter().for_each(|reason| see(&reason.weight.expr));
                effects(&alternative.does, see);
            }
        }
        Kind::Bargain(bargain) => {
            see(&bargain.convenes.expr);
            bargain.dimensions.iter().for_each(|dimension| see(&dimension.reversion.expr));
            for player in &bargain.players {
                see(&player.power.expr);
                player.position.iter().chain(&player.salience).for_each(|own| see(&own.expr));
            }
        }
        Kind::Coalition(coalition) => {
            see(&coalition.power.expr);
            see(&coalition.sits.expr);
        }
        Kind::Alignment(alignment) => {
            for own in
                [&alignment.size, &alignment.propensity, &alignment.start, &alignment.convenes]
            {
                see(&own.expr);
            }
        }
        Kind::Outcome(outcome) => see(&outcome.is.expr),
    }
}
