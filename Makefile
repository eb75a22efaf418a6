# Leerlijn: `make start` opens the course, `make test` proves it. `make` alone lists what there is.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.klaar
PORT ?= 8866
OPEN ?= 1
NIET_OPENEN := $(if $(filter 0,$(OPEN)),--niet-openen)
# nbgrader calls the `alembic` command by name, so the environment's commands must be on the PATH.
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help start docent schrijven print test check bench lock schema schoon

help: ## toon deze lijst
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

start: $(READY) ## bouw de cursus en open hem in de browser (PORT=8866, OPEN=0: geen browser)
	@exec leerlijn start --port $(PORT) $(NIET_OPENEN)

docent: $(READY) ## open de docentkant: JupyterLab met formgrader (PORT=8867)
	@exec leerlijn docent --port $(if $(filter 8866,$(PORT)),8867,$(PORT)) $(NIET_OPENEN)

print: $(READY) ## maak handouts en readers als pdf, in _build/druk/
	@leerlijn print

schrijven: $(READY) ## open JupyterLab om te schrijven, met hulp tijdens het typen (PORT=8868)
	@exec leerlijn schrijven --port $(if $(filter 8866,$(PORT)),8868,$(PORT)) $(NIET_OPENEN)

check: $(READY) ## controleer alle inhoud
	@leerlijn check

test: $(READY) ## controleer alles: inhoud, code, notebooks, nbgrader en de pagina's in een echte browser
	@python tests/zet_systeem_klaar.py
	@leerlijn check
	@rm -f .pytest_mislukt
	@LEERLIJN_MISLUKT=.pytest_mislukt python -m pytest tests || LEERLIJN_MISLUKT=.pytest_mislukt python tests/nog_eens.py

bench: $(READY) ## meet snelheid en geheugen naast de standaardgereedschappen
	@python benchmarks/alles.py

schema: $(READY) ## schrijf de JSON-schema's voor editors opnieuw
	@leerlijn schema

lock: ## los de versies opnieuw op (heeft `uv` nodig)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --all-extras --group test pyproject.toml -o requirements.lock

schoon: ## verwijder wat gebouwd is (antwoorden en cijfers blijven staan)
	rm -rf _build .pytest_cache

$(READY): requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 of nieuwer is nodig; dit is " + sys.version.split()[0])'
	@echo "Omgeving klaarzetten in $(VENV) (eenmalig, ongeveer een minuut) ..."
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
