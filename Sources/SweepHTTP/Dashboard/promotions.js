// Every look at a test set.
import { get } from '/assets/api.js';
import { interval, subject } from '/assets/dialogs.js';
import {
    cell, count, emptyState, fraction, h, link, morph, plural, problemText, scrollingTable, time, waiting,
} from '/assets/dom.js';

const heads = [
    ['', 'Model'], ['', 'Sweep'], ['number', 'Test accuracy'], ['number', '95 % interval'], ['number', 'Validation'],
    ['number wide', 'Right'], ['number', 'Looks so far'], ['', 'When'],
];

export function promotionsPage(page, main) {
    page.title('Promotions');
    const list = h('div', {}, waiting());
    main.append(h('h1', {}, 'Promotions'),
        h('p', { class: 'lead' }, 'Every measurement on a test set, the newest first. ',
            'None is ever changed or removed; the more looks, the less each figure is worth.'),
        list);

    async function load() {
        try {
            const { promotions } = await get('/v1/promotions');
            if (page.isOver) return;
            morph(list, promotions.length > 0 ? scrollingTable('Table of promotions', heads, promotions.map(row))
                : emptyState('Nothing was promoted yet: no test set was looked at.', 'sweepctl promote 1'));
        } catch (error) {
            if (!page.isOver && !list.querySelector('table')) morph(list, problemText(error));
        }
    }

    function row(promotion) {
        return h('tr', { 'data-key': promotion.promotion },
            cell('', subject(promotion)), cell('', link('sweep', promotion.sweep, promotion.sweep)),
            cell('number', h('strong', {}, fraction(promotion.test_accuracy))), cell('number', interval(promotion)),
            cell('number', fraction(promotion.val_accuracy)),
            cell('number wide', `${count(promotion.correct)} of ${plural(promotion.test_examples, 'sample')}`),
            cell('number', promotion.test_looks), cell('', time(promotion.at)));
    }

    page.on('event', (event) => event.kind === 'promoted' && load());
    page.on('back', load);
    load();
}
