"""Ignore files as git reads them: patterns, files, a repository's configuration and its verdict on a path.

An implementation of our own, because every other one can take unbounded time: a workspace's patterns are a stranger's, and
both libgit2 (1.9: ``**/*a*a…/z`` against a deep path, more than a minute) and translations to backtracking regular
expressions can be made to hang. It is compared with ``git check-ignore`` by ``python -m benchmarks.trust`` and a test.
"""
