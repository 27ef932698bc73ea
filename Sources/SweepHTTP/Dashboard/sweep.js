// One sweep: how it goes, what it found, its pictures and its trials.
import { get, post, throttled } from '/assets/api.js';
import { askToEnd, askToPromote, askToRetry, interval } from '/assets/dialogs.js';
import { countsBar, countsWords, duration, facts, fraction, h, morph, number, percent, plural, problemText, stateLabel, time } from '/assets/dom.js';
import { findingsList } from '/assets/findings.js';
import { Plot } from '/assets/plots.js';
import { TrialTable } from '/assets/table.js';

/** Which choices each plot has. */
const plots = {
    curves: ['metric'], history: ['metric'], parallel: ['metric'], slice: ['x', 'metric'], heatmap: ['x', 'y', 'value', 'metric'],
    importance: [], distribution: ['metric'], timeline: [],
};
const tabNames = {
    curves: 'Learning curves', history: 'History', parallel: 'Parallel coordinates', slice: 'Slices', heatmap: 'Heat map',
    importance: 'Importance', distribution: 'Distribution', timeline: 'Timeline',
};
const metrics = { val_accuracy: 'validation accuracy', train_accuracy: 'training accuracy', val_loss: 'validation loss', train_loss: 'training loss' };

export function sweepPage(page, main) {
    const id = page.id;
    let sweep = null, promotions = [], table = null;
    const head = h('div', { class: 'heading' }, h('p', { class: 'waiting' }, 'Asking the daemon …'));
    const trouble = h('div', { 'aria-live': 'assertive' });
    const figures = h('div', { class: 'panel figures' });
    const findings = h('div');
    const measured = h('div');
    const choices = h('div', { class: 'choices' });
    const compare = h('div', { class: 'actions' });
    const trialTable = new TrialTable({
        filter: page.query.get('filter') ?? '', state: page.query.get('state') ?? '', sort: page.query.get('sort') ?? 'index',
        changed: (values) => page.keep(values),
        chosen: (trials) => morph(compare, trials.length > 1
            ? h('a', { class: 'button', href: `#/compare?trials=${trials.join()}` }, `Compare ${trials.length} trials`)
            : h('span', { class: 'note' }, 'Tick trials to compare them.')),
    });
    morph(compare, h('span', { class: 'note' }, 'Tick trials to compare them.'));
    const shown = () => (page.query.get('plot') in plots ? page.query.get('plot') : 'curves');
    const plot = new Plot(`/v1/sweeps/${id}/plots/${shown()}`, chosen());
    page.ending(() => plot.stop());

    const tabs = Object.keys(plots).map((name) => h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'picture',
        onclick: () => pick({ plot: name === 'curves' ? '' : name }), onkeydown: move }, tabNames[name]));
    const tabList = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Plots' }, tabs);
    const body = h('div', { class: 'columns' },
        h('section', { class: 'panel plots', 'aria-label': 'Plots' }, tabList, choices,
            h('div', { id: 'picture', role: 'tabpanel', tabindex: '0' }, plot.element)),
        h('div', { class: 'side' },
            h('section', { class: 'panel', 'aria-labelledby': 'findings-title' }, h('h2', { id: 'findings-title' }, 'Diagnosis'), findings),
            measured, commands()));
    const trials = h('section', { class: 'panel', 'aria-labelledby': 'trials-title' },
        h('div', { class: 'heading' }, h('h2', { id: 'trials-title' }, 'Trials'), compare), trialTable.element);

    function chosen() {
        return Object.fromEntries(plots[shown()].map((name) => [name, page.query.get(name)]));
    }

    function pick(values) {
        page.keep(values);
        plot.choose(`/v1/sweeps/${id}/plots/${shown()}`, chosen());
        drawChoices();
    }

    function move(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
    }

    function drawChoices() {
        for (const tab of tabs) {
            const isShown = tab.id === `tab-${shown()}`;
            tab.setAttribute('aria-selected', String(isShown));
            tab.tabIndex = isShown ? 0 : -1;
        }
        document.getElementById('picture')?.setAttribute('aria-labelledby', `tab-${shown()}`);
        const parameters = Object.fromEntries((table?.parameters ?? []).map((name) => [name, name]));
        const options = { metric: metrics, x: parameters, y: parameters, value: { best: 'best of the rest', mean: 'mean of the rest' } };
        const words = { metric: 'Metric', x: shown() === 'slice' ? 'Parameter' : 'Across', y: 'Down', value: 'Cell' };
        morph(choices, plots[shown()].map((name) => {
            // Nothing chosen leaves it to the daemon, except where there is always a choice.
            const automatic = name === 'x' || name === 'y' ? h('option', { value: '' }, shown() === 'slice' ? 'all' : 'most important') : null;
            return h('label', { 'data-key': `${shown()}-${name}-${Object.keys(parameters).length}` }, words[name],
                h('select', { name, onchange: (event) => pick({ [name]: event.target.value }) }, automatic,
                    Object.entries(options[name]).map(([value, text]) => h('option', { value, selected: page.query.get(name) === value }, text))));
        }));
    }

    function commands() {
        return h('section', { class: 'panel', 'aria-labelledby': 'files-title' }, h('h2', { id: 'files-title' }, 'Take it along'),
            h('ul', { class: 'files' },
                h('li', {}, h('a', { href: `/v1/sweeps/${id}/report?format=html`, download: `sweep-${id}.html` }, 'Report'), ', one file with everything (',
                    h('a', { href: `/v1/sweeps/${id}/report?format=md`, download: `sweep-${id}.md` }, 'Markdown'), ')'),
                h('li', {}, h('button', { type: 'button', class: 'link', onclick: saveTable }, 'Table of trials as CSV'))),
            h('pre', {}, h('code', {}, [`sweepctl export ${id} --format csv`, `sweepctl report ${id} -o report.html`, `sweepctl audit ${id}`].join('\n'))));
    }

    function saveTable() {
        if (!table) return;
        const address = URL.createObjectURL(new Blob([trialTable.csv()], { type: 'text/csv' }));
        h('a', { href: address, download: `sweep-${id}.csv` }).click();
        setTimeout(() => URL.revokeObjectURL(address), 10_000);
    }

    function draw() {
        const isEnded = ['completed', 'cancelled', 'failed'].includes(sweep.state);
        page.title(isEnded ? sweep.state : percent(sweep.progress), sweep.name);
        morph(head, h('div', {}, h('p', { class: 'crumbs' }, h('a', { href: '#/' }, 'Sweeps'), ` / ${id}`),
            h('h1', {}, sweep.name, ' ', stateLabel(sweep.state, sweep.closing)),
            sweep.reason ? h('p', { class: 'reason' }, sweep.reason) : null),
        h('div', { class: 'actions' }, verbs(isEnded)));
        const value = (trial) => (sweep.metric === 'val_loss' ? number(trial.val_loss) : fraction(trial.val_accuracy));
        const trialFact = (term, trial) => trial && [term, h('span', { class: 'large' }, value(trial)), ' ', h('a', { href: `#/trials/${trial.trial}` }, `trial ${trial.trial}`)];
        morph(figures, h('div', { class: 'progress' }, countsBar(sweep),
            h('div', { class: 'under' }, h('span', { class: 'done', id: 'progress' }, percent(sweep.progress)), countsWords(sweep))),
        facts(trialFact(sweep.metric === 'val_loss' ? 'Best validation loss' : 'Best validation accuracy', sweep.best), trialFact('Ahead, still running', sweep.leading),
            !isEnded && sweep.eta_s !== null && ['Left', duration(sweep.eta_s)], ['Ran for', duration(sweep.active_s)],
            ['Trials', String(sweep.trials)], ['Looks at the test set', String(sweep.test_looks)],
            sweep.priority !== 0 && ['Priority', String(sweep.priority)], ['Submitted', time(sweep.submitted_at)],
            sweep.ended_at && ['Ended', time(sweep.ended_at)]));
        morph(measured, promotions.length === 0 ? null : h('section', { class: 'panel', 'aria-labelledby': 'measured-title' },
            h('h2', { id: 'measured-title' }, 'On the test set'), h('ul', {}, promotions.map((promotion) => h('li', { 'data-key': promotion.promotion },
                h('strong', {}, fraction(promotion.test_accuracy)), ` (95 %: ${interval(promotion)}), `, h('a', { href: `#/trials/${promotion.trial}` }, `trial ${promotion.trial}`),
                `, look ${promotion.test_looks}`)))));
    }

    function verbs(isEnded) {
        const button = (text, act, kind = null) => h('button', { type: 'button', class: kind, 'data-key': text, onclick: () => attempt(act) }, text);
        const best = sweep.best;
        return [
            !isEnded && !sweep.closing && (sweep.state === 'paused'
                ? button('Resume', () => post(`/v1/sweeps/${id}/resume`)) : button('Pause', () => post(`/v1/sweeps/${id}/pause`))),
            !isEnded && !sweep.closing && button('Stop …', () => askToEnd(sweep, 'stop')),
            !isEnded && (!sweep.closing || sweep.closing === 'stop') && button('Cancel …', () => askToEnd(sweep, 'cancel')),
            (sweep.counts.failed || sweep.counts.cancelled) && button('Retry …', () => askToRetry(sweep)),
            best && !promotions.some((one) => one.trial === best.trial) && button('Promote the best …', () => askToPromote({ sweep: id }, sweep, sweep.best), 'primary'),
        ];
    }

    async function attempt(act) {
        morph(trouble);
        try {
            const answer = await act();
            if (answer) await loadSweep();
        } catch (error) {
            morph(trouble, problemText(error));
        }
    }

    async function loadSweep() {
        try {
            const [answer, list] = await Promise.all([get(`/v1/sweeps/${id}`), get(`/v1/promotions?sweep=${id}`)]);
            if (page.isOver) return;
            const isFirst = sweep === null;
            [sweep, promotions] = [answer, list.promotions];
            if (isFirst) main.replaceChildren(head, trouble, figures, body, trials);
            draw();
            if (isFirst) drawChoices();
        } catch (error) {
            if (!page.isOver && sweep === null) morph(head, h('h1', {}, `Sweep ${id}`), problemText(error));
        }
    }

    const loadTable = throttled(2000, async () => {
        try {
            const answer = await get(`/v1/sweeps/${id}/table`);
            if (page.isOver) return;
            const isFirst = table === null;
            table = answer;
            trialTable.show(answer, sweep?.best?.trial);
            if (isFirst) drawChoices();
        } catch (error) {
            if (table === null && sweep !== null) trialTable.note.textContent = error.message;
        }
    });
    const loadPlot = throttled(2000, () => plot.refresh());
    const loadFindings = throttled(5000, async () => {
        try {
            const answer = await get(`/v1/sweeps/${id}/diagnosis`);
            morph(findings, findingsList(answer.findings));
        } catch (error) {
            morph(findings, h('p', { class: 'note' }, error.message));
        }
    });
    const loadAll = () => {
        loadTable();
        loadPlot();
        loadFindings();
    };
    for (const work of [loadTable, loadPlot, loadFindings]) page.ending(work.stop);

    main.append(head);
    page.title(`Sweep ${id}`);
    page.on('sweep', (moved) => {
        if (moved.sweep !== id || sweep === null) return;
        sweep = moved;
        draw();
        loadAll();
    });
    page.on('event', (event) => event.sweep === id && event.kind !== 'trial_ended' && loadSweep());
    page.on('back', () => loadSweep().then(loadAll));
    loadSweep().then(() => sweep && loadAll());
}
