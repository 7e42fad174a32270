"""`python -m pipelines.cli` is the `aktivitet` command."""

from pipelines.cli.app import process

process()
