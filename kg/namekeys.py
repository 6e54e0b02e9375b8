"""Keys: the forms in which names of places are compared, whatever their language, script and spelling.

A name has one key by its letters, and may have weaker ones: a Chinese or Japanese name without its ending or in
Chinese forms of its characters, a Cyrillic name in Latin letters, a name with ä, ö, ü, ø or å written out.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from kg.errors import StoreProblem

#: How a key was made, strongest first: by the letters alone, without the ending, in Chinese forms, in Latin letters.
LETTERS, ENDING, FORMS, LATIN = GRADES = range(4)

_HAN = re.compile("[々㐀-鿿豈-\ufaff\U00020000-\U0003ffff]")
_CYRILLIC = re.compile("[Ѐ-ԯ]")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ASCII = {code: None for code in range(128) if not chr(code).isalnum()}
#: Letters that no normal form takes apart, and Arabic letters that differ by keyboard.
_LETTERS = {
    **{"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i", "ə": "e"},
    **{"ی": "ي", "ى": "ي", "ک": "ك", "ـ": ""},
}
#: Marks on letters, and what modifies letters; the vowel signs of Indian scripts and the voicing of kana stay.
_MARKS = re.compile(
    "[\u02b0-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a\u180b-\u180f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u2de0-\u2dff\ua66f-\ua67d\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
#: Endings that tell what kind of place it is, simplified; two characters must stand before one.
_ENDINGS = re.compile("(?<=..)(?:特别行政区|自治区|自治县|特别市|广域市|直辖市|地区|新区|市|区|县|镇|乡|町|村|都)$")

_SAME = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **{"ж": "zh", "ъ": "", "ь": ""},
}
_BOTH = {**_SAME, "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
#: BGN/PCGN 1947 (Russian), without its marks.
_RUSSIAN = str.maketrans({**_BOTH, "ё": "e", "ю": "yu", "я": "ya"})
#: Resolution 55 of the Cabinet of Ministers of Ukraine, 2010; what it writes otherwise at the start of a word is below.
_UKRAINIAN = str.maketrans(
    {**_BOTH, "г": "h", "ґ": "g", "є": "ie", "и": "y", "і": "i", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
)
_STARTING = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
#: ISO 9:1995, one letter for one, without its marks; it also has the letters of other languages.
_ISO_9 = str.maketrans(
    {
        **{**_SAME, "ж": "z", "й": "j", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u", "я": "a", "ё": "e"},
        **{"ґ": "g", "є": "e", "і": "i", "ї": "i", "ў": "u", "ђ": "d", "ј": "j", "љ": "l", "њ": "n", "ћ": "c"},
        **{"џ": "d", "ѓ": "g", "ќ": "k", "ѕ": "z", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u"},
        **{"ү": "u", "һ": "h"},
    }
)


def parted(name: str) -> tuple[str, str]:
    """The name of a place, and the territory that is written after its last comma; "" where none is.

    >>> parted("Valencia, ES"), parted("首尔，韩国"), parted("Kyiv")
    (('Valencia', 'ES'), ('首尔', '韩国'), ('Kyiv', ''))
    """
    bare, comma, territory = name.replace("，", ",").rpartition(",")
    return (bare.strip(), territory.strip()) if comma else (name, "")


def name_key(name: str) -> str:
    """The form in which a name is compared by its letters; empty for a name without any letter or digit.

    Compatibility forms, case, marks, punctuation, spaces and control characters are gone, and traditional Chinese
    characters are simplified one by one (OpenCC's t2s). Raises StoreProblem where a name is Chinese and opencc missing.

    >>> name_key("  São-Tomé "), name_key("ŁÓDŹ"), name_key("基輔"), name_key("Йошкар‑Ола")
    ('saotome', 'lodz', '基辅', 'иошкарола')
    """
    if name.isascii():
        low = name.lower()
        return low if low.isalnum() else low.translate(_ASCII)
    text = unicodedata.normalize("NFKD", name).casefold().translate(kept_letters)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(characters("t2s")) if _HAN.search(text) else text)


def name_keys(name: str) -> tuple[str, ...]:
    """The key by letters, then the weaker ones, best first; none for a name without any letter or digit.

    >>> name_keys("京都市"), name_keys("Київ")
    (('京都市', '京都'), ('киів', 'kyiv', 'kiiv'))
    """
    return tuple(key for _, key in graded_keys(name))


def graded_keys(name: str) -> tuple[tuple[int, str], ...]:
    """The keys of a name, each with its grade: how it was made, as a number of GRADES.

    >>> graded_keys("広島市")
    ((0, '広岛市'), (1, '広岛'), (2, '广岛市'), (2, '广岛'))
    """
    first = name_key(name)
    if name.isascii() or not first:
        return ((LETTERS, first),) if first else ()
    grades = {first: LETTERS}
    if _HAN.search(first):
        forms = name_key(first.translate(characters("jp2t")))
        for form, grade in ((first, LETTERS), (_ENDINGS.sub("", first), ENDING), (forms, FORMS)):
            grades.setdefault(form, grade)
        grades.setdefault(_ENDINGS.sub("", forms), FORMS)
        return tuple(sorted(((grade, key) for key, grade in grades.items()), key=lambda pair: pair[0]))
    text = unicodedata.normalize("NFC", name).casefold()
    if _CYRILLIC.search(text):
        others = [key for key in map(name_key, _in_latin(text)) if key.isascii()]
    else:
        others = [name_key(text.translate(_SPELT_OUT))]
    for key in others:
        grades.setdefault(key, LATIN)
    return tuple((grade, key) for key, grade in grades.items())


def _in_latin(text: str) -> list[str]:
    """A Cyrillic text in Latin letters, by each standard that has its letters."""
    words = re.findall(r"\w+", re.sub("['’ʼ`]", "", text))
    found = []
    if not re.search("[ёъыэ]", text):
        starting = (_STARTING.get(w[0], w[0]) + w[1:] for w in (w.replace("зг", "zgh") for w in words))
        found.append("".join(starting).translate(_UKRAINIAN))
    if not re.search("[ґєії]", text):
        softened = (re.sub("^[её]|(?<=[аеёиоуыэюяйъь])[её]", "ye", w) for w in words)
        found.append("".join(softened).translate(_RUSSIAN))
    return [*found, "".join(words).translate(_ISO_9)]


class _Kept(dict[int, str]):
    """What each character becomes in a key, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _LETTERS:
            kept = _LETTERS[character]
        elif _MARKS.match(character):
            kept = ""
        else:
            kept = character if character.isalnum() or unicodedata.category(character)[0] == "M" else ""
        self[code] = kept
        return kept


#: For str.translate: letters without marks, nothing for what is no letter or digit; Chinese characters as they are.
kept_letters: dict[int, str] = _Kept()


@functools.cache
def characters(conversion: str) -> dict[int, str]:
    """For str.translate: the characters that a conversion of OpenCC changes, and what it makes of each by itself.

    Raises StoreProblem where opencc is not installed.

    >>> "聖彼得堡".translate(characters("t2s"))
    '圣彼得堡'
    """
    try:
        import opencc
    except ImportError:
        raise StoreProblem("names in Chinese characters need opencc: pip install 'eic-kg[places]'") from None
    convert = opencc.OpenCC(conversion).convert
    blocks = ((0x3400, 0xA000), (0x20000, 0x323B0))
    before = [chr(code) for start, end in blocks for code in range(start, end)]
    after = convert(convert("\n".join(before))).split("\n")  # twice: what is simplified may be simplified again
    return {ord(old): new for old, new in zip(before, after, strict=True) if old != new}
