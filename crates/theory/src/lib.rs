//! Published algorithms as pure functions over plain slices, each beside its paper's numbers.
//!
//! Nothing here knows of scenarios or of the engine. Every function is total: whatever numbers go
//! in, something documented comes out, and never a panic. Every function is deterministic: it uses
//! IEEE `+ − × ÷ √` alone, and where an equation wants an exponential or a normal distribution, the
//! caller hands them in as an [`Arithmetic`], so that one bit-stable version serves the whole
//! program. Nothing allocates, but for a [`coalition::Workspace`], which is made once and used again.
//!
//! | what it answers | module | source |
//! |---|---|---|
//! | where would a weighing of all wishes settle? | [`compromise`] | weighted mean |
//! | which wish beats every other in a vote of two? | [`median`] | Black (1948) |
//! | which wish wins, with what probability? | [`condorcet`] | probabilistic Condorcet election |
//! | who gives way to whom, round by round? | [`challenge`] | Bueno de Mesquita; Scholz et al. (2011) |
//! | what will those with a veto let pass? | [`veto`] | Tsebelis (2002) |
//! | all of these, for a bargain of the language | [`bargain`] | |
//! | who can be purged, and who then rules? | [`coalition`] | Acemoglu, Egorov and Sonin (2008) |
//! | who sides with whom? | [`alignment`] | Axelrod and Bennett (1993) |
//! | how many go out once the first have? | [`cascade`] | Granovetter (1978), Kuran (1991) |
//! | who pays for the common defence? | [`burden`] | Olson and Zeckhauser (1966) |
//! | how costly must a deed be to be believed? | [`reassurance`] | Kydd (2000) |

pub mod alignment;
mod arithmetic;
pub mod bargain;
pub mod burden;
pub mod cascade;
pub mod challenge;
pub mod coalition;
pub mod compromise;
pub mod condorcet;
pub mod median;
pub mod reassurance;
mod table;
pub mod veto;

pub use arithmetic::Arithmetic;
pub use table::{MAX_DIMENSIONS, MAX_PLAYERS, Table, TableFault};
