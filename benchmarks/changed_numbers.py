"""Print what README claims of the report's numbers: how many there are, and that none can be changed unseen.

Each number of the notebooks' prose is changed in its last digit (a word to the next number), one at a time: first in
the prose alone, then, where a cell is claimed, in the prose and in the row that claims it alike.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from analysis import claims, tables
from analysis.english import WORDS, Number

ROOT = Path(__file__).parents[1]


def changed(proof: claims.Proof, notebook: dict, number: Number) -> dict:
    """Return the notebook with one number changed in its last digit, or to the next one in words."""
    text, known = proof.prose.text[number.start : number.end], list(WORDS)
    digits = [at for at in range(number.start, number.end) if proof.prose.text[at].isdigit()]
    if "per 1,000" in text:
        digits = digits[:-4]
    if digits:
        first = last = digits[-1]
        new = str((int(proof.prose.text[last]) + 1) % 10)
    else:
        word = next(word for word in reversed(known) if word in text.lower())
        first = number.start + text.lower().index(word)
        last, new = first + len(word) - 1, known[known.index(word) + 1]
    (cell, start), (_, end) = proof.prose.places[first], proof.prose.places[last]
    other = copy.deepcopy(notebook)
    source = "".join(other["cells"][cell - 1]["source"])
    other["cells"][cell - 1]["source"] = source[:start] + new + source[end + 1 :]
    return other


def followed(loaded: tables.Tables, proof: claims.Proof, number: Number, prose: claims.Prose) -> tables.Tables:
    """Return the tables with the row of a number changed as the prose was."""
    frame, row = loaded[claims.TABLE].copy(), proof.rows[number]
    quote, longer = frame.at[row, "quote"], len(prose.text) - len(proof.prose.text)
    (start,) = proof.prose.find(quote)
    frame.at[row, "quote"] = prose.text[start : start + len(quote) + longer]
    frame.at[row, "printed"] = prose.text[number.start : number.end + longer]
    return dataclasses.replace(loaded, frames=loaded.frames | {claims.TABLE: frame})


def results(loaded: tables.Tables) -> Iterator[tuple[str, str, str, bool]]:
    """Yield notebook, number, what was changed (prose, or prose and row), and whether it was refused by its name."""
    notebooks = claims.read(loaded)
    for proof in claims.proofs(loaded, notebooks):
        for number in proof.numbers:
            text = proof.prose.text[number.start : number.end]
            other = changed(proof, notebooks[proof.name], number)
            alone = claims.Proof(loaded, proof.name, other)
            told = [str(problem) for problem in alone.problems if problem.file == f"notebooks/{proof.name}.ipynb"]
            here = [own for own in alone.numbers if own.start == number.start]
            said = [alone.prose.text[own.start : own.end] for own in here]
            yield proof.name, text, "prose", any(f"found '{each}'" in line for each in said for line in told)
            if number in proof.cells:
                both = claims.Proof(followed(loaded, proof, number, alone.prose), proof.name, other)
                yield proof.name, text, "prose and row", bool(both.problems)


def main() -> None:
    loaded = tables.load(ROOT)
    proofs = claims.proofs(loaded, claims.read(loaded))
    print(claims.summary(proofs))
    found = list(results(loaded))
    for kind in ("prose", "prose and row"):
        refused = [each for *_, what, each in found if what == kind]
        print(f"Changed in {kind}: {sum(refused):,} of {len(refused):,} refused.")


if __name__ == "__main__":
    main()
