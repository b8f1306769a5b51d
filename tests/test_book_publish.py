"""Publishing replaces a site in one step."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from lib.book.project import Project
from lib.book.publish import publish_run, publish_site, tree


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def finished(project: Project, text: str) -> Path:
    folder = project.root / "finished"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("html", "results"):
        (folder / name).mkdir(parents=True)
        (folder / name / "index.html").write_text(text)
    return folder


def shown(project: Project) -> str:
    return (project.build / "html" / "index.html").read_text()


def releases(project: Project) -> int:
    return len(list((project.build / "releases").iterdir()))


def test_the_newest_two_releases_are_kept(project: Project):
    for number in range(4):
        publish_site(project, finished(project, str(number)))
        assert shown(project) == str(number)
        assert releases(project) == min(number + 1, 2)
    assert (project.build / "results" / "index.html").read_text() == "3"


def test_an_old_clock_does_not_remove_the_current_release(project: Project, monkeypatch):
    for number in range(3):
        publish_site(project, finished(project, str(number)))
    original = os.utime

    def past(path, times=None, **how):
        original(path, times or (0, 0), **how) if not how else original(path, **how)

    monkeypatch.setattr("lib.book.publish.os.utime", past)
    publish_site(project, finished(project, "3"))
    assert shown(project) == "3"


def test_publishing_the_same_again_changes_nothing(project: Project):
    publish_site(project, finished(project, "1"))
    before = project.site.resolve()
    publish_site(project, finished(project, "1"))
    assert project.site.resolve() == before
    assert releases(project) == 1


@pytest.mark.parametrize("step", ["shutil.copytree", "Path.symlink_to", "Path.replace"])
def test_a_failure_at_any_step_leaves_the_old_site(project: Project, monkeypatch, step: str):
    publish_site(project, finished(project, "old"))
    before = tree(project.site)

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(f"lib.book.publish.{step}", fail)
        with pytest.raises(OSError, match="No space left"):
            publish_site(project, finished(project, "new"))
        assert tree(project.site) == before
        assert shown(project) == "old"
    publish_site(project, finished(project, "new"))
    assert shown(project) == "new"


CHANGES = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.utime"}
CHANGES |= {"shutil.copyfile", "shutil.copytree", "shutil.rmtree"}


def killed_at(step: int, project: Project, release: Path) -> bool:
    """Publish in a process that is killed before its nth change; False if it makes fewer."""
    child = os.fork()
    if child == 0:
        steps = iter(range(step))

        def count(event, arguments):
            inside = arguments and str(arguments[0]).startswith(str(project.root))
            if event in CHANGES and inside and next(steps, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        publish_site(project, release)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("state", ["whole", "damaged", "never published"])
def test_a_publication_that_is_killed_at_any_step_shows_the_old_site_or_the_new(tmp_path, state):
    kills = 0
    while True:
        project = Project(tmp_path / str(kills))
        new = tree(finished(project, "new"))
        if state != "never published":
            for text in ("old", "older", "old"):
                publish_site(project, finished(project, text))
            old = tree(project.site)
            release = finished(project, "new")
        else:
            old, release = "", finished(project, "new")
        if state == "damaged":  # a release of the same content stands there, but not whole
            publish_site(project, release)
            (project.build / "html" / "index.html").write_text("neither")
            old = tree(project.site)
        alive = not killed_at(kills, project, release)
        assert tree(project.site) in (old, new)
        publish_site(project, release)
        assert tree(project.site) == new
        assert tree(project.build / "html") == tree(release / "html")
        if alive:
            break
        kills += 1
    assert kills > 15
    print(f"killed at each of {kills} steps")


def test_a_run_stands_beside_the_site(project: Project):
    publish_site(project, finished(project, "site"))
    for text in ("one", "two", "two"):
        html = publish_run(project, finished(project, text), "runs/mine")
        assert html == project.build / "runs" / "mine" / "html"
        assert (html / "index.html").read_text() == text
    assert shown(project) == "site"
    assert [path.name for path in (project.build / "runs").iterdir()] == ["mine"]
