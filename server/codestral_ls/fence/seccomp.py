"""System calls that are refused inside a fence, as a seccomp filter (seccomp(2)). Pure, apart from installing it.

Numbers are those of the kernel's tables for x86-64 and for the generic table, which ARM64 uses.
"""

from __future__ import annotations

import errno
import os
import struct

from codestral_ls.fence import system_calls as calls

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # the table's column; linux/audit.h
# name: x86-64, generic (-1: there is none)
_ALWAYS = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "chroot": (161, 51), "clock_settime": (227, 112),
    "delete_module": (176, 106), "finit_module": (313, 273), "fsconfig": (431, 431), "fsmount": (432, 432), "fsopen": (430, 430),
    "fspick": (433, 433), "init_module": (175, 105), "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_mount": (429, 429), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "perf_event_open": (298, 241), "pidfd_getfd": (438, 438), "pivot_root": (155, 41),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "reboot": (169, 142), "request_key": (249, 218), "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225), "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282),
}  # fmt: skip
_UNKNOWN = {
    "clone3": (435, 435), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_uring_setup": (425, 425),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
}  # fmt: skip
"""Answered as by a kernel without them, so that libraries fall back to calls that the filter can judge, and
to memory that is counted."""
_OUTSIDE = {"mq_open": (240, 180), "msgget": (68, 186), "semget": (64, 190), "socket": (41, 198)}
_NOTHING_DONE = {
    "chmod": (90, -1), "chown": (92, -1), "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchownat": (260, 54),
    "futimesat": (261, -1), "ioprio_set": (251, 30), "lchown": (94, -1), "lremovexattr": (198, 15), "lsetxattr": (189, 6),
    "removexattr": (197, 14), "setpriority": (141, 140), "setxattr": (188, 5), "utime": (132, -1),
    "utimensat": (280, 88), "utimes": (235, -1),
}  # fmt: skip
"""These return success without doing anything: Landlock cannot keep permissions and times of other files from being changed."""
_SIGNALS = {
    "kill": (62, 129), "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "tgkill": (234, 131), "tkill": (200, 130),
}  # fmt: skip
_CLONE = (56, 220)
_NAMESPACES = 0x7E020080
"""clone(2)'s flags for namespaces of any kind."""
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def is_known_machine() -> bool:
    """True if the numbers of this machine's system calls are known."""
    return os.uname().machine in _MACHINES


def filter_program(machine: str, *, with_outside: bool, with_signals: bool) -> bytes:
    """The filter for ``machine``; ``with_outside`` refuses what namespaces would keep inside, ``with_signals`` sending signals."""
    column, architecture = _MACHINES[machine]
    answers: dict[int, int] = {}
    groups = [(_ALWAYS, errno.EPERM), (_UNKNOWN, errno.ENOSYS)]
    if with_outside:
        groups += [(_OUTSIDE, errno.EACCES), (_NOTHING_DONE, 0)]
    if with_signals:
        groups.append((_SIGNALS, errno.EPERM))
    for table, number in groups:
        answers |= {row[column]: _ERROR | number for row in table.values() if row[column] >= 0}
    lines = [_line(_LOAD, 4), _line(_EQUAL, architecture, 1, 0), _line(_RETURN, _KILL), _line(_LOAD, 0)]
    if machine == "x86_64":  # its x32 calls have other numbers
        lines += [_line(_AT_LEAST, 0x40000000, 0, 1), _line(_RETURN, _KILL)]
    for number, answer in answers.items():
        lines += [_line(_EQUAL, number, 0, 1), _line(_RETURN, answer)]
    lines += [_line(_EQUAL, _CLONE[column], 0, 3), _line(_LOAD, 16), _line(_ANY_BIT, _NAMESPACES, 0, 1)]
    lines += [_line(_RETURN, _ERROR | errno.EPERM), _line(_RETURN, _ALLOW)]
    return b"".join(lines)


def refuse(*, with_outside: bool, with_signals: bool) -> None:
    """Install the filter for this process and all that it starts. Raises: OSError."""
    calls.set_filter(filter_program(os.uname().machine, with_outside=with_outside, with_signals=with_signals))


def _line(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
