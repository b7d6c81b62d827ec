"""What a notebook shows beside charts: frames, texts and the headline, each with the JSON that makes the report."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.language import Words
from analysis.outputs import MIME, cell_text, plain, rows_json
from analysis.tables import Tables

_KEYED = {"unit": "units", "place": "places", "measure": "measures", "benchmark": "benchmarks"}  # columns and tables


@dataclass(frozen=True)
class Table:
    """A frame shown: pandas' HTML in a notebook, and our JSON for the report. Made by `show`.

    Attributes:
        name: file name without ending. lang: "en" or "zh". title: what the rows are.
        frame: the rows; headings and names in ``lang``, numbers are numbers.
        source: the source line. sources: each source's name, title and url.
        places: for each row where its words stand on the page, or empty.
    """

    name: str
    lang: str
    title: str
    frame: pd.DataFrame
    source: str
    sources: list[dict[str, str]]
    places: list[str]

    def bundle(self) -> dict:
        """Return the table as plain JSON."""
        words = {"kind": "table", "name": self.name, "lang": self.lang, "title": self.title}
        return words | {"source": self.source, "sources": self.sources, "places": self.places} | rows_json(self.frame)

    def _repr_mimebundle_(self, **_: object) -> dict:
        texts = {name: [cell_text(cell, self.lang) for cell in map(plain, self.frame[name])] for name in self.frame}
        shown = pd.DataFrame(texts).to_html(index=False, border=0, escape=True, max_rows=None)
        text = self.title or self.frame.to_string(index=False)
        return {"text/plain": text, "text/html": shown, MIME: self.bundle()}


@dataclass(frozen=True)
class Text:
    """A text for readers that is neither chart nor table: HTML whose every text is escaped, and its plain form."""

    name: str
    lang: str
    title: str
    html: str

    def _repr_mimebundle_(self, **_: object) -> dict:
        words = {"kind": "text", "name": self.name, "lang": self.lang, "title": self.title}
        return {"text/plain": self.title, "text/html": self.html, MIME: words}


@dataclass(frozen=True)
class Headline:
    """What comes first: a few sentences, and a few large figures with what each is."""

    lang: str
    sentences: list[str]
    figures: list[tuple[str, str]]

    def _repr_mimebundle_(self, **_: object) -> dict:
        figures = "".join(f"<li><b>{html.escape(large)}</b> {html.escape(small)}</li>" for large, small in self.figures)
        shown = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        shown += f"<ul>{figures}</ul>" if figures else ""
        bundle = {"kind": "headline", "name": "headline", "lang": self.lang, "sentences": self.sentences}
        bundle["figures"] = [list(figure) for figure in self.figures]
        return {"text/plain": " ".join(self.sentences), "text/html": shown, MIME: bundle}


def show(
    frame: pd.DataFrame, words: Words, name: str = "", title: str = "", rows_of: str = "", sources: Iterable[str] = ()
) -> Table:
    """Show a frame: its columns and codes named in the language, its rows kept for the report.

    Args:
        frame: any frame, or one column of it; its index is not shown.
        words: the language.
        name: of its files in the report, at most 31 letters, digits and hyphens; a frame without one is not in it.
        title: what the rows are.
        rows_of: the table whose rows these are, by their index; the report links each to its words on the page.
        sources: their ids; default those of the frame, as of `sources_of`.
    """
    frame = pd.DataFrame(frame)
    ids = list(sources) or sources_of(frame)
    leads = places(frame, words.tables, rows_of)
    return Table(name, words.lang, title, readable(frame, words), words.sources(ids), words.source_list(ids), leads)


def nothing(name: str, words: Words, message: str) -> Text:
    """Return the line that stands where a root has nothing to draw."""
    return Text(name, words.lang, message, f"<p>{html.escape(message)}</p>")


def sources_of(frame: pd.DataFrame) -> list[str]:
    """Return the sources that rows name: in ``sources``, several a row, or in ``source_id`` and such columns."""
    return [*(frame["sources"].explode() if "sources" in frame else frame.filter(regex="source_id$").stack())]


def where(frame: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return the ``place`` and the ``period`` of rows in words; several as a list."""
    named = [words.name("places", place) for place in sorted(set(frame["place"]))]
    periods = sorted(set(zip(frame["period_start"], frame["period_end"], strict=True)))
    return {"place": words.list(named), "period": words.list(words.period(*ends) for ends in periods)}


def place(tables: Tables, table: str, row: int) -> str:
    """Return the id of the words that a row was read from, where the page is shown: ``words-targets-…``."""
    return f"words-{tables.row_id(table, row)}"


def places(frame: pd.DataFrame, tables: Tables, rows_of: str) -> list[str]:
    """Return for each row of a frame where it leads on the page: to its words, else to its source.

    Args:
        frame: any; a column ``source_id`` names the source of each row.
        tables: the root's. rows_of: the table whose rows these are, by their index; "" for none.

    Returns:
        Addresses such as ``words-targets-…`` or ``source-…``; empty for a row of which neither is known.
    """
    known = tables[rows_of] if rows_of else frame.iloc[:0]
    sources = frame["source_id"] if "source_id" in frame else known.get("source_id", pd.Series(dtype=object))
    quoted = [row for row in frame.index if row in known.index and known.at[row, "quote"]]
    found = {row: place(tables, rows_of, row) for row in quoted}
    return [found.get(row) or (f"source-{sources[row]}" if row in sources.index else "") for row in frame.index]


def readable(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return a frame for readers: names for codes, one language of two, columns headed in the language, no ids.

    ``name_zh`` and ``name_en`` become ``name`` in the language, and so does every such pair. Codes are named where
    a column has the name of a vocabulary (``status``) or of a table's key (``unit``, ``place``). Columns that end
    in ``_id`` are left out. What is not known stays as it is. ``attrs["codes"]`` keeps the columns' own names.
    """
    tables, lang = words.tables, words.lang
    own, other = ("_en", "_zh") if lang == "en" else ("_zh", "_en")
    pairs = [name.removesuffix(own) for name in frame if name.endswith(own) and name.removesuffix(own) + other in frame]
    left_out = [*pairs, *(name + other for name in pairs), *(name for name in frame if name.endswith("_id"))]
    frame = frame.drop(columns=left_out, errors="ignore").rename(columns={name + own: name for name in pairs})
    for name in frame.columns.difference([*pairs, "column"]):
        names = tables.names(_KEYED[name], lang) if name in _KEYED else tables.labels(name, lang)
        if names:
            frame[name] = frame[name].map(lambda cell, names=names: names.get(cell, cell))
    shown = frame.rename(columns=words.column).reset_index(drop=True)
    shown.attrs["codes"] = list(map(str, frame.columns))
    return shown
