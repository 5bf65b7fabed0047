"""Code that tests and benchmarks share: stand-in servers, random models, scenes, planted secrets, drivers of real editors.

Imported as ``support.x`` from the repository's root. Not part of the distribution; imports neither tests nor benchmarks.
"""
