// Routes, the frame round all pages, and what it says of the daemon.
import { live } from '/assets/api.js';
import { boxPage } from '/assets/box.js';
import { comparePage } from '/assets/compare.js';
import { announce, h, morph } from '/assets/dom.js';
import { promotionsPage } from '/assets/promotions.js';
import { sweepPage } from '/assets/sweep.js';
import { sweepsPage } from '/assets/sweeps.js';
import { trialPage } from '/assets/trial.js';

const routes = [
    [/^\/$/, 'sweeps', sweepsPage],
    [/^\/sweeps\/(\d+)$/, 'sweeps', sweepPage],
    [/^\/trials\/(\d+)$/, 'sweeps', trialPage],
    [/^\/compare$/, 'sweeps', comparePage],
    [/^\/promotions$/, 'promotions', promotionsPage],
    [/^\/box$/, 'box', boxPage],
];
const main = document.getElementById('main');
const banner = document.getElementById('banner');
let page = null;

/** What a page may use of the frame; all that it starts ends with it. */
class Page {
    #endings = [];
    isOver = false;

    constructor(id, query) {
        [this.id, this.query] = [id, query];
    }

    /** Listens to the daemon while the page is shown. */
    on(kind, listener) {
        const heard = (event) => listener(event.detail);
        live.addEventListener(kind, heard);
        this.ending(() => live.removeEventListener(kind, heard));
    }

    ending(work) {
        this.#endings.push(work);
    }

    title(...parts) {
        if (!this.isOver) document.title = [...parts, 'sweepd'].join(' · ');
    }

    /** Keeps what was chosen in the address, so that a link shows the same; empty values are left out. */
    keep(values) {
        for (const [name, value] of Object.entries(values)) {
            if (value === '' || value === null || value === undefined) this.query.delete(name);
            else this.query.set(name, value);
        }
        const query = this.query.toString();
        history.replaceState(null, '', location.hash.split('?')[0] + (query ? `?${query}` : ''));
    }

    end() {
        this.isOver = true;
        for (const work of this.#endings) work();
    }
}

function show() {
    const [path, query] = (location.hash.slice(1) || '/').split('?');
    const isFirst = page === null;
    page?.end();
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    main.replaceChildren();
    const route = routes.find(([pattern]) => pattern.test(path));
    for (const link of document.querySelectorAll('nav [data-route]')) {
        if (link.dataset.route === route?.[1]) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    }
    page = new Page(Number(route?.[0].exec(path)[1] ?? 0), new URLSearchParams(query ?? ''));
    if (route) {
        route[2](page, main);
    } else {
        page.title('Not found');
        main.append(h('h1', {}, 'There is no such page'), h('p', {}, h('a', { href: '#/' }, 'All sweeps')));
    }
    if (isFirst) return;
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
}

addEventListener('hashchange', show);
document.getElementById('skip').addEventListener('click', (event) => {
    // The hash holds the route; the link may not change it.
    event.preventDefault();
    main.focus();
});

let bannerTimer = null;
live.addEventListener('refused', ({ detail }) => {
    clearTimeout(bannerTimer);
    morph(banner, detail);
    banner.hidden = false;
});
live.addEventListener('lost', () => {
    // A daemon that restarts quickly needs no banner.
    bannerTimer ??= setTimeout(() => {
        morph(banner, 'The daemon does not answer. This page goes on by itself when it is back; ',
            h('code', {}, 'sweepctl doctor'), ' says what is wrong.');
        banner.hidden = false;
        document.getElementById('workers').textContent = '';
    }, 400);
});
live.addEventListener('back', () => {
    clearTimeout(bannerTimer);
    bannerTimer = null;
    if (!banner.hidden) announce('The daemon is back.');
    banner.hidden = true;
});
live.addEventListener('health', ({ detail }) => {
    document.getElementById('workers').textContent = `${detail.busy_workers} of ${detail.workers} workers busy`;
    if (!detail.trouble) return void (banner.dataset.trouble && (banner.hidden = true, delete banner.dataset.trouble));
    morph(banner, `Nothing new is accepted: ${detail.trouble}`);
    banner.dataset.trouble = 'yes';
    banner.hidden = false;
});
live.addEventListener('event', ({ detail }) => {
    const words = {
        sweep_submitted: 'was submitted', sweep_started: 'runs', sweep_paused: 'is paused', sweep_resumed: 'goes on',
        sweep_stopping: 'is stopping', sweep_cancelling: 'is being cancelled', sweep_ended: 'has ended',
        promoted: 'has a test result',
    };
    if (words[detail.kind]) announce(`Sweep ${detail.sweep} ${words[detail.kind]}.`);
});

const theme = document.getElementById('theme');
theme.value = document.documentElement.dataset.theme ?? 'system';
theme.addEventListener('change', () => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    try {
        localStorage.setItem('sweepd-theme', theme.value);
    } catch {
        // Without storage the choice holds for this page.
    }
});

live.start();
show();
