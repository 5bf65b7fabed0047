"""The writers of a batch's texts: a backend in this process, a Ray cluster, Mistral's batch jobs or its chat API.

``batch/seam.py`` is all the runner knows of them: a writer fills in the missing texts.
"""
