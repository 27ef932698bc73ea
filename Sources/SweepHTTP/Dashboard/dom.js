// Elements, and how numbers, times and states are written.

/** An element. `on…` are listeners, `grow` a share of a bar's width, null and false leave an attribute or child out. */
export function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
        else if (name === 'grow') node.style.flexGrow = value;
        else node.setAttribute(name, value === true ? '' : value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
}

/**
 * Makes the children of `target` equal to `children` and keeps every node that can stay, so that focus, selection and
 * hover survive an update. Nodes with another `data-key` are replaced, as their listeners belong to something else.
 */
export function morph(target, ...children) {
    const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
    wanted.forEach((child, place) => {
        const node = typeof child === 'object' ? child : document.createTextNode(String(child));
        const present = target.childNodes[place];
        if (!present) target.append(node);
        else if (present !== node) become(present, node);
    });
    while (target.childNodes.length > wanted.length) target.lastChild.remove();
}

function become(present, wanted) {
    const isSame = present.nodeName === wanted.nodeName && present.dataset?.key === wanted.dataset?.key;
    if (!isSame) return present.replaceWith(wanted);
    if (present.nodeType === Node.TEXT_NODE) {
        if (present.data !== wanted.data) present.data = wanted.data;
        return;
    }
    for (const { name } of [...present.attributes]) {
        if (name !== 'style' && !wanted.hasAttribute(name)) present.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
        if (name !== 'style' && present.getAttribute(name) !== value) present.setAttribute(name, value);
    }
    if (present.style.cssText !== wanted.style.cssText) present.style.cssText = wanted.style.cssText;
    morph(present, ...wanted.childNodes);
}

/** Says a change to those who do not see it. */
export function announce(text) {
    document.getElementById('announcer').textContent = text;
}

export const fraction = (value) => (value === null || value === undefined ? '–' : value.toFixed(4));
export const percent = (value) => `${Math.floor(value * 100)} %`;
/** Groups of three with a narrow space, as the pictures have them. */
export const count = (value) =>
    (value === null || value === undefined ? '–' : String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f'));
export const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A parameter or a loss: short, and exact to four digits. */
export function number(value) {
    if (value === null || value === undefined) return '–';
    if (typeof value !== 'number') return String(value);
    if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
        return value.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', 'e');
    }
    return String(Number(value.toPrecision(4)));
}

export function duration(seconds) {
    if (seconds === null || seconds === undefined) return '–';
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
    return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

export function bytes(value) {
    if (value === null || value === undefined) return '–';
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
    return `${Number((value / 1024 ** step).toPrecision(3))} ${units[step]}`;
}

/** Local time, to the minute; the exact one in the hover text. */
export function time(iso) {
    if (!iso) return '–';
    const at = new Date(iso);
    const two = (part) => String(part).padStart(2, '0');
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    return h('time', { datetime: iso, title: iso }, `${day} ${two(at.getHours())}:${two(at.getMinutes())}`);
}

export const trialStates = ['completed', 'running', 'queued', 'diverged', 'pruned', 'failed', 'cancelled'];

export function stateLabel(state, closing) {
    const words = { stop: 'stopping', finish: 'finishing', cancel: 'cancelling', fail: 'failing' };
    return h('span', { class: `state ${state}` }, closing ? words[closing] ?? closing : state);
}

/** How many trials are in which state: one bar, and the same in words. */
export function countsBar(sweep) {
    const present = trialStates.filter((state) => sweep.counts[state]);
    const words = present.map((state) => `${count(sweep.counts[state])} ${state}`).join(', ') || 'no trials';
    return h('div', { class: 'stack', role: 'img', 'aria-label': words },
        present.map((state) => h('span', { class: `part ${state}`, 'data-key': state, grow: sweep.counts[state] })));
}

export function countsWords(sweep) {
    return h('span', { class: 'counts' }, trialStates.filter((state) => sweep.counts[state]).map((state) =>
        h('span', { class: `state ${state}`, 'data-key': state }, `${count(sweep.counts[state])} ${state}`)));
}

/** Terms and values, side by side. */
export function facts(...pairs) {
    return h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([term, ...value]) =>
        h('div', { 'data-key': term }, h('dt', {}, term), h('dd', {}, value))));
}

/** A section under its heading. */
export function panel(id, title, ...children) {
    return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, title), children);
}

/** A table that scrolls by itself where it is too wide or too long; `heads` are pairs of class and words. */
export function scrollingTable(label, heads, rows) {
    const head = h('tr', {}, heads.map(([kind, words]) => h('th', { scope: 'col', class: kind }, words)));
    return h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': label },
        h('table', {}, h('thead', {}, head), h('tbody', {}, rows)));
}

export const link = (kind, id, words = `${kind} ${id}`) => h('a', { href: `#/${kind}s/${id}` }, words);
export const cell = (kind, ...children) => h('td', { class: kind }, children);
export const waiting = () => h('p', { class: 'waiting' }, 'Asking the daemon …');

export function emptyState(text, command) {
    return h('div', { class: 'empty' }, h('p', {}, text), command ? h('pre', {}, h('code', {}, command)) : null);
}

export const problemText = (error) => h('p', { class: 'problem', role: 'alert' }, error.message);
