"""Run the cells of one notebook in this process, as a kernel would: in IPython, from an empty namespace.

Which notebooks run where belongs to `notebooks`; that a real kernel shows the same is what nbval proves.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from analysis import UserError, outputs


class NotebookError(UserError):
    """A notebook cannot be read or run; the message names notebook, cell and error."""


class _Publisher(DisplayPublisher):
    """Keeps what `display` shows."""

    def publish(self, data: dict, metadata: dict | None = None, **more) -> None:
        shown, named, name = self.shell.shown, self.shell.named, (more.get("transient") or {}).get("display_id")
        self.shell.keep("display_data", data, metadata)
        if more.get("update") and any(each is named.get(name) for each in shown):
            named[name].update(shown.pop())
        elif name:
            named[name] = shown[-1]

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002
        self.shell.shown.clear()


class _Hook(DisplayHook):
    """Keeps what the last line of a cell comes to."""

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def finish_displayhook(self) -> None:
        """End no line."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.keep("execute_result", format_dict, md_dict, execution_count=self.shell.number)


class _Stream(io.StringIO):
    """Keeps what a cell prints; lines that follow each other are one output."""

    encoding = "UTF-8"

    def __init__(self, name: str, shown: list[dict]) -> None:
        super().__init__()
        self._name, self._shown = name, shown

    def write(self, text: str) -> int:
        self.seek(0)
        written = super().write(text)  # what is no text is refused
        last = self._shown[-1] if self._shown else {}
        if last.get("name") == self._name:
            last["text"] += text
        elif text:
            self._shown.append({"output_type": "stream", "name": self._name, "text": text})
        return written


class Shell(InteractiveShell):
    """IPython's shell that keeps outputs in the form of a notebook, in the order in which they come.

    Attributes:
        shown: those of the cell that runs, and ``number``, which of those run it is.
        named: outputs that `display` may show anew, by their ``display_id``.
    """

    def __init__(self) -> None:
        self.shown: list[dict] = []
        self.named: dict[str, dict] = {}
        self.number = 0
        settings = Config({"HistoryManager": {"enabled": False}})  # no file of what was typed
        super().__init__(config=settings, display_pub_class=_Publisher, displayhook_class=_Hook)
        self.set_hook("show_in_pager", lambda *_, **__: None)  # what help says is no output

    def keep(self, kind: str, data: Mapping, metadata: Mapping | None, **more: object) -> None:
        """Keep what is shown as it is now, as JSON has it, bytes as base64; raise in the cell what cannot be kept."""
        output = {"output_type": kind, "data": data, "metadata": metadata or {}} | more
        texts = {"default": lambda own: base64.b64encode(own).decode() if isinstance(own, bytes) else str(own)}
        self.shown.append(json.loads(json.dumps(output, **texts, allow_nan=outputs.MIME not in data)))

    def enable_gui(self, gui: str | None = None) -> None:
        """Let ``%matplotlib inline`` pass: figures are shown so already."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.shown.append({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": stb})


def run_cells(path: Path, cells: Sequence[tuple[str, list[str]]]) -> Iterator[bytes]:
    """Run cells of code one after the other in the folder of their notebook.

    Args:
        path: the notebook. cells: source and tags of each; one tagged ``raises-exception`` may fail.

    Yields:
        The outputs of each cell in the form that a notebook has them, as JSON.

    Raises:
        NotebookError: a cell failed, or shows JSON of our type that is not of its form.
    """
    os.chdir(path.parent)
    sys.path.insert(0, "")
    shell = Shell.instance()
    with redirect_stdout(_Stream("stdout", shell.shown)), redirect_stderr(_Stream("stderr", shell.shown)):
        for shell.number, (source, tags) in enumerate(cells, start=1):
            shell.shown.clear()
            result = shell.run_cell(source, store_history=True)
            place = f"notebooks/{path.name}: code cell {shell.number}"
            if (error := result.error_before_exec or result.error_in_exec) and "raises-exception" not in tags:
                found = f"{type(error).__name__}: {' '.join(str(error).split())}"
                raise NotebookError(f"{place}: found {found}, expected a cell that runs")
            try:
                for output in shell.shown:
                    outputs.check(output)
            except outputs.OutputError as fault:
                raise NotebookError(f"{place}: {fault}") from None
            yield json.dumps(shell.shown, ensure_ascii=False).encode(errors="replace")  # half of a surrogate pair
