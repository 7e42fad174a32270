"""Figures: `style` for the look they share, one module per kind of figure.

A figure takes frames and returns a matplotlib Figure; it reads no database and writes no file.
"""
