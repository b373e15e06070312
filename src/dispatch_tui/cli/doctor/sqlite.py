"""A SQLite database and what stands beside it, looked at without our engine: it may be the thing that is broken."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from dispatch_tui.cli.doctor.findings import Finding, about_revision, of_error
from dispatch_tui.cli.opening import HOW_TO_START, exists
from dispatch_tui.clock import from_us
from dispatch_tui.errors import DatabaseCorrupt, DatabaseProblem, DatabaseUnreachable
from dispatch_tui.store import dialect
from dispatch_tui.store.location import Location
from dispatch_tui.store.revision import REVISION_QUERY
from dispatch_tui.store.tables import metadata
from dispatch_tui.text import age

LEAST_FREE = 100 * 2**20
LARGE_WAL = 256 * 2**20
FEW_FAULTS = 5
PATIENCE = 2.0
"""Seconds to wait for whoever keeps even readers out."""
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}
_GO_BACK = "Go back to a copy, or save what can be read with 'sqlite3 OLD .recover | sqlite3 NEW'."


def look_at_sqlite(location: Location, now: datetime) -> list[Finding]:
    """Everything about the database and its folder."""
    path = location.path
    assert path is not None
    try:
        there = exists(location)
    except DatabaseUnreachable as error:
        return [of_error("database", error)]
    if not there:
        return [Finding("warn", "database", f"none at {path} yet", HOW_TO_START), *_folder(path)]
    found = [Finding("ok", "database", f"{path}, {path.stat().st_size / 2**20:,.1f} MB"), *_folder(path)]
    found.append(_access(path))
    try:
        dialect.check_kind(location)
        with closing(dialect.open_file(location, look=True, patience=PATIENCE)) as connection:
            found += _inside(connection, location, now)
    except DatabaseProblem as error:
        found.append(of_error("content", error))
    except sqlite3.Error as error:
        problem = dialect.explain(error, location) or DatabaseCorrupt(f"{path}: {error}.", _GO_BACK)
        found.append(of_error("content", problem))
    return [*found, _lock(path), _bell(path), _inotify(path)]


# -- the folder and the file --------------------------------------------------------------------


def _folder(path: Path) -> Iterator[Finding]:
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not path.exists() and not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            "bad",
            "folder",
            f"{folder} may not be written by you",
            "Ask for write access to the folder: SQLite keeps its log there.",
        )
    free = shutil.disk_usage(folder).free
    words = f"{free / 2**30:,.1f} GB free"
    if free < LEAST_FREE:
        yield Finding("bad", "disk", words, "Make room: without it nothing can be written.")
    elif path.exists() and free < path.stat().st_size:
        yield Finding(
            "warn", "disk", f"{words}, less than the database has", "A copy or a migration would not fit."
        )
    else:
        yield Finding("ok", "disk", words)
    kind = _filesystem(folder)
    if kind in NETWORK:
        yield Finding(
            "bad",
            "disk",
            f"{folder} is on a network disk ({kind}), where SQLite loses data",
            "Put the database on a disk of this machine, or use PostgreSQL.",
        )


def _filesystem(folder: Path) -> str:
    """The kind of filesystem that a folder is on; empty where the system does not tell."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    here = os.path.realpath(folder)
    best, kind = -1, ""
    for line in lines:
        _, mount, its_kind, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")
        if (here == mount or here.startswith(mount.rstrip("/") + "/")) and len(mount) >= best:
            best, kind = len(mount), its_kind
    return kind


def _access(path: Path) -> Finding:
    if not os.access(path, os.R_OK):
        return Finding("bad", "access", "you may not read it", "Ask for access to the file.")
    if not os.access(path, os.W_OK):
        return Finding(
            "warn", "access", "you may read it, not write it", "Ask for write access, or only look."
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return Finding(
            "warn",
            "access",
            f"you may read it, not write it: {path.parent} may not be written by you",
            "Ask for write access to the folder (SQLite keeps its log there), or only look.",
        )
    return Finding("ok", "access", "you may read and write it")


# -- the content --------------------------------------------------------------------------------


def _inside(connection: sqlite3.Connection, location: Location, now: datetime) -> Iterator[Finding]:
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    revision = connection.execute(REVISION_QUERY).fetchone() if "alembic_version" in tables else None
    yield about_revision(revision[0] if revision else None, tables, set(metadata.tables), location.name)
    faults = [text for (text,) in connection.execute(f"pragma integrity_check({FEW_FAULTS})") if text != "ok"]
    if faults:
        yield Finding("bad", "integrity", "; ".join(faults), _GO_BACK)
    else:
        yield Finding("ok", "integrity", "every page and index is sound")
    loose = connection.execute("pragma foreign_key_check").fetchmany(FEW_FAULTS)
    if loose:
        words = ", ".join(f"{table} row {row} ({other})" for table, row, other, _ in loose)
        yield Finding(
            "bad",
            "references",
            f"lead nowhere: {words}",
            "Something else has written here; go back to a copy.",
        )
    else:
        yield Finding("ok", "references", "all lead somewhere")
    yield _journal(connection, location.path)
    if "change" in tables:
        yield _newest(connection, now)


def _journal(connection: sqlite3.Connection, path: Path | None) -> Finding:
    mode = connection.execute("pragma journal_mode").fetchone()[0]
    if mode != "wal":
        return Finding(
            "warn",
            "journal",
            f"{mode}, not WAL: readers wait for writers",
            "It changes at the next start by somebody who may write it.",
        )
    wal = Path(f"{path}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > LARGE_WAL:
        return Finding(
            "warn",
            "journal",
            f"the WAL has grown to {size / 2**20:,.0f} MB",
            "A reader has been open for long: close what shows this database, then start it again.",
        )
    return Finding("ok", "journal", "WAL")


def _newest(connection: sqlite3.Connection, now: datetime) -> Finding:
    """A clock that went back shows in the log: changes from a time that has not come yet."""
    newest = connection.execute("select recorded_at from change order by seq desc limit 1").fetchone()
    if newest is None:
        return Finding("ok", "clock", "nothing has been recorded yet")
    at = from_us(newest[0])
    if at > now + timedelta(seconds=5):
        return Finding(
            "warn",
            "clock",
            f"the last change was recorded {age(at - now)} from now",
            "This machine's clock is behind, or was ahead then. Let it take its time from the network.",
        )
    return Finding("ok", "clock", f"the last change was recorded {age(now - at)} ago")


# -- the files beside it ------------------------------------------------------------------------


def _lock(path: Path) -> Finding:
    """Whether somebody is writing right now, and who."""
    try:
        handle = os.open(f"{path}-lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return Finding("ok", "lock", "nobody is writing")
    except OSError as error:
        return Finding(
            "warn",
            "lock",
            f"{path}-lock cannot be opened ({error.strerror})",
            "Give it the group and mode of the database, so that writers can take turns.",
        )
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = lock_holder(os.fstat(handle))
        return Finding(
            "warn", "lock", f"{holder} is writing now", "If that stays so, see whether the program hangs."
        )
    finally:
        os.close(handle)
    return Finding("ok", "lock", "nobody is writing")


def lock_holder(file: os.stat_result) -> str:
    """Who holds the lock of a file, as Linux tells it: ``python (process 4711)``, else ``another program``."""
    wanted = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
    try:
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if len(words) > 5 and words[1] == "FLOCK" and words[5] == wanted:
                name = Path(f"/proc/{words[4]}/comm").read_text().strip()
                return f"{name} (process {words[4]})"
    except OSError:
        return "another program"
    return "another program"


def _bell(path: Path) -> Finding:
    bell = Path(f"{path}-bell")
    if not os.access(bell if bell.exists() else path.parent, os.W_OK):
        return Finding(
            "warn",
            "bell",
            f"{bell} may not be written by you: others see your acts some seconds late",
            "Give it the group and mode of the database.",
        )
    return Finding("ok", "bell", "others are told of your acts at once")


def _inotify(path: Path) -> Finding:
    later = "changes of others show by the slow poll"
    try:
        from inotify_simple import INotify, flags
    except ImportError:
        return Finding("ok", "inotify", f"not on this system: {later}")
    try:
        with closing(INotify()) as watch:
            watch.add_watch(str(path), flags.MODIFY)
    except OSError as error:
        return Finding(
            "warn",
            "inotify",
            f"{error.strerror}: {later}",
            "Raise fs.inotify.max_user_instances and fs.inotify.max_user_watches.",
        )
    return Finding("ok", "inotify", "changes of others show at once")
