# Every target is a task of tools/tasks.py, which also runs without make: python tools/tasks.py book
PYTHON ?= python3
TASKS := book twice live pdf test units kernels browsers page pages axe torch bench mutants slides cards notebooks lint format lock faces editor links release clean

.DEFAULT_GOAL := help
.PHONY: help $(TASKS)
# Tasks share .venv and _build: with make -j, too, one comes after the other.
.NOTPARALLEL:

help:
	@$(PYTHON) tools/tasks.py

$(TASKS):
	@$(PYTHON) tools/tasks.py $@
