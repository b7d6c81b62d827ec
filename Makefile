# On a fresh machine every target first makes the environment, with the newest Python from 3.11 to 3.15 that is there,
# or uv; another is named by: make PYTHON=/path/to/python3.13
PYTHON ?=
BIN = .venv/bin

# What a report is made from; a commit counts too, as the footer names it.
MADE_FROM = $(shell find analysis data seeds notebooks -type f -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*') \
	$(wildcard .git/logs/HEAD)

.PHONY: report check test test-browser notebooks claims translations lab lock benchmark clean

report: reports/index.html
	@echo "reports/index.html is up to date"

reports/index.html: .venv/installed $(MADE_FROM)
	$(BIN)/python -m analysis report

check: .venv/installed
	$(BIN)/python -m analysis check

test: .venv/installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest -q -n 2 --dist loadscope -m "not slow"
	$(BIN)/python -m analysis check
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --nbval -p no:cacheprovider notebooks

test-browser: .venv/installed
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -p no:cacheprovider tests/browser
	$(BIN)/python -m pytest -q -n 2 --dist loadscope -m slow

notebooks: .venv/installed
	$(BIN)/python -m analysis notebooks

claims: .venv/installed
	$(BIN)/python -m analysis claims

translations: .venv/installed
	$(BIN)/python -m analysis translations

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

benchmark: .venv/installed
	$(BIN)/python benchmarks/compare.py

# uv resolves once for all Pythons; it is needed here only.
lock:
	uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --annotation-style line requirements.in --quiet -o requirements.new
	(echo "# Every package, pinned; made by 'make lock' from requirements.in. No hashes: they cannot stand beside the last line."; cat requirements.new; echo "-e .") > requirements.txt
	rm requirements.new

.venv/installed: requirements.txt pyproject.toml
	@sh .ci/environment $(PYTHON)
	@touch $@

clean:
	rm -rf .venv reports
