"""Superset as `make dashboards` starts it: in Chinese, read without a login, without a word to the outside.

Superset reads this file (``SUPERSET_CONFIG_PATH``); what it leaves out is Superset's default. Where it keeps its own
state, ``SUPERSET_HOME``, and the key that signs its cookies come from the environment (``dashboards/start.py``).
"""

import os
import sqlite3

from sqlalchemy import event
from sqlalchemy.engine import Engine

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]

BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "Chinese"}, "en": {"flag": "us", "name": "English"}}

# Who reaches loopback may read open.duckdb anyway: its dashboards need no account. Changing one does.
PUBLIC_ROLE_LIKE = "Public"

# The page asks for a counting picture of scarf.sh, built into its scripts; the browser refuses whatever is not named
# here. The default names that host, and those of maps.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}


@event.listens_for(Engine, "connect")
def _leave_syncing_to_the_system(connection: object, _: object) -> None:
    """What a machine that stops would lose is made again from the tree; 300 migrations need not wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
