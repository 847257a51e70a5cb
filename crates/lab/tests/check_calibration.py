"""Re-derive what `detente fit --calibrate` says of its ranks, with NumPy and SciPy.

usage: python check_calibration.py ANSWER.json

Histograms and χ² have to agree to the last figure; p values, which the laboratory simulates, to what
simulation and the approximation by the χ² distribution leave.
"""

import json
import pathlib
import sys

import numpy
from scipy import stats


def check(name, ranks, said, ranked, bins=8):
    counts, _ = numpy.histogram(numpy.asarray(ranks) * bins // (ranked + 1), bins=range(bins + 1))
    assert counts.tolist() == said["histogram"], (name, counts, said["histogram"])
    statistic, p = stats.chisquare(counts)
    assert abs(statistic - said["chi_square"]) < 1e-9, (name, statistic, said["chi_square"])
    assert abs(p - said["chi_square_p"]) < 0.08, (name, p, said["chi_square_p"])
    edges = numpy.arange(1, bins) * (ranked + 1) // bins
    below = numpy.array([(numpy.asarray(ranks) < edge).sum() for edge in edges])
    share = edges / (ranked + 1)
    tails = numpy.minimum(
        stats.binom.cdf(below, len(ranks), share), stats.binom.sf(below - 1, len(ranks), share)
    )
    generator = numpy.random.default_rng(1)
    simulated = generator.integers(0, ranked + 1, size=(20_000, len(ranks)))
    under = (simulated[:, :, None] < edges).sum(axis=1)
    narrow = numpy.minimum(
        stats.binom.cdf(under, len(ranks), share), stats.binom.sf(under - 1, len(ranks), share)
    ).min(axis=1)
    band = (narrow <= tails.min() + 1e-12).mean()
    assert abs(band - said["band_p"]) < 0.08, (name, band, said["band_p"])


def main(path):
    answer = json.loads(pathlib.Path(path).read_text())
    assert answer["ranks"], "nothing was ranked"
    for one in answer["ranks"]:
        check(one["id"], one["ranks"], one, answer["ranked"])
    print(f"{len(answer['ranks'])} sets of {answer['worlds']} ranks: SciPy agrees")


if __name__ == "__main__":
    main(sys.argv[1])
