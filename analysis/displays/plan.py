"""A plan's headline, its tables and the list of its industries."""

from __future__ import annotations

from html import escape

import pandas as pd

from analysis import targets
from analysis.displays.base import Headline, Table, Text, nothing, show, sources_of, where
from analysis.language import Words

COLUMNS = ["area_zh", "area_en", "name_zh", "name_en", "number", "printed", "bound", "commitment", "basis"]
COLUMNS += ["outcome", "as_of", "status", "reason_zh", "reason_en", "why"]
GROUPS = ["traditional", "upgraded", "emerging", "future"]  # the order of lists; what else there is follows


def headline(frame: pd.DataFrame, words: Words) -> Headline:
    """Say what became of all of a plan's targets, so that no count stands for another.

    Args:
        frame: as `targets.overview` returns it.
        words: the language.

    Returns:
        The sentences, and the large figures with what each is: they add up to all targets. Neither where there is no
        row.
    """
    if frame.empty:
        return Headline(words.lang, [], [])
    known, counts = where(frame, words) | targets.known(frame), frame["status"].value_counts()
    parts = {
        "met": words.text("of {total} targets for {period} reported as met", **known),
        "not_met": words.text("missed"),
        "partly": words.text("only partly comparable"),
        "not_comparable": words.text("something else published"),
        "nothing_found": words.text("nothing found"),
    }
    codes = [code for code in parts if code in counts or code == "met"]
    figures = [(words.number(counts.get(code, 0)), parts[code]) for code in codes]
    said = words.text(", ").join(words.text("{n} {what}", n=n, what=what) for n, what in figures)
    sentences = [words.text("What became of {place}'s plan as the newspaper prints it: {said}.", said=said, **known)]
    if known["partly"] or known["open"]:
        sentences.append(words.text("What was published is no sample: it does not say how the others went."))
    return Headline(words.lang, sentences, figures)


def table(frame: pd.DataFrame, words: Words, name: str) -> Table | Text:
    """Show targets as a table: number in the reader's language and as printed, what became of it, and why that is said.

    Args:
        frame: as `targets.overview`, `targets.qualitative`, `targets.left_out` or `targets.unpaired` returns it.
        words: the language.
        name: which of them: targets, qualitative, left-out or unpaired. The table is called so.

    Returns:
        The table, columns without a cell left out; a line of text where there is no row.
    """
    if frame.empty:
        return nothing(name, words, words.text("There is no target to list."))
    title = words.text(
        {
            "targets": "Numerical targets of {place} for {period} that the newspaper prints: {n}",
            "qualitative": "Targets of {place} for {period} without a number: {n}",
            "left-out": "Targets of {place} for {period} that the newspaper does not print: {n}",
            "unpaired": "Targets of {place} for {period} without a pair in the later plan: {n}",
        }[name],
        n=len(frame),
        **where(frame, words),
    )
    rows = frame.assign(outcome=_numbers(frame, "outcome_printed", words) if "outcome_printed" in frame else "")
    if words.lang == "en":
        rows["number"] = _numbers(frame, "printed", words, bound=False)
    if "why" in rows and rows["why"].nunique() == 1:
        rows["why"] = ""  # the same in each row
    if "status" in rows:  # what is known comes first, and leaves no room for the basis
        rank = rows["status"].map([*targets.KNOWN].index).clip(upper=3)  # what is open stays in its order
        rows = rows.drop(columns="basis").loc[rank.sort_values(kind="stable").index]
    filled = [column for column in COLUMNS if column in rows and not rows[column].isin(["", "none"]).all()]
    linked = "targets" if name in ("targets", "qualitative") else ""
    return show(rows[filled], words, name, title, linked, sources_of(rows))


def _numbers(frame: pd.DataFrame, column: str, words: Words, bound: bool = True) -> list[str]:
    """Return number phrases in the reader's language; a row without a unit is one without a target's number."""
    pairs = zip(frame[column], frame["unit"].replace("", "count"), strict=True)
    return [words.printed(phrase, unit, bound) if phrase else "" for phrase, unit in pairs]


def pairs(frame: pd.DataFrame, words: Words) -> Table | Text:
    """Show the targets that two plans share, a row each: number and commitment in either plan, and what changed.

    Args:
        frame: as `targets.paired` returns it, or some of its pairs.
        words: the language.

    Returns:
        The table ``plans``; a line of text where there is no pair.
    """
    if frame.empty:
        return nothing("plans", words, words.text("The two plans share no target of the same definition."))
    rows = frame.sort_values(["pair", "period_start"]).reset_index(names="row")
    rows["said"] = [
        words.text("{number} ({word})", number=number, word=words.label("commitment", code))
        for number, code in zip(_numbers(rows, "printed", words), rows["commitment"], strict=True)
    ]
    earlier, later = (rows.drop_duplicates("pair", keep=which).set_index("pair") for which in ("first", "last"))
    said = {where(side, words)["period"]: side["said"] for side in (earlier, later)}
    shown = later[["name_zh", "name_en"]].assign(**said).join(later[["change", "wording", "row"]])
    shown = shown.sort_values("change", kind="stable").set_index("row")
    title = words.text("Targets of {place} that the plans for {period} share: {n}", n=len(shown), **where(rows, words))
    return show(shown, words, "plans", title, "targets", rows["source_id"])


def industries(frame: pd.DataFrame, overlaps: pd.DataFrame, words: Words) -> Text:
    """List the industries that a plan names, by group, each with where else it is named.

    Args:
        frame: as `targets.industries` returns it.
        overlaps: as `targets.overlaps` returns it for them.
        words: the language.

    Returns:
        The text ``industries``: a list for each group, headed by how many it lists and how many the plan says it has.
    """
    if frame.empty:
        return nothing("industries", words, words.text("The page names no industry."))
    title = words.text(
        "Industries of {place}'s plan for {period} that the newspaper prints: {n}", n=len(frame), **where(frame, words)
    )
    lists = [f"<p>{escape(title)}</p>", "<dl>"]
    groups = dict(iter(frame.sort_values("position").groupby("group")))
    for group in sorted(groups, key=lambda group: ([*GROUPS, group].index(group), group)):
        items = (_industry(row, overlaps, words) for row in groups[group].itertuples())
        head = escape(_group_head(group, groups[group], words))
        lists += [f"<dt>{head}</dt>", "<dd><ul>", *items, "</ul></dd>"]
    return Text("industries", words.lang, title, "\n".join([*lists, "</dl>"]))


def _group_head(group: str, rows: pd.DataFrame, words: Words) -> str:
    first, values = rows.iloc[0], {"group": words.label("counts", f"industries:{group}"), "n": len(rows)}
    values |= {"stated": first["stated"], "printed": first["stated_printed"]}
    return words.text(
        "{n} {group}"
        if pd.isna(first["stated"])
        else "{n} {group}, as stated ({printed})"
        if len(rows) == first["stated"]
        else "{n} {group}; {stated} are stated ({printed})",
        **values,
    )


def _industry(row, overlaps: pd.DataFrame, words: Words) -> str:
    """Return an industry as an item of its list, with where else it is named; in English beside its Chinese name."""
    name, groups = escape(row.name_zh), words.tables.labels("group", words.lang)
    if words.lang == "en":
        name = f'{escape(row.name_en)} <span lang="zh">{name}</span>'
    for how, other in overlaps.loc[overlaps["name_zh"] == row.name_zh, ["how", "other"]].itertuples(index=False):
        note = words.text("{how}: {other}", how=words.label("how", how), other=groups.get(other, other))
        name += f" <small>{escape(note)}</small>"
    return f"<li>{name}</li>"
