"""What the book needs of the operating system: found, installed, declined or named."""

from types import SimpleNamespace

import pytest

from lib.book import system

PROGRAMS = {"pango", "fc-match", "apt-get"}


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
        if command[0] == "fc-match":
            return SimpleNamespace(returncode=0, stdout=command[-1] if self.files else "Arial")
        if command[0] == system.sys.executable:
            there = "pango" in self.programs
            return SimpleNamespace(returncode=1 - there, stdout="WeasyPrint 70.0 Pango 15012\n")
        if "install" in command and self.apt == 0:
            self.programs |= PROGRAMS
        return SimpleNamespace(returncode=self.apt, stdout="", stderr="E: no network\n")

    def installed(self) -> bool:
        return any("install" in command for command in self.ran)


def test_what_is_there_has_a_version(monkeypatch):
    Machine(monkeypatch, PROGRAMS)
    assert system.typesetter() == "WeasyPrint 70.0 Pango 15012"
    assert system.install() == ""


def test_without_pango_there_is_none(monkeypatch):
    Machine(monkeypatch, PROGRAMS - {"pango"})
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
    assert "libpango-1.0-0" in packages
    [command] = [command for command in machine.ran if "install" in command]
    assert command[-len(packages) :] == packages


def test_whoever_declines_gets_the_command(monkeypatch):
    machine = Machine(monkeypatch, {"apt-get"})
    monkeypatch.setenv(system.DECLINED, "1")
    assert "`sudo apt-get install --no-install-recommends " in system.install()
    assert not machine.installed()


@pytest.mark.parametrize(("programs", "root"), [({"apt-get"}, False), (set(), True)])
def test_whoever_cannot_install_gets_the_command(monkeypatch, programs, root):
    machine = Machine(monkeypatch, programs, root=root)
    assert "libpango-1.0-0" in system.install()
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
