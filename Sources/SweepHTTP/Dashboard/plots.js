// Pictures that the daemon draws.
import { getText } from '/assets/api.js';
import { h, morph } from '/assets/dom.js';

let made = 0;

/** A picture that follows the width of its place, once `refresh` has drawn it. */
export class Plot {
    #path;
    #choices;
    #id = `plot${++made}`;
    #text = null;
    #width = 0;
    #isLoading = false;
    #isStale = false;
    #observer;

    constructor(path, choices = {}) {
        [this.#path, this.#choices] = [path, choices];
        this.element = h('div', { class: 'picture', 'aria-busy': 'true' },
            h('p', { class: 'waiting' }, 'Drawing …'));
        this.element.addEventListener('pointerleave', () => this.#isStale && this.refresh());
        let timer = null;
        this.#observer = new ResizeObserver(() => {
            clearTimeout(timer);
            // The first drawing is for the page to ask for.
            const isOther = () => this.#width > 0 && Math.abs(this.#place() - this.#width) > 8;
            timer = setTimeout(() => isOther() && this.refresh(), 200);
        });
        this.#observer.observe(this.element);
    }

    stop() {
        this.#observer.disconnect();
    }

    choose(path, choices) {
        [this.#path, this.#choices, this.#text] = [path, choices, null];
        return this.refresh(true);
    }

    /** Asks again. A picture under the pointer or with the focus stays until it is left, unless it is `forced`. */
    async refresh(forced = false) {
        const isLookedAt = this.element.matches(':hover') || this.element.contains(document.activeElement);
        if (this.#isLoading || (!forced && this.#text !== null && isLookedAt)) {
            this.#isStale = true;
            return;
        }
        const width = this.#place();
        if (width === 0 || !this.element.isConnected) return;
        [this.#isLoading, this.#isStale, this.#width] = [true, false, width];
        const [path, choices] = [this.#path, this.#choices];
        const query = new URLSearchParams({ format: 'svg', theme: 'auto', embedded: 'true', id: this.#id,
            width: Math.max(320, Math.min(2000, width)) });
        for (const [name, value] of Object.entries(choices)) if (value) query.set(name, value);
        try {
            const text = await getText(`${path}?${query}`);
            if (text !== this.#text) this.element.replaceChildren(drawing(text));
            this.#text = text;
        } catch (error) {
            // A picture that was there stays when the daemon is away.
            if (this.#text === null || error.status !== 0) {
                this.element.replaceChildren(h('p', { class: 'waiting' }, error.message));
            }
        }
        this.element.removeAttribute('aria-busy');
        this.#isLoading = false;
        if (path !== this.#path || choices !== this.#choices) await this.refresh(true);
    }

    #place() {
        return Math.floor(this.element.clientWidth);
    }
}

/** The daemon's SVG as a node, without anything that could act: names in it come from users. */
function drawing(text) {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (svg.nodeName !== 'svg') return h('p', { class: 'waiting' }, 'The daemon sent no picture.');
    for (const node of svg.querySelectorAll('script, foreignObject, style, iframe')) node.remove();
    for (const node of [svg, ...svg.querySelectorAll('*')]) {
        for (const { name, value } of [...node.attributes]) {
            const isLink = name === 'href' || name === 'xlink:href';
            if (name.startsWith('on') || name === 'style' || (isLink && !/^(#|data:image\/png;)/.test(value))) {
                node.removeAttribute(name);
            }
        }
    }
    return document.importNode(svg, true);
}

const metrics = {
    val_accuracy: 'validation accuracy', train_accuracy: 'training accuracy', val_loss: 'validation loss',
    train_loss: 'training loss',
};
/** The pictures of a sweep: the name of the tab, and what may be chosen. */
const tabs = {
    curves: ['Learning curves', 'metric'],
    history: ['History', 'metric'],
    parallel: ['Parallel coordinates', 'metric'],
    slice: ['Slices', 'x', 'metric'],
    heatmap: ['Heat map', 'x', 'y', 'value', 'metric'],
    importance: ['Importance'],
    distribution: ['Distribution', 'metric'],
    timeline: ['Timeline'],
};

/** One picture of a sweep at a time; which one, and what it shows, stands in the page's address. */
export class PlotTabs {
    parameters = [];
    #page;
    #plot;
    #tabs;
    #choices = h('div', { class: 'choices' });
    #panel;

    constructor(page) {
        this.#page = page;
        this.#plot = new Plot(this.#path, this.#chosen);
        page.ending(() => this.#plot.stop());
        this.#tabs = Object.entries(tabs).map(([name, [title]]) => h('button', {
            type: 'button', role: 'tab', id: `tab-${name}`, 'data-name': name, 'aria-controls': 'picture',
            onclick: () => this.#pick({ plot: name === 'curves' ? '' : name }), onkeydown: (event) => this.#move(event),
        }, title));
        this.#panel = h('div', { id: 'picture', role: 'tabpanel', tabindex: '0' }, this.#plot.element);
        this.element = h('section', { class: 'panel', 'aria-label': 'Plots' },
            h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Plots' }, this.#tabs),
            this.#choices, this.#panel);
        this.draw();
    }

    get #shown() {
        const name = this.#page.query.get('plot');
        return name in tabs ? name : 'curves';
    }

    get #path() {
        return `/v1/sweeps/${this.#page.id}/plots/${this.#shown}`;
    }

    get #chosen() {
        return Object.fromEntries(tabs[this.#shown].slice(1).map((name) => [name, this.#page.query.get(name)]));
    }

    refresh() {
        return this.#plot.refresh();
    }

    #pick(values) {
        this.#page.keep(values);
        this.#plot.choose(this.#path, this.#chosen);
        this.draw();
    }

    #move(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = this.#tabs[(this.#tabs.indexOf(event.target) + step + this.#tabs.length) % this.#tabs.length];
        next.focus();
        next.click();
    }

    draw() {
        const shown = this.#shown;
        for (const tab of this.#tabs) {
            tab.setAttribute('aria-selected', String(tab.dataset.name === shown));
            tab.tabIndex = tab.dataset.name === shown ? 0 : -1;
        }
        this.#panel.setAttribute('aria-labelledby', `tab-${shown}`);
        const parameters = Object.fromEntries(this.parameters.map((name) => [name, name]));
        const values = { best: 'best of the rest', mean: 'mean of the rest' };
        const options = { metric: metrics, x: parameters, y: parameters, value: values };
        const labels = { metric: 'Metric', x: shown === 'slice' ? 'Parameter' : 'Across', y: 'Down', value: 'Cell' };
        morph(this.#choices, tabs[shown].slice(1).map((name) => {
            // Parameters may be left to the daemon.
            const automatic = shown === 'slice' ? 'all' : 'most important';
            return h('label', { 'data-key': `${shown} ${name} ${this.parameters}` }, labels[name],
                h('select', { name, onchange: (event) => this.#pick({ [name]: event.target.value }) },
                    name === 'x' || name === 'y' ? h('option', { value: '' }, automatic) : null,
                    Object.entries(options[name]).map(([value, words]) =>
                        h('option', { value, selected: this.#page.query.get(name) === value }, words))));
        }));
    }
}
