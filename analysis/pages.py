"""The report's pages as HTML: notebooks as chapters of stories, with charts, tables, sources and links.

It takes everything from the notebooks' outputs; nothing is computed or drawn here, and no file is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import jinja2
import mistune
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from analysis import evidence, linking
from analysis.claims import Grid, Proof
from analysis.displays import page
from analysis.language import Words
from analysis.outputs import MIME
from analysis.palette import DARK

LEFT_OUT = "remove-cell"  # the tag of a cell for those at work, as Jupyter Book has it
MARK = "one-newspaper-page report"
LONG, SHOWN = 12, 8  # a table of more rows folds after so many
NAMED = 3  # sources named below a chart
MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


@dataclass(frozen=True)
class Item:
    """One thing on a page: kind is markdown, code, chart, table, text, headline or output."""

    kind: str
    html: str = ""
    bundle: dict = field(default_factory=dict)
    png: str = ""


@dataclass(frozen=True)
class Chapter:
    """One notebook on a page.

    Attributes:
        slug: its address on the page. file: its name. title: its first heading, and ``heading`` the same as HTML with
            its links. items: what it shows, in order. lead: HTML of its first paragraph, without links.
        sections: address and title of each.
    """

    slug: str
    file: str
    title: str
    heading: str
    items: list[Item]
    lead: str = ""
    sections: list[tuple[str, str]] = field(default_factory=list)

    @property
    def headline(self) -> dict | None:
        """What comes first of a story; None for a chapter that opens none."""
        return next((item.bundle for item in self.items if item.kind == "headline"), None)

    @property
    def proves(self) -> bool:
        """Whether it shows the marked page, and so belongs to no story."""
        return any(item.bundle.get("name") == "page-text" for item in self.items)


def chapter(path: Path, notebook: NotebookNode, words: Words, proof: Proof | None = None) -> Chapter:
    """Return a notebook as a chapter. Its address is its name without the number, so that it may change places.

    Args:
        path, notebook: its file, and what a run returned. words: for the paragraphs, where the root has their Chinese.
        proof: of the numbers of its prose, which then lead to their cells.
    """
    slug, anchors = re.sub(r"^\d+-", "", path.stem), linking.anchors(proof) if proof else {}
    cells = [
        (number, cell)
        for number, cell in enumerate(notebook.cells, start=1)
        if LEFT_OUT not in cell.metadata.get("tags", [])
    ]
    text = "\n".join(
        linking.linked(cell.source, anchors.get(number, ()), words)
        for number, cell in cells
        if cell.cell_type == "markdown"
    )
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    heading = heading[1] if heading else path.stem
    items: list[Item] = []
    for item in (item for number, cell in cells for item in _items(cell, slug, words, anchors.get(number, ()))):
        if item.kind == "code" and items and items[-1].kind == "code":
            # Cells that show nothing between them are one.
            items[-1] = Item("code", items[-1].html + item.html)
        elif item.bundle.get("name") != "":  # a frame without a name is for those at work
            items.append(item)
    written = "".join(item.html for item in items if item.kind == "markdown")
    lead = re.search(r"<p>.*?</p>", written, re.DOTALL)
    return Chapter(
        slug,
        path.name,
        title=linking.without_links(heading),
        heading=re.sub("</?p>|\n", "", MARKDOWN(heading)),
        items=items,
        lead=re.sub("</?a[^>]*>", "", lead[0]) if lead else "",
        sections=re.findall(r'<h3 id="([^"]+)">(.*?)</h3>', written),
    )


def _items(cell: NotebookNode, slug: str, words: Words, anchors: Iterable[linking.Anchor]) -> Iterator[Item]:
    if cell.cell_type == "markdown":
        yield Item("markdown", prose(linking.linked(cell.source, anchors, words), slug, cell.source))
    elif cell.cell_type == "code" and cell.source.strip():
        yield Item("code", highlight(cell.source, PythonLexer(), HtmlFormatter()))
        yield from map(_output, cell.outputs)


def prose(source: str, slug: str, english: str) -> str:
    """Return Markdown as HTML below a chapter's title, which is left out.

    Sections get addresses from their English words, so that they are the same in each language.
    """
    headings = iter(re.findall(r"^## (.+)$", english, re.MULTILINE))

    def section(found: re.Match) -> str:
        words = re.sub(r"\W+", "-", next(headings, found[1]).lower()).strip("-")
        return f'<h3 id="{slug}.{words}">{found[1]}</h3>'

    text = re.sub(r"<h1>.*?</h1>\n?", "", MARKDOWN(source))
    return re.sub(r"<h2>(.*?)</h2>", section, re.sub(r"(</?h)[3-6]>", r"\g<1>4>", text))


def _output(output: NotebookNode) -> Item:
    data = output.get("data", {})
    if MIME in data:
        bundle = data[MIME]
        shown = data["text/html"] if bundle["kind"] == "text" else ""
        return Item(bundle["kind"], shown, bundle, data.get("image/png", ""))
    return Item("output", html.escape(output.get("text", data.get("text/plain", ""))))


def stories(chapters: Iterable[Chapter]) -> list[list[Chapter]]:
    """Group chapters: one with a headline opens a story, and one that proves numbers stands by itself."""
    groups: list[list[Chapter]] = []
    for each in chapters:
        if not groups or each.headline or each.proves:
            groups.append([])
        groups[-1].append(each)
    return groups


class Cell(NamedTuple):
    """A cell of a table.

    ``pad`` is what is missing behind its text to align decimals, ``lang`` its language where another, ``id`` its
    address where the prose leads to it.
    """

    text: str
    pad: str = ""
    lang: str = ""
    id: str = ""


class Row(NamedTuple):
    """A row of a table: its address, that of the words it was read from (either may be empty), and its cells."""

    id: str
    words: str
    cells: list[Cell]


class View:
    """What the template asks of the charts and tables of a page.

    Args:
        words: the language. chapters: of the page.
        grids: by name the charts and tables as the English notebooks show them, from which cells have their addresses.
    """

    def __init__(self, words: Words, chapters: Iterable[Chapter], grids: Mapping[str, Grid]) -> None:
        written = "".join(item.html for each in chapters for item in each.items if item.kind == "markdown")
        links = re.findall(' href="#([^"]+)"', written)
        self._grids, self._wanted = grids, {address for link in links for address in link.split(",")}
        texts = "".join(item.html for each in chapters for item in each.items if item.kind == "text")
        self.words, self._ids = words, set(re.findall(r' id="([^"]+)"', texts))
        self.lists_sources = ' id="source-' in texts
        tables = [item.bundle for each in chapters for item in each.items if item.kind == "table"]
        self._listed = {str(cell) for bundle in tables for row in bundle["rows"] for cell in row}
        self._sources = {
            (source["name"], source["title"]): f"source-{source_id}"
            for source_id in words.tables["sources"]["source_id"]
            for source in words.source_list([source_id])
        }

    def columns(self, bundle: Mapping) -> list[tuple[str, bool]]:
        """Return the heading of each column of a table or chart, and whether it holds numbers."""
        return [(name, _numeric(cells)) for name, cells in zip(bundle["columns"], _columns(bundle), strict=True)]

    def key(self, bundle: Mapping) -> int:
        """Return which column heads the rows: the first of texts that differ, where there is one."""
        columns = enumerate(_columns(bundle))
        return next((n for n, cells in columns if not _numeric(cells) and len(set(cells)) == len(cells)), 0)

    def rows(self, bundle: Mapping) -> list[Row]:
        """Return the rows of a table or chart as a reader sees them."""
        units = [cells for code, cells in zip(bundle["codes"], _columns(bundle), strict=True) if code == "unit"]
        mixed = any(len(set(cells)) > 1 for cells in units)
        columns = [self._said(cells, mixed) for cells in _columns(bundle)]
        return [
            Row(*self._places(bundle, n), [self._at(bundle, n, m, column[n]) for m, column in enumerate(columns)])
            for n, _ in enumerate(bundle["rows"])
        ]

    def _at(self, bundle: Mapping, row: int, column: int, cell: Cell) -> Cell:
        """Give a cell its address where the prose leads to it; the cell that heads a row stands for the row too."""
        grid = self._grids.get(bundle["name"]) if self._wanted else None
        if grid is None:
            return cell
        address = linking.cell_id(grid.name, grid.keys[row], bundle["codes"][column])
        if address not in self._wanted and column == self.key(bundle):
            address = linking.cell_id(grid.name, grid.keys[row])
        if address not in self._wanted:
            return cell
        self._wanted.remove(address)
        return cell._replace(id=address)

    def _places(self, bundle: Mapping, n: int) -> tuple[str, str]:
        """Return a row's address and its words': a mark on the page leads to the first table that shows the row."""
        place = bundle["places"][n] if n < len(bundle["places"]) else ""
        if not place or place.startswith("source-"):
            return "", place
        own = place.replace("words-", "row-", 1)
        own = own if own not in self._ids else f"{bundle['name']}.{own}"
        self._ids.add(own)
        return own, place if place in self._ids else ""

    def _said(self, cells: Sequence, mixed: bool = False) -> list[Cell]:
        """Write the cells of a column, numbers with as many decimals as most of those that have any.

        Zeros that were dropped come back so; where most have fewer than the most precise one, as numbers kept as they
        are printed do, what is missing is left blank and the decimals stand below each other all the same. Where the
        rows are of ``mixed`` units, each number is by itself.
        """
        if not _numeric(cells):
            return [Cell(text, "", self._other(text)) for text in ("" if cell is None else str(cell) for cell in cells)]
        found = [_decimals(cell) for cell in cells if cell is not None]
        most = max(found, default=0)
        fill = 2 * found.count(most) > sum(each > 0 for each in found) and all(abs(cell or 0) < 1000 for cell in cells)
        said = []
        for cell in cells:
            own = 0 if cell is None else most if fill and not mixed else _decimals(cell)
            pad = "" if own == most or mixed else "0" * (most - own) if own else f".{'0' * most}"
            said.append(Cell("") if cell is None else Cell(self.words.number(cell, own), pad))
        return said

    def _other(self, text: str) -> str:
        """Return the other language where a text is in it."""
        hanzi = sum("\u3400" <= character <= "\u9fff" for character in text)
        if self.words.lang == "en":
            return "zh" if hanzi * 2 > len(text) else ""
        return "en" if hanzi * 2 <= len(text) and len(re.findall("[A-Za-z]+", text)) > 2 else ""

    def drawings(self, bundle: Mapping) -> list[tuple[str, str]]:
        """Return a chart's drawings by width, without the source line at their foot, which the page says in links."""
        return [(width, _without_source(bundle["svg"][width], bundle["source"])) for width in ("wide", "narrow")]

    def says_more(self, bundle: Mapping) -> bool:
        """Return whether the table behind a chart has more than its drawing and the page's tables: it is printed."""
        drawn = " ".join(re.findall(r"<text[^>]*>([^<]*)", bundle["svg"]["wide"]))
        cells = {str(cell) for row in bundle["rows"] for cell in row}
        new = [cell for cell in cells - self._listed if html.escape(cell) not in drawn]
        return 2 * len(new) > len(cells)

    def sources(self, bundle: Mapping) -> tuple[list[tuple[str, str]], int]:
        """Return the first sources of a chart or table, name and address in the list, and how many more it has."""
        found = [
            (source["name"], self._sources.get((source["name"], source["title"]), "sources"))
            for source in bundle.get("sources", ())
        ]
        shown = NAMED if len(found) > NAMED + 1 else len(found)
        return found[:shown], len(found) - shown


def _columns(bundle: Mapping) -> list[Sequence]:
    return list(zip(*bundle["rows"], strict=True)) or [()] * len(bundle["columns"])


def _numeric(cells: Iterable) -> bool:
    return all(isinstance(cell, int | float | None) for cell in cells)


def _decimals(value: float) -> int:
    return len(f"{value:.4f}".rstrip("0").partition(".")[2])


def _without_source(svg: str, source: str) -> str:
    """Cut a drawing above the lines of its source, where they are the last that it says."""
    wanted, said = html.escape(source).replace(" ", ""), ""
    for line in reversed(list(re.finditer(r'<text [^>]*font-size: ([\d.]+)px[^>]* y="([\d.]+)">([^<]*)</text>', svg))):
        said = line[3].replace(" ", "") + said
        if not wanted or not wanted.endswith(said):
            break
        if said == wanted:
            high = float(line[2]) - 1.6 * float(line[1])
            svg = re.sub(
                r'width="\d+" height="\d+" viewBox="0 0 (\S+) \S+"', rf'viewBox="0 0 \1 {high:.2f}"', svg, count=1
            )
            return f"{svg[: svg.index(line[0])]}{re.sub('<text.*?</text>', '', svg[svg.index(line[0]) :])}"
    return svg


def printed_on(words: Words) -> str:
    """Name what the seeds were printed in: publisher and date of the first source of each file."""
    rows = words.tables["sources"].query("kind == 'seed'").sort_values(["file", "first_line"])
    firsts = rows.drop_duplicates("file")["source_id"]
    return words.text("; ").join(source["name"] for each in firsts for source in words.source_list([each]))


def render(
    languages: Mapping[str, Words],
    chapters: Mapping[str, list[Chapter]],
    made: Mapping,
    grids: Mapping[str, Grid] | None = None,
) -> dict[str, str]:
    """Return the text of each page by its path: a first one that leads to one in each language.

    Args:
        languages, chapters, made: by language its words, its chapters, and what the footer says.
        grids: see `View`.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"mark": MARK, "langs": list(languages), "dark": DARK}
    environment.globals |= {"long": LONG, "shown": SHOWN}
    descriptors = {lang: words.tables.descriptor for lang, words in languages.items()}
    titles = {lang: found.get(f"title_{lang}", found.get("title", "")) for lang, found in descriptors.items()}
    environment.globals |= {"titles": titles, "pages": {lang: printed_on(words) for lang, words in languages.items()}}
    environment.globals |= {"stories": {lang: stories(found) for lang, found in chapters.items()}}
    texts = {"index.html": environment.get_template("front.html.j2").render(languages=languages)}
    for lang, words in languages.items():
        descriptor, view = words.tables.descriptor, View(words, chapters[lang], grids or {})
        texts[f"{lang}/index.html"] = linking.resolved(
            environment.get_template("report.html.j2").render(
                lang=lang,
                prose_lang=words.prose_lang,
                text=words.text,
                plural=words.plural,
                view=view,
                made=made[lang],
                sources="" if view.lists_sources else page.sources(evidence.sources(words.tables), words).html,
                homepage=descriptor.get("homepage", ""),
                licences=words.list(each["title"] for each in descriptor.get("licenses", ()) if "title" in each),
            )
        )
    return texts
