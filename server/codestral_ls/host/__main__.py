"""``python -m codestral_ls.host``: ``backends/host_client.py`` starts the host this way, without the rest of the command line."""

from codestral_ls.host.process_life import main

raise SystemExit(main())
