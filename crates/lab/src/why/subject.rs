//! What is asked about: an event, or an answer to a decision, from what was typed.

use detente_model::{ElementId, Kind, Model, Target};
use detente_scenario::spelling::nearest;

use crate::LabError;
use crate::answer::title_of;
use crate::report::words::sentence;

/// An event, or one answer to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The event or decision.
    pub target: Target,
    /// The answer, as a number in the decision's alternatives; `None` for an event.
    pub answer: Option<usize>,
}

impl Subject {
    /// Reads what was typed: `uprising[gdr]`, or `moscow_on_korea = end_the_war`.
    ///
    /// # Errors
    /// What is wrong with it, and what was probably meant.
    pub fn typed(model: &Model, text: &str) -> Result<Self, LabError> {
        let (name, option) = match text.split_once('=') {
            Some((name, option)) => (name.trim(), Some(option.trim())),
            None => (text.trim(), None),
        };
        let target = find(model, name)?;
        let element = model.element(target.element);
        let answer = match (&element.kind, option) {
            (Kind::Event(_), None) => None,
            (Kind::Event(_), Some(_)) => {
                return refuse(format!("{name} is an event, which has no answers: ask \"{name}\""));
            }
            (Kind::Decision(decision), option) => {
                let names: Vec<String> =
                    decision.alternatives.iter().map(|one| one.name.to_string()).collect();
                let Some(option) = option else {
                    let first = names.first().map_or("", String::as_str);
                    return refuse(format!(
                        "{name} is a decision: say which answer, as in \"{name} = {first}\". Its \
                         answers are {}",
                        names.join(", ")
                    ));
                };
                let found = names.iter().position(|one| one == option);
                let near = nearest(option, names.iter().map(String::as_str));
                let Some(answer) = found else {
                    return refuse(match near {
                        Some(near) => {
                            format!("{name} has no answer \"{option}\": did you mean \"{near}\"?")
                        }
                        None => format!(
                            "{name} has no answer \"{option}\"; its answers are {}",
                            names.join(", ")
                        ),
                    });
                };
                Some(answer)
            }
            _ => {
                return refuse(format!(
                    "{name} neither happens nor is chosen, so it has no reasons of its own: ask about \
                     an event, or an answer to a decision"
                ));
            }
        };
        Ok(Self { target, answer })
    }

    /// As it is typed.
    pub fn name(self, model: &Model) -> String {
        let name = model.full_name(self.target);
        match option_name(model, self) {
            Some(option) => format!("{name} = {option}"),
            None => name.to_owned(),
        }
    }

    /// As a reader sees it: the chronicle's sentence, or what it is about.
    pub fn says(self, model: &Model) -> String {
        let element = model.element(self.target.element);
        let members = &element.over.instances[self.target.instance].members;
        let fill = |text: &str| sentence(&model.fill(text, &element.over, members));
        match (&element.kind, self.answer) {
            (Kind::Event(event), _) => {
                event.says.as_deref().map_or_else(|| title_of(model, self.target), fill)
            }
            (Kind::Decision(decision), Some(answer)) => {
                let Some(chosen) = decision.alternatives.get(answer) else {
                    return self.name(model);
                };
                match &chosen.says {
                    Some(says) => {
                        sentence(&crate::history::fill_member(model, chosen, &fill(says)))
                    }
                    None => {
                        let asks = title_of(model, self.target);
                        format!("{asks} – {}", plain(&chosen.name.to_string()))
                    }
                }
            }
            _ => title_of(model, self.target),
        }
    }

    /// The round of the week in which it comes.
    pub(super) fn round(self, model: &Model) -> u8 {
        round_of(model, self.target)
    }
}

/// The round in which an element acts; 1 for what does not act.
pub(super) fn round_of(model: &Model, target: Target) -> u8 {
    match &model.element(target.element).kind {
        Kind::Event(event) => event.round,
        Kind::Decision(decision) => decision.round,
        _ => 1,
    }
}

/// The name of the answer, if it is one.
pub(super) fn option_name(model: &Model, subject: Subject) -> Option<String> {
    let Kind::Decision(decision) = &model.element(subject.target.element).kind else {
        return None;
    };
    Some(decision.alternatives.get(subject.answer?)?.name.to_string())
}

/// A name with its underscores as spaces.
pub(super) fn plain(name: &str) -> String {
    name.replace('_', " ")
}

fn refuse<T>(what: String) -> Result<T, LabError> {
    Err(LabError::Question(what))
}

fn find(model: &Model, name: &str) -> Result<Target, LabError> {
    if let Some(target) = model.find(name) {
        return Ok(target);
    }
    let plain_name = name.split('[').next().unwrap_or_default().trim();
    if let Some(id) = model.find_element(plain_name) {
        let instances = &model.element(id).over.instances;
        let names: Vec<&str> = instances.iter().map(|one| one.full_name.as_str()).collect();
        let help = match nearest(name, names.iter().copied()) {
            Some(near) if name.contains('[') => format!("did you mean \"{near}\"?"),
            _ => format!("ask about one of {}", listed(&names)),
        };
        return refuse(format!("{plain_name} is one for each of several: {help}"));
    }
    let acting = |kind: &Kind| matches!(kind, Kind::Event(_) | Kind::Decision(_));
    let targets = (0..model.elements.len()).filter(|own| acting(&model.elements[*own].kind));
    let names: Vec<&str> = targets
        .flat_map(|own| &model.element(ElementId(own)).over.instances)
        .map(|one| one.full_name.as_str())
        .collect();
    refuse(match nearest(name, names.iter().copied()) {
        Some(near) => format!("nothing is called \"{name}\": did you mean \"{near}\"?"),
        None => format!(
            "nothing is called \"{name}\"; `detente describe` lists the events and decisions, and \
             `detente run` tells a history"
        ),
    })
}

fn listed(names: &[&str]) -> String {
    const MOST: usize = 12;
    let rest = names.len().saturating_sub(MOST);
    let mut text = names[..names.len().min(MOST)].join(", ");
    if rest > 0 {
        text += &format!(" and {rest} more");
    }
    text
}
