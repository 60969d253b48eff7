"""The image brings the libraries the executable needs, and the build no secret."""

import re
import subprocess
import unittest

from deployment import DEPLOY, EXECUTABLE, ROOT

COME_WITH_ANY_PROGRAM = {"libc6", "libgcc-s1", "libstdc++6"}


def packages_of(dockerfile):
    """What the last stage installs."""
    last = dockerfile.split("\nFROM ")[-1]
    listed = re.search(r"--no-install-recommends \\\n(.*?)&&", last, re.S)[1]
    return set(listed.replace("\\", " ").split())


def needed_libraries():
    shown = subprocess.run(["readelf", "-d", EXECUTABLE], capture_output=True, text=True,
                           check=True, timeout=60).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", shown)


def package_of(library):
    owner = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True,
                           check=True, timeout=60).stdout
    return owner.splitlines()[0].split(":")[0]


class Image(unittest.TestCase):
    def test_libraries_of_the_executable_are_installed(self):
        packages = packages_of((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
        needed = {package_of(library) for library in needed_libraries()}
        self.assertEqual(set(), needed - packages - COME_WITH_ANY_PROGRAM)

    def test_the_build_gets_its_sources_and_no_secret(self):
        ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        self.assertIn("*", ignored)
        sent = {line[1:] for line in ignored if line.startswith("!")}
        for name in sent:
            self.assertTrue((ROOT / name).exists(), name)
        self.assertLessEqual({"CMakeLists.txt", "CMakePresets.json", "clients", "cmake", "docs",
                              "scripts", "src", "web"}, sent)
        self.assertIn("**/node_modules", ignored)
        self.assertFalse(sent & {"deploy", ".git", "data", "build"})

    def test_images_name_no_registry(self):
        faults = []
        for path in DEPLOY.rglob("*"):
            if not path.is_file():
                continue
            text = path.read_text(encoding="utf-8")
            for image in re.findall(r"^(?:FROM|\s*(?:- )?image:)\s+(\S+)", text, re.M):
                host = image.split("/")[0] if "/" in image else ""
                if "." in host or ":" in host:
                    faults.append(f"{path.name}: {image}")
        self.assertEqual([], faults)


if __name__ == "__main__":
    unittest.main()
