"""Whether this machine runs on its battery, asked of the operating system through psutil."""

from __future__ import annotations

from codestral_ls.timing import Clock, monotonic

ASKED_EVERY = 30.0
"""Seconds for which an answer is kept: a plug is rarely pulled, and asking reads several files."""


class Battery:
    """Asks when it is needed and remembers the answer for a while."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._asked = float("-inf")
        self._draining = False

    def is_draining(self) -> bool:
        """True if the machine runs on its battery now; False if it has none or does not say."""
        now = self._clock()
        if now - self._asked >= ASKED_EVERY:
            self._asked = now
            self._draining = _on_battery()
        return self._draining


def _on_battery() -> bool:
    import psutil  # the import takes milliseconds, which no start of a server should wait for

    ask = getattr(psutil, "sensors_battery", None)  # the function does not exist on some systems
    try:
        battery = ask() if ask is not None else None
    except (OSError, RuntimeError, ValueError, KeyError):
        return False
    return battery is not None and battery.power_plugged is False
