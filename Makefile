# The targets are thin: each calls a script that also works alone. `make` shows this list.
.DEFAULT_GOAL := help
.PHONY: help run smoke test lint bench bench-scale

help:  ## Show this list
	@echo 'Vitrine: share links for recordings. Targets:'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

run:  ## Install, build, share a demo recording, and serve until Ctrl-C
	@deploy/run

smoke:  ## Do the same in a throw-away folder, check every step, and end
	@deploy/run --smoke

test:  ## Run every suite, with its own set-up (LONG=1: longer fuzzing)
	@LONG=$(LONG) tests/run

lint:  ## Check the format, the code, the scripts and the OpenAPI document
	@tests/lint

bench:  ## Measure against nginx, stock Pistache and PostgreSQL itself (10 minutes)
	@deploy/dependencies.sh bench
	@tests/bench/run

bench-scale:  ## Measure at 10⁴, 10⁶ and 10⁷ shares (40 minutes and 30 GB at first)
	@deploy/dependencies.sh bench
	@tests/bench/scale
