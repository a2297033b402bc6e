"""Ctrl-C and SIGTERM end a measurement in order: everything that was started is ended."""

import signal
import sys


def orderly(main):
    """Runs `main` and returns the exit status."""
    def interrupt(number, _):
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)  # the end is not interrupted
        raise KeyboardInterrupt(number)

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, interrupt)
    try:
        main()
    except KeyboardInterrupt as interruption:
        print("interrupted; everything that was started has been ended", file=sys.stderr)
        return 128 + interruption.args[0]
    return 0
