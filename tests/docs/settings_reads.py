"""Which settings the production sources read: attributes, with the type of what they are read from.

A small type inference over syntax trees: annotations of arguments and fields, assignments, return types, and the fields of
the sections themselves give an expression its section. Nothing is guessed: where no type is found, nothing is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from companion.settings import CompanionSettings
from hhq.settings import HHQSettings
from hhq.settings.base import Section
from tests.docs.sources import last_name, named, production, tree_of

Types = Mapping[str, frozenset[str]]
"""Names with the sections that they can be."""
NOTHING: frozenset[str] = frozenset()
Function = ast.FunctionDef | ast.AsyncFunctionDef
ALIASES = {"Numbers": "FeatureSettings"}
"""Types with the fields of a section: the compiled features take a named tuple of its numbers."""
_DEFINITIONS = ("user_data/strategies/hhq/settings/", "companion/settings/", "companion/domain_settings/")
"""Where settings are declared, checked, written and offered: none of that is a use."""
_CHECKS = {"model_validator", "field_validator"}


def sections() -> Mapping[str, type[Section]]:
    """All sections of both trees, and what they inherit from, by the name of their class."""
    found: dict[str, type[Section]] = {}
    for root in (HHQSettings(), CompanionSettings()):
        waiting: list[Section] = [root]
        while waiting:
            section = waiting.pop()
            found |= {kind.__name__: kind for kind in type(section).__mro__ if issubclass(kind, Section)}
            waiting += [value for _, value in section if isinstance(value, Section)]
    return found


SECTIONS = sections()
FIELDS = {
    name: {field: type(value).__name__ if isinstance(value, Section) else "" for field, value in cls()}
    for name, cls in SECTIONS.items()
}
"""The fields of each section: the section that a field is, empty for a setting."""


def leaves() -> Iterator[tuple[str, str, str]]:
    """Every setting: its full name, the class of its section, its name."""
    for root in (HHQSettings(), CompanionSettings()):
        waiting: list[tuple[str, Section]] = [("", root)]
        while waiting:
            prefix, section = waiting.pop()
            for field, value in section:
                if isinstance(value, Section):
                    waiting.append((f"{prefix}{field}.", value))
                else:
                    yield f"{prefix}{field}", type(section).__name__, field


def _section_in(annotation: ast.expr | None) -> str:
    """The section that an annotation names: itself, in a union, in quotes, in brackets."""
    for node in ast.walk(annotation) if annotation is not None else ():
        name = last_name(node) if isinstance(node, ast.expr) else ""
        name = ALIASES.get(name, name)
        if name in SECTIONS:
            return name
    return ""


@cache
def _annotated() -> Types:
    """Names of fields and properties of any class, and of functions, that are annotated as a section."""
    found: dict[str, frozenset[str]] = {}
    for path in production():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.AnnAssign):
                name, section = last_name(node.target), _section_in(node.annotation)
            elif isinstance(node, Function):
                name, section = node.name, _section_in(node.returns)
            else:
                continue
            if section:
                found[name] = found.get(name, NOTHING) | {section}
    return found


@cache
def _members() -> Types:
    """The same, and what classes assign to their own fields."""
    found = dict(_annotated())
    for path in production():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and node.name not in SECTIONS:
                for name, types in _fields_of(node).items():
                    found[name] = found.get(name, NOTHING) | types
    return found


class Reader:
    """The reads of one function: a name is what it was annotated or assigned as."""

    def __init__(self, known: Types, fields: Types, members: Types) -> None:
        self.names = dict(known)
        self.fields = fields
        self.members = members
        self.read: set[tuple[str, str]] = set()

    def types(self, node: ast.expr) -> frozenset[str]:
        """The sections that an expression can be."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, NOTHING)
        if isinstance(node, ast.Await | ast.Starred | ast.NamedExpr):
            return self.types(node.value)
        if isinstance(node, ast.IfExp):
            return self.types(node.body) | self.types(node.orelse)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*(self.types(value) for value in node.values))
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            return frozenset({name}) if name in SECTIONS else self.members.get(name, NOTHING)
        return self._of_attribute(node) if isinstance(node, ast.Attribute) else NOTHING

    def _of_attribute(self, node: ast.Attribute) -> frozenset[str]:
        owners = self.types(node.value)
        inner = {FIELDS[owner].get(node.attr, "") for owner in owners} - {""}
        if owners:
            return frozenset(inner)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self.fields.get(node.attr) or self.members.get(node.attr, NOTHING)
        return self.members.get(node.attr, NOTHING)

    def visit(self, node: ast.AST) -> None:
        """Take names from assignments, and note what is read."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._name(node.target.id, frozenset({_section_in(node.annotation)}) - {""})
        elif isinstance(node, ast.NamedExpr):
            self._assign(node.target, node.value)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            self.read |= {
                (owner, node.attr) for owner in self.types(node.value) if node.attr in FIELDS[owner]
            }

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._name(target.id, self.types(value))
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._assign(one, other)

    def _name(self, name: str, types: frozenset[str]) -> None:
        if types:
            self.names[name] = self.names.get(name, frozenset()) | types


def arguments(function: Function) -> dict[str, frozenset[str]]:
    """Arguments that are annotated as a section."""
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {one.arg: frozenset({section}) for one in every if (section := _section_in(one.annotation))}


def read_in(nodes: Iterable[ast.AST], reader: Reader) -> set[tuple[str, str]]:
    """What these nodes read. Two passes are made, so that what a loop assigns later is known as well."""
    found = [inner for node in nodes for inner in ast.walk(node)]
    for _ in range(2):
        for node in found:
            reader.visit(node)
    return reader.read


def _fields_of(owner: ast.ClassDef) -> dict[str, frozenset[str]]:
    """What ``self.name`` is in a class, by its assignments from arguments and from other fields."""
    found: dict[str, frozenset[str]] = {}
    for function in (node for node in ast.walk(owner) if isinstance(node, Function)):
        reader = Reader(arguments(function), found, _annotated())
        for node in ast.walk(function):
            reader.visit(node)
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                is_own = isinstance(target, ast.Attribute) and last_name(target.value) == "self"
                if is_own and isinstance(node, ast.Assign) and (types := reader.types(node.value)):
                    found[last_name(target)] = found.get(last_name(target), frozenset()) | types
    return found


def _in_file(path: Path) -> set[tuple[str, str]]:
    tree = tree_of(path)
    module = Reader({}, {}, _members())
    found = read_in((node for node in tree.body if not isinstance(node, Function | ast.ClassDef)), module)
    owners: dict[int, Types] = {}
    for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        fields = _fields_of(owner)
        owners |= {id(node): fields for node in ast.walk(owner) if isinstance(node, Function)}
    outer = {id(inner): node for node in ast.walk(tree) if isinstance(node, Function) for inner in ast.walk(node)
             if isinstance(inner, Function) and inner is not node}  # fmt: skip
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        around = outer.get(id(function))
        known = module.names | (arguments(around) if around else {}) | arguments(function)
        found |= read_in([function], Reader(known, owners.get(id(function), {}), _members()))
    return found


def _through_methods(used: set[str]) -> set[tuple[str, str]]:
    """What those methods and properties of the sections read that something uses; not what only checks a value."""
    methods = {
        (owner.name, function.name): function
        for path in production()
        if named(path).startswith(_DEFINITIONS)
        for owner in tree_of(path).body
        if isinstance(owner, ast.ClassDef) and owner.name in SECTIONS
        for function in owner.body
        if isinstance(function, Function)
        and not {last_name(_called(one)) for one in function.decorator_list} & _CHECKS
    }
    found: set[tuple[str, str]] = set()
    waiting = [key for key in methods if key[1] in used]
    done: set[tuple[str, str]] = set()
    while waiting:
        key = waiting.pop()
        owner = key[0]
        if key in done or key not in methods:
            continue
        done.add(key)
        for node in ast.walk(methods[key]):
            if isinstance(node, ast.Attribute) and last_name(node.value) == "self":
                found.add((owner, node.attr))
                waiting.append((owner, node.attr))
    return found


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


@cache
def reads() -> frozenset[tuple[str, str]]:
    """Class of the section and name of every setting that something reads."""
    users = [path for path in production() if not named(path).startswith(_DEFINITIONS)]
    used = {
        node.attr for path in users for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)
    }
    return frozenset(_through_methods(used).union(*(_in_file(path) for path in users)))
