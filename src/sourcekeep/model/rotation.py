"""The next credential beside the current one: how one is replaced without a run that fails.

An authentication type that holds secrets gains a member `next` with just those. It is checked as
if it were the current one, so that a bad one is refused while the old one still works.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, create_model, field_validator

from sourcekeep.model.auth import AuthValues, ValuesClass

NEXT = "next"


def with_next(member: ValuesClass, values: ValuesClass) -> ValuesClass:
    """The member of the source's auth union with its `next`; itself where nothing is secret."""
    names = secret_fields(values)
    if not names:
        return member
    fields: Any = {name: (SecretStr | None, values.model_fields[name]) for name in names}
    shape = create_model(f"Next{member.__name__}", __base__=AuthValues, **fields)

    def as_current(cls: Any, next: BaseModel | None, info: ValidationInfo) -> BaseModel | None:
        if not _given(next):
            return None
        around = {name: info.data[name] for name in values.model_fields if name in info.data}
        checked = values.model_validate({**around, **{n: getattr(next, n) for n in names}})
        return shape(**{name: getattr(checked, name) for name in names})

    field: Any = Field(
        default=None,
        title="Next credential",
        description="Tried first, while the current one still stands in for it.",
        json_schema_extra={"x-own-control": True},  # a form draws this by itself
    )
    checks: Any = {"next_as_current": field_validator(NEXT)(as_current)}
    optional: Any = shape | None
    added: Any = {NEXT: (optional, field)}
    made: ValuesClass = create_model(
        member.__name__, __base__=member, __validators__=checks, **added
    )
    return made


def secret_fields(values: ValuesClass) -> tuple[str, ...]:
    """The names of the fields that hold a secret."""
    return tuple(
        name
        for name, field in values.model_fields.items()
        if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    )


def next_values(auth: AuthValues) -> AuthValues | None:
    """The same values with the next credential in place of the current one; None without one."""
    given = _given(getattr(auth, NEXT, None))
    return auth.model_copy(update={**given, NEXT: None}) if given else None


def promoted(auth: dict[str, Any]) -> dict[str, Any] | None:
    """A doc's `auth` in which the next credential is the current one; None without a next one."""
    coming = {name: mark for name, mark in (auth.get(NEXT) or {}).items() if mark is not None}
    return {**auth, **coming, NEXT: None} if coming else None


def _given(next: BaseModel | None) -> dict[str, Any]:
    """The fields of a next credential that hold something."""
    if next is None:
        return {}
    texts = {name: getattr(next, name) for name in type(next).model_fields}
    return {name: text for name, text in texts.items() if text and text.get_secret_value()}
