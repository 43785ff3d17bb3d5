"""A unit of work: all nouns over one transaction."""

from __future__ import annotations

from sourcekeep.store.audit import Audit
from sourcekeep.store.cancellations import Cancellations
from sourcekeep.store.certificates import Certificates
from sourcekeep.store.constants import Constants
from sourcekeep.store.failures import Failures
from sourcekeep.store.links import Links
from sourcekeep.store.queries import Queries
from sourcekeep.store.rates import Rates
from sourcekeep.store.runs import Runs
from sourcekeep.store.secrets import Secrets
from sourcekeep.store.sessions import Sessions
from sourcekeep.store.source_tests import SourceTests
from sourcekeep.store.sources import Sources
from sourcekeep.store.tokens import Tokens
from sourcekeep.store.users import Users
from sourcekeep.store.work import Work


class Unit:
    """What one transaction (or one consistent reading) can do, noun by noun."""

    def __init__(self, work: Work) -> None:
        self.sources = Sources(work)
        self.source_tests = SourceTests(work)
        self.certificates = Certificates(work)
        self.queries = Queries(work)
        self.secrets = Secrets(work)
        self.users = Users(work)
        self.sessions = Sessions(work)
        self.links = Links(work)
        self.tokens = Tokens(work)
        self.constants = Constants(work)
        self.runs = Runs(work)
        self.failures = Failures(work)
        self.rates = Rates(work)
        self.cancellations = Cancellations(work)
        self.audit = Audit(work)
