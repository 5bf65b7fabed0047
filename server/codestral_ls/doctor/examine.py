"""The whole examination, in the order in which it is shown."""

from __future__ import annotations

from codestral_ls.config.load import LoadedOptions
from codestral_ls.doctor.answering import backends
from codestral_ls.doctor.configuration_files import configuration
from codestral_ls.doctor.finding import DoctorReport, Finding
from codestral_ls.doctor.folders import folders
from codestral_ls.doctor.hosting import hosting
from codestral_ls.doctor.installation import installation
from codestral_ls.doctor.neighbourhood import neighbourhood


async def examine(loaded: LoadedOptions, *, ask: bool = True, probe: bool = False) -> DoctorReport:
    """Examine everything. With ``ask`` False no backend is started or asked; ``probe`` has each one fill test holes."""
    chain = loaded.options.backend
    local = "local" in (chain.primary, *chain.fallbacks)
    findings: list[Finding] = await installation(local_wanted=chain.primary == "local")
    findings += configuration(loaded)
    findings += folders()
    if local:
        findings += await hosting(loaded.options.local)
    if ask:
        findings += await backends(loaded.options, probing=probe)
        findings += await neighbourhood(loaded.options)
    return DoctorReport(tuple(findings))
