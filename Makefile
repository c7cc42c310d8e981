# The only door. Every target takes MODE= and the other settings below as variables: make bench MODE=pool OPS=2000000
# As they were typed: make would take a `$` in one for something of its own to expand, or to run.
typed := $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name)))
$(foreach name,$(typed),$(eval override $(name) := $$(value $(name))))
export $(typed) MODE RUNTIME

verbs := up down bench scoreboard calibrate compare compare-runs claims chaos chaos-control live tour start stop pause resume kill logs status board clear clean

.PHONY: help $(verbs) test test-long lint fmt
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'
	@echo
	@echo "  RUNTIME=  docker (where an engine answers), local (else: the same services as processes)"
	@echo "  MODE=     inline, unpooled, pool, wasm, native, microservice, queue (default); all: four gateways side by side, for up;"
	@echo "            the four architectures one after the other, for chaos (its default)"
	@echo "  Load      CONNECTIONS=100 DURATION=10 OPS=20000000 CHUNKS=8 SEED=0 RATE= DRAIN_LIMIT=20 WARMUP=2 TIMEOUT= (of the client) REPEAT=1"
	@echo "            BASELINE=results/<id> MAX_REGRESSION=10% (fails where a task costs more CPU time than in that bench)"
	@echo "  Compare   QUICK=1 (the smaller grid) MODES=inline,pool REPETITIONS=3 ORDER= (a number) FRESH=1 (do not go on with an interrupted run)"
	@echo "            OPS=10000,1000000 CONNECTIONS=1,10 DURATION= (lists and seconds instead of the grid's)"
	@echo "  Live      MODES=inline,unpooled,pool,microservice,queue LIVE_PORT=3100 SOLO=on|off (one lane at a time) OPEN=0 (no browser)"
	@echo "  Cores     CPUS= (for the services; the rest generate) REDIS_CPUS= THREADS= CONCURRENCY="
	@echo "  Language  IMPLEMENTATION=js|rust (of the service of MODE=microservice; rust by default)"
	@echo "  Copies    WORKERS=1 GATEWAYS=1 (MODE=queue)"
	@echo "  Ports     PORT=3000 ADMIN_PORT=9464 REDIS_PORT=6390 MICROSERVICE_PORT=4000 MICROSERVICE_ADMIN_PORT=9465"
	@echo "            WORKER_ADMIN_PORT=9466 METRICS_PORT=9467 GRAFANA_PORT=3030 PROMETHEUS_PORT=9090 REDIS_EXPORTER_PORT=9121; side by side: PORT_POOL=3002 ADMIN_PORT_POOL=9472 ..."
	@echo "  Services  everything in compose/services.env, e.g. MAX_WAITING=1000 KERNEL=scalar"
	@echo "  Pictures  OBSERVABILITY=off leaves Prometheus and Grafana out"

up: ## start MODE and return when it is healthy
down: ## end everything
bench: ## verify, load and report MODE; leaves it up
scoreboard: ## the four architectures (or MODES=, of which microservice-js may be one) one after the other, in one table
calibrate: ## what this machine does at best: every kernel, bare HTTP, Redis, BullMQ (a minute or two)
compare: ## which mode for which task: every mode over a grid of loads (QUICK=1 FRESH=1 MODES=)
compare-runs: ## whether the comparisons A= and B= differ beyond noise
claims: ## the original scoreboard's figures and advice, each beside what is measured here and why
chaos: ## kill things under load and account for every request (ROUNDS=3 TARGET= FAULT=)
chaos-control: ## the same account of a queue that loses: must find loss
live: ## a page that drives five architectures side by side, and kills them; until Ctrl-C (MODE= or MODES= for others)
tour: ## the same page, in five chapters
start: ## start SERVICE= again
stop: ## stop SERVICE= and keep it stopped
pause: ## let the process of SERVICE= stand still
resume: ## let it go on
kill: ## kill the process of SERVICE= (SIGNAL=KILL) and watch it come back
logs: ## the last lines of all, or of SERVICE= (FOLLOW=1)
status: ## what runs
board: ## Bull Board of the running queue, on loopback
clear: ## remove the jobs that wait in the running queue
clean: ## down, and remove what was built and stored (results stay)

$(verbs):
	@compose/run.sh $@

test: ## everything that CI runs: lint, unit, conformance, contract, end to end
	@compose/test.sh

test-long: ## what is long by nature: every end-to-end test under both runtimes, ten thousand streams; nobody else calls it
	@compose/test.sh long

lint: ## formatting and lints of both languages, Rust's where it differs from the main branch
	@compose/test.sh lint

fmt: ## format both languages
	@compose/fmt.sh
