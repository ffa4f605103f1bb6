"""What must survive: message files, the queue, the quarantine and the history."""
