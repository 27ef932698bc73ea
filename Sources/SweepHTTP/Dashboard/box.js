// The box: cores, memory, disk, data sets, what the doctor finds, what the workers do.
import { get, throttled } from '/assets/api.js';
import {
    bytes, cell, count, duration, facts, h, morph, panel, percent, plural, problemText, scrollingTable, waiting,
} from '/assets/dom.js';
import { Plot } from '/assets/plots.js';

function gauge(label, used, total, words, mayBeFull = false) {
    const share = total > 0 ? Math.min(1, used / total) : 0;
    const kind = share > 0.9 && !mayBeFull ? 'failed' : 'running';
    return h('div', { class: 'gauge', 'data-key': label },
        h('h2', {}, label), h('p', { class: 'large' }, words),
        h('div', { class: 'stack', role: 'img', 'aria-label': `${percent(share)} used` },
            h('span', { class: `part ${kind}`, grow: share }), h('span', { class: 'part free', grow: 1 - share })),
        h('p', { class: 'note' }, `${percent(share)} used`));
}

function doctorsFinding(finding) {
    return h('li', { class: finding.level, 'data-key': finding.subject },
        h('h3', {}, h('span', { class: 'level' }, finding.level), ' ', finding.subject), h('p', {}, finding.detail));
}

function datasetRow(set) {
    const note = [set.location === null ? 'missing' : set.layout, set.problem].filter(Boolean).join(': ');
    return h('tr', { 'data-key': set.name },
        h('td', { title: set.location || null }, set.name, ' ', h('span', { class: 'note' }, note)),
        cell('number', count(set.train_samples)), cell('number', count(set.test_samples)),
        cell('number', set.layout === 'generated' ? 'made' : bytes(set.bytes)));
}

export function boxPage(page, main) {
    page.title('Box');
    const gauges = h('div', { class: 'gauges' }, waiting());
    const daemon = h('div');
    const doctor = h('div', {}, h('p', { class: 'waiting' }, 'The doctor looks …'));
    const datasets = h('div');
    const again = h('p', {}, h('button', { type: 'button', onclick: () => loadRest() }, 'Look again'));
    const plot = new Plot('/v1/plots/workers');
    page.ending(() => plot.stop());
    main.append(h('h1', {}, 'Box'), h('div', { class: 'panel' }, gauges),
        h('section', { class: 'panel', 'aria-label': 'Workers' }, plot.element),
        h('div', { class: 'beside' }, panel('doctor-title', 'Doctor', doctor, again),
            panel('data-title', 'Data sets', datasets), panel('daemon-title', 'Daemon', daemon)));

    const load = throttled(3000, async () => {
        try {
            const [box, health] = await Promise.all([get('/v1/box'), get('/v1/health')]);
            if (page.isOver) return;
            const disk = (label, folder) =>
                gauge(label, folder.total - folder.free, folder.total, `${bytes(folder.free)} free`);
            morph(gauges,
                // A busy box is what one wants.
                gauge('Processor', box.load_1m, box.cores,
                    `load ${box.load_1m.toFixed(2)} on ${plural(box.cores, 'core')}`, true),
                gauge('Memory', box.memory_total - box.memory_available, box.memory_total,
                    `${bytes(box.memory_available)} of ${bytes(box.memory_total)} free`),
                disk('Disk of the state', box.state_dir), disk('Disk of the data', box.data_dir));
            morph(daemon, facts(['Version', health.version],
                ['Workers', `${health.busy_workers} of ${health.workers} busy`], ['Kernels', health.isa],
                ['Memory of the daemon', bytes(health.memory_bytes)], ['Up', duration(health.uptime_s)],
                ['Process', String(health.pid)],
                ['State folder', h('code', {}, box.state_dir.path), ` ${bytes(box.state_bytes)}`],
                ['Data folder', h('code', {}, box.data_dir.path)]));
            await plot.refresh();
        } catch (error) {
            if (!page.isOver && !gauges.querySelector('.gauge')) morph(gauges, problemText(error));
        }
    });

    async function show(target, path, drawn) {
        try {
            const answer = await get(path);
            if (!page.isOver) morph(target, drawn(answer));
        } catch (error) {
            if (!page.isOver) morph(target, problemText(error));
        }
    }

    function loadRest() {
        show(doctor, '/v1/doctor', ({ findings }) => h('ul', { class: 'findings' }, findings.map(doctorsFinding)));
        const heads = [['', 'Name'], ['number', 'Training'], ['number', 'Test'], ['number', 'Size']];
        show(datasets, '/v1/datasets', (answer) =>
            scrollingTable('Table of data sets', heads, answer.datasets.map(datasetRow)));
    }

    const timer = setInterval(() => document.hidden || load(), 5000);
    page.ending(() => clearInterval(timer));
    page.ending(load.stop);
    page.on('sweep', load);
    page.on('back', () => {
        load();
        loadRest();
    });
    load();
    loadRest();
}
