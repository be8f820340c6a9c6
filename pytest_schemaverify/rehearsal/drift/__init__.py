"""What tells a live database from the one that the files build, both seen through the catalog.

Tolerated, because it says nothing about who changed the schema: the order of columns, the names of
the roles that run the migrations, the grantor of a privilege, the privilege MAINTAIN where one of
the servers is older than PostgreSQL 17, line ends in functions, tablespaces, the versions of
extensions and how their types are stored, the owner of the schema public, whatever the platform
brings, and texts of expressions that the live server takes for the same.
"""

from .cluster import cluster_drift
from .compare import Drift, drift, further_drift, unseen
from .expressions import same_text

__all__ = ["Drift", "cluster_drift", "drift", "further_drift", "same_text", "unseen"]
