"""What a graph is asked beyond its library: hypotheses, partners for a city, alliances, pictures, a brief."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from kg.errors import BadQuestion
from kg.words import HORIZON

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.cities import Cities
    from kg.graph import Graph
    from kg.measures.levels import Coding, Theta
    from kg.memberships import Roster
    from kg.pictures.picture import Picture
    from kg.whatif import Supposed


class Analyses:
    """The part of kg.graph.Graph that reckons with what the graph holds; all that is heavy is imported where used."""

    @property
    def _whole(self) -> Graph:
        return cast("Graph", self)

    def suppose(
        self, add: Iterable[Any] = (), remove: Iterable[Any] = (), title: str | dict[str, str] = ""
    ) -> Supposed:
        """This graph under a hypothesis, in a store of its own: see kg.hypotheses for what may be added and withdrawn.

        >>> import kg
        >>> there = kg.build("memory:").suppose(add=[("Novosibirsk", "hasTier", "second tier")])
        >>> len(there.ask("second-tier-dependencies", city="Novosibirsk"))
        3
        """
        from kg.hypotheses import hypothesis
        from kg.whatif import suppose

        return suppose(self._whole, hypothesis(add, remove, title))

    def place(self, city: str, findings: dict[str, str] | None = None, language: str = "en") -> Answer:
        """The tiers that are possible for a city, known here or not, under some findings: element -> level word.

        >>> import kg
        >>> there = kg.build("memory:").place("Yerevan", {"market demand": "potential"})
        >>> [row["standing"].value.rsplit("#")[-1] for row in there]
        ['tierExcluded', 'tierExcluded', 'tierPossible']
        """
        from kg.hypotheses import findings as of_city
        from kg.whatif import suppose

        graph = suppose(self._whole, of_city(city, findings)) if findings else self._whole
        return graph.ask("tier-placement", language, city=city)

    @cached_property
    def cities(self) -> Cities:
        """What is known of the elements of each city, in arrays (needs the extra `measures`); read once."""
        try:
            from kg.cities import Cities
        except ImportError as e:
            raise BadQuestion(f"this needs {e.name}: pip install 'eic-kg[measures]'") from None
        return Cities(self._whole)

    @cached_property
    def rosters(self) -> dict[str, Roster]:
        """Who is known to be in each alliance, and of whom that is open; read once."""
        from kg.rosters import rosters

        return rosters(self._whole)

    def partners(
        self,
        city: str,
        elements: Iterable[str] = (),
        language: str = "en",
        vector: bool = True,
        horizon: str = HORIZON,
        **options: Any,
    ) -> Answer:
        """Partners for a city, in what it needs or in some elements, with evidence and what is not known.

        City and elements are named in Chinese, English or Russian; `options` are those of kg.partners.partners;
        `vector` adds the six proximities of each partner; links last recorded before the `horizon` are told as such.

        >>> import kg
        >>> kg.build("memory:").partners("Kyiv", vector=False).values("rank")
        [1, 1]
        """
        from kg.naming import find
        from kg.partnering import answer
        from kg.partners import partners
        from kg.places import place_named
        from kg.terms import EIC

        graph = self._whole
        place = place_named(graph, city).value
        wanted = [find(graph, name, "SupplyElement", "element").value.removeprefix(EIC) for name in elements]
        return answer(graph, partners(graph, place, wanted, **options), language, vector, horizon)

    def draw(self, kind: str, language: str = "en", cities: Iterable[str] = ()) -> Picture:
        """A picture of the graph: "map", "network" or "matrix" (needs the extra `pictures`): see kg.pictures.draw."""
        from kg.pictures import draw

        return draw(self._whole, kind, language, cities)

    def design_alliance(
        self,
        language: str = "en",
        seconds: float = 10.0,
        theta: Theta = "someLevel",
        coding: Coding = "A",
        compare: bool = False,
        **asked: Any,
    ) -> Answer:
        """The smallest alliance that meets a wish, exactly, with reasons (needs the extra `measures`).

        `asked` are the fields of kg.alliances.Asked; cities and elements are named in any language. `compare`: beside
        what it would be without the hypotheses of this graph.

        >>> import kg
        >>> answer = kg.build("memory:").design_alliance(elements={"investment and financing support": 2})
        >>> [iri.rsplit("/")[-1] for iri in answer.values("city")]
        ['moscow', 'saint-petersburg']
        """
        from kg.alliance_changes import compared
        from kg.alliances import Asked
        from kg.allying import designed

        make = compared if compare else designed
        return make(self._whole, Asked(**asked), language, seconds, theta, coding)

    def fit_alliances(
        self,
        language: str = "en",
        seconds: float = 10.0,
        theta: Theta = "someLevel",
        coding: Coding = "A",
        **asked: Any,
    ) -> Answer:
        """How near each existing alliance comes to a wish: see design_alliance.

        >>> import kg
        >>> answer = kg.build("memory:").fit_alliances(elements={"investment and financing support": 2})
        >>> [iri.rsplit("/")[-1] for iri, rank in zip(answer.values("alliance"), answer.values("rank")) if rank == 1]
        ['iapmc', 'wtcf']
        """
        from kg.alliances import Asked
        from kg.allying import fitted

        return fitted(self._whole, Asked(**asked), language, seconds, theta, coding)

    def brief(self, city: str, language: str = "en", elements: Iterable[str] = (), horizon: str = HORIZON) -> str:
        """Two pages on a city for the director of its foreign-affairs office, as HTML: see kg.brief."""
        from kg.brief import brief
        from kg.naming import find
        from kg.places import place_named
        from kg.terms import EIC

        graph = self._whole
        wanted = [find(graph, name, "InnovationElement", "element").value.removeprefix(EIC) for name in elements]
        return brief(graph, place_named(graph, city).value, language, wanted, horizon)
