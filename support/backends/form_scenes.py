"""Texts in which users, hosts and databases, too, are drawn anew."""

from __future__ import annotations

from collections.abc import Mapping


def in_scene(text: str, scene: Mapping[str, str]) -> str:
    """``text`` with the value of each name of ``scene`` in place of «name», and a line break at the end; ``▒`` stays."""
    for name, value in scene.items():
        text = text.replace(f"«{name}»", value)
    return text + "\n"
