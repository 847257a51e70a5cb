//! The reference model in plain Rust with the `rand` crate: one history after another.
//!
//! usage: scalar-peer std|small PARAMETERS.json HISTORIES SEED CORES OUTCOMES.bin; prints the seconds
//! it took. `std` is the crate's default generator, `small` its fastest.

use rand::rngs::{SmallRng, StdRng};
use rand::{Rng, SeedableRng};
use rand_distr::{Exp1, StandardNormal};
use serde::Deserialize;

const S: usize = 8;
const WEEKS: i32 = 200;
const NEVER: i32 = -1_000_000;
const OUTCOMES: usize = 20;

macro_rules! parameters {
    (each: $($each:ident),*; one: $($one:ident),* $(,)?) => {
        #[derive(Deserialize)]
        struct Parameters { $($each: [f64; S],)* $($one: f64,)* }
    };
}

parameters! {
    each: living_start, openness, strategic_value, fear_rest, hardness;
    one: expected_start, grievance_start, squeeze_scale, strain_width, recovery, goal_plain,
    goal_reformed, living_noise, adaptation, hope_lift, grievance_build, grievance_decay,
    grievance_noise, hope_decay, fear_return, pull_decay, strike_base, example_bite, squeeze_bite,
    hope_bite, fear_bite, strike_spread, strike_size, strike_echo, strike_cost, rising_base,
    strain_bite, company_bite, rising_shock, rising_echo, rising_hope, calm_base, calm_bite,
    calm_keep, lift_base, lift_bite, harvest_base, harvest_loss, broadcast_base, broadcast_bite,
    broadcast_hope, tension_rest, tension_return, tension_noise, trust_start, trust_decay,
    trust_noise, line_decay, line_noise, incident_base, incident_bite, incident_spread,
    incident_shock, summit_base, summit_bar, summit_bite, summit_keep, summit_trust, death_base,
    thaw_step, reform_bar, reform_line, reform_strain, reform_example, reform_hope, retreat_bar,
    line_step, keep_bar, harden_unrest, soften_trust, soften_gain, soften_hope, offer_bar,
    offer_tension, offer_trust, offer_keep, wait_worth, army_line, army_value, army_spread,
    army_fear, army_shock, army_keep, army_hope_keep, give_trust, give_reforms, give_hope,
    give_goods, give_echo,
}

#[derive(Clone, Copy)]
struct Country {
    living: f64,
    expectation: f64,
    grievance: f64,
    hope: f64,
    fear: f64,
    pull: f64,
    revolt: bool,
    curfew: bool,
    reformed: bool,
    risen: bool,
    last_strike: i32,
    last_harvest: i32,
    asked_reform: i32,
    asked_retreat: i32,
    asked_answer: i32,
    squeeze: f64,
    strain: f64,
}

/// What a round does to a country, applied when all have weighed the world.
#[derive(Clone, Copy)]
struct Effects {
    living: f64,
    grievance: f64,
    hope: f64,
    pull: f64,
    fear: f64,
    keep_grievance: f64,
    keep_hope: f64,
    revolt: Option<bool>,
    curfew: Option<bool>,
    reformed: Option<bool>,
}

const NOTHING: Effects = Effects {
    living: 0.0,
    grievance: 0.0,
    hope: 0.0,
    pull: 0.0,
    fear: 0.0,
    keep_grievance: 1.0,
    keep_hope: 1.0,
    revolt: None,
    curfew: None,
    reformed: None,
};

fn apply(countries: &mut [Country; S], effects: &[Effects; S]) {
    for (c, e) in countries.iter_mut().zip(effects) {
        c.living += e.living;
        c.grievance = c.grievance * e.keep_grievance + e.grievance;
        c.hope = c.hope * e.keep_hope + e.hope;
        c.pull += e.pull;
        c.fear += e.fear;
        c.revolt = e.revolt.unwrap_or(c.revolt);
        c.curfew = e.curfew.unwrap_or(c.curfew);
        c.reformed = e.reformed.unwrap_or(c.reformed);
    }
}

fn happens(rng: &mut impl Rng, hazard: f64) -> bool {
    rng.random::<f64>() < 1.0 - (-hazard).exp()
}

fn normal(rng: &mut impl Rng) -> f64 {
    rng.sample(StandardNormal)
}

fn gumbel(rng: &mut impl Rng) -> f64 {
    -rng.sample::<f64, _>(Exp1).ln()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn history(p: &Parameters, rng: &mut impl Rng) -> [f64; OUTCOMES] {
    let mut countries: [Country; S] = std::array::from_fn(|s| Country {
        living: p.living_start[s],
        expectation: p.expected_start,
        grievance: p.grievance_start,
        hope: 0.0,
        fear: p.fear_rest[s],
        pull: 0.0,
        revolt: false,
        curfew: false,
        reformed: false,
        risen: false,
        last_strike: NEVER,
        last_harvest: NEVER,
        asked_reform: NEVER,
        asked_retreat: NEVER,
        asked_answer: NEVER,
        squeeze: 0.0,
        strain: 0.0,
    });
    let (mut tension, mut trust, mut line, mut old_leader) =
        (p.tension_rest, p.trust_start, 0.0, true);
    let mut last_summit = NEVER;
    let (mut strikes, mut risings, mut armies) = (0, 0, 0);
    let (mut concessions, mut summits, mut incidents) = (0, 0, 0);
    let mut risen_by_1954 = false;
    let (mut tension_sum, mut pull_sum, mut worst_unrest) = (0.0, 0.0, 0.0f64);

    for week in 0..WEEKS {
        // Variables.
        let (mut unrest, mut revolts, mut reforms) = (0.0, 0.0, 0.0);
        for c in &mut countries {
            c.squeeze = (c.expectation - c.living).max(0.0) / p.squeeze_scale;
            c.strain = logistic((c.grievance - c.fear) / p.strain_width);
            unrest += c.strain / S as f64;
            revolts += f64::from(u8::from(c.revolt));
            reforms += f64::from(u8::from(c.reformed)) / S as f64;
        }
        worst_unrest = worst_unrest.max(unrest);

        // First round: all weigh the world as it stands.
        let mut effects = [NOTHING; S];
        let (mut more_tension, mut keep_tension, mut more_trust, mut more_line) =
            (0.0, 1.0, 0.0, 0.0);
        let mut soften_hope = 0.0;
        for s in 0..S {
            let c = &mut countries[s];
            let struck = !c.curfew && !c.revolt && week - c.last_strike >= 4 && {
                let reasons =
                    p.squeeze_bite * c.squeeze + p.hope_bite * c.hope - p.fear_bite * c.fear;
                happens(rng, (p.strike_base + p.example_bite * c.pull) * reasons.exp())
            };
            let mut echo = 0.0;
            if struck {
                let size = (p.strike_spread * normal(rng)).exp();
                effects[s].grievance += p.strike_size * size;
                effects[s].living -= p.strike_cost * size;
                echo += p.strike_echo * size;
                strikes += 1;
            }
            if !c.revolt && week - c.last_strike <= 3 {
                let reasons =
                    p.strain_bite * c.strain - p.fear_bite * c.fear + p.company_bite * revolts;
                if happens(rng, p.rising_base * reasons.exp()) {
                    effects[s].revolt = Some(true);
                    effects[s].hope += p.rising_hope;
                    echo += p.rising_echo;
                    more_tension += p.rising_shock;
                    risings += 1;
                    c.risen = true;
                    risen_by_1954 |= week <= 51;
                }
            }
            if struck {
                c.last_strike = week;
            }
            if c.revolt && happens(rng, p.calm_base * (p.calm_bite * c.fear).exp()) {
                effects[s].revolt = Some(false);
                effects[s].keep_grievance = p.calm_keep;
            }
            if c.curfew && happens(rng, p.lift_base * (-p.lift_bite * c.strain).exp()) {
                effects[s].curfew = Some(false);
            }
            if week - c.last_harvest >= 26 && happens(rng, p.harvest_base) {
                effects[s].living -= p.harvest_loss;
                c.last_harvest = week;
            }
            if happens(rng, p.broadcast_base * (p.broadcast_bite * tension).exp()) {
                effects[s].hope += p.broadcast_hope;
            }
            if !c.revolt && !c.reformed && week - c.asked_reform >= 8 {
                c.asked_reform = week;
                let hold = p.reform_bar + p.reform_line * line + p.hardness[s] + gumbel(rng);
                let begin = p.reform_strain * c.strain + p.reform_example * reforms + gumbel(rng);
                if begin > hold {
                    effects[s].reformed = Some(true);
                    effects[s].hope += p.reform_hope;
                }
            }
            if c.reformed && !c.revolt && week - c.asked_retreat >= 13 {
                c.asked_retreat = week;
                let go_on = p.retreat_bar - p.reform_line * line + gumbel(rng);
                if p.hardness[s] + c.strain + gumbel(rng) > go_on {
                    effects[s].reformed = Some(false);
                }
            }
            if echo > 0.0 {
                for t in (0..S).filter(|t| *t != s) {
                    effects[t].pull += echo * p.openness[t];
                }
            }
        }
        if happens(rng, p.incident_base * (p.incident_bite * tension).exp()) {
            more_tension += p.incident_shock * (p.incident_spread * normal(rng)).exp();
            incidents += 1;
        }
        if tension < p.summit_bar
            && week - last_summit >= 26
            && happens(rng, p.summit_base * (p.summit_bite * trust).exp())
        {
            keep_tension *= p.summit_keep;
            more_trust += p.summit_trust;
            last_summit = week;
            summits += 1;
        }
        if week % 13 == 0 {
            let keep = p.keep_bar + gumbel(rng);
            let harden = p.harden_unrest * unrest + gumbel(rng);
            let thaw = if old_leader { 0.0 } else { p.soften_gain };
            let soften = p.soften_trust * trust + thaw + gumbel(rng);
            if harden > keep && harden > soften {
                more_line += p.line_step;
            } else if soften > keep {
                more_line -= p.line_step;
                soften_hope = p.soften_hope;
            }
        }
        if week % 26 == 0 {
            let hold_back = p.offer_bar + gumbel(rng);
            if p.offer_tension * tension + gumbel(rng) > hold_back {
                more_trust += p.offer_trust;
                keep_tension *= p.offer_keep;
            }
        }
        if old_leader && happens(rng, p.death_base) {
            old_leader = false;
            more_line -= p.thaw_step;
        }
        effects.iter_mut().for_each(|e| e.hope += soften_hope);
        apply(&mut countries, &effects);
        tension = tension * keep_tension + more_tension;
        trust += more_trust;
        line += more_line;

        // Second round: the centre's answers.
        let revolts = countries.iter().filter(|c| c.revolt).count() as f64;
        if revolts > 0.0 {
            let reforms = countries.iter().filter(|c| c.reformed).count() as f64 / S as f64;
            let mut effects = [NOTHING; S];
            let (mut more_tension, mut keep_trust) = (0.0, 1.0);
            for s in 0..S {
                let c = &mut countries[s];
                if !c.revolt || week - c.asked_answer < 2 {
                    continue;
                }
                c.asked_answer = week;
                let wait = p.wait_worth + gumbel(rng);
                let army = p.army_line * line
                    + p.army_value * p.strategic_value[s]
                    + p.army_spread * revolts
                    + gumbel(rng);
                let give = p.give_trust * trust + p.give_reforms * reforms + gumbel(rng);
                if army > wait && army > give {
                    let e = &mut effects[s];
                    (e.revolt, e.curfew, e.reformed) = (Some(false), Some(true), Some(false));
                    e.fear += p.army_fear;
                    e.keep_hope = p.army_hope_keep;
                    more_tension += p.army_shock;
                    keep_trust *= p.army_keep;
                    armies += 1;
                } else if give > wait {
                    let e = &mut effects[s];
                    (e.revolt, e.reformed) = (Some(false), Some(true));
                    e.living += p.give_goods;
                    e.hope += p.give_hope;
                    for t in (0..S).filter(|t| *t != s) {
                        effects[t].hope += p.give_echo * p.openness[t];
                    }
                    concessions += 1;
                }
            }
            apply(&mut countries, &effects);
            tension += more_tension;
            trust *= keep_trust;
        }

        // Stocks.
        for (s, c) in countries.iter_mut().enumerate() {
            let goal = if c.reformed { p.goal_reformed } else { p.goal_plain };
            let gap = c.expectation - c.living;
            let living = c.living + p.recovery * (goal - c.living) + p.living_noise * normal(rng);
            let expectation = c.expectation - p.adaptation * gap + p.hope_lift * c.hope;
            let grievance = c.grievance + p.grievance_build * gap.max(0.0)
                - p.grievance_decay * c.grievance
                + p.grievance_noise * normal(rng);
            c.living = living.clamp(0.0, 200.0);
            c.expectation = expectation.clamp(0.0, 200.0);
            c.grievance = grievance.clamp(0.0, 200.0);
            c.hope = (c.hope - p.hope_decay * c.hope).clamp(0.0, 200.0);
            c.fear = (c.fear + p.fear_return * (p.fear_rest[s] - c.fear)).clamp(0.0, 200.0);
            c.pull = (c.pull - p.pull_decay * c.pull).clamp(0.0, 200.0);
        }
        tension += p.tension_return * (p.tension_rest - tension) + p.tension_noise * normal(rng);
        tension = tension.clamp(0.0, 200.0);
        trust = (trust - p.trust_decay * trust + p.trust_noise * normal(rng)).clamp(-100.0, 200.0);
        line = (line - p.line_decay * line + p.line_noise * normal(rng)).clamp(-20.0, 20.0);
        tension_sum += tension;
        pull_sum += countries[2].pull;
    }

    let truth = |t: bool| f64::from(u8::from(t));
    let weeks = f64::from(WEEKS);
    let [one, five, eight] = [countries[0], countries[4], countries[7]];
    [
        f64::from(strikes),
        f64::from(risings),
        truth(one.risen),
        truth(five.risen),
        truth(eight.risen),
        truth(countries.iter().any(|c| c.risen)),
        truth(risen_by_1954),
        f64::from(armies),
        f64::from(concessions),
        f64::from(summits),
        f64::from(incidents),
        truth(!old_leader),
        countries.iter().map(|c| truth(c.reformed)).sum(),
        tension,
        tension_sum / weeks,
        trust,
        worst_unrest,
        one.living,
        eight.grievance,
        pull_sum / weeks,
    ]
}

/// Histories on so many cores, and the seconds they took.
fn run<R: Rng + SeedableRng>(
    parameters: &Parameters,
    histories: usize,
    seed: u64,
    cores: usize,
) -> (Vec<[f64; OUTCOMES]>, f64) {
    let mut found = vec![[0.0; OUTCOMES]; histories];
    let start = std::time::Instant::now();
    std::thread::scope(|scope| {
        for (core, part) in found.chunks_mut(histories.div_ceil(cores).max(1)).enumerate() {
            scope.spawn(move || {
                let mut rng = R::seed_from_u64(seed + core as u64);
                part.iter_mut().for_each(|row| *row = history(parameters, &mut rng));
            });
        }
    });
    (found, start.elapsed().as_secs_f64())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("six arguments are wanted");
    let generator = next()?;
    let parameters: Parameters = serde_json::from_str(&std::fs::read_to_string(next()?)?)?;
    let (histories, seed, cores) = (next()?.parse()?, next()?.parse()?, next()?.parse()?);
    let (found, seconds) = match generator.as_str() {
        "std" => run::<StdRng>(&parameters, histories, seed, cores),
        "small" => run::<SmallRng>(&parameters, histories, seed, cores),
        other => return Err(format!("no generator is called {other}").into()),
    };
    println!("{seconds}");
    let bytes: Vec<u8> = found.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
    Ok(std::fs::write(next()?, bytes)?)
}
