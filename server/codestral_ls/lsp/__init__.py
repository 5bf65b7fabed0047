"""The language server: the only place that speaks LSP.

There is a file for each group of methods; only convert.py knows UTF-8 and UTF-16.
"""
