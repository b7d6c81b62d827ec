"""Numerals: what must be accounted for in a text, decided without the reader."""

import ast
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import numerals


def found(text: str, words=("家", "人次")) -> list[str]:
    return [text[start:end] for start, end in numerals.spans(text, words)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年6月", ["2024", "6"]),
        ("12.94‰", ["12", "94"]),
        ("v0、3D", ["0", "3"]),
        ("〇零一二两三四五六七八九十百千万亿半", [*"〇零一二两三四五六七八九十百千万亿半"]),
        ("廿卅壹佰贰拾仟萬億兩", [*"廿卅壹佰贰拾仟萬億兩"]),
        ("①②²½Ⅲ㈠", [*"①②²½Ⅲ㈠"]),
        ("٣٤𝟗𝟗", [*"٣٤𝟗𝟗"]),
        ("献血，几多数双俩。", []),
        ("㎡%‰", []),
        ("", []),
        ("半", ["半"]),
    ],
)
def test_whatever_has_a_numeric_value_is_a_numeral_and_so_are_两_and_半(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("character", "参參伍陆陸漆拾什仨幺阡陌廾肆兆")
def test_a_character_of_common_words_counts_beside_a_numeral_or_a_measure_word_only(character):
    assert found(f"与{character}与") == []
    assert found(character) == []
    assert found(f"{character}家") == [character]
    assert found(f"{character}人次") == [character]
    assert found(f"{character}人") == []
    assert found(f"三{character}") == ["三", character]
    assert found(f"{character}三") == [character, "三"]
    assert found(f"3{character}") == ["3", character]
    assert found(f"三与{character}与三") == ["三", "三"]
    # The last character of a text does not stand beside the first.
    assert found(f"{character}与三") == ["三"]


def test_an_empty_text_is_no_numeral():
    assert not numerals.is_numeral("")
    assert [numerals.is_numeral(character) for character in "两半½几"] == [True, True, True, False]


@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(
    st.text(
        st.characters() | st.characters(categories=["Cs", "Nd", "Nl", "No"]) | st.sampled_from("参伍两半三3"),
        max_size=20,
    )
)
def test_the_spans_of_any_text_are_in_order_and_hold_every_numeral(text):
    spans = numerals.spans(text, ["家"])
    covered = [position for start, end in spans for position in range(start, end)]
    assert covered == sorted(set(covered))
    assert all(end - start == 1 or text[start:end].isascii() for start, end in spans)
    for position, character in enumerate(text):
        if unicodedata.numeric(character, None) is not None and character not in "参參伍陆陸漆拾什仨幺阡陌廾肆兆":
            assert position in covered
        if unicodedata.category(character)[0] not in "NL":
            assert position not in covered


def test_nothing_here_uses_the_reader():
    tree = ast.parse(Path(numerals.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"re", "unicodedata"}
    assert not any(isinstance(node, ast.ImportFrom) and node.module.startswith("analysis") for node in ast.walk(tree))
