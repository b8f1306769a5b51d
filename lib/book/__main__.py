"""Start the command line; an old Python gets one sentence instead of a traceback."""

import sys

from lib.book.interpreter import old_python

if __name__ == "__main__":
    sentence = old_python(sys.version_info[:3])
    if sentence:
        sys.stderr.write(sentence + "\n")
        sys.exit(2)

    from lib.book.cli import main

    main()
