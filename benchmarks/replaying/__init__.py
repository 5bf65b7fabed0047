"""The parts of the replay benchmark: texts to type, a typist, an editor for the real server, the plain arm, the report."""
