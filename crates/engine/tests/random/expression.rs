//! Random expressions of a wanted type, that stay numbers whatever they read.

use super::Dice;
use super::symbols::{SetName, Symbol, Symbols};

/// What an expression may refer to where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    /// The scenario's names.
    pub(crate) symbols: &'a Symbols,
    /// Index variables and their sets.
    pub(crate) binders: Vec<(String, SetName)>,
    /// Draws of the event whose effect it is.
    pub(crate) draws: Vec<String>,
}

impl<'a> Scope<'a> {
    /// A scope with the index variables of an element over these sets: a, b.
    pub(crate) fn over(symbols: &'a Symbols, over: &[SetName]) -> Self {
        let binders = over.iter().zip(["a", "b"]).map(|(set, name)| (name.to_owned(), *set));
        Self { symbols, binders: binders.collect(), draws: Vec::new() }
    }

    /// The same with one more index variable.
    pub(crate) fn within(&self, name: &str, set: SetName) -> Self {
        let mut inner = self.clone();
        inner.binders.push((name.to_owned(), set));
        inner
    }

    fn binder_of(&self, set: SetName, dice: &mut Dice<'_>) -> Option<String> {
        let fitting: Vec<&String> = self
            .binders
            .iter()
            .filter(|(_, of)| of.root() == set.root())
            .map(|(name, _)| name)
            .collect();
        (!fitting.is_empty()).then(|| (*dice.of(&fitting)).clone())
    }

    /// An index of a set: an index variable, a state, a man's country, or a member by name.
    pub(crate) fn index(&self, set: SetName, dice: &mut Dice<'_>) -> String {
        let states = if set == SetName::Man {
            &self.symbols.men_in_post
        } else {
            &self.symbols.lands_in_view
        };
        match dice.under(8) {
            6 if !states.is_empty() => {
                let state = dice.of(states).clone();
                if state.over.is_empty() {
                    return state.name;
                }
                if let Some(binder) = self.binder_of(state.over[0], dice) {
                    return format!("{}[{binder}]", state.name);
                }
            }
            7 if set != SetName::Man => {
                if let Some(man) = self.binder_of(SetName::Man, dice) {
                    return format!("{man}.country");
                }
            }
            5 => return (*dice.of(self.symbols.members(set))).to_owned(),
            _ => {}
        }
        match self.binder_of(set, dice) {
            Some(binder) => binder,
            None => (*dice.of(self.symbols.members(set))).to_owned(),
        }
    }

    /// A symbol with its indices.
    pub(crate) fn cell(&self, symbol: &Symbol, dice: &mut Dice<'_>) -> String {
        if symbol.over.is_empty() {
            return symbol.name.clone();
        }
        let mut indices: Vec<String> =
            symbol.over.iter().map(|set| self.index(*set, dice)).collect();
        // Nothing links a member to itself: one that is named twice is named once.
        let lands = &self.symbols.lands;
        if indices.len() == 2 && indices[0] == indices[1] {
            let other = lands.iter().find(|land| **land != indices[0]);
            indices[1] = (*other.expect("two countries at least")).to_owned();
        }
        format!("{}[{}]", symbol.name, indices.join(", "))
    }

    fn cell_of(&self, symbols: &[Symbol], dice: &mut Dice<'_>) -> Option<String> {
        (!symbols.is_empty()).then(|| self.cell(&dice.of(symbols).clone(), dice))
    }

    /// A number.
    pub(crate) fn number(&self, depth: usize, dice: &mut Dice<'_>) -> String {
        if depth == 0 || dice.under(3) == 0 {
            return self.leaf(dice);
        }
        let deeper = depth - 1;
        let x = self.number(deeper, dice);
        match dice.under(17) {
            0 => format!("({x} + {})", self.number(deeper, dice)),
            1 => format!("({x} - {})", self.number(deeper, dice)),
            2 => format!("({x} * {})", self.number(deeper, dice)),
            3 => format!("({x} / (1 + abs({})))", self.number(deeper, dice)),
            4 => format!("min({x}, {})", self.number(deeper, dice)),
            5 => format!("max({x}, {})", self.number(deeper, dice)),
            6 => format!("clamp({x}, 0, 2)"),
            7 => format!("logistic({x})"),
            8 => format!("exp(min({x}, 2))"),
            9 => format!("ln(1 + abs({x}))"),
            10 => format!("sqrt(abs({x}))"),
            11 => format!("floor({x})"),
            12 => format!("normal_cdf({x})"),
            13 => format!("clamp({x}, 0, 2) ^ 2"),
            14 => {
                let (truth, other) = (self.truth(deeper, dice), self.number(deeper, dice));
                format!("(if {truth} then {x} else {other})")
            }
            15 => format!("cascade(logistic({x}), {}, 0)", dice.of(&self.symbols.sizes).name),
            _ => self.fold(deeper, dice),
        }
    }

    fn fold(&self, depth: usize, dice: &mut Dice<'_>) -> String {
        let set = *dice.of(&[SetName::Land, SetName::Core, SetName::Man]);
        let name = format!("f{}", self.binders.len());
        let inner = self.within(&name, set);
        let body = inner.number(depth, dice);
        let filter = if dice.once_in(2) {
            format!(" where {}", inner.truth(depth, dice))
        } else {
            String::new()
        };
        match dice.under(5) {
            4 => {
                let truth = inner.truth(depth, dice);
                format!("count({name} in {} where {truth})", set.name())
            }
            kind => {
                let fold = ["sum", "mean", "min", "max"][kind];
                format!("{fold}({name} in {}{filter}: {body})", set.name())
            }
        }
    }

    fn leaf(&self, dice: &mut Dice<'_>) -> String {
        let symbols = self.symbols;
        let found = match dice.under(16) {
            1 => self.cell_of(&symbols.series, dice),
            2 => self.cell_of(&symbols.traits, dice),
            3 => self.cell_of(&symbols.noises, dice),
            4..=6 => self.cell_of(&symbols.stocks, dice),
            7 | 8 => self.cell_of(&symbols.variables, dice),
            9 => self.cell_of(&symbols.stocks, dice).map(|stock| format!("last({stock})")),
            10 => self.cell_of(&symbols.events, dice).map(|event| format!("times({event})")),
            11 => self
                .cell_of(&symbols.events, dice)
                .map(|event| format!("recency({event}, '4 weeks')")),
            12 if !self.draws.is_empty() => Some(dice.of(&self.draws).clone()),
            13 => self.binder_of(SetName::Man, dice).map(|man| format!("{man}.rank")),
            14 => self.result(dice),
            15 => Some((*dice.of(&["1", "2", "0"])).to_owned()),
            _ => None,
        };
        match found {
            Some(found) => found,
            None => self.cell(&dice.of(&symbols.numbers).clone(), dice),
        }
    }

    fn result(&self, dice: &mut Dice<'_>) -> Option<String> {
        match dice.under(5) {
            0 | 1 => {
                let (bargain, dimensions) = self.symbols.bargain.as_ref()?;
                Some(match dice.under(3) {
                    0 => format!("{bargain}.text[d{}]", dice.under(*dimensions)),
                    1 => format!("{bargain}.support[{}]", dice.of(&self.symbols.lands)),
                    _ => format!("{bargain}.spread"),
                })
            }
            2 => self.symbols.alignment.as_ref().map(|name| format!("{name}.energy")),
            3 => {
                let name = self.symbols.alignment.as_ref()?;
                Some(format!("{name}.side[{}]", self.index(SetName::Land, dice)))
            }
            _ => {
                let name = self.symbols.coalition.as_ref()?;
                let man = self.index(SetName::Man, dice);
                Some(format!("(if {name}.in_ruling[{man}] then 1 else 0)"))
            }
        }
    }

    /// A truth.
    pub(crate) fn truth(&self, depth: usize, dice: &mut Dice<'_>) -> String {
        if depth == 0 || dice.under(3) == 0 {
            return self.plain_truth(dice);
        }
        let deeper = depth - 1;
        let x = self.truth(deeper, dice);
        match dice.under(5) {
            0 => format!("({x} and {})", self.truth(deeper, dice)),
            1 => format!("({x} or {})", self.truth(deeper, dice)),
            2 => format!("(not {x})"),
            kind => {
                let set = *dice.of(&[SetName::Land, SetName::Core, SetName::Man]);
                let name = format!("f{}", self.binders.len());
                let body = self.within(&name, set).truth(deeper, dice);
                format!("{}({name} in {}: {body})", ["any", "all"][kind - 3], set.name())
            }
        }
    }

    fn plain_truth(&self, dice: &mut Dice<'_>) -> String {
        let symbols = self.symbols;
        let found = match dice.under(11) {
            1 => self.cell_of(&symbols.events, dice).map(|event| format!("happened({event})")),
            2 => {
                let weeks = dice.between(0, 2);
                let is = *dice.of(&["<", ">", "<=", ">="]);
                let event = self.cell_of(&symbols.events, dice);
                event.map(|event| format!("(weeks_since({event}) {is} {weeks})"))
            }
            3 | 4 => self.chose(dice),
            5 | 6 => {
                let is = *dice.of(&["<", ">", "<=", ">="]);
                Some(format!("({} {is} {})", self.number(1, dice), self.number(1, dice)))
            }
            7 => {
                let post = self.cell_of(&symbols.men_in_post, dice);
                let man = self.index(SetName::Man, dice);
                post.map(|post| format!("({post} == {man})"))
            }
            8 => {
                let view = if dice.once_in(2) { &symbols.lands_in_view } else { &symbols.foremost };
                self.cell_of(view, dice).map(|view| format!("({view} != none)"))
            }
            9 => self.cell_of(&symbols.verdicts, dice),
            10 => {
                let name = symbols.coalition.as_ref();
                name.map(|name| format!("{name}.self_enforcing"))
            }
            _ => None,
        };
        match found {
            Some(found) => found,
            None => self.cell_of(&symbols.truths, dice).unwrap_or_else(|| "true".to_owned()),
        }
    }

    fn chose(&self, dice: &mut Dice<'_>) -> Option<String> {
        if self.symbols.choices.is_empty() {
            return None;
        }
        let choice = dice.of(&self.symbols.choices).clone();
        let (option, over) = dice.of(&choice.options).clone();
        let decision = self.cell(&choice.symbol, dice);
        Some(match over {
            None => format!("chose({decision}, {option})"),
            Some(set) => format!("chose({decision}, {option}[{}])", self.index(set, dice)),
        })
    }
}
