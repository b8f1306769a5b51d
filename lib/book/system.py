"""What the book needs of the operating system: Pango and the fonts of the PDF."""

import os
import subprocess
import sys
from shutil import which

from lib.core.paths import ROOT

PACKAGES = ROOT / "apt.txt"
FONTS = ("Gentium Book Plus", "Open Sans", "DejaVu Sans Mono")
NAMES = """from weasyprint import __version__
from weasyprint.text.ffi import pango
print("WeasyPrint", __version__, "Pango", pango.pango_version())"""
DECLINED = "NO_SYSTEM"
LINES_OF_LOG = 3


def typesetter() -> str:
    """Name what prints the PDF; empty if Pango, which it needs, or a font is not there."""
    done = subprocess.run(
        [sys.executable, "-c", NAMES], capture_output=True, text=True, check=False
    )
    return "" if done.returncode or not all(map(_has_font, FONTS)) else done.stdout.strip()


def advice() -> str:
    """Name the command that installs what is missing."""
    command = f"apt-get install --no-install-recommends {' '.join(_packages())}"
    return f"On Debian or Ubuntu `sudo {command}` installs what the PDF needs."


def install() -> str:
    """Install the packages of apt.txt as root on Debian or Ubuntu, unless that is declined."""
    if typesetter():
        return ""
    if os.environ.get(DECLINED) == "1" or not which("apt-get") or os.geteuid() != 0:
        return f"No PDF is made: Pango or a font is not there. {advice()}"
    sys.stdout.write(
        f"Installing {' '.join(_packages())} with apt-get for the PDF ({DECLINED}=1 declines).\n"
    )
    sys.stdout.flush()
    problem = _apt("update") or _apt("install", "--no-install-recommends", *_packages())
    if problem or not typesetter():
        return f"No PDF is made: apt-get could not install what it needs. {problem}".rstrip()
    return "Installed."


def main() -> None:
    """Install what is missing and say so; the book is built without its PDF if that fails."""
    said = install()
    if said:
        sys.stdout.write(said + "\n")


def _has_font(name: str) -> bool:
    """Ask fontconfig, which comes with Pango; another font would do where there is no such tool."""
    if not which("fc-match"):
        return True
    done = subprocess.run(
        ["fc-match", "-f", "%{family}", name], capture_output=True, text=True, check=False
    )
    return name in done.stdout


def _packages() -> list[str]:
    return PACKAGES.read_text(encoding="utf-8").split()


def _apt(*arguments: str) -> str:
    """Run apt-get; return the last lines of what it said if it fails."""
    done = subprocess.run(
        ["apt-get", "-q", "-y", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )
    lines = (done.stderr or done.stdout).strip().splitlines()
    return " ".join(lines[-LINES_OF_LOG:]) if done.returncode else ""


if __name__ == "__main__":
    main()
