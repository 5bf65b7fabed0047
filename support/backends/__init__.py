"""Stand-ins of servers and APIs, the fault table, and real servers that run as separate processes."""
