/** Which end-to-end test runs a command of the manual. */

/** The test's file in compose/test/e2e, and what it says there; that has to name the verb and every variable. */
type Run = readonly [file: string, ...said: string[]];

const inEveryMode: Run = ['once/benches', "make('bench', { ...short, RESULTS_DIR, MODE: mode })"];
const comparing: Run = [
  'once/compare',
  "make('compare', grid)",
  "QUICK: '1'",
  "MODES: 'inline,queue'",
  "OPS: '1,200000000'",
  "CONNECTIONS: '2'",
];

/** By the command as the manual has it, but for the value of `MODE` where that is one mode and any would do. */
export const runs: Readonly<Record<string, Run>> = {
  'make bench MODE=<mode>': inEveryMode,
  'make bench MODE=<mode> IMPLEMENTATION=js': [
    'once/benches',
    "MODE: 'microservice', IMPLEMENTATION: 'js'",
    "make('bench', { ...short, ...js, RESULTS_DIR })",
  ],
  'make bench MODE=<mode> REPEAT=5': [
    'once/benches',
    "make('bench', { ...short, MODE: 'pool'",
    "bench({ REPEAT: '2' })",
  ],
  'make bench MODE=<mode> REPEAT=5 BASELINE=results/<id>-repeated MAX_REGRESSION=10%': [
    'once/benches',
    "make('bench', { ...short, MODE: 'pool', CONNECTIONS: '4', RESULTS_DIR, GITHUB_STEP_SUMMARY: summary, ...more })",
    "bench({ BASELINE, MAX_REGRESSION: '900%', REPEAT: '2' })",
    'bench({ BASELINE })',
  ],
  'make up MODE=<mode>': ['life', "make('up', { MODE: 'queue' })"],
  'make up MODE=all': ['all', 'keepUp(allModes)', "make('bench', { MODE: 'all' })"],
  'make up MODE=<mode> PORT=3200': ['support', 'PORT: port(23_000)', "make('up', variables)", 'MODE'],
  'make up MODE=<mode> LOG_LEVEL=debug': ['once/manual', "keepUp({ MODE: 'queue', LOG_LEVEL: 'debug' })"],
  'make up MODE=<mode> WORKERS=3 GATEWAYS=2': [
    'scale',
    "make('up', { MODE: 'queue', WORKERS, GATEWAYS })",
    "up('3', '2')",
  ],
  'make up MODE=<mode> WORKERS=1 GATEWAYS=2': [
    'scale',
    "make('up', { MODE: 'queue', WORKERS, GATEWAYS })",
    "up('1', '3')",
  ],
  'make live': ['live', "begin('live', { OPEN: '0', ...variables })", 'up({})'],
  'make live MODE=<mode>': ['live', "begin('live', { OPEN: '0', ...variables })", "up({ MODE: 'wasm' })"],
  'make tour': ['long/manual', "begin('tour', { MODE: 'inline', OPEN: '0' })"],
  'make down': ['life', "make('down')"],
  'make status': ['life', "make('status')"],
  'make clean': ['clean', "make('clean')"],
  'make clear': ['life', "make('clear')"],
  'make logs SERVICE=gateway': ['once/manual', "make('logs', { SERVICE: 'gateway' })"],
  'make kill SERVICE=rust-worker': ['life', "make('kill', { SERVICE: 'rust-worker' })"],
  'make stop SERVICE=rust-worker': ['life', "make('stop', { SERVICE: 'rust-worker' })"],
  'make start SERVICE=rust-worker': ['life', "make('start', { SERVICE: 'rust-worker' })"],
  'make pause SERVICE=rust-worker': ['once/manual', "make('pause', { SERVICE: 'rust-worker' })"],
  'make resume SERVICE=rust-worker': ['once/manual', "make('resume', { SERVICE: 'rust-worker' })"],
  'make scoreboard': ['long/manual', "make('scoreboard', { MODES: 'inline,microservice-js,queue', RESULTS_DIR })"],
  'make claims': ['long/claims', "make('claims', { ...short, RESULTS_DIR })"],
  'make calibrate': ['calibrate', "make('calibrate', { MODES, RESULTS_DIR })"],
  'make compare QUICK=1': comparing,
  'make compare MODES=inline,pool,microservice OPS=10000,1000000 CONNECTIONS=1,10': comparing,
  'make compare-runs A=results/<one>-compare B=results/<other>-compare': [
    'once/compare',
    "make('compare-runs', { A: folder, B: folder, RESULTS_DIR })",
  ],
  'make chaos MODE=<mode>': ['long/manual', "expectKept({ MODE: 'queue' })", 'chaos(variables)'],
  'make chaos MODE=<mode> TARGET=rust-worker FAULT=PAUSE': [
    'long/manual',
    "expectKept({ MODE: 'queue', TARGET: 'rust-worker', FAULT: 'PAUSE' })",
    'chaos(variables)',
  ],
  'make chaos-control': ['once/faults', "make('chaos-control', { ROUNDS: '2' })"],
};
