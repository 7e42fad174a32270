"""Months, files, errors, the home folder, the machine, bokmål, progress.

Here belongs what would serve any such project; nothing of the domain, and no table.
"""
