"""A source that is not kept: composed, spent and explained like any other, but stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.run import Engine, OpenedSource
from sourcekeep.engine.tls import told_from
from sourcekeep.kit.ids import new_id
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.problem import Invalid
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Result
from sourcekeep.model.sealing import close
from sourcekeep.services.answers import Doc
from sourcekeep.services.faces import Faces
from sourcekeep.services.kinds import Kinds
from sourcekeep.services.source_rules import faults_of, proxy_of, tls_profile
from sourcekeep.services.validation import validate


class LooseSource:
    """One checked source in memory. Made by `LooseSources.open`."""

    def __init__(self, engine: Engine, face: SourceFace, opened: OpenedSource) -> None:
        self._engine = engine
        self._face = face
        self._opened = opened

    async def run(self, query: Doc, parameters: Mapping[str, Any]) -> Result:
        """Run a request. Raises Invalid and Failed for what is wrong before anything is sent."""
        plan = prepare(self._face, validate(RequestSpec, query)).plan(parameters, {}, {})
        return await self._engine.run(plan, lambda: self._opened, run_id=new_id("run"))


class LooseSources:
    """Checks sources as Save does, and keeps nothing."""

    def __init__(self, kinds: Kinds, faces: Faces, engine: Engine) -> None:
        self._kinds = kinds
        self._faces = faces
        self._engine = engine

    async def open(self, payload: Doc) -> LooseSource:
        """A source from its document. Raises Invalid with everything that is wrong with it."""
        spec = validate(self._faces.source_model, {"name": "restapi", **payload})
        face = self._faces.face_of(spec, id="loose")
        faults = await faults_of(spec, face, check_certificates=True)
        if faults:
            raise Invalid(faults)
        secrets = close(spec, now="").secrets
        profile = tls_profile(spec.tls)
        opened = OpenedSource(
            auth=self._kinds.auth_types[spec.auth.type],
            auth_values=spec.auth,
            tls=profile,
            ends_told_from=told_from(profile),
            header_secrets={k: v for k, v in secrets.items() if k.startswith("headers/")},
            redactor=Redactor(secrets.values()),
            proxy=proxy_of(spec),
            token_scope=new_id("loose"),
        )
        return LooseSource(self._engine, face, opened)
