"""Rows of the question disagreements: pairs of accounts that tell different things of the same thing.

Two records of one source are two accounts where they name different pages: a table that says a thing twice, in
other words or of other times, does not disagree with itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from kg.computed._profiles import Rows
from kg.computed._telling import Given, local
from kg.dates import no_later
from kg.errors import UnknownName
from kg.measures.geography import distance
from kg.memberships import begins_after, in_force, is_over, is_to_begin, newer, source_of
from kg.terms import EIC, ID

#: Positions no further apart than this many kilometres are taken for the same place.
NEAR = 50.0
_MEMBER, _FORMER, _COMPLETE = "standingMember", "standingFormer", "rosterComplete"

_COLUMNS = [f"{name}_{key}" for name in ("one", "other") for key in ("value", "says", "date", "page")]

Account = Mapping[str, Any]
#: The matter, and what the first and the second of two accounts say.
_Pair = tuple[str, Account, Account, str, str]


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row two accounts, of the matters that are asked about."""
    told: dict[str, dict[str, Account]] = defaultdict(dict)
    labels: dict[str, str] = {}
    territories: dict[str, str] = {}
    asked: set[str] = set()
    matters: set[str] = set()
    for row in gathered:
        if row["kind"] == "label":
            labels[row["thing"]] = row["value"]
        elif row["kind"] == "territory":
            territories[row["value"]] = row["thing"]
        elif row["kind"] == "matter":
            matters.add(row["value"])
            asked |= {local(row["thing"])} if row["value"] in given.get("matter", [row["value"]]) else set()
        else:
            told[row["kind"]][repr(row)] = {**row, "as_of": row["as_of"] or row["as_of_year"]}
    told["filedUnder"] = _filed(told["filedUnder"], territories)
    if unknown := set(given.get("matter", ())) - matters:
        raise UnknownName("matter", sorted(unknown)[0], matters)
    pairs: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for matter, one, other, *values in sorted([*_alike(told, labels), *_listings(told, labels)], key=_place):
        if matter in asked:  # a row that a table has twice is one account
            pairs[matter, *_cells(one, values[0]), *_cells(other, values[1])] |= {one["claim"], other["claim"]}
    for (matter, *cells), claims in pairs.items():
        link = matter in ("recordStanding", "rosterStatus")
        row = {"thing": cells[0], "within": cells[1] if link else None, "on_what": EIC + matter, "claim": claims}
        yield row | dict(zip(_COLUMNS, cells[2:6] + cells[8:], strict=True))


def _filed(accounts: Mapping[str, Account], territories: Mapping[str, str]) -> dict[str, Account]:
    """The accounts of where a place is, those of claims by the territory of the state that they name, if it has one."""
    found: dict[str, Account] = {}
    for key, account in accounts.items():
        value = account["value"] if account["says"] else territories.get(account["value"])
        if value:
            found[key] = {**account, "value": value}
    return found


def _place(pair: _Pair) -> tuple[str, ...]:
    matter, one, other, *values = pair
    return (matter, one["thing"], one["claim"], other["claim"], *values)


def _cells(account: Account, value: str) -> tuple[Any, ...]:
    """Of what an account tells, what it tells, by whom, of when and where: the last four as in _COLUMNS."""
    return account["thing"], account["within"], value, _says(account), account["as_of"], account["page"]


def _says(account: Account) -> str:
    """The source of a record, or the work that a claim is of."""
    return account["says"] or f"{ID}source/{source_of(account['claim'])}"


def _alike(told: Mapping[str, Mapping[str, Account]], labels: Mapping[str, str]) -> Iterator[_Pair]:
    """The accounts on one matter of one thing, two by two, where they differ in it."""
    for matter, differ in _DIFFER.items():
        things: dict[tuple[str, str | None], list[Account]] = defaultdict(list)
        for account in told[matter].values():
            things[account["thing"], account["within"]].append(account)
        for accounts in things.values():
            for one, other in combinations(sorted(accounts, key=lambda one: str(one["claim"])), 2):
                apart = _says(one) != _says(other) or one["page"] != other["page"]
                if apart and differ(one, other):
                    yield matter, one, other, _words(matter, one, labels), _words(matter, other, labels)


def _words(matter: str, account: Account, labels: Mapping[str, str]) -> str:
    """What an account says, in words."""
    if matter == "recordStanding":
        since = account["since"] if is_to_begin(account) else ""
        span = f" ({since} – {account['until'] or ''})" if since or account["until"] else ""
        return labels[EIC + _standing(account)] + span.replace("( ", "(").replace(" )", ")")
    if matter == "latitude":
        return f"{account['value']}, {account['east']}"
    return labels.get(account["value"], account["value"])


def _standing(account: Account) -> str:
    """The standing of an account today: a member who has left by then is a former one; a claim knows members only."""
    standing = local(account["standing"]) or _MEMBER
    return _FORMER if standing == _MEMBER and is_over(account) else standing


def _stand_apart(one: Account, other: Account) -> bool:
    """Whether two accounts of a link conflict: not where the one begins when the other has ended."""
    if begins_after(one, other) or begins_after(other, one):
        return False
    gone, also = one["until"] or "", other["until"] or ""
    ends = gone and also and not (no_later(gone, also) and no_later(also, gone))
    return bool(_standing(one) != _standing(other) or ends or {in_force(one), in_force(other)} == {True, False})


def _lie_apart(one: Account, other: Account) -> bool:
    ends = [(float(of["value"]), float(of["east"])) for of in (one, other)]
    return (distance(*ends).value or 0) > NEAR


def _rank_apart(one: Account, other: Account) -> bool:
    """Whether two ranks or levels differ in the same list: a claim names edition and list in words of the paper, and
    the list of an edition after a colon where the edition has several."""
    claims = [of for of in (one, other) if not of["says"]]
    if len(claims) == 1:
        (claim,) = claims
        record = other if claim is one else one
        _, named, part = claim["list"].partition(": ")
        same = bool(record["edition"]) and record["edition"] in claim["edition"]
        same = same and (not named or (bool(record["list"]) and record["list"].lower() in part))
    else:
        same = (one["edition"], one["list"]) == (other["edition"], other["list"])
    return same and _values_apart(one, other)


def _values_apart(one: Account, other: Account) -> bool:
    return bool(one["value"] != other["value"])


_DIFFER: dict[str, Callable[[Account, Account], bool]] = {
    "foundedInYear": _values_apart,
    "recordedMemberCount": _values_apart,
    "recordStanding": _stand_apart,
    "filedUnder": _values_apart,
    "latitude": _lie_apart,
    "recordedRank": _rank_apart,
    "recordedLevel": _rank_apart,
}


def _listings(told: Mapping[str, Mapping[str, Account]], labels: Mapping[str, str]) -> Iterator[_Pair]:
    """Where a roster that its source calls complete lists another number than is stated, or misses a member that
    another source knows of that time."""
    links: dict[str, list[Account]] = defaultdict(list)
    for link in told["recordStanding"].values():
        links[link["within"]].append(link)
    for roster in told["rosterStatus"].values():
        if local(roster["value"]) != _COMPLETE:
            continue
        of_alliance, source = links[roster["thing"]], _says(roster)
        own = [link for link in of_alliance if _says(link) == source]
        listed = {link["thing"] for link in own if in_force(link)}
        for count in told["recordedMemberCount"].values():
            if listed and count["thing"] == roster["thing"] and count["value"] != str(len(listed)):
                yield "recordedMemberCount", roster, count, str(len(listed)), count["value"]
        known = {link["thing"] for link in own}
        for link in of_alliance:
            if own and link["thing"] not in known and in_force(link) and not newer(link, roster):
                yield "rosterStatus", link, roster, labels[EIC + _MEMBER], labels[EIC + _COMPLETE]
