"""The words that every answer needs, in the three languages of its readers."""

from __future__ import annotations

#: How truth values are told.
TRUTH = {"zh": ("否", "是"), "en": ("no", "yes"), "ru": ("нет", "да")}
#: What an empty answer says of itself, the second where values were given.
NOTHING = {
    "zh": ("无此陈述：未述及，不等于“没有”。", "无一陈述合于所给之值（{}），不等于“没有”。"),
    "en": (
        "Nothing of the kind is stated, which is not to say that there is none.",
        "Nothing stated fits the values given ({}), which is not to say that there is none.",
    ),
    "ru": (
        "Об этом ничего не сказано; это не значит, что этого нет.",
        "Значениям ({}) ничего из сказанного не отвечает; это не значит, что этого нет.",
    ),
}
#: Headings of the columns basis, source, flags and citation.
HEADINGS = {
    "zh": {"basis": "依据", "source": "出处", "flags": "标注", "citation": "引注"},
    "en": {"basis": "basis", "source": "source", "flags": "flags", "citation": "citation"},
    "ru": {"basis": "основание", "source": "место", "flags": "пометы", "citation": "ссылка"},
}
#: What was last recorded before that day is told as not confirmed since, unless a reader names another.
HORIZON = "2024-01-01"
