"""The assets: thin. They open the warehouse and call a module that knows nothing of Dagster."""
