/** How the page looks, in light and dark, on wide screens and on phones. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --mark: #fff8c5; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #30363d; --mark: #3a2f0b; }
}
body { margin: 0 auto; padding: 1rem; max-width: 76rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1, h2, h3 { line-height: 1.25; }
h1 { margin: 0; font-size: 1.25rem; }
h2 { font-size: 1.125rem; }
h3 { font-size: 1rem; }
a { color: inherit; text-decoration: underline dotted 1px var(--faint); text-underline-offset: .25em; }
summary { cursor: pointer; }
details > summary > h2 { display: inline; }
details { margin: .75rem 0; }
.faint, figure figcaption { color: var(--faint); font-size: .875rem; }
.headline { margin: .5rem 0; font-size: 1.25rem; line-height: 1.4; }
.first { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.first h2 { margin: .75rem 0 .25rem; }
.first ul, .evidence { padding-left: 1.25rem; }
.first li { margin: .35rem 0; }
.headline b { font-weight: inherit; }
.verdict { margin: .25rem 0; color: var(--faint); font-size: .875rem; }
.wide { overflow-x: auto; }
.map svg { height: auto; --plot-background: var(--ground); }
.evidence li:target, tr:target { background: var(--mark); }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.charts figure { margin: 0; }
.charts figure > div { font-size: .8125rem; }
.charts svg { max-width: 100%; height: auto; --plot-background: var(--ground); }
/* A shadow where there is more to scroll to: it stays at the edge, and what covers it goes with the table. */
.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--ground) 40%, transparent) left / 2rem 100% no-repeat local,
    linear-gradient(to left, var(--ground) 40%, transparent) right / 2rem 100% no-repeat local,
    linear-gradient(to right, var(--line), transparent) left / .75rem 100% no-repeat scroll,
    linear-gradient(to left, var(--line), transparent) right / .75rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { cursor: pointer; white-space: normal; vertical-align: bottom; }
.answer td:not(.r) { white-space: normal; min-width: 6rem; }
.r { text-align: right; }
th[aria-sort=ascending]::after { content: " \\25b2"; }
th[aria-sort=descending]::after { content: " \\25bc"; }
`;
