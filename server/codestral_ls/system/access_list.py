"""Who may open a file on Windows: its access list, and its owner. Nothing of it is needed on other systems.

The list is written in Windows' own short notation (SDDL), and protected against inheriting the parent folder's.
"""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes
    from functools import cache

    _advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.LocalFree.argtypes = (ctypes.c_void_p,)
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _advapi.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE))
    _advapi.GetTokenInformation.argtypes = (
        *(wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD),
        ctypes.POINTER(wintypes.DWORD),
    )
    _advapi.ConvertSidToStringSidW.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))
    _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = (
        *(wintypes.LPCWSTR, wintypes.DWORD, ctypes.POINTER(ctypes.c_void_p)),
        ctypes.c_void_p,
    )
    _advapi.SetFileSecurityW.argtypes = (wintypes.LPCWSTR, wintypes.DWORD, ctypes.c_void_p)
    _advapi.GetNamedSecurityInfoW.argtypes = (
        *(wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, ctypes.POINTER(ctypes.c_void_p)),
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)),
    )
    _TOKEN_QUERY, _TOKEN_USER, _SDDL_REVISION = 0x8, 1, 1  # winnt.h, sddl.h
    _OWNER, _DACL, _PROTECTED, _FILE_OBJECT = 0x1, 0x4, 0x80000000, 1
    _ADMINISTRATORS = "S-1-5-32-544"
    """The group that owns files made by an elevated administrator."""

    def keep_for_user(path: Path, *, folder: bool) -> None:
        """Let only this user, the administrators and the system open ``path``. Raises: OSError."""
        text, descriptor = access_list(_own_sid(), folder=folder), ctypes.c_void_p()
        if not _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(text, _SDDL_REVISION, ctypes.byref(descriptor), None):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            if not _advapi.SetFileSecurityW(str(path), _DACL | _PROTECTED, descriptor):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _kernel.LocalFree(descriptor)

    def belongs_to_user(path: Path) -> bool:
        """True if ``path`` is this user's (or the administrators', of whom this user may be one). Raises: OSError."""
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        status = _advapi.GetNamedSecurityInfoW(
            str(path), _FILE_OBJECT, _OWNER, ctypes.byref(owner), None, None, None, ctypes.byref(descriptor)
        )
        if status:
            raise ctypes.WinError(status)
        try:
            return _text_of(owner) in (_own_sid(), _ADMINISTRATORS)
        finally:
            _kernel.LocalFree(descriptor)

    @cache
    def _own_sid() -> str:
        token, size = wintypes.HANDLE(), wintypes.DWORD()
        if not _advapi.OpenProcessToken(_kernel.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            _advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
            told = ctypes.create_string_buffer(size.value)
            if not _advapi.GetTokenInformation(token, _TOKEN_USER, told, size, ctypes.byref(size)):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _kernel.CloseHandle(token)
        return _text_of(ctypes.c_void_p.from_buffer(told))  # TOKEN_USER begins with the pointer to the SID

    def _text_of(sid: ctypes.c_void_p) -> str:
        text = ctypes.c_void_p()
        if not _advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return ctypes.wstring_at(text.value or 0)
        finally:
            _kernel.LocalFree(text)


def access_list(user: str, *, folder: bool) -> str:
    """An access list in SDDL: all rights for ``user`` (a SID), the system and the administrators, none for others. Pure.

    Files made in a folder get the same list.
    """
    passed_on = "OICI" if folder else ""
    return "D:P" + "".join(f"(A;{passed_on};FA;;;{who})" for who in (user, "SY", "BA"))
