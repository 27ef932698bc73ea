// One trial.
import { get, throttled } from '/assets/api.js';
import { askToPromote, interval, isPlain } from '/assets/dialogs.js';
import {
    cell, duration, facts, fraction, h, link, morph, number, panel, percent, plural, problemText, scrollingTable,
    stateLabel, time, waiting,
} from '/assets/dom.js';
import { findingsList } from '/assets/findings.js';
import { Plot } from '/assets/plots.js';

const epochColumns = [
    ['epoch', 'epoch', String], ['iteration', 'iteration', String], ['train_loss', 'train loss', number],
    ['val_loss', 'val loss', number], ['train_accuracy', 'train acc', fraction], ['val_accuracy', 'val acc', fraction],
    ['learning_rate', 'learning rate', number], ['weight_norm', 'weight norm', number],
    ['update_ratio', 'update ratio', number], ['seconds', 'time', duration],
];

/** What a queued trial waits for beside a worker, as a sentence. */
const waits = (what) => (what === 'choice'
    ? 'Its parameters are not chosen yet: they follow from the results of the trials before.'
    : `It waits at ${what}, until the others of its group are there.`);

export function trialPage(page, main) {
    const id = page.id;
    const plots = new Map();
    let trial = null, sweep = null, promotion = null;
    const head = h('div', { class: 'heading' }, waiting());
    const trouble = h('div', { 'aria-live': 'assertive' });
    const figures = h('div', { class: 'panel figures' });
    const pictures = h('section', { class: 'pictures', 'aria-label': 'Plots' });
    const side = h('div');
    const findings = h('div');
    const epochs = h('div');
    const body = h('div', { class: 'columns' }, pictures, h('div', { class: 'side' }, side,
        panel('findings-title', 'Diagnosis', findings),
        panel('again-title', 'Is it repeatable?',
            h('p', {}, 'This trains it again from its seed and compares the result bit for bit:'),
            h('pre', {}, h('code', {}, `sweepctl verify ${id}`)))));
    page.ending(() => plots.forEach((plot) => plot.stop()));

    function draw() {
        page.title(`Trial ${id}`, sweep.name);
        drawHead();
        drawParameters();
        drawPlots();
        if (trial.epochs.length > 0) drawEpochs();
    }

    function drawHead() {
        morph(head,
            h('div', {},
                h('p', { class: 'crumbs' }, h('a', { href: '#/' }, 'Sweeps'), ' / ',
                    link('sweep', sweep.sweep, sweep.name), ` / ${id}`),
                h('h1', {}, `Trial ${id} `, stateLabel(trial.state)),
                trial.reason ? h('p', { class: 'reason' }, trial.reason) : null,
                trial.waits_for ? h('p', { class: 'reason' }, waits(trial.waits_for)) : null),
            h('div', { class: 'actions' }, trial.state === 'completed' && !promotion && h('button', {
                type: 'button', class: 'primary', 'data-key': 'promote', onclick: promote,
            }, 'Promote …')));
        const large = (value) => h('span', { class: 'large' }, fraction(value));
        const hasDead = trial.dead_units !== null && trial.dead_units !== undefined;
        morph(figures, facts(
            ['Validation accuracy', large(trial.val_accuracy)],
            ['Training accuracy', large(trial.train_accuracy)],
            promotion && ['Test accuracy', large(promotion.test_accuracy),
                ` 95 %: ${interval(promotion)}; ${plural(promotion.test_looks, 'look')} at this test set so far`],
            ['Validation loss', number(trial.val_loss)],
            ['Training loss', number(trial.train_loss)],
            ['Iterations', `${trial.iteration}${trial.iterations ? ` of ${trial.iterations}` : ''}`,
                isLive() && trial.iterations ? ` (${percent(trial.iteration / trial.iterations)})` : null],
            ['Training time', duration(trial.seconds)],
            hasDead && ['Dead units', `${trial.dead_units} of ${trial.parameters.hidden_size ?? '?'}`]));
    }

    function drawParameters() {
        morph(side, panel('parameters-title', 'Parameters',
            facts(...Object.entries(trial.parameters).map(([name, value]) => [name, number(value)])),
            facts(['Place in the sweep', String(trial.index)], ['Seed', String(trial.seed)],
                ['Attempt', String(trial.attempt)], ['Kernels', trial.isa ?? '–'],
                ['Started', time(trial.started_at)], ['Ended', time(trial.ended_at)],
                trial.model && ['Model', h('code', { title: trial.model }, trial.model.slice(0, 12))])));
    }

    function drawPlots() {
        if (trial.epochs.length === 0) {
            return morph(pictures, h('p', { class: 'empty' }, 'No epoch is recorded yet: there is nothing to draw.'));
        }
        if (plots.size === 0) pictures.replaceChildren();
        const measured = promotion ? ['confusion', 'mistakes'] : [];
        for (const name of ['loss', 'accuracy', 'updates', ...(trial.model && trial.model_state !== 'removed' ? ['weights'] : []), ...measured]) {
            if (plots.has(name)) continue;
            const plot = new Plot(`/v1/trials/${id}/plots/${name}`);
            plots.set(name, plot);
            pictures.append(h('div', { class: `panel ${name}` }, plot.element));
        }
    }

    function drawEpochs() {
        const has = ([name]) => trial.epochs.some((epoch) => epoch[name] !== null && epoch[name] !== undefined);
        const columns = epochColumns.filter(has);
        const best = Math.max(...trial.epochs.map((epoch) => epoch.val_accuracy ?? -1));
        const rows = trial.epochs.map((epoch) => h('tr', { class: epoch.val_accuracy === best ? 'best' : null },
            columns.map(([name, , written]) => cell('number', written(epoch[name])))));
        morph(epochs, panel('epochs-title', 'Epochs',
            scrollingTable('Table of epochs', columns.map(([, words]) => ['number', words]), rows)));
    }

    const isLive = () => ['queued', 'running'].includes(trial.state);

    async function promote() {
        morph(trouble);
        try {
            if (await askToPromote(sweep, trial)) await load();
        } catch (error) {
            morph(trouble, problemText(error));
        }
    }

    async function load() {
        try {
            const answer = await get(`/v1/trials/${id}`);
            const [owner, { promotions }] = await Promise.all(
                [get(`/v1/sweeps/${answer.sweep}`), get(`/v1/promotions?sweep=${answer.sweep}`)]);
            if (page.isOver) return;
            const isFirst = trial === null;
            [trial, sweep] = [answer, owner];
            promotion = promotions.find((one) => one.trial === id && isPlain(one)) ?? null;
            if (isFirst) main.replaceChildren(head, trouble, figures, body, epochs);
            draw();
            for (const plot of plots.values()) plot.refresh();
            const { findings: list } = await get(`/v1/trials/${id}/diagnosis`);
            morph(findings, findingsList(list, id));
        } catch (error) {
            if (page.isOver) return;
            if (trial === null) morph(head, h('h1', {}, `Trial ${id}`), problemText(error));
            else if (findings.childNodes.length === 0) morph(findings, h('p', { class: 'note' }, error.message));
        }
    }

    const refresh = throttled(2000, load);
    page.ending(refresh.stop);
    main.append(head);
    page.title(`Trial ${id}`);
    page.on('sweep', (moved) => {
        if (moved.sweep === trial?.sweep && isLive()) refresh();
    });
    page.on('event', (event) => {
        const isOfAll = ['trials_retried', 'trials_chosen'].includes(event.kind) && event.sweep === trial?.sweep;
        if (event.trial === id || isOfAll) refresh();
    });
    page.on('back', refresh);
    load();
}
