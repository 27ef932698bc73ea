// Pictures that the daemon draws.
import { getText } from '/assets/api.js';
import { h } from '/assets/dom.js';

let made = 0;

/** A picture that follows its data and the width of its place. */
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
            timer = setTimeout(() => Math.abs(this.#place() - this.#width) > 8 && this.refresh(), this.#width ? 200 : 0);
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
