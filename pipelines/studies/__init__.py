"""One folder a study: its SQL, figures, section, alternative texts and words; independent of one another.

Here belongs everything a study is known by; what two studies share stands in the layers below.
"""
