//! Bargains, coalitions and alignments: published algorithms with their inputs.

use crate::{Formula, MemberIndex, SetId};

/// Several players settle a text on one or more questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Bargain {
    /// The set that the players come from.
    pub set: SetId,
    /// The questions, in order of name.
    pub dimensions: Vec<BargainDimension>,
    /// Who bargains.
    pub players: Vec<Player>,
    /// When a turn is played; it never is, until this holds.
    pub convenes: Formula,
    /// How it is settled.
    pub method: BargainMethod,
}

/// One question of a bargain, on a scale of 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct BargainDimension {
    /// Its name.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// What 0 means.
    pub low: String,
    /// What 100 means.
    pub high: String,
    /// What holds without agreement, 0 to 100.
    pub reversion: Formula,
}

/// One player of a bargain.
#[derive(Debug, Clone, PartialEq)]
pub struct Player {
    /// Which member of the root set of [`Bargain::set`] it is.
    pub member: MemberIndex,
    /// The member's name.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// Its power; not negative.
    pub power: Formula,
    /// Its position on each dimension, 0 to 100.
    pub position: Vec<Formula>,
    /// How much it cares about each dimension, 0 to 100.
    pub salience: Vec<Formula>,
    /// Whether nothing moves without it.
    pub veto: bool,
}

/// How a bargain is settled. The compromise mean is always computed beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BargainMethod {
    /// Mean of positions weighted by power and salience.
    Compromise,
    /// Probabilistic Condorcet election among the positions; the text is drawn.
    Condorcet,
    /// The challenge model, as it was run (Scholz, Calbert and Smith 2011).
    Challenge,
    /// The challenge model, as its paper prints it.
    ChallengeAsPrinted,
}

/// Who can rule together: the predicates of Acemoglu, Egorov and Sonin (2008).
#[derive(Debug, Clone, PartialEq)]
pub struct Coalition {
    /// The set the members come from; at most 10.
    pub set: SetId,
    /// The index variable of `power` and `sits`; its number is 0.
    pub binder: String,
    /// A member's power; not negative.
    pub power: Formula,
    /// Whether a member sits in it now.
    pub sits: Formula,
    /// The share of power that wins, at least ½ and under 1, as a fraction.
    pub majority: (u32, u32),
}

/// Who sides with whom: the landscape theory of Axelrod and Bennett (1993).
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// The set of those who align; at most 32.
    pub set: SetId,
    /// The index variables of `propensity`; the first also of `size` and `start`. Numbers 0 and 1.
    pub binders: (String, String),
    /// A member's size; not negative.
    pub size: Formula,
    /// How well two suit each other; taken as symmetric by averaging both orders.
    pub propensity: Formula,
    /// How many sides, 2 or 3.
    pub sides: u8,
    /// The side a member starts on, from 0.
    pub start: Formula,
    /// When it settles anew.
    pub convenes: Formula,
}
