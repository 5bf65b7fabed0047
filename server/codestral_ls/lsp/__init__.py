"""The language server: the only place that speaks LSP. A file for each group of methods; convert.py alone knows UTF-8 and 16."""
