"""Plug-ins are found by the name of their folder; nobody lists them."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from sourcekeep.model.auth import AuthType
from sourcekeep.plugins import auth

_FIRST = ("none", "basic", "bearer", "api_key")  # the order in which a person looks for them


@cache
def auth_types() -> dict[str, AuthType]:
    """Every authentication type by the word that is stored for it."""
    names = [module.name for module in pkgutil.iter_modules(auth.__path__) if module.ispkg]
    names.sort(key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    return {name: _auth_type(name) for name in names}


def _auth_type(name: str) -> AuthType:
    found: AuthType = import_module(f"{auth.__name__}.{name}").AUTH
    if found.type != name:
        raise RuntimeError(f"the folder plugins/auth/{name} holds the type {found.type!r}")
    return found
