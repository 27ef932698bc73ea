// What a teacher would say.
import { h, link } from '/assets/dom.js';

// `here` is the trial whose page it is: it needs no link to itself.
export function findingsList(findings, here = null) {
    if (findings.length === 0) return h('p', { class: 'note' }, 'Nothing to find fault with so far.');
    return h('ul', { class: 'findings' }, findings.map((finding) =>
        h('li', { class: finding.level, 'data-key': `${finding.code} ${finding.trial} ${finding.parameter}` },
            h('h3', {}, h('span', { class: 'level' }, finding.level), ' ', finding.title),
            h('p', {}, finding.detail, finding.trial && finding.trial !== here ? [' ', link('trial', finding.trial)] : null),
            finding.advice ? h('p', { class: 'advice' }, finding.advice) : null)));
}
