"""Files of the inbox -> submissions: raw tables with cell addresses, or a file-level finding."""

from emubatch.intake.inbox import Inbox, InboxFile, inbox_file, scan
from emubatch.intake.reading import identify, read

__all__ = ["Inbox", "InboxFile", "identify", "inbox_file", "read", "scan"]
