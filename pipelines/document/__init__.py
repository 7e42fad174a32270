"""What a report consists of, and how it is printed: blocks, page, PDF, workbook, words, its folder.

Here belongs what prints any report; what a report says does not.
"""
