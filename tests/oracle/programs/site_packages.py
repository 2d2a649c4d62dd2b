"""Gives the directory of pure packages of the interpreter that runs it."""

import json
import sys
import sysconfig

json.dump(sysconfig.get_path("purelib"), sys.stdout)
