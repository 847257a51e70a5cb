//! The ruling coalition: which part of a leadership could purge the rest and not be purged in turn.
//!
//! Acemoglu, Egorov and Sonin, "Coalition Formation in Non-Democracies", *Review of Economic Studies*
//! 75 (2008) 987–1009. Members have powers γ; Y within X is *winning in X* if γ(Y) > α γ(X). X is
//! *self-enforcing* if no proper part of it is both winning in it and self-enforcing (one member alone
//! is). From N the *ruling coalition* is the least powerful self-enforcing A that is N itself or
//! winning in it: no larger one would be as cheap, no cheaper one would hold.
//!
//! Comparisons are exact, since ties decide: powers are counted in whole numbers and α is a ratio.
//! The answer is brittle (raising one power from 2 to 5 of 10 can save the strongest or doom him), so
//! use the predicates as reasons, not the answer as a forecast.

/// The most members a leadership has. The work grows as three to the number of members at worst.
pub const MAX_MEMBERS: usize = 16;

/// Some of the members, one bit for each: bit 0 is the first.
pub type Members = u32;

/// A share needed to win, as a ratio of whole numbers: ½ is a simple majority, ⅔ a qualified one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub of: u32,
    /// The whole; 0 is read as 1.
    pub out_of: u32,
}

/// More than half.
pub const MAJORITY: Share = Share { of: 1, out_of: 2 };

impl Share {
    /// Whether this much power is more than the share of the whole.
    #[must_use]
    pub fn is_passed(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.out_of.max(1)) > u128::from(whole) * u128::from(self.of)
    }
}

/// Powers are counted in millionths up to this many units, which keeps every sum exact.
const MOST_COUNTED: f64 = 1e12;

/// A power as a whole number of millionths, so that what is written as 0.1 + 0.2 ties with 0.3.
///
/// Below 0 and not a number are 0; above 10¹² is held there.
#[must_use]
pub fn counted(power: f64) -> u64 {
    (power.clamp(0.0, MOST_COUNTED) * 1e6).round() as u64
}

/// Room for the working, made once and used for any number of leaderships.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The power of every set of members.
    strength: Vec<u64>,
    /// The self-enforcing sets, smaller numbers first.
    enforcing: Vec<Members>,
}

/// What is to be known of a leadership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leadership {
    /// Whether all of them together are self-enforcing: nobody among them can be purged for good.
    pub self_enforcing: bool,
    /// The ruling coalition; of several equally cheap ones, that with the earliest members.
    pub ruling: Members,
    /// How many coalitions are equally cheap: 1, but for ties.
    pub tied: usize,
}

/// Work out a leadership. Of more than [`MAX_MEMBERS`] powers the first are taken.
///
/// Nobody at all is self-enforcing and rules. Where all powers are 0 nobody wins anything, so that
/// all stay.
pub fn work_out(powers: &[u64], share: Share, workspace: &mut Workspace) -> Leadership {
    let members = powers.len().min(MAX_MEMBERS);
    let all: Members = (1 << members) - 1;
    add_up(&powers[..members], &mut workspace.strength);
    find_enforcing(all, share, workspace);
    let mut answer = Leadership { self_enforcing: members == 0, ruling: all, tied: 0 };
    if members == 0 {
        answer.tied = 1;
        return answer;
    }
    let strength = &workspace.strength;
    answer.self_enforcing = workspace.enforcing.last() == Some(&all);
    let mut least = u64::MAX;
    for &set in &workspace.enforcing {
        let power = strength[set as usize];
        if set != all && !share.is_passed(power, strength[all as usize]) {
            continue;
        }
        if power < least {
            (least, answer.ruling, answer.tied) = (power, set, 1);
        } else if power == least {
            answer.tied += 1;
            answer.ruling = earlier(answer.ruling, set);
        }
    }
    answer
}

/// Work out the leadership of those who sit, out of a larger circle; powers are [`counted`].
///
/// The members of the answer are numbered as in the circle. Of more than [`MAX_MEMBERS`] who sit the
/// first are taken; a member beyond `sits`, or numbered 32 or more, does not sit.
pub fn work_out_sitting(
    powers: &[f64],
    sits: &[bool],
    share: Share,
    workspace: &mut Workspace,
) -> Leadership {
    let (mut strength, mut who, mut sitting) = ([0; MAX_MEMBERS], [0; MAX_MEMBERS], 0);
    let circle = powers.iter().zip(sits).enumerate().take(Members::BITS as usize);
    for (member, (power, _)) in circle.filter(|(_, (_, sits))| **sits).take(MAX_MEMBERS) {
        (strength[sitting], who[sitting]) = (counted(*power), member);
        sitting += 1;
    }
    let mut answer = work_out(&strength[..sitting], share, workspace);
    let among_sitting = answer.ruling;
    answer.ruling = (0..sitting)
        .filter(|seat| is_in(among_sitting, *seat))
        .fold(0, |ruling, seat| ruling | 1 << who[seat]);
    answer
}

/// The purges open to the leadership last worked out: its winning, self-enforcing proper parts.
pub fn purges(workspace: &Workspace, share: Share) -> impl Iterator<Item = Members> + '_ {
    let all = workspace.strength.len().saturating_sub(1);
    let whole = workspace.strength.last().copied().unwrap_or(0);
    workspace
        .enforcing
        .iter()
        .copied()
        .filter(move |&set| set as usize != all)
        .filter(move |&set| share.is_passed(workspace.strength[set as usize], whole))
}

/// The equally cheap ruling coalitions of the leadership last worked out.
pub fn rulers(workspace: &Workspace, share: Share) -> impl Iterator<Item = Members> + '_ {
    let all = workspace.strength.len().saturating_sub(1) as Members;
    let open = move || {
        purges(workspace, share)
            .chain(workspace.enforcing.iter().copied().filter(move |&set| set == all))
    };
    let least = open().map(|set| workspace.strength[set as usize]).min();
    open().filter(move |&set| Some(workspace.strength[set as usize]) == least)
}

/// Whether a member, counted from 0, is one of these.
#[must_use]
pub fn is_in(members: Members, member: usize) -> bool {
    member < Members::BITS as usize && members >> member & 1 == 1
}

/// Of two different sets, that which has the first member in which they differ.
fn earlier(a: Members, b: Members) -> Members {
    if (a >> (a ^ b).trailing_zeros()) & 1 == 1 { a } else { b }
}

fn add_up(powers: &[u64], strength: &mut Vec<u64>) {
    strength.clear();
    strength.push(0);
    for power in powers {
        for set in 0..strength.len() {
            strength.push(strength[set].saturating_add(*power));
        }
    }
}

fn find_enforcing(all: Members, share: Share, workspace: &mut Workspace) {
    let Workspace { strength, enforcing } = workspace;
    enforcing.clear();
    // Every proper part of a set has a smaller number, so that its own standing is known by then.
    for set in 1..=all {
        let whole = strength[set as usize];
        let purged = enforcing
            .iter()
            .any(|&part| part & !set == 0 && share.is_passed(strength[part as usize], whole));
        if !purged {
            enforcing.push(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_THIRDS: Share = Share { of: 2, out_of: 3 };

    fn named(members: Members) -> String {
        (0..MAX_MEMBERS).filter(|m| is_in(members, *m)).map(|m| (b'A' + m as u8) as char).collect()
    }

    fn ruling(powers: &[u64], share: Share) -> String {
        named(work_out(powers, share, &mut Workspace::default()).ruling)
    }

    #[test]
    fn the_papers_own_examples() {
        // Acemoglu, Egorov and Sonin (2008): with a fourth, stronger than each, the three purge him.
        assert_eq!(ruling(&[3, 4, 5], MAJORITY), "ABC");
        assert_eq!(ruling(&[3, 4, 5, 10], MAJORITY), "ABC");
    }

    #[test]
    fn worked_examples_under_majority() {
        // Derived by exhaustive search in rationals.
        let examples: [(&[u64], &str); 10] = [
            (&[2, 2, 5], "C"),
            (&[2, 4, 7, 10], "BCD"),
            (&[5, 4, 7, 10], "ABC"),
            (&[10, 20, 21, 22], "ABC"),
            (&[1, 2, 4, 8], "D"),
            (&[2, 3, 4, 5, 6], "ACD"),
            (&[3, 4, 5, 10, 20], "ABCDE"),
            (&[1, 1], "AB"),
            (&[40, 31, 30, 20, 10], "BCE"),
            (&[7], "A"),
        ];
        for (powers, expected) in examples {
            assert_eq!(ruling(powers, MAJORITY), expected, "{powers:?}");
        }
    }

    #[test]
    fn a_larger_share_to_win_changes_who_rules() {
        assert_eq!(ruling(&[3, 4, 5, 10], Share { of: 3, out_of: 5 }), "ABD");
        assert_eq!(ruling(&[3, 4, 5, 10], TWO_THIRDS), "CD");
    }

    #[test]
    fn near_equals_rule_in_threes_sevens_and_fifteens() {
        for (members, expected) in [(3, 3), (4, 3), (5, 3), (7, 7), (8, 7), (15, 15)] {
            let powers: Vec<u64> = (0..members).map(|m| 1_000_000 + m * m + m).collect();
            let answer = work_out(&powers, MAJORITY, &mut Workspace::default());
            assert_eq!(answer.ruling.count_ones(), expected, "of {members}");
        }
    }

    #[test]
    fn a_tie_is_told_and_every_ruler_named() {
        let mut workspace = Workspace::default();
        let answer = work_out(&[1, 1, 1], MAJORITY, &mut workspace);
        assert_eq!((named(answer.ruling).as_str(), answer.tied), ("AB", 3));
        let all: Vec<String> = rulers(&workspace, MAJORITY).map(named).collect();
        assert_eq!(all, ["AB", "AC", "BC"]);
    }

    #[test]
    fn the_sitting_leadership_and_the_purges_open_to_it() {
        let mut workspace = Workspace::default();
        assert!(work_out(&[3, 4, 5], MAJORITY, &mut workspace).self_enforcing);
        assert_eq!(purges(&workspace, MAJORITY).count(), 0);
        assert!(!work_out(&[3, 4, 5, 10], MAJORITY, &mut workspace).self_enforcing);
        let open: Vec<String> = purges(&workspace, MAJORITY).map(named).collect();
        assert!(open.contains(&"ABC".to_owned()), "{open:?}");
    }

    #[test]
    fn nobody_and_the_powerless_stay_as_they_are() {
        let mut workspace = Workspace::default();
        let nobody = work_out(&[], MAJORITY, &mut workspace);
        assert_eq!(nobody, Leadership { self_enforcing: true, ruling: 0, tied: 1 });
        let powerless = work_out(&[0, 0, 0], MAJORITY, &mut workspace);
        assert_eq!(powerless, Leadership { self_enforcing: true, ruling: 0b111, tied: 1 });
        assert_eq!(ruling(&[5, 0], MAJORITY), "A");
    }

    #[test]
    fn those_who_do_not_sit_do_not_count() {
        let mut workspace = Workspace::default();
        let powers = [9.0, 3.0, 4.0, 99.0, 5.0, 10.0];
        let sits = [false, true, true, false, true, true];
        let found = work_out_sitting(&powers, &sits, MAJORITY, &mut workspace);
        assert_eq!((named(found.ruling).as_str(), found.self_enforcing), ("BCE", false));
        let nobody = work_out_sitting(&powers, &[false; 6], MAJORITY, &mut workspace);
        assert_eq!((nobody.ruling, nobody.self_enforcing), (0, true));
    }

    #[test]
    fn decimals_tie_as_they_are_written() {
        assert_eq!(counted(0.1) + counted(0.2), counted(0.3));
        assert_eq!((counted(-1.0), counted(f64::NAN)), (0, 0));
        assert_eq!(counted(f64::INFINITY), 1_000_000_000_000_000_000);
        // A half is not more than a half.
        assert!(!MAJORITY.is_passed(counted(0.3), counted(0.3) + counted(0.1) + counted(0.2)));
    }
}
