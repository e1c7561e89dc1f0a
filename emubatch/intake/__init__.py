"""Files of the inbox -> submissions: raw tables with cell addresses, or a file-level finding."""

from emubatch.intake.inbox import Inbox, InboxFile, expanded, inbox_file, scan
from emubatch.intake.reading import identify, read, refusal
from emubatch.xl.unreadable import Unreadable

__all__ = [
    "Inbox",
    "InboxFile",
    "Unreadable",
    "expanded",
    "identify",
    "inbox_file",
    "read",
    "refusal",
    "scan",
]
