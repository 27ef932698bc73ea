// All sweeps, with live progress.
import { get } from '/assets/api.js';
import {
    cell, countsBar, countsWords, duration, emptyState, fraction, h, link, morph, number, percent, problemText,
    stateLabel, time, waiting,
} from '/assets/dom.js';

const heads = [
    ['', 'Sweep'], ['', 'Progress'], ['number', 'Best'], ['wide', 'Best parameters'], ['number wide', 'Test looks'],
    ['wide', 'Submitted'],
];

export function sweepsPage(page, main) {
    page.title('Sweeps');
    const sweeps = new Map();
    const chosen = new Set();
    let next = null;
    const list = h('div', { class: 'sweeps' }, waiting());
    const compare = h('div', { class: 'actions' });
    main.append(h('div', { class: 'heading' }, h('h1', {}, 'Sweeps'), compare), list);

    async function load(before = null) {
        try {
            const answer = await get(`/v1/sweeps?limit=50${before ? `&before=${before}` : ''}`);
            if (page.isOver) return;
            for (const sweep of answer.sweeps) sweeps.set(sweep.sweep, sweep);
            if (before !== null || next === null) next = answer.next_before;
            draw();
        } catch (error) {
            if (!page.isOver && sweeps.size === 0) morph(list, problemText(error));
        }
    }

    function draw() {
        if (sweeps.size === 0) {
            const words = 'There is no sweep yet. Submit one from the command line; it appears here at once.';
            return morph(list, emptyState(words, 'sweepctl submit configs/grid.json'));
        }
        const newestFirst = [...sweeps.values()].sort((a, b) => b.sweep - a.sweep);
        const columns = heads.map(([kind, words]) => h('th', { scope: 'col', class: kind }, words));
        const choose = h('th', { scope: 'col', class: 'choose wide' }, h('span', { class: 'unseen' }, 'compare'));
        morph(list,
            h('table', {}, h('thead', {}, h('tr', {}, choose, columns)), h('tbody', {}, newestFirst.map(row))),
            next ? h('p', {}, h('button', { type: 'button', onclick: () => load(next) }, 'Older sweeps')) : null);
    }

    function row(sweep) {
        const best = sweep.best ?? sweep.leading;
        const value = best && (sweep.metric === 'val_loss' ? number(best.val_loss) : fraction(best.val_accuracy));
        const hasEnd = sweep.eta_s !== null && sweep.state === 'running';
        const left = sweep.preparing !== null
            ? h('span', {}, `preparing images, ${percent(sweep.preparing)}`)
            : hasEnd && h('span', {}, `${duration(sweep.eta_s)} left`);
        return h('tr', { 'data-key': `sweep-${sweep.sweep}` },
            cell('choose wide', h('input', { type: 'checkbox', 'aria-label': `Compare sweep ${sweep.sweep}`,
                onchange: (event) => choose(sweep.sweep, event.target.checked) })),
            cell('', h('a', { class: 'name', href: `#/sweeps/${sweep.sweep}` }, sweep.name),
                h('div', { class: 'under' }, h('span', {}, sweep.sweep), stateLabel(sweep.state, sweep.closing))),
            cell('progress', countsBar(sweep), h('div', { class: 'under' },
                h('span', { class: 'done' }, percent(sweep.progress)), left, countsWords(sweep))),
            cell('number', best ? [link('trial', best.trial, value),
                h('div', { class: 'under' }, sweep.best ? `trial ${best.trial}` : 'ahead, running')] : '–'),
            cell('wide parameters', best ? Object.entries(best.parameters).map(([name, set]) =>
                h('span', { 'data-key': name }, `${name} ${number(set)}`)) : '–'),
            cell('number wide', sweep.test_looks), cell('wide', time(sweep.submitted_at)));
    }

    function choose(id, isChosen) {
        if (isChosen) chosen.add(id);
        else chosen.delete(id);
        const address = `#/compare?sweeps=${[...chosen].join()}`;
        const isEnough = chosen.size > 1;
        morph(compare, isEnough && h('a', { class: 'button', href: address }, `Compare ${chosen.size} sweeps`));
    }

    page.on('sweep', (sweep) => {
        sweeps.set(sweep.sweep, sweep);
        draw();
    });
    page.on('event', (event) => event.kind === 'sweep_submitted' && load());
    page.on('back', () => load());
    load();
}
