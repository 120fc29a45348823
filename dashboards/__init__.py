"""Superset's dashboards: what they show, as YAML (``boards/``, ``datasets.yaml``), and the bundle made of it."""
