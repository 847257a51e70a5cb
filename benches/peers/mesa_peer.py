"""The reference model in Mesa: countries as agents, the blocs as the model, one history at a time."""

import math
import random

import mesa

from parameters import OUTCOMES, WEEKS, load

P = load()
NEVER = -1_000_000


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def held(x, low, high):
    return min(max(x, low), high)


class Country(mesa.Agent):
    """A satellite. Effects of a round are kept in `add`, `keep` and `becomes` until all have acted."""

    def __init__(self, model, number):
        super().__init__(model)
        self.openness, self.value = P.openness[number], P.strategic_value[number]
        self.fear_rest, self.hardness = P.fear_rest[number], P.hardness[number]
        self.living, self.expectation = P.living_start[number], P.expected_start
        self.grievance, self.hope, self.fear, self.pull = P.grievance_start, 0.0, self.fear_rest, 0.0
        self.revolt = self.curfew = self.reformed = self.risen = False
        self.last_strike = self.last_harvest = NEVER
        self.asked_reform = self.asked_retreat = self.asked_answer = NEVER
        self.clear()

    def clear(self):
        self.add = {"living": 0.0, "grievance": 0.0, "hope": 0.0, "pull": 0.0, "fear": 0.0}
        self.keep = {"grievance": 1.0, "hope": 1.0}
        self.becomes = {}

    def observe(self):
        self.squeeze = max(0.0, self.expectation - self.living) / P.squeeze_scale
        self.strain = logistic((self.grievance - self.fear) / P.strain_width)

    def echo(self, name, amount):
        for other in self.model.countries:
            if other is not self:
                other.add[name] += amount * other.openness

    def first_round(self):
        model, week = self.model, self.model.week
        strikes = False
        if not self.curfew and not self.revolt and week - self.last_strike >= 4:
            base = P.strike_base + P.example_bite * self.pull
            strikes = model.happens(
                base * math.exp(P.squeeze_bite * self.squeeze + P.hope_bite * self.hope - P.fear_bite * self.fear)
            )
        if strikes:
            size = math.exp(P.strike_spread * model.dice.gauss())
            self.add["grievance"] += P.strike_size * size
            self.add["living"] -= P.strike_cost * size
            self.echo("pull", P.strike_echo * size)
            model.strikes += 1
        if not self.revolt and week - self.last_strike <= 3:
            reasons = P.strain_bite * self.strain - P.fear_bite * self.fear + P.company_bite * model.revolts
            if model.happens(P.rising_base * math.exp(reasons)):
                self.becomes["revolt"] = True
                self.add["hope"] += P.rising_hope
                self.echo("pull", P.rising_echo)
                self.risen = True
                model.add["tension"] += P.rising_shock
                model.risings += 1
                model.risen_by_1954 |= week <= 51
        if strikes:
            self.last_strike = week
        if self.revolt and model.happens(P.calm_base * math.exp(P.calm_bite * self.fear)):
            self.becomes["revolt"] = False
            self.keep["grievance"] *= P.calm_keep
        if self.curfew and model.happens(P.lift_base * math.exp(-P.lift_bite * self.strain)):
            self.becomes["curfew"] = False
        if week - self.last_harvest >= 26 and model.happens(P.harvest_base):
            self.add["living"] -= P.harvest_loss
            self.last_harvest = week
        if model.happens(P.broadcast_base * math.exp(P.broadcast_bite * model.tension)):
            self.add["hope"] += P.broadcast_hope
        if not self.revolt and not self.reformed and week - self.asked_reform >= 8:
            self.asked_reform = week
            chosen = model.choose({
                "hold": P.reform_bar + P.reform_line * model.line + self.hardness,
                "begin": P.reform_strain * self.strain + P.reform_example * model.reforms,
            })
            if chosen == "begin":
                self.becomes["reformed"] = True
                self.add["hope"] += P.reform_hope
        if self.reformed and not self.revolt and week - self.asked_retreat >= 13:
            self.asked_retreat = week
            chosen = model.choose({
                "go_on": P.retreat_bar - P.reform_line * model.line,
                "turn_back": self.hardness + self.strain,
            })
            if chosen == "turn_back":
                self.becomes["reformed"] = False

    def second_round(self):
        model = self.model
        if not self.revolt or model.week - self.asked_answer < 2:
            return
        self.asked_answer = model.week
        chosen = model.choose({
            "wait": P.wait_worth,
            "army": P.army_line * model.line + P.army_value * self.value + P.army_spread * model.revolts,
            "give": P.give_trust * model.trust + P.give_reforms * model.reforms,
        })
        if chosen == "army":
            self.becomes.update(revolt=False, curfew=True, reformed=False)
            self.add["fear"] += P.army_fear
            self.keep["hope"] *= P.army_hope_keep
            model.add["tension"] += P.army_shock
            model.keep["trust"] *= P.army_keep
            model.armies += 1
        elif chosen == "give":
            self.becomes.update(revolt=False, reformed=True)
            self.add["living"] += P.give_goods
            self.add["hope"] += P.give_hope
            self.echo("hope", P.give_echo)
            model.concessions += 1

    def apply(self):
        for name, factor in self.keep.items():
            setattr(self, name, getattr(self, name) * factor)
        for name, amount in self.add.items():
            setattr(self, name, getattr(self, name) + amount)
        for name, value in self.becomes.items():
            setattr(self, name, value)
        self.clear()

    def move(self):
        gauss = self.model.dice.gauss
        goal = P.goal_reformed if self.reformed else P.goal_plain
        gap = self.expectation - self.living
        living = self.living + P.recovery * (goal - self.living) + P.living_noise * gauss()
        self.expectation = held(self.expectation - P.adaptation * gap + P.hope_lift * self.hope, 0.0, 200.0)
        moved = P.grievance_build * max(0.0, gap) - P.grievance_decay * self.grievance
        self.grievance = held(self.grievance + moved + P.grievance_noise * gauss(), 0.0, 200.0)
        self.living = held(living, 0.0, 200.0)
        self.hope = held(self.hope - P.hope_decay * self.hope, 0.0, 200.0)
        self.fear = held(self.fear + P.fear_return * (self.fear_rest - self.fear), 0.0, 200.0)
        self.pull = held(self.pull - P.pull_decay * self.pull, 0.0, 200.0)


class Blocs(mesa.Model):
    """One history."""

    def __init__(self, seed):
        super().__init__()
        self.dice = random.Random(seed)
        self.countries = [Country(self, number) for number in range(8)]
        self.tension, self.trust, self.line, self.old_leader = P.tension_rest, P.trust_start, 0.0, True
        self.last_summit = NEVER
        self.strikes = self.risings = self.armies = self.concessions = self.summits = self.incidents = 0
        self.risen_by_1954 = False
        self.tension_sum = self.pull_sum = self.worst_unrest = 0.0
        self.clear()

    def clear(self):
        self.add = {"tension": 0.0, "trust": 0.0, "line": 0.0}
        self.keep = {"tension": 1.0, "trust": 1.0}

    def happens(self, hazard):
        return self.dice.random() < 1.0 - math.exp(-hazard)

    def choose(self, options):
        return max(options, key=lambda o: options[o] - math.log(self.dice.expovariate(1.0)))

    def observe(self):
        self.revolts = sum(c.revolt for c in self.countries)
        self.reforms = sum(c.reformed for c in self.countries) / 8

    def act(self):
        soften = False
        if self.happens(P.incident_base * math.exp(P.incident_bite * self.tension)):
            self.add["tension"] += P.incident_shock * math.exp(P.incident_spread * self.dice.gauss())
            self.incidents += 1
        if self.tension < P.summit_bar and self.week - self.last_summit >= 26:
            if self.happens(P.summit_base * math.exp(P.summit_bite * self.trust)):
                self.keep["tension"] *= P.summit_keep
                self.add["trust"] += P.summit_trust
                self.last_summit = self.week
                self.summits += 1
        if self.week % 13 == 0:
            chosen = self.choose({
                "keep": P.keep_bar,
                "harden": P.harden_unrest * self.unrest,
                "soften": P.soften_trust * self.trust + (0.0 if self.old_leader else P.soften_gain),
            })
            self.add["line"] += {"keep": 0.0, "harden": P.line_step, "soften": -P.line_step}[chosen]
            soften = chosen == "soften"
        if self.week % 26 == 0:
            chosen = self.choose({"hold_back": P.offer_bar, "offer": P.offer_tension * self.tension})
            if chosen == "offer":
                self.add["trust"] += P.offer_trust
                self.keep["tension"] *= P.offer_keep
        if self.old_leader and self.happens(P.death_base):
            self.old_leader = False
            self.add["line"] -= P.thaw_step
        for country in self.countries:
            country.add["hope"] += P.soften_hope if soften else 0.0

    def apply(self):
        self.tension = self.tension * self.keep["tension"] + self.add["tension"]
        self.trust = self.trust * self.keep["trust"] + self.add["trust"]
        self.line += self.add["line"]
        self.clear()
        self.agents.do("apply")

    def step(self):
        self.week = self.steps - 1
        self.agents.do("observe")
        self.observe()
        self.unrest = sum(c.strain for c in self.countries) / 8
        self.worst_unrest = max(self.worst_unrest, self.unrest)
        self.agents.do("first_round")
        self.act()
        self.apply()
        self.observe()
        self.agents.do("second_round")
        self.apply()
        self.agents.do("move")
        gauss = self.dice.gauss
        calmed = P.tension_return * (P.tension_rest - self.tension)
        self.tension = held(self.tension + calmed + P.tension_noise * gauss(), 0.0, 200.0)
        self.trust = held(self.trust - P.trust_decay * self.trust + P.trust_noise * gauss(), -100.0, 200.0)
        self.line = held(self.line - P.line_decay * self.line + P.line_noise * gauss(), -20.0, 20.0)
        self.tension_sum += self.tension
        self.pull_sum += self.countries[2].pull

    def outcomes(self):
        c = self.countries
        return [
            self.strikes, self.risings, c[0].risen, c[4].risen, c[7].risen, any(x.risen for x in c),
            self.risen_by_1954, self.armies, self.concessions, self.summits, self.incidents, not self.old_leader,
            sum(x.reformed for x in c), self.tension, self.tension_sum / WEEKS, self.trust, self.worst_unrest,
            c[0].living, c[7].grievance, self.pull_sum / WEEKS,
        ]


def run(histories, seed):
    """Outcomes of so many histories: one row each, columns as in OUTCOMES."""
    found = []
    for number in range(histories):
        model = Blocs(seed * 1_000_003 + number)
        for _ in range(WEEKS):
            model.step()
        found.append([float(x) for x in model.outcomes()])
    assert len(found[0]) == len(OUTCOMES)
    return found
