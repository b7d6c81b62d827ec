"""The texts that sources were read from: folded, without white space, with the way back to their lines.

What a text says, and which row claims it, is `provenance`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from analysis import quantities, tables
from analysis.tables import Problem, Tables


@dataclass(frozen=True)
class Seed:
    """The text of one seed file.

    Attributes:
        file: path relative to the root.
        text: the file as it stands.
        normalized: the text that quotes are found in, by `quantities.normalize`.
        offsets: for each character of ``normalized``, its offset in ``text``.
    """

    file: str
    text: str
    normalized: str
    offsets: tuple[int, ...]

    @classmethod
    def from_text(cls, file: str, text: str) -> Seed:
        """Prepare a text for quoting."""
        normalized, folded = quantities.normalize(text), quantities.fold(text)
        offsets, at = [], 0
        for character in normalized:
            # A kept blank stands for a run of white space, of which any one character will do.
            while folded[at] != character and not (character == " " and folded[at].isspace()):
                at += 1
            offsets.append(at)
            at += 1
        return cls(file, text, normalized, tuple(offsets))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @property
    def last_line(self) -> int:
        """The number of the file's last line, from 1."""
        return len(self._line_starts)

    @cached_property
    def paragraphs(self) -> list[int]:
        """Positions of ``normalized`` where a paragraph begins: an indented line, or one behind an empty line.

        Where the line before is about as long as most and ends no sentence, a column of print goes on instead.
        """
        lines = self.text.split("\n")
        lengths = sorted(len(line) for line in lines if line.strip())
        usual = lengths[len(lengths) // 2] if lengths else 0
        found, before = [0], ""
        for number, line in enumerate(lines):
            goes_on = 0.75 * usual <= len(before) <= 1.35 * usual and not before.endswith(("。", "！", "？", "”"))
            behind_empty = number > 0 and not lines[number - 1].strip() and not goes_on
            if line.strip() and (behind_empty or re.match("\u3000|  ", line)):
                found.append(bisect_right(self.offsets, self._line_starts[number] - 1))
            before = line.strip() or before
        return sorted(set(found))

    def line(self, position: int) -> int:
        """Return the line of the file, from 1, of a position of ``normalized``; of one behind the end the last."""
        return bisect_right(self._line_starts, self.offsets[min(position, len(self.offsets) - 1)])

    def find(self, quote: str) -> list[int]:
        """Return every position of ``normalized`` at which the quote begins."""
        quote = quantities.normalize(quote)
        return list(quantities.positions(self.normalized, quote)) if quote else []

    def part(self, first_line: int, last_line: int) -> tuple[int, int]:
        """Return start and end in ``normalized`` of a run of lines, both lines included."""
        starts = [*self._line_starts, len(self.text) + 1]
        return tuple(bisect_right(self.offsets, starts[line] - 1) for line in (first_line - 1, last_line))


def read(loaded: Tables) -> tuple[dict[str, Seed], list[Problem]]:
    """Return the seeds that the sources name, by file, and the problems of those that cannot be read.

    A file of ``seeds/`` that no source names is a problem too: nothing would account for its numbers.
    """
    rows = loaded["sources"][loaded["sources"]["kind"] == "seed"]
    seeds, problems = {}, list(_unnamed(loaded, set(rows["file"])))
    for row, file in rows["file"].drop_duplicates().items():
        if not file:  # that a seed names its file is a rule
            continue
        text, found = tables.read_text(loaded.root, file)
        for problem in found:
            # What is wrong with the file as a whole is said of the row that names it.
            of_row = Problem(loaded.path("sources"), int(row), "file", f"'{file}', {problem.found}", problem.expected)
            problems.append(problem if problem.row else of_row)
        if not found:
            seeds[file] = Seed.from_text(file, text)
    return seeds, problems


def source_text(loaded: Tables, source_id: str) -> str:
    """Return the text of a seed source, of its own lines only, as `Seed.normalized` has it.

    Raises:
        KeyError: no such seed.
    """
    rows = loaded["sources"].query("kind == 'seed'").set_index("source_id")
    row = rows.loc[source_id]
    seed = read(loaded)[0][row["file"]]
    start, end = seed.part(int(row["first_line"]), int(row["last_line"]))
    return seed.normalized[start:end]


def _unnamed(loaded: Tables, named: set[str]):
    folder = loaded.root / "seeds"
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith(".") and f"seeds/{path.name}" not in named:
            expected = f"a source of kind seed in {loaded.path('sources')}"
            yield Problem(f"seeds/{path.name}", 0, "", "a file that no source names", expected)
