"""Pydantic's errors in the words of somebody who writes TOML. A value is never repeated: it may be a secret."""

from __future__ import annotations

import difflib
from types import UnionType
from typing import Annotated, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_A_TABLE = "should be a table"
_SHOULD = {
    "tuple_type": 'should be a list, such as ["a", "b"]',
    "dict_type": _A_TABLE,
    "model_type": _A_TABLE,
    "model_attributes_type": _A_TABLE,
    "string_type": 'should be text in quotes, such as "a"',
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "too_short": "should not be empty",
    "string_too_short": "should not be empty",
    "missing": "missing",
    "union_tag_not_found": "type is missing",
    "extra_forbidden": "unknown key",
}


def key_of(error: ErrorDetails, model: type[BaseModel]) -> str:
    """The key as it stands in the file. Entries of a list are counted from 1: "shift.days, entry 2"."""
    told = ""
    place: object = model
    for part in error["loc"]:
        inner = _inside(place, part)
        if isinstance(part, int):
            told += f", entry {part + 1}"
        elif inner not in _members(place):  # which member of a union was tried stands in no file
            told += f".{part}" if told else part
        place = inner
    return told or "(file)"


def reason_of(error: ErrorDetails, model: type[BaseModel] | None = None) -> str:
    """The fault in plain words; for an unknown key of `model`, the key that was probably meant."""
    kind = error["type"]
    if kind == "extra_forbidden" and model is not None:
        *above, name = error["loc"]
        place: object = model
        for part in above:
            place = _inside(place, part)
        meant = difflib.get_close_matches(str(name), _names(place), n=1)
        return f"unknown key; did you mean {meant[0]}?" if meant else "unknown key"
    if kind in _SHOULD:
        return _SHOULD[kind]
    if kind == "union_tag_invalid":
        return f"no such type; types are {error['ctx']['expected_tags']}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    text = error["msg"].removeprefix("Input ")
    return text[:1].lower() + text[1:]


def _names(place: object) -> list[str]:
    """The keys that may stand in a table."""
    tables = [table for table in (place, *_members(place)) if _is_table(table)]
    return [field.alias or name for table in tables for name, field in table.model_fields.items() if not field.exclude]


def _is_table(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _members(annotation: object) -> tuple[object, ...]:
    """What a union is made of."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()


def _inside(place: object, part: str | int) -> object:
    """The annotation of what `part` names inside a place: a field, an entry, or the member of a union."""
    if _is_table(place):
        fields = place.model_fields.items()
        return next((field.annotation for name, field in fields if part in (name, field.alias)), None)
    members = _members(place)
    for member in members:
        if _is_table(member) and part in (_type_of(member), member.__name__):
            return member
    if members:
        return next((inner for member in members if (inner := _inside(member, part)) is not None), None)
    if get_origin(place) is dict:
        return get_args(place)[1]
    return get_args(place)[0] if get_origin(place) is tuple else None


def _type_of(table: type[BaseModel]) -> str | None:
    """The value of `type` that chooses a table, where one does."""
    field = table.model_fields.get("type")
    if field is None or get_origin(field.annotation) is not Literal:
        return None
    return str(get_args(field.annotation)[0])
