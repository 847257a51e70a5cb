"""The reference model as plain loops, one history after another, compiled by Numba."""

from collections import namedtuple

import numba
import numpy as np

from parameters import OUTCOMES, SATELLITES as S, WEEKS, load

_found = vars(load())
Parameters = namedtuple("Parameters", list(_found))
PARAMETERS = Parameters(*(np.array(v, float) if isinstance(v, list) else float(v) for v in _found.values()))
NEVER = -1_000_000


@numba.njit
def happens(hazard):
    return np.random.random() < 1.0 - np.exp(-hazard)


@numba.njit
def gumbel():
    return -np.log(-np.log(np.random.random()))


@numba.njit
def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


@numba.njit
def held(x, low, high):
    return min(max(x, low), high)


@numba.njit
def history(p, out):
    living = p.living_start.copy()
    expectation = np.full(S, p.expected_start)
    grievance = np.full(S, p.grievance_start)
    hope = np.zeros(S)
    fear = p.fear_rest.copy()
    pull = np.zeros(S)
    revolt = np.zeros(S, np.bool_)
    curfew = np.zeros(S, np.bool_)
    reformed = np.zeros(S, np.bool_)
    last_strike = np.full(S, NEVER)
    last_harvest = np.full(S, NEVER)
    asked_reform = np.full(S, NEVER)
    asked_retreat = np.full(S, NEVER)
    asked_answer = np.full(S, NEVER)
    asked_line, asked_offer, last_summit = NEVER, NEVER, NEVER
    tension, trust, line = p.tension_rest, p.trust_start, 0.0
    old_leader = True
    risen = np.zeros(S, np.bool_)
    strikes, risings, armies, concessions, summits, incidents = 0, 0, 0, 0, 0, 0
    risen_by_1954 = False
    tension_sum, pull_sum, worst_unrest = 0.0, 0.0, 0.0
    squeeze, strain = np.empty(S), np.empty(S)
    d_living, d_grievance, d_hope, d_pull = np.zeros(S), np.zeros(S), np.zeros(S), np.zeros(S)
    keep_grievance, keep_hope = np.ones(S), np.ones(S)
    to_revolt, to_curfew, to_reformed = np.empty(S, np.bool_), np.empty(S, np.bool_), np.empty(S, np.bool_)
    answer = np.zeros(S, np.int64)

    for week in range(WEEKS):
        # Variables.
        unrest, revolts, reforms = 0.0, 0, 0.0
        for s in range(S):
            squeeze[s] = max(0.0, expectation[s] - living[s]) / p.squeeze_scale
            strain[s] = logistic((grievance[s] - fear[s]) / p.strain_width)
            unrest += strain[s] / S
            revolts += revolt[s]
            reforms += reformed[s] / S
        worst_unrest = max(worst_unrest, unrest)

        # First round: all weigh the world as it stands; effects are collected, then applied.
        d_living[:] = 0.0
        d_grievance[:] = 0.0
        d_hope[:] = 0.0
        d_pull[:] = 0.0
        keep_grievance[:] = 1.0
        to_revolt[:] = revolt
        to_curfew[:] = curfew
        to_reformed[:] = reformed
        d_tension, keep_tension, d_trust, d_line = 0.0, 1.0, 0.0, 0.0
        dies = False
        for s in range(S):
            if not curfew[s] and not revolt[s] and week - last_strike[s] >= 4:
                hazard = (p.strike_base + p.example_bite * pull[s]) * np.exp(
                    p.squeeze_bite * squeeze[s] + p.hope_bite * hope[s] - p.fear_bite * fear[s]
                )
                if happens(hazard):
                    size = np.exp(p.strike_spread * np.random.normal())
                    d_grievance[s] += p.strike_size * size
                    d_living[s] -= p.strike_cost * size
                    for t in range(S):
                        if t != s:
                            d_pull[t] += p.strike_echo * p.openness[t] * size
                    strikes += 1
                    struck_now = True
                else:
                    struck_now = False
            else:
                struck_now = False
            if not revolt[s] and week - last_strike[s] <= 3:
                hazard = p.rising_base * np.exp(
                    p.strain_bite * strain[s] - p.fear_bite * fear[s] + p.company_bite * revolts
                )
                if happens(hazard):
                    to_revolt[s] = True
                    d_tension += p.rising_shock
                    d_hope[s] += p.rising_hope
                    for t in range(S):
                        if t != s:
                            d_pull[t] += p.rising_echo * p.openness[t]
                    risings += 1
                    risen[s] = True
                    if week <= 51:
                        risen_by_1954 = True
            if struck_now:
                last_strike[s] = week
            if revolt[s] and happens(p.calm_base * np.exp(p.calm_bite * fear[s])):
                to_revolt[s] = False
                keep_grievance[s] = p.calm_keep
            if curfew[s] and happens(p.lift_base * np.exp(-p.lift_bite * strain[s])):
                to_curfew[s] = False
            if week - last_harvest[s] >= 26 and happens(p.harvest_base):
                d_living[s] -= p.harvest_loss
                last_harvest[s] = week
            if happens(p.broadcast_base * np.exp(p.broadcast_bite * tension)):
                d_hope[s] += p.broadcast_hope
            if not revolt[s] and not reformed[s] and week - asked_reform[s] >= 8:
                asked_reform[s] = week
                hold = p.reform_bar + p.reform_line * line + p.hardness[s] + gumbel()
                begin = p.reform_strain * strain[s] + p.reform_example * reforms + gumbel()
                if begin > hold:
                    to_reformed[s] = True
                    d_hope[s] += p.reform_hope
            if reformed[s] and not revolt[s] and week - asked_retreat[s] >= 13:
                asked_retreat[s] = week
                go_on = p.retreat_bar - p.reform_line * line + gumbel()
                if p.hardness[s] + strain[s] + gumbel() > go_on:
                    to_reformed[s] = False
        if happens(p.incident_base * np.exp(p.incident_bite * tension)):
            d_tension += p.incident_shock * np.exp(p.incident_spread * np.random.normal())
            incidents += 1
        if tension < p.summit_bar and week - last_summit >= 26:
            if happens(p.summit_base * np.exp(p.summit_bite * trust)):
                keep_tension *= p.summit_keep
                d_trust += p.summit_trust
                last_summit = week
                summits += 1
        if old_leader and happens(p.death_base):
            dies = True
            d_line -= p.thaw_step
        if week - asked_line >= 13:
            asked_line = week
            keep = p.keep_bar + gumbel()
            harden = p.harden_unrest * unrest + gumbel()
            soften = p.soften_trust * trust + (0.0 if old_leader else p.soften_gain) + gumbel()
            if harden > keep and harden > soften:
                d_line += p.line_step
            elif soften > keep:
                d_line -= p.line_step
                d_hope += p.soften_hope
        if week - asked_offer >= 26:
            asked_offer = week
            hold_back = p.offer_bar + gumbel()
            if p.offer_tension * tension + gumbel() > hold_back:
                d_trust += p.offer_trust
                keep_tension *= p.offer_keep
        living += d_living
        grievance *= keep_grievance
        grievance += d_grievance
        hope += d_hope
        pull += d_pull
        revolt[:] = to_revolt
        curfew[:] = to_curfew
        reformed[:] = to_reformed
        tension = tension * keep_tension + d_tension
        trust += d_trust
        line += d_line
        if dies:
            old_leader = False

        # Second round: Moscow's answers.
        revolts, reforms = 0, 0.0
        for s in range(S):
            revolts += revolt[s]
            reforms += reformed[s] / S
        if revolts > 0:
            d_hope[:] = 0.0
            d_living[:] = 0.0
            keep_hope[:] = 1.0
            d_tension, keep_trust = 0.0, 1.0
            for s in range(S):
                answer[s] = 0
                if revolt[s] and week - asked_answer[s] >= 2:
                    asked_answer[s] = week
                    wait = p.wait_worth + gumbel()
                    army = p.army_line * line + p.army_value * p.strategic_value[s] + p.army_spread * revolts + gumbel()
                    give = p.give_trust * trust + p.give_reforms * reforms + gumbel()
                    if army > wait and army > give:
                        answer[s] = 1
                        keep_hope[s] = p.army_hope_keep
                        d_tension += p.army_shock
                        keep_trust *= p.army_keep
                        armies += 1
                    elif give > wait:
                        answer[s] = 2
                        d_living[s] += p.give_goods
                        d_hope[s] += p.give_hope
                        for t in range(S):
                            if t != s:
                                d_hope[t] += p.give_echo * p.openness[t]
                        concessions += 1
            for s in range(S):
                if answer[s] == 1:
                    revolt[s], curfew[s], reformed[s] = False, True, False
                    fear[s] += p.army_fear
                elif answer[s] == 2:
                    revolt[s], reformed[s] = False, True
            living += d_living
            hope *= keep_hope
            hope += d_hope
            tension += d_tension
            trust *= keep_trust

        # Stocks.
        for s in range(S):
            goal = p.goal_reformed if reformed[s] else p.goal_plain
            gap = expectation[s] - living[s]
            new_living = living[s] + p.recovery * (goal - living[s]) + p.living_noise * np.random.normal()
            new_expectation = expectation[s] - p.adaptation * gap + p.hope_lift * hope[s]
            new_grievance = (
                grievance[s] + p.grievance_build * max(0.0, gap) - p.grievance_decay * grievance[s]
                + p.grievance_noise * np.random.normal()
            )
            living[s] = held(new_living, 0.0, 200.0)
            expectation[s] = held(new_expectation, 0.0, 200.0)
            grievance[s] = held(new_grievance, 0.0, 200.0)
            hope[s] = held(hope[s] - p.hope_decay * hope[s], 0.0, 200.0)
            fear[s] = held(fear[s] + p.fear_return * (p.fear_rest[s] - fear[s]), 0.0, 200.0)
            pull[s] = held(pull[s] - p.pull_decay * pull[s], 0.0, 200.0)
        tension = held(
            tension + p.tension_return * (p.tension_rest - tension) + p.tension_noise * np.random.normal(), 0.0, 200.0
        )
        trust = held(trust - p.trust_decay * trust + p.trust_noise * np.random.normal(), -100.0, 200.0)
        line = held(line - p.line_decay * line + p.line_noise * np.random.normal(), -20.0, 20.0)
        tension_sum += tension
        pull_sum += pull[2]

    out[0], out[1] = strikes, risings
    out[2], out[3], out[4] = risen[0], risen[4], risen[7]
    out[5], out[6] = risen.any(), risen_by_1954
    out[7], out[8], out[9], out[10] = armies, concessions, summits, incidents
    out[11], out[12] = not old_leader, reformed.sum()
    out[13], out[14], out[15] = tension, tension_sum / WEEKS, trust
    out[16], out[17], out[18], out[19] = worst_unrest, living[0], grievance[7], pull_sum / WEEKS


@numba.njit
def _one_core(p, histories, seed):
    np.random.seed(seed)
    out = np.empty((histories, 20))
    for h in range(histories):
        history(p, out[h])
    return out


@numba.njit(parallel=True)
def _all_cores(p, histories, seed):
    out = np.empty((histories, 20))
    blocks = numba.get_num_threads()
    for block in numba.prange(blocks):
        np.random.seed(seed + block)
        for h in range(histories * block // blocks, histories * (block + 1) // blocks):
            history(p, out[h])
    return out


def run(histories, seed, cores=1):
    """Outcomes of so many histories: one row each, columns as in OUTCOMES."""
    assert len(OUTCOMES) == 20
    return (_one_core if cores == 1 else _all_cores)(PARAMETERS, histories, seed)
