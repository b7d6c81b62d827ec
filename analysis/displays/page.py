"""The pages as they are proven: their text with every number marked, the rows behind the marks, a number followed.

All is HTML whose every text is escaped; a mark and its row lead to each other by the key of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from itertools import pairwise

import pandas as pd

from analysis.displays.base import Table, Text, nothing, place, show
from analysis.evidence import STATUSES, claims, counts
from analysis.language import Words
from analysis.palette import INK, NUMERAL, PALE, PAPER
from analysis.provenance import Proof
from analysis.seeds import Seed
from analysis.tables import DataError, Problem

# Not by colour alone: a line says that a row has the number, dots that none is needed, a frame that one is missing.
_LINE = {"curated": "border-bottom:2px solid", "context": "border-bottom:2px dotted"}
_LINE |= {"fixed": "border-bottom:1px dotted", "left": "outline:2px solid"}


def marked_text(proofs: Iterable[Proof], words: Words) -> Text:
    """Return the whole text of each page with every number marked by what became of it, its printed lines kept.

    A mark is the `place` that tables link to, and leads to the row that claims it where `claim_rows` stands on the
    same page. What does not hold of the rows is listed by `still_needed`.

    Args:
        proofs: as `provenance.proofs` returns them.
        words: the language; the text of the pages stays as it is.
    """
    proofs = list(proofs)
    frame, found = claims(proofs), counts(proofs).groupby("numeral")["numerals"].sum()
    values = {"n": int(found.sum()), "left": int(found.get("left", 0))}
    if not values["n"]:
        return nothing("page-text", words, words.text("There is no page with a number to mark."))
    if values["left"]:
        title = words.text("{left} of the {n} numerals printed are not accounted for", **values)
    else:
        title = words.text("Each of the {n} numerals printed is accounted for", **values)
    names = words.tables.labels("numeral", words.lang)
    key = "　".join(
        f'<b style="{_style(code)}">{escape(_counted(names.get(code, code), found[code], words))}</b>'
        for code in STATUSES
        if found.get(code)
    )
    pages = "".join(_page(proof, frame[frame["file"] == proof.seed.file], words) for proof in proofs)
    box = f"background:{PAPER};color:{INK};padding:1em"
    head = f"<p><b>{escape(title)}</b></p><p>{key}</p>"
    return Text("page-text", words.lang, title, f'<div class="marked" style="{box}">{head}{pages}</div>')


def still_needed(problems: Iterable[Problem], words: Words) -> Text:
    """Return what `check` lists of a root, as it prints it: for a curator at work.

    Args:
        problems: as `provenance.survey` returns them.
    """
    lines = DataError(problems).problems
    if not lines:
        return nothing("still-needed", words, words.text("Nothing is still needed: all holds."))
    head = words.plural("{n} thing is still needed", "{n} things are still needed", n=len(lines))
    items = "".join(f"<li>{escape(str(line))}</li>" for line in lines)
    return Text("still-needed", words.lang, head, f'<p><b>{escape(head)}</b></p><ol lang="en">{items}</ol>')


def _page(proof: Proof, frame: pd.DataFrame, words: Words) -> str:
    """Return a page, each of its sources under its title; empty lines inside a sentence are left out."""
    text, sources = proof.seed.text, words.tables["sources"]
    own = sources[(sources["file"] == proof.seed.file) & sources["first_line"].notna()].sort_values("first_line")
    lengths = list(map(len, re.split("(?<=\n)", text)))
    starts = [sum(lengths[: max(int(first) - 1, 0)]) for first in own["first_line"]]
    named = (_named(source, words) for source in own.to_dict("records"))
    heads = ["", *(f"<p><b>{escape(title)}</b><br>{escape(name)}</p>" for name, title in named)]
    gaps, parts = _gaps(proof.seed), []
    for head, (first, last) in zip(heads, pairwise([0, *starts, len(text)]), strict=True):
        if inside := _marked(text, frame[frame["start"].between(first, last - 1)], first, last, gaps, words):
            parts.append(f'{head}<div class="seed" lang="zh-CN" style="white-space:pre-wrap">{inside}</div>')
    return "".join(parts)


def _gaps(seed: Seed) -> set[int]:
    """Return the offsets of the line ends that make an empty line where no paragraph begins."""
    starts = {seed.offsets[at] for at in seed.paragraphs if at < len(seed.offsets)}
    runs = re.finditer(r"\n((?:[^\S\n]*\n)+)[^\S\n]*", seed.text)
    return {at for run in runs if run.end() not in starts for at in range(*run.span(1))}


def _marked(text: str, frame: pd.DataFrame, first: int, last: int, gaps: set[int], words: Words) -> str:
    """Return a run of a page with its marks; empty lines at its ends are left out."""

    def shown(start: int, end: int) -> str:
        return escape("".join(text[at] for at in range(start, end) if at not in gaps))

    parts, at = [], first
    for (start, end), rows in frame.groupby(["start", "end"]):
        parts += [shown(at, start), _mark(shown(start, end), rows, words)]
        at = end
    return "".join([*parts, shown(at, last)]).strip("\n")


def _mark(inside: str, rows: pd.DataFrame, words: Words) -> str:
    """Return one mark; where rows share a number it leads to the first of them, and is the place of all."""
    first, places = rows.iloc[0], [place(words.tables, row.table, row.row) for row in rows.itertuples() if row.row_id]
    status = words.tables.labels("numeral", words.lang).get(first["numeral"], first["numeral"])
    title = words.text(": ").join(filter(None, [status, _what(first, words)]))
    look = f'class="{first["numeral"]}" style="{_style(first["numeral"])}" title="{escape(title)}"'
    if not places:
        return f"<span {look}>{inside}</span>"
    more = "".join(f'<span id="{escape(other)}"></span>' for other in places[1:])
    return f'{more}<a id="{escape(places[0])}" href="#row-{escape(first["row_id"])}" {look}>{inside}</a>'


def _what(claim: pd.Series, words: Words) -> str:
    """Return what a claimed number is, or the reason why it is set aside."""
    if claim["table"] not in ("targets", "collection", "stated_counts"):
        return words.prose(claim["reason"])
    row = words.tables[claim["table"]].loc[claim["row"]]
    if claim["table"] == "targets":
        return row[f"name_{words.lang}"]
    if claim["table"] == "stated_counts":
        return words.tables.labels("counts", words.lang).get(row["counts"], row["counts"])
    measure, where = words.name("measures", row["measure"]), words.name("places", row["place"])
    return words.text(", ").join([measure, where, words.period(row["period_start"], row["period_end"])])


def claim_rows(frame: pd.DataFrame, words: Words, name: str = "page-rows") -> Table | Text:
    """Show the rows that marks lead to, each with the place of its words.

    Args:
        frame: as `evidence.claims` returns it, or some of its rows; curated ones get value, unit and bound.
        words: the language. name: as of `base.show`.
    """
    frame = frame[frame["row_id"] != ""]
    if frame.empty:
        return nothing(name, words, words.text("No row claims a number of the pages."))
    printed = frame["words"].str.replace("\n", "")
    shown = pd.DataFrame({"printed": printed, words.text("what it is"): frame.apply(_what, axis=1, words=words)})
    if (frame["numeral"] == "curated").any():
        title = words.plural("{n} number as printed and as read", "{n} numbers as printed and as read", n=len(frame))
        rows = [words.tables[row.table].loc[row.row].to_dict() for row in frame.itertuples()]
        cells = pd.DataFrame(rows, frame.index, ["value", "value_low", "value_high", "unit", "bound"])
        for end in ("value_low", "value_high"):
            shown[end] = cells[end].fillna(cells["value"]).astype(float)
        shown[["unit", "bound"]] = cells[["unit", "bound"]].fillna("–")
    else:
        title = words.plural("{n} number set aside, and why", "{n} numbers set aside, and why", n=len(frame))
    shown[words.text("line")] = frame["line"]
    places = [place(words.tables, row.table, row.row) for row in frame.itertuples()]
    return replace(show(shown, words, name, title, sources=frame["source_id"]), places=places)


def numerals(frame: pd.DataFrame, words: Words) -> Table:
    """Show what became of the numerals of the pages; the frame as `evidence.counts` returns it."""
    total = int(frame["numerals"].sum())
    title = words.plural("What became of the {n} numeral", "What became of the {n} numerals", n=total)
    return show(frame, words, "numerals", title, sources=_pages(words))


def fixed_words(frame: pd.DataFrame, words: Words) -> Table:
    """Show the words that hold a numeral and count nothing; the frame as `evidence.fixed_words` returns it."""
    title = words.plural(
        "{n} word that holds a numeral and counts nothing",
        "{n} words that hold a numeral and count nothing",
        n=len(frame),
    )
    return show(_with_reasons(frame, words), words, "fixed-words", title, sources=_pages(words))


def sizes(frame: pd.DataFrame, words: Words) -> Table:
    """Show how many rows were read from pages and from references; the frame as `evidence.sizes` returns it."""
    values = {"n": int(frame["rows"].sum()), "seeds": int(frame["from_seeds"].sum())}
    return show(frame, words, "sizes", words.text("{n} rows with a source, {seeds} of them from the page", **values))


def report_numbers(frame: pd.DataFrame, words: Words) -> Table:
    """Show what became of the numbers of the report's prose; the frame as `evidence.report_numbers` returns it."""
    title = words.text("{n} numbers in the prose of this report", n=int(frame["numbers"].sum()))
    frame = frame.assign(notebook=frame["notebook"].map(words.heading)).rename(columns={"notebook": "chapter"})
    return show(frame, words, "report-numbers", title)


def errata(frame: pd.DataFrame, words: Words, name: str = "errata") -> Table:
    """Show what was corrected; the frame as `evidence.errata` returns it, or some of its rows."""
    title = words.plural("{n} cell corrected, and why", "{n} cells corrected, and why", n=len(frame))
    if (frame["origin"] == "source").all():
        title = words.plural("{n} misprint of a source", "{n} misprints of sources", n=len(frame))
    return show(_with_reasons(frame, words).drop(columns="origin"), words, name, title)


def _with_reasons(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    return frame.assign(reason=frame["reason"].map(words.prose))


def _pages(words: Words) -> pd.Series:
    return words.tables["sources"].query("kind == 'seed'")["source_id"]


def followed(frame: pd.DataFrame, words: Words) -> Table | Text:
    """Show a number followed from the page to its row: what is read at each step, and what the row says.

    Args:
        frame: as `evidence.followed` returns it.
    """
    if frame.empty:
        return nothing("one-number-followed", words, words.text("There is no number to follow."))
    steps = [
        (_step(row.step, row.line, words), _seen(row.step, row.read, words), _seen(row.step, row.cell, words))
        for row in frame.itertuples()
    ]
    shown = pd.DataFrame(steps, columns=["step", "read", "cell"])
    title = words.text("From the page to the table: {printed}", printed=frame.set_index("step")["read"]["printed"])
    return show(shown, words, "one-number-followed", title, sources=frame["source_id"])


def _step(step: str, line: int, words: Words) -> str:
    return words.text(
        {
            "page": "the page at line {line}; the quote, found there once",
            "printed": "the number in the quote, with its measure word and bound word",
            "value": "its value",
            "value_high": "the upper end of its value",
            "unit": "its unit, by the measure word",
            "bound": "its bound, by the bound word",
            "interval": "what rounds to it",
            "commitment": "the commitment, by the nearest such word before it in the clause",
        }[step],
        line=line,
    )


def _seen(step: str, value: object, words: Words) -> str:
    """Return what is read at a step, or what the row has there."""
    if step == "interval" and value is not None:
        low, high = map(words.number, value)
        return words.text("{low} up to, not including, {high}", low=low, high=high)
    if pd.isna(value):
        return words.text("in no cell")
    if step in ("value", "value_high"):
        return words.number(value)
    names = words.tables.names("units", words.lang) if step == "unit" else words.tables.labels(step, words.lang)
    return names.get(value, str(value).replace("\n", "⏎"))


def sources(frame: pd.DataFrame, words: Words) -> Text:
    """Return all sources as a list by reliability: publisher, date, title with its link, and what each carries.

    Args:
        frame: as `evidence.sources` returns it.
    """
    if frame.empty:
        return nothing("sources", words, words.text("There is no source."))
    names = words.tables.labels("table", words.lang)
    tables = {code: names[code] for code in frame if code in names}
    groups, seeds = "", words.text("the newspaper page, its text kept here")
    for reliability, rows in frame.groupby("reliability", sort=False):
        head = words.label("reliability", reliability) if reliability else seeds
        head = _counted(head[:1].upper() + head[1:], len(rows), words)
        items = "".join(_source(row, tables, words) for row in rows.to_dict("records"))
        groups += f"<p><b>{escape(head)}</b></p><ul>{items}</ul>"
    title = words.plural("{n} source, with what it carries", "{n} sources, with what each carries", n=len(frame))
    return Text("sources", words.lang, title, f'<div class="sources">{groups}</div>')


def _source(row: dict, tables: dict[str, str], words: Words) -> str:
    name, title = _named(row, words)
    shown = escape(title)
    if row["link"]:
        shown = f'<a href="{escape(row["link"])}">{shown}</a>'
    elif row["url"]:
        address = row["url"].partition("://")[2]
        shown += escape(words.text(" (address, of a doubtful host and not linked: {address})", address=address))
    carried = words.text("; ").join(_counted(name, row[code], words) for code, name in tables.items() if row[code])
    small = f"<small>{escape(carried or words.text('carries no row'))}</small>"
    text = f"{escape(name + words.text(': '))}{shown}<br>{small}"
    return f'<li id="source-{row["source_id"]}">{text}</li>'


def _named(source: dict, words: Words) -> tuple[str, str]:
    """Return publisher and date of a source, and its title."""
    name = words.text(", ").join(filter(None, [source[f"publisher_{words.lang}"], words.date(source["published"])]))
    return name, source[f"title_{words.lang}"]


def _counted(name: str, n: int, words: Words) -> str:
    return words.text("{name} ({n})", name=name, n=n)


def _style(status: str) -> str:
    return f"background:{PALE};color:{NUMERAL[status]};{_LINE[status]};text-decoration:none"
