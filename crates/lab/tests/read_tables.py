"""Read a run's tables with pyarrow, Polars and DuckDB, and hold them against its summary.

usage: python read_tables.py FOLDER

Readers that are not installed are left out, and said to be; with none of them it fails.
"""

import csv
import importlib
import json
import pathlib
import sys


def by_pyarrow(parquet, table):
    columns = parquet.read_table(table)
    return len(columns), lambda name: sum(columns[name].to_pylist()) / len(columns)


def by_polars(polars, table):
    frame = polars.read_parquet(table)
    return len(frame), lambda name: frame[name].mean()


def by_duckdb(duckdb, table):
    rows = duckdb.execute(f"select count(*) from '{table}'").fetchall()[0][0]
    share = "select avg(case when \"{}\" then 1.0 else 0.0 end) from '{}'"
    return rows, lambda name: duckdb.execute(share.format(name, table)).fetchall()[0][0]


READERS = {"pyarrow.parquet": by_pyarrow, "polars": by_polars, "duckdb": by_duckdb}


def main(folder):
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    truths = {one["id"]: one["value"] for one in summary["outcomes"] if one["kind"] == "probability"}
    read = 0
    for module, reader in READERS.items():
        try:
            library = importlib.import_module(module)
        except ImportError:
            print(f"{module}: not installed, left out")
            continue
        for table, stated in manifest["rows"].items():
            rows, _ = reader(library, str(folder / table))
            assert rows == stated, (module, table, rows, stated)
        rows, share = reader(library, str(folder / "histories.parquet"))
        assert rows == summary["histories"], (module, rows)
        for name, value in truths.items():
            assert abs(share(name) - value) < 1e-12, (module, name, share(name), value)
        print(f"{module}: {len(manifest['rows'])} tables, {len(truths)} outcomes agree")
        read += 1
    with open(folder / "outcomes.csv", newline="", encoding="utf-8") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    assert ids == [one["id"] for one in summary["outcomes"]]
    if read == 0:
        sys.exit("none of pyarrow, polars and duckdb is installed")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
