# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs lit's shell tests in folders whose paths have spaces: the commands see links that have none.

lit puts paths into commands as they are, and the shell splits them at spaces.
"""

import hashlib
import os
import tempfile

import lit.formats


def without_spaces(path):
    """`path`, or a link to it if it has white space."""
    if not any(c.isspace() for c in path):
        return path
    name = hashlib.sha256(path.encode()).hexdigest()[:16]
    link = os.path.join(tempfile.gettempdir(), f"corolint-{os.getuid()}-{name}")
    if not os.path.islink(link) or os.readlink(link) != path:
        fresh = f"{link}-{os.getpid()}"
        os.symlink(path, fresh)
        os.replace(fresh, link)
    return link


class ThroughLinks(lit.formats.ShTest):
    """lit resolves the links that a configuration names, so they are put back before each test."""

    def __init__(self, source_root, exec_root):
        super().__init__(execute_external=False)
        self.source_root, self.exec_root = source_root, exec_root

    def execute(self, test, lit_config):
        test.suite.source_root, test.suite.exec_root = self.source_root, self.exec_root
        return super().execute(test, lit_config)
