"""What the book needs of the operating system: found, installed, declined or named."""

import subprocess
from types import SimpleNamespace

import pytest

from lib.book import system

PROGRAMS = {"xelatex", "latexmk", "kpsewhich", "apt-get"}


class Machine:
    """A pretended machine: what is on it, who is at work, what apt-get does."""

    def __init__(self, monkeypatch, programs=(), files=True, root=True, apt=0):
        self.programs, self.files, self.apt, self.ran = set(programs), files, apt, []
        monkeypatch.delenv(system.DECLINED, raising=False)
        monkeypatch.setattr(system, "which", lambda name: name in self.programs)
        monkeypatch.setattr(system.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(system.subprocess, "run", self.run)

    def run(self, command, **_):
        self.ran.append(command)
        if command[0] == "kpsewhich":
            return SimpleNamespace(returncode=0 if self.files else 1)
        if command[0] == "xelatex":
            return SimpleNamespace(returncode=0, stdout="XeTeX 1.0\nmore")
        if "install" in command and self.apt == 0:
            self.programs |= PROGRAMS
        return SimpleNamespace(returncode=self.apt, stdout="", stderr="E: no network\n")

    def installed(self) -> bool:
        return any("install" in command for command in self.ran)


def test_what_is_there_has_a_version(monkeypatch):
    Machine(monkeypatch, PROGRAMS)
    assert system.typesetter() == "XeTeX 1.0"
    assert system.install() == ""


@pytest.mark.parametrize("lacking", ["xelatex", "latexmk"])
def test_without_a_program_there_is_none(monkeypatch, lacking):
    Machine(monkeypatch, PROGRAMS - {lacking})
    assert system.typesetter() == ""


def test_without_a_font_there_is_none(monkeypatch):
    Machine(monkeypatch, PROGRAMS, files=False)
    assert system.typesetter() == ""


def test_root_installs_and_says_so(monkeypatch, capsys):
    machine = Machine(monkeypatch, {"apt-get"})
    assert system.install() == "Installed."
    assert machine.installed()
    assert "NO_SYSTEM=1 declines" in capsys.readouterr().out
    packages = system.PACKAGES.read_text().split()
    assert "texlive-xetex" in packages
    assert machine.ran[1][-len(packages) :] == packages


def test_whoever_declines_gets_the_command(monkeypatch):
    machine = Machine(monkeypatch, {"apt-get"})
    monkeypatch.setenv(system.DECLINED, "1")
    assert "`sudo apt-get install --no-install-recommends " in system.install()
    assert not machine.installed()


@pytest.mark.parametrize(("programs", "root"), [({"apt-get"}, False), (set(), True)])
def test_whoever_cannot_install_gets_the_command(monkeypatch, programs, root):
    machine = Machine(monkeypatch, programs, root=root)
    assert "texlive-xetex" in system.install()
    assert not machine.installed()


def test_a_failed_installation_is_told_and_stops_nothing(monkeypatch, capsys):
    Machine(monkeypatch, {"apt-get"}, apt=100)
    system.main()
    said = capsys.readouterr().out
    assert "No PDF is made: apt-get could not install what it needs. E: no network" in said


def test_the_packages_are_named_one_a_line():
    lines = system.PACKAGES.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert all(line == line.strip() and " " not in line for line in lines)


def test_the_files_that_are_asked_for_are_found_where_xelatex_is(monkeypatch):
    if not system.typesetter():
        pytest.skip("XeLaTeX is not installed")
    found = subprocess.run(
        ["kpsewhich", *system.FILES], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(found) == len(system.FILES)
