"""The look that figures share: style, colours, labels, rows, the source line, and drawing in processes.

Here belongs what two studies would draw alike; a figure of one study stands in its folder. A figure takes frames and
returns a matplotlib Figure; it reads no database and writes no file.
"""
