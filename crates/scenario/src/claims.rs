//! Claims, what-ifs and schools: interventions with names, and what is expected of them.

use detente_model::{
    Arm, Claim, Expectation, ExpectationScale, ForEach, Grouping, School, Standing, WhatIf,
};

use crate::diagnostic::Code;
use crate::document::{Fields, Table, ValueKind};
use crate::elements::{World, written};
use crate::expressions::{Allows, Ledger, Reader, Wanted};
use crate::gather::{Gathered, Named, override_elements};
use crate::interventions::Interventions;
use crate::names::{Meaning, Sort};
use crate::place::Span;
use crate::provenance::citations;
use crate::record::subsystem;
use crate::spelling::suggest;

/// A reader of what can be run.
pub(crate) struct Runnables<'r, 'i, 'e, 'a, 'n> {
    pub(crate) world: &'r World<'a, 'n>,
    pub(crate) interventions: Interventions<'i, 'e, 'n>,
    pub(crate) subsystems: &'r [&'r str],
}

fn sorted(named: &[Named]) -> Vec<&Named> {
    let mut named: Vec<&Named> = named.iter().collect();
    named.sort_by(|one, other| one.name.text.cmp(&other.name.text));
    named
}

impl Runnables<'_, '_, '_, '_, '_> {
    pub(crate) fn what_ifs(&self, named: &[Named], ledger: &mut Ledger) -> Vec<WhatIf> {
        sorted(named).into_iter().filter_map(|own| self.what_if(own, ledger)).collect()
    }

    fn what_if(&self, named: &Named, ledger: &mut Ledger) -> Option<WhatIf> {
        let mut fields = Fields::new(&named.table, format!("what-if `{}`", named.name.text));
        let help = "a what-if has `title`, `about` and `does`";
        let there = ["title", "does"].map(|key| fields.need(key, help, &mut ledger.findings));
        let title = fields.text("title", &mut ledger.findings);
        let about = fields.text("about", &mut ledger.findings);
        fields.text("judgement", &mut ledger.findings);
        let cited = fields.citations("source", &mut ledger.findings);
        citations(&cited, self.world.sources, ledger);
        let texts = fields.texts("does", &mut ledger.findings);
        let does = self.interventions.read_all(&texts, ledger);
        fields.finish(&mut ledger.findings);
        if there.contains(&false) {
            return None;
        }
        Some(WhatIf {
            id: named.name.text.clone(),
            title: title?.value.trim().to_owned(),
            about: about.map_or(String::new(), |text| text.value.trim().to_owned()),
            does,
            place: self.world.place(named.name.span),
        })
    }

    pub(crate) fn schools(&self, gathered: &Gathered, ledger: &mut Ledger) -> Vec<School> {
        let read = |own: &Named| self.school(own, gathered, ledger);
        sorted(&gathered.schools).into_iter().filter_map(read).collect()
    }

    fn school(&self, named: &Named, gathered: &Gathered, ledger: &mut Ledger) -> Option<School> {
        let mut fields = Fields::new(&named.table, format!("school `{}`", named.name.text));
        let help = "say what a reader sees: `title = \"…\"`";
        fields.need("title", help, &mut ledger.findings);
        let title = fields.text("title", &mut ledger.findings);
        let about = fields.text("about", &mut ledger.findings);
        fields.text("judgement", &mut ledger.findings);
        let cited = fields.citations("source", &mut ledger.findings);
        let sources = citations(&cited, self.world.sources, ledger);
        let texts = fields.texts("changes", &mut ledger.findings);
        let changes = self.interventions.read_all(&texts, ledger);
        let words = ["weekly", "threshold"];
        let coupling = fields.one_of("coupling", &words, &mut ledger.findings);
        let overrides = fields.sub("override", &mut ledger.findings);
        if let Some(overrides) = overrides {
            // What it makes of the elements is seen when the scenario is loaded with it.
            override_elements(&mut gathered.elements.clone(), overrides, &mut ledger.findings);
        }
        fields.finish(&mut ledger.findings);
        Some(School {
            id: named.name.text.clone(),
            title: title?.value.trim().to_owned(),
            about: about.map_or(String::new(), |text| text.value.trim().to_owned()),
            sources,
            changes,
            overrides: overrides.is_some() || coupling.is_some(),
            place: self.world.place(named.name.span),
        })
    }

    /// Claims; `rivals` are names that may be a rival's: those of claims written or to be written.
    pub(crate) fn claims(
        &self,
        named: &[Named],
        what_ifs: &[WhatIf],
        rivals: &[String],
        ledger: &mut Ledger,
    ) -> Vec<Claim> {
        let read = |own: &Named| self.claim(own, what_ifs, rivals, ledger);
        sorted(named).into_iter().filter_map(read).collect()
    }

    fn claim(
        &self,
        named: &Named,
        what_ifs: &[WhatIf],
        known: &[String],
        ledger: &mut Ledger,
    ) -> Option<Claim> {
        let mut fields = Fields::new(&named.table, format!("claim `{}`", named.name.text));
        let help = "a claim has says, by, subsystem, standing and expects";
        let keys = ["says", "by", "subsystem", "standing"];
        let there = keys.map(|key| fields.need(key, help, &mut ledger.findings));
        let says = fields.text("says", &mut ledger.findings);
        let cited = fields.citations("by", &mut ledger.findings);
        let by = citations(&cited, self.world.sources, ledger);
        let more = fields.citations("source", &mut ledger.findings);
        citations(&more, self.world.sources, ledger);
        fields.text("judgement", &mut ledger.findings);
        let own_subsystem = subsystem(&mut fields, self.subsystems, ledger);
        let standing = standing(&mut fields, ledger);
        let secondary = fields.truth("secondary", &mut ledger.findings);
        let rivals = self.rivals(&mut fields, &named.name.text, known, ledger);
        let grouping = self.grouping(&mut fields, what_ifs, ledger);
        let among = self.among(&mut fields, ledger);
        let expects = self.expects(&mut fields, &grouping, named.name.span, ledger);
        fields.finish(&mut ledger.findings);
        if there.contains(&false) {
            return None;
        }
        Some(Claim {
            id: named.name.text.clone(),
            says: says?.value.trim().to_owned(),
            by,
            subsystem: own_subsystem?,
            standing: standing?,
            secondary: secondary.is_some_and(|secondary| secondary.0),
            rivals,
            grouping: grouping?,
            among: among?,
            expects: expects?,
            place: self.world.place(named.name.span),
        })
    }

    fn rivals(
        &self,
        fields: &mut Fields<'_>,
        own: &str,
        known: &[String],
        ledger: &mut Ledger,
    ) -> Vec<String> {
        let mut rivals = Vec::new();
        for text in fields.texts("rivals", &mut ledger.findings) {
            if text.value == own {
                let message = "a claim is not its own rival";
                ledger.report(Code::BadClaim, text.span, message, "name another, or none");
            } else if known.contains(&text.value) {
                rivals.push(text.value.clone());
            } else {
                let message = format!("there is no claim `{}`", text.value);
                let help = suggest(&text.value, known.iter().map(String::as_str), "");
                ledger.report(Code::BadClaim, text.span, message, help);
            }
        }
        rivals
    }

    fn grouping(
        &self,
        fields: &mut Fields<'_>,
        what_ifs: &[WhatIf],
        ledger: &mut Ledger,
    ) -> Option<Grouping> {
        let given = fields.texts("given", &mut ledger.findings);
        let arms = fields.sub("arms", &mut ledger.findings);
        let for_each = fields.text("for_each", &mut ledger.findings);
        let several = [fields.has("given"), arms.is_some(), for_each.is_some()];
        if several.iter().filter(|there| **there).count() > 1 {
            let message = "more than one of `given`, `arms` and `for_each`";
            let help =
                "a claim changes one set of things, or has arms, or runs a family of what-ifs";
            ledger.report(Code::BadClaim, fields.table().span, message, help);
            return None;
        }
        if let Some(arms) = arms {
            return Some(Grouping::Arms(self.arms(arms, ledger)));
        }
        let Some(pattern) = for_each else {
            let given = self.interventions.read_all(&given, ledger);
            return Some(if several[0] { Grouping::Given(given) } else { Grouping::Nothing });
        };
        let prefix = pattern.value.trim_end_matches('*');
        let own: Vec<String> = what_ifs
            .iter()
            .filter(|what_if| {
                let path = what_if.place.file.as_str();
                path.strip_prefix("../")
                    .and_then(|rest| rest.split_once('/'))
                    .map_or(path, |p| p.1)
                    .starts_with(prefix)
            })
            .map(|what_if| what_if.id.clone())
            .collect();
        if own.is_empty() {
            let message = format!("no what-if stands in `{}`", pattern.value);
            let help = "name a folder of what-ifs: `for_each = \"what-ifs/single/*\"`";
            ledger.report(Code::BadClaim, pattern.span, message, help);
            return None;
        }
        Some(Grouping::ForEach(ForEach { pattern: pattern.value.clone(), what_ifs: own }))
    }

    fn arms(&self, table: &Table, ledger: &mut Ledger) -> Vec<Arm> {
        let mut arms = Vec::new();
        for entry in &table.entries {
            let one = std::slice::from_ref(&entry.value);
            let values = match &entry.value.kind {
                ValueKind::List(list) => list.as_slice(),
                _ => one,
            };
            let mut texts = Vec::new();
            for value in values {
                match &value.kind {
                    ValueKind::Text(text) => texts.push(text),
                    ValueKind::Unreadable => {}
                    other => {
                        let message =
                            format!("an arm is a list of interventions, not {}", other.name());
                        ledger.report(Code::WrongKind, value.span, message, "");
                    }
                }
            }
            let given = self.interventions.read_all(&texts, ledger);
            arms.push(Arm { name: entry.key.text.clone(), given });
        }
        arms
    }

    /// The outer `None` says that something was reported.
    fn among(
        &self,
        fields: &mut Fields<'_>,
        ledger: &mut Ledger,
    ) -> Option<Option<detente_model::Formula>> {
        let Some(entry) = fields.entry("among") else { return Some(None) };
        let names = self.world.names;
        let tree = fields.expression("among", &names.unit_names, &mut ledger.findings)?;
        let mut reader = Reader::new(names, ledger, Allows::Outcome);
        reader.formula_of(&tree, &written(entry), &Wanted::truth("which histories count")).map(Some)
    }

    fn expects(
        &self,
        fields: &mut Fields<'_>,
        grouping: &Option<Grouping>,
        span: Span,
        ledger: &mut Ledger,
    ) -> Option<Vec<Expectation>> {
        let tables = fields.tables("expects", &mut ledger.findings);
        if tables.is_empty() {
            let message = "this claim expects nothing";
            let help =
                "say what: expects = [{ outcome = \"…\", change = [-0.9, -0.5], as = \"points\" }]";
            ledger.report(Code::ClaimWithoutOutcome, span, message, help);
            return None;
        }
        let read: Vec<Option<Expectation>> =
            tables.into_iter().map(|table| self.expectation(table, grouping, ledger)).collect();
        read.into_iter().collect()
    }

    fn expectation(
        &self,
        table: &Table,
        grouping: &Option<Grouping>,
        ledger: &mut Ledger,
    ) -> Option<Expectation> {
        let mut fields = Fields::new(table, "this expectation");
        let help = "write { outcome = \"…\", change = [-0.9, -0.5], as = \"points\" }";
        let there = ["outcome", "as"].map(|key| fields.need(key, help, &mut ledger.findings));
        let outcome = fields.text("outcome", &mut ledger.findings);
        let arm = fields.text("arm", &mut ledger.findings);
        let words = ["points", "ratio", "level", "weeks"];
        let scale = fields.one_of("as", &words, &mut ledger.findings);
        let within = fields.number("within", &mut ledger.findings);
        let band = band(&mut fields, ledger);
        fields.finish(&mut ledger.findings);
        if there.contains(&false) {
            return None;
        }
        let outcome = outcome?;
        let names = self.world.names;
        let id = match names.meaning(&outcome.value) {
            Some(Meaning::Element(id)) if names.element(id).sort == Sort::Outcome => id,
            _ => {
                let all = names.elements.iter().filter(|one| one.sort == Sort::Outcome);
                let message = format!("there is no outcome `{}`", outcome.value);
                let help = suggest(&outcome.value, all.map(|one| one.name.as_str()), "");
                ledger.report(Code::ClaimWithoutOutcome, outcome.span, message, help);
                return None;
            }
        };
        if let (Some(arm), Some(Grouping::Arms(arms))) = (arm, grouping)
            && !arms.iter().any(|own| own.name == arm.value)
        {
            let message = format!("there is no arm `{}`", arm.value);
            let help = suggest(&arm.value, arms.iter().map(|own| own.name.as_str()), "");
            ledger.report(Code::BadClaim, arm.span, message, help);
        }
        let scale = match scale?.0 {
            "ratio" => ExpectationScale::Ratio,
            "level" => ExpectationScale::Level,
            "weeks" => ExpectationScale::Weeks,
            _ => ExpectationScale::Points,
        };
        let (change, unchanged) = match (band?, within) {
            (Some(change), None) => (change, false),
            (None, Some((within, _))) => ((-within.abs(), within.abs()), true),
            _ => {
                let message = "either `change` or `within`";
                let help = "`change = [least, greatest]`, or `within = 0.01` for no change";
                ledger.report(Code::BadClaim, table.span, message, help);
                return None;
            }
        };
        let arm = arm.map(|arm| arm.value.clone());
        Some(Expectation { outcome: id, arm, change, scale, unchanged })
    }
}

/// `change`: its least and greatest; the outer `None` says that something was reported.
fn band(fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<Option<(f64, f64)>> {
    if !fields.has("change") {
        return Some(None);
    }
    let span = fields.value("change")?.span;
    let ends = fields.list("change", &mut ledger.findings);
    let numbers: Vec<f64> = ends
        .iter()
        .filter_map(|value| match value.kind {
            ValueKind::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    match numbers.as_slice() {
        [low, high] if ends.len() == 2 && low <= high => Some(Some((*low, *high))),
        [low, high] if low > high => {
            let help = "the smaller number stands first: [-0.9, -0.5]";
            ledger.report(Code::BadClaim, span, "this band ends before it begins", help);
            None
        }
        _ => {
            let help = "write `change = [-0.9, -0.5]`";
            ledger.report(Code::WrongKind, span, "a band is two numbers", help);
            None
        }
    }
}

fn standing(fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<Standing> {
    let words = ["consensus", "contested", "minority", "refuted"];
    let (word, _) = fields.one_of("standing", &words, &mut ledger.findings)?;
    Some(match word {
        "consensus" => Standing::Consensus,
        "minority" => Standing::Minority,
        "refuted" => Standing::Refuted,
        _ => Standing::Contested,
    })
}
