"""The reference model in NumPy: every quantity an array over histories, week after week."""

import numpy as np

from parameters import OUTCOMES, SATELLITES as S, WEEKS, load

P = load()
LIVING_START, OPENNESS, VALUE, FEAR_REST, HARDNESS = (
    np.array(v, float) for v in (P.living_start, P.openness, P.strategic_value, P.fear_rest, P.hardness)
)
NEVER = -1_000_000
BATCH = 1_000


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def batch(n, rng):
    """Outcomes of n histories run abreast."""

    def happens(at_risk, hazard):
        return at_risk & (rng.random(at_risk.shape) < -np.expm1(-hazard))

    def gumbel(*shape):
        return -np.log(rng.standard_exponential(shape))

    def others(amount):
        """What each hears of the others: all but its own, by its openness."""
        return OPENNESS * (amount.sum(axis=1, keepdims=True) - amount)

    living = np.tile(LIVING_START, (n, 1))
    expectation = np.full((n, S), float(P.expected_start))
    grievance = np.full((n, S), float(P.grievance_start))
    hope, pull = np.zeros((n, S)), np.zeros((n, S))
    fear = np.tile(FEAR_REST, (n, 1))
    revolt, curfew, reformed, risen = (np.zeros((n, S), bool) for _ in range(4))
    last_strike, last_harvest, asked_reform, asked_retreat, asked_answer = (
        np.full((n, S), NEVER) for _ in range(5)
    )
    last_summit = np.full(n, NEVER)
    tension, trust, line = np.full(n, float(P.tension_rest)), np.full(n, float(P.trust_start)), np.zeros(n)
    old_leader, risen_by_1954 = np.ones(n, bool), np.zeros(n, bool)
    strikes, risings, armies, concessions, summits, incidents = (np.zeros(n) for _ in range(6))
    tension_sum, pull_sum, worst_unrest = np.zeros(n), np.zeros(n), np.zeros(n)

    for week in range(WEEKS):
        # Variables.
        squeeze = np.maximum(0.0, expectation - living) / P.squeeze_scale
        strain = logistic((grievance - fear) / P.strain_width)
        unrest = strain.mean(axis=1)
        revolts = revolt.sum(axis=1, keepdims=True)
        reforms = reformed.mean(axis=1, keepdims=True)
        worst_unrest = np.maximum(worst_unrest, unrest)

        # First round: all weigh the world as it stands.
        base = P.strike_base + P.example_bite * pull
        strike = happens(
            ~curfew & ~revolt & (week - last_strike >= 4),
            base * np.exp(P.squeeze_bite * squeeze + P.hope_bite * hope - P.fear_bite * fear),
        )
        size = np.where(strike, np.exp(P.strike_spread * rng.standard_normal((n, S))), 0.0)
        rising = happens(
            ~revolt & (week - last_strike <= 3),
            P.rising_base * np.exp(P.strain_bite * strain - P.fear_bite * fear + P.company_bite * revolts),
        )
        calm = happens(revolt, P.calm_base * np.exp(P.calm_bite * fear))
        lifted = happens(curfew, P.lift_base * np.exp(-P.lift_bite * strain))
        harvest = happens(week - last_harvest >= 26, P.harvest_base)
        broadcast = happens(np.ones((n, S), bool), (P.broadcast_base * np.exp(P.broadcast_bite * tension))[:, None])
        incident = happens(np.ones(n, bool), P.incident_base * np.exp(P.incident_bite * tension))
        summit = happens(
            (tension < P.summit_bar) & (week - last_summit >= 26), P.summit_base * np.exp(P.summit_bite * trust)
        )
        dies = happens(old_leader, P.death_base)

        asked = ~revolt & ~reformed & (week - asked_reform >= 8)
        hold = P.reform_bar + (P.reform_line * line)[:, None] + HARDNESS + gumbel(n, S)
        begin = asked & (P.reform_strain * strain + P.reform_example * reforms + gumbel(n, S) > hold)
        asked_reform[asked] = week
        asked = reformed & ~revolt & (week - asked_retreat >= 13)
        go_on = P.retreat_bar - (P.reform_line * line)[:, None] + gumbel(n, S)
        turn_back = asked & (HARDNESS + strain + gumbel(n, S) > go_on)
        asked_retreat[asked] = week
        harden = soften = offer = np.zeros(n, bool)
        if week % 13 == 0:
            options = np.stack([
                P.keep_bar + gumbel(n),
                P.harden_unrest * unrest + gumbel(n),
                P.soften_trust * trust + np.where(old_leader, 0.0, P.soften_gain) + gumbel(n),
            ])
            chosen = options.argmax(axis=0)
            harden, soften = chosen == 1, chosen == 2
        if week % 26 == 0:
            offer = P.offer_tension * tension + gumbel(n) > P.offer_bar + gumbel(n)

        # Its effects.
        living += -P.strike_cost * size - P.harvest_loss * harvest
        grievance *= np.where(calm, P.calm_keep, 1.0)
        grievance += P.strike_size * size
        hope += P.rising_hope * rising + P.broadcast_hope * broadcast + P.reform_hope * begin
        hope += (P.soften_hope * soften)[:, None]
        pull += others(P.strike_echo * size + P.rising_echo * rising)
        tension *= np.where(summit, P.summit_keep, 1.0) * np.where(offer, P.offer_keep, 1.0)
        tension += P.rising_shock * rising.sum(axis=1)
        tension += P.incident_shock * np.where(incident, np.exp(P.incident_spread * rng.standard_normal(n)), 0.0)
        trust += P.summit_trust * summit + P.offer_trust * offer
        line += P.line_step * harden - P.line_step * soften - P.thaw_step * dies
        revolt = (revolt | rising) & ~calm
        curfew = curfew & ~lifted
        reformed = (reformed | begin) & ~turn_back
        old_leader = old_leader & ~dies
        last_strike[strike] = week
        last_harvest[harvest] = week
        last_summit[summit] = week
        risen |= rising
        if week <= 51:
            risen_by_1954 |= rising.any(axis=1)
        strikes += strike.sum(axis=1)
        risings += rising.sum(axis=1)
        summits += summit
        incidents += incident

        # Second round: the centre's answers.
        asked = revolt & (week - asked_answer >= 2)
        if asked.any():
            revolts = revolt.sum(axis=1, keepdims=True)
            reforms = reformed.mean(axis=1, keepdims=True)
            options = np.stack([
                P.wait_worth + gumbel(n, S),
                (P.army_line * line)[:, None] + P.army_value * VALUE + P.army_spread * revolts + gumbel(n, S),
                (P.give_trust * trust)[:, None] + P.give_reforms * reforms + gumbel(n, S),
            ])
            chosen = np.where(asked, options.argmax(axis=0), 0)
            army, give = chosen == 1, chosen == 2
            asked_answer[asked] = week
            revolt = revolt & ~army & ~give
            curfew = curfew | army
            reformed = (reformed & ~army) | give
            fear += P.army_fear * army
            living += P.give_goods * give
            hope *= np.where(army, P.army_hope_keep, 1.0)
            hope += P.give_hope * give + others(P.give_echo * give)
            tension += P.army_shock * army.sum(axis=1)
            trust *= np.power(P.army_keep, army.sum(axis=1))
            armies += army.sum(axis=1)
            concessions += give.sum(axis=1)

        # Stocks.
        goal = np.where(reformed, P.goal_reformed, P.goal_plain)
        gap = expectation - living
        living = living + P.recovery * (goal - living) + P.living_noise * rng.standard_normal((n, S))
        expectation = expectation - P.adaptation * gap + P.hope_lift * hope
        grievance = (
            grievance + P.grievance_build * np.maximum(0.0, gap) - P.grievance_decay * grievance
            + P.grievance_noise * rng.standard_normal((n, S))
        )
        hope = hope - P.hope_decay * hope
        fear = fear + P.fear_return * (FEAR_REST - fear)
        pull = pull - P.pull_decay * pull
        for stock in (living, expectation, grievance, hope, fear, pull):
            np.clip(stock, 0.0, 200.0, out=stock)
        tension = tension + P.tension_return * (P.tension_rest - tension) + P.tension_noise * rng.standard_normal(n)
        tension = np.clip(tension, 0.0, 200.0)
        trust = np.clip(trust - P.trust_decay * trust + P.trust_noise * rng.standard_normal(n), -100.0, 200.0)
        line = np.clip(line - P.line_decay * line + P.line_noise * rng.standard_normal(n), -20.0, 20.0)
        tension_sum += tension
        pull_sum += pull[:, 2]

    return np.column_stack([
        strikes, risings, risen[:, 0], risen[:, 4], risen[:, 7], risen.any(axis=1), risen_by_1954, armies,
        concessions, summits, incidents, ~old_leader, reformed.sum(axis=1), tension, tension_sum / WEEKS, trust,
        worst_unrest, living[:, 0], grievance[:, 7], pull_sum / WEEKS,
    ])


def run(histories, seed):
    """Outcomes of so many histories: one row each, columns as in OUTCOMES."""
    rng = np.random.default_rng(seed)
    parts = [batch(min(BATCH, histories - done), rng) for done in range(0, histories, BATCH)]
    assert parts[0].shape[1] == len(OUTCOMES)
    return np.concatenate(parts)
