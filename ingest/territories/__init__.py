"""Territories: the areas to which ISO 3166-1 gives a two-letter code, their names and their official languages.

Three tables, which `refresh` writes anew from the installed babel (names and languages of Unicode's CLDR) and pycountry
(codes). The labels are CLDR's, left as they are; the codes serve to count and to group, and neither says to whom a
place belongs. Other names that are customary, so that Turkey, UAE or 香港 is understood, stand in `other_names.tsv`:
written by hand, none says to whom a place belongs, and one that several territories share (Congo, Korea) stands with
each of them, so that it is never guessed. `STATES` tells which code has the name of a state that the paper speaks of:
checked by hand, and none for codes of parts of a state or of places in dispute (docs/places-policy.md).
"""

from __future__ import annotations

import csv
import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.references import Reference, tables
from kg.schema import Schema

#: The versions from which the shipped tables were written, and the day on which that was done.
CLDR = "49"
PYCOUNTRY = "26.2.16"
TAKEN = "2026-11-27"

SOURCE = Reference(
    name="territories",
    title={
        "zh": f"ISO 3166-1 地区代码，及 CLDR {CLDR} 所载名称与官方语言（名称照录 CLDR，不作表态）",
        "en": f"Codes of ISO 3166-1, with the names and official languages of CLDR {CLDR} (the names are CLDR's)",
    },
    view={"zh": "ISO 3166-1 与 CLDR", "en": "ISO 3166-1 and CLDR", "ru": "ISO 3166-1 и CLDR"},
    as_of=TAKEN,
    licence="Unicode License v3 (names, languages); the codes of ISO 3166-1 are free to use",
    attribution="Names and languages of territories: Unicode CLDR, © Unicode, Inc., Unicode License v3. "
    "Codes: ISO 3166-1, as the Debian iso-codes project and pycountry list them. "
    "Other customary names: written by hand by the editors, to be understood by",
    origin="https://cldr.unicode.org/",
    needs=("paper",),
)
FOLDER = Path(__file__).parent
#: Names besides those of CLDR: code, language, name.
OTHER_NAMES = FOLDER / "other_names.tsv"
#: Code and slug of each state that the paper speaks of and that has a code; the Soviet Union's was withdrawn.
STATES = {
    "AR": "argentina",
    "BR": "brazil",
    "CH": "switzerland",
    "CN": "china",
    "CR": "costa-rica",
    "DE": "germany",
    "FI": "finland",
    "FR": "france",
    "GB": "united-kingdom",
    "ID": "indonesia",
    "IL": "israel",
    "JP": "japan",
    "KR": "south-korea",
    "LK": "sri-lanka",
    "PK": "pakistan",
    "RO": "romania",
    "RU": "russia",
    "UA": "ukraine",
    "US": "united-states",
}
LANGUAGES = {"zh-Hans": "zh_Hans", "en": "en", "ru": "ru"}


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """All statements of the three tables; BadTable with file, line and column for a faulty row."""
    return tables(SOURCE, FOLDER, schema)


def refresh(folder: Path, date: str) -> None:
    """Write the three tables into a folder from the installed babel and pycountry, as of a date (2026-11-27).

    Other names are those of `other_names.tsv`, and English ones with "and" for "&", "Saint" for "St." or no accents.
    Raises KeyError where CLDR has no name for a code. Beside the shipped tables, CLDR, PYCOUNTRY and TAKEN above
    must be set to what was used.
    """
    import pycountry
    from babel import Locale
    from babel.core import get_global

    countries = sorted(pycountry.countries, key=lambda c: str(c.alpha_2))
    names = {tag: Locale.parse(locale).territories for tag, locale in LANGUAGES.items()}
    spoken, others = get_global("territory_languages"), _other_names()
    things, codes, languages = [], [], []
    for country in countries:
        code, slug = country.alpha_2, country.alpha_2.lower()
        state = f"state/{STATES[code]}" if code in STATES else ""
        labels = {tag: names[tag][code] for tag in LANGUAGES}
        also = {tag: others.get((slug, tag), []) for tag in LANGUAGES}
        also["en"] = [name for name in dict.fromkeys([*_spellings(labels["en"]), *also["en"]]) if name != labels["en"]]
        things.append((slug, "Territory", *labels.values(), *map("|".join, also.values()), state))
        codes.append((slug, f"territory/{slug}", code, country.alpha_3, date))
        languages += [
            (f"{slug}-{tag.lower()}", f"territory/{slug}", tag, status, date)
            for tag, status in _official(spoken.get(code, {}))
        ]
    columns = [f"{kind}@{tag}" for kind in ("label", "altLabel") for tag in LANGUAGES]
    _write(folder / "thing_territory.csv", ("id", "type", *columns, "territoryOf"), things)
    _write(folder / "record_territory.csv", ("id", "recordedTerritory", "alpha2", "alpha3", "asOf"), codes)
    header = ("id", "languageTerritory", "languageCode", "officialStatus", "asOf")
    _write(folder / "record_language.csv", header, languages)


def _other_names() -> dict[tuple[str, str], list[str]]:
    """The names written by hand, by the slug of a territory and the tag of a language."""
    found: dict[tuple[str, str], list[str]] = {}
    with OTHER_NAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault((row["code"], row["language"]), []).append(row["name"])
    return found


def _spellings(label: str) -> list[str]:
    """An English name as it is also spelt: with "and" or "Saint" written out, and without accents."""
    written = [label, label.replace("&", "and"), label.replace("St. ", "Saint ")]
    written.append(written[1].replace("St. ", "Saint "))
    bare = (unicodedata.normalize("NFKD", name).replace("’", "'") for name in written)
    plain = ("".join(c for c in name if not unicodedata.combining(c)) for name in bare)
    return list(dict.fromkeys(itertools.chain(written, plain)))


def _official(spoken: dict[str, dict[str, object]]) -> list[tuple[str, str]]:
    """The languages that CLDR gives a status, by code as BCP 47 writes it, each with CLDR's word for the status."""
    return sorted((c.replace("_", "-"), str(s["official_status"])) for c, s in spoken.items() if s["official_status"])


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
