"""Module docstring."""
import os.path as p
from typing import Any, Optional as O
from .sibling import thing

LIMIT: int = 3


@decorated
class Account(Base):
    """A bank account."""

    rate = 0.5

    def deposit(self, amount: int) -> None:
        # add it
        if amount > LIMIT:
            self.total += amount
        else:
            raise ValueError(f"too much {amount}!")


async def transfer(source: Account, *, amount=1):
    with source.lock() as held:
        for step in range(amount):
            source.deposit(step)
    return [x for x in held]
