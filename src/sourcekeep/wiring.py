"""Builds everything once from the settings, and closes it in order. Alone knows all concrete parts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sourcekeep.engine.probe import Prober
from sourcekeep.engine.run import Engine
from sourcekeep.engine.wire import AddressPolicy, Places, Wire
from sourcekeep.kit.clock import Clock, system_clock
from sourcekeep.model.policy import Actor, Door
from sourcekeep.model.preset import PresetUnusable
from sourcekeep.model.problem import Refused
from sourcekeep.plugins.presets import presets
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.audit_trail import AuditTrail
from sourcekeep.services.callers import Callers
from sourcekeep.services.cancellations import Cancellations
from sourcekeep.services.constants import Constants
from sourcekeep.services.database import Database
from sourcekeep.services.doctor import Doctor
from sourcekeep.services.faces import Faces
from sourcekeep.services.gate import Gate
from sourcekeep.services.keys import Keys
from sourcekeep.services.kinds import Kinds
from sourcekeep.services.links import Links
from sourcekeep.services.loose import LooseSources
from sourcekeep.services.passwords import Passwords
from sourcekeep.services.people import People
from sourcekeep.services.prepared import Snapshots
from sourcekeep.services.queries import Queries
from sourcekeep.services.rates import Rates
from sourcekeep.services.references import References
from sourcekeep.services.run_rows import running_row
from sourcekeep.services.running import Running, RunningRuns
from sourcekeep.services.runs import Runs
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.seen_certificates import SeenCertificates
from sourcekeep.services.sessions import SessionLife, Sessions
from sourcekeep.services.source_drafts import Drafts
from sourcekeep.services.sources import Sources
from sourcekeep.services.testing import Testing
from sourcekeep.services.throttle import Throttle
from sourcekeep.services.users import Users
from sourcekeep.settings import Settings
from sourcekeep.store.errors import Unavailable, Unusable
from sourcekeep.store.store import Store
from sourcekeep.vault import KEY_FILE, KeySource, KeyUnusable

Chore = Callable[[], Awaitable[object]]
_CHORES_EVERY_S = 60.0
_START_AFTER_S = 1.0
_log = logging.getLogger("sourcekeep.wiring")


class CannotStart(Exception):
    """Why Sourcekeep does not start, in words for the person who starts it. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class App:
    """All services, ready. One per process and event loop."""

    store: Store
    gate: Gate
    kinds: Kinds
    sources: Sources
    testing: Testing
    queries: Queries
    runs: Runs
    constants: Constants
    keys: Keys
    people: People
    sessions: Sessions
    links: Links
    users: Users
    callers: Callers
    audit: AuditTrail
    doctor: Doctor
    _rates: Rates
    _running: RunningRuns
    _seen: SeenCertificates
    _wire: Wire
    _chores: asyncio.Task[None]

    async def ping(self) -> None:
        """Raises when the store does not answer."""
        await self.store.ping()

    async def close(self, *, finish_runs_within_s: float = 0.0) -> None:
        """Runs first, then what they need: the wire, the journal, the store."""
        self._chores.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._chores
        await self._running.drain(finish_runs_within_s)
        with contextlib.suppress(Refused):
            await self.callers.note_use()
            await self._rates.close()
            await self._seen.write()
        await self._wire.aclose()
        await self.store.close()


async def build(settings: Settings, *, clock: Clock = system_clock) -> App:
    """Open the store and wire the services to it. Raises CannotStart in words."""
    try:
        kinds = Kinds(auth_types(), presets(settings.presets_dir))
    except PresetUnusable as error:
        raise CannotStart(str(error)) from error
    policy = _address_policy(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        store = Store.at(settings.store_url, clock=clock)
    except (Unusable, Unavailable) as error:
        raise CannotStart(str(error)) from error
    try:
        keys = _keys(settings, await store.key_ids())  # before anything in the store is changed
        await store.begin()
    except (Unusable, Unavailable) as error:
        await store.close()
        raise CannotStart(str(error)) from error
    except BaseException:
        await store.close()
        raise
    secrets = Secrets(keys, _references(settings))
    return _wired(settings, store, Database(store), secrets, kinds, policy, clock)


def _wired(
    settings: Settings,
    store: Store,
    database: Database,
    secrets: Secrets,
    kinds: Kinds,
    policy: AddressPolicy,
    clock: Clock,
) -> App:
    gate = Gate(database, clock)
    faces = Faces(kinds)
    seen = SeenCertificates(database, clock)
    wire = Wire(policy=policy, on_verified=seen.note)
    prober = Prober(policy, seen.note)
    passwords = Passwords()
    life = SessionLife(
        idle=timedelta(hours=settings.session_idle_hours),
        longest=timedelta(hours=settings.session_hours),
    )
    sessions = Sessions(database, gate, clock, life)
    throttle = Throttle(database, clock)
    links = Links(database, sessions, passwords, throttle, clock)
    rates = Rates(database, clock)
    callers = Callers(database, gate, rates, clock)
    cancellations = Cancellations(database, clock)
    audit = AuditTrail(database, gate, clock)

    async def note(run: Running) -> None:
        await database.record(running_row(run), None)

    running = RunningRuns(note, cancellations.take)
    snapshots = Snapshots(database, faces, secrets)
    keys = Keys(database, gate, secrets, clock)
    drafts = Drafts(database, gate, faces, secrets, clock)
    return App(
        store=store,
        gate=gate,
        kinds=kinds,
        sources=Sources(database, gate, kinds, drafts, secrets, seen, clock),
        testing=Testing(database, gate, drafts, snapshots, prober, seen, clock),
        queries=Queries(database, gate, faces, clock),
        runs=Runs(database, gate, snapshots, faces, Engine(wire), running, cancellations, clock),
        constants=Constants(database, gate, secrets, clock),
        keys=keys,
        people=People(database, gate, sessions, passwords, throttle, clock),
        sessions=sessions,
        links=links,
        users=Users(database, gate, links, passwords, clock),
        callers=callers,
        audit=audit,
        doctor=Doctor(
            database,
            gate,
            secrets,
            seen,
            clock,
            data_dir=settings.data_dir,
            key_file=None if settings.master_key else settings.data_dir / KEY_FILE,
        ),
        _rates=rates,
        _running=running,
        _seen=seen,
        _wire=wire,
        _chores=asyncio.get_running_loop().create_task(
            _chores(
                lambda: keys.finish(system_actor("timer")),
                callers.note_use,
                throttle.forget,
                cancellations.forget,
                lambda: audit.cut(system_actor("timer"), settings.audit_keep_days),
                seen.write,
                store.interrupt_abandoned,
                _pruning(store, settings.history_days, clock),
            )
        ),
    )


def loose_sources() -> LooseSources:
    """For a program that uses the engine without a store; its own machine may be called."""
    kinds = Kinds(auth_types())
    wire = Wire(policy=AddressPolicy(allow_private=True))
    return LooseSources(kinds, Faces(kinds), Engine(wire))


def system_actor(door: Door) -> Actor:
    """Sourcekeep itself, or whoever sits at its machine with its data dir."""
    return Actor(kind="system", id="system", name="system", role="admin", door=door)


def _references(settings: Settings) -> References:
    return References(
        environment_names=settings.secret_environment,
        folders=settings.secret_folders,
        never=settings.data_dir / KEY_FILE,
    )


def _keys(settings: Settings, needed: frozenset[str]) -> KeySource:
    """The master keys, when they open every stored secret; else a save could destroy what is left.

    The first start makes a key file. One that finds secrets but no key at all must not.
    """
    known = settings.master_key or (settings.data_dir / KEY_FILE).exists()
    if needed and not known:
        raise _key_missing(needed)
    try:
        keys = KeySource(settings.data_dir, settings.master_key)
    except KeyUnusable as error:
        raise CannotStart(str(error)) from error
    if needed - keys.ring.ids:
        raise _key_missing(needed - keys.ring.ids)
    return keys


def _address_policy(settings: Settings) -> AddressPolicy:
    """What may be dialled. Raises CannotStart for an entry that is none."""
    try:
        return AddressPolicy(
            allow_private=settings.private_allowed,
            allow=Places.read(settings.allow_address),
            deny=Places.read(settings.deny_address),
        )
    except ValueError as error:
        raise CannotStart(f"allow_address or deny_address: {error}.") from None


def _key_missing(ids: frozenset[str]) -> CannotStart:
    return CannotStart(
        f"Stored secrets were sealed with a master key that is not here "
        f"(id {', '.join(sorted(ids))}). Start with that key in SOURCEKEEP_MASTER_KEY or with its "
        f"file {KEY_FILE} in the data dir. Nothing was changed."
    )


def _pruning(store: Store, days: int, clock: Clock) -> Callable[[], Awaitable[object]]:
    async def prune() -> None:
        if days > 0:
            await store.prune_runs(clock() - timedelta(days=days))

    return prune


async def _chores(at_start: Chore, *chores: Chore) -> None:
    """What can wait: done now and then, and again next time when the store does not answer.

    What is for the start waits too, so that a command that is soon over does not begin with it.
    """
    await asyncio.sleep(_START_AFTER_S)
    await _done(at_start)
    while True:
        await asyncio.sleep(_CHORES_EVERY_S)
        for chore in chores:
            await _done(chore)


async def _done(chore: Chore) -> None:
    try:
        await chore()
    except Exception as error:  # one chore's trouble must not end the others
        _log.warning("a chore failed and is tried again later: %s", type(error).__name__)
