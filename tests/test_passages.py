"""Where spans stand: pages, notes and sentences are recovered from the layout; normal forms outlive typesetting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.passages import Text, digest, normal_form, parse_span

LAYOUT = """# 题目\\*

**【关键词】** 城市

---

\\* 本文系项目成果。感谢某人。

第一段第一句<sup>①</sup>。第二句在页末断

---

① 甲:《书》,2001年。

② 乙:《文》, [http://a.b/c\\_d](http://a.b/c_d)。未完

开，在次页续完。

## 一、标题

新段。

---

接上页之注，完。

<sup>①</sup> 丙。
"""


def place(text: Text, words: str) -> tuple[int, str, int, int, str]:
    return tuple(text.place(text.text.index(words)))  # type: ignore[return-value]


def test_pages_sections_paragraphs_sentences_and_notes_are_recovered() -> None:
    text = Text(LAYOUT, first_page=10)
    assert text.footnotes() == ["10n*", "11n1", "11n2", "12n1"]
    assert place(text, "第一段") == (11, "0", 2, 1, "")
    assert place(text, "第二句") == (11, "0", 2, 2, "")
    assert place(text, "开，在次页") == (12, "0", 2, 2, "")
    assert place(text, "新段") == (12, "1", 1, 1, "")
    assert place(text, "感谢") == (10, "", 0, 2, "10n*")
    assert place(text, "乙") == (11, "", 0, 1, "11n2")
    assert place(text, "接上页") == (12, "", 0, 2, "11n2")
    assert place(text, "丙") == (12, "", 0, 1, "12n1")


def test_a_page_whose_rule_is_lost_still_ends_at_its_first_mark() -> None:
    text = Text(LAYOUT.replace("接上页之注，完。", "接上页之注，完").replace("---\n\n接上页", "接上页"), first_page=10)
    assert place(text, "丙") == (12, "", 0, 1, "12n1")
    assert place(text, "接上页")[4] == "11n2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("**研发**支出 7 820亿", "研发支出7820亿"),
        ("瑞士<sup>①</sup>、以色列", "瑞士①、以色列"),
        ("(2019)05", "（２０１９）05"),
        ("[http://a.b/c\\_1](http://a.b/c_1)", "http://a.b/c_1"),
        ("“三方共赢”，《书》", '"三方共赢", 《书》'),
    ],
)
def test_typesetting_does_not_change_the_normal_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), [("11.4%", "114%"), ("Alpha++", "Alpha+"), ("莫斯科", "莫斯利"), ("1", "2")])
def test_words_and_numbers_do_change_it(one: str, other: str) -> None:
    assert digest(normal_form(one)) != digest(normal_form(other))


spans = st.lists(st.integers(0, 10**6), min_size=2, max_size=8, unique=True).map(sorted)


@given(spans)
def test_spans_survive_being_written(numbers: list[int]) -> None:
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    span = tuple(pairs)
    assert parse_span("+".join(f"{start}-{end}" for start, end in span)) == span


@pytest.mark.parametrize("text", ["", "5", "5-5", "9-3", "1-2+0-1", "a-b", "1-2,3-4"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no span"):
        parse_span(text)


@given(st.text())
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
