# On a fresh machine every target first makes the environment; only Python 3.11 or later is needed.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: report check test notebooks lab lock benchmark clean

report: .venv/installed
	$(BIN)/python -m analysis report

check: .venv/installed
	$(BIN)/python -m analysis check

test: .venv/installed
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest -q
	$(BIN)/python -m analysis check
	$(BIN)/python -m pytest -q --nbval -p no:cacheprovider notebooks

notebooks: .venv/installed
	$(BIN)/python -m analysis notebooks

lab: .venv/installed
	$(BIN)/jupyter lab notebooks/1-the-page.ipynb

benchmark: .venv/installed
	$(BIN)/python benchmarks/compare.py

# uv resolves once for all Pythons; it is needed here only.
lock:
	echo "# Every package, pinned; made by \`make lock\` from requirements.in. No hashes: they cannot stand beside the last line." > requirements.txt
	uv pip compile --universal --python-version 3.11 --no-header --no-emit-index-url --annotation-style line requirements.in >> requirements.txt
	echo "-e ." >> requirements.txt

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

clean:
	rm -rf .venv reports
