# make book: build the site (on your own files: WVS=path, LISTEXP=path, if need be ENCODING=cp1251).  make profile: the short book of a profile.
# make test: run the tests.  The rest is for the upkeep.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := book
.PHONY: book pdf profile deposit verify test test-long bench links lab lock format clean-notebooks clean environment system

unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
RUN := .venv/bin/python
PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
  --require-hashes --only-binary :all:
# What a user names reaches the shell through the environment, as it stands: a backtick, a quote or a
# dollar in the name of a file runs nothing.
export GIVEN_WVS := $(value WVS)
export GIVEN_LISTEXP := $(value LISTEXP)
export GIVEN_ENCODING := $(value ENCODING)
export GIVEN_PROFILE := $(value PROFILE)
export GIVEN_FILE := $(value FILE)
export GIVEN_DEPOSIT := $(value DEPOSIT)
unexport WVS LISTEXP ENCODING PROFILE FILE DEPOSIT
READ = $(if $(GIVEN_ENCODING),--encoding "$$GIVEN_ENCODING")
FILES = $(if $(GIVEN_WVS),--wvs "$$GIVEN_WVS") $(if $(GIVEN_LISTEXP),--list-experiment "$$GIVEN_LISTEXP")
BUILD = $(RUN) -m lib.book build $(FILES) $(READ)
CANDIDATES := $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14

book: environment system
	$(BUILD) $(ARGS)

pdf: environment system
	$(BUILD) --pdf $(ARGS)

# Other evidence, as params/*.yml describe it: make profile PROFILE=params/trust_eu.yml FILE=path.
profile: environment
	@test -n "$$GIVEN_PROFILE" || { echo "Name the profile: make profile PROFILE=params/trust_eu.yml" >&2; exit 2; }
	$(RUN) -m lib.book profile "$$GIVEN_PROFILE" $(if $(GIVEN_FILE),--file "$$GIVEN_FILE") $(READ) $(ARGS)

# One archive for Zenodo or Dataverse, in _build/deposits; verify rebuilds from one and compares.
deposit: environment system
	$(RUN) -m lib.book deposit $(ARGS)

verify: environment
	@test -n "$$GIVEN_DEPOSIT" || { echo "Name the deposit: make verify DEPOSIT=file.zip" >&2; exit 2; }
	$(RUN) -m lib.book verify "$$GIVEN_DEPOSIT"

test: environment
	$(RUN) -m pytest -n auto --dist loadgroup $(ARGS)

test-long: environment
	$(RUN) -m pytest -m long $(ARGS)

bench: environment
	$(RUN) -m tests.bench $(ARGS)

# Follow every link that the pages give to other hosts; one that refuses robots (403) is listed too.
links: book
	PYTHONPATH="$(CURDIR)" .venv/bin/jupyter-book build _build/work/books/site/staged-* --builder linkcheck

lab: environment
	PYTHONPATH="$(CURDIR)" .venv/bin/jupyter lab $(ARGS)

lock: environment
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --only-binary :all: --no-header -q $(ARGS) requirements-dev.txt -o requirements.lock

format: environment clean-notebooks
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# What JupyterLab and papermill leave in a notebook's metadata.
INFO := version codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer
TRACES := $(INFO:%=metadata.language_info.%) $(addprefix metadata.,papermill widgets toc)
TRACES += $(addprefix cell.metadata.,papermill editable slideshow jupyter trusted)
clean-notebooks: environment
	$(RUN) -m nbstripout --keep-id --extra-keys "$(TRACES)" chapters/*.ipynb chapters/profile/*.ipynb

clean: environment
	$(RUN) -m lib.book clean

# The environment holds what requirements.lock says; the copy of the lock inside it tells. uv, itself
# installed by its hash, fills it; where uv does not reach the index, as behind a mirror that only pip
# knows, pip does.
environment:
	@cmp -s requirements.lock .venv/requirements.lock || { \
	  for each in $(CANDIDATES); do \
	    "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$each && break; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo "No Python 3.11 or newer was found: install one, or name it (make book PYTHON=path)." >&2; exit 2; \
	  fi; \
	  echo "Installing the locked packages into .venv; this takes a minute or two."; \
	  "$$found" -m venv --clear .venv; \
	  awk '/^[^ ]/ { uv = /^uv==/ } uv' requirements.lock > .venv/uv.lock; \
	  $(PIP) -r .venv/uv.lock; \
	  .venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode \
	    --require-hashes --only-binary :all: -r requirements.lock || $(PIP) -r requirements.lock; \
	  cp requirements.lock .venv/requirements.lock; }

# Pango and fonts for the PDF; as root on Debian or Ubuntu it is installed, unless NO_SYSTEM=1.
system: environment
	@$(RUN) -m lib.book.system
