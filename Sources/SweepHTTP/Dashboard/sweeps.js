// All sweeps, with live progress.
import { get } from '/assets/api.js';
import { countsBar, countsWords, duration, emptyState, fraction, h, morph, number, percent, problemText, stateLabel, time } from '/assets/dom.js';

export function sweepsPage(page, main) {
    page.title('Sweeps');
    const sweeps = new Map();
    const chosen = new Set();
    let next = null;
    const list = h('div', { class: 'sweeps' }, h('p', { class: 'waiting' }, 'Asking the daemon …'));
    const compare = h('div', { class: 'actions' });
    main.append(h('div', { class: 'heading' }, h('h1', {}, 'Sweeps'), compare), list);

    async function load(before = null) {
        try {
            const answer = await get(`/v1/sweeps?limit=50${before ? `&before=${before}` : ''}`);
            if (page.isOver) return;
            for (const sweep of answer.sweeps) sweeps.set(sweep.sweep, sweep);
            next = answer.next_before;
            draw();
        } catch (error) {
            if (!page.isOver && sweeps.size === 0) morph(list, problemText(error));
        }
    }

    function draw() {
        if (sweeps.size === 0) {
            return morph(list, emptyState('There is no sweep yet. Submit one from the command line; it appears here at once.',
                'sweepctl submit configs/grid.json'));
        }
        const newestFirst = [...sweeps.values()].sort((a, b) => b.sweep - a.sweep);
        morph(list, h('table', {},
            h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'choose wide' }, h('span', { class: 'unseen' }, 'compare')),
                h('th', { scope: 'col' }, 'Sweep'), h('th', { scope: 'col' }, 'Progress'),
                h('th', { scope: 'col', class: 'number' }, 'Best'), h('th', { scope: 'col', class: 'wide' }, 'Best parameters'),
                h('th', { scope: 'col', class: 'number wide' }, 'Test looks'), h('th', { scope: 'col', class: 'wide' }, 'Submitted'))),
            h('tbody', {}, newestFirst.map(row))),
        next ? h('p', {}, h('button', { type: 'button', onclick: () => load(next) }, 'Older sweeps')) : null);
    }

    function row(sweep) {
        const ahead = sweep.best ?? sweep.leading;
        const isLoss = sweep.metric === 'val_loss';
        return h('tr', { 'data-key': `sweep-${sweep.sweep}` },
            h('td', { class: 'choose wide' }, h('input', { type: 'checkbox', 'aria-label': `Compare sweep ${sweep.sweep}`,
                onchange: (event) => choose(sweep.sweep, event.target.checked) })),
            h('td', {}, h('a', { class: 'name', href: `#/sweeps/${sweep.sweep}` }, sweep.name),
                h('div', { class: 'under' }, h('span', {}, `${sweep.sweep}`), stateLabel(sweep.state, sweep.closing))),
            h('td', { class: 'progress' }, countsBar(sweep), h('div', { class: 'under' }, h('span', { class: 'done' }, percent(sweep.progress)),
                sweep.eta_s !== null && sweep.state === 'running' ? h('span', {}, `${duration(sweep.eta_s)} left`) : null,
                countsWords(sweep))),
            h('td', { class: 'number' }, ahead ? [h('a', { href: `#/trials/${ahead.trial}` }, isLoss ? number(ahead.val_loss) : fraction(ahead.val_accuracy)),
                h('div', { class: 'under' }, sweep.best ? `trial ${ahead.trial}` : 'ahead, running')] : '–'),
            h('td', { class: 'wide parameters' }, ahead ? Object.entries(ahead.parameters).map(([name, value]) =>
                h('span', { 'data-key': name }, `${name} ${number(value)}`)) : '–'),
            h('td', { class: 'number wide' }, sweep.test_looks),
            h('td', { class: 'wide' }, time(sweep.submitted_at)));
    }

    function choose(id, isChosen) {
        if (isChosen) chosen.add(id);
        else chosen.delete(id);
        morph(compare, chosen.size > 1 ? h('a', { class: 'button', href: `#/compare?sweeps=${[...chosen].join()}` }, `Compare ${chosen.size} sweeps`) : null);
    }

    page.on('sweep', (sweep) => {
        sweeps.set(sweep.sweep, sweep);
        draw();
    });
    page.on('event', (event) => event.kind === 'sweep_submitted' && load());
    page.on('back', () => load());
    load();
}
