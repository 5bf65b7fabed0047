"""The mounts as a command line of bubblewrap (``bwrap``), which some systems allow to create namespaces when other programs may
not. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from codestral_ls.fence.file_system import Mount

_ALONE = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
    "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", "--hostname", "fence",
)  # fmt: skip


def bubblewrap(program: str, steps: Sequence[Mount], command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` in a file system of these ``steps``."""
    line = [program, *_ALONE]
    for step in steps:
        if step.kind == "read":
            line += ["--ro-bind", step.source, step.target]
        elif step.kind == "device":
            line += ["--dev-bind", step.source, step.target]
        elif step.kind == "link":
            line += ["--symlink", step.source, step.target]
        elif step.kind == "proc":
            line += ["--proc", step.target]
        else:
            line += ["--perms", "0700", "--size", str(int(step.source) << 20), "--tmpfs", step.target]
    return [*line, "--remount-ro", "/", "--chdir", "/", "--", *command]
