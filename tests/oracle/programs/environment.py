"""Gives what an interpreter knows of the environment that it runs in, as texts by name. Runs on Python 3.8 too."""

import json
import os
import site
import sys
import sysconfig

started = sorted(sys.modules)
facts = {"modules at the start": started, "site.getsitepackages": site.getsitepackages(), "site.PREFIXES": site.PREFIXES}
facts["site.user"] = [site.ENABLE_USER_SITE, site.USER_SITE, site.USER_BASE]
names = "prefix exec_prefix base_prefix base_exec_prefix executable _base_executable path flags platlibdir pycache_prefix"
for name in names.split() + ["orig_argv", "_home", "_framework", "abiflags", "warnoptions", "_xoptions"]:
    facts["sys." + name] = getattr(sys, name, None)
for scheme in sysconfig.get_scheme_names():
    for name, path in sysconfig.get_paths(scheme).items():
        facts["path {} of {}".format(name, scheme)] = path
for name, value in sysconfig.get_config_vars().items():
    facts["variable " + name] = value
facts["default paths"] = sysconfig.get_paths()
facts["config.h"] = sysconfig.get_config_h_filename()
facts["Makefile"] = sysconfig.get_makefile_filename()
facts["platform"] = sysconfig.get_platform()
facts["environment"] = dict(os.environ)
json.dump({name: repr(value) for name, value in facts.items()}, sys.stdout)
