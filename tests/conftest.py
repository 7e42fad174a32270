"""One worker a core (`-n 2`): a worker's own threads would only stand in the way of the other worker.

Commands that are run as a user runs them get the machine as it is: see `pipeline/test_command_line.py`.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before anything imports polars
