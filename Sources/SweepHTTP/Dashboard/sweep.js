// One sweep: how it goes, what it found, its pictures and its trials.
import { get, post, throttled } from '/assets/api.js';
import { askToEnd, askToPromote, askToRetry, interval, isPlain, subject } from '/assets/dialogs.js';
import {
    count, countsBar, countsWords, duration, facts, fraction, h, link, morph, number, panel, percent, problemText,
    stateLabel, time, waiting,
} from '/assets/dom.js';
import { findingsList } from '/assets/findings.js';
import { PlotTabs } from '/assets/plots.js';
import { TrialTable } from '/assets/table.js';

export function sweepPage(page, main) {
    const id = page.id;
    let sweep = null, promotions = [], table = null, isTableTried = false;
    const head = h('div', { class: 'heading' }, waiting());
    const trouble = h('div', { 'aria-live': 'assertive' });
    const figures = h('div', { class: 'panel figures' });
    const findings = h('div', {}, h('p', { class: 'note' }, 'Looking …'));
    const measured = h('div');
    const compare = h('div', { class: 'actions' });
    const plots = new PlotTabs(page);
    const trialTable = new TrialTable({
        filter: page.query.get('filter') ?? '', state: page.query.get('state') ?? '',
        sort: page.query.get('sort') ?? 'index', changed: (values) => page.keep(values), chosen: offerComparison,
    });
    offerComparison([]);
    const body = h('div', { class: 'columns' }, plots.element,
        h('div', { class: 'side' }, measured, files()));
    const diagnosis = panel('findings-title', 'Diagnosis', findings);
    const trials = h('section', { class: 'panel', 'aria-labelledby': 'trials-title' },
        h('div', { class: 'heading' }, h('h2', { id: 'trials-title' }, 'Trials'), compare), trialTable.element);

    function offerComparison(chosen) {
        morph(compare, chosen.length > 1
            ? h('a', { class: 'button', href: `#/compare?trials=${chosen.join()}` }, `Compare ${chosen.length} trials`)
            : h('span', { class: 'note' }, 'Tick trials to compare them.'));
    }

    function files() {
        const report = (format, words) => h('a', {
            href: `/v1/sweeps/${id}/report?format=${format}`, download: `sweep-${id}.${format}`,
        }, words);
        const commands = [
            `sweepctl export ${id} --format csv`, `sweepctl report ${id} -o report.html`, `sweepctl audit ${id}`,
        ];
        return panel('files-title', 'Take it along',
            h('ul', { class: 'files' },
                h('li', {}, report('html', 'Report'), ', one file with everything (', report('md', 'Markdown'), ')'),
                h('li', {},
                    h('button', { type: 'button', class: 'link', onclick: saveTable }, 'Table of trials as CSV'))),
            h('pre', {}, h('code', {}, commands.join('\n'))));
    }

    function saveTable() {
        if (!table) return;
        const address = URL.createObjectURL(new Blob([trialTable.csv()], { type: 'text/csv' }));
        h('a', { href: address, download: `sweep-${id}.csv` }).click();
        setTimeout(() => URL.revokeObjectURL(address), 10_000);
    }

    const isEnded = () => ['completed', 'cancelled', 'failed'].includes(sweep.state);

    function draw() {
        page.title(isEnded() ? sweep.state : percent(sweep.progress), sweep.name);
        morph(head,
            h('div', {}, h('p', { class: 'crumbs' }, h('a', { href: '#/' }, 'Sweeps'), ` / ${id}`),
                h('h1', {}, sweep.name, ' ', stateLabel(sweep.state, sweep.closing)),
                sweep.reason ? h('p', { class: 'reason' }, sweep.reason) : null),
            h('div', { class: 'actions' }, verbs()));
        drawFigures();
        drawMeasured();
        trialTable.mark(sweep.best?.trial);
    }

    function drawFigures() {
        const isLoss = sweep.metric === 'val_loss';
        const reached = (term, trial) => trial && [term,
            h('span', { class: 'large' }, isLoss ? number(trial.val_loss) : fraction(trial.val_accuracy)),
            ' ', link('trial', trial.trial), certainty(trial)];
        // With replicates the mean ranks; with one seed the interval says what the figure is worth.
        const certainty = (trial) => {
            if (!trial.interval_95) return trial.note ? h('span', { class: 'note' }, ` ${trial.note}`) : null;
            const say = isLoss ? number : fraction;
            const bounds = trial.interval_95.map(say).join(' to ');
            const words = trial.basis === 'seeds'
                ? ` mean of ${trial.replicates} seeds ${say(trial.mean)} (95 %: ${bounds})` : ` (95 %: ${bounds})`;
            return h('span', { class: 'note' }, words, trial.note ? `; ${trial.note}` : null);
        };
        morph(figures,
            h('div', { class: 'progress' }, countsBar(sweep), h('div', { class: 'under' },
                h('span', { class: 'done', id: 'progress' }, percent(sweep.progress)), countsWords(sweep))),
            facts(reached(isLoss ? 'Best validation loss' : 'Best validation accuracy', sweep.best),
                reached('Ahead, still running', sweep.leading),
                sweep.preparing !== null && ['Preparing images', percent(sweep.preparing)],
                sweep.state === 'running' && sweep.eta_s !== null && ['Left', duration(sweep.eta_s)],
                ['Ran for', duration(sweep.active_s)], ['Trials', count(sweep.trials)],
                ['Looks at the test set', String(sweep.test_looks)],
                sweep.priority !== 0 && ['Priority', String(sweep.priority)],
                ['Submitted', time(sweep.submitted_at)], sweep.ended_at && ['Ended', time(sweep.ended_at)]));
    }

    function drawMeasured() {
        const line = (promotion) => h('li', { 'data-key': promotion.promotion },
            h('strong', {}, fraction(promotion.test_accuracy)), ` (95 %: ${interval(promotion)}), `,
            subject(promotion));
        morph(measured, promotions.length === 0 ? null
            : panel('measured-title', 'On the test set', h('ul', {}, promotions.map(line))));
    }

    function verbs() {
        const button = (text, act, kind = null) =>
            h('button', { type: 'button', class: kind, 'data-key': text, onclick: () => attempt(act) }, text);
        const verb = (name) => () => post(`/v1/sweeps/${id}/${name}`);
        const best = sweep.best;
        const isOpen = !isEnded() && !sweep.closing;
        return [
            isOpen && sweep.state !== 'paused' && button('Pause', verb('pause')),
            isOpen && sweep.state === 'paused' && button('Resume', verb('resume')),
            isOpen && button('Stop …', () => askToEnd(sweep, 'stop')),
            (isOpen || sweep.closing === 'stop') && button('Cancel …', () => askToEnd(sweep, 'cancel')),
            (sweep.counts.failed || sweep.counts.cancelled) && button('Retry …', () => askToRetry(sweep)),
            best && !promotions.some((one) => one.trial === best.trial && isPlain(one))
                && button('Promote the best …', () => askToPromote(sweep, sweep.best), 'primary'),
        ];
    }

    async function attempt(act) {
        morph(trouble);
        try {
            if (await act()) await loadSweep();
        } catch (error) {
            morph(trouble, problemText(error));
        }
    }

    async function loadSweep() {
        try {
            const [answer, list] = await Promise.all([get(`/v1/sweeps/${id}`), get(`/v1/promotions?sweep=${id}`)]);
            if (page.isOver) return;
            if (sweep === null) main.replaceChildren(head, trouble, figures, body, diagnosis, trials);
            [sweep, promotions] = [answer, list.promotions];
            draw();
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
            trialTable.show(answer);
            if (isFirst) {
                plots.parameters = answer.parameters;
                plots.draw();
            }
        } catch (error) {
            if (table === null) trialTable.note.textContent = error.message;
        }
        isTableTried = true;
        loadPictures();
    });
    const loadFindings = throttled(5000, async () => {
        try {
            morph(findings, findingsList((await get(`/v1/sweeps/${id}/diagnosis`)).findings));
        } catch (error) {
            if (!findings.querySelector('.findings')) morph(findings, h('p', { class: 'note' }, error.message));
        }
    });
    const loadPlot = throttled(2000, () => plots.refresh());
    for (const load of [loadTable, loadPlot, loadFindings]) page.ending(load.stop);

    function loadPictures() {
        if (sweep === null || !isTableTried || page.isOver) return;
        loadPlot();
        loadFindings();
    }

    main.append(head);
    page.title(`Sweep ${id}`);
    page.on('sweep', (moved) => {
        if (moved.sweep !== id || sweep === null) return;
        sweep = moved;
        draw();
        loadTable();
    });
    page.on('event', (event) => event.sweep === id && event.kind !== 'trial_ended' && loadSweep());

    function load() {
        // People wait for the table; of ten thousand trials it takes as long as a picture, so it goes first.
        loadTable();
        loadSweep().then(loadPictures);
    }

    page.on('back', load);
    load();
}
