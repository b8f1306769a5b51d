"""Faults: the site stays the old one or becomes the new one, and the next build comes out."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from random import Random

import psutil
import pytest
from conftest import FRONT, Toy, copy_committed, make_toy

from lib.book.publish import tree

pytestmark = pytest.mark.long

KILLS = 30
EDITIONS = ("first", "second")
CHAPTERS = ("article", "sample")
CONTENTS = "format: jb-book\nroot: chapters/overview\nchapters:\n"
CONTENTS += "".join(f"- file: chapters/{name}\n" for name in (*CHAPTERS, "references"))
KIBIBYTE = 1 << 10
A_YEAR = 365 * 24 * 3600
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@dataclass
class Editions:
    """A small book of real chapters in two editions, the site of each, and what befell it."""

    toy: Toy
    seed: int
    sites: dict[str, str] = field(default_factory=dict)
    current: str = ""
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    @property
    def build(self) -> Path:
        """Folder that holds everything built."""
        return self.toy.root / "_build"

    @property
    def site(self) -> str:
        """List what is published."""
        return tree(self.build / "current")

    def revise(self) -> str:
        """Turn every chapter into that of the other edition; return its name."""
        edition = EDITIONS[self.current == EDITIONS[0]]
        for name in CHAPTERS:
            path = self.toy.root / "chapters" / f"{name}.ipynb"
            text = path.read_text(encoding="utf-8")
            for other in EDITIONS:
                text = text.replace(f'"# The {other} edition: ', '"# ')
            path.write_text(text.replace('"# ', f'"# The {edition} edition: ', 1), encoding="utf-8")
        return edition

    def forget(self) -> None:
        """Take earlier releases away, so that the next one is copied, and not shown again."""
        for release in (self.build / "releases").iterdir():
            if release != (self.build / "current").resolve():
                shutil.rmtree(release)

    def start(self) -> "subprocess.Popen[str]":
        """Start a build of the site."""
        self.started.append(self.toy.start("build", "--no-pdf"))
        return self.started[-1]

    def publish(self, edition: str) -> None:
        """Build an edition: it must succeed, and be the one that was built without faults."""
        process = self.start()
        _, errors = process.communicate(timeout=900)
        assert process.returncode == 0, errors
        assert self.site == self.sites.setdefault(edition, self.site)
        for part in ("html", "results", "notebooks"):
            assert tree(self.build / part) == tree(self.build / "current" / part) != ""
        self.current = edition

    def suffered(self, fault: str, edition: str) -> None:
        """After a fault: old or new, whole; and the next build comes out."""
        assert self.site in (self.sites[self.current], self.sites[edition]), fault
        self.publish(edition)
        self.faults.append(fault)


@pytest.fixture(scope="module")
def editions(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editions]:
    """Build both editions without a fault; say in the end how many faults were tried."""
    root = tmp_path_factory.mktemp("faults") / "book"
    copy_committed(root)
    shutil.rmtree(root / ".git")
    small = Editions(Toy(root), int(os.environ.get("FAULTS_SEED", secrets.randbelow(10**6))))
    small.toy.write("_toc.yml", CONTENTS)
    small.toy.chapter("overview", FRONT, book={"results": True})
    for edition in EDITIONS:
        assert small.revise() == edition
        begun = time.monotonic()
        small.publish(edition)
        small.seconds = time.monotonic() - begun
    assert small.sites["first"] != small.sites["second"]
    yield small
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{len(small.faults)} faults tried (FAULTS_SEED={small.seed}):")
        print("\n".join(f"  {fault}" for fault in small.faults))


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """List a process with all that it has started."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(processes: list[psutil.Process]) -> None:
    for each in processes:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue


@pytest.fixture(autouse=True)
def no_build_left(editions: Editions) -> Iterator[None]:
    """End the builds of a test that failed before it had waited for them."""
    yield
    for process in editions.started:
        if process.poll() is None:
            kill(family(process))
            process.communicate()
    editions.started.clear()


def wait_for(process: "subprocess.Popen[str]", condition: Callable[[], object]) -> bool:
    """Wait until something holds; False if the process ends before."""
    while process.poll() is None:
        if condition():
            return True
        time.sleep(0.005)
    return False


def executing(small: Editions) -> object:
    """Find a kernel that runs a chapter."""
    return [
        each
        for each in psutil.process_iter(["cmdline"])
        if str(small.build / "work" / "jupyter") in " ".join(each.info["cmdline"] or ())
    ]


def rendering(small: Editions) -> object:
    return [*small.build.glob("work/books/site/staged-*/_build/html/*")]


def publishing(small: Editions) -> object:
    return [*small.build.glob("releases/.*.partial")]


def phase(small: Editions) -> str:
    """Say what a build is at."""
    for name, is_at in (("publishing", publishing), ("rendering", rendering)):
        if is_at(small):
            return name
    return "executing" if executing(small) else "between two parts"


def killed(small: Editions, alone: bool, ready: Callable[[], object]) -> bool:
    """Kill a build, alone or with all it has started, once it is ready; False if it had ended."""
    edition = small.revise()
    small.forget()
    process = small.start()
    caught = wait_for(process, ready)
    victims = family(process)
    at = phase(small) if caught else ""
    kill(victims[:1] if alone else victims)
    process.communicate()
    if process.returncode < 0:
        who = "the build alone" if alone else "the build and all it started"
        small.suffered(f"SIGKILL of {who}, {at}", edition)
    else:
        small.publish(edition)
    kill(victims)
    return process.returncode < 0


def test_a_build_killed_at_any_moment(editions: Editions):
    random, kills = Random(editions.seed), 0
    print(f"FAULTS_SEED={editions.seed}, a build takes {editions.seconds:.1f} s")
    while kills < KILLS:
        moment = editions.seconds * (kills + random.random()) / KILLS
        begun = time.monotonic()
        alone = random.random() < 0.5
        if killed(editions, alone, lambda end=begun + moment: time.monotonic() > end):
            kills += 1
            editions.faults[-1] += f", after {moment:.2f} s of {editions.seconds:.1f}"
        else:
            editions.seconds *= 0.9


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("moment", [executing, rendering, publishing])
def test_a_build_killed_at_every_part(editions: Editions, moment, alone):
    assert any(killed(editions, alone, lambda: moment(editions)) for _ in range(5))


@contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[None]:
    """Mount a file system of a size."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "none", str(folder)]
    try:
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip(f"no file system can be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def crowded(editions: Editions, tmp_path: Path) -> Iterator[Editions]:
    """Put the book on a small disk."""
    with small_disk(tmp_path / "disk", 96 * KIBIBYTE):
        root = tmp_path / "disk" / "book"
        shutil.copytree(editions.toy.root, root, symlinks=True)
        small = Editions(Toy(root), editions.seed, editions.sites, editions.current)
        yield small
        editions.faults += small.faults


def fill(disk: Path, room: int) -> None:
    """Fill a disk but for some kibibytes."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        for block in (256 * KIBIBYTE, KIBIBYTE):
            while shutil.disk_usage(disk).free >= room * KIBIBYTE + block:
                filler.write(bytes(block))


FULL = [(executing, room) for room in (0, 64, 1_000)]
FULL += [(rendering, room) for room in (0, 64, 1_000, 4_000, 6_000)]


def test_a_disk_that_is_full(crowded: Editions):
    disk, failed = crowded.toy.root.parent, 0
    for moment, room in FULL:
        edition = crowded.revise()
        process = crowded.start()
        assert wait_for(process, lambda part=moment: part(crowded))
        fill(disk, room)
        output, errors = process.communicate(timeout=900)
        (disk / "filler").unlink()
        assert "Traceback" not in output + errors
        failed += process.returncode == 1
        fault = f"a disk filled up to {room} KiB, {moment.__name__}"
        crowded.suffered(f"{fault}, exit code {process.returncode}", edition)
    assert failed >= 5


MISSING = (
    "data/published/kc2018_text.csv",
    "chapters/sample.ipynb",
    "lib/sources/wvs/counts.py",
    "_config.yml",
    "chapters/references.bib",
    "_build/work/executed/article/article.ipynb",
)


@pytest.mark.parametrize("moment", [executing, rendering])
@pytest.mark.parametrize("name", MISSING)
def test_a_file_taken_away_while_the_book_is_built(editions: Editions, name, moment):
    edition = editions.revise()
    path, aside = editions.toy.root / name, editions.toy.root.parent / "aside"
    process = editions.start()
    assert wait_for(process, lambda: moment(editions) and path.exists())
    path.rename(aside)
    process.communicate(timeout=900)
    aside.rename(path)
    assert process.returncode in ((0, 1) if name.startswith("_build") else (1,))
    editions.suffered(f"{name} taken away, {moment.__name__}", edition)


@pytest.mark.parametrize("moment", [executing, rendering])
def test_a_chapter_revised_while_the_book_is_built(editions: Editions, moment):
    old = editions.current
    editions.revise()
    process = editions.start()
    assert wait_for(process, lambda: moment(editions))
    editions.current = EDITIONS[old == EDITIONS[0]]
    assert editions.revise() == old
    editions.current = old
    _, errors = process.communicate(timeout=900)
    assert process.returncode == 1
    assert "was changed while the book was built: build it again." in errors
    editions.suffered(f"chapters revised, {moment.__name__}", old)


@pytest.mark.parametrize(
    ("part", "command"), [("kernel", "lib.book.kernel"), ("Jupyter Book", "jupyter-book")]
)
def test_a_part_of_the_build_that_is_killed(editions: Editions, part, command):
    edition = editions.revise()
    process = editions.start()

    def found() -> list[psutil.Process]:
        names = psutil.process_iter(["cmdline"])
        of_this = {each.pid for each in family(process)}
        called = [each for each in names if command in " ".join(each.info["cmdline"] or ())]
        return [each for each in called if each.pid in of_this]

    assert wait_for(process, found)
    kill(found())
    _, errors = process.communicate(timeout=900)
    assert process.returncode == 1
    assert "The build failed; the site is as it was.\n" in errors
    assert "Traceback" not in errors
    editions.suffered(f"{part} killed", edition)


FAULTY = {
    "a kernel that dies": ("import os\nos.kill(os.getpid(), 9)", "Kernel died"),
    "a cell that takes too long": ("import time\ntime.sleep(600)", "it ran for more than 5 s"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_chapter_that_cannot_be_executed(editions: Editions, fault, monkeypatch):
    monkeypatch.setenv("BOOK_CELL_SECONDS", "5")
    code, sentence = FAULTY[fault]
    edition = editions.revise()
    page = editions.toy.root / "chapters" / "overview.ipynb"
    whole = page.read_text(encoding="utf-8")
    editions.toy.chapter("overview", code, book={"results": True})
    process = editions.start()
    _, errors = process.communicate(timeout=900)
    page.write_text(whole, encoding="utf-8")
    assert process.returncode == 1
    assert f"chapter overview, cell 5 (id code-2): {code.splitlines()[0]}\n  {sentence}" in errors
    editions.suffered(fault, edition)


def test_two_builds_at_once(editions: Editions):
    edition = editions.revise()
    processes = [editions.start() for _ in range(2)]
    told = [process.communicate(timeout=900)[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 2]
    assert sum("another build of" in errors for errors in told) == 1
    assert editions.site == editions.sites[edition]
    editions.suffered("two builds at once", edition)


def test_a_clock_that_was_set_back(editions: Editions):
    """Everything that there is bears a time to come."""
    edition = editions.revise()
    times = (time.time() + A_YEAR,) * 2
    for path in chain([editions.toy.root], editions.toy.root.rglob("*")):
        os.utime(path, times, follow_symlinks=False)
    editions.suffered("files from the future", edition)
    editions.suffered("the same again", edition)


@pytest.mark.skipif(FAKETIME is None, reason="there is no libfaketime")
@pytest.mark.parametrize("shift", ["-365d", "+365d"])
def test_a_clock_that_runs_elsewhere(editions: Editions, monkeypatch, shift):
    edition = editions.revise()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LD_PRELOAD", str(FAKETIME))
        elsewhere.setenv("FAKETIME", shift)
        editions.publish(edition)
    editions.suffered(f"a clock set {shift}", editions.revise())


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return (
        content[: len(content) // 3]
        + bytes([content[len(content) // 3] ^ 1])
        + content[len(content) // 3 + 1 :]
    )


DAMAGES = {"cut off": cut, "a flipped bit": flipped, "emptied": lambda _: b""}
KEPT = (
    "work/executed/alpha/alpha.ipynb",
    "work/books/site/results/evidence.csv",
    "work/books/site/release/html/chapters/alpha.html",
    "work/books/site/release.sha256",
    "work/pytask/pytask.lock",
    "work/pytask/.pytask/runtimes.json",
    "current/html/chapters/alpha.html",
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Build a toy, which takes less time."""
    small = Editions(make_toy(tmp_path_factory.mktemp("kept") / "book"), 0)
    small.toy.write("chapters/alpha.ipynb", (small.toy.root / "chapters/alpha.ipynb").read_text())
    small.publish("only")
    return small


def damaged(path: Path, content: bytes) -> None:
    """Damage a file as a disk does: its time stays."""
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_kept_result_that_is_damaged(editions, kept: Editions, name: str, damage: str):
    path = kept.build / name
    damaged(path, DAMAGES[damage](path.read_bytes()))
    kept.publish("only")
    editions.faults.append(f"{name}: {damage}")


@pytest.mark.parametrize("name", KEPT[:3])
def test_a_kept_result_that_is_another_one(editions, kept: Editions, name: str):
    path = kept.build / name
    others = [each for each in path.parent.parent.rglob(f"*{path.suffix}") if each != path]
    damaged(path, others[0].read_bytes())
    kept.publish("only")
    editions.faults.append(f"{name}: replaced by {others[0].name}")
