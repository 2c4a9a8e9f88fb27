"""Check requests against the carrier's own description of its interface (see oai/README.md)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

DESCRIPTION = json.loads((Path(__file__).parent / "oai" / "messages_calls_numbers.json").read_text())
FORM = "application/x-www-form-urlencoded"
E164 = re.compile(r"\+[1-9]\d{6,14}")


def faults(method: str, target: str, headers: dict[str, str], body: str) -> list[str]:
    """Return everything about a request that the description does not allow."""
    parts = urlsplit(target)
    found = _operation(method.lower(), parts.path)
    if found is None:
        return [f"no operation {method} {parts.path}"]
    operation, in_path = found
    wrong = [] if headers.get("authorization", "").startswith("Basic ") else ["no Basic authorization"]
    query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    named = {(p["in"], p["name"]): p for p in operation.get("parameters", [])}
    wrong += _in_schema({k: [v] for k, v in in_path.items()}, _schemas(named, "path"))
    wrong += _in_schema(query, _schemas(named, "query"))
    wrong += _required(query, [n for (i, n), p in named.items() if i == "query" and p.get("required")])
    return wrong + _of_form(operation, headers, body)


def _of_form(operation: dict[str, Any], headers: dict[str, str], body: str) -> list[str]:
    if "requestBody" not in operation:
        return ["a body where none belongs"] if body else []
    if headers.get("content-type", "").split(";")[0] != FORM:
        return [f"content type {headers.get('content-type')}"]
    schema = operation["requestBody"]["content"][FORM]["schema"]
    fields = parse_qs(body, keep_blank_values=True, strict_parsing=True)
    return _in_schema(fields, schema["properties"]) + _required(fields, schema.get("required", []))


def _operation(method: str, path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    for template, operations in DESCRIPTION["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        match = re.fullmatch(pattern, path)
        if match and method in operations:
            return operations[method], match.groupdict()
    return None


def _schemas(named: dict[tuple[str, str], Any], place: str) -> dict[str, Any]:
    return {name: p["schema"] for (where, name), p in named.items() if where == place}


def _required(fields: dict[str, list[str]], names: list[str]) -> list[str]:
    return [f"{name} is missing" for name in names if name not in fields]


def _in_schema(fields: dict[str, list[str]], schemas: dict[str, Any]) -> list[str]:
    wrong = []
    for name, values in fields.items():
        schema = schemas.get(name)
        if schema is None:
            wrong.append(f"{name} is not described")
            continue
        schema = _resolved(schema)
        if schema.get("type") == "array":
            schema = _resolved(schema["items"])
        elif len(values) > 1:
            wrong.append(f"{name} is given {len(values)} times")
        wrong += [f"{name}: {why}" for value in values for why in _of_value(value, schema)]
    return wrong


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(DESCRIPTION["components"]["schemas"][schema["$ref"].split("/")[-1]])
    return schema


def _of_value(value: str, schema: dict[str, Any]) -> list[str]:
    wrong = []
    if not _fits_type(value, schema.get("type", "string")):
        wrong.append(f"{value!r} is no {schema['type']}")
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{value!r} is none of {schema['enum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{value!r} does not match {schema['pattern']}")
    if len(value) > schema.get("maxLength", len(value)) or len(value) < schema.get("minLength", 0):
        wrong.append(f"{value!r} has the wrong length")
    if not _fits_format(value, schema.get("format", "")):
        wrong.append(f"{value!r} is no {schema['format']}")
    return wrong


def _fits_type(value: str, kind: str) -> bool:
    patterns = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?", "boolean": r"true|false"}
    return kind not in patterns or bool(re.fullmatch(patterns[kind], value))


def _fits_format(value: str, name: str) -> bool:
    if name == "uri":
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "_" not in str(parts.hostname)
    if name == "phone-number":
        return bool(E164.fullmatch(value))
    if name in ("date-time", "date"):
        try:
            datetime.fromisoformat(value) if name == "date-time" else date.fromisoformat(value)
        except ValueError:
            return False
    return True
