//! The catalogue of what can be wrong with a scenario: stable codes, each with a title.
//!
//! A code never changes its meaning and is never used again once given up. Each has a page in
//! `docs/book/src/diagnostics/`, which says what it means, shows an example, and says how to mend it.

use std::fmt;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// The scenario can be run; something is probably not meant.
    Warning,
}

impl Severity {
    /// `"error"` or `"warning"`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

macro_rules! catalogue {
    ($($variant:ident = $number:literal, $severity:ident, $title:literal;)+) => {
        /// A stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Code {
            $(#[doc = concat!("Number ", stringify!($number), ": ", $title, ".")] $variant = $number,)+
        }

        impl Code {
            /// Every code, ascending.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// What is wrong, in general: a clause without a full stop.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)+ }
            }

            /// Error or warning.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }
        }
    };
}

catalogue! {
    Unreadable = 1, Error, "a file cannot be read";
    NotUtf8 = 2, Error, "a file is not UTF-8 text";
    FileTooLarge = 3, Error, "a file is too large";
    FolderTooLarge = 4, Error, "the folder holds too much";
    OutsideFolder = 5, Error, "a path leads out of the scenario's folder, or is no plain file";
    UnknownFile = 6, Warning, "a file has no place in a scenario";
    NoScenarioFile = 7, Error, "there is no scenario.toml";
    UnknownFormat = 8, Error, "the format is not one that this release reads";
    CannotExtend = 9, Error, "the scenario to extend cannot be found, or extends itself";
    TomlSyntax = 10, Error, "a file is not TOML";
    NewerToml = 11, Error, "a file uses what TOML 1.0 does not have";
    UnknownKey = 12, Error, "a key means nothing here";
    MissingKey = 13, Error, "a key is missing";
    WrongKind = 14, Error, "a value is of the wrong kind";
    NotAllowed = 15, Error, "a value is not one of those allowed";
    BadName = 16, Error, "a name cannot be used";
    OverridesNothing = 17, Error, "an override meets nothing to override";
    MissingAbout = 18, Error, "an element does not say what it is";
    ExpressionSyntax = 20, Error, "an expression cannot be read";
    TooDeep = 21, Error, "an expression nests too deep";
    TextTooLong = 22, Error, "a text is too long";
    NoSuchDate = 23, Error, "a date does not exist";
    EffectSyntax = 24, Error, "an effect cannot be read";
    OverSyntax = 25, Error, "an `over` cannot be read";
    DistributionSyntax = 26, Error, "a distribution cannot be read";
    DurationSyntax = 27, Error, "a duration cannot be read";
    UnitSyntax = 28, Error, "a unit cannot be read";
    InterventionSyntax = 29, Error, "an intervention cannot be read";
    UnknownName = 30, Error, "a name is not known";
    DuplicateName = 31, Error, "two things have one name";
    WrongIndices = 32, Error, "the indices do not fit";
    WrongSort = 33, Error, "a name stands for the wrong sort of thing";
    UnknownFunction = 34, Error, "a function is not known";
    WrongArguments = 35, Error, "a function's arguments do not fit";
    UnknownOption = 36, Error, "a decision has no such option";
    UnknownAttribute = 37, Error, "a member has no such attribute, a bargain no such result";
    HashCollision = 38, Error, "two names share their dice";
    ReferenceSyntax = 39, Error, "a reference to an element cannot be read";
    WrongType = 40, Error, "a value is of the wrong type";
    WrongUnit = 41, Error, "units do not fit";
    UnknownUnit = 42, Error, "a unit is not known";
    ReasonNotDimensionless = 43, Error, "a reason has a unit";
    RateNotPerWeek = 44, Error, "a rate is not per unit of time";
    NotAllowedHere = 45, Error, "a function or name may not be used here";
    NotConstant = 46, Error, "a value must be known when the file is loaded";
    BareNumber = 47, Error, "a bare number stands in a reason or an effect";
    OutsideRange = 48, Error, "a value is outside its range";
    PriorOutsideRange = 49, Error, "a prior lies outside the range";
    Circle = 50, Error, "quantities depend on each other in a circle";
    EffectOnFixed = 51, Error, "an effect on what cannot change";
    DecisionWithoutMood = 52, Error, "a decision has no mood";
    CoveredWithoutOtherwise = 53, Error, "a covered decision has no `otherwise`";
    TooFewOptions = 54, Error, "a decision has too few options";
    EventWithoutChance = 55, Error, "an event has neither `rate` nor `on`, or both";
    DateOutsideCalendar = 56, Error, "a date lies outside the calendar";
    NeverHappens = 57, Error, "an `on` that no week can satisfy";
    BadCalendar = 58, Error, "the calendar cannot be used";
    BadDistribution = 59, Error, "a distribution's arguments make no sense";
    Unsourced = 60, Error, "a number has neither source nor judgement";
    UnknownSource = 61, Error, "a source is not in the bibliography";
    BibliographySyntax = 62, Error, "the bibliography cannot be read";
    MoodWithoutJudgement = 63, Error, "a mood has no judgement";
    TableSyntax = 70, Error, "a table cannot be read";
    NoSuchTable = 71, Error, "a table or a column does not exist";
    TableCoverage = 72, Error, "a table does not reach far enough";
    TableOrder = 73, Error, "a table's rows are out of order or repeated";
    BadCell = 74, Error, "a cell cannot be read";
    MemberWithoutValue = 75, Error, "a member has no value";
    InterventionMisfit = 80, Error, "an intervention does not fit what it names";
    OverlappingInterventions = 81, Error, "two interventions overlap";
    NoNeutral = 82, Error, "`without` what has no neutral value";
    UnknownReason = 83, Error, "there is no such reason";
    ClaimWithoutOutcome = 84, Error, "a claim expects nothing of any outcome";
    BadClaim = 85, Error, "a claim contradicts itself";
    BadTie = 86, Error, "an entry of the record is tied wrongly";
    BadCoverage = 87, Error, "the record's coverage contradicts its entries";
    BadSplit = 88, Error, "split.toml does not fit the scenario";
    BadTheory = 89, Error, "a bargain, coalition or alignment is not complete";
    NeverRead = 100, Warning, "nothing reads an element";
    HiddenRate = 101, Warning, "a polled choice's mood is not argued";
    NeverCited = 102, Warning, "a source is never cited";
    GivenButMoved = 103, Warning, "a given series is one that the actors would have changed";
    MayBeNone = 104, Warning, "an index may be none";
    UncheckedSource = 105, Warning, "a number rests on a source that nobody has opened";
    ConflictingEffects = 106, Warning, "two effects set one quantity";
    UnusedSplit = 107, Warning, "the split names what is not there";
    StalePosterior = 108, Warning, "the posterior was fitted to another version of the scenario";
    UnfitPosterior = 109, Warning, "the posterior does not fit the scenario";
    TooManyElements = 110, Error, "there are too many elements";
    TooCostly = 111, Error, "a week costs too much";
    TooManyFindings = 112, Warning, "there are more findings than are shown";
    RateBelowNought = 113, Warning, "a rate is below 0";
}

impl Code {
    /// The code as people see it: `S012`.
    pub fn id(self) -> String {
        format!("S{:03}", self as u16)
    }

    /// The code of which [`Code::id`] is `id`.
    pub fn from_id(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{:03}", *self as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_are_found_by_their_id() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0] < pair[1], "{} stands after {}", pair[1], pair[0]);
        }
        for &code in Code::ALL {
            assert_eq!(Code::from_id(&code.id()), Some(code));
        }
        assert_eq!(Code::from_id("S999"), None);
        assert_eq!(Code::UnknownKey.to_string(), "S012");
    }
}
