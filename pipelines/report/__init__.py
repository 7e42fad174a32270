"""Reports: a month's (`write`) or a tertial's (`write_tertial`), as a page, a PDF, a workbook and CSV files.

Here belongs what puts the studies' sections together; what one study says stands in its folder.
"""

from pipelines.report.writer import write, write_tertial

__all__ = ["write", "write_tertial"]
