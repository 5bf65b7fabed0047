"""The language server: the only place that speaks LSP. One method, one file; convert.py alone knows UTF-8 and UTF-16."""
