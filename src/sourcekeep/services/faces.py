"""A stored source as the planner sees it: everything of it but its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sourcekeep.engine.plan import HeaderDefault, SourceFace
from sourcekeep.engine.value_text import text_of
from sourcekeep.model.auth import AuthType
from sourcekeep.model.entry import PlainHeader, SecretHeader
from sourcekeep.model.sealing import reopen, row_names
from sourcekeep.model.source import SourceSpec
from sourcekeep.services.kinds import Kinds
from sourcekeep.store.rows import SourceRow

_SOME_BASE = "https://source.invalid"


class Faces:
    """Makes faces. Knows the authentication types, because each has its own place in a request."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self.source_model = kinds.source_model

    def spec(self, doc: Mapping[str, Any], secrets: Mapping[str, str]) -> SourceSpec:
        """The opened source: its doc with these secrets put back."""
        return self.source_model.model_validate(reopen(doc, secrets))

    def auth_type(self, doc: Mapping[str, Any]) -> AuthType:
        """The authentication type of a source's doc."""
        return self._kinds.auth_types[doc["auth"]["type"]]

    def face(self, row: SourceRow) -> SourceFace:
        return self.face_of(self.spec(row.doc, {}), id=row.id)

    def face_of(self, spec: SourceSpec, *, id: str) -> SourceFace:
        keys = row_names([header.name for header in spec.headers])
        auth = self._kinds.auth_types[spec.auth.type]
        return SourceFace(
            id=id,
            name=spec.name,
            base_url=spec.base_url,
            headers=tuple(
                HeaderDefault(
                    header.name,
                    _plain(header),
                    header.locked,
                    f"headers/{key}" if isinstance(header, SecretHeader) else None,
                )
                for header, key in zip(spec.headers, keys, strict=True)
            ),
            params=spec.params,
            cookies=spec.cookies,
            allowed_origins=spec.network.allowed_origins,
            limits=spec.limits,
            retry=spec.retry,
            auth_places=auth.places(spec.auth),
        )

    def for_checking(self, row: SourceRow) -> SourceFace:
        """A face to compose a query against at Save, also while the source has no base URL yet."""
        face = self.face(row)
        return face if face.base_url else replace(face, base_url=_SOME_BASE)


def _plain(header: PlainHeader | SecretHeader) -> str | None:
    if isinstance(header, SecretHeader) or header.value is None:
        return None
    return text_of(header.value)
