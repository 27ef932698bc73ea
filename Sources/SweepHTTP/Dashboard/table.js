// The trial table: all trials of a sweep, of which only the rows in view are elements.
import { cell, count, fraction, h, number, plural, stateLabel, trialStates } from '/assets/dom.js';
import { parseFilter } from '/assets/filter.js';

const rowHeight = 30;
const labels = {
    index: '#', trial: 'trial', state: 'state', reason: 'reason', attempt: 'attempt', iteration: 'iterations',
    val_accuracy: 'val acc', train_accuracy: 'train acc', val_loss: 'val loss', train_loss: 'train loss',
    seconds: 'time (s)',
};
const titles = {
    index: 'place in the sweep', val_accuracy: 'validation accuracy', train_accuracy: 'training accuracy',
    val_loss: 'validation loss', train_loss: 'loss of the last minibatch', seconds: 'training time',
};
const texts = new Set(['state', 'reason']);

function written(name, value) {
    if (value === null || value === undefined) return '–';
    if (name === 'val_accuracy' || name === 'train_accuracy') return fraction(value);
    if (name === 'seconds') return value < 100 ? value.toFixed(1) : value.toFixed(0);
    return number(value);
}

export class TrialTable {
    columns = [];
    rows = [];
    /** Places in `rows` that pass the filter, in the order shown. */
    #shown = [];
    #visible = [];
    #chosen = new Set();
    #best = null;
    #options;
    #drawn = '';

    /**
     * @param options `filter`, `state`, `sort` (a column, with `-` for the largest first) to begin with, and
     *     `changed({filter, state, sort})` and `chosen(trials)` to be told
     */
    constructor(options) {
        this.#options = options;
        this.filterField = h('input', { type: 'search', id: 'filter', value: options.filter, spellcheck: 'false',
            autocomplete: 'off', placeholder: 'hidden_size>=160 val_accuracy>0.5', 'aria-describedby': 'filter-note',
            oninput: () => this.#filterChanged() });
        this.stateField = h('select', { id: 'state-filter', onchange: () => this.#filterChanged() },
            h('option', { value: '' }, 'any'),
            trialStates.map((state) => h('option', { value: state, selected: options.state === state }, state)));
        this.note = h('p', { class: 'note', id: 'filter-note', role: 'status' }, 'Asking the daemon …');
        this.columnGroup = h('colgroup');
        this.head = h('tr');
        this.body = h('tbody');
        this.table = h('table', { class: 'trials', 'aria-label': 'Trials' },
            this.columnGroup, h('thead', {}, this.head), this.body);
        this.scroller = h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': 'Table of trials' },
            this.table);
        let isAsked = false;
        this.scroller.addEventListener('scroll', () => {
            if (isAsked) return;
            isAsked = true;
            requestAnimationFrame(() => {
                isAsked = false;
                this.#draw();
            });
        }, { passive: true });
        this.element = h('div', { class: 'trial-table' },
            h('div', { class: 'filters' },
                h('label', { class: 'grows' }, 'Filter', this.filterField),
                h('label', {}, 'State', this.stateField)),
            this.note, this.scroller);
    }

    get #sort() {
        const text = this.#options.sort || 'index';
        return { name: text.replace(/^-/, ''), isDown: text.startsWith('-') };
    }

    /** Takes the answer of `/v1/sweeps/{id}/table`. */
    show(answer) {
        const isOther = answer.columns.join() !== this.columns.join();
        [this.columns, this.rows, this.parameters] = [answer.columns, answer.rows, answer.parameters];
        if (isOther && !this.columns.includes(this.#sort.name)) this.#options.sort = 'index';
        const used = (name) => this.#column(name).some((value) => value !== null);
        const isRetried = this.#column('attempt').some((value) => value > 1);
        const visible = [
            'index', 'trial', 'state', 'val_accuracy', 'train_accuracy', ...this.parameters, 'val_loss', 'train_loss',
            'iteration', 'seconds', ...(isRetried ? ['attempt'] : []), ...(used('reason') ? ['reason'] : []),
        ].filter((name) => this.columns.includes(name));
        if (visible.join() !== this.#visible.join()) {
            this.#visible = visible;
            this.#layOut();
        }
        this.#arrange();
    }

    /** Which trial is the best one. */
    mark(best) {
        if (best === this.#best) return;
        this.#best = best;
        this.#drawn = '';
        if (this.rows.length > 0) this.#draw();
    }

    #column(name) {
        const place = this.columns.indexOf(name);
        return place < 0 ? [] : this.rows.map((row) => row[place]);
    }

    /** Widths stand fixed: rows that come into view must not move the columns. */
    #layOut() {
        const step = Math.max(1, Math.floor(this.rows.length / 300));
        const sample = this.rows.filter((_, place) => place % step === 0);
        this.columnGroup.replaceChildren(h('col', { class: 'choose' }), ...this.#visible.map((name) => {
            const place = this.columns.indexOf(name);
            // A state has a mark before it, a head that is sorted by an arrow behind it.
            const mark = name === 'state' ? 2 : 0;
            const length = Math.max((labels[name] ?? name).length + 2,
                ...sample.map((row) => written(name, row[place]).length + mark));
            const column = h('col');
            column.style.width = `${Math.min(length, name === 'reason' ? 44 : 24) * 0.52 + 1.1}rem`;
            return column;
        }));
        const cells = this.#visible.map((name) =>
            h('th', { scope: 'col', 'data-name': name, class: texts.has(name) ? '' : 'number' },
                h('button', { type: 'button', title: titles[name], onclick: () => this.#sortBy(name) },
                    labels[name] ?? name)));
        const choose = h('th', { scope: 'col', class: 'choose' }, h('span', { class: 'unseen' }, 'compare'));
        this.head.replaceChildren(choose, ...cells);
        this.#drawn = '';
    }

    #sortBy(name) {
        const { name: present, isDown } = this.#sort;
        // The first click shows what people look for: the best accuracy, the lowest of all else.
        const startsDown = name.endsWith('accuracy');
        this.#options.sort = (name === present ? !isDown : startsDown) ? `-${name}` : name;
        this.scroller.scrollTop = 0;
        this.#arrange();
        this.#tell();
    }

    #filterChanged() {
        this.#options.filter = this.filterField.value;
        this.#options.state = this.stateField.value;
        this.scroller.scrollTop = 0;
        this.#arrange();
        this.#tell();
    }

    #tell() {
        const { filter, state, sort } = this.#options;
        this.#options.changed({ filter, state, sort: sort === 'index' ? '' : sort });
    }

    #arrange() {
        const { test, problem } = parseFilter(this.#options.filter ?? '', this.columns);
        const { name, isDown } = this.#sort;
        const [statePlace, place] = [this.columns.indexOf('state'), this.columns.indexOf(name)];
        const state = this.#options.state;
        const shown = [];
        this.rows.forEach((row, at) => {
            if ((!state || row[statePlace] === state) && test(row)) shown.push(at);
        });
        const sign = isDown ? -1 : 1;
        shown.sort((a, b) => {
            const [x, y] = [this.rows[a][place], this.rows[b][place]];
            if (x === y) return a - b;
            // What has no value comes last either way.
            if (x === null || x === undefined) return 1;
            if (y === null || y === undefined) return -1;
            const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
            return order === 0 ? a - b : sign * order;
        });
        this.#shown = shown;
        for (const cell of this.head.querySelectorAll('th[data-name]')) {
            if (cell.dataset.name === name) cell.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
            else cell.removeAttribute('aria-sort');
        }
        const all = plural(this.rows.length, 'trial');
        const isAll = shown.length === this.rows.length;
        this.note.textContent = problem ?? (isAll ? all : `${count(shown.length)} of ${all}`);
        this.note.classList.toggle('problem', problem !== null);
        this.filterField.setAttribute('aria-invalid', String(problem !== null));
        this.table.setAttribute('aria-rowcount', shown.length + 1);
        this.#drawn = '';
        this.#draw();
    }

    #draw() {
        const view = this.scroller.clientHeight || 600;
        const first = Math.max(0, Math.floor(this.scroller.scrollTop / rowHeight) - 12);
        const end = Math.min(this.#shown.length, first + Math.ceil(view / rowHeight) + 24);
        if (this.#drawn === `${first} ${end}`) return;
        this.#drawn = `${first} ${end}`;
        const focused = this.body.contains(document.activeElement) ? document.activeElement.id : null;
        const gap = (rows) => {
            const cell = h('td', { colspan: this.#visible.length + 1 });
            cell.style.height = `${rows * rowHeight}px`;
            return h('tr', { class: 'gap', 'aria-hidden': 'true' }, cell);
        };
        const rows = this.#shown.slice(first, end).map((at, step) => this.#row(this.rows[at], first + step));
        if (first > 0) rows.unshift(gap(first));
        if (end < this.#shown.length) rows.push(gap(this.#shown.length - end));
        if (this.#shown.length === 0) {
            const nothing = this.rows.length === 0 ? 'There are no trials.' : 'No trial passes the filter.';
            rows.push(h('tr', {}, h('td', { class: 'nothing', colspan: this.#visible.length + 1 }, nothing)));
        }
        this.body.replaceChildren(...rows);
        if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }

    #row(row, place) {
        const value = (name) => row[this.columns.indexOf(name)];
        const trial = value('trial');
        const choose = h('input', { type: 'checkbox', id: `choose-${trial}`, 'aria-label': `Compare trial ${trial}`,
            onchange: (event) => {
                if (event.target.checked) this.#chosen.add(trial);
                else this.#chosen.delete(trial);
                this.#options.chosen([...this.#chosen]);
            } });
        choose.checked = this.#chosen.has(trial);
        const cells = this.#visible.map((name) => {
            if (name === 'trial') {
                return cell('number', h('a', { href: `#/trials/${trial}`, id: `trial-${trial}` }, trial));
            }
            if (name === 'state') return cell('', stateLabel(value('state')));
            if (name === 'reason') return h('td', { title: value(name) }, value(name) ?? '–');
            return cell('number', written(name, value(name)));
        });
        return h('tr', { 'aria-rowindex': place + 2, class: trial === this.#best ? 'best' : null },
            cell('choose', choose), cells);
    }

    /** All trials as CSV (RFC 4180), in the order of the sweep, numbers in full. */
    csv() {
        const quoted = (value) => {
            const text = value === null || value === undefined ? '' : String(value);
            return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        };
        return [this.columns, ...this.rows].map((row) => row.map(quoted).join(',')).join('\n') + '\n';
    }
}
