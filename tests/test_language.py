"""English in the code, Chinese in a catalogue: nothing of a message is evaluated, and the two say the same things."""

import re
from pathlib import Path

import pytest

from analysis import language
from analysis.language import LanguageError, Words

CODE = """
def title(words, n):
    words.plural("{n} target", "{n} targets", n=n)
    axes.text(0, 1, "no message")
    return words.text("of {place}" if n else "of {place} and {other}", place="x", other="y")
"""
WHOLE = """
msgid "of {place}"
msgstr "{place}的"

msgid "of {place} and {other}"
msgstr "{place}、{other}的"

msgid "{n} target"
msgid_plural "{n} targets"
msgstr[0] "{n}个目标"
"""


@pytest.fixture
def en(tables) -> Words:
    return Words(tables, "en")


@pytest.fixture
def zh(tables) -> Words:
    return Words(tables, "zh")


@pytest.fixture
def code(tmp_path) -> Path:
    """A folder of code with three messages, and its catalogue beside it."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "charts.py").write_text(CODE, encoding="utf-8")
    (folder / "zh.po").write_text(language._HEADER + WHOLE, encoding="utf-8")
    return folder


def found(code: Path, old: str = "", new: str = "") -> list[str]:
    """The problems of the catalogue after a change of its text."""
    path = code / "zh.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    return list(map(str, language.catalogue_problems(path, code)))


def test_the_catalogue_of_the_code_has_no_problem():
    assert [str(problem) for problem in language.catalogue_problems()] == []


def test_the_catalogue_is_as_make_translations_writes_it(tmp_path):
    copy = tmp_path / "zh.po"
    copy.write_bytes(language.CATALOGUE.read_bytes())
    assert language.update_catalogue(copy) == 0
    assert copy.read_bytes() == language.CATALOGUE.read_bytes()


@pytest.mark.parametrize("message", [message for message in language.messages() if message.id], ids=str)
def test_an_english_message_holds_no_number_and_no_quote_that_the_font_sets_wide(message):
    said = str(message.id)
    assert not re.search(r"\d", re.sub(r"per 1,000\b|\d+ mL\b", "", said))
    # In this font ’ and “ are Chinese quotes, as wide as a hanzi.
    assert not set("‘’“”") & set(said)


@pytest.mark.parametrize(
    "text", ["{n.__class__}", "{nope}", "{n", "n}", "{}", "{0}", "{n!r}", "{n:>9}", "{n[0]}", "{{n}}"]
)
def test_a_message_is_never_evaluated(en, text):
    with pytest.raises(LanguageError, match="found"):
        en.text(text, n=3)


def test_a_value_is_put_in_as_it_is_and_not_read_again(en):
    assert en.text("of {place}", place="{n} {place} <b>") == "of {n} {place} <b>"


def test_a_message_without_translation_is_an_error(zh):
    with pytest.raises(LanguageError, match="found no translation of 'nobody says this'"):
        zh.text("nobody says this")


def test_an_unknown_language_is_an_error(tables):
    with pytest.raises(LanguageError, match="found language 'fr', expected one of en, zh"):
        Words(tables, "fr")


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 targets"), (1, "1 target"), (2, "2 targets"), (12000, "12,000 targets")]
)
def test_the_plural_is_by_number(en, n, said):
    assert en.plural("{n} target", "{n} targets", n=n) == said


def test_numbers_are_written_as_each_language_does(en, zh):
    assert [words.number(26481) for words in (en, zh)] == ["26,481", "26481"]
    assert [words.number(12.9, 2) for words in (en, zh)] == ["12.90", "12.90"]
    assert [words.percent(0.756, 1) for words in (en, zh)] == ["75.6%", "75.6%"]


@pytest.mark.parametrize(
    ("printed", "english"),
    [
        ("1.2万左右", "about 12,000"),
        ("2.9万亿", "2.9 trillion"),
        ("3—5", "3–5"),
        ("2亿—3亿", "200–300 million"),
        ("600以上", "at least 600"),
        ("超过10万", "more than 100,000"),
        ("6000亿以上", "at least 600 billion"),
        ("不足9239583", "less than 9,239,583"),
        ("12.94以内", "at most 12.94"),
    ],
)
def test_a_quantity_is_written_with_its_bound(en, zh, printed, english):
    assert (en.printed(printed, "count"), zh.printed(printed, "count")) == (english, printed)


def test_a_printed_number_stays_as_printed_in_chinese_and_is_read_in_english(en, zh):
    assert (en.printed("1.2万个左右", "count"), zh.printed("1.2万个左右", "count")) == ("about 12,000", "1.2万个左右")
    assert en.printed("1.2万个左右", "count", bound=False) == "12,000"


@pytest.mark.parametrize(
    ("date", "english", "chinese"),
    [
        ("2024", "2024", "2024年"),
        ("2024-06", "June 2024", "2024年6月"),
        ("2024-06-14", "14 June 2024", "2024年6月14日"),
    ],
)
def test_a_date_is_written_as_exact_as_it_is(en, zh, date, english, chinese):
    assert (en.date(date), zh.date(date)) == (english, chinese)
    assert en.date("") == ""


@pytest.mark.parametrize(
    ("start", "end", "english", "chinese"),
    [
        ("2023", "2023", "2023", "2023年"),
        ("2023-01", "2023-12", "2023", "2023年"),
        ("2023-01-01", "2023-12-31", "2023", "2023年"),
        ("2012", "2024", "2012 to 2024", "2012年至2024年"),
        ("2023-01", "2023-06", "January 2023 to June 2023", "2023年1月至2023年6月"),
        ("", "2024-06", "until June 2024", "截至2024年6月"),
    ],
)
def test_a_period_is_written_in_full(en, zh, start, end, english, chinese):
    assert (en.period(start, end), zh.period(start, end)) == (english, chinese)


def test_a_list_is_one_run_of_words(en, zh):
    assert (en.list("abc"), zh.list("abc")) == ("a, b and c", "a、b和c")


def test_names_come_from_the_tables(en, zh):
    assert (en.label("bound", "about"), zh.label("bound", "about")) == ("about", "左右")
    assert (en.name("places", "dongying"), zh.column("status")) == ("Dongying", "评估")
    assert en.column("my own") == "my own"
    with pytest.raises(LanguageError, match=r"found 'abot', expected a bound of data/vocabulary/labels[.]csv: exact, "):
        en.label("bound", "abot")


def test_a_source_line_names_two_or_three_and_says_how_many_more(tables, en, zh):
    ids = list(tables["sources"]["source_id"])
    assert en.sources([]) == ""
    assert en.sources(ids[:1] * 3) == "Source: Dazhong Daily, June 2024"
    assert en.sources(ids[:2]).count(";") == 1
    line = en.sources(ids)
    assert line.startswith(
        "Sources: Dongying Central Blood Station, in Dazhong Daily, June 2024; Dazhong Daily, June 2024; "
    )
    assert re.search(r"; \d+ more$", line)
    assert re.search(r"；另有\d+个来源$", zh.sources(ids))


def test_a_source_line_does_not_hang_on_the_order_of_rows(tables, en):
    ids = list(tables["sources"]["source_id"])
    assert en.sources(ids) == en.sources(reversed(ids))
    assert en.source_list(ids) == en.source_list(reversed(ids))


def test_a_source_of_unknown_origin_says_so(tables, en):
    unknown = tables["sources"].query("reliability == 'unknown'")["source_id"]
    assert all("unknown origin" in source["name"] for source in en.source_list(unknown))


def test_messages_are_the_literals_of_the_calls(code):
    assert [(message.locations, message.id) for message in language.messages(code) if message.id] == [
        ([("code/charts.py", 3)], ("{n} target", "{n} targets")),
        ([("code/charts.py", 5)], "of {place}"),
        ([("code/charts.py", 5)], "of {place} and {other}"),
    ]


def test_a_template_has_messages_too(code):
    (code / "page.j2").write_text("<h1>\n{{ text('Contents') }} {{ plural('one', '{n} more', n=2) }}", encoding="utf-8")
    found = [(*message.locations, message.id) for message in language.messages(code) if "j2" in str(message.locations)]
    assert found == [(("code/page.j2", 2), "Contents"), (("code/page.j2", 2), ("one", "{n} more"))]


def test_a_whole_catalogue_has_no_problem(code):
    assert found(code) == []


def test_a_missing_translation_is_found_where_the_code_says_it(code):
    assert found(code, '\nmsgid "of {place}"\nmsgstr "{place}的"\n') == [
        "code/charts.py:5: found 'of {place}', expected a translation in code/zh.po: `make translations`, for "
        "another root `python -m analysis translations --root DIR`, adds its place"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"{place}的"', '""', "code/zh.po:11: found no translation of 'of {place}', expected one"),
        (
            '"{place}的"',
            '"的"',
            "code/zh.po:11: found the placeholders none in '的', expected place, as in 'of {place}'",
        ),
        ('"{place}的"', '"{plcae}的"', "found the placeholders plcae in '{plcae}的', expected place"),
        ('"{place}的"', '"{place.__class__}的"', "found '{place.__class__}' in"),
        ('"{place}的"', '"{place的"', "found '{place的' in"),
        ('"{n}个目标"', '"个目标"', "found the placeholders none in '个目标', expected n, as in '{n} target'"),
        (
            'msgid "of {place}"',
            '#, fuzzy\nmsgid "of {place}"',
            "found 'of {place}', marked fuzzy, expected a translation",
        ),
        ("", '\nmsgid "old"\nmsgstr "旧"\n', "code/zh.po:21: found 'old', expected a message of the code"),
        ("", "\nnonsense\n", "code/zh.po:21: found a line of no entry, expected a catalogue of gettext"),
    ],
)
def test_a_catalogue_that_does_not_say_what_the_english_says_is_refused(code, old, new, problem):
    problems = found(code, old, new)
    assert any(problem in line for line in problems), problems
    assert len(problems) <= 2


def test_a_file_that_is_no_text_or_not_there_is_refused(code):
    (code / "zh.po").write_bytes(b"\xff\xfe\x00")
    (problem,) = language.catalogue_problems(code / "zh.po", code)
    assert str(problem).startswith("code/zh.po:1: found bytes that are not UTF-8")
    (code / "zh.po").unlink()
    (problem,) = language.catalogue_problems(code / "zh.po", code)
    assert "No such file" in str(problem)


def test_a_placeholder_misspelt_in_the_english_is_refused(code):
    (code / "more.py").write_text('words.text("{n.__class__} {n")', encoding="utf-8")
    assert any(line.startswith("code/more.py:1: found '{n.__class__}' in") for line in found(code))


def test_an_update_adds_what_is_new_keeps_what_is_said_and_drops_what_is_old(code):
    (code / "charts.py").write_text('words.text("of {place}")\nwords.text("wholly new words")\n', encoding="utf-8")
    assert language.update_catalogue(code / "zh.po", code) == 1
    text = (code / "zh.po").read_text(encoding="utf-8")
    assert 'msgid "of {place}"\nmsgstr "{place}的"' in text
    assert 'msgid "wholly new words"\nmsgstr ""' in text
    assert "target" not in text
    assert not re.search(r"\d{4}-\d\d|/tmp|POT-|:\d", text)


def test_a_near_translation_is_kept_for_a_look(code):
    (code / "charts.py").write_text('words.text("of {place} and {others}", others=1)\n', encoding="utf-8")
    assert language.update_catalogue(code / "zh.po", code) == 1
    assert "#, fuzzy" in (code / "zh.po").read_text(encoding="utf-8")
    assert any("marked fuzzy" in line for line in found(code))
