//! Random scenarios, written as their authors would write them: folders of text.
//!
//! A scenario is built from a row of dice. When the dice run out every throw is 0, the plainest
//! choice, so that a shorter row, or one with smaller numbers, is a smaller scenario: what `proptest`
//! shrinks is the row.

mod dice;
mod elements;
mod expression;
mod happenings;
mod interventions;
mod symbols;
mod talks;

use proptest::prelude::*;

pub(crate) use dice::Dice;
pub(crate) use interventions::{random_cuts, random_interventions, random_references};

use symbols::Symbols;

/// A scenario's files: paths and texts.
#[derive(Clone, PartialEq)]
pub(crate) struct Scenario {
    /// `scenario.toml`, the files of `model/`, the tables of `data/`.
    pub(crate) files: Vec<(String, String)>,
}

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (path, text) in &self.files {
            writeln!(f, "# ---- {path}\n{text}")?;
        }
        Ok(())
    }
}

impl Scenario {
    /// The files as bytes.
    pub(crate) fn bytes(&self) -> Vec<(String, Vec<u8>)> {
        let bytes = |(path, text): &(String, String)| (path.clone(), text.clone().into_bytes());
        self.files.iter().map(bytes).collect()
    }

    /// The same scenario in another order: its tables of elements backwards, each in a file of its
    /// own kind of place. Nothing that it means has changed.
    pub(crate) fn turned_round(&self) -> Self {
        let turn = |(path, text): &(String, String)| {
            if !path.starts_with("model/") {
                return (path.clone(), text.clone());
            }
            let (head, tables) = text.split_at(text.find("\n[").unwrap_or(text.len()));
            let mut parts: Vec<&str> =
                tables.split("\n\n").filter(|t| !t.trim().is_empty()).collect();
            parts.reverse();
            let turned: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
            (path.replace("model/a_", "model/z_"), format!("{head}\n\n{}\n", turned.join("\n\n")))
        };
        Self { files: self.files.iter().map(turn).collect() }
    }

    /// The same scenario with an element more that touches nothing and is touched by nothing.
    pub(crate) fn with_a_stranger(&self) -> Self {
        let mut files = self.files.clone();
        files.push((
            "model/b_stranger.toml".to_owned(),
            "about = \"A stranger.\"\nleaves_out = \"All else.\"\n\n\
             [parameter.mm_stranger_rate]\nabout = \"How often.\"\nvalue = 0.3\n\
             unit = \"1 / week\"\njudgement = \"Made up.\"\n\n\
             [stock.mm_stranger_level]\nabout = \"What is added up.\"\nunit = \"1\"\n\
             initial = \"0\"\nshock = \"normal(0, 1)\"\njudgement = \"Made up.\"\n\n\
             [event.mm_stranger]\nabout = \"It happens to nobody.\"\nrate = \"mm_stranger_rate\"\n\
             does = [\"mm_stranger_level += 1\"]\njudgement = \"Made up.\"\n\n\
             [decision.mm_stranger_choice]\nseat = \"chance\"\nasks = \"Which way?\"\n\
             again = \"1 week\"\nmood = \"3 weeks\"\njudgement = \"Made up.\"\n\n\
             [decision.mm_stranger_choice.option.left]\nsays = \"Left.\"\n\
             does = [\"mm_stranger_level += 1\"]\n\n\
             [decision.mm_stranger_choice.option.right]\nsays = \"Right.\"\n"
                .to_owned(),
        ));
        Self { files }
    }
}

/// Scenarios of any kind.
pub(crate) fn scenarios() -> impl Strategy<Value = Scenario> {
    prop::collection::vec(any::<u16>(), 60..700).prop_map(|row| scenario(&mut Dice::new(&row)))
}

/// The scenario that a row of dice makes.
pub(crate) fn scenario(dice: &mut Dice<'_>) -> Scenario {
    let symbols = Symbols::thrown(dice);
    let mut model =
        String::from("about = \"A world made by dice.\"\nleaves_out = \"All else.\"\n\n");
    elements::write_given(&symbols, dice, &mut model);
    let readable = elements::write_variables(&symbols, dice, &mut model);
    elements::write_stocks_and_states(&readable, dice, &mut model);
    happenings::write_events(&readable, dice, &mut model);
    happenings::write_decisions(&readable, dice, &mut model);
    talks::write_talks(&readable, dice, &mut model);
    elements::write_outcomes(&readable, dice, &mut model);
    let mut files = vec![
        ("scenario.toml".to_owned(), elements::head(&symbols)),
        ("model/a_world.toml".to_owned(), model),
    ];
    files.extend(elements::tables(&symbols, dice));
    Scenario { files }
}
