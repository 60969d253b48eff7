"""Fetches what tests need of npm and PyPI, as lock files have it, unless it is there."""

import fcntl
import shutil
import subprocess
import venv


def is_newer(done, wanted):
    return done.exists() and done.stat().st_mtime >= wanted.stat().st_mtime


def fetch_node(folder, timeout_s):
    """Into the folder's node_modules."""
    if is_newer(folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"):
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, check=True, timeout=timeout_s)


def fetch_python(environment, requirements, timeout_s):
    """Into a virtual environment of its own; by one process at a time, for tests run together."""
    environment.parent.mkdir(exist_ok=True)
    with open(f"{environment}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = environment / "complete"
        if is_newer(done, requirements):
            return
        venv.create(environment, clear=True, with_pip=True)
        command = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps",
                   "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
                   "-r", requirements]
        subprocess.run(command, check=True, timeout=timeout_s)
        shutil.copy(requirements, done)
