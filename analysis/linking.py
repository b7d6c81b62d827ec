"""Lead each claimed number of the notebooks' prose to its cell on the page, in either language.

Which cell proves a number is the business of `claims`; how pages and tables look, that of `pages`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from analysis.claims import Cell, Proof, Prose
from analysis.language import Words, blocks
from analysis.quantities import numbers, unit_words
from analysis.seeds import Seed
from analysis.tables import Tables


class Anchor(NamedTuple):
    """A claimed number of a Markdown cell: its offsets in the cell's source, its value, and where it leads.

    ``href`` has several addresses, commas between, where the first may be missing on a page: see `resolved`.
    """

    start: int
    end: int
    value: Decimal
    href: str


def cell_id(table: str, row: str, column: str = "") -> str:
    """Return the address of a cell on a page, from the names of its table, of its row in English, and of its column.

    Without a column it is that of the row.

    >>> cell_id("rates-panel", "Dongying + 2023", "printed_rate")
    'rates-panel.dongying-2023.printed-rate'
    """
    return ".".join(map(_slug, filter(None, (table, row, column))))


def _slug(name: str) -> str:
    plain = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if name.isascii() else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".strip("-")


def anchors(proof: Proof) -> dict[int, list[Anchor]]:
    """Return the claimed numbers of each Markdown cell of a notebook, by the cell's number from 1."""
    found: dict[int, list[Anchor]] = {}
    for number, cell in sorted(proof.cells.items(), key=lambda item: item[0].start):
        (at, start), (_, last) = proof.prose.places[number.start], proof.prose.places[number.end - 1]
        href = "#" + ",".join(_addresses(proof.tables, cell))
        found.setdefault(at, []).append(Anchor(start, last + 1, abs(number.value), href))
    return found


def _addresses(tables: Tables, cell: Cell) -> Iterator[str]:
    """Yield where a cell may be seen: in a table of the page, among the claims on its words, or in its source."""
    grid, at = cell.grid, cell.row
    if at < 0:  # of several rows: the table they stand in
        yield from (f"{kind}-{grid.name}" for kind in ("table", "chart", "text"))
        yield "table-page-curated"
    elif grid.shown:
        yield cell_id(grid.name, grid.keys[at], grid.codes[grid.columns.index(cell.column)])
        yield cell_id(grid.name, grid.keys[at])  # a language may not need the column
    else:
        row = tables[grid.name].loc[grid.numbers[at]]
        yield f"row-{tables.row_id(grid.name, row.name)}"
        yield f"source-{row.get('source_id', '')}"


def linked(source: str, anchors: Iterable[Anchor], words: Words) -> str:
    """Return a Markdown cell in the language, its claimed numbers as links.

    In Chinese a number is found again by its value within its paragraph: `translation` holds the values to be the
    same. One that stands in a link is left as it is.

    Args:
        source: the cell's English. anchors: its claimed numbers. words: the language.
    """
    parts, at = [], 0
    for block in blocks(source):
        at = source.find(block, at)
        own = [anchor for anchor in anchors if at <= anchor.start < at + len(block)]
        own = [anchor._replace(start=anchor.start - at, end=anchor.end - at) for anchor in own]
        text, at = words.prose(block), at + len(block)
        own = own if text == block else _found_again(text, own, words)
        parts.append(_with_links(text, own))
    return "\n\n".join(parts)


def _with_links(text: str, anchors: Sequence[Anchor]) -> str:
    taken = [match.span() for match in re.finditer(r"\[[^]]*\]\([^)]*\)", text)]
    for anchor in sorted(anchors, reverse=True):
        if not any(start <= anchor.start < end for start, end in taken):
            text = f"{text[: anchor.start]}[{text[anchor.start : anchor.end]}]({anchor.href}){text[anchor.end :]}"
    return text


def without_links(markdown: str) -> str:
    """Take the links that `linked` made out of a text again."""
    return re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", markdown)


def _found_again(chinese: str, anchors: Iterable[Anchor], words: Words) -> Iterator[Anchor]:
    """Yield anchors at the numbers of a Chinese paragraph that have their values, in order."""
    found = list(_numbers(chinese, words))
    for anchor in anchors:
        number = next((each for each in found if anchor.value in each[2]), None)
        if number:
            found.remove(number)
            yield anchor._replace(start=number[0], end=number[1])


def _numbers(markdown: str, words: Words) -> Iterator[tuple[int, int, list[Decimal]]]:
    """Yield start, end and values of each number of a Chinese Markdown text."""
    prose = Prose.of({"cells": [{"cell_type": "markdown", "source": markdown}]})
    seed, known = Seed.from_text("", prose.text), unit_words(words.tables["units"])
    for start, end, values in numbers(seed.normalized, known):
        first, last = (prose.places[seed.offsets[at]][1] for at in (start, end - 1))
        yield first, last + 1, values


def resolved(page: str) -> str:
    """Lead each link within a page to the first of its addresses that the page has; take off one that has none."""
    ids = set(re.findall(r' id="([^"]+)"', page))

    def one(link: re.Match[str]) -> str:
        target = next((address for address in link[1].split(",") if address in ids), None)
        return "" if target is None else f' href="#{target}"'

    return re.sub(r' href="#([^"]*)"', one, page)
