"""Published against reproduced: every printed number beside what is derived, its page and its section.

Here belongs what compares; how a number is derived stands in the studies.
"""
