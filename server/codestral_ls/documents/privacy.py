"""Which files may enter a prompt: not those that look like credentials, not ignored ones, not ``.codestralignore``'s.

Reads ignore files (again when they change) and nothing else: what a file holds plays no part. Deliberately one direction
only: whatever an ignore file re-includes, a file that looks like credentials stays out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

_DATA = ("json", "yml", "yaml", "toml", "ini", "cfg", "conf", "txt", "xml", "properties", "enc")
SECRET_FILES = (
    *(".env", ".env.*", "*.env", "!.env.example", "!.env.sample", "!.env.template", ".envrc", ".flaskenv"),
    *("*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.ppk", "*.jks", "*.keystore", "*.kdbx", "*.gpg", "*.ovpn"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "!id_*.pub", "ssh_host_*_key", "**/.ssh/*", "**/.gnupg/**"),
    *(".netrc", "_netrc", ".pgpass", ".my.cnf", ".mylogin.cnf", ".htpasswd", ".git-credentials", ".gitcookies"),
    *(".npmrc", ".yarnrc.yml", ".pypirc", "**/.gem/credentials", "**/.cargo/credentials*", "auth.json", ".s3cfg", ".boto"),
    *("**/.aws/*", "**/.azure/**", "**/.config/gcloud/**", "**/.kube/config", "kubeconfig", "*.kubeconfig"),
    *("**/.docker/config.json", ".dockercfg", ".terraformrc", "*.tfstate", "*.tfstate.*", "*.tfvars", "!*.tfvars.example"),
    *(f"{name}.{suffix}" for name in ("secret", "secrets", "credentials") for suffix in _DATA),
    *("credentials", "*-credentials.json", "client_secret*.json", "service-account*.json", "service_account*.json"),
    *("application_default_credentials.json", "local.settings.json", "vault-password*", ".vault_pass*", ".vault-token"),
)
"""Names that look like keys or credentials, as patterns of .gitignore in lower case. Source code by such a name is none."""

_OWN_IGNORE = ".codestralignore"
_EVERYTHING = GitIgnoreSpec.from_lines(["*"])
_SECRETS = GitIgnoreSpec.from_lines(SECRET_FILES)


@dataclass(frozen=True, slots=True)
class _Rules:
    """One ignore file as it was read: its patterns, and the time and size that tell whether it changed."""

    stamp: tuple[int, int] | None
    spec: GitIgnoreSpec | None


_NO_FILE = _Rules(None, None)


class FileRules:
    """Answers for all files of a session. ``ignore`` are more patterns (option ``privacy.ignore``), as in .gitignore.

    Not thread-safe in its memory of ignore files, but harmless there: the worst is one read too many.
    """

    def __init__(self, ignore: tuple[str, ...] = ()) -> None:
        self._ignore = GitIgnoreSpec.from_lines(ignore) if ignore else None
        self._files: dict[Path, _Rules] = {}

    def why_private(self, path: Path, by_git: bool = True) -> str:
        """Why ``path`` (absolute) may not enter a prompt, in a few words; empty when it may.

        The file need not exist. A symbolic link is judged by its own name and by what it leads to. ``by_git`` False lets
        files pass that only git ignores: somebody who types in one, on a machine whose text stays there, wants completions.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, which are judged apart
        reason = self._judged(path, by_git)
        if not reason:
            led_to = Path(os.path.realpath(path))
            reason = self._judged(led_to, by_git) if led_to != path else ""
        return reason

    def _judged(self, path: Path, by_git: bool) -> str:
        whole = path.as_posix().lstrip("/")
        if _SECRETS.match_file(whole.lower()):
            return f"{path.name} looks like credentials"
        if self._ignore is not None and self._ignore.match_file(whole):
            return f"{path.name} is named in privacy.ignore"
        folders = [*reversed(path.parents)]
        top = next((folder for folder in reversed(folders) if (folder / ".git").exists()), None)
        if self._ignored(path, folders, _OWN_IGNORE):
            return f"{path.name} is named in a {_OWN_IGNORE}"
        if by_git and top is not None and self._ignored(path, folders[folders.index(top) :], ".gitignore"):
            return f"{path.name} is ignored by git"
        return ""

    def _ignored(self, path: Path, folders: list[Path], name: str) -> bool:
        """Whether the ignore files called ``name`` in ``folders`` (outermost first) leave ``path`` out.

        As git does it: the innermost file that says anything decides, and nothing inside an ignored folder comes back.
        """
        specs: list[tuple[Path, GitIgnoreSpec]] = []
        if name == ".gitignore":
            exclude = self._read(folders[0] / ".git" / "info" / "exclude")
            specs += [(folders[0], spec) for spec in (self._read(_users_ignore()), exclude) if spec is not None]
        for index, folder in enumerate(folders):
            spec = self._read(folder / name)
            if spec is not None:
                specs.append((folder, spec))
            if not specs:
                continue
            inner = folders[index + 1] if index + 1 < len(folders) else path
            if _decided(specs, inner, is_folder=inner is not path):
                return True
        return False

    def _read(self, file: Path) -> GitIgnoreSpec | None:
        try:
            status = file.stat()
        except OSError:
            self._files.pop(file, None)
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._files.get(file, _NO_FILE)
        if known.stamp != stamp:
            try:
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
                known = _Rules(stamp, GitIgnoreSpec.from_lines(lines))
            except (OSError, ValueError):
                # Unreadable, or a pattern that is none. What somebody meant to keep private stays private.
                known = _Rules(stamp, _EVERYTHING if file.name == _OWN_IGNORE else None)
            self._files[file] = known
        return known.spec


def _decided(specs: list[tuple[Path, GitIgnoreSpec]], path: Path, *, is_folder: bool) -> bool:
    """Whether the innermost spec that says anything about ``path`` ignores it."""
    for folder, spec in reversed(specs):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        said = spec.check_file(f"{relative}/" if is_folder else str(relative)).include
        if said is not None:
            return said
    return False


def _users_ignore() -> Path:
    """The user's own ignore file, where git looks for it without further configuration."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "git" / "ignore"
