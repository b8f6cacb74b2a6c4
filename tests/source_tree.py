"""The parsed source of the package, for structural tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.shared_data import REPO

PACKAGE = REPO / "src" / "tikcast"
STAMP = "DO NOT EDIT"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import: the absolute dotted name, and whether it runs when the module is imported."""

    name: str
    at_import_time: bool


@dataclass(frozen=True, kw_only=True)
class Module:
    """A source file: dotted name, path, text, and whether it is marked as generated."""

    name: str
    path: Path
    text: str

    @property
    def generated(self) -> bool:
        return STAMP in self.text[:600]

    @property
    def tree(self) -> ast.Module:
        return parse(self.text, name=str(self.path))

    @property
    def imports(self) -> list[Import]:
        return list(_imports(self))

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


@cache
def parse(text: str, *, name: str) -> ast.Module:
    return ast.parse(text, name)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(_module(path, root=PACKAGE.parent) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module of the tests."""
    return tuple(_module(path, root=REPO) for path in sorted((REPO / "tests").rglob("*.py")))


def _module(path: Path, *, root: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name=name, path=path, text=path.read_text(encoding="utf-8"))


def part_of(name: str) -> str:
    """Return the first name below tikcast, which is the part of the package that holds the module."""
    return name.split(".")[1] if "." in name else ""


def _imports(module: Module) -> Iterator[Import]:
    lazy = _lazy_nodes(module.tree)
    for node in ast.walk(module.tree):
        for name in _imported_names(module, node):
            yield Import(name=name, at_import_time=node not in lazy)


def _imported_names(module: Module, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(module, node)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    if module.path.name != "__init__.py":
        package = package[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _lazy_nodes(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes that do not run at import time: function bodies, TYPE_CHECKING blocks."""
    lazy: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, Function) or _is_type_checking(node):
            lazy.update(ast.walk(node))
    return lazy


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
