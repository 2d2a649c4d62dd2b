"""Calls one hook of a build backend. Reads the call from stdin as JSON, and writes the answer into a file."""

import importlib
import json
import os
import sys

if hasattr(os, "setsid"):
    # The programs that the backend starts are stopped with it. None of them waits for words from the terminal, which
    # would not reach them.
    os.setsid()
call = json.loads(sys.stdin.buffer.read().decode("utf-8"))
os.dup2(1, 2)
os.chdir(call["tree"])
sys.path[:0] = call["backend_path"]
module, _, attributes = call["backend"].partition(":")
backend = importlib.import_module(module)
if call["backend_path"]:
    # PEP 517: a backend that the tree brings must not be one that merely has its name.
    real = [os.path.join(os.path.realpath(path), "") for path in call["backend_path"]]
    if not any(os.path.realpath(backend.__file__).startswith(path) for path in real):
        sys.exit("the backend is not in its `backend-path`")
for attribute in attributes.split(".") if attributes else []:
    backend = getattr(backend, attribute)
hook = getattr(backend, call["hook"], None)
if hook is None:
    answer = {"missing": True}
else:
    arguments = [] if call["directory"] is None else [call["directory"]]
    answer = {"value": hook(*arguments, call["settings"] or None)}
with open(call["answer"], "w", encoding="utf-8") as file:
    json.dump(answer, file)
