"""The `aktivitet` command: puts the layers together, and says what happened.

Here belongs what a person types and reads; nothing that another program would call.
"""
