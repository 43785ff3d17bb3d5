"""How secrets leave a value and come back: spec (opened) <-> doc (what is stored and read back).

A *spec* is a pydantic value whose secrets are opened `SecretStr`s. Its *doc* is the JSON form in
which every secret slot holds `null` (not set) or the mark `{"set": true, "updated_at": "..."}`.
A slot is wherever the spec's class says `SecretStr`: nothing else names secrets, so a new field of
that type is sealed, write-only and masked without another line.

Every slot has a *field key* under which its text is sealed, e.g. `auth/token`. Rows of a list that
have a name are keyed by it, not by their place: `headers/x-api-key/0` is the first `X-Api-Key`.

A client writes a mark back to keep the secret behind it. Two rules make that safe: a mark keeps
only what stands at its own slot (rows: same name, else same place), and text that was secret may
only land in a slot that is secret; else an editor could read it by renaming it to a plain row.

A slot may also hold a *reference* to a text that is kept elsewhere: it is written as
`{"from": "env:NAME"}` and its mark says `from` too. Nothing is sealed then, and no text goes
through here: a stand-in takes its place while the spec is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.problem import Fault, Invalid

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A spec with its secrets taken out.

    `secrets` maps field key to text; `fresh` names those keys that must be sealed anew, because
    the text is new or because it moved to another key (a ciphertext is bound to its key).
    `references` maps the field keys whose text is kept elsewhere to where.
    """

    doc: dict[str, Any]
    secrets: dict[str, str]
    fresh: frozenset[str]
    references: dict[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """An input whose marks are replaced by the text behind them.

    `marks` maps the place in the input to the field key that stood for it; `references` maps it
    to where its text is kept, and `named` are those of them that this input names anew.
    """

    value: dict[str, Any]
    marks: Mapping[Path, str]
    references: Mapping[Path, str]
    named: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class _Mark:
    path: Path
    key: str
    reference: str | None = None


def is_mark(value: Any) -> bool:
    """Whether this JSON value stands for a stored secret: `{"set": true, "updated_at"?: ...}`."""
    return isinstance(value, dict) and value.get("set") is True and value.keys() <= _MARK_NAMES


def reference_in(value: Any) -> str | None:
    """`env:NAME` of `{"from": "env:NAME"}`, which is how a reference is written; else None."""
    if isinstance(value, dict) and value.keys() == {"from"} and isinstance(value["from"], str):
        return value["from"]
    return None


def secret_keys(doc: Any) -> frozenset[str]:
    """The field keys of the secrets that a doc says are set."""
    return frozenset(mark.key for mark in _marks(doc))


def references_of(doc: Any) -> dict[str, str]:
    """Where the texts are that a doc does not keep itself, by field key."""
    return {mark.key: mark.reference for mark in _marks(doc) if mark.reference is not None}


def close(
    spec: BaseModel,
    *,
    now: str,
    kept: Kept | None = None,
    old_doc: Mapping[str, Any] | None = None,
) -> Closed:
    """Take the secrets out of a spec. Those that were `kept` carry on their `updated_at`.

    Raises Invalid when a kept secret would land where its text could be read.
    """
    closing = _Closing(now=now, kept=kept or _NOTHING_KEPT, stamps=_stamps(old_doc or {}))
    doc = closing.model(spec, (), ())
    stray = [path for path in closing.bound if path not in closing.landed]
    if stray:
        raise Invalid([_stray_fault(path) for path in stray])
    return Closed(doc, closing.secrets, frozenset(closing.fresh), closing.references)


def reopen(doc: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """The doc with the texts put back, ready for validation. A missing text becomes `null`."""
    texts = {mark.path: secrets.get(mark.key) for mark in _marks(doc)}
    return dict(_replace(doc, texts))


def keep(
    value: Mapping[str, Any], old_doc: Mapping[str, Any], old_secrets: Mapping[str, str]
) -> Kept:
    """Replace each mark in a new input by the text of the slot that it stands for.

    Raises Invalid (code `secret_not_set`) for a mark that stands for nothing stored.
    """
    wanted = list(_marks(value))
    elsewhere = references_of(old_doc)
    known = old_secrets.keys() | elsewhere.keys()
    chosen = _match(wanted, [mark for mark in _marks(old_doc) if mark.key in known])
    lost = [mark for mark in wanted if mark.path not in chosen]
    if lost:
        raise Invalid([_lost_fault(mark.path) for mark in lost])
    named = dict(_named(value))
    references = {path: elsewhere[key] for path, key in chosen.items() if key in elsewhere} | named
    texts = {path: old_secrets.get(key, STAND_IN) for path, key in chosen.items()}
    texts |= dict.fromkeys(references, STAND_IN)
    return Kept(dict(_replace(value, texts)), chosen, references, named)


# What stands for a text that is kept elsewhere while its spec is checked. Any slot takes it.
STAND_IN = "kept-elsewhere"
_MARK_NAMES = frozenset({"set", "updated_at", "from"})
_NOTHING_KEPT = Kept({}, {}, {}, {})


class _Closing:
    """One walk over a spec that builds the doc and gathers the secrets."""

    def __init__(self, *, now: str, kept: Kept, stamps: Mapping[str, str]) -> None:
        self.now = now
        self.kept = kept
        self.bound = kept.marks.keys() | kept.named.keys()
        self.stamps = stamps
        self.secrets: dict[str, str] = {}
        self.references: dict[str, str] = {}
        self.fresh: set[str] = set()
        self.landed: set[Path] = set()

    def model(self, value: BaseModel, path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
        fields = type(value).model_fields
        doc: dict[str, Any] = {"type": None} if "type" in fields else {}  # a union's tag leads
        for name, field in fields.items():
            child, child_path, child_keys = getattr(value, name), (*path, name), (*keys, name)
            if _is_secret(field):
                # A row that has a name is keyed by it alone: it holds one secret.
                doc[name] = self.secret(child, child_path, "/".join(_row_keys(keys, child_keys)))
            else:
                doc[name] = self.plain(child, child_path, child_keys)
        return doc

    def plain(self, value: Any, path: Path, keys: tuple[str, ...]) -> Any:
        if isinstance(value, BaseModel):
            return self.model(value, path, keys)
        if isinstance(value, tuple | list):
            names = row_names([getattr(row, "name", None) for row in value])
            return [
                self.plain(row, (*path, index), (*keys, name))
                for index, (row, name) in enumerate(zip(value, names, strict=True))
            ]
        if isinstance(value, SecretStr):  # a defect of the class: a slot that hides in a container
            raise TypeError(f"a secret stands outside a secret field at {pointer(path)}")
        return value

    def secret(self, value: SecretStr | None, path: Path, key: str) -> Any:
        text = value.get_secret_value() if value is not None else ""
        if not text:  # an empty text is no secret; masking it by value would mask everything
            return None
        old_key = self.kept.marks.get(path)
        if path in self.bound:
            self.landed.add(path)
        stamp = self.now if old_key is None else self.stamps.get(old_key, self.now)
        reference = self.kept.references.get(path)
        if reference is not None:
            self.references[key] = reference
            return {"set": True, "from": reference, "updated_at": stamp}
        self.secrets[key] = text
        if old_key != key:
            self.fresh.add(key)
        return {"set": True, "updated_at": stamp}


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _row_keys(row: tuple[str, ...], field: tuple[str, ...]) -> tuple[str, ...]:
    """`headers`, `x-key/0`, `value` -> without the last step; any other field as it is."""
    return row if row and "/" in row[-1] else field


def row_names(names: Sequence[Any]) -> list[str]:
    """`X-Key`, `A`, `x-key` -> `x-key/0`, `a/0`, `x-key/1`; a row without a name: its index."""
    seen: Counter[str] = Counter()
    keys = []
    for index, name in enumerate(names):
        if not isinstance(name, str):
            keys.append(str(index))
            continue
        lower = name.lower()
        keys.append(f"{lower}/{seen[lower]}")
        seen[lower] += 1
    return keys


def _marks(value: Any, path: Path = (), keys: tuple[str, ...] = ()) -> Iterator[_Mark]:
    """Every mark in a JSON value, with its place and its field key."""
    if is_mark(value):
        yield _Mark(path, "/".join(_row_keys(keys[:-1], keys)), value.get("from"))
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _marks(child, (*path, name), (*keys, name))
    elif isinstance(value, list):
        names = row_names([row.get("name") if isinstance(row, Mapping) else None for row in value])
        for index, (row, name) in enumerate(zip(value, names, strict=True)):
            yield from _marks(row, (*path, index), (*keys, name))


def _named(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every reference that an input names, with its place."""
    reference = reference_in(value)
    if reference is not None:
        yield path, reference
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _named(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _named(child, (*path, index))


def _match(wanted: Sequence[_Mark], stored: Sequence[_Mark]) -> dict[Path, str]:
    """Which stored key each wanted mark stands for: same key; else same row name; else same place.

    No stored secret is given out twice.
    """
    rules = (lambda mark: mark.key, lambda mark: _without_count(mark.key), lambda mark: mark.path)
    chosen: dict[Path, str] = {}
    free = list(stored)
    for rule in rules:
        for mark in wanted:
            if mark.path in chosen:
                continue
            hit = next((old for old in free if rule(old) == rule(mark)), None)
            if hit is not None:
                chosen[mark.path] = hit.key
                free.remove(hit)
    return chosen


def _without_count(key: str) -> str:
    head, _, tail = key.rpartition("/")
    return head if tail.isdigit() else key


def _stamps(old_doc: Mapping[str, Any]) -> dict[str, str]:
    stamps: dict[str, str] = {}
    for mark in _marks(old_doc):
        value: Any = old_doc
        for step in mark.path:
            value = value[step]
        if "updated_at" in value:
            stamps[mark.key] = value["updated_at"]
    return stamps


def _replace(value: Any, texts: Mapping[Path, str | None], path: Path = ()) -> Any:
    if path in texts:
        return texts[path]
    if isinstance(value, Mapping):
        return {name: _replace(child, texts, (*path, name)) for name, child in value.items()}
    if isinstance(value, list):
        return [_replace(child, texts, (*path, index)) for index, child in enumerate(value)]
    return value


def _lost_fault(path: Path) -> Fault:
    return Fault(
        pointer(path),
        "secret_not_set",
        "There is no stored secret here to keep; enter the value, or null for none.",
    )


def _stray_fault(path: Path) -> Fault:
    return Fault(
        pointer(path),
        "secret_stays_secret",
        "A stored secret can only be kept in a secret field; enter the value again to make it plain.",
    )
