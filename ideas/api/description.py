"""What exists under `/api/v1`, in OpenAPI 3.1: held by a test to be all there is, and what is answered."""

from flask import Blueprint, Response

from ideas.api.answers import answer
from ideas.api.comments import MOST_COMMENTS, USUAL_COMMENTS
from ideas.api.similar import MOST, USUAL
from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.domain.numbers import LAST_NUMBER
from ideas.http.access import public
from ideas.http.addresses import origin
from ideas.retrieval.index_files import LONGEST_TEXT

Schema = dict[str, object]

bp = Blueprint("api_description", __name__)

SLUG: Schema = {"type": "string", "description": "Campaign, by its slug; the current one by default."}
LIMIT: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": MOST,
    "default": USUAL,
    "description": "Most ideas, and data sets.",
}
TEXT: Schema = {
    "type": "string",
    "minLength": 1,
    "description": f"What to compare; its first {LONGEST_TEXT} characters count.",
}
LANG: Schema = {
    "type": "string",
    "enum": ["fr", "en"],
    "description": "Language of the refusals, and of the linked pages.",
}
PAGE: dict[str, Schema] = {
    "before": {
        "type": "integer",
        "minimum": 1,
        "maximum": LAST_NUMBER,
        "description": "Only comments of a smaller number: the last one of the page before.",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_COMMENTS, "default": USUAL_COMMENTS},
}
ASKED = {"text": TEXT, "campaign": SLUG, "limit": LIMIT}


def _record(**fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(name: str, most: int = MOST) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, "maxItems": most}


LIKENESS: dict[str, Schema] = {
    "likeness": {"type": "number", "minimum": 0, "maximum": 1},
    "shared_words": {"type": "array", "items": {"type": "string"}},
}
NUMBER: Schema = {"type": "integer", "minimum": 1}
STRING: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"], "minimum": 1}
MAYBE_STRING: Schema = {"type": ["string", "null"]}
DAY: Schema = {"type": "string", "format": "date"}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
VOTES: Schema = {"type": "integer", "minimum": 0}
OF_IDEA: dict[str, object] = {"name": "idea_id", "in": "path", "required": True, "schema": NUMBER}
STATE: Schema = {"type": "string", "enum": list(Handling)}
SCHEMAS = {
    "Idea": _record(
        id=NUMBER,
        campaign=STRING,
        url=ADDRESS,
        title=STRING,
        data_wanted=STRING,
        planned_use=STRING,
        language=STRING,
        producer=MAYBE_STRING,
        canonical_id=MAYBE_NUMBER,
        votes=VOTES,
        state=STATE,
        high_value={"type": ["string", "null"], "enum": [*HighValue, None]},
        edited_on=MAYBE_DAY,
        uses={"type": "array", "items": STRING, "description": "What supporters would do with the data, reviewed"},
        comment_count={"type": "integer", "minimum": 0, "description": "Comments at `/ideas/{idea_id}/comments`"},
        answer={"oneOf": [{"$ref": "#/components/schemas/Answer"}, {"type": "null"}]},
    ),
    "Answer": _record(
        text=STRING,
        by=MAYBE_STRING,
        on=MAYBE_DAY,
        reason=STRING,
        legal_basis=STRING,
        passed_to=MAYBE_STRING,
        dataset_url=STRING,
        promised_on=MAYBE_DAY,
    ),
    "Comment": _record(
        id=NUMBER,
        idea_id={**NUMBER, "description": "The idea that it was written under: this one, or one merged into it."},
        text=STRING,
        by_author={"type": "boolean", "description": "Whether whoever wrote the idea wrote it."},
        written_on=DAY,
    ),
    "Comments": _record(
        comments=_list("Comment", MOST_COMMENTS),
        next={"type": ["string", "null"], "format": "uri", "description": "The next page, null after the last one."},
    ),
    "SimilarIdea": _record(
        id=NUMBER,
        title=STRING,
        url=ADDRESS,
        **LIKENESS,
        votes=VOTES,
        state=STATE,
    ),
    "SimilarDataset": _record(id=NUMBER, title=STRING, organisation=STRING, url=ADDRESS, **LIKENESS),
    "Similar": _record(campaign=STRING, ideas=_list("SimilarIdea"), datasets=_list("SimilarDataset")),
    "Problem": _record(type=STRING, title=STRING, status={"type": "integer"}, detail=STRING),
}


@bp.get("/openapi.json")
@public
def describe() -> Response:
    """Return the description of this API."""
    return answer(
        {
            "openapi": "3.1.0",
            "info": {"title": "Ideas about public data", "version": "1", "license": {"name": "Licence Ouverte 2.0"}},
            "servers": [{"url": f"{origin()}/api/v1"}],
            "paths": {
                "/similar": {
                    "get": _operation("What is like a text", "Similar", parameters=_parameters(ASKED)),
                    "post": _operation(
                        "The same, for a text too long for an address",
                        "Similar",
                        parameters=_parameters({}),
                        requestBody={"required": True, "content": _body(ASKED)},
                    ),
                },
                "/ideas/{idea_id}": {
                    "get": _operation(
                        "An idea that is online, where its request stands, and the official answer",
                        "Idea",
                        parameters=[OF_IDEA, *_parameters({})],
                    )
                },
                "/ideas/{idea_id}/comments": {
                    "get": _operation(
                        "What people say under an idea, reviewed before it is published, the latest first",
                        "Comments",
                        parameters=[OF_IDEA, *_parameters(PAGE)],
                    )
                },
                "/openapi.json": {"get": _operation("This description", None, parameters=_parameters({}))},
            },
            "components": {"schemas": SCHEMAS},
        }
    )


def _operation(summary: str, schema: str | None, **given: object) -> dict[str, object]:
    told = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "summary": summary,
        **given,
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": told}}},
            "304": {"description": "What `If-None-Match` names is still the answer."},
            "default": {"description": "Why there is none (RFC 9457).", "content": problem},
        },
    }


def _parameters(schemas: dict[str, Schema]) -> list[dict[str, object]]:
    every = {**schemas, "lang": LANG}
    return [{"name": name, "in": "query", "required": name == "text", "schema": every[name]} for name in every]


def _body(schemas: dict[str, Schema]) -> dict[str, object]:
    schema = {"type": "object", "properties": schemas, "required": ["text"], "additionalProperties": False}
    return {kind: {"schema": schema} for kind in ("application/json", "application/x-www-form-urlencoded")}
