"""The operating system: processes, private files, files of strangers, git, and who is at the other end of a socket.

The bottom layer: each module is the only door to its part, so that what protects the user stands in one place.
"""
