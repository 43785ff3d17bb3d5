"""Which workspace secrets a data source may use: those that are for every one, and those for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sourcekeep.model.catalogue import problem
from sourcekeep.model.policy import Thing
from sourcekeep.model.problem import Failed


class SecretsOfSource(Mapping[str, str]):
    """Secrets as one source's templates may name them. The others are told apart from unknown ones,
    because the person who wrote the template can do something about them."""

    def __init__(
        self, secrets: Mapping[str, str], kept_from_it: frozenset[str], source: Thing
    ) -> None:
        self._secrets = secrets
        self._kept_from_it = kept_from_it
        self._source = source

    def __getitem__(self, name: str) -> str:
        if name in self._kept_from_it:
            raise Failed(
                problem(
                    "unknown_variable",
                    f"secrets.{name} may not be used by the data source {self._source.name!r}.",
                    hint=f"An admin can add the data source to those of the secret {name}.",
                )
            )
        return self._secrets[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._secrets if name not in self._kept_from_it)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"SecretsOfSource({sorted(self)})"
