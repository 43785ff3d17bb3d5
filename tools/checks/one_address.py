"""An import-linter contract: a module, own or foreign, may be imported at its named addresses only.

import-linter's own `protected` contract stops the whole run when one of its modules is absent from
the graph, so a rule could not be written before the code that it is about. This one is content.
"""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OneAddressContract(Contract):
    """`modules` (with all below them) may be imported directly only by `addresses` (and below)."""

    type_name = "one_address"

    modules = fields.ListField(subfield=fields.StringField())
    addresses = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        guarded = tuple(str(name) for name in self.modules)  # type: ignore[attr-defined]
        allowed = tuple(str(name) for name in self.addresses)  # type: ignore[attr-defined]
        trespasses = [
            (importer, module)
            for module in sorted(graph.modules)
            if within(module, guarded)
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not within(importer, guarded + allowed)
        ]
        return ContractCheck(
            kept=not trespasses,
            metadata={"trespasses": trespasses, "graph": graph, "allowed": allowed},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        graph: ImportGraph = check.metadata["graph"]
        for importer, module in check.metadata["trespasses"]:
            details = graph.get_import_details(importer=importer, imported=module)
            lines = ", ".join(str(detail["line_number"]) for detail in details)
            output.print_error(f"{importer} imports {module} (line {lines})")
        output.print_error(f"Allowed: {', '.join(check.metadata['allowed'])}")


def within(module: str, packages: tuple[str, ...]) -> bool:
    """True when `module` is one of `packages` or lies below one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)
