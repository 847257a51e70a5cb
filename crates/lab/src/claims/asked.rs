//! The assumption sets that an inquiry asks for.

use detente_model::{Model, School};

use super::answer::Base;
use super::given::FOLLOWING;
use super::sets::Set;
use super::{Inquiry, Under};
use crate::LabError;
use crate::guided::{Given, followed_to};
use crate::question::Question;

/// The model under each school that is asked for, in order of name.
pub(crate) fn schools<'a>(inquiry: &Inquiry<'a>) -> Result<Vec<(&'a School, Model)>, LabError> {
    if inquiry.under == Under::Author {
        return Ok(Vec::new());
    }
    let load = |school: &'a School| Ok((school, (inquiry.with_school)(&school.id)?));
    inquiry.model.schools.iter().map(load).collect()
}

/// The assumption sets that an inquiry asks for, in order; what a reader should know of them is noted.
///
/// # Errors
/// A posterior that is not there; what cannot be asked of histories that follow the record.
pub(crate) fn asked_sets<'a>(
    inquiry: &Inquiry<'a>,
    schools: &'a [(&'a School, Model)],
    notes: &mut Vec<String>,
) -> Result<Vec<Set<'a>>, LabError> {
    let (model, pairs, given) = (inquiry.model, inquiry.pairs, inquiry.given);
    if given != Given::FromTheStart {
        return given_sets(inquiry, schools, notes);
    }
    let has_posterior = model.posterior.is_some();
    if pairs == 0 {
        return Err(LabError::Question("no histories are asked for".to_owned()));
    }
    let alone = |base| Set::new(model, None, base, pairs, given);
    let under_each = |base| {
        let of = move |(school, model): &'a (&School, Model)| {
            Set::new(model, Some(*school), base, pairs, given)
        };
        schools.iter().map(of)
    };
    if let Some(posterior) = &model.posterior
        && posterior.fitted_to != model.substance
    {
        notes.push("the scenario has changed since its posterior was fitted".to_owned());
    }
    let mut sets = Vec::new();
    let mut base = |base: Base| {
        sets.push(alone(base));
        sets.extend(under_each(base));
    };
    match inquiry.under {
        Under::Author => sets.push(alone(Base::Author)),
        Under::Schools => base(Base::Author),
        Under::Prior => base(Base::Prior),
        Under::Posterior if has_posterior => base(Base::Posterior),
        Under::Posterior => {
            let what = "this scenario carries no posterior: make one with `detente fit`, or ask \
                        --under prior";
            return Err(LabError::Question(what.to_owned()));
        }
        Under::All => {
            base(Base::Prior);
            if has_posterior {
                base(Base::Posterior);
            } else {
                let what = "the scenario carries no posterior: firmness is that under the prior";
                notes.push(what.to_owned());
            }
            sets.insert(0, alone(Base::Author));
        }
    }
    Ok(sets)
}

/// The sets of an inquiry of histories that follow the record.
fn given_sets<'a>(
    inquiry: &Inquiry<'a>,
    schools: &'a [(&'a School, Model)],
    notes: &mut Vec<String>,
) -> Result<Vec<Set<'a>>, LabError> {
    if !matches!(inquiry.under, Under::Author | Under::Schools) {
        let what = "given the record, claims are run at the author's values: each draw of the \
                    parameters would need islands of histories of its own, and their weights. Ask \
                    --under author or --under schools, or from the start";
        return Err(LabError::Question(what.to_owned()));
    }
    let (pairs, given) = (inquiry.pairs, inquiry.given);
    let asked = |model: &Model| {
        let histories = FOLLOWING.saturating_mul(pairs);
        followed_to(model, &Question { histories, given, ..Question::default() })
    };
    asked(inquiry.model)?;
    let mut sets = vec![Set::new(inquiry.model, None, Base::Author, pairs, given)];
    for (school, model) in schools {
        match asked(model) {
            Ok(_) => sets.push(Set::new(model, Some(school), Base::Author, pairs, given)),
            Err(why) => notes.push(format!("left out the school {}: {why}", school.id)),
        }
    }
    Ok(sets)
}
