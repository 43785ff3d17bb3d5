"""JSON Merge Patch (RFC 7396): what a person wants changed, laid over what is there."""

from __future__ import annotations

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """`target` with `patch` applied, as RFC 7396 section 2 says; neither argument is changed.

    An object merges member by member, `null` removes the member, anything else replaces.
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result
