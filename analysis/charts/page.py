"""The pages as they are proven: their text with every number marked, the rows behind the marks, a number followed.

All is HTML whose every text is escaped; a mark and its row lead to each other by the key of the row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pandas as pd

from analysis.charts.frames import Table, Text, nothing, place, show
from analysis.charts.palette import INK, NUMERAL, PALE, PAPER
from analysis.evidence import STATUSES, claims, counts
from analysis.language import Words
from analysis.provenance import Proof
from analysis.tables import DataError, Problem

# Not by colour alone: a line says that a row has the number, dots that none is needed, a frame that one is missing.
_LINE = {
    "curated": "border-bottom:2px solid",
    "context": "border-bottom:2px dotted",
    "fixed": "border-bottom:1px dotted",
    "left": "outline:2px solid",
}


def marked_text(proofs: Iterable[Proof], words: Words) -> Text:
    """Return the whole text of each page with every number marked by what became of it, its printed lines kept.

    A mark is the `place` that tables link to, and leads to the row that claims it where `claim_rows` stands on the
    same page. What does not hold of the rows is listed below, for a curator at work.

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
    key = "　".join(
        f'<b style="{_style(code)}">{_escaped(_counted(_status(code, words), found[code], words))}</b>'
        for code in STATUSES
        if found.get(code)
    )
    pages = "".join(_page(proof, frame[frame["file"] == proof.seed.file], words) for proof in proofs)
    if lines := DataError(problem for proof in proofs for problem in proof.problems).problems:
        head = words.plural("{n} line does not hold:", "{n} lines do not hold:", n=len(lines))
        items = "".join(f"<li>{_escaped(line)}</li>" for line in lines)
        pages += f'<p><b>{_escaped(head)}</b></p><ul lang="en">{items}</ul>'
    box = f"background:{PAPER};color:{INK};padding:1em"
    told = f"<p><b>{_escaped(title)}</b></p><p>{key}</p>"
    return Text("page-text", words.lang, title, f'<div class="marked" style="{box}">{told}{pages}</div>')


def still_needed(problems: Iterable[Problem], words: Words) -> Text:
    """Return what `check` lists of a root, as it prints it: for a curator at work.

    Args:
        problems: as `provenance.survey` returns them.
    """
    lines = DataError(problems).problems
    if not lines:
        return nothing("still-needed", words, words.text("Nothing is still needed: all holds."))
    head = words.plural("{n} thing is still needed", "{n} things are still needed", n=len(lines))
    items = "".join(f"<li>{_escaped(line)}</li>" for line in lines)
    return Text("still-needed", words.lang, head, f'<p><b>{_escaped(head)}</b></p><ol lang="en">{items}</ol>')


def _page(proof: Proof, frame: pd.DataFrame, words: Words) -> str:
    """Return a page, each of its sources under its title; empty lines inside a sentence are left out."""
    text, sources = proof.seed.text, words.tables["sources"]
    own = sources[(sources["file"] == proof.seed.file) & sources["first_line"].notna()].sort_values("first_line")
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    starts = [lines[min(max(int(first), 1), len(lines)) - 1] for first in own["first_line"]]
    cuts = [0, *starts, len(text)]
    heads, gaps = ["", *(_head(row, words) for _, row in own.iterrows())], _gaps(text)
    parts = [
        f'{head}<div class="seed" lang="zh-CN" style="white-space:pre-wrap">{inside}</div>'
        for head, (first, last) in zip(heads, pairwise(cuts), strict=True)
        if (inside := _marked(text, frame[frame["start"].between(first, last - 1)], first, last, gaps, words))
    ]
    return "".join(parts)


def _head(source: pd.Series, words: Words) -> str:
    name = words.text(", ").join(filter(None, [source[f"publisher_{words.lang}"], words.date(source["published"])]))
    return f"<p><b>{_escaped(source[f'title_{words.lang}'])}</b><br>{_escaped(name)}</p>"


def _gaps(text: str) -> set[int]:
    """Return the offsets of the line ends that make an empty line where a column of print goes on in the next one.

    It goes on behind a line about as long as most that ends no sentence.
    """
    usual = pd.Series([len(line) for line in text.split("\n") if line.strip()], dtype=float).median()
    return {
        at
        for found in re.finditer(r"([^\n]*[^\n。！？”])\n((?:[^\S\n]*\n)+)", text)
        if 0.75 * usual <= len(found[1]) <= 1.35 * usual
        for at in range(*found.span(2))
    }


def _marked(text: str, frame: pd.DataFrame, first: int, last: int, gaps: set[int], words: Words) -> str:
    """Return a run of a page with its marks; empty lines at its ends are left out."""

    def shown(start: int, end: int) -> str:
        return "".join(text[at] for at in range(start, end) if at not in gaps)

    parts, at = [], first
    for (start, end), rows in frame.groupby(["start", "end"]):
        parts += [_escaped(shown(at, start)), _mark(shown(start, end), rows, words)]
        at = end
    return "".join([*parts, _escaped(shown(at, last))]).strip("\n")


def _mark(text: str, rows: pd.DataFrame, words: Words) -> str:
    """Return one mark; where rows share a number it leads to the first of them, and is the place of all."""
    status, row_ids = rows["numeral"].iloc[0], [row_id for row_id in rows["row_id"] if row_id]
    said = f'class="{status}" style="{_style(status)}" title="{_escaped(_told(rows.iloc[0], words))}"'
    if not row_ids:
        return f"<span {said}>{_escaped(text)}</span>"
    places = [place(words.tables, row.table, row.row) for row in rows.itertuples()]
    more = "".join(f'<span id="{_escaped(other)}"></span>' for other in places[1:])
    link = f'id="{_escaped(places[0])}" href="#row-{_escaped(row_ids[0])}"'
    return f"{more}<a {link} {said}>{_escaped(text)}</a>"


def claim_rows(frame: pd.DataFrame, words: Words, name: str = "page-rows") -> Text:
    """Return the rows that marks lead to as a table, each with a link back to its words.

    Args:
        frame: as `evidence.claims` returns it, or some of its rows; curated ones get value, unit and bound.
        name: of the table.
    """
    frame = frame[frame["row_id"] != ""]
    if frame.empty:
        return nothing(name, words, words.text("No row claims a number of the pages."))
    heads = [(words.text("as printed"), "left"), (words.text("what it is"), "left")]
    if read := bool((frame["numeral"] == "curated").any()):
        title = words.plural("{n} number as printed and as read", "{n} numbers as printed and as read", n=len(frame))
    else:
        title = words.plural("{n} number set aside, and why", "{n} numbers set aside, and why", n=len(frame))
    sides = {"value": "right", "unit": "left", "bound": "left"} if read else {}
    heads += [*((words.column(name), side) for name, side in sides.items()), (words.text("line"), "right")]
    lines = []
    for row in frame.itertuples():
        cells = words.tables[row.table].loc[row.row]
        link, printed = _escaped(place(words.tables, row.table, row.row)), _escaped(row.words.replace("\n", ""))
        printed = f'<a href="#{link}" lang="zh-CN">{printed}</a>'
        english = ' lang="en"' if row.reason_en else ""
        what = f"<span{english}>{_escaped(_what(row.table, cells, words))}</span>"
        more = map(_escaped, _reading(cells, words) if read else ())
        lines.append((f' id="row-{_escaped(row.row_id)}"', [printed, what, *more, words.number(row.line)]))
    return Text(name, words.lang, title, _table(title, heads, lines))


def numerals(frame: pd.DataFrame, words: Words) -> Table:
    """Show what became of the numerals of the pages; the frame as `evidence.counts` returns it."""
    total = int(frame["numerals"].sum())
    title = words.plural("What became of the {n} numeral", "What became of the {n} numerals", n=total)
    return show(frame, words, "numerals", title, source_ids=_pages(words))


def fixed_words(frame: pd.DataFrame, words: Words) -> Table:
    """Show the words that hold a numeral and count nothing; the frame as `evidence.fixed_words` returns it."""
    title = words.plural(
        "{n} word that holds a numeral and counts nothing",
        "{n} words that hold a numeral and count nothing",
        n=len(frame),
    )
    return show(frame, words, "fixed-words", title, source_ids=_pages(words))


def sizes(frame: pd.DataFrame, words: Words) -> Table:
    """Show how many rows were read from pages and from references; the frame as `evidence.sizes` returns it."""
    values = {"n": int(frame["rows"].sum()), "seeds": int(frame["from_seeds"].sum())}
    return show(frame, words, "sizes", words.text("{n} rows with a source, {seeds} of them from the page", **values))


def report_numbers(frame: pd.DataFrame, words: Words) -> Table:
    """Show what became of the numbers of the report's prose; the frame as `evidence.report_numbers` returns it."""
    title = words.text("{n} numbers in the prose of this report", n=int(frame["numbers"].sum()))
    return show(frame, words, "report-numbers", title)


def errata(frame: pd.DataFrame, words: Words, name: str = "errata") -> Table:
    """Show what was corrected; the frame as `evidence.errata` returns it, or some of its rows."""
    title = words.plural("{n} cell corrected, and why", "{n} cells corrected, and why", n=len(frame))
    if (frame["origin"] == "source").all():
        title = words.plural("{n} misprint of a source", "{n} misprints of sources", n=len(frame))
    return show(frame.drop(columns="origin"), words, name, title)


def _pages(words: Words) -> pd.Series:
    return words.tables["sources"].query("kind == 'seed'")["source_id"]


def followed(frame: pd.DataFrame, words: Words) -> Table | Text:
    """Show a number followed from the page to its row: what is read at each step, and what the row says.

    Args:
        frame: as `evidence.followed` returns it.
    """
    if frame.empty:
        return nothing("one-number-followed", words, words.text("There is no number to follow."))
    shown = pd.DataFrame(
        [
            (_step(row.step, row.line, words), _seen(row.step, row.read, words), _seen(row.step, row.cell, words))
            for row in frame.itertuples()
        ],
        columns=["step", "read", "cell"],
    )
    title = words.text(
        "From the page to the table: {printed}", printed=frame.query("step == 'printed'")["read"].iloc[0]
    )
    return show(shown, words, "one-number-followed", title, source_ids=frame["source_id"])


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


def sources(frame: pd.DataFrame, words: Words) -> Text:
    """Return all sources as a list by reliability: publisher, date, title with its link, and what each carries.

    Args:
        frame: as `evidence.sources` returns it.
    """
    if frame.empty:
        return nothing("sources", words, words.text("There is no source."))
    names = words.tables.labels("table", words.lang)
    tables = {code: names[code] for code in frame if code in names}
    groups = []
    for reliability, rows in frame.groupby("reliability", sort=False):
        head = words.label("reliability", reliability) if reliability else words.text("pages, their text kept here")
        items = "".join(_source(row, tables, words) for _, row in rows.iterrows())
        groups.append(
            f"<p><b>{_escaped(_counted(head[:1].upper() + head[1:], len(rows), words))}</b></p><ul>{items}</ul>"
        )
    title = words.plural("{n} source, with what it carries", "{n} sources, with what each carries", n=len(frame))
    return Text("sources", words.lang, title, f'<div class="sources">{"".join(groups)}</div>')


def _source(row: pd.Series, tables: dict[str, str], words: Words) -> str:
    name = words.text(", ").join(filter(None, [row[f"publisher_{words.lang}"], words.date(row["published"])]))
    title = _escaped(row[f"title_{words.lang}"])
    if row["link"]:
        title = f'<a href="{_escaped(row["link"])}">{title}</a>'
    elif row["url"]:
        address = row["url"].partition("://")[2]
        title += _escaped(words.text(" (address, of a doubtful host and not linked: {address})", address=address))
    carried = [_counted(name, row[code], words) for code, name in tables.items() if row[code]]
    told = words.text("; ").join(carried) or words.text("carries no row")
    shown = f"{_escaped(name)}{_escaped(words.text(': '))}{title}<br><small>{_escaped(told)}</small>"
    return f'<li id="source-{row["source_id"]}">{shown}</li>'


def _table(title: str, heads: Sequence[tuple[str, str]], lines: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a table of heads with their sides, and of lines: attributes and cells (HTML, the first a heading)."""
    head = "".join(f'<th scope="col" style="text-align:{side}">{_escaped(name)}</th>' for name, side in heads)
    sides = [side for _, side in heads[1:]]
    body = "".join(
        f'<tr{attributes}><th scope="row" style="text-align:left;font-weight:400">{first}</th>'
        + "".join(f'<td style="text-align:{side}">{cell}</td>' for cell, side in zip(rest, sides, strict=True))
        + "</tr>"
        for attributes, (first, *rest) in lines
    )
    return f"<table><caption>{_escaped(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _escaped(text: object) -> str:
    return html.escape(str(text))


def _counted(name: str, n: int, words: Words) -> str:
    return words.text("{name} ({n})", name=name, n=n)


def _style(status: str) -> str:
    return f"background:{PALE};color:{NUMERAL[status]};{_LINE[status]};text-decoration:none"


def _status(code: str, words: Words) -> str:
    return words.tables.labels("numeral", words.lang).get(code, code)


def _told(row: pd.Series, words: Words) -> str:
    """Say what became of a mark's number, and what it is."""
    what = _what(row["table"], words.tables[row["table"]].loc[row["row"]], words) if row["table"] else row["reason_en"]
    return words.text(": ").join(filter(None, [_status(row["numeral"], words), what]))


def _what(table: str, row: pd.Series, words: Words) -> str:
    """Say what a row's number is; the reason of a number set aside is kept in English."""
    if table == "targets":
        return row[f"name_{words.lang}"]
    if table == "collection":
        measure, where = words.name("measures", row["measure"]), words.name("places", row["place"])
        return words.text(", ").join([measure, where, words.period(row["period_start"], row["period_end"])])
    if table == "stated_counts":
        return words.tables.labels("counts", words.lang).get(row["counts"], row["counts"])
    return row["reason"]


def _reading(row: pd.Series, words: Words) -> tuple[str, str, str]:
    """Return value, unit and bound of a row; – for what it does not have."""
    ends = [row[name] for name in ("value", "value_low", "value_high") if pd.notna(row.get(name))]
    value = "–".join(map(words.number, dict.fromkeys(ends))) or "–"
    unit, bound = (words.tables.names("units", words.lang), words.tables.labels("bound", words.lang))
    return value, unit.get(row.get("unit", ""), "–"), bound.get(row.get("bound", ""), "–")


def _seen(step: str, value: object, words: Words) -> str:
    """Say what is read at a step, or what the row says of it."""
    if value is None or value != value:  # NaN equals nothing
        return words.text("in no cell")
    if step == "interval":
        low, high = map(words.number, value)
        return words.text("{low} up to, not including, {high}", low=low, high=high)
    if step in ("value", "value_high"):
        return words.number(value)
    if step in ("bound", "commitment"):
        return words.tables.labels(step, words.lang).get(value, value)
    if step == "unit":
        return words.tables.names("units", words.lang).get(value, value)
    return str(value).replace("\n", "⏎")
