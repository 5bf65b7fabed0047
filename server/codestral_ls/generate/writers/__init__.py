"""Who writes a batch's texts: a backend in this process, a Ray cluster, Mistral's batch jobs or its chat API.

``seam.py`` is all the runner knows of them: a writer fills what is missing.
"""
