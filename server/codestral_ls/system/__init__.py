"""The operating system: processes, private files, untrusted files, git, and the user at the other end of a socket.

The bottom layer: each module is the only door to its part, so that each protection of the user is in one place.
"""
