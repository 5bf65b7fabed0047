"""Decides which packages may be learned from: those whose own metadata declare a permissive licence.

A package that declares nothing is left out.
"""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import Distribution

PERMISSIVE = re.compile(
    r"\b(MIT(-CMU)?|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|HPND|Unlicense|Zlib|MIT-0"
    r"|Expat|X11|BSL-1\.0|Boost|curl|PostgreSQL|CC0|public-domain|BlueOak|NCSA|libpng|TCL|BSD-like|MIT-style)\b",
    re.IGNORECASE,
)
RECIPROCAL = re.compile(
    r"\b(A?L?GPL|GNU|GFDL|MPL|Mozilla|EUPL|CDDL|CPL|EPL|OSL|CC-BY-SA|CC-BY-NC|SSPL|BUSL|Proprietary|JSON|UNLICENSED|SEE )",
    re.IGNORECASE,
)
STANDARD_LIBRARY = "PSF-2.0"


def declared(distribution: Distribution) -> str:
    """The licence as the distribution states it, on one line; "" if it states none."""
    return of_metadata(distribution.metadata)  # type: ignore[arg-type]  # a message, whatever its type says


def of_metadata(metadata: Message) -> str:
    """The same from metadata alone, as a wheel contains it."""
    if "License-Expression" in metadata:
        return str(metadata["License-Expression"]).strip()
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    named = [c.rsplit("::", 1)[1].strip() for c in classifiers if not c.endswith("OSI Approved")]
    if named:
        return " AND ".join(named)
    text = str(metadata["License"]).strip() if "License" in metadata else ""
    return text.splitlines()[0].strip()[:80] if text else ""


def is_permissive(licence: str) -> bool:
    """True if a licence names a permissive family and no reciprocal one."""
    return bool(PERMISSIVE.search(licence)) and not RECIPROCAL.search(licence)
