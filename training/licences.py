"""Which installed distributions may be learned from: those that say, in their own metadata, that their licence is permissive.

It reads what a distribution declares and judges nothing else; a distribution that declares nothing is left out.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution

PERMISSIVE = re.compile(
    r"\b(MIT(-CMU)?|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|HPND|Unlicense|Zlib|MIT-0)\b", re.IGNORECASE
)
RECIPROCAL = re.compile(r"\b(A?L?GPL|GNU|MPL|Mozilla|EUPL|CDDL|EPL|CC-BY-SA|SSPL|BUSL|Proprietary)", re.IGNORECASE)
STANDARD_LIBRARY = "PSF-2.0"


def declared(distribution: Distribution) -> str:
    """The licence as the distribution states it, on one line; empty when it states none."""
    metadata = distribution.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"].strip()
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    named = [c.rsplit("::", 1)[1].strip() for c in classifiers if not c.endswith("OSI Approved")]
    if named:
        return " AND ".join(named)
    text = metadata["License"].strip() if "License" in metadata else ""
    return text.splitlines()[0].strip()[:80] if text else ""


def is_permissive(licence: str) -> bool:
    """True for a licence that names a permissive family and no reciprocal one."""
    return bool(PERMISSIVE.search(licence)) and not RECIPROCAL.search(licence)
