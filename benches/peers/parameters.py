"""The numbers of the reference model, read from the scenario folder that all peers are held to."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

SCENARIO = Path(__file__).parent / "scenario"
SATELLITES = 8
WEEKS = 200

OUTCOMES = [
    "strikes", "risings", "rising_in_one", "rising_in_five", "rising_in_eight", "any_rising",
    "rising_by_1954", "armies", "concessions", "summits", "incidents", "old_leader_dead",
    "reformed_at_the_end", "tension_at_the_end", "tension_over_all", "trust_at_the_end",
    "worst_unrest", "living_in_one", "grievance_in_eight", "pull_on_three",
]


def load():
    """Every parameter by its name: a number, or a list with one for each satellite."""
    found = {}
    for path in sorted((SCENARIO / "model").glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text()).get("parameter", {}).items():
            value = entry["value"]
            found[name] = list(value.values()) if isinstance(value, dict) else value
    return SimpleNamespace(**found)
