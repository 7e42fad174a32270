"""How far the register falls short of the truth, where the truth is known: a synthetic register's."""
