// Sweeps or trials side by side.
import { get, throttled } from '/assets/api.js';
import { countsWords, duration, fraction, h, morph, number, percent, problemText, stateLabel, time } from '/assets/dom.js';
import { Plot } from '/assets/plots.js';

export function comparePage(page, main) {
    const isSweeps = page.query.has('sweeps');
    const ids = [...new Set((page.query.get(isSweeps ? 'sweeps' : 'trials') ?? '').split(',').filter((id) => /^\d+$/.test(id)))].slice(0, 12);
    const kind = isSweeps ? 'sweeps' : 'trials';
    const place = h('div');
    const rows = h('div', { class: 'comparison' });
    page.title(`Compare ${kind}`);
    main.append(h('p', { class: 'crumbs' }, h('a', { href: '#/' }, 'Sweeps'), ' / compare'), h('h1', {}, `Compare ${kind}`), place, rows);
    if (ids.length === 0) {
        return place.append(h('p', { class: 'empty' }, 'Tick sweeps in the list, or trials in the table of a sweep, and choose Compare.'));
    }
    const pictures = (isSweeps ? ['history', 'importance'] : ['loss', 'accuracy']).map((name) => ids.map((id) => [id, new Plot(`/v1/${kind}/${id}/plots/${name}`)]));
    main.append(...pictures.map((list) => h('div', { class: 'beside' }, list.map(([id, plot]) =>
        h('section', { class: 'panel', 'aria-label': `${kind} ${id}` }, h('h2', {}, h('a', { href: `#/${kind}/${id}` }, `${isSweeps ? 'Sweep' : 'Trial'} ${id}`)), plot.element)))));
    page.ending(() => pictures.flat().forEach(([, plot]) => plot.stop()));

    function drawTable(columns, lines) {
        morph(rows, h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'Comparison' }, h('table', {},
            h('thead', {}, h('tr', {}, h('td'), columns.map((item) => h('th', { scope: 'col' },
                h('a', { href: `#/${kind}/${item.id}` }, item.title))))),
            h('tbody', {}, lines.map(([label, written]) => {
                const values = columns.map(written);
                const isDifferent = new Set(values.map((value) => (value instanceof Node ? value.textContent : String(value)))).size > 1;
                return h('tr', { 'data-key': label, class: isDifferent ? 'different' : null }, h('th', { scope: 'row' }, label), values.map((value) => h('td', {}, value)));
            })))));
    }

    const load = throttled(2000, async () => {
        try {
            const items = await Promise.all(ids.map((id) => get(`/v1/${kind}/${id}`)));
            if (page.isOver) return;
            const parametersOf = (item) => (isSweeps ? (item.best ?? item.leading)?.parameters : item.parameters) ?? {};
            const names = [...new Set(items.flatMap((item) => Object.keys(parametersOf(item))))];
            const parameterLines = names.map((name) => [name, (item) => number(parametersOf(item)[name])]);
            const columns = items.map((item) => ({ ...item, id: isSweeps ? item.sweep : item.trial, title: isSweeps ? `${item.sweep} ${item.name}` : `Trial ${item.trial}` }));
            drawTable(columns, isSweeps ? [
                ['State', (item) => stateLabel(item.state, item.closing)], ['Trials', countsWords], ['Progress', (item) => percent(item.progress)],
                ['Metric', (item) => item.metric], ['Best validation accuracy', (item) => fraction(item.best?.val_accuracy)],
                ['Its training accuracy', (item) => fraction(item.best?.train_accuracy)], ['Its validation loss', (item) => number(item.best?.val_loss)],
                ...parameterLines, ['Ran for', (item) => duration(item.active_s)], ['Looks at the test set', (item) => item.test_looks],
                ['Submitted', (item) => time(item.submitted_at)],
            ] : [
                ['Sweep', (item) => h('a', { href: `#/sweeps/${item.sweep}` }, item.sweep)], ['State', (item) => stateLabel(item.state)],
                ...parameterLines, ['Validation accuracy', (item) => fraction(item.val_accuracy)], ['Training accuracy', (item) => fraction(item.train_accuracy)],
                ['Validation loss', (item) => number(item.val_loss)], ['Training loss', (item) => number(item.train_loss)],
                ['Iterations', (item) => item.iteration], ['Training time', (item) => duration(item.seconds)], ['Reason', (item) => item.reason ?? '–'],
            ]);
            for (const [, plot] of pictures.flat()) plot.refresh();
        } catch (error) {
            if (!page.isOver && rows.childNodes.length === 0) morph(place, problemText(error));
        }
    });
    page.ending(load.stop);
    page.on('sweep', load);
    page.on('back', load);
    load();
}
