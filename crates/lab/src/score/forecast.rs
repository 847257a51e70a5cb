//! What histories say of the questions that the record settles: shares, weeks and values, and the
//! answers of some single histories, as if each had been the record.

use detente_chance::{Address, HistoryKey, hash_name, hash_slot};
use detente_engine::{Block, Machine, Question as AskedOf};
use detente_model::{Kind, Model, Target};

use super::rules::Sample;
use super::settled::{Asks, Settled, What, decision_of};
use crate::LabError;
use crate::ensemble::tell;
use crate::guided::Given;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Followed, Question, Watch};
use crate::sheaf::{Arm, Deed, Sheaf};
use crate::statistics::{Proportion, WeekHistogram};

/// At most so many histories are taken for the record in turn.
pub(crate) const OWN: usize = 500;
/// More histories than this are refused: measured quantities are kept in memory.
const MOST: u64 = 1_000_000;

/// What an ensemble says of a list of questions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forecasts {
    pub(crate) histories: u64,
    /// One for each question.
    pub(crate) made: Vec<Forecast>,
    /// For the first histories, the answer that each gives to each question.
    pub(crate) own: Vec<Vec<Answer>>,
}

/// What an ensemble says of one question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Forecast {
    When(WeekHistogram),
    /// Histories by answer, among those in which the question is put.
    Which(Vec<u64>),
    Whether(Proportion),
    /// Values in base units, as simulated and as they would be measured, with the error of measuring.
    HowMuch {
        simulated: Sample,
        measured: Sample,
    },
}

/// One history's answer to one question, or the record's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    /// The week, if it happens in time.
    When(Option<u32>),
    /// The answer, if the question is put.
    Which(Option<usize>),
    Whether(bool),
    /// The value measured, in base units.
    HowMuch(f64),
}

/// The record's own answer.
pub(crate) fn of_the_record(model: &Model, settled: &Settled) -> Answer {
    match settled.asks {
        Asks::When { happened, .. } => Answer::When(happened),
        Asks::Which { given, .. } => Answer::Which(Some(given)),
        Asks::Whether { held, .. } => Answer::Whether(held),
        Asks::HowMuch { level } => Answer::HowMuch(model.record.levels[level].value),
    }
}

/// Runs a question's histories and gathers what they say. Ends early, with what is finished, when
/// the watch says so.
pub(crate) fn forecasts(
    model: &Model,
    question: &Question,
    settled: &[Settled],
    watch: &Watch<'_>,
) -> Result<Forecasts, LabError> {
    question.check()?;
    if question.given != Given::FromTheStart {
        let what = "scores are of histories from the start: after the record, or in hindsight, \
                    histories know what they are asked";
        return Err(LabError::Question(what.to_owned()));
    }
    if question.histories > MOST {
        let what = "a score rests on the record's few entries: ask for at most 1,000,000 histories";
        return Err(LabError::Question(what.to_owned()));
    }
    let bare = Question { series: Followed::These(Vec::new()), ..question.clone() };
    let layout = Layout::of(model, &bare);
    let running = Running::new(model, settled, layout.arm(model, &bare)?, &layout.outcomes);
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    let mut gathering = Gathering::new(model, settled);
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| running.answers(question.seed, &pieces.ids(piece), machine),
        |answers| {
            answers.into_iter().for_each(|own| gathering.add(own));
            tell(watch, gathering.histories, question);
            Ok(())
        },
    )?;
    Ok(gathering.end())
}

/// One history's answers, and for levels the values before the error of measuring.
struct Own {
    answers: Vec<Answer>,
    simulated: Vec<f64>,
}

/// A program that answers the questions.
struct Running<'a> {
    model: &'a Model,
    settled: &'a [Settled],
    arm: Arm,
    /// Questions about each element, by element and instance.
    about: Vec<Vec<Vec<usize>>>,
    /// Where each question's outcome or level stands among what the engine answers.
    places: Vec<Option<usize>>,
    /// The name of each level's error of measuring, as an address.
    names: Vec<u64>,
}

impl<'a> Running<'a> {
    fn new(model: &'a Model, settled: &'a [Settled], arm: Arm, outcomes: &[Target]) -> Self {
        let empty =
            |element: &detente_model::Element| vec![Vec::new(); element.over.instances.len()];
        let mut about: Vec<Vec<Vec<usize>>> = model.elements.iter().map(empty).collect();
        let asked = arm.program.questions();
        let mut places = vec![None; settled.len()];
        for (number, one) in settled.iter().enumerate() {
            match one.asks {
                Asks::When { what, .. } => {
                    let target = what.target();
                    about[target.element.0][target.instance].push(number);
                }
                Asks::Which { decision, .. } => {
                    about[decision.element.0][decision.instance].push(number);
                }
                Asks::Whether { outcome, .. } => {
                    let own = outcomes.iter().position(|one| *one == outcome);
                    places[number] = own.and_then(|own| arm.places.get(own).copied());
                }
                Asks::HowMuch { level } => {
                    places[number] = asked.iter().position(|one| *one == AskedOf::Level(level));
                }
            }
        }
        let names = settled.iter().map(|one| hash_name(&format!("measuring {}", one.id)));
        Self { model, settled, arm, about, places, names: names.collect() }
    }

    fn answers(&self, seed: u64, ids: &[u64], machine: Machine) -> Result<Vec<Own>, LabError> {
        let program = &self.arm.program;
        let mut block = Block::begin(program, seed, ids, machine)?;
        let mut sheaf: Sheaf = self.arm.blank(ids);
        self.arm.run_until(program.weeks(), &mut block, &mut sheaf)?;
        let values = block.answers(program)?;
        let own = |(lane, id): (usize, &u64)| {
            let key = HistoryKey::new(seed, *id);
            self.of_history(&sheaf.deeds[lane], |place| values[place][lane], key)
        };
        Ok(ids.iter().enumerate().map(own).collect())
    }

    fn of_history(&self, deeds: &[Deed], value: impl Fn(usize) -> f64, key: HistoryKey) -> Own {
        let mut own = Own {
            answers: self.settled.iter().map(blank).collect(),
            simulated: vec![0.0; self.settled.len()],
        };
        let mut times = vec![0_u32; self.settled.len()];
        for deed in deeds {
            for number in &self.about[deed.target.element.0][deed.target.instance] {
                self.take(deed, *number, &mut times[*number], &mut own.answers[*number]);
            }
        }
        for (number, place) in self.places.iter().enumerate() {
            let value = place.map_or(0.0, &value);
            own.answers[number] = match (&self.settled[number].asks, own.answers[number]) {
                (Asks::Whether { .. }, _) => Answer::Whether(value != 0.0),
                (Asks::HowMuch { level }, _) => {
                    let address =
                        Address { name: self.names[number], time: 0, slot: hash_slot("error") };
                    let error = self.model.record.levels[*level].error;
                    let uniform = detente_chance::uniform(key, address);
                    own.simulated[number] = value;
                    Answer::HowMuch(value + error * detente_chance::inverse_normal_cdf(uniform))
                }
                (_, found) => found,
            };
        }
        own
    }

    /// Takes one deed of the element that a question is about.
    fn take(&self, deed: &Deed, number: usize, times: &mut u32, answer: &mut Answer) {
        match self.settled[number].asks {
            Asks::When { what, nth, until, .. } => {
                let same = match what {
                    What::Happens(_) => true,
                    What::Answered(_, wanted) => deed.answer == Some(wanted),
                    What::Decided(target) => {
                        let otherwise = decision_of(self.model, target).and_then(|d| d.otherwise);
                        deed.answer != otherwise
                    }
                };
                *times += u32::from(same);
                if same && *times == nth && deed.week < until {
                    *answer = Answer::When(Some(deed.week));
                }
            }
            Asks::Which { decision, until, .. } => {
                let otherwise = decision_of(self.model, decision).and_then(|d| d.otherwise);
                let open = matches!(answer, Answer::Which(given) if given.is_none() || *given == otherwise);
                if open && deed.week < until {
                    *answer = Answer::Which(deed.answer);
                }
            }
            Asks::Whether { .. } | Asks::HowMuch { .. } => {}
        }
    }
}

/// The answer of a history in which nothing happens.
fn blank(settled: &Settled) -> Answer {
    match settled.asks {
        Asks::When { .. } => Answer::When(None),
        Asks::Which { .. } => Answer::Which(None),
        Asks::Whether { .. } => Answer::Whether(false),
        Asks::HowMuch { .. } => Answer::HowMuch(0.0),
    }
}

/// What is counted while histories come in.
struct Gathering {
    histories: u64,
    counting: Vec<Counting>,
    own: Vec<Vec<Answer>>,
}

enum Counting {
    When(WeekHistogram),
    Which(Vec<u64>),
    Whether(Proportion),
    HowMuch(Vec<f64>, Vec<f64>),
}

impl Gathering {
    fn new(model: &Model, settled: &[Settled]) -> Self {
        let counting = |one: &Settled| match one.asks {
            Asks::When { until, .. } => Counting::When(WeekHistogram::new(until)),
            Asks::Which { decision, .. } => {
                let classes = match &model.element(decision.element).kind {
                    Kind::Decision(decision) => decision.alternatives.len(),
                    _ => 0,
                };
                Counting::Which(vec![0; classes])
            }
            Asks::Whether { .. } => Counting::Whether(Proportion::default()),
            Asks::HowMuch { .. } => Counting::HowMuch(Vec::new(), Vec::new()),
        };
        let counting = settled.iter().map(counting).collect();
        Self { histories: 0, counting, own: Vec::new() }
    }

    fn add(&mut self, own: Own) {
        self.histories += 1;
        let with = own.answers.iter().zip(&own.simulated);
        for (counting, (answer, simulated)) in self.counting.iter_mut().zip(with) {
            match (counting, answer) {
                (Counting::When(weeks), Answer::When(week)) => weeks.add(*week),
                (Counting::Which(counts), Answer::Which(given)) => {
                    if let Some(count) = given.and_then(|given| counts.get_mut(given)) {
                        *count += 1;
                    }
                }
                (Counting::Whether(share), Answer::Whether(held)) => share.add(*held),
                (Counting::HowMuch(values, measured), Answer::HowMuch(value)) => {
                    values.push(*simulated);
                    measured.push(*value);
                }
                _ => debug_assert!(false, "an answer to another question"),
            }
        }
        if self.own.len() < OWN {
            self.own.push(own.answers);
        }
    }

    fn end(self) -> Forecasts {
        let made = self.counting.into_iter().map(|counting| match counting {
            Counting::When(weeks) => Forecast::When(weeks),
            Counting::Which(counts) => Forecast::Which(counts),
            Counting::Whether(share) => Forecast::Whether(share),
            Counting::HowMuch(values, measured) => Forecast::HowMuch {
                simulated: Sample::new(values),
                measured: Sample::new(measured),
            },
        });
        Forecasts { histories: self.histories, made: made.collect(), own: self.own }
    }
}
