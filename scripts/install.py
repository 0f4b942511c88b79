"""Installs both environments exactly as locked; needs nothing but the Python that runs it.

uv is taken from the PATH or put into `.tools/`. Run again with nothing changed, it does nothing.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = "uv>=0.5"
TELL_EVERY = 10.0
"""Seconds between two lines of progress."""
NEEDED = 5 * 1024**3
"""Bytes that both environments and the tools take, with room for the downloads."""

# folder, Python, requirement file, whether the project itself is installed into it
ENVIRONMENTS = (
    (ROOT / ".venv", "3.12", ROOT / "requirements.lock", True),
    (ROOT / "bot" / ".venv", "3.10", ROOT / "bot" / "requirements.lock", False),
)


class Unable(Exception):
    """The installation cannot go on; the message is the one line that is shown."""


def main() -> None:
    """Install, or with --lock resolve anew."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lock", action="store_true", help="resolve both environments anew and write the locks")
    try:
        if options.parse_args().lock:
            lock(find_uv())
        else:
            install()
    except Unable as problem:
        sys.exit(f"install: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


def install() -> None:
    """Make what is missing or out of date."""
    due = [environment for environment in ENVIRONMENTS if not is_current(*environment)]
    if not due:
        return
    check_room(due)
    uv = find_uv()
    for folder, python, requirements, with_project in due:
        begun = time.monotonic()
        name = folder.relative_to(ROOT)
        say(f"Installing {name} (Python {python}); the first time this downloads about 1 GB")
        make(uv, folder, python, requirements, with_project)
        stamp(folder).write_text(fingerprint(requirements))
        say(f"  {name} is ready after {time.monotonic() - begun:.0f} s")


def make(uv: str, folder: Path, python: str, requirements: Path, with_project: bool) -> None:
    """Make one environment."""
    if not (folder / "bin" / "python").exists():
        try:
            run(uv, "venv", "--quiet", "--clear", "--python", python, str(folder))
        except subprocess.CalledProcessError as problem:
            raise Unable(f"Python {python} is missing and could not be fetched; {reason(problem)}") from None
    try:
        run(
            uv,
            "pip",
            "sync",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(folder),
            "--require-hashes",
            str(requirements),
        )
        if with_project:
            run(uv, "pip", "install", "--quiet", "--python", str(folder), "--no-deps", "--editable", str(ROOT))
    except subprocess.CalledProcessError as problem:
        raise Unable(f"{folder.relative_to(ROOT)} could not be installed; {reason(problem)}") from None


def lock(uv: str) -> None:
    """Resolve both environments; the files hold names, versions and hashes, no addresses."""
    common = (
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--quiet",
        "--upgrade",
    )
    run(
        uv,
        *common,
        "--python-version",
        "3.11",
        "pyproject.toml",
        "--group",
        "dev",
        "-o",
        "requirements.lock",
        cwd=ROOT,
    )
    run(uv, *common, "--python-version", "3.10", "pyproject.toml", "-o", "requirements.lock", cwd=ROOT / "bot")


def find_uv() -> str:
    """Return uv's path: from the PATH, from `.tools`, or put there now."""
    private = TOOLS / "bin" / "uv"
    found = shutil.which("uv")
    if found and works(found):
        return found
    if works(str(private)):
        return str(private)
    say("Getting uv into .tools")
    shutil.rmtree(TOOLS, ignore_errors=True)
    attempts = (
        ((sys.executable, "-m", "venv", str(TOOLS)), (str(TOOLS / "bin" / "pip"), "install", "--quiet", UV)),
        # Debian without python3-venv: pip alone can do it too.
        ((sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), UV),),
    )
    problem: Exception | None = None
    for commands in attempts:
        try:
            for command in commands:
                run(*command)
            if works(str(private)):
                return str(private)
        except (subprocess.CalledProcessError, OSError) as failed:
            problem = failed
            shutil.rmtree(TOOLS, ignore_errors=True)
    raise Unable(f"uv could not be fetched; {reason(problem)}. Install python3-venv or uv and try again")


def works(uv: str) -> bool:
    """Return whether this uv can be run."""
    try:
        return subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str, cwd: Path = ROOT) -> None:
    """Run a command, telling now and then that it goes on; its errors are kept for one line."""
    # An environment that happens to be active is not the one meant.
    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        while True:
            try:
                _, errors = process.communicate(timeout=TELL_EVERY)
                break
            except subprocess.TimeoutExpired:
                say(f"  for {time.monotonic() - begun:.0f} s")
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)


def reason(problem: Exception | None) -> str:
    """Return the telling line of a failed command."""
    written = getattr(problem, "stderr", "") or str(problem)
    lines = [line.strip(" ×╰─▶│├") for line in written.splitlines() if line.strip()]
    if "No space left" in written or "os error 28" in written:
        return "the disk is full"
    return next(
        (line for line in lines if line.lower().startswith("error")),
        lines[-1] if lines else "no reason given",
    )


def check_room(due: list[tuple[Path, str, Path, bool]]) -> None:
    """Refuse a disk that will be full before the end."""
    missing = [environment for environment in due if not environment[0].exists()]
    needed = NEEDED * len(missing) // len(ENVIRONMENTS)
    free = shutil.disk_usage(ROOT).free
    if free < needed:
        raise Unable(f"the disk is full: {free // 1024**2} MB are free, about {needed // 1024**2} MB are needed")


def is_current(folder: Path, _python: str, requirements: Path, _with_project: bool) -> bool:
    """Return whether an environment was made from the present lock."""
    return stamp(folder).exists() and stamp(folder).read_text() == fingerprint(requirements)


def stamp(folder: Path) -> Path:
    """Return the file that tells what an environment was made from."""
    return folder / "okienko-installed"


def fingerprint(requirements: Path) -> str:
    """Return what an environment depends on, as one line."""
    project = requirements.parent / "pyproject.toml"
    return hashlib.sha256(requirements.read_bytes() + project.read_bytes()).hexdigest()


def say(line: str) -> None:
    """Show one line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
