"""What tables are: contracts, descriptions, the SQL files and what a study is.

Here belongs what is read from contracts, YAML and SQL; nothing that opens a delivery or the warehouse.
"""
