"""The parts of the replay benchmark: texts to type, a typist, an editor on the real server, the plain arm, the report."""
