// Sweeps or trials side by side.
import { get, throttled } from '/assets/api.js';
import {
    cell, countsWords, duration, fraction, h, link, morph, number, percent, problemText, stateLabel, time,
} from '/assets/dom.js';
import { Plot } from '/assets/plots.js';

const sweepLines = (parameters) => [
    ['State', (sweep) => stateLabel(sweep.state, sweep.closing)],
    ['Trials', countsWords],
    ['Progress', (sweep) => percent(sweep.progress)],
    ['Metric', (sweep) => sweep.metric],
    ['Best validation accuracy', (sweep) => fraction(sweep.best?.val_accuracy)],
    ['Its training accuracy', (sweep) => fraction(sweep.best?.train_accuracy)],
    ['Its validation loss', (sweep) => number(sweep.best?.val_loss)],
    ...parameters,
    ['Ran for', (sweep) => duration(sweep.active_s)],
    ['Looks at the test set', (sweep) => sweep.test_looks],
    ['Submitted', (sweep) => time(sweep.submitted_at)],
];

const trialLines = (parameters) => [
    ['Sweep', (trial) => link('sweep', trial.sweep, trial.sweep)],
    ['State', (trial) => stateLabel(trial.state)],
    ...parameters,
    ['Validation accuracy', (trial) => fraction(trial.val_accuracy)],
    ['Training accuracy', (trial) => fraction(trial.train_accuracy)],
    ['Validation loss', (trial) => number(trial.val_loss)],
    ['Training loss', (trial) => number(trial.train_loss)],
    ['Iterations', (trial) => trial.iteration],
    ['Training time', (trial) => duration(trial.seconds)],
    ['Reason', (trial) => trial.reason ?? '–'],
];

export function comparePage(page, main) {
    const kind = page.query.has('sweeps') ? 'sweep' : 'trial';
    const isSweeps = kind === 'sweep';
    const given = (page.query.get(`${kind}s`) ?? '').split(',').filter((id) => /^\d+$/.test(id));
    const ids = [...new Set(given)].slice(0, 12);
    const place = h('div', { class: 'comparison' });
    page.title(`Compare ${kind}s`);
    main.append(h('p', { class: 'crumbs' }, h('a', { href: '#/' }, 'Sweeps'), ' / compare'),
        h('h1', {}, `Compare ${kind}s`), place);
    if (ids.length === 0) {
        return place.append(h('p', { class: 'empty' },
            'Tick sweeps in the list, or trials in the table of a sweep, and choose Compare.'));
    }
    const plots = [];
    for (const name of isSweeps ? ['history', 'importance'] : ['loss', 'accuracy']) {
        main.append(h('div', { class: 'beside' }, ids.map((id) => {
            const plot = new Plot(`/v1/${kind}s/${id}/plots/${name}`);
            plots.push(plot);
            const title = `${isSweeps ? 'Sweep' : 'Trial'} ${id}`;
            return h('section', { class: 'panel', 'aria-label': `${title}: ${name}` },
                h('h2', {}, link(kind, id, title)), plot.element);
        })));
    }
    page.ending(() => plots.forEach((plot) => plot.stop()));

    function draw(items) {
        const parametersOf = (item) => (isSweeps ? (item.best ?? item.leading)?.parameters : item.parameters) ?? {};
        const names = [...new Set(items.flatMap((item) => Object.keys(parametersOf(item))))];
        const parameters = names.map((name) => [name, (item) => number(parametersOf(item)[name])]);
        const titleOf = (item) => (isSweeps ? `${item.sweep} ${item.name}` : `Trial ${item.trial}`);
        const heads = items.map((item) => h('th', { scope: 'col' }, link(kind, item[kind], titleOf(item))));
        const rows = (isSweeps ? sweepLines : trialLines)(parameters).map(([label, written]) => {
            const values = items.map((item) => cell('', written(item)));
            const isDifferent = new Set(values.map((value) => value.textContent)).size > 1;
            return h('tr', { 'data-key': label, class: isDifferent ? 'different' : null },
                h('th', { scope: 'row' }, label), values);
        });
        morph(place, h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'Comparison' },
            h('table', {}, h('thead', {}, h('tr', {}, h('td'), heads)), h('tbody', {}, rows))));
    }

    const load = throttled(2000, async () => {
        try {
            const items = await Promise.all(ids.map((id) => get(`/v1/${kind}s/${id}`)));
            if (page.isOver) return;
            draw(items);
            for (const plot of plots) plot.refresh();
        } catch (error) {
            if (!page.isOver && !place.querySelector('table')) morph(place, problemText(error));
        }
    });
    page.ending(load.stop);
    page.on('sweep', load);
    page.on('back', load);
    load();
}
