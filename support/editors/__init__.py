"""Real editors: fetching them, driving them, and scripted servers for them."""
