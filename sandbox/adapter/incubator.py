"""The program of a nursery: imports a shop's modules once, then forks a shop for every line it reads.

Runs by its path, in the shop's own interpreter: it imports nothing of the sandbox, and nothing of it stays in a shop.
A line is `{"module", "argv", "env", "cwd", "log"}`; it says `{"pid"}` at once, and `{"pid", "code"}` when that one
has ended.
"""

import importlib
import json
import os
import runpy
import select
import signal
import sys


def main() -> None:
    """Until standard input ends; then whoever still lives is killed."""
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()  # as `python -m` has it
    for module in sys.argv[1:]:
        importlib.import_module(module)
    waking, woken = os.pipe()
    os.set_blocking(waking, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # A key such as Ctrl-C is for the one who reads the keyboard, and ends us by closing our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    living: set[int] = set()
    rest = b""
    while True:
        ready, _, _ = select.select([0, waking], [], [])
        if waking in ready:
            os.read(waking, 4096)
            _bury(living)
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                break
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                living.add(_hatch(json.loads(line), (waking, woken)))
    for pid in living:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _hatch(asked: dict[str, object], pipes: tuple[int, int]) -> int:
    pid = os.fork()
    if pid == 0:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for pipe in pipes:
            os.close(pipe)
        _become(asked)
    _say({"pid": pid})
    return pid


def _become(asked: dict[str, object]) -> None:
    code = 1
    try:
        log = os.open(str(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for there, here in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(there, here)
        os.chdir(str(asked["cwd"]))
        os.environ.clear()
        os.environ.update(asked["env"])  # type: ignore[call-overload]
        sys.argv = [str(asked["module"]), *map(str, asked["argv"])]  # type: ignore[call-overload]
        runpy.run_module(str(asked["module"]), run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            os.write(2, f"{end.code}\n".encode())
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _bury(living: set[int]) -> None:
    for pid in list(living):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            living.discard(pid)
            _say({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(words: dict[str, int]) -> None:
    os.write(1, json.dumps(words).encode() + b"\n")


if __name__ == "__main__":
    main()
