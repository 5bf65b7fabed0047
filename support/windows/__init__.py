"""Windows' Python with this project under Wine, for the tests in ``tests/windows``."""
