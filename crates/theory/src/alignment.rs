//! Alignment: who sides with whom, as each drifts to the side where its frustration is least.
//!
//! Axelrod and Bennett, "A Landscape Theory of Aggregation", *British Journal of Political Science* 23
//! (1993) 211–233. Members have sizes s and a propensity p to be with each other (above 0 draws
//! together). The frustration of i is Fᵢ = Σⱼ sⱼ pᵢⱼ dᵢⱼ, where d is 1 across sides and 0 within, and
//! the energy of a configuration is E = Σᵢ sᵢ Fᵢ, over ordered pairs. Members switch one at a time and
//! each switch lowers the energy, so that they come to rest at a local minimum, of which there may be
//! several. With three sides or more (a Potts model, as Galam 1996) one can be that of the neutrals.

/// The most members a landscape has.
pub const MAX_MEMBERS: usize = 32;

/// The most sides there are.
pub const MAX_SIDES: u8 = 8;

/// Members, how much they weigh, and how they are drawn to each other.
#[derive(Clone, Copy, Debug)]
pub struct Landscape<'a> {
    sizes: &'a [f64],
    propensities: &'a [f64],
    sides: u8,
    /// Changes of energy smaller than this are rounding.
    grain: f64,
}

/// Why numbers are not a landscape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandscapeFault {
    /// More than [`MAX_MEMBERS`] members, or not 1 to [`MAX_SIDES`] sides.
    Size,
    /// Propensities are not one for each ordered pair of members.
    Shape,
    /// The size of this member is below 0 or not a finite number.
    MemberSize(usize),
    /// The propensity at this place is not a finite number.
    Propensity(usize),
}

/// How a descent ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// How many switches it took.
    pub switches: usize,
    /// The energy at rest.
    pub energy: f64,
}

impl<'a> Landscape<'a> {
    /// A landscape; the propensity of i to j is at `i * members + j`, those on the diagonal are not
    /// read. Where those of i to j and j to i differ, their mean counts: E is a sum over both.
    ///
    /// # Errors
    /// The first thing found wrong with the numbers.
    pub fn new(
        sizes: &'a [f64],
        propensities: &'a [f64],
        sides: u8,
    ) -> Result<Self, LandscapeFault> {
        let members = sizes.len();
        if members > MAX_MEMBERS || !(1..=MAX_SIDES).contains(&sides) {
            return Err(LandscapeFault::Size);
        }
        if propensities.len() != members * members {
            return Err(LandscapeFault::Shape);
        }
        if let Some(at) = sizes.iter().position(|s| !(s.is_finite() && *s >= 0.0)) {
            return Err(LandscapeFault::MemberSize(at));
        }
        if let Some(at) = propensities.iter().position(|p| !p.is_finite()) {
            return Err(LandscapeFault::Propensity(at));
        }
        let mut landscape = Self { sizes, propensities, sides, grain: 0.0 };
        let mut scale = 0.0;
        for i in 0..members {
            for j in 0..i {
                scale += landscape.pull(i, j).abs();
            }
        }
        landscape.grain = 1e-12 * scale;
        Ok(landscape)
    }

    /// How many members it has.
    #[must_use]
    pub fn members(&self) -> usize {
        self.sizes.len()
    }

    /// What it adds to the energy if i and j are on different sides.
    fn pull(&self, i: usize, j: usize) -> f64 {
        let members = self.sizes.len();
        let mutual = self.propensities[i * members + j] + self.propensities[j * members + i];
        self.sizes[i] * self.sizes[j] * mutual
    }

    /// The frustration of a member: Fᵢ, to be multiplied by its size for its part of the energy.
    /// 0 of a member there is not.
    #[must_use]
    pub fn frustration(&self, side: &[u8], member: usize) -> f64 {
        let members = self.sizes.len().min(side.len());
        if member >= members {
            return 0.0;
        }
        let row = &self.propensities[member * self.sizes.len()..][..members];
        (0..members)
            .filter(|j| *j != member && side[*j] != side[member])
            .map(|j| self.sizes[j] * row[j])
            .sum()
    }

    /// The energy of a configuration: `side` has a side for each member, counted from 0.
    #[must_use]
    pub fn energy(&self, side: &[u8]) -> f64 {
        let members = self.sizes.len().min(side.len());
        let mut energy = 0.0;
        for i in 0..members {
            for j in (0..i).filter(|j| side[*j] != side[i]) {
                energy += self.pull(i, j);
            }
        }
        energy
    }

    /// Let members switch from where they start until nobody wants to: of all switches the one that
    /// lowers the energy most comes first, ties going to the first member and the lowest side.
    ///
    /// A side beyond the last is read as the last. Sizes 0 never move.
    pub fn settle(&self, side: &mut [u8]) -> Descent {
        let members = self.sizes.len().min(side.len());
        let side = &mut side[..members];
        for place in side.iter_mut() {
            *place = (*place).min(self.sides - 1);
        }
        let mut switches = 0;
        while let Some((member, to)) = self.steepest(side) {
            side[member] = to;
            switches += 1;
        }
        Descent { switches, energy: self.energy(side) }
    }

    /// Whether no single switch lowers the energy.
    #[must_use]
    pub fn is_minimum(&self, side: &[u8]) -> bool {
        self.steepest(&side[..self.sizes.len().min(side.len())]).is_none()
    }

    /// The switch that lowers the energy most, if any does.
    fn steepest(&self, side: &[u8]) -> Option<(usize, u8)> {
        let (mut best, mut lowest) = (None, -self.grain);
        for member in 0..side.len() {
            // Ties to each side; what a switch saves is the difference of two.
            let mut ties = [0.0; MAX_SIDES as usize];
            for other in (0..side.len()).filter(|other| *other != member) {
                ties[usize::from(side[other].min(MAX_SIDES - 1))] += self.pull(member, other);
            }
            let here = ties[usize::from(side[member].min(MAX_SIDES - 1))];
            for to in (0..self.sides).filter(|to| *to != side[member]) {
                let change = here - ties[usize::from(to)];
                if change < lowest {
                    (best, lowest) = (Some((member, to)), change);
                }
            }
        }
        best
    }

    /// Visit every configuration, or as many as `most`, with its energy. Sides have no names, so that
    /// each division of the members is seen once: a member is on a side already taken or on the next.
    /// With two sides of n members there are 2ⁿ⁻¹, with three (3ⁿ⁻¹ + 1) / 2.
    pub fn visit(&self, most: u64, mut see: impl FnMut(&[u8], f64)) {
        let members = self.sizes.len();
        let mut side = [0u8; MAX_MEMBERS];
        for _ in 0..most {
            see(&side[..members], self.energy(&side[..members]));
            let Some(next) = (1..members).rev().find(|m| self.has_next(&side[..=*m])) else {
                return;
            };
            side[next] += 1;
            side[next + 1..members].fill(0);
        }
    }

    /// Whether the last of these members can go one side up, those before it staying.
    fn has_next(&self, side: &[u8]) -> bool {
        let Some((last, before)) = side.split_last() else { return false };
        let taken = before.iter().copied().max().unwrap_or(0);
        *last <= taken && last + 1 < self.sides
    }

    /// How many divisions of the members are local minima.
    ///
    /// All divisions are looked at if there are at most 2,048 (twelve members on two sides). Of more,
    /// only those are counted that members come to rest in from `start` and from what differs from it
    /// in the side of one member.
    #[must_use]
    pub fn count_minima(&self, start: &[u8]) -> usize {
        const MOST: u64 = 2_048;
        let (mut seen, mut count) = (0, 0);
        self.visit(MOST + 1, |side, _| {
            seen += 1;
            count += usize::from(self.is_minimum(side));
        });
        if seen <= MOST { count } else { self.minima_around(start) }
    }

    fn minima_around(&self, start: &[u8]) -> usize {
        let members = self.sizes.len().min(start.len());
        let mut first = [0u8; MAX_MEMBERS];
        first[..members].copy_from_slice(&start[..members]);
        self.settle(&mut first[..members]);
        let mut found = [[0u8; MAX_MEMBERS]; MAX_MEMBERS + 1];
        found[0] = self.renamed(&first[..members]);
        let mut count = 1;
        for member in 0..members {
            let mut side = [0u8; MAX_MEMBERS];
            side[..members].copy_from_slice(&start[..members]);
            side[member] = side[member].wrapping_add(1) % self.sides;
            self.settle(&mut side[..members]);
            let resting = self.renamed(&side[..members]);
            if !found[..count].contains(&resting) {
                found[count] = resting;
                count += 1;
            }
        }
        count
    }

    /// The same division with sides numbered in the order in which they are met.
    fn renamed(&self, side: &[u8]) -> [u8; MAX_MEMBERS] {
        let (mut names, mut next) = ([u8::MAX; MAX_SIDES as usize], 0);
        let mut renamed = [0u8; MAX_MEMBERS];
        for (new, old) in renamed.iter_mut().zip(side) {
            let name = &mut names[usize::from((*old).min(MAX_SIDES - 1))];
            if *name == u8::MAX {
                *name = next;
                next += 1;
            }
            *new = *name;
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friends_gather_and_foes_part() {
        // Two pairs of friends who dislike each other.
        #[rustfmt::skip]
        let p = [
            0.0, 1.0, -1.0, -1.0,
            1.0, 0.0, -1.0, -1.0,
            -1.0, -1.0, 0.0, 1.0,
            -1.0, -1.0, 1.0, 0.0,
        ];
        let landscape = Landscape::new(&[1.0; 4], &p, 2).unwrap();
        let mut side = [0, 0, 0, 1];
        let descent = landscape.settle(&mut side);
        assert_eq!((side, descent.switches, descent.energy), ([0, 0, 1, 1], 1, -8.0));
        assert!(landscape.is_minimum(&side));
        assert_eq!(landscape.frustration(&side, 0), -2.0);
        let by_members: f64 = (0..4).map(|i| landscape.frustration(&side, i)).sum();
        assert_eq!(by_members, landscape.energy(&side));
    }

    #[test]
    fn a_third_side_is_where_a_foe_of_both_goes() {
        let p = [0.0, -1.0, -1.0, -1.0, 0.0, -1.0, -1.0, -1.0, 0.0];
        let mut side = [0, 1, 1];
        let two = Landscape::new(&[1.0; 3], &p, 2).unwrap();
        assert_eq!(two.settle(&mut side).switches, 0);
        let three = Landscape::new(&[1.0; 3], &p, 3).unwrap();
        assert_eq!(three.settle(&mut side).energy, -6.0);
        assert_eq!(side, [0, 2, 1]);
    }

    #[test]
    fn every_configuration_is_visited_once() {
        let landscape = Landscape::new(&[1.0; 4], &[1.0; 16], 2).unwrap();
        let mut seen = Vec::new();
        landscape.visit(1_000, |side, _| seen.push(side.to_vec()));
        assert_eq!(seen.len(), 8);
        seen.dedup();
        assert_eq!(seen.len(), 8);
        let mut of_three = 0;
        Landscape::new(&[1.0; 4], &[1.0; 16], 3).unwrap().visit(1_000, |_, _| of_three += 1);
        assert_eq!(of_three, 14);
    }

    #[test]
    fn minima_are_counted_however_the_sides_are_called() {
        // Two pairs of friends, indifferent to each other: together or apart is all the same, but no
        // pair is ever split.
        let mut p = [0.0; 16];
        for (i, j) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
            p[i * 4 + j] = 1.0;
        }
        assert_eq!(Landscape::new(&[1.0; 4], &p, 2).unwrap().count_minima(&[0; 4]), 2);
        // Sixteen such pairs are too many to look at. From all together, the first of a pair who
        // leaves comes back, the second draws the first after it: sixteen other resting places.
        let mut p = [0.0; 32 * 32];
        for i in 0..32 {
            p[i * 32 + (i ^ 1)] = 1.0;
        }
        let many = Landscape::new(&[1.0; 32], &p, 2).unwrap();
        assert_eq!(many.count_minima(&[0; 32]), 17);
        assert_eq!(Landscape::new(&[], &[], 2).unwrap().count_minima(&[]), 1);
    }

    #[test]
    fn nobody_and_the_weightless_are_at_rest() {
        let none = Landscape::new(&[], &[], 2).unwrap();
        assert_eq!(none.settle(&mut []), Descent { switches: 0, energy: 0.0 });
        let weightless = Landscape::new(&[0.0; 2], &[1.0; 4], 2).unwrap();
        let mut side = [0, 9];
        assert_eq!(weightless.settle(&mut side).switches, 0);
        assert_eq!(side, [0, 1]);
        assert_eq!(Landscape::new(&[1.0], &[1.0; 2], 2).unwrap_err(), LandscapeFault::Shape);
        assert_eq!(Landscape::new(&[1.0], &[1.0], 0).unwrap_err(), LandscapeFault::Size);
    }
}
