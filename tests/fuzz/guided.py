"""Fuzzes one target with atheris, which chooses inputs by code coverage: `python -m tests.fuzz.guided TARGET …`.

What follows the target are libFuzzer's own arguments. Half of the new inputs are libFuzzer's, half those of our own
mutator, which knows the wire format.
"""

import random
import sys

import atheris

with atheris.instrument_imports(include=["tikcast"]):
    from tests.fuzz.mutate import Mutator
    from tests.fuzz.targets import TARGETS


def main(name: str, arguments: list[str]) -> None:
    target = TARGETS[name]
    sound = target.seeds()

    def change(data: bytes, largest: int, seed: int) -> bytes:
        if random.Random(seed).random() < 0.5:
            return bytes(atheris.Mutate(data, largest))
        return Mutator(seed, sound).mutate(data)[:largest]

    atheris.Setup([sys.argv[0], *arguments], target.check, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
