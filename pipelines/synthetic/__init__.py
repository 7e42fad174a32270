"""A synthetic register one can believe."""

from pipelines.synthetic.deliveries import generate

__all__ = ["generate"]
