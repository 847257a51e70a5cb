//! Where the result of a bargain, a coalition or an alignment came from: back to what each member
//! wanted, how much each cared, and what each had to throw in, as they stood when it was settled.

use std::collections::BTreeMap;

use detente_model::{
    Bargain, BargainMethod, Coalition, ElementId, Expr, Kind, MemberIndex, Player, Target,
};

use super::answer::{Assumption, Origin};
use super::formula::Reading;
use super::origins::Tracing;
use super::world::Moment;
use crate::describe::words::grounds;
use crate::report::words::number;

/// What of a settlement was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Part {
    /// The question of a bargain, by its number.
    pub(super) dimension: Option<usize>,
    /// The member asked about.
    pub(super) member: Option<MemberIndex>,
}

/// What one who bargains threw in on one question.
struct Stake<'m> {
    player: &'m Player,
    position: f64,
    salience: f64,
    power: f64,
}

type Assumptions = BTreeMap<Target, Assumption>;

impl Tracing<'_> {
    /// The origin of a result.
    pub(super) fn settlement(
        &self,
        element: ElementId,
        part: Part,
        depth: usize,
        assumptions: &mut Assumptions,
    ) -> Origin {
        let target = Target { element, instance: 0 };
        let own = self.model.element(element);
        let mut origin = self.blank(target, "settlement", "as it was settled".to_owned());
        origin.grounds = Some(grounds(self.model, &own.provenance)).filter(|own| !own.is_empty());
        match &own.kind {
            Kind::Bargain(bargain) => {
                let dimension = part.dimension.unwrap_or(0);
                self.bargain((target, bargain), dimension, depth, &mut origin, assumptions);
            }
            Kind::Coalition(coalition) => {
                self.coalition((target, coalition), depth, &mut origin, assumptions);
            }
            Kind::Alignment(alignment) => {
                let then = self.then(self.settled(&alignment.convenes.expr));
                let asked = |own: &&MemberIndex| part.member.is_none_or(|one| one == **own);
                for member in self.model.set(alignment.set).by_name.iter().filter(asked) {
                    let of = [&alignment.size.expr, &alignment.start.expr]
                        .map(|own| (own, vec![*member]));
                    let size = then.read(of[0].0, &of[0].1).unwrap_or(0.0);
                    let root = self.model.set(alignment.set).root;
                    let whose = (target, self.model.member_title(root, *member));
                    let was = format!("of size {}", number(size));
                    origin.made_of.push(then.member(whose, was, &of, depth, assumptions));
                }
                then.strip(self.at, &mut origin);
            }
            _ => {}
        }
        origin
    }

    fn bargain(
        &self,
        (target, bargain): (Target, &Bargain),
        dimension: usize,
        depth: usize,
        origin: &mut Origin,
        assumptions: &mut Assumptions,
    ) {
        let Some(question) = bargain.dimensions.get(dimension) else { return };
        origin.title = format!("{}: {}", origin.title, question.title);
        let Some(settled) = self.settled(&bargain.convenes.expr) else {
            origin.was = "what holds without agreement, since none was sought".to_owned();
            let reversion = &bargain.dimensions[dimension].reversion.expr;
            origin.made_of = self.origins(reversion, &[], depth + 1, assumptions);
            return;
        };
        let then = self.then(Some(settled));
        let stake = |player| then.stake(player, dimension);
        let stakes: Vec<Stake<'_>> = bargain.players.iter().filter_map(stake).collect();
        let all: f64 = stakes.iter().map(Stake::weight).sum();
        let mean = stakes.iter().map(|own| own.weight() * own.position).sum::<f64>() / all;
        let monday = self.model.calendar.monday(settled.week);
        origin.was = match bargain.method {
            BargainMethod::Compromise if all > 0.0 => number(mean),
            _ => origin.was.clone(),
        };
        origin.was += &format!(", settled last in the week of {}", crate::words::date(monday));
        let mut heavy: Vec<&Stake<'_>> =
            stakes.iter().filter(|own| own.weight() > 0.0 || all == 0.0).collect();
        heavy.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
        for own in heavy {
            let was = format!(
                "wants {}, with {} of 100 of the weight (power {}, care {})",
                number(own.position),
                crate::report::words::of_100(own.weight() / all),
                number(own.power),
                number(own.salience)
            );
            let of = [
                &own.player.position[dimension].expr,
                &own.player.power.expr,
                &own.player.salience[dimension].expr,
            ];
            let title = own.player.title.as_str();
            let of = of.map(|own| (own, Vec::new()));
            origin.made_of.push(then.member((target, title), was, &of, depth, assumptions));
        }
        then.strip(self.at, origin);
    }

    /// Who sits in it now, with what power: it is worked out anew whenever it is read.
    fn coalition(
        &self,
        (target, coalition): (Target, &Coalition),
        depth: usize,
        origin: &mut Origin,
        assumptions: &mut Assumptions,
    ) {
        let root = self.model.set(coalition.set).root;
        let mut sitting: Vec<(MemberIndex, f64)> = Vec::new();
        for member in &self.model.set(coalition.set).by_name {
            if self.read(&coalition.sits.expr, &[*member]).is_some_and(|sits| sits != 0.0) {
                let power = self.read(&coalition.power.expr, &[*member]);
                sitting.push((*member, power.unwrap_or(0.0)));
            }
        }
        sitting.sort_by(|a, b| b.1.total_cmp(&a.1));
        let all: f64 = sitting.iter().map(|(_, power)| power).sum();
        origin.was = format!("{} sit in it", sitting.len());
        for (member, power) in sitting {
            let share = if all > 0.0 { power / all } else { 0.0 };
            let was =
                format!("sits, with {} of 100 of the power", crate::report::words::of_100(share));
            let of = [&coalition.power.expr, &coalition.sits.expr].map(|own| (own, vec![member]));
            let whose = (target, self.model.member_title(root, member));
            origin.made_of.push(self.member(whose, was, &of, depth, assumptions));
        }
    }

    /// The last week up to this one in which a turn was played.
    fn settled(&self, convenes: &Expr) -> Option<Moment> {
        let moment = |week| Moment { week, round: 1 };
        let weeks = (0..=self.at.week).rev().map(moment);
        let nothing = BTreeMap::new();
        weeks.into_iter().find(|at| {
            let mut reading = Reading::new(self.model, self.past, *at, &nothing);
            reading.value(convenes, &[]).is_some_and(|holds| holds != 0.0)
        })
    }

    /// The same history at the moment of a settlement.
    fn then(&self, at: Option<Moment>) -> Self {
        Self { at: at.unwrap_or(self.at), ..*self }
    }

    fn read(&self, expr: &Expr, bound: &[MemberIndex]) -> Option<f64> {
        let nothing = BTreeMap::new();
        Reading::new(self.model, self.past, self.at, &nothing).value(expr, bound)
    }

    fn stake<'m>(&self, player: &'m Player, dimension: usize) -> Option<Stake<'m>> {
        Some(Stake {
            player,
            position: self.read(&player.position.get(dimension)?.expr, &[])?,
            salience: self.read(&player.salience.get(dimension)?.expr, &[])?,
            power: self.read(&player.power.expr, &[])?,
        })
    }

    /// One who takes part, with what his part was made of.
    fn member(
        &self,
        (target, title): (Target, &str),
        was: String,
        of: &[(&Expr, Vec<MemberIndex>)],
        depth: usize,
        assumptions: &mut Assumptions,
    ) -> Origin {
        let mut origin = self.blank(target, "member", was);
        origin.title = title.to_owned();
        for (expr, bound) in of {
            origin.made_of.extend(self.origins(expr, bound, depth + 1, assumptions));
        }
        origin
    }

    /// What is usual is known of the week asked about alone.
    fn strip(&self, asked: Moment, origin: &mut Origin) {
        if self.at.week == asked.week {
            return;
        }
        for inner in &mut origin.made_of {
            (inner.usual, inner.carries) = (None, None);
            self.strip(asked, inner);
        }
    }
}

impl Stake<'_> {
    fn weight(&self) -> f64 {
        self.power * self.salience
    }
}
