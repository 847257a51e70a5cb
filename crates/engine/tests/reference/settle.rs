//! Step 5: bargains, coalitions and alignments.

use detente_model::{
    Alignment, Bargain, BargainMethod, Coalition, ElementId, Formula, Kind, Target,
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

/// The length of a bargain's scale.
const SCALE: f64 = 100.0;

/// What is to be known of a coalition.
pub(crate) struct Rulers {
    /// Whether it is self-enforcing.
    pub(crate) self_enforcing: f64,
    /// For each member of the root set, whether it is in the ruling coalition.
    pub(crate) in_ruling: Vec<f64>,
}

impl Story<'_> {
    /// What holds before anything is settled.
    pub(crate) fn before_settling(&mut self) -> Result<(), NotANumber> {
        let world = self.world.clone();
        for (number, element) in self.model.elements.iter().enumerate() {
            let scene = Scene { model: self.model, world: &world, draws: &[], weeks: &[] };
            let settled = match &element.kind {
                Kind::Bargain(bargain) => before_any_turn(bargain, scene),
                Kind::Alignment(alignment) => {
                    let start = starting_sides(alignment, scene);
                    self.sides(alignment, scene, &start, false, number)?
                }
                _ => continue,
            };
            self.world.settled[number] = settled;
        }
        Ok(())
    }

    /// Those that convene settle, all from the world as it stands.
    pub(crate) fn settle(&mut self) -> Result<(), NotANumber> {
        let world = self.world.clone();
        let scene = Scene { model: self.model, world: &world, draws: &[], weeks: &[] };
        for (number, element) in self.model.elements.iter().enumerate() {
            let settled = match &element.kind {
                Kind::Bargain(bargain) if scene.holds(&bargain.convenes.expr, &[]) => {
                    self.turn(bargain, scene, number)?
                }
                Kind::Alignment(alignment) if scene.holds(&alignment.convenes.expr, &[]) => {
                    let sides = world.settled[number].side.clone();
                    self.sides(alignment, scene, &sides, true, number)?
                }
                _ => continue,
            };
            self.world.settled[number] = settled;
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
        sides: &[f64],
        moves: bool,
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
        let mut side: Vec<u8> = members.iter().map(|member| sides[*member] as u8).collect();
        let minima = landscape.count_minima(&side) as f64;
        if moves {
            landscape.settle(&mut side);
        }
        let energy = landscape.energy(&side);
        let mut by_root = sides.to_vec();
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

fn starting_sides(alignment: &Alignment, scene: Scene<'_>) -> Vec<f64> {
    let set = scene.model.set(alignment.set);
    let mut sides = vec![0.0; scene.model.set(set.root).roll.len()];
    for member in &set.members {
        sides[*member] = scene.value(&alignment.start.expr, &[*member as f64]);
    }
    sides
}
