/// How a report looks; it must work from disk, in the dark, on a phone and on paper.
enum ReportStyle {
    /// Nothing runs and nothing is fetched: the page carries all of its pictures.
    static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

    static let text = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de;
          --wash: #f6f8fa; --link: #0550ae; --bad: #b42318; --warn: #8a4b00; --good: #116329; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9ea7b3; --paper: #0f1318;
          --line: #30363d; --wash: #171c22; --link: #79b8ff; --bad: #ff8e83; --warn: #f0b35e; --good: #7ee2a0; } }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 74rem; background: var(--paper);
          color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.35rem; line-height: 1.3; margin: 2.75rem 0 .75rem; padding-top: .75rem;
          border-top: 1px solid var(--line); }
        h3 { font-size: 1.05rem; line-height: 1.4; margin: 0 0 .35rem; }
        p, ul { margin: .6rem 0; max-width: 46rem; overflow-wrap: anywhere; }
        header > p:first-of-type { font-size: 1.2rem; line-height: 1.5; }
        a { color: var(--link); }
        svg a { color: inherit; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          font-size: .875em; }
        code { background: var(--wash); border-radius: 3px; padding: .1em .3em; }
        pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem;
          overflow-x: auto; margin: .3rem 0; line-height: 1.45; }
        figure { margin: 1.25rem 0; }
        figcaption { color: var(--soft); font-size: .9rem; max-width: 46rem; margin-top: .35rem;
          overflow-wrap: anywhere; }
        .picture svg { display: block; max-width: 100%; height: auto; }
        .narrow { display: none; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { position: static; display: inline-block; padding: .5rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; padding: 0; list-style: none; max-width: none; }
        .table { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
        th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left;
          vertical-align: top; font-weight: normal; }
        tr > :first-child { padding-left: 0; }
        thead th { font-weight: 600; vertical-align: bottom; border-bottom-width: 2px; }
        tbody th { white-space: nowrap; }
        th.n, td.n { text-align: right; }
        td.n { white-space: nowrap; }
        .l { min-width: 11.5rem; overflow-wrap: anywhere; }
        tr:target { background: var(--wash); outline: 2px solid var(--link); }
        .remark { border-left: 4px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
        .remark p { margin: .25rem 0; }
        .remark.warning { border-color: var(--bad); }
        .remark.advice { border-color: var(--warn); }
        .level { font-size: .75rem; letter-spacing: .03em; border: 1px solid currentColor; border-radius: 3px;
          padding: .05rem .35rem; margin-right: .35rem; vertical-align: .1em; font-weight: 600; color: var(--soft); }
        .warning .level { color: var(--bad); }
        .advice .level { color: var(--warn); }
        summary { cursor: pointer; }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
        @media (max-width: 640px) {
          body { padding: 1rem .75rem 3rem; }
          h1 { font-size: 1.5rem; }
          header > p:first-of-type { font-size: 1.08rem; }
          .wide { display: none; }
          .narrow { display: block; }
        }
        @media print {
          :root { --ink: #000; --soft: #444; --paper: #fff; --line: #bbb; --wash: #f6f6f6; --link: #000; color-scheme: light; }
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          nav, .skip { display: none; }
          a { text-decoration: none; }
          .wide { display: block; }
          .narrow { display: none; }
          figure, .remark, tr { break-inside: avoid; }
          h2, h3, caption { break-after: avoid; }
          .table { overflow: visible; }
          table { font-size: 7pt; line-height: 1.3; }
          th, td { padding: 1.5pt 3pt; }
          .l { min-width: 0; }
          .picture svg { max-height: 96mm; width: auto; }
          .tall svg { max-height: 150mm; }
          @page { margin: 14mm 12mm; }
          @page wide { size: landscape; }
          [aria-labelledby="trials"] { page: wide; }
          pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        }
        """
}
