"""Read the files of a report: the elements of a page, its fonts, the sheets of a workbook."""

import base64
import html.parser
import io
import re
import zipfile
from xml.etree import ElementTree

from fontTools.ttLib import TTFont


class Page(html.parser.HTMLParser):
    """Collects the elements of a page, each as tag and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def every(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


def faces(page: str) -> list[dict[int, str]]:
    """Return what each face of a page's font has, regular and bold, by character."""
    fonts = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", page)
    return [TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap() for font in fonts]


def sheets(workbook: bytes) -> dict[str, list[list[tuple[str, bool]]]]:
    """Return the rows of each sheet of a workbook, each cell as its text and whether it is bold."""
    names = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        files = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.startswith("xl/")}
    strings = files.get("xl/sharedStrings.xml", [])
    texts = ["".join(entry.itertext()) for entry in strings]
    found = {}
    for number, sheet in enumerate(files["xl/workbook.xml"].iterfind("sheets/sheet", names), start=1):
        found[sheet.get("name")] = [
            [
                (
                    texts[int(cell.findtext("v", "", names))]
                    if cell.get("t") == "s"
                    else cell.findtext("v", "", names),
                    cell.get("s") == "1",
                )
                for cell in row.iterfind("c", names)
            ]
            for row in files[f"xl/worksheets/sheet{number}.xml"].iterfind("sheetData/row", names)
        ]
    return found
