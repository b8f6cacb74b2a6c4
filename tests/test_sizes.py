"""Modules and functions stay small enough to be read in one go."""

from statistics import median

from tests.source_tree import Function, Module, modules

MODULE_LINES = 600
FUNCTION_LINES = 60
FUNCTION_MEDIAN = 8


def hand_written() -> list[Module]:
    return [module for module in modules() if not module.generated]


def lines(function: Function) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_no_module_is_longer_than_600_lines() -> None:
    sizes = {module.name: len(module.text.splitlines()) for module in hand_written()}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    sizes = {
        f"{module.name}.{function.name}": lines(function) for module in hand_written() for function in module.functions
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_half_of_all_functions_have_at_most_8_lines() -> None:
    sizes = [lines(function) for module in hand_written() for function in module.functions]
    assert median(sizes) <= FUNCTION_MEDIAN


def test_only_generated_folders_hold_generated_modules() -> None:
    generated = [module.name for module in modules() if module.generated]
    assert [name for name in generated if "._proto" not in name and "._generated" not in name] == []
