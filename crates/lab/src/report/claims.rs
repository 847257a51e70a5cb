//! The page of claims: what each expects, what was found, rivals facing each other, and what the
//! verdicts hang on.

use maud::{Markup, html};

use super::given;
use super::page::{Figure, Page, figure, page};
use super::scale::{Scale, per_cent};
use super::words::{count, sentence, years};
use crate::Given;
use crate::claims::{ClaimAnswer, Claims, Finding, Inquiry, Seals, Under, Verdict};

/// The report of claims.
pub fn claims_report(inquiry: &Inquiry<'_>, answer: &Claims) -> String {
    let model = inquiry.model;
    let place = format!("{} {}", model.title, years(model));
    let foot = format!(
        "{place}. Scenario {} {}, release {}. A verdict is of this model under its assumptions; it is \
         not history’s.",
        model.name,
        model.digest.chars().take(12).collect::<String>(),
        crate::RELEASE
    );
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (headline(answer)) }
            p.t-note.quiet style="margin-top:18px;max-width:78ch" {
                "A claim is a change, an outcome, and what is expected of it. Direction is judged first, \
                 size apart: historians seldom give sizes."
            }
        }
        @for (part, finding) in [
            (None, "The claims"),
            (Some("check"), "Claims that nothing was tuned to"),
            (Some("tune"), "Claims that were looked at while numbers were set"),
            (Some("sealed"), "Claims that were sealed, and were opened for this"),
        ] {
            @let own = answer.claims.iter().filter(|claim| claim.part.as_deref() == part).collect::<Vec<_>>();
            @if !own.is_empty() { (claims_figure(part.unwrap_or("all"), finding, &own)) }
        }
        @if let Some(rivals) = rivals(answer) { (rivals) }
        @if let Some(hinges) = hinges(answer) { (hinges) }
    };
    page(&Page {
        title: &format!("Claims: {}", model.title),
        place: &place,
        question: left(inquiry, answer),
        answer: figures,
        foot: &foot,
    })
}

fn headline(answer: &Claims) -> String {
    let with = |verdict: Verdict| answer.claims.iter().filter(|one| one.verdict == verdict).count();
    let claims = if answer.claims.len() == 1 { "claim" } else { "claims" };
    format!(
        "Of {} {claims} the model falls with {}, against {}, and leaves {} open.",
        answer.claims.len(),
        with(Verdict::Supported),
        with(Verdict::Against),
        with(Verdict::Undecided)
    )
}

fn left(inquiry: &Inquiry<'_>, answer: &Claims) -> Markup {
    let model = inquiry.model;
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "Which claims of historians hold in this model, how firmly, and on what does that hang?" }
            p.t-note.quiet style="margin-top:12px" { (given::asked(model, &answer.asked)) }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" {
                "Every history was run without and with each change under the same dice, "
                (count(answer.asked.histories)) " pairs at the author’s values, seed " (answer.asked.seed)
                ". Intervals are 95 of 100, of counting histories alone."
            }
            @for sentence in given::stands_on(&answer.asked) { p.t-note style="margin-top:6px" { (sentence) } }
            @if answer.sets.iter().any(|set| set.draws > 1) {
                p.t-note style="margin-top:6px" {
                    "Doubt is told apart: " (answer.sets.iter().filter(|set| set.draws > 1).count())
                    " sets of assumptions, in each 40 draws of all doubted numbers, 200 pairs a draw."
                }
            }
            @if answer.claims.iter().any(|claim| claim.built_in) {
                p.t-note style="margin-top:6px" {
                    "Built in: the claim’s own source is also one of a number on the way to its outcome. \
                     Its verdict shows that the model is coherent, and supports nothing."
                }
            }
        }
        @if !answer.not_askable.is_empty() {
            div {
                h2 { "What cannot be asked so" }
                @for one in &answer.not_askable {
                    p.t-note style="margin-top:6px" { (one.id) ": " (one.why) "." }
                }
            }
        }
        div {
            h2 { "What is sealed" }
            p.t-note style="margin-top:6px" {
                (answer.sealed_left_out) " sealed claims were left out. "
                (answer.openings_before) " openings of what is sealed came before this run."
            }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command(inquiry)) }
        }
        @for note in &answer.notes { p.t-note.quiet { (sentence(note)) "." } }
    }
}

/// The command that gives the same answer.
fn command(inquiry: &Inquiry<'_>) -> String {
    let under = match inquiry.under {
        Under::Author => "author",
        Under::Schools => "schools",
        Under::Prior => "prior",
        Under::Posterior => "posterior",
        Under::All => "all",
    };
    let mut command = format!("detente claims {}", inquiry.model.name);
    inquiry.names.iter().for_each(|name| command += &format!(" {name}"));
    command += &format!(" --under {under} --histories {} --seed {}", inquiry.pairs, inquiry.seed);
    match inquiry.given {
        Given::FromTheStart => {}
        Given::After(week) => {
            command += &format!(" --after {}", inquiry.model.calendar.monday(week));
        }
        Given::Hindsight => command += " --hindsight",
    }
    if inquiry.seals != Seals::Kept {
        command += " --open";
    }
    command
}

fn claims_figure(id: &str, finding: &str, claims: &[&ClaimAnswer]) -> Markup {
    let picture = html! {
        @for claim in claims { (claim_block(claim)) }
    };
    let heads = ["Claim", "of what", "expected", "found", "verdict", "in size", "how firmly"];
    let rows = claims.iter().flat_map(|claim| {
        claim.findings.iter().map(|finding| {
            vec![
                claim.id.clone(),
                finding.of_what(),
                finding.expected_in_words(),
                finding.found_in_words(),
                finding.verdict.word().to_owned(),
                if finding.in_band { "yes" } else { "no" }.to_owned(),
                claim.firmness_in_words(),
            ]
        })
    });
    figure(Figure {
        id,
        finding: finding.to_owned(),
        how: "Grey: the band that the claim expects. Upright line: no change. Dot and line: what the \
              model gives, with its interval; red where it is as claimed, dashed blue where it is not, \
              open where it is left open."
            .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}

/// A claim in words, with a line for each thing it expects.
fn claim_block(claim: &ClaimAnswer) -> Markup {
    html! {
        div style="margin-top:30px" {
            h3 style="font-size:16px;line-height:24px" { (claim.says) }
            p.t-note.quiet {
                (claim.by.join("; ")) ". " (sentence(claim.standing)) ". "
                span.code { (claim.id) }
                @if claim.built_in { " · built in" }
                @if let Some(among) = &claim.among { " · among histories in which " span.code { (among) } }
            }
            p { b { (sentence(claim.verdict_in_words())) }
                @let firmly = claim.firmness_in_words();
                @if !firmly.is_empty() { "; " (firmly) } "." }
            table.out-table style="margin-top:6px" { tbody {
                @for finding in &claim.findings { (finding_row(finding)) }
            } }
            @for note in &claim.notes { p.t-note.quiet { (sentence(note)) "." } }
        }
    }
}

fn finding_row(finding: &Finding) -> Markup {
    let label = format!(
        "{}: expected {}, found {}, {}.",
        finding.of_what(),
        finding.expected_in_words(),
        finding.found_in_words(),
        finding.verdict.word()
    );
    html! {
        tr {
            th.c-name scope="row" { (sentence(&finding.of_what()))
                span.t-note.quiet style="display:block" { (finding.arms_in_words()) } }
            td.c-plot { (drawn(finding, &[finding], &label)) }
            td.c-rec style="width:24%" {
                (finding.found_in_words())
                span.t-note.quiet style="display:block" { "expected " (finding.expected_in_words()) }
            }
        }
    }
}

/// Where no change lies on a finding's scale; nowhere for a level.
fn no_change(finding: &Finding) -> Option<f64> {
    match finding.scale {
        "level" => None,
        "ratio" => Some(1.0),
        _ => Some(0.0),
    }
}

/// What several findings on one scale have in common: an axis that holds them all.
fn axis(findings: &[&Finding]) -> Scale {
    let of = |finding: &&Finding| {
        let found = finding.effect.map_or(Vec::new(), |effect| {
            vec![effect.value, effect.interval[0], effect.interval[1]]
        });
        found.into_iter().chain(finding.band).chain(no_change(finding)).collect::<Vec<_>>()
    };
    Scale::around(findings.iter().flat_map(of))
}

/// One finding on an axis that others may share.
fn drawn(finding: &Finding, sharing: &[&Finding], label: &str) -> Markup {
    let scale = axis(sharing);
    let at = |value: f64| per_cent(scale.at(value));
    let [low, high] = finding.band.map(|end| scale.at(end));
    html! {
        svg.plot role="img" aria-label=(label) {
            rect x=(per_cent(low)) y="6" width=(per_cent((high - low).max(0.002))) height="24" fill="var(--base-2)" {}
            line.g-axis x1="0" x2="100%" y1="30" y2="30" {}
            @if let Some(none) = no_change(finding) {
                line.m-tick x1=(at(none)) x2=(at(none)) y1="6" y2="30" style="stroke-width:1" {}
            }
            @if let Some(effect) = finding.effect {
                @let [from, to] = effect.interval.map(at);
                @let x = at(effect.value);
                @match finding.verdict {
                    Verdict::Supported => {
                        line.m-wi.m-iv x1=(from) x2=(to) y1="18" y2="18" {} circle.d-wi cx=(x) cy="18" r="4.5" {}
                    },
                    Verdict::Against => {
                        line."m-2nd"."m-edge" x1=(from) x2=(to) y1="18" y2="18" style="stroke-width:2" {}
                        circle."d-2nd" cx=(x) cy="18" r="4.5" {}
                    },
                    Verdict::Undecided => {
                        line.m-base.m-iv x1=(from) x2=(to) y1="18" y2="18" {} circle.d-base cx=(x) cy="18" r="4" {}
                    },
                }
            }
        }
    }
}

/// Rivals side by side, over one axis where they expect something of the same outcome.
fn rivals(answer: &Claims) -> Option<Markup> {
    if answer.rivals.is_empty() {
        return None;
    }
    let (decided, all) = (answer.pairs_decided, answer.rivals.len());
    let find = |id: &String| answer.claims.iter().find(|claim| claim.id == *id);
    let picture = html! {
        @for pair in &answer.rivals {
            @if let (Some(one), Some(other)) = (find(&pair.pair[0]), find(&pair.pair[1])) {
                div.multiples.pairs style="margin-top:30px" {
                    @for (claim, rival) in [(one, other), (other, one)] { (side(claim, rival)) }
                }
                p.t-note style="margin-top:6px" { b { (match (&pair.side, pair.both_pass) {
                    (Some(side), _) => format!("The model sides with {side}."),
                    (None, true) => "It passes both at full strength: it is too loose here.".to_owned(),
                    (None, false) => "It sides with neither alone.".to_owned(),
                }) } }
            }
        }
    };
    let rows = answer.rivals.iter().map(|pair| {
        let [one, other] = &pair.pair;
        let [first, second] = pair.verdicts.map(Verdict::word);
        let side = pair.side.clone().unwrap_or_else(|| "neither alone".to_owned());
        vec![one.clone(), first.to_owned(), other.clone(), second.to_owned(), side]
    });
    Some(figure(Figure {
        id: "rivals",
        finding: format!("Of {all} pairs of rivals the model decides {decided}"),
        how: "Rivals cannot both hold at full strength. Where they speak of one outcome on one scale, \
              their pictures share the axis."
            .to_owned(),
        picture,
        heads: ["Claim", "verdict", "rival", "verdict", "the model sides with"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }))
}

fn side(claim: &ClaimAnswer, rival: &ClaimAnswer) -> Markup {
    let Some(finding) = claim.findings.first() else { return html! {} };
    let same = |other: &&Finding| {
        other.outcome == finding.outcome
            && other.scale == finding.scale
            && other.unit == finding.unit
    };
    let shared: Vec<&Finding> =
        std::iter::once(finding).chain(rival.findings.first().filter(same)).collect();
    let label = format!(
        "{}: expected {}, found {}",
        finding.of_what(),
        finding.expected_in_words(),
        finding.found_in_words()
    );
    html! {
        figure style="margin:0" {
            figcaption { b { (claim.says) } small { (sentence(claim.verdict_in_words())) ". " (label) "." } }
            div style="margin-top:6px" { (drawn(finding, &shared, &label)) }
        }
    }
}

/// What the verdicts hang on.
fn hinges(answer: &Claims) -> Option<Markup> {
    let hanging: Vec<&ClaimAnswer> =
        answer.claims.iter().filter(|claim| !claim.hangs_on.is_empty()).collect();
    if hanging.is_empty() {
        return None;
    }
    let picture = html! {
        @for claim in &hanging {
            div style="margin-top:24px" {
                h3 style="font-size:16px;line-height:24px" { (claim.says) }
                ol { @for hinge in &claim.hangs_on {
                    li { (sentence(&hinge.title)) span.quiet { " – " (hinge.in_words()) } }
                } }
            }
        }
    };
    let rows = hanging.iter().flat_map(|claim| {
        claim.hangs_on.iter().map(|hinge| {
            let number = |value: Option<f64>| value.map_or(String::new(), super::words::number);
            vec![
                claim.id.clone(),
                hinge.assumption.clone(),
                number(hinge.flips_at),
                number(hinge.stands_at),
                hinge.turns.word().to_owned(),
            ]
        })
    });
    Some(figure(Figure {
        id: "hinges",
        finding: format!("{} verdicts hang on assumptions that can be named", hanging.len()),
        how: "One assumption is moved between the 5th and 95th hundredth of its prior, all others at the \
              author’s values, under the same dice; a school is loaded whole."
            .to_owned(),
        picture,
        heads: ["Claim", "assumption", "turns at", "author’s value", "turns"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }))
}
