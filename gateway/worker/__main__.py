"""`python -m gateway.worker`: the attachment worker, on its standard input and output."""

import sys

from gateway.worker.child import main

sys.exit(main())
