"""Stand-ins of servers and APIs, the fault table, and real servers in processes of their own."""
