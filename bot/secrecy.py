"""Files that nobody but the bot may read.

The rule: nothing that holds a secret or a person is open to other accounts of the machine.
"""

import os
import shlex
import stat
from pathlib import Path

PRIVATE_UMASK = 0o077
"""Files are made 0600 and folders 0700."""


def too_open(path: Path) -> str:
    """Why a file of secrets is not used, with the line that mends it; empty when it is closed.

    Its owner alone may read it. A group may too where root gave the file to a group of ours, which is how Kubernetes
    (`fsGroup`) and Docker hand a secret to a process without root rights. What is no plain file, such as a pipe, has
    no permissions worth looking at.

    Raises:
        OSError: there is no such file.
    """
    if os.name != "posix":
        return ""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return ""
    lent = found.st_uid == 0 and found.st_gid in {os.getegid(), *os.getgroups()}
    closed_to = stat.S_IRWXO | (stat.S_IWGRP | stat.S_IXGRP if lent else stat.S_IRWXG)
    if not found.st_mode & closed_to:
        return ""
    return f"others can read it: chmod {'440' if lent and not os.access(path, os.W_OK) else '600'} {_shown(path)}"


def open_to_others(*paths: Path) -> list[str]:
    """One line for each file or folder of ours that other accounts may look into; what is not there is no fault."""
    found = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if os.name == "posix" and mode & 0o077:
            wanted = "700" if stat.S_ISDIR(mode) else "600"
            found.append(f"{path}: others can look into it: chmod {wanted} {_shown(path)}")
    return found


def _shown(path: Path) -> str:
    return shlex.quote(str(path))
