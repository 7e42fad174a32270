"""What tells the libraries how many threads they may use."""

ONE = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""Set to one in tests; a process that gets the machine as a user has it is given none of them."""
