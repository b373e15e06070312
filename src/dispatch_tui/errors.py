"""Every error a person can meet, as one tree.

::

    DispatchError                 message + remedy
    ├── InvalidInput              a field was refused, with its name and the reason
    │   └── NoAnswer              each value is possible, but together they have no answer
    ├── NotFound                  no such record
    ├── NotAllowed                the operator's role does not permit the act
    ├── IllegalTransition         the record's status does not permit the act
    ├── Conflict                  somebody else changed the record first (both versions)
    ├── NothingToUndo             the last act is no longer possible to undo
    ├── SettingsError             a settings file is wrong: file, line, key
    ├── FilterError               a filter cannot be read: the position at fault
    ├── ImportProblem             a file or mapping that cannot be imported at all
    ├── MissingExtra              an optional part is not installed
    └── DatabaseProblem
        ├── DatabaseBusy          somebody else holds the lock for too long
        ├── DatabaseReadOnly      it may be read but not written
        ├── DatabaseCorrupt       the file is not (or no longer) a database of ours
        ├── DatabaseFull          no room on the disk
        ├── AlreadyStored         a value that only one record may have belongs to another
        ├── DatabaseUnreachable   no file, no server, no permission, connection lost
        ├── DatabaseNewer         made by a newer program
        └── MigrationFailed       a schema step failed; nothing of it was kept

Beside it stands ``HelperFault``: no error to be met, but a fault of the program, brought from another process.
"""

from __future__ import annotations


class DispatchError(Exception):
    """What went wrong (``message``) and what to do about it (``remedy``, may be empty)."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InvalidInput(DispatchError):
    """A value was refused: ``field`` names it."""

    exit_code = 2

    def __init__(self, field: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{field}: {reason}", remedy)
        self.field = field
        self.reason = reason


class NoAnswer(InvalidInput):
    """The values are possible, but the question has no answer for them (flows without a rate of return)."""


class NotFound(DispatchError):
    """There is no such record: ``kind`` is a word of the house, ``key`` what was asked for."""

    exit_code = 3

    def __init__(self, kind: str, key: object, remedy: str = "") -> None:
        super().__init__(f"There is no {kind} {key}.", remedy)
        self.kind = kind
        self.key = key


class NotAllowed(DispatchError):
    """The operator's role does not permit the act."""

    exit_code = 4


class IllegalTransition(DispatchError):
    """The act does not fit the record's present status."""

    exit_code = 5

    def __init__(self, act: str, status: str, allowed: tuple[str, ...]) -> None:
        self.act, self.status, self.allowed = act, status, allowed
        words = " or ".join(one.replace("_", " ") for one in allowed)
        super().__init__(
            f"Cannot {act.replace('_', ' ')}: it is {status.replace('_', ' ')}.",
            f"That act needs: {words}." if words else "",
        )


class Conflict(DispatchError):
    """Somebody changed the record first.

    ``expected`` is the version the operator saw, ``found`` the one that is stored now, ``by`` who
    made that last change and ``act`` what they did (both empty where it is not known).
    """

    exit_code = 6

    def __init__(
        self, kind: str, record_id: int, *, expected: int | None, found: int, by: str = "", act: str = ""
    ) -> None:
        self.kind, self.record_id = kind, record_id
        self.expected, self.found, self.by, self.act = expected, found, by, act
        who = f"{by} was first" if by else "it was changed meanwhile"
        what = f" ({act})" if act else ""
        super().__init__(f"This {kind} has changed: {who}{what}.", "Look at it again, then decide.")


class NothingToUndo(DispatchError):
    """There is no act of this operator that can still be taken back."""

    exit_code = 5


class SettingsError(DispatchError):
    """A settings file is wrong at ``line`` (1-based, 0 when unknown) and ``key``."""

    exit_code = 2

    def __init__(self, path: str, line: int, key: str, reason: str) -> None:
        self.path, self.line, self.key, self.reason = path, line, key, reason
        where = f"{path}, line {line}" if line else path
        super().__init__(
            f"{where}: {key}: {reason}" if key else f"{where}: {reason}", "Correct it and start again."
        )


class FilterError(DispatchError):
    """A filter cannot be read; ``start`` and ``end`` (0-based, end exclusive) mark the fault."""

    exit_code = 2

    def __init__(self, reason: str, start: int, end: int, remedy: str = "") -> None:
        super().__init__(reason, remedy)
        self.start, self.end = start, end


class ImportProblem(DispatchError):
    """The whole file, or the mapping, cannot be used (single bad rows go to the rejects instead)."""

    exit_code = 2


class MissingExtra(DispatchError):
    """An optional part is not installed; the remedy names the command."""

    exit_code = 7

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs an optional part.", f"Install it: pip install 'dispatch-tui[{extra}]'."
        )


class DatabaseProblem(DispatchError):
    """The database cannot be used as asked."""

    exit_code = 8


class NotWritten(DatabaseProblem):
    """Only this was not written: the database can be read, and nothing of it is lost."""


class DatabaseBusy(NotWritten):
    """Another program holds the write lock for too long."""


class DatabaseReadOnly(NotWritten):
    """The database may be read but not written."""


class DatabaseCorrupt(DatabaseProblem):
    """The file is not, or no longer, a database of this program."""


class DatabaseFull(NotWritten):
    """There is no room left on the disk."""


class AlreadyStored(NotWritten):
    """A value that only one record may have belongs to another one already."""


class DatabaseUnreachable(DatabaseProblem):
    """No such file or server, no permission, or the connection was lost."""


class DatabaseNewer(DatabaseProblem):
    """The database was made by a newer version of the program."""


class MigrationFailed(DatabaseProblem):
    """A schema step failed and was rolled back."""


class HelperFault(Exception):
    """A fault of the program in a process that helps this one; the trace from there stands in its notes."""

    @classmethod
    def of(cls, error: Exception) -> HelperFault:
        """The fault that ``error`` is, to be sent to the process that waits for an answer."""
        import traceback

        fault = cls(f"{type(error).__name__}: {error}")
        fault.add_note("In the helper process:\n" + "".join(traceback.format_exception(error)))
        return fault
