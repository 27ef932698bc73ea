// Every look at a test set.
import { get } from '/assets/api.js';
import { interval } from '/assets/dialogs.js';
import { emptyState, fraction, h, morph, plural, problemText, time } from '/assets/dom.js';

export function promotionsPage(page, main) {
    page.title('Promotions');
    const list = h('div', {}, h('p', { class: 'waiting' }, 'Asking the daemon …'));
    main.append(h('h1', {}, 'Promotions'),
        h('p', { class: 'lead' }, 'Every measurement on a test set, the newest first. None is ever changed or removed; the more looks, the less each figure is worth.'), list);

    async function load() {
        try {
            const { promotions } = await get('/v1/promotions');
            if (!page.isOver) morph(list, promotions.length === 0 ? emptyState('Nothing was promoted yet: no test set was looked at.', 'sweepctl promote 1') : table(promotions));
        } catch (error) {
            if (!page.isOver && !list.querySelector('table')) morph(list, problemText(error));
        }
    }

    function table(promotions) {
        const head = [['', 'Trial'], ['', 'Sweep'], ['number', 'Test accuracy'], ['', '95 % interval'], ['number', 'Validation'], ['number wide', 'Right'], ['number', 'Look'], ['', 'When']];
        return h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'Table of promotions' }, h('table', {},
            h('thead', {}, h('tr', {}, head.map(([kind, words]) => h('th', { scope: 'col', class: kind }, words)))),
            h('tbody', {}, promotions.map((promotion) => h('tr', { 'data-key': promotion.promotion },
                h('td', {}, h('a', { href: `#/trials/${promotion.trial}` }, promotion.trial)), h('td', {}, h('a', { href: `#/sweeps/${promotion.sweep}` }, promotion.sweep)),
                h('td', { class: 'number' }, h('strong', {}, fraction(promotion.test_accuracy))), h('td', {}, interval(promotion)),
                h('td', { class: 'number' }, fraction(promotion.val_accuracy)),
                h('td', { class: 'number wide' }, `${promotion.correct} of ${plural(promotion.test_examples, 'sample')}`),
                h('td', { class: 'number' }, promotion.test_looks), h('td', {}, time(promotion.at)))))));
    }

    page.on('event', (event) => event.kind === 'promoted' && load());
    page.on('back', load);
    load();
}
