"""The site for programs: OpenAPI describes every question, and its answers are as described; no network."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from kg.library import questions
from kg.web.site import Site
from tests.pages import get
from tests.pages import site as site


def test_openapi_describes_every_question(site: Site) -> None:
    told = json.loads(get(Site(site.graph, "https://example.org/eic"), "/openapi.json", "application/json").body)
    assert told["openapi"] == "3.1.0" and told["info"]["version"] == site.version
    assert told["servers"] == [{"url": "https://example.org/eic"}]
    assert set(told["paths"]) == {"/questions", *(f"/questions/{q.name}" for q in questions())}
    operations = [one["get"] for one in told["paths"].values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    assert {tag_ for o in operations for tag_ in o.get("tags", [])} <= {tag_["name"] for tag_ in told["tags"]}
    for operation in operations:
        assert operation["responses"]["200"]["description"] and {"400", "429", "503"} <= set(operation["responses"])
        given = [_resolved(told, p) for p in operation["parameters"]]
        assert len({p["name"] for p in given}) == len(given)
        for parameter in given:
            assert parameter["in"] == "query" and {"name", "schema"} <= set(parameter)
            assert set(parameter) <= {"name", "in", "required", "schema", "description", "example", "style", "explode"}
        for response in operation["responses"].values():
            assert all("schema" in content for content in _resolved(told, response)["content"].values())
    for reference in re.findall(r'"\$ref": "(#[^"]+)"', json.dumps(told)):
        assert _resolved(told, {"$ref": reference})
    assert all(re.fullmatch(r"[\w.-]+", name) for part in told["components"].values() for name in part)
    (page_,) = [p for p in told["paths"]["/questions/page-claims"]["get"]["parameters"] if p.get("name") == "page"]
    items = {"type": "integer", "minimum": 116, "maximum": 132}
    assert page_["schema"] == {"type": "array", "items": items} and page_["explode"] and page_["required"]
    assert set(told["paths"]["/questions/alliances"]["get"]["responses"]["404"]) == {"$ref"}
    columns = told["components"]["schemas"]["second-tier-dependencies"]["properties"]["results"]["properties"][
        "bindings"
    ]
    assert list(columns["items"]["properties"]) == ["city", "partner", "degree", "in_what", "rules", "view"]
    chinese = json.loads(get(site, "/openapi.json?lang=zh", "*/*").body)
    assert chinese["paths"]["/questions/alliances"]["get"]["summary"].startswith("论文点名了哪些城市联盟")
    assert chinese["servers"] == [{"url": "/"}]


def _resolved(document: Any, part: Any) -> Any:
    for step in part.get("$ref", "").removeprefix("#/").split("/"):
        document = document[step] if step else part
    return document


def test_openapi_tells_the_truth_of_its_answers(site: Site) -> None:
    told = json.loads(get(site, "/openapi.json", "*/*").body)
    for operation in list(told["paths"].values())[1:20:6]:
        name = operation["get"]["operationId"]
        given = {p["name"]: p["example"] for p in operation["get"]["parameters"] if p.get("required")}
        fields = [
            (key, v) for key, several in given.items() for v in (several if isinstance(several, list) else [several])
        ]
        answer = json.loads(get(site, f"/questions/{name}?{urlencode(fields)}", "application/json").body)
        table = told["components"]["schemas"][name]["properties"]["results"]["properties"]["bindings"]["items"]
        for row in answer["results"]["bindings"]:
            assert set(row) - {"claim", "basis", "source", "flags"} <= set(table["properties"])
