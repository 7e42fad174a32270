"""The cross-section of 2017:1 chapter 2: who is in what, in one month (rules.md §2)."""
