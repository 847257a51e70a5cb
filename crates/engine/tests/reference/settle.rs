//! Step 5: bargains, coalitions and alignments.

use detente_model::{
    Alignment, Bargain, BargainMethod, Coalition, ElementId, Formula, Kind, NONE, Target,
};
use detente_theory::Table;
use detente_theory::alignment::Landscape;
use detente_theory::bargain::{Method, Terms, settle};
use detente_theory::challenge::Reading;
use detente_theory::coalition::{Share, Workspace, is_in, work_out_sitting};
use detente_theory::condorcet::Attitude;

use super::chances::uniform_of;
use super::evaluate::{ARITHMETIC, Scene, truth};
use super::week::Story;
use super::{NotANumber, Settled};

/// The length of a bargain's scale, and the greatest salience.
const SCALE: f64 = 100.0;

/// What is to be known of a coalition.
pub(crate) struct Rulers {
    /// Whether it is self-enforcing.
    pub(crate) self_enforcing: f64,
    /// For each member of the root set, whether it is in the ruling coalition.
    pub(crate) in_ruling: Vec<f64>,
}

/// Where an alignment is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rests {
    WhereItStarts,
    WhereItSettles,
}

impl Story<'_> {
    /// What holds before anything is settled: texts are what holds without agreement, members are on
    /// the sides they start from.
    pub(crate) fn before_settling(&mut self) -> Result<(), NotANumber> {
        for (number, element) in self.model.elements.iter().enumerate() {
            let settled = &mut self.world.settled[number];
            if let Kind::Bargain(bargain) = &element.kind {
                settled.text = vec![0.0; bargain.dimensions.len()];
                settled.compromise = settled.text.clone();
            }
        }
        for (number, element) in self.model.elements.iter().enumerate() {
            if let Kind::Bargain(bargain) = &element.kind {
                self.variables();
                self.world.settled[number] = before_any_turn(bargain, self.scene());
            }
        }
        for (number, element) in self.model.elements.iter().enumerate() {
            if let Kind::Alignment(alignment) = &element.kind {
                self.variables();
                self.world.settled[number] =
                    self.sides(alignment, self.scene(), Rests::WhereItStarts, number)?;
            }
        }
        Ok(())
    }

    /// Those that convene settle, one after another: bargains, then alignments, in order of name.
    pub(crate) fn settle(&mut self) -> Result<(), NotANumber> {
        for (number, element) in self.model.elements.iter().enumerate() {
            let Kind::Bargain(bargain) = &element.kind else { continue };
            self.variables();
            if self.scene().holds(&bargain.convenes.expr, &[]) {
                self.world.settled[number] = self.turn(bargain, self.scene(), number)?;
            }
        }
        for (number, element) in self.model.elements.iter().enumerate() {
            let Kind::Alignment(alignment) = &element.kind else { continue };
            self.variables();
            if self.scene().holds(&alignment.convenes.expr, &[]) {
                self.world.settled[number] =
                    self.sides(alignment, self.scene(), Rests::WhereItSettles, number)?;
            }
        }
        Ok(())
    }

    fn turn(
        &self,
        bargain: &Bargain,
        scene: Scene<'_>,
        number: usize,
    ) -> Result<Settled, NotANumber> {
        let target = Target { element: ElementId(number), instance: 0 };
        let read = |formula: &Formula| scene.value(&formula.expr, &[]);
        let positions: Vec<f64> =
            bargain.players.iter().flat_map(|p| p.position.iter().map(read)).collect();
        let saliences: Vec<f64> =
            bargain.players.iter().flat_map(|p| p.salience.iter().map(read)).collect();
        let saliences: Vec<f64> = saliences.iter().map(|salience| salience / SCALE).collect();
        let powers: Vec<f64> = bargain.players.iter().map(|p| read(&p.power)).collect();
        let widths = vec![SCALE; bargain.dimensions.len()];
        let reversion: Vec<f64> = bargain.dimensions.iter().map(|d| read(&d.reversion)).collect();
        let veto: Vec<bool> = bargain.players.iter().map(|p| p.veto).collect();
        let gumbels: Vec<f64> = bargain
            .players
            .iter()
            .map(|player| {
                let address = self.address(target);
                let u = uniform_of(self.key, address, self.world.week, &player.name);
                detente_chance::gumbel(u)
            })
            .collect();
        let method = match bargain.method {
            BargainMethod::Compromise => Method::Compromise,
            BargainMethod::Condorcet => Method::Condorcet(Attitude::Inferred),
            BargainMethod::Challenge => Method::Challenge(Reading::AsRun, 1),
            BargainMethod::ChallengeAsPrinted => Method::Challenge(Reading::AsPrinted, 1),
        };
        let table = Table::new(&positions, &saliences, &powers, &widths)
            .map_err(|_| self.not_a_number(target))?;
        let terms = Terms { reversion: &reversion, veto: &veto };
        let settled = settle(&table, method, &terms, &gumbels, &ARITHMETIC);
        let dimensions = bargain.dimensions.len();
        Ok(Settled {
            text: settled.text[..dimensions].to_vec(),
            compromise: settled.compromise[..dimensions].to_vec(),
            support: by_member(bargain, scene, &settled.support),
            spread: settled.spread,
            ..Settled::default()
        })
    }

    fn sides(
        &self,
        alignment: &Alignment,
        scene: Scene<'_>,
        rests: Rests,
        number: usize,
    ) -> Result<Settled, NotANumber> {
        let target = Target { element: ElementId(number), instance: 0 };
        let members = &scene.model.set(alignment.set).members;
        let sizes: Vec<f64> =
            members.iter().map(|m| scene.value(&alignment.size.expr, &[*m as f64])).collect();
        let mut propensities = Vec::new();
        for one in members {
            for other in members {
                let between = [*one as f64, *other as f64];
                let propensity = scene.value(&alignment.propensity.expr, &between);
                propensities.push(if one == other { 0.0 } else { propensity });
            }
        }
        let landscape = Landscape::new(&sizes, &propensities, alignment.sides)
            .map_err(|_| self.not_a_number(target))?;
        let start = |member: &usize| {
            let side = scene.value(&alignment.start.expr, &[*member as f64]).max(0.0) as u8;
            side.min(alignment.sides - 1)
        };
        let mut side: Vec<u8> = members.iter().map(start).collect();
        let minima = landscape.count_minima(&side) as f64;
        if rests == Rests::WhereItSettles {
            landscape.settle(&mut side);
        }
        let energy = landscape.energy(&side);
        let root = scene.model.set(alignment.set).root;
        let mut by_root = vec![NONE; scene.model.set(root).roll.len()];
        for (member, side) in members.iter().zip(&side) {
            by_root[*member] = f64::from(*side);
        }
        Ok(Settled { side: by_root, energy, minima, ..Settled::default() })
    }
}

/// What each player has, by member of the root set.
fn by_member(bargain: &Bargain, scene: Scene<'_>, of_players: &[f64]) -> Vec<f64> {
    let root = scene.model.set(bargain.set).root;
    let mut members = vec![0.0; scene.model.set(root).roll.len()];
    for (player, value) in bargain.players.iter().zip(of_players) {
        members[player.member] = *value;
    }
    members
}

fn before_any_turn(bargain: &Bargain, scene: Scene<'_>) -> Settled {
    let reversion: Vec<f64> =
        bargain.dimensions.iter().map(|d| scene.value(&d.reversion.expr, &[])).collect();
    Settled {
        compromise: reversion.clone(),
        text: reversion,
        support: by_member(bargain, scene, &vec![0.0; bargain.players.len()]),
        ..Settled::default()
    }
}

/// Who rules among those who sit, as the world stands.
pub(crate) fn rulers(coalition: &Coalition, scene: Scene<'_>) -> Rulers {
    let set = scene.model.set(coalition.set);
    let of = |formula: &Formula, member: usize| scene.value(&formula.expr, &[member as f64]);
    let powers: Vec<f64> = set.members.iter().map(|m| of(&coalition.power, *m)).collect();
    let sits: Vec<bool> = set.members.iter().map(|m| of(&coalition.sits, *m) != 0.0).collect();
    let (part, whole) = coalition.majority;
    let share = Share { of: part, out_of: whole };
    let found = work_out_sitting(&powers, &sits, share, &mut Workspace::default());
    let mut in_ruling = vec![0.0; scene.model.set(set.root).roll.len()];
    for (position, member) in set.members.iter().enumerate() {
        in_ruling[*member] = truth(is_in(found.ruling, position));
    }
    Rulers { self_enforcing: truth(found.self_enforcing), in_ruling }
}
