"""The OpenAPI document as people read it: operations by group, each with what goes in and what comes out. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One field of a body, indented by how deep it lies."""

    name: str
    kind: str
    needed: bool
    words: str
    depth: int

    @property
    def shown(self) -> str:
        """The name behind its parents' dots."""
        return "· " * self.depth + self.name


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked."""

    id: str
    method: str
    path: str
    words: str
    parameters: tuple[Field, ...]
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Operations about one thing."""

    name: str
    operations: tuple[Operation, ...]


def in_words(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """Every operation, by its tag and then its path."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            tag = (one.get("tags") or ["api"])[0]
            groups.setdefault(tag, []).append(_operation(document, path, method, one))
    return tuple(Group(name, tuple(found)) for name, found in sorted(groups.items()))


def _operation(document: Mapping[str, Any], path: str, method: str, one: Mapping[str, Any]) -> Operation:
    body = _json(one.get("requestBody", {}))
    good: Mapping[str, Any] = next(
        (each for code, each in sorted(one["responses"].items()) if code.startswith("2")), {}
    )
    answer = _json(good)
    examples = [("→", each) for each in _examples(body)] + [("←", each) for each in _examples(answer)]
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        words=one.get("description", ""),
        parameters=tuple(_parameter(each) for each in one.get("parameters", ())),
        takes=tuple(_fields(document, body.get("schema", {}))),
        gives=tuple(_fields(document, answer.get("schema", {}))),
        examples=tuple(examples),
    )


def _json(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(iter(part.get("content", {}).values()), {})
    return found


def _examples(content: Mapping[str, Any]) -> Iterator[str]:
    for each in content.get("examples", {}).values():
        yield json.dumps(each["value"], ensure_ascii=False, indent=2)


def _parameter(each: Mapping[str, Any]) -> Field:
    return Field(
        f"{each['name']} ({each['in']})", _kind(each.get("schema", {})), bool(each.get("required")),
        each.get("description", ""), 0,
    )  # fmt: skip


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Iterator[Field]:
    """The fields of an object, those of its parts beneath them."""
    found = _resolved(document, schema)
    if found.get("type") == "array":
        yield from _fields(document, found.get("items", {}), depth)
        return
    needed = set(found.get("required", ()))
    for name, part in found.get("properties", {}).items():
        inner = _resolved(document, part)
        yield Field(name, _kind(inner), name in needed, part.get("description", inner.get("description", "")), depth)
        if depth < 3:
            yield from _fields(document, inner, depth + 1)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands behind a reference, also behind one that only adds words."""
    for part in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if "$ref" in part:
            found: Mapping[str, Any] = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
            return found
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"] if each not in ("", None))
    kind = schema.get("format") or schema.get("type", "object")
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return f"{kind} | null" if schema.get("nullable") else str(kind)
