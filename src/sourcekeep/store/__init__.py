"""What Sourcekeep keeps, on SQLite or PostgreSQL. The only place that speaks to a database.

It knows ciphertext, hashes and documents; it does not know what they mean.
"""

from sourcekeep.store.audit import Broken, Checked, item
from sourcekeep.store.errors import (
    BadCursor,
    Gone,
    InUse,
    NameTaken,
    Stale,
    Unavailable,
    Unusable,
)
from sourcekeep.store.journal import Journal
from sourcekeep.store.rows import (
    AuditLine,
    AuditRow,
    CertificateRow,
    ConstantRow,
    FailureRow,
    LastRun,
    LinkRow,
    QueryRow,
    RunRow,
    RunStatus,
    SecretRow,
    SessionRow,
    SourceRow,
    SourceTestRow,
    TokenRow,
    UserRow,
)
from sourcekeep.store.shapes import SHAPE_VERSIONS
from sourcekeep.store.store import Store
from sourcekeep.store.unit import Unit

__all__ = [
    "SHAPE_VERSIONS",
    "AuditLine",
    "AuditRow",
    "BadCursor",
    "Broken",
    "CertificateRow",
    "Checked",
    "ConstantRow",
    "FailureRow",
    "Gone",
    "InUse",
    "Journal",
    "LastRun",
    "LinkRow",
    "NameTaken",
    "QueryRow",
    "RunRow",
    "RunStatus",
    "SecretRow",
    "SessionRow",
    "SourceRow",
    "SourceTestRow",
    "Stale",
    "Store",
    "TokenRow",
    "Unavailable",
    "Unit",
    "Unusable",
    "UserRow",
    "item",
]
