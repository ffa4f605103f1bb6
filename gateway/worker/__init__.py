"""The killable parser of attachments (D10): a child process, and the pool that starts, asks and ends it."""
