"""What a plan sets out: its targets, what became of each, the industries that it names, and the plan before it.

Blood donations do not belong here; nothing is drawn and no file is read.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis.tables import Tables

PERIOD = ["place", "period_start", "period_end"]
AREA = ["area", "area_position", "area_zh", "area_en", "name_zh", "name_en"]
NUMBER = ["printed", "value_low", "value_high", "unit", "bound", "commitment", "basis", "direction"]
OUTCOME = ["status", "outcome_printed", "as_of", "percent", "reason_zh", "reason_en"]
# How a commitment word changed; no other two words are ranked.
WORDING = {("ensure", "strive"): "softer", ("ensure", "seek"): "softer"}
WORDING |= {("strive", "ensure"): "firmer", ("seek", "ensure"): "firmer"}
# What is known of a target, by its status.
KNOWN = {"met": "met", "not_met": "missed", "partly": "partly", "not_comparable": "open", "nothing_found": "open"}


def printed(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the targets of a plan that a seed prints, in the page's order: not all targets of the plan.

    Args:
        tables: the checked tables.
        plan_id: a row of ``plans.csv``; empty for none.

    Returns:
        The rows of ``targets.csv`` whose source is a seed, with ``area_position``; the index is the row in the CSV.

    Raises:
        KeyError: no such plan.

    >>> from analysis.tables import load
    >>> rows = printed(load(), "sd-2024")
    >>> len(rows), len(quantified(rows))
    (30, 25)
    """
    if plan_id and plan_id not in set(tables["plans"]["plan_id"]):
        raise KeyError(f"found plan '{plan_id}', expected one of {', '.join(tables['plans']['plan_id'])}")
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    rows = tables["targets"]
    rows = rows[(rows["plan_id"] == plan_id) & rows["source_id"].isin(seeds)]
    positions = tables["areas"].query("plan_id == @plan_id").set_index("area")["position"]
    rows = rows.assign(area_position=rows["area"].map(positions))
    return rows.sort_values("area_position", kind="stable", na_position="first")  # none: before the first area opens


def quantified(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that state a number (``bound`` is not none)."""
    return targets[targets["bound"] != "none"]


def overview(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the quantified targets of a plan that a seed prints, each with what became of it by public outcomes.

    Args:
        tables: the checked tables.
        plan_id: a row of ``plans.csv``.

    Returns:
        One row per target in the page's order, the index its row in the CSV: ``target_id``, ``place``,
        ``period_start``, ``period_end`` (of the plan), ``area`` (code), ``area_position``, ``area_zh``, ``area_en``,
        ``name_zh``, ``name_en``, ``printed``, ``value_low``, ``value_high`` (base units), ``unit``, ``bound``,
        ``commitment``, ``basis``, ``direction``, ``status`` (see `progress`), and of the outcome that decided it, if
        any: ``outcome_printed``, ``as_of``, ``percent`` (of the target; NaN unless it compares, in part at least),
        ``reason_zh``, ``reason_en``; then ``source_id`` and ``outcome_source_id``.

    Raises:
        KeyError: no such plan.

    >>> from analysis.tables import load
    >>> int(overview(load(), "sd-2024")["status"].value_counts()["met"])
    3
    """
    return _assessed(tables, quantified(printed(tables, plan_id)))


def known(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many targets there are (``total``), and of how many each is known that `KNOWN` names.

    Args:
        rows: as `overview` returns them, or some of them.

    >>> known(pd.DataFrame({"status": ["met", "not_comparable", "nothing_found"]}))
    {'total': 3, 'met': 1, 'missed': 0, 'partly': 0, 'open': 2}
    """
    counts = rows["status"].map(KNOWN).value_counts()
    return {"total": len(rows)} | {name: int(counts.get(name, 0)) for name in KNOWN.values()}


def qualitative(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the targets without a number that a seed prints, with the columns of `overview`.

    >>> from analysis.tables import load
    >>> len(qualitative(load(), "sd-2024"))
    5
    """
    rows = printed(tables, plan_id)
    return _assessed(tables, rows[rows["bound"] == "none"])


def left_out(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the targets of a plan that references print and no seed does: rows of ``targets.csv``, with the plan's
    ``place``, ``period_start`` and ``period_end``."""
    rows = tables["targets"]
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    return _of_plan(tables, rows[(rows["plan_id"] == plan_id) & ~rows["source_id"].isin(seeds)])


def _of_plan(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.join(tables["plans"].set_index("plan_id")[PERIOD], on="plan_id")


def _assessed(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    areas = tables["areas"].set_index(["plan_id", "area"])[["name_zh", "name_en"]]
    outcomes = tables["outcomes"].set_index("outcome_id")[["printed", "source_id"]].add_prefix("outcome_")
    found = progress(rows, tables["outcomes"]).set_index(rows.index).join(outcomes, on="outcome_id")
    found["percent"] = found["percent"].where(found["status"].isin(["met", "not_met", "partly"]))
    rows = _of_plan(tables, rows).join(areas.set_axis(["area_zh", "area_en"], axis=1), on=["plan_id", "area"])
    rows = rows.join(found[[*OUTCOME, "outcome_source_id"]])
    texts = ["area_zh", "area_en", "outcome_printed", "outcome_source_id"]
    rows[texts] = rows[texts].fillna("")
    return rows[["target_id", *PERIOD, *AREA, *NUMBER, *OUTCOME, "source_id", "outcome_source_id"]]


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
    stated = laid["comparable"].isin(["yes"]) & (laid["outcome"].notna() | (laid["bound"] == "none"))
    laid["reached"] = passed.where(stated, pd.NA)
    return laid


def progress(targets: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Say what became of each target, by its published outcomes.

    Reaching or passing the value in the target's direction is met, whatever the bound (passing it, where the bound
    is more_than or less_than): no tolerance is invented for 左右; what falls short of it says by how much in
    ``percent``. Among comparable outcomes the latest counts; of two of one date that disagree, the one that does not
    reach the value.
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
    order = order.sort_values(["rank", "until", "reached", "outcome_id"], ascending=[True, False, True, True])
    order = order.drop(columns="until")
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
    shorts = [[row.target_id.removeprefix(f"{row.plan_id}-") for row in frame.itertuples()] for frame in (a, b)]
    names = [*dict.fromkeys([*shorts[0], *shorts[1]])]
    one, two = (frame.set_axis(short).reindex(names) for frame, short in zip((a, b), shorts, strict=True))
    why = pd.Series("paired", names)
    for column in ("direction", "basis", "unit"):  # the last that differs is named
        why = why.mask(one[column] != two[column], column)
    why = why.mask(one["target_id"].isna() | two["target_id"].isna(), "no_same_name")
    frame = pd.DataFrame({"name": names, "a": one["target_id"], "b": two["target_id"], "why": why}).fillna("")
    return frame.sort_values("why", key=lambda why: why != "paired", kind="stable").reset_index(drop=True)


def paired(tables: Tables, earlier: str, later: str) -> pd.DataFrame:
    """Lay the targets with a number that two plans share beside each other: the pairs of `compare_plans`.

    A target asks for more where the end that is to be reached moved in its direction (where that end stayed, the other
    one). Its words are softer where a number was ensured and is now striven for or sought, firmer the other way round;
    no other two are ranked.

    Args:
        tables: the checked tables. earlier, later: rows of ``plans.csv``; which is the later, their periods say.

    Returns:
        Two rows per pair, the earlier plan's first, the index their row in the CSV; the pairs that ask for more first,
        then by name: ``pair`` (the short name), ``place``, ``period_start``, ``period_end``, ``name_zh``, ``name_en``,
        ``printed``, ``value_low``, ``value_high`` (base units), ``unit``, ``bound``, ``commitment``, ``change``
        (more, less or same: what the later plan asks for), ``wording`` (softer, firmer, same or other) and
        ``source_id``.
    """
    starts = tables["plans"].set_index("plan_id")["period_start"]
    every = quantified(tables["targets"])
    pairs = _compared(every, *sorted((earlier, later), key=starts.get)).query("why == 'paired'")
    every = _of_plan(tables, every).rename_axis("row").reset_index().set_index("target_id")
    one, two = (every.loc[pairs[side]].set_index(pairs["name"].to_numpy()) for side in "ab")
    low, high = (np.sign(two[end] - one[end]) for end in ("value_low", "value_high"))
    step = (2 * low + high).where(two["direction"] != "lower", -low - 2 * high)
    change = np.sign(step).map({1: "more", -1: "less", 0: "same"})
    both = [*zip(one["commitment"], two["commitment"], strict=True)]
    wording = ["same" if before == after else WORDING.get((before, after), "other") for before, after in both]
    one, two = (side.assign(change=change, wording=wording) for side in (one, two))
    rows = pd.concat([one, two]).rename_axis("pair").reset_index().assign(first=lambda rows: rows["change"] != "more")
    rows = rows.sort_values(["first", "pair"], kind="stable").set_index("row").rename_axis(None)
    return rows[["pair", *PERIOD, "name_zh", "name_en", *NUMBER[:-2], "change", "wording", "source_id"]]


def unpaired(tables: Tables, earlier: str, later: str) -> pd.DataFrame:
    """Return the targets of the earlier plan that have no pair in the later one: rows of ``targets.csv`` with ``why``
    (see `compare_plans`) and the plan's ``place``, ``period_start`` and ``period_end``."""
    found = _compared(tables["targets"], earlier, later).query("a != '' and why != 'paired'")
    return _of_plan(tables, tables["targets"].join(found.set_index("a")["why"], on="target_id", how="inner"))


def _compared(targets: pd.DataFrame, earlier: str, later: str) -> pd.DataFrame:
    return compare_plans(*(targets[targets["plan_id"] == plan_id] for plan_id in (earlier, later)))


def stated_counts(tables: Tables, *plan_ids: str) -> pd.DataFrame:
    """Return the counts that plans state of themselves: ``counts``, then a column for each plan, headed by its period
    (by its ``plan_id`` where two have the same); <NA> where a plan states none.

    >>> from analysis.tables import load
    >>> stated_counts(load(), "sd-2023", "sd-2024").set_index("counts").loc["tasks"].to_dict()
    {'2023': 22, '2024': 23}
    """
    rows = tables["stated_counts"]
    plans = tables["plans"].set_index("plan_id").loc[[*plan_ids]]
    heads = ["/".join(dict.fromkeys(ends)) for ends in zip(plans["period_start"], plans["period_end"], strict=True)]
    heads = heads if len({*heads}) == len(heads) else [*plan_ids]
    wide = rows[rows["plan_id"].isin(plan_ids)].pivot(index="counts", columns="plan_id", values="value")
    wide = wide.reindex(columns=[*plan_ids]).set_axis(heads, axis=1)
    return wide.reset_index()


def industries(tables: Tables, plan_id: str) -> pd.DataFrame:
    """Return the industries that a plan names, in the order of its lists, the index their row in the CSV.

    Returns:
        ``place``, ``period_start``, ``period_end``, ``group``, ``position``, ``name_zh``, ``name_en``, ``stated``
        (how many the plan says that the group has; <NA> where it does not), ``stated_printed``, ``source_id``.
    """
    rows, stated = (frame[frame["plan_id"] == plan_id] for frame in (tables["industries"], tables["stated_counts"]))
    rows, stated = rows.sort_values(["group", "position"]), stated.set_index("counts")
    counts = "industries:" + rows["group"]
    rows = rows.assign(stated=counts.map(stated["value"]), stated_printed=counts.map(stated["printed"]).fillna(""))
    named = ["group", "position", "name_zh", "name_en", "stated", "stated_printed", "source_id"]
    return _of_plan(tables, rows)[[*PERIOD, *named]]


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
        alone = re.sub("|".join(map(re.escape, longer)), lambda name: "□" * len(name[0]), text)
        places = [match.start() for match in re.finditer(re.escape(row.name_zh), alone)]
        others = [("same_name", group) for group in same["group"]] + [("inside", name) for name in longer]
        if len(places) > 1 + len(same):
            free = [at for at in places if not _listed(text, at, row.name_zh, names)]
            others += [("elsewhere", text[max(0, at - 5) : at + len(row.name_zh) + 4]) for at in free]
        found += [(row.name_zh, row.name_en, *other) for other in others]
    return pd.DataFrame(found, columns=["name_zh", "name_en", "how", "other"])


def _listed(text: str, at: int, name: str, names: list[str]) -> bool:
    """Whether what stands at a place is an item beside another industry of the lists."""
    before, after = text[:at], text[at + len(name) :]
    return any(before.endswith(f"{other}、") or after.startswith(f"、{other}") for other in names)
