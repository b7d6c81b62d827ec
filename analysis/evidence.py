"""What the proof of a root shows, as frames: the claims on its pages, one number followed, its sources and errata.

What is proven, and how, is `provenance`; how it is shown, `displays.page`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import quantities
from analysis.provenance import Claim, Proof, commitment, proofs
from analysis.tables import RELIABILITY, Tables, link_to

STATUSES = ("curated", "context", "fixed", "left")


def claims(proofs: Iterable[Proof]) -> pd.DataFrame:
    """Return each run of the pages that holds a numeral, with what became of it and which row claims it.

    Args:
        proofs: as `provenance.proofs` returns them; rows that do not hold are no hindrance.

    Returns:
        In the order of the pages, a row for each run and row that claims it (one where none does): ``file``,
        ``source_id`` (the claiming row's, or empty), ``line``, ``start`` and ``end`` (offsets in the file), ``words``
        (as the file has them), ``numeral`` (curated, context, fixed or left), ``table``, ``row`` and ``row_id`` (of
        the claim, or empty and 0), ``reason`` (of what was set aside and of fixed words).
    """
    rows = [row for proof in proofs for row in _claims_of(proof)]
    columns = ["file", "source_id", "line", "start", "end", "words", "numeral", "table", "row", "row_id", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _claims_of(proof: Proof) -> Iterable[tuple]:
    tables, text = proof.loaded, proof.seed.text
    words, reasons = (tables["fixed_words"][column] for column in ("word", "reason"))
    fixed = dict(zip(words.map(quantities.normalize), reasons, strict=True))
    for start, end, status, claimed in proof.marks():
        run = text.count("\n", 0, start) + 1, start, end, text[start:end], status
        rows = sorted((tables.row_id(claim.table, claim.row), claim.table, claim.row) for claim in claimed)
        for row_id, table, row in rows:
            cells = tables[table].loc[row]
            yield proof.seed.file, cells["source_id"], *run, table, row, row_id, cells.get("reason", "")
        if not rows:
            yield proof.seed.file, "", *run, "", 0, "", fixed.get(quantities.normalize(text[start:end]), "")


def counts(proofs: Iterable[Proof]) -> pd.DataFrame:
    """Count the numerals of the pages by what became of them: a run of digits or a single hanzi is one.

    Returns:
        In the order of `STATUSES`, then of the tables' names: ``numeral`` (what became of it), ``table`` (that claims
        them; ``fixed_words`` for fixed ones, – for what is left), ``numerals`` (how many), ``rows`` (of the
        table that claim them). What is left over has a row also where it is nothing.
    """
    proofs = list(proofs)
    found = pd.concat([proof.numerals() for proof in proofs] or [pd.DataFrame(columns=["status", "table", "word"])])
    found["table"] = found["table"].mask(found["status"] == "fixed", "fixed_words")
    claimed = claims(proofs).groupby("table")["row"].nunique()
    claimed["fixed_words"] = found.loc[found["status"] == "fixed", "word"].nunique()
    rows = [(*key, len(group), int(claimed.get(key[1], 0))) for key, group in found.groupby(["status", "table"])]
    if "left" not in set(found["status"]):
        rows.append(("left", "", 0, 0))
    rows.sort(key=lambda row: (STATUSES.index(row[0]), row[1]))
    return pd.DataFrame(rows, columns=["numeral", "table", "numerals", "rows"]).replace({"table": {"": "–"}})


def fixed_words(proofs: Iterable[Proof]) -> pd.DataFrame:
    """Return the fixed words that stand on the pages: ``word``, ``times`` (how often), ``reason``."""
    found = claims(proofs).query("numeral == 'fixed'")
    found = found.assign(word=found["words"].map(quantities.normalize))
    return found.groupby("word", as_index=False).agg(times=("start", "size"), reason=("reason", "first"))


def followed(proofs: Iterable[Proof], row_id: str) -> pd.DataFrame:
    """Follow one number from the page to its row: the steps that a check takes, with what it reads and what it meets.

    Args:
        proofs: as `provenance.proofs` returns them.
        row_id: of a row that claims a number, as `Tables.row_id` names it.

    Returns:
        In the order taken: ``step`` (page, printed, value, value_high, unit, bound, interval, commitment), ``read``
        (from the page), ``cell`` (of the row; None for the interval, which is computed, and has no
        step where the number is only about so), ``line`` (of the file), ``source_id``.

    Raises:
        KeyError: no such row claims a number.
    """
    found = [(proof, claim) for proof in proofs for mark in proof.marks() for claim in mark.claims]
    claimed = {proof.loaded.row_id(claim.table, claim.row): (proof, claim) for proof, claim in found}
    if row_id not in claimed:
        example = max(claimed, default="none is there")
        raise KeyError(f"found row '{row_id}', expected one that claims a number, such as {example}")
    proof, claim = claimed[row_id]
    steps = pd.DataFrame(_steps(proof, claim), columns=["step", "read", "cell", "line"])
    return steps.assign(source_id=proof.loaded[claim.table].at[claim.row, "source_id"])


def _steps(proof: Proof, claim: Claim) -> Iterable[tuple]:
    seed, row = proof.seed, proof.loaded[claim.table].loc[claim.row]
    start = seed.find(row["quote"])[0]
    last = seed.offsets[start + len(quantities.normalize(row["quote"])) - 1]
    printed = seed.normalized[claim.start : claim.end]
    read, line = quantities.read(printed, proof.words), seed.line(claim.start)
    yield "page", seed.text[seed.offsets[start] : last + 1], row["quote"], line
    yield "printed", printed, row["printed"], line
    yield "value", float(read.low), float(row["value_low"] if "value_low" in row else row["value"]), line
    if read.high != read.low and "value_high" in row:
        yield "value_high", float(read.high), float(row["value_high"]), line
    if "unit" in row:
        yield "unit", quantities.unit_of(read.word, proof.words), row["unit"], line
    if "bound" in row:
        yield "bound", read.bound, row["bound"], line
    if read.bound != "about":
        yield "interval", tuple(map(float, read.interval)), None, line
    if "commitment" in row:
        yield "commitment", commitment(seed.normalized, claim.start), row["commitment"], line


def sizes(tables: Tables) -> pd.DataFrame:
    """Count the rows of the tables that have sources: ``table``, ``rows``, ``from_seeds``, ``from_references``."""
    carried = _carried(tables)
    seeds, rows = carried[(tables["sources"]["kind"] == "seed").to_numpy()].sum(), carried.sum()
    frame = pd.DataFrame({"rows": rows, "from_seeds": seeds, "from_references": rows - seeds})
    return frame.rename_axis("table").reset_index()


def _carried(tables: Tables) -> pd.DataFrame:
    """Return for each source, in the order of ``sources.csv``, how many rows of each table it carries."""
    frames = {name: frame for name, frame in tables.frames.items() if "source_id" in frame and name != "sources"}
    counts = pd.DataFrame({name: frame["source_id"].value_counts() for name, frame in frames.items()})
    return counts.reindex(tables["sources"]["source_id"]).fillna(0).astype(int)


def sources(tables: Tables) -> pd.DataFrame:
    """Return all sources, the pages first, then by reliability and date, with what each carries.

    Returns:
        ``source_id``, ``kind``, ``reliability``, ``publisher_zh``, ``publisher_en``, ``published``, ``title_zh``,
        ``title_en``, ``url``, ``link`` (the address, or empty where it is not to be followed), ``rows`` (that it
        carries), and for each table that has sources a column of its name: how many of its rows.
    """
    carried, frame = _carried(tables), tables["sources"]
    rank, rows = frame["reliability"].map(RELIABILITY.index), carried.sum(axis=1).to_numpy()
    link = [link_to(url, note) for url, note in zip(frame["url"], frame["note"], strict=True)]
    frame = frame.assign(rank=rank, link=link, rows=rows).join(carried, on="source_id")
    kept = ["source_id", "kind", "reliability", "publisher_zh", "publisher_en", "published", "title_zh", "title_en"]
    ordered = frame.sort_values(["rank", "file", "first_line", "published", "source_id"], ignore_index=True)
    return ordered[[*kept, "url", "link", "rows", *carried]]


def report_numbers(tables: Tables) -> pd.DataFrame:
    """Count the numbers of the notebooks' prose by what became of them; that none is left `claims.check` proves.

    Returns:
        A row for each notebook: ``notebook`` (its file name without ending), ``numbers``, ``claimed`` (by a cell),
        ``aside`` (set aside with a reason).
    """
    rows = tables["report_numbers"]
    frame = rows.assign(claimed=rows["reason"] == "").groupby("notebook", as_index=False)
    frame = frame.agg(numbers=("claimed", "size"), claimed=("claimed", "sum"))
    return frame.assign(aside=frame["numbers"] - frame["claimed"])


def errata(tables: Tables) -> pd.DataFrame:
    """Return the errata by origin, date and place.

    Columns: ``origin`` (curation: the table was wrong; source: the source prints it wrongly), ``date``, ``table``,
    ``where`` (key of the row and column, where there is one), ``old``, ``new``, ``reason``.
    """
    frame = tables["errata"]
    paths = {tables.path(name): name for name in tables.frames}
    where = frame["key"].str.cat(frame["column"], sep=": ").str.removesuffix(": ")
    frame = frame.assign(table=frame["file"].replace(paths), where=where)
    ordered = frame.sort_values(["origin", "date", "table", "where"], ignore_index=True)
    return ordered[["origin", "date", "table", "where", "old", "new", "reason"]]


def annotations(tables: Tables) -> dict:
    """Return each curated number of the pages as a W3C Web Annotation: what ``reports/annotations.jsonld`` holds.

    A target is a run of a seed file: by its words, with as much around them as makes them unique (TextQuoteSelector),
    and by characters from the file's start, a byte order mark not counted (TextPositionSelector). A body is the row
    that claims it, by RFC 7111 (``#row=`` with the header as row 1), and what it says. Addresses are relative to the
    root.

    Args:
        tables: the root's tables, checked.
    """
    found = proofs(tables)
    texts = {proof.seed.file: proof.seed.text for proof in found}
    items = []
    for claim in claims(found).query("numeral == 'curated'").itertuples():
        position = {"type": "TextPositionSelector", "start": claim.start, "end": claim.end}
        cells = tables[claim.table].loc[claim.row].to_dict()
        names = ("value", "value_low", "value_high", "unit", "bound")
        said = [f"{name}: {_plain(cells[name])}" for name in names if cells.get(name, "") not in ("", None)]
        row = {"id": f"{tables.path(claim.table)}#row={claim.row}", "type": "Dataset", "format": "text/csv"}
        text = {"type": "TextualBody", "value": "; ".join(said), "format": "text/plain", "language": "en"}
        quote = _quote_selector(texts[claim.file], claim.start, claim.end)
        item = {"id": f"#{claim.row_id}", "type": "Annotation", "motivation": "identifying", "body": [row, text]}
        items.append(item | {"target": {"source": claim.file, "selector": [quote, position]}})
    page = {"type": "AnnotationPage", "startIndex": 0, "items": items}
    context = ["http://www.w3.org/ns/anno.jsonld", {"@base": "../"}]
    return {"@context": context, "type": "AnnotationCollection", "total": len(items), "first": page}


def _quote_selector(text: str, start: int, end: int) -> dict[str, str]:
    around = 16
    while text.count(text[max(0, start - around) : end + around]) > 1:
        around *= 2
    prefix, suffix = text[max(0, start - around) : start], text[end : end + around]
    return {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": prefix, "suffix": suffix}


def _plain(cell: object) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
