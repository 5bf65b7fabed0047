# Everything a newcomer needs: `make demo` and `make test` set themselves up.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
SERVER := $(VENV)/.server
STAMP := $(VENV)/.installed
# How llama.cpp is compiled, when it is; .ci/cmake-args says why.
export CMAKE_ARGS ?= $(shell .ci/cmake-args)
PYTEST_ARGS ?=
FLOOR := 78
CORES ?=
ENGINE ?=
CHECKS := check-types check-windows-types check-typescript check-lisp check-format check-lint check-walls check-imports check-generated check-waiting check-lua check-shell

.PHONY: help setup engine demo test test-failed test-fast check $(CHECKS) format coverage mutants render docs lock test-neovim test-emacs test-vscode test-windows vsix release bench clean

help:
	@echo "make demo         set up, then complete real code with the embedded model"
	@echo "make engine       compile llama.cpp for this machine, in place of the prebuilt one"
	@echo "make test         set up, then check and run all tests"
	@echo "make test-fast    the tests without real editors and long runs"
	@echo "make check        format, lint, types, walls, declared imports, generated files, the clients"
	@echo "make format       let ruff, ESLint, Prettier and StyLua change what they can"
	@echo "make coverage     what share of lines and branches the quick tests go through"
	@echo "make mutants      changes of the pure cores that no test notices; CORES=slots for one"
	@echo "make test-windows Windows' Python and the language server under Wine; ENGINE=WHEEL for another llama.cpp"
	@echo "make release      packages, extensions, checksums and the list of parts, into dist/VERSION"
	@echo "make docs         build the site from README.md and docs/"
	@echo "make test-neovim, test-emacs, test-vscode, vsix, bench, lock, clean"

setup: $(STAMP)

define environment
	@.ci/system-packages
	@test -x $(BIN)/python || $$(.ci/find-python) -m venv $(VENV)
endef

# Everything that checks, tests and pages need.
$(STAMP): pyproject.toml requirements.lock
	$(environment)
	@.ci/install $(BIN)/python local,dev,editors,docs
	@touch $@

# The server with its local models alone, which is all that a demonstration needs.
$(SERVER): pyproject.toml requirements.lock
	$(environment)
	@.ci/install $(BIN)/python local
	@touch $@

# llama.cpp compiled for this machine, in place of the prebuilt one.
engine: $(STAMP)
	@.ci/engine $(BIN)/python compiled

demo: $(if $(wildcard $(STAMP)),$(STAMP),$(SERVER))
	@$(BIN)/codestral-ls demo

# Two at a time, the slowest first; every one runs, so that one look shows all that is wrong.
check: $(STAMP)
	@$(MAKE) --no-print-directory --output-sync=target --jobs=2 --keep-going $(CHECKS)

check-types:
	$(BIN)/mypy

# What mypy says of the package on Windows, but for the fence, which is of POSIX alone.
check-windows-types:
	@$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/windows server | { ! grep -v '^server/codestral_ls/fence/' | grep 'error:'; }

check-format:
	$(BIN)/ruff format --quiet --check .

check-lint:
	$(BIN)/ruff check --quiet .

check-walls:
	$(BIN)/lint-imports

check-imports:
	$(BIN)/deptry server
	$(BIN)/deptry --ignore DEP002,DEP004 support tests benchmarks training clients/vscode/scripts

check-typescript:
	$(BIN)/python -m clients.vscode.scripts.lint

check-waiting:
	$(BIN)/python -m support.check_waiting

check-lua:
	@.ci/need luacheck lua-check
	$(BIN)/python -m support.editors.check_lua

check-lisp:
	$(BIN)/python -m support.editors.check_lisp

check-shell:
	@.ci/need shellcheck shellcheck
	shellcheck $$(grep -rlE '^#!.*(ba)?sh' .ci --include='*' --exclude-dir=node_modules)

check-generated:
	$(BIN)/python -m codestral_ls.config.render --check
	$(BIN)/python -m support.layers --check
	$(BIN)/python -m support.release.version --check

# One at a time more than there are cores, a file's tests together, what takes long first (tests/conftest.py).
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=8 --dist=loadgroup --no-loadscope-reorder

test: check
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

# What failed in the last run, one after the other in one process.
test-failed: $(STAMP)
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures=none $(PYTEST_ARGS)

test-fast: $(STAMP)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not editors and not slow" --ignore tests/e2e $(PYTEST_ARGS)

# Apart from the tests, because tracing makes them slower; the floor is FLOOR per cent of lines and branches.
coverage: $(STAMP)
	$(BIN)/coverage run -m pytest tests/unit tests/pipeline tests/trust $(PYTEST_ARGS)
	$(BIN)/coverage report --fail-under=$(FLOOR)

mutants: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[mutants]'
	$(BIN)/python -m support.mutants $(CORES)

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m clients.vscode.scripts.lint --fix
	$(BIN)/python -m support.editors.check_lua --fix

render: $(STAMP)
	$(BIN)/python -m codestral_ls.config.render
	$(BIN)/python -m support.layers
	$(BIN)/python -m support.release.version

# The site, into .cache/site; a dead link or a page that is not in its menu ends it.
docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

lock: $(STAMP)
	.ci/lock $(BIN)/python > requirements.lock.new && mv requirements.lock.new requirements.lock

# Windows' Python under Wine; Debian's package is installed where root asks. The first time takes some minutes.
test-windows: $(STAMP) check-windows-types
	$(BIN)/python -m support.windows.set_up $(if $(ENGINE),--engine $(ENGINE))
	$(BIN)/python -m pytest tests/windows $(PYTEST_ARGS)

test-neovim test-emacs: $(STAMP)
	$(BIN)/python -m pytest tests/editors -k $(subst test-,,$@) $(PYTEST_ARGS)

# The extension for every platform; VSIX_ARGS="--target linux-x64" for one with everything inside.
vsix: $(STAMP)
	$(BIN)/python -m clients.vscode.scripts.make_vsix $(VSIX_ARGS)

# Everything that a release offers, into dist/VERSION; RELEASE_ARGS="--target linux-x64 --python 3.11" for less of it.
release: $(STAMP)
	$(BIN)/python -m support.release $(RELEASE_ARGS)

test-vscode: $(STAMP)
	$(BIN)/python -m pytest tests/editors/vscode $(PYTEST_ARGS)

bench: $(STAMP)
	$(BIN)/python -m benchmarks.replay

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
