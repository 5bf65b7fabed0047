"""How much memory this process holds."""

from __future__ import annotations


def resident() -> int:
    """Bytes of this process that are in memory now."""
    import psutil  # the import takes milliseconds, which no start of a server should wait for

    return int(psutil.Process().memory_info().rss)
