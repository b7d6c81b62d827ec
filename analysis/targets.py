"""What a plan promises: targets by area, bound, commitment and unit, and the arithmetic of a pace.

Blood donations are not spoken of here; nothing is drawn and no file is read.
"""

from __future__ import annotations

import re

import pandas as pd

from analysis.tables import Tables


def printed(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the targets of a plan that a seed prints, in the page's order: not all targets of the plan.

    Args:
        tables: the checked tables.
        plan_id: a row of ``plans.csv``.

    Returns:
        The rows of ``targets.csv`` whose source is a seed, with ``area_position``; the index is the row in the CSV.

    Raises:
        KeyError: no such plan.

    >>> from analysis.tables import load
    >>> rows = printed(load(), "sd-2024")
    >>> len(rows), len(quantified(rows))
    (30, 25)
    """
    if plan_id not in set(tables["plans"]["plan_id"]):
        raise KeyError(f"found plan '{plan_id}', expected one of {', '.join(tables['plans']['plan_id'])}")
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    rows = tables["targets"]
    rows = rows[(rows["plan_id"] == plan_id) & rows["source_id"].isin(seeds)]
    positions = tables["areas"].query("plan_id == @plan_id").set_index("area")["position"]
    return rows.assign(area_position=rows["area"].map(positions)).sort_values("area_position", kind="stable")


def quantified(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that state a number (``bound`` is not none)."""
    return targets[targets["bound"] != "none"]


def summary(targets: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count the quantified targets of each area by one of their columns.

    Args:
        targets: as `printed` returns them.
        column: ``bound``, ``commitment``, ``basis`` or ``unit``.

    Returns:
        Index ``area`` in the plan's order, one column per code in use with the count of targets, and ``total``.

    >>> from analysis.tables import load
    >>> int(summary(printed(load(), "sd-2024"), "commitment")["ensure"].sum())
    1
    """
    rows = quantified(targets)
    counts = pd.crosstab(rows["area"], rows[column]).reindex(rows["area"].unique())
    counts.columns.name = None
    return counts.assign(total=counts.sum(axis=1))


def overview(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the quantified targets of a plan that a seed prints, each with what became of it by public outcomes.

    Args:
        tables: the checked tables.
        plan_id: a row of ``plans.csv``.

    Returns:
        One row per target in the page's order, the index its row in the CSV: ``target_id``, ``place``,
        ``period_start``, ``period_end`` (of the plan), ``area`` (code), ``area_zh``, ``area_en``, ``name_zh``,
        ``name_en``, ``printed``, ``value_low``, ``value_high`` (base units), ``unit``, ``bound``, ``commitment``,
        ``status`` (see `progress`), ``source_id``, ``outcome_source_id`` (of the outcome that decided, or empty).

    Raises:
        KeyError: no such plan.

    >>> from analysis.tables import load
    >>> int(overview(load(), "sd-2024")["status"].value_counts()["met"])
    3
    """
    rows = quantified(printed(tables, plan_id))
    found = progress(rows, tables["outcomes"]).set_index("target_id")
    sources = tables["outcomes"].set_index("outcome_id")["source_id"]
    plan = tables["plans"].set_index("plan_id").loc[plan_id]
    areas = tables["areas"].query("plan_id == @plan_id").set_index("area")
    rows = rows.assign(
        status=rows["target_id"].map(found["status"]),
        outcome_source_id=rows["target_id"].map(found["outcome_id"]).map(sources).fillna(""),
        **plan[["place", "period_start", "period_end"]],
    )
    rows = rows.assign(**{f"area_{lang}": rows["area"].map(areas[f"name_{lang}"]).fillna("") for lang in ("zh", "en")})
    named = ["area", "area_zh", "area_en", "name_zh", "name_en"]
    number = ["printed", "value_low", "value_high", "unit", "bound"]
    period = ["place", "period_start", "period_end"]
    return rows[["target_id", *period, *named, *number, "commitment", "status", "source_id", "outcome_source_id"]]


def components(targets: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Lay each target beside each outcome that was published for it: how a status comes about.

    Args:
        targets: rows of ``targets.csv``. outcomes: rows of ``outcomes.csv``.

    Returns:
        One row per target and outcome (one with NaN where there is none): ``target_id``, ``bound``,
        ``direction``, ``value`` (the end of the target to be reached: the lower one where higher is better),
        ``outcome_id``, ``outcome``, ``as_of``, ``comparable``, ``reason_en``, ``reason_zh``, ``percent`` (outcome in
        percent of ``value``; NaN where either has no number or the value is 0), ``reached`` (bool, or NA where it
        cannot be said).
    """
    wanted = targets["value_low"].where(targets["direction"] != "lower", targets["value_high"])
    rows = targets.assign(value=wanted)[["target_id", "bound", "direction", "value"]]
    texts = ["as_of", "comparable", "reason_en", "reason_zh"]
    found = outcomes.rename(columns={"value": "outcome"})[["target_id", "outcome_id", "outcome", *texts]]
    laid = rows.merge(found, on="target_id", how="left").fillna(dict.fromkeys(["outcome_id", *texts], ""))
    laid["percent"] = 100 * laid["outcome"] / laid["value"].where(laid["value"] != 0)
    passed = (laid["outcome"] >= laid["value"]).where(laid["direction"] != "lower", laid["outcome"] <= laid["value"])
    # These two bounds leave the number itself out.
    passed &= ~(laid["bound"].isin(["more_than", "less_than"]) & (laid["outcome"] == laid["value"]))
    # A promise without a number is kept when what it sought was granted.
    passed = passed.astype("boolean").mask(laid["bound"] == "none", True)
    said = laid["comparable"].isin(["yes"]) & (laid["outcome"].notna() | (laid["bound"] == "none"))
    laid["reached"] = passed.where(said, pd.NA)
    return laid


def progress(targets: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Say what became of each target, by its published outcomes.

    Reaching or passing the value in the target's direction is met, whatever the bound (passing it, where the bound
    is more_than or less_than): no tolerance is invented for 左右; what falls short of it says by how much in
    ``percent``. Among comparable outcomes the latest counts.
    After open-sdg's progress measure, without its silent defaults: direction is the row's, and no base is assumed.

    Args:
        targets: rows of ``targets.csv``. outcomes: rows of ``outcomes.csv``.

    Returns:
        One row per target, in their order: the columns of `components` for the outcome that decided, and ``status``:
        met, not_met, partly (an outcome that is partly comparable), not_comparable or nothing_found (the last two:
        cannot assess).
    """
    laid = components(targets, outcomes)
    rank = laid["comparable"].map({"yes": 0, "partly": 1, "no": 2}).fillna(3)
    laid["status"] = rank.map({1: "partly", 2: "not_comparable", 3: "nothing_found"})
    laid.loc[rank == 0, "status"] = laid["reached"].map({True: "met", False: "not_met"}).fillna("not_comparable")
    # A year or month alone stands for its end: "~" sorts behind every month and day.
    order = laid.assign(rank=rank, until=laid["as_of"] + "~")
    order = order.sort_values(["rank", "until"], ascending=[True, False], kind="stable").drop(columns="until")
    chosen = order.drop_duplicates("target_id").drop(columns="rank").set_index("target_id")
    return chosen.loc[targets["target_id"]].reset_index()


def compare_plans(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Pair the targets of two plans where the definitions match, and list the others with the reason.

    Definitions match where the short name, the part of ``target_id`` behind the plan, is the same (so the curator
    says), and unit, basis and direction are.

    Args:
        a, b: rows of ``targets.csv`` of one plan each, the earlier first.

    Returns:
        One row per pair, then per target of either plan without one: ``name``, ``a`` and ``b`` (their target_id, or
        empty), ``why`` (paired, no_same_name, unit, basis or direction: where they differ).
    """
    sides = [{row.target_id.removeprefix(f"{row.plan_id}-"): row for row in frame.itertuples()} for frame in (a, b)]
    rows = []
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        one, two = (side.get(name) for side in sides)
        why = "no_same_name"
        if one and two:
            why = next(
                (column for column in ("unit", "basis", "direction") if getattr(one, column) != getattr(two, column)),
                "paired",
            )
        rows.append((name, one.target_id if one else "", two.target_id if two else "", why))
    frame = pd.DataFrame(rows, columns=["name", "a", "b", "why"])
    return frame.sort_values("why", key=lambda why: why != "paired", kind="stable").reset_index(drop=True)


def overlaps(industries: pd.DataFrame, text: str) -> pd.DataFrame:
    """Find industries that are named more than once: in two groups, elsewhere in the text, or inside another name.

    Args:
        industries: rows of ``industries.csv`` of one plan.
        text: the text they were read from, without white space (``Seed.normalized``).

    Returns:
        Columns ``name_zh``, ``name_en``, ``how`` and ``other``: ``same_name`` (other is the group, found by code),
        ``elsewhere`` (other is the words around it, found by code) and ``inside`` (other is the longer name; that
        the two overlap is our reading).

    >>> names = {"name_zh": ["汽车", "新能源汽车"], "name_en": ["cars", "electric cars"], "group": ["a", "b"]}
    >>> frame = pd.DataFrame(names)
    >>> overlaps(frame, "汽车、家电为重点；新能源汽车等产业")[["name_zh", "how", "other"]].values.tolist()
    [['汽车', 'inside', '新能源汽车']]
    """
    names, found = list(industries["name_zh"]), []
    for row in industries.itertuples():
        same = industries[(industries["name_zh"] == row.name_zh) & (industries["group"] != row.group)]
        longer = [name for name in names if row.name_zh in name and name != row.name_zh]
        found += [(row.name_zh, row.name_en, "same_name", group) for group in same["group"]]
        found += [(row.name_zh, row.name_en, "inside", name) for name in longer]
        inside = {at + name.index(row.name_zh) for name in longer for at in _places(text, name)}
        places = [at for at in _places(text, row.name_zh) if at not in inside]
        for at in places:
            around = text[max(0, at - 5) : at + len(row.name_zh) + 4]
            if len(places) > 1 + len(same) and not _listed(text, at, row.name_zh, names):
                found.append((row.name_zh, row.name_en, "elsewhere", around))
    return pd.DataFrame(found, columns=["name_zh", "name_en", "how", "other"])


def _places(text: str, name: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(name), text)]


def _listed(text: str, at: int, name: str, names: list[str]) -> bool:
    """Whether what stands at a place is an item beside another industry of the lists."""
    before, after = text[:at], text[at + len(name) :]
    return any(before.endswith(f"{other}、") or after.startswith(f"、{other}") for other in names)


def pace(total: float, periods: int) -> pd.DataFrame:
    """Spread a year's number evenly over its periods: arithmetic, not a forecast and not a schedule.

    Args:
        total: the number for the year, in base units.
        periods: equal parts of the year: 12 for months, 4 for quarters.

    Returns:
        Columns ``period`` (0 to ``periods``) and ``cumulative`` (base units, 0 to ``total``).

    Raises:
        ValueError: ``total`` or ``periods`` is not above zero.

    >>> pace(12000, 4)["cumulative"].tolist()
    [0.0, 3000.0, 6000.0, 9000.0, 12000.0]
    """
    if not (total > 0 and periods > 0):
        raise ValueError(f"found a total of {total} over {periods} periods, expected both above zero")
    steps = pd.Series(range(periods + 1), dtype="int64")
    return pd.DataFrame({"period": steps, "cumulative": steps * total / periods})


def distinct_in_year(per_quarter: float) -> tuple[float, float]:
    """Return the least and most distinct things in a year when a number rolls over each quarter.

    The least is the quarter's number (all stay), the most four times it (all are new): an interval,
    because how many stay is not printed.

    >>> distinct_in_year(500)
    (500, 2000)
    """
    return per_quarter, 4 * per_quarter
