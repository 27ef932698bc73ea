// The daemon's API, its event stream, and whether it is there.

/** An answer that is an error; the message is the sentence that the daemon sent. */
export class Problem extends Error {
    constructor(status, body) {
        super(body.detail ?? body.title ?? `the daemon answered with status ${status}`);
        this.status = status;
        this.code = body.code;
    }
}

async function request(path, { method = 'GET', body } = {}) {
    let answer;
    try {
        answer = await fetch(path, {
            method, cache: 'no-store',
            headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    } catch {
        live.lose();
        throw new Problem(0, { detail: 'the daemon does not answer' });
    }
    if (answer.ok) return answer;
    const text = await answer.text();
    const isProblem = answer.headers.get('Content-Type')?.startsWith('application/problem+json');
    const problem = isProblem ? JSON.parse(text) : { detail: text.trim() || undefined };
    if (answer.status === 502 || answer.status === 504) live.lose();
    // Not the daemon, which answers with problems: what stands between it and this page lets the page in no more.
    if (answer.status === 403 && !isProblem) live.refuse(problem.detail);
    throw new Problem(answer.status, problem);
}

export const get = async (path) => (await request(path)).json();
export const getText = async (path) => (await request(path)).text();
export const post = async (path, body = {}) => (await request(path, { method: 'POST', body })).json();

/**
 * The event stream. Dispatches `sweep` (a sweep that moved), `event` (a stored event), `health`, `lost`, `back` (what
 * is shown may be old), and `refused` with a sentence when this page may not ask any more.
 *
 * A browser opens few connections to one host, and each open page holds one of them; a page that nobody sees gives
 * its own back after a while, and opens none.
 */
class Live extends EventTarget {
    #source = null;
    #timer = null;
    #hidden = null;
    #wait = 500;
    #isRefused = false;
    #isLost = false;
    /** Whether something may have happened that no stream told. */
    #isBehind = false;

    start() {
        this.#connect();
        this.#look();
        setInterval(() => this.#look(), 10_000);
        document.addEventListener('visibilitychange', () => {
            clearTimeout(this.#hidden);
            if (document.hidden) {
                this.#hidden = setTimeout(() => this.#close(), 20_000);
            } else if (!this.#source && !this.#isRefused) {
                this.#isBehind = true;
                this.#connect();
            }
        });
    }

    /** Somebody noticed that the daemon does not answer. */
    lose() {
        this.#close();
        if (!this.#isLost) {
            this.#isLost = true;
            this.#tell('lost');
        }
        if (this.#isRefused) return;
        this.#timer ??= setTimeout(async () => {
            this.#timer = null;
            // The tab connects when it is seen.
            if (document.hidden) return;
            this.#wait = Math.min(this.#wait * 1.5, 3000);
            // A stream does not say why it fails; a request does, and loses or refuses by itself.
            if (await get('/v1/health').catch(() => null)) this.#connect();
            else this.lose();
        }, this.#wait);
    }

    refuse(sentence) {
        if (this.#isRefused) return;
        this.#isRefused = true;
        this.#close();
        this.#tell('refused', sentence);
    }

    #connect() {
        if (this.#source || document.hidden) return;
        const source = new EventSource('/v1/events');
        this.#source = source;
        source.onopen = () => {
            this.#wait = 500;
            if (!this.#isLost && !this.#isBehind) return;
            this.#isLost = this.#isBehind = false;
            this.#tell('back');
            this.#look();
        };
        source.onerror = () => this.lose();
        for (const kind of ['sweep', 'event']) {
            source.addEventListener(kind, (message) => this.#tell(kind, JSON.parse(message.data)));
        }
    }

    #close() {
        this.#source?.close();
        this.#source = null;
    }

    async #look() {
        if (document.hidden || this.#isLost) return;
        try {
            this.#tell('health', await get('/v1/health'));
        } catch {
            // `request` has told already if the daemon is lost; another answer only leaves the old figures standing.
        }
    }

    #tell(kind, detail = null) {
        this.dispatchEvent(new CustomEvent(kind, { detail }));
    }
}

export const live = new Live();

/** Runs `work` now or, when it ran less than `pause` ago or runs still, once after that. */
export function throttled(pause, work) {
    let timer = null, isRunning = false, isWanted = false, last = -Infinity;
    const run = async () => {
        timer = null;
        [isRunning, isWanted] = [true, false];
        const start = performance.now();
        try {
            await work();
        } finally {
            // What takes long is asked for less often.
            const end = performance.now();
            last = end + Math.max(0, (end - start) * 4 - pause);
            isRunning = false;
            if (isWanted) ask();
        }
    };
    const ask = () => {
        if (isRunning) isWanted = true;
        else timer ??= setTimeout(run, Math.max(0, last + pause - performance.now()));
    };
    ask.stop = () => clearTimeout(timer);
    return ask;
}
