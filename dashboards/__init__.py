"""Superset's dashboards: what they show, as YAML of ours (``boards/``, ``datasets.yaml``), and the bundle made of it."""
