"""Finds differences between a live database and the one that the files build.

Some differences do not show that the live database was changed by hand, so they are tolerated: the
order of columns, the names of the roles that run the migrations, the grantor of a privilege, the
privilege MAINTAIN where one of the servers is older than PostgreSQL 17, line ends in functions,
tablespaces, the versions of extensions and how their types are stored, the owner of the schema
public, objects of the platform, and texts of expressions that the live server takes for the same.
"""

from .cluster import cluster_drift
from .compare import Drift, drift, further_drift, unknown_drift, unseen
from .expressions import same_text

__all__ = [
    "Drift",
    "cluster_drift",
    "drift",
    "further_drift",
    "same_text",
    "unknown_drift",
    "unseen",
]
