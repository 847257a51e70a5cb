#!/usr/bin/env python3
"""Time Détente beside what a user would otherwise write, after checking that all say the same.

usage: python3 benches/peers/run.py [--without-detente] [--repeats N]

Needs Python 3.11 or later with venv, and cargo. Builds detente, and makes its own Python environment
under target/peers. Exits with 1 if two programs disagree, before anything is timed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "peers"
DETENTE = ROOT / "target" / "release" / "detente"


def environment():
    """Run this program again in an environment that has the peers' libraries."""
    python = WORK / "venv" / "bin" / "python"
    mark = WORK / "venv" / "requirements.txt"
    wanted = (HERE / "requirements.txt").read_text()
    if not mark.exists() or mark.read_text() != wanted:
        venv.create(WORK / "venv", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
        mark.write_text(wanted)
    if Path(sys.prefix).resolve() != (WORK / "venv").resolve():
        sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)


environment()

import numpy as np  # noqa: E402

import mesa_peer  # noqa: E402
import numba_peer  # noqa: E402
import numpy_peer  # noqa: E402
from parameters import OUTCOMES, SCENARIO, load  # noqa: E402

CORES = os.cpu_count() or 1


# Each peer takes a number of histories and a seed, and gives their outcomes and the seconds taken.


def timed(run):
    def peer(histories, seed):
        start = time.perf_counter()
        found = np.array(run(histories, seed), float)
        return found, time.perf_counter() - start

    return peer


def scalar(generator, cores):
    binary = WORK / "scalar" / "release" / "scalar-peer"

    def peer(histories, seed):
        out = WORK / "scalar.bin"
        command = [binary, generator, WORK / "parameters.json", histories, seed, cores, out]
        seconds = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout
        return np.fromfile(out).reshape(histories, len(OUTCOMES)), float(seconds)

    return peer


def detente(histories, seed, cores):
    """The ensemble of the shipped program, whole process: load, check, run, summarise, print.

    On so many cores altogether, the one that folds among them. No tables are kept and no quantity is
    followed week by week, as by the others.
    """
    command = [DETENTE, "ensemble", SCENARIO, "--histories", histories, "--seed", seed, "--jobs", cores,
               "--series", "none", "--format", "json", "--out", "-"]
    start = time.perf_counter()
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          preexec_fn=lambda: hold_to(cores))
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"detente ended with {done.returncode}:\n{done.stderr}")
    return {entry["id"]: entry for entry in json.loads(done.stdout)["outcomes"]}, seconds


def hold_to(cores):
    """Keeps a process on so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


PEERS = {
    "NumPy": timed(numpy_peer.run),
    "Numba": timed(numba_peer.run),
    "Mesa": timed(mesa_peer.run),
    "scalar Rust (StdRng)": scalar("std", 1),
    "scalar Rust (SmallRng)": scalar("small", 1),
}
ON_ALL_CORES = {
    "Numba": timed(lambda histories, seed: numba_peer.run(histories, seed, CORES)),
    "scalar Rust (StdRng)": scalar("std", CORES),
}
GOALS = {"NumPy": 5, "Numba": 1.5, "Mesa": 200, "scalar Rust (StdRng)": 2}
CHECKED = {"Mesa": 1_500}
TIMED = {"Mesa": 40, "NumPy": 4_000, "Numba": 4_000}
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
ERRORS = 4.0


def summary(column):
    """A peer's outcome in the shape in which Détente reports it."""
    return {
        "value": column.mean(),
        "error": column.std(ddof=1) / len(column) ** 0.5,
        "quantiles": dict(zip(LEVELS, np.quantile(column, LEVELS, method="inverted_cdf"))),
    }


def disagreements(name, found, count, reference):
    """Where means or quantiles differ from the reference by more than four standard errors.

    A quantile agrees if the reference puts its level, give or take the error, at or across it.
    """
    wrong = []
    for k, outcome in enumerate(OUTCOMES):
        of = reference[:, k]
        ours, theirs = found[outcome], summary(of)
        apart = abs(ours["value"] - theirs["value"])
        error = (ours["error"] ** 2 + theirs["error"] ** 2) ** 0.5
        if apart > ERRORS * error:
            wrong.append(f"{name}: mean of {outcome} {ours['value']:.4f}, not {theirs['value']:.4f} ({apart / error:.1f} errors)")
        for level, at in ours.get("quantiles", {}).items():
            level = float(level)
            slack = ERRORS * (level * (1 - level) * (1 / count + 1 / len(of))) ** 0.5
            # Reported quantiles may be rounded to their printed digits.
            grain = 1e-6 * max(1.0, abs(at))
            if (of < at - grain).mean() > level + slack or (of <= at + grain).mean() < level - slack:
                wrong.append(f"{name}: {level} quantile of {outcome} is {at:.4f}, where the others have {(of <= at).mean():.3f}")
    return wrong


def check(with_detente):
    """All programs against the plainest of them, scalar Rust, in the means and quantiles of outcomes."""
    reference, _ = PEERS["scalar Rust (SmallRng)"](200_000, 1)
    wrong, quantities = [], 0
    for place, (name, peer) in enumerate(PEERS.items()):
        count = CHECKED.get(name, 20_000)
        found, _ = peer(count, 100 + place)
        columns = {outcome: summary(found[:, k]) for k, outcome in enumerate(OUTCOMES)}
        wrong += disagreements(name, columns, count, reference)
        quantities += len(OUTCOMES) * (1 + len(LEVELS))
    if with_detente:
        found, _ = detente(20_000, 7, CORES)
        wrong += disagreements("Détente", found, 20_000, reference)
        quantities += sum(1 + len(found[outcome].get("quantiles", {})) for outcome in OUTCOMES)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{quantities} means and quantiles agree within {ERRORS:g} standard errors.\n")


def time_all(peers, cores, with_detente, repeats):
    """Microseconds a history, by program: one number a round, the programs taking turns."""
    taken = {name: [] for name in peers}
    if with_detente:
        taken["Détente"] = []
    for name, peer in peers.items():
        peer(2, 0)
    for turn in range(repeats):
        for name, peer in peers.items():
            count = TIMED.get(name, 20_000)
            taken[name].append(peer(count, turn)[1] / count * 1e6)
        if with_detente:
            taken["Détente"].append(detente(20_000, turn, cores)[1] / 20_000 * 1e6)
    return {name: np.array(times) for name, times in taken.items()}


def table(title, taken):
    """Medians of the rounds, and of the ratios within each round."""
    ours = taken.get("Détente")
    print(f"{title:<28} {'µs a history':>14} {'Détente is faster by':>22} {'goal':>6}")
    for name, times in sorted(taken.items(), key=lambda entry: np.median(entry[1])):
        time_of = np.median(times)
        ratio = f"{np.median(times / ours):.2f}×" if ours is not None and name != "Détente" else ""
        goal = f"{GOALS[name]}×" if name in GOALS else ""
        print(f"{name:<28} {time_of:>14.1f} {ratio:>22} {goal:>6}")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without-detente", action="store_true", help="check and time the peers alone")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with_detente = not options.without_detente
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "parameters.json").write_text(json.dumps(vars(load())))
    subprocess.run(
        ["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path", HERE / "scalar" / "Cargo.toml",
         "--target-dir", WORK / "scalar"], check=True)
    if with_detente:
        # With the whole workspace, so that nothing is built again for other features.
        subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", "--workspace"], cwd=ROOT,
                       check=True)
    check(with_detente)
    table("one core", time_all(PEERS, 1, with_detente, options.repeats))
    table(f"all {CORES} cores", time_all(ON_ALL_CORES, CORES, with_detente, options.repeats))


if __name__ == "__main__":
    main()
