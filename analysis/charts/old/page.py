"""The page itself: its text with every numeral marked, where its numerals stand, and one of them followed."""

from __future__ import annotations

import html

import pandas as pd

from analysis import quantities
from analysis.charts.old.base import MUTED, NUMERAL, PALE, RULE, SMALL, Canvas, Chart, Table, Text, Words
from analysis.language import format_number
from analysis.provenance import Proof, commitment
from analysis.tables import Tables


def curated(tables: Tables, lang: str = "en") -> Table:
    """Return what was read from seeds: each table with the number of its rows, and what a row is."""
    words = Words(tables, "curated", lang)
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    names = ["targets", "industries", "stated_counts", "collection", "context_numbers"]
    frame = words.columns(
        table=[tables.path(name) for name in names],
        rows=[int(tables[name]["source_id"].isin(seeds).sum()) for name in names],
        what=[words(name) for name in names],
    )
    return words.table(frame, seeds)


def marked_text(tables: Tables, proof: Proof, lang: str = "en") -> Text:
    """Return a seed's text as it stands, each run that holds a numeral marked by what became of it."""
    words, labels = Words(tables, "page-text", lang), tables.labels("numeral", lang)
    text, at, parts = proof.seed.text, 0, []
    for start, end, status, claims in proof.marks():
        line = f"2px {'solid' if status == 'curated' else 'dotted'} {NUMERAL[status]}"
        style = f"background:{PALE};color:{NUMERAL[status]};border-bottom:{line};text-decoration:none"
        shown = html.escape(text[start:end])
        # Rows that share a number each have a place to link back to; the mark itself leads to the first of them.
        places = "".join(f'<span id="words-{claim.table}-{claim.row}"></span>' for claim in claims)
        if claims:
            where = f"{tables.path(claims[0].table)}:{claims[0].row}"
            link = f'href="#row-{claims[0].table}-{claims[0].row}" title="{html.escape(where)}"'
            shown = f'{places}<a class="{status}" style="{style}" {link}>{shown}</a>'
        else:
            shown = f'<span class="{status}" style="{style}" title="{html.escape(labels[status])}">{shown}</span>'
        parts += [html.escape(text[at:start]), shown]
        at = end
    parts.append(html.escape(text[at:]))
    counts = proof.numerals()["status"].value_counts()
    key = " · ".join(
        f'<b style="color:{NUMERAL[code]}">{html.escape(name)}: {counts.get(code, 0)}</b>'
        for code, name in labels.items()
    )
    body = f'<div lang="zh" class="seed" style="white-space:pre-wrap">{"".join(parts).strip()}</div>'
    return Text("page-text", words("title", n=counts.sum()), f'<div class="marked"><p>{key}</p>{body}</div>', lang)


def rows(tables: Tables, proof: Proof, lang: str = "en") -> Text:
    """Return the rows that the marks of a text lead to, in the text's order, each with a link back to its words."""
    words = Words(tables, "page-rows", lang)
    labels = tables.labels("numeral", lang)
    lines = []
    for start, end, status, claims in proof.marks():
        for claim in claims:
            row = tables[claim.table].loc[claim.row]
            link = f'<a href="#words-{claim.table}-{claim.row}" lang="zh">{html.escape(proof.seed.text[start:end])}</a>'
            what = html.escape(_what(tables, claim.table, row, lang))
            where = html.escape(f"{tables.path(claim.table)}:{claim.row}")
            cells = [where, link, what, html.escape(labels[status])]
            inside = "".join(f"<td>{cell}</td>" for cell in cells)
            lines.append(f'<tr id="row-{claim.table}-{claim.row}">{inside}</tr>')
    head = "".join(f'<th scope="col">{html.escape(words(code))}</th>' for code in ("row", "words", "what", "status"))
    title = words("title", n=len(lines))
    top = f"<caption>{html.escape(title)}</caption><thead><tr>{head}</tr></thead>"
    return Text("page-rows", title, f"<table>{top}<tbody>{''.join(lines)}</tbody></table>", lang)


def _what(tables: Tables, table: str, row: pd.Series, lang: str) -> str:
    """Say what a row's number is; the reason of a number set aside is kept in English only."""
    if table == "targets":
        return row[f"name_{lang}"]
    if table == "collection":
        return tables.names("measures", lang)[row["measure"]]
    if table == "stated_counts":
        return tables.label("counts", row["counts"], lang)
    return row["reason"] if lang == "en" else ""


def numerals(tables: Tables, proof: Proof, lang: str = "en") -> Chart:
    """Draw where in the text its numerals stand, a strip for each of the things that can become of one."""
    words, labels = Words(tables, "page-numerals", lang), tables.labels("numeral", lang)
    found = proof.numerals()
    counts = found["status"].value_counts().reindex(labels, fill_value=0)
    lines = proof.seed.text.count("\n") + 1

    def body(canvas: Canvas) -> float:
        y = 0.1
        gutter = 0 if canvas.narrow else 1.75
        for status, name in labels.items():
            canvas.text(0, y + 0.1, name, size=SMALL, color=NUMERAL[status], weight="bold")
            if canvas.narrow:
                y += 0.22
            axes = canvas.axes(gutter, y, canvas.width - gutter - 0.4, 0.24)
            axes.set(xlim=(1, lines), ylim=(0, 1), xticks=[], yticks=[], facecolor=PALE)
            axes.spines[:].set_visible(False)
            axes.vlines(found["line"][found["status"] == status], 0, 1, color=NUMERAL[status], linewidth=1.5)
            canvas.text(canvas.width, y + 0.1, str(counts[status]), ha="right", weight="bold", color=NUMERAL[status])
            y += 0.36
        right = canvas.width - 0.4
        canvas.page.plot([gutter, right], [y - 0.04] * 2, color=RULE, linewidth=0.8)
        canvas.text(gutter, y + 0.08, words("line", n=1), size=SMALL, color=MUTED)
        canvas.text(right, y + 0.08, words("line", n=lines), size=SMALL, color=MUTED, ha="right")
        return y + 0.25

    table = words.columns(status=list(labels.values()), numerals=counts.to_list())
    told = words.listed(f"{labels[code]} {count}" for code, count in counts.items())
    sources = tables["sources"]["source_id"][tables["sources"]["file"] == proof.seed.file]
    left = int(counts["left"])
    return words.chart(
        body, table, sources, title="title_left" if left else "title", n=len(found), left=left, told=told
    )


def followed(tables: Tables, proof: Proof, target_id: str, lang: str = "en") -> Table:
    """Follow one target's number from the scan to its row: every step that `check` takes, with what it sees.

    Raises:
        KeyError: no such target.
    """
    words = Words(tables, "one-number-followed", lang)
    rows = tables["targets"].query("target_id == @target_id")
    if rows.empty:
        raise KeyError(f"found target '{target_id}', expected a target_id of data/plan/targets.csv")
    row = next(rows.itertuples())
    seed, quote = proof.seed, quantities.normalize(row.quote)
    start = seed.find(row.quote)[0]
    scanned = seed.text[seed.offsets[start] : seed.offsets[start + len(quote) - 1] + 1]
    read = quantities.read(row.printed, quantities.unit_words(tables["units"]))
    low, high = (format_number(end, lang) for end in read.interval)
    steps = {
        "scan": scanned.replace("\n", "⏎"),
        "quote": row.quote,
        "printed": row.printed,
        "value": f"{format_number(read.low, lang)} {tables.names('units', lang)[row.unit]}",
        "bound": tables.label("bound", read.bound, lang),
        "interval": f"[{low}, {high})",
        "commitment": tables.label("commitment", commitment(seed.normalized, start + quote.index(row.printed)), lang),
        "row": f"{tables.path('targets')}:{row.Index}",
        "charts": "targets-table, commitments-by-area, bases",
    }
    told = [words(step, line=seed.line(start)) for step in steps]
    return words.table(
        words.columns(step=told, seen=list(steps.values())), [row.source_id], name=getattr(row, f"name_{lang}")
    )


def sources(tables: Tables, lang: str = "en") -> Table:
    """Return the sources with the number of rows that each carries."""
    words, rows = Words(tables, "sources", lang), tables["sources"]
    carried = pd.concat(
        [frame["source_id"] for name, frame in tables.frames.items() if "source_id" in frame and name != "sources"]
    )
    frame = words.columns(
        id=rows["source_id"],
        kind=rows["kind"].map(tables.labels("kind", lang)),
        title=rows[f"title_{lang}"],
        publisher=rows[f"publisher_{lang}"],
        published=rows["published"],
        rows=rows["source_id"].map(carried.value_counts()).fillna(0).astype(int),
    )
    return words.table(frame)
