"""Derives Sobol' indices and elementary effects anew with SALib, from the same runs.

Usage: read_sensitivity.py target/tmp/sensitivity.json
"""

import json
import sys

import numpy as np
from SALib.analyze import morris, sobol


def near(name, ours, theirs, margin=1e-9):
    worst = np.max(np.abs(np.asarray(ours) - np.asarray(theirs)))
    assert worst <= margin, f"{name}: {ours} here, {theirs} by SALib"
    print(f"{name}: the same, to {worst:.1e}")


def index(indices, key):
    return [factor[key]["value"] for factor in indices["factors"]]


def problem(count):
    return {"num_vars": count, "names": [f"x{k}" for k in range(count)], "bounds": [[0, 1]] * count}


def main(path):
    with open(path, encoding="utf-8") as file:
        designs = json.load(file)

    # Without chance: the same estimators, so the same numbers.
    found = np.asarray(designs["sobol"]["found"])[:, :, 0]
    theirs = sobol.analyze(problem(3), found.ravel(), calc_second_order=False)
    ours = designs["sobol"]["indices"]
    near("first-order indices", index(ours, "first"), theirs["S1"])
    near("total indices", index(ours, "total"), theirs["ST"])

    # With chance: SALib is given many histories' means in place of the conditional mean. It does not
    # take chance out of them, so what it sees of doubt is too much by a share of the variance of
    # chance; with that taken out by hand, both are estimates of one thing.
    found = np.asarray(designs["chance"]["found"])
    ours = designs["chance"]["indices"]
    repetitions = found.shape[2]
    means = found.mean(axis=2)
    within = found.var(axis=2, ddof=1).mean() / repetitions
    total = means[:, [0, 4]].var()
    theirs = sobol.analyze(problem(3), means.ravel(), calc_second_order=False)
    corrected = total / (total - within)
    for factor in range(2):
        low, high = ours["factors"][factor]["first"]["interval"]
        value = theirs["S1"][factor] * corrected
        slack = 0.5 * (high - low) + theirs["S1_conf"][factor] * corrected
        assert abs(value - ours["factors"][factor]["first"]["value"]) < slack, (value, low, high)
    assert ours["factors"][2]["total"]["value"] == 0.0 and theirs["ST"][2] == 0.0
    # Chance as one more factor: Jansen's total index of single runs.
    single = [
        sobol.analyze(problem(3), found[:, :, k].ravel(), calc_second_order=False)["ST"]
        * found[:, :, k][:, [0, 4]].var()
        for k in range(repetitions)
    ]
    variance = found[:, [0, 4], :].var()
    near("total indices with chance", index(ours, "with_chance"), np.mean(single, axis=0) / variance)

    points = np.asarray(designs["morris"]["points"])
    found = np.asarray(designs["morris"]["found"])
    theirs = morris.analyze(problem(points.shape[1]), points, found, num_levels=4)
    ours = designs["morris"]["measures"]
    for key in ("mu", "mu_star", "sigma"):
        near(f"elementary effects, {key}", [one[key] for one in ours], theirs[key])


if __name__ == "__main__":
    main(sys.argv[1])
