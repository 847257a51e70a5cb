//! The names of a random scenario: what there is, over what it ranges, who reads what.

use super::Dice;

/// A set of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetName {
    /// Countries.
    Land,
    /// Some of the countries.
    Core,
    /// Men; each has a country and a rank.
    Man,
}

impl SetName {
    /// Its name in the scenario.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SetName::Land => "land",
            SetName::Core => "core",
            SetName::Man => "man",
        }
    }

    /// The set whose numbering its members have.
    pub(crate) fn root(self) -> Self {
        if self == SetName::Man { self } else { SetName::Land }
    }
}

/// Something with a name, one for each combination of members of these sets.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    /// Its name.
    pub(crate) name: String,
    /// Over what it ranges.
    pub(crate) over: Vec<SetName>,
    /// Whether it may be `none`.
    pub(crate) vacant: bool,
}

/// A decision and its options; those over men with their set.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// The decision.
    pub(crate) symbol: Symbol,
    /// Its options.
    pub(crate) options: Vec<(String, Option<SetName>)>,
}

/// Everything that has a name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    /// Members of `land`, in order of declaration.
    pub(crate) lands: Vec<&'static str>,
    /// Members of `core`.
    pub(crate) core: Vec<&'static str>,
    /// Members of `man`.
    pub(crate) men: Vec<&'static str>,
    /// How many weeks there are.
    pub(crate) weeks: usize,
    /// Plain parameters.
    pub(crate) numbers: Vec<Symbol>,
    /// Parameters above 0.
    pub(crate) sizes: Vec<Symbol>,
    /// Parameters per week.
    pub(crate) rates: Vec<Symbol>,
    /// Given paths.
    pub(crate) series: Vec<Symbol>,
    /// Traits.
    pub(crate) traits: Vec<Symbol>,
    /// Noises.
    pub(crate) noises: Vec<Symbol>,
    /// Stocks.
    pub(crate) stocks: Vec<Symbol>,
    /// States that are true or false.
    pub(crate) truths: Vec<Symbol>,
    /// States that are a man.
    pub(crate) men_in_post: Vec<Symbol>,
    /// States that are a country.
    pub(crate) lands_in_view: Vec<Symbol>,
    /// Variables that are numbers, and may be read.
    pub(crate) variables: Vec<Symbol>,
    /// Variables that are true or false, and may be read.
    pub(crate) verdicts: Vec<Symbol>,
    /// Variables that are a country or none, and may be read.
    pub(crate) foremost: Vec<Symbol>,
    /// Events.
    pub(crate) events: Vec<Symbol>,
    /// Decisions.
    pub(crate) choices: Vec<Choice>,
    /// A bargain among countries, with so many dimensions.
    pub(crate) bargain: Option<(String, usize)>,
    /// A coalition of men.
    pub(crate) coalition: Option<String>,
    /// An alignment of countries.
    pub(crate) alignment: Option<String>,
}

/// Beginnings of names, so that their order is not that of their making.
const BEGINNINGS: [&str; 9] = ["kk", "aa", "zz", "ff", "pp", "cc", "tt", "hh", "ww"];
/// Countries, not in order of name.
const LANDS: [&str; 4] = ["mira", "alba", "zeta", "dora"];
/// Men, not in order of name.
const MEN: [&str; 4] = ["otto", "boris", "sam", "karl"];

impl Symbols {
    /// Names as the dice fall.
    pub(crate) fn thrown(dice: &mut Dice<'_>) -> Self {
        let lands = LANDS[..dice.between(2, 4)].to_vec();
        let core: Vec<&'static str> = lands[dice.under(2)..].to_vec();
        let mut all = Self {
            core,
            lands,
            men: MEN[..dice.between(2, 4)].to_vec(),
            weeks: dice.between(6, 26),
            ..Self::default()
        };
        let named = |dice: &mut Dice<'_>, kind: &str, count: usize, over: &[&[SetName]]| {
            let symbol = |number: usize, dice: &mut Dice<'_>| Symbol {
                name: format!("{}_{kind}{number}", dice.of(&BEGINNINGS)),
                over: dice.of(over).to_vec(),
                vacant: false,
            };
            (0..count).map(|number| symbol(number, dice)).collect::<Vec<_>>()
        };
        use SetName::{Core, Land, Man};
        let any: &[&[SetName]] = &[&[], &[Land], &[Core], &[Man], &[Land, Land]];
        let few: &[&[SetName]] = &[&[], &[Land], &[Man]];
        all.numbers = named(dice, "number", 3, &[&[], &[Land], &[Man]]);
        all.sizes = named(dice, "size", 2, &[&[]]);
        all.rates = named(dice, "rate", 2, &[&[]]);
        let count = dice.under(3);
        all.series = named(dice, "path", count, &[&[], &[Land]]);
        let count = dice.under(3);
        all.traits = named(dice, "trait", count, few);
        let count = dice.under(3);
        all.noises = named(dice, "noise", count, few);
        let count = dice.between(1, 4);
        all.stocks = named(dice, "stock", count, any);
        let count = dice.between(1, 3);
        all.truths = named(dice, "truth", count, any);
        let count = dice.under(3);
        all.men_in_post = named(dice, "post", count, &[&[], &[Land]]);
        let count = dice.under(2);
        all.lands_in_view = named(dice, "view", count, few);
        for post in all.men_in_post.iter_mut().chain(&mut all.lands_in_view) {
            post.vacant = dice.once_in(2);
        }
        let count = dice.between(1, 5);
        all.events = named(dice, "event", count, any);
        let count = dice.under(4);
        all.choices = named(dice, "choice", count, few)
            .into_iter()
            .map(|symbol| Choice { symbol, options: options(dice) })
            .collect();
        all.bargain = dice.once_in(3).then(|| ("qq_terms".to_owned(), dice.between(1, 2)));
        all.coalition = dice.once_in(3).then(|| "qq_circle".to_owned());
        all.alignment = dice.once_in(3).then(|| "qq_blocs".to_owned());
        all
    }

    /// The members of a set.
    pub(crate) fn members(&self, set: SetName) -> &[&'static str] {
        match set {
            SetName::Land => &self.lands,
            SetName::Core => &self.core,
            SetName::Man => &self.men,
        }
    }
}

fn options(dice: &mut Dice<'_>) -> Vec<(String, Option<SetName>)> {
    let names = dice.shuffled(vec!["wait", "act", "bluff"]);
    let count = dice.between(2, 3);
    let option = |(number, name): (usize, &str), dice: &mut Dice<'_>| {
        let over = (number > 0 && dice.once_in(4)).then_some(SetName::Man);
        (name.to_owned(), over)
    };
    names.into_iter().take(count).enumerate().map(|one| option(one, dice)).collect()
}
