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

    # With chance: SALib is given means over histories in place of the conditional mean, those of B
    # over other histories than those of A and the mixtures, so that its products hold no chance. Its
    # divisor still does; with the variance of chance taken out of that, both estimate one thing.
    found = np.asarray(designs["chance"]["found"])
    ours = designs["chance"]["indices"]
    repetitions = found.shape[2]
    half = repetitions // 2
    means = found[:, :, :half].mean(axis=2)
    means[:, -1] = found[:, -1, half:].mean(axis=1)
    within = found[:, [0, -1], :].var(axis=2, ddof=1).mean() / half
    total = means[:, [0, -1]].var()
    theirs = sobol.analyze(problem(3), means.ravel(), calc_second_order=False)
    corrected = total / (total - within)
    for factor in range(2):
        low, high = ours["factors"][factor]["first"]["interval"]
        value = theirs["S1"][factor] * corrected
        slack = 0.5 * (high - low) + theirs["S1_conf"][factor] * corrected
        ours_first = ours["factors"][factor]["first"]["value"]
        assert abs(value - ours_first) < slack, (value, low, high)
        print(f"first-order index with chance: {ours_first:.3f} here, {value:.3f} ± {slack:.3f} by SALib")
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
