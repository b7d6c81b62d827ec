"""SVG as a page or a file holds it: the same bytes on every machine, letters as text, words for who cannot see it."""

from __future__ import annotations

import html
import re
from decimal import ROUND_HALF_UP, Decimal

from analysis.charts.typesetting import FAMILY, cut_font

_ROOT = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
width="{width:.0f}" height="{height:.0f}" viewBox="{box}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" \
style="font-family: '{family}', sans-serif; stroke-linejoin: round; stroke-linecap: butt">
<title id="{prefix}-title">{title}</title>
<desc id="{prefix}-desc">{alt}</desc>"""
_LEFT_OUT = re.compile(
    # Comments, metadata, and a style that would reach all of a page (it moves to the root) ...
    r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>"
    # ... turns by nothing, and the font of each text, which the root names.
    r'| transform="rotate\(-0 [^"]*\)"|(?<=[";]) ?font-family: [^;"]*;?',
    re.DOTALL,
)
_TAG = re.compile("<[^>]*>")
_REFERENCE = re.compile(r'((?:url\(|href=")#)([^)"]+)')


def settled(svg: str, prefix: str, title: str, alt: str) -> str:
    """Return matplotlib's SVG as it stands in a page.

    Ids become numbers behind ``prefix``, since matplotlib hashes unrounded coordinates into them and since two charts
    on a page must not share one; coordinates are rounded to 2 decimals.

    Args:
        svg: as matplotlib saves it. prefix: of its ids. title, alt: what a screen reader says.
    """
    svg = _LEFT_OUT.sub("", svg[svg.index("<svg") :])
    tags = "".join(_TAG.findall(svg))  # what a text says is left alone
    used = {name for _, name in _REFERENCE.findall(tags)}
    named = [name for name in re.findall(r' id="([^"]+)"', tags) if name in used]
    numbers = {name: f"{prefix}-{n}" for n, name in enumerate(named, start=1)}

    def settled_tag(tag: re.Match[str]) -> str:
        text = re.sub(r' id="([^"]+)"', lambda found: f' id="{numbers[found[1]]}"' if found[1] in used else "", tag[0])
        # The references come last: no coordinate is in them.
        text = re.sub(r"-?\d+\.\d+", _rounded, text)
        return _REFERENCE.sub(lambda found: found[1] + numbers[found[2]], text)

    svg = _TAG.sub(settled_tag, svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"
    box = re.search(r'viewBox="([^"]*)"', svg)[1]
    width, height = (float(size) * 96 / 72 for size in box.split()[2:])
    words = {"title": html.escape(title), "alt": html.escape(alt)}
    root = _ROOT.format(width=width, height=height, box=box, prefix=prefix, family=FAMILY, **words)
    return re.sub(r"<svg[^>]*>", lambda _: root, svg, count=1)


def _rounded(number: re.Match[str]) -> str:
    text = str(Decimal(number[0]).quantize(Decimal("0.01"), ROUND_HALF_UP)).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def svg_with_font(svg: str) -> str:
    """Return a chart's SVG as a file of its own: with the font in it, cut down to what it says."""
    texts = {"regular": "", "bold": ""}
    for style, text in re.findall(r'<text style="([^"]*)"[^>]*>([^<]*)</text>', svg):
        texts["bold" if "font-weight: 700" in style else "regular"] += text
    faces = "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{number};"
        f"src:url(data:font/woff;base64,{cut_font(weight, texts[weight])})}}"
        for weight, number in (("regular", 400), ("bold", 700))
        if texts[weight]
    )
    return svg.replace("</desc>", f"</desc><style>{faces}</style>", 1)
