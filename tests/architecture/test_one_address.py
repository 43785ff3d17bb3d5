"""The contract behind "one address": what it lets pass and what it stops."""

from __future__ import annotations

import pytest
from grimp import ImportGraph

from tools.checks.one_address import OneAddressContract


def graph(*imports: tuple[str, str]) -> ImportGraph:
    made = ImportGraph()
    for importer, imported in imports:
        made.add_import(
            importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}"
        )
    return made


def kept(graph: ImportGraph, *, modules: list[str], addresses: list[str]) -> bool:
    contract = OneAddressContract(
        name="test",
        session_options={"root_packages": ["house"]},
        contract_options={"modules": modules, "addresses": addresses},
    )
    return contract.check(graph, verbose=False).kept


@pytest.mark.parametrize("importer", ["house.store", "house.store.sources"])
def test_the_address_and_what_lies_below_it_may_import(importer: str) -> None:
    assert kept(graph((importer, "sql")), modules=["sql"], addresses=["house.store"])


@pytest.mark.parametrize("importer", ["house.engine", "house.storefront", "house"])
def test_nobody_else_may(importer: str) -> None:
    assert not kept(graph((importer, "sql")), modules=["sql"], addresses=["house.store"])


def test_a_part_of_the_library_counts_as_the_library() -> None:
    assert not kept(graph(("house.a", "sql.orm")), modules=["sql"], addresses=["house.store"])


def test_an_own_module_may_import_what_lies_below_it() -> None:
    inside = graph(("house.vault.seal", "house.vault.keys"))
    assert kept(inside, modules=["house.vault"], addresses=["house.services"])


def test_a_library_that_nobody_uses_yet_is_no_fault() -> None:
    assert kept(graph(("house.a", "house.b")), modules=["sql"], addresses=["house.later"])
