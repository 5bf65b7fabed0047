"""What is installed, what works, and what to do next. Each module here checks one thing and returns findings.

Only looks, except that it asks the configured backends for a few words (which starts the model host, as an editor
would). Prints nothing: ``commands/doctor.py`` does.
"""
