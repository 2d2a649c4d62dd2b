"""Gives the interpreter from which the environment that runs it was made, and its directory of pure packages."""

import json
import sys
import sysconfig

json.dump({"base": sys._base_executable, "purelib": sysconfig.get_path("purelib")}, sys.stdout)
