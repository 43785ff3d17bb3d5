"""The column types: text, moments and JSON that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from sourcekeep.kit import exact_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact."""
    since = moment - _EPOCH  # its parts: dividing it takes twice as long
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment_of(micros: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def storable(text: str) -> str:
    """The text with U+FFFD in place of what a database cannot hold: NUL and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if not text.isascii():
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


def name_key(name: str) -> str:
    """What makes two names the same: compatibility forms and case do not count."""
    return unicodedata.normalize("NFKC", name).casefold()


class Words(TypeDecorator[str]):
    """Text, compared and sorted by code point on both databases (the schema says `COLLATE "C"`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC with microseconds, kept as one integer: small in indexes, no time zones."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros_of(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment_of(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text: numbers of any size stay exact, any string can be held.

    Not `jsonb`: it refuses U+0000 and changes the order of members.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return exact_json.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else exact_json.loads_as_typed(value)


def wide_integer() -> TypeEngine[int]:
    """64 bits; on SQLite `INTEGER`, the only type that may name the row id."""
    return BigInteger().with_variant(Integer(), "sqlite")
