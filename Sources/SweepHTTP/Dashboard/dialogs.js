// Questions before something that cannot be taken back.
import { get, post } from '/assets/api.js';
import { count, fraction, h, link, plural, stateLabel } from '/assets/dom.js';

/**
 * Asks, and on yes does it. The dialog stays open with the daemon's sentence when it refuses.
 * @param question `title`, `text` (nodes), `yes` (the button), `act` (async); what `act` gives is given back
 * @returns the result, or null when the person thought better of it
 */
export function ask({ title, text, yes, act, isGrave = false }) {
    return new Promise((done) => {
        let result = null;
        const trouble = h('p', { class: 'problem', role: 'alert' });
        const go = h('button', { type: 'submit', class: isGrave ? 'grave' : 'primary' }, yes);
        const dialog = h('dialog', { 'aria-labelledby': 'question', onclose: () => { dialog.remove(); done(result); } },
            h('form', {
                onsubmit: async (event) => {
                    event.preventDefault();
                    [go.disabled, trouble.textContent] = [true, ''];
                    go.setAttribute('aria-busy', 'true');
                    try {
                        result = await act();
                        dialog.close();
                    } catch (error) {
                        trouble.textContent = error.message;
                    }
                    go.disabled = false;
                    go.removeAttribute('aria-busy');
                },
            }, h('h2', { id: 'question' }, title), text, trouble,
            h('div', { class: 'buttons' },
                h('button', { type: 'button', onclick: () => dialog.close() }, 'Keep as it is'), go)));
        document.body.append(dialog);
        dialog.showModal();
    });
}

export function tell(title, ...text) {
    const dialog = h('dialog', { 'aria-labelledby': 'answer', onclose: () => dialog.remove() },
        h('h2', { id: 'answer' }, title), text,
        h('div', { class: 'buttons' },
            h('button', { type: 'button', class: 'primary', onclick: () => dialog.close() }, 'Close')));
    document.body.append(dialog);
    dialog.showModal();
}

/** Stop or cancel, with a reason that is kept with the sweep. */
export function askToEnd(sweep, verb) {
    const reason = h('input', { type: 'text', maxlength: '200', autocomplete: 'off', name: 'reason' });
    const words = verb === 'stop'
        ? 'Running trials go on to their end, waiting ones are not started. That cannot be taken back.'
        : 'All trials end now; what they have learned so far is kept as curves, not as models. '
            + 'That cannot be taken back.';
    return ask({
        title: `${verb === 'stop' ? 'Stop' : 'Cancel'} ${sweep.name}?`,
        text: [h('p', {}, words), h('label', { class: 'field' }, 'Reason (kept with the sweep)', reason)],
        yes: verb === 'stop' ? 'Stop the sweep' : 'Cancel the sweep', isGrave: true,
        act: () => {
            const words = reason.value.trim();
            return post(`/v1/sweeps/${sweep.sweep}/${verb}`, words ? { reason: words } : {});
        },
    });
}

export function askToRetry(sweep) {
    const states = ['failed', 'cancelled'].filter((state) => sweep.counts[state]);
    const boxes = states.map((state, place) => h('input', { type: 'checkbox', value: state, checked: place === 0 }));
    return ask({
        title: `Retry trials of ${sweep.name}?`,
        text: [h('p', {}, 'They are queued again from their start, as another attempt.'),
            states.map((state, place) => h('label', { class: 'choice' },
                boxes[place], ` ${plural(sweep.counts[state], 'trial')} `, stateLabel(state)))],
        yes: 'Queue them again',
        act: () => post(`/v1/sweeps/${sweep.sweep}/retry`,
            { states: boxes.filter((box) => box.checked).map((box) => box.value) }),
    });
}

/** Promotion of the trial that the question names: one look at the test set, counted for good. */
export async function askToPromote(sweep, trial) {
    const looks = (await get(`/v1/sweeps/${sweep.sweep}`)).test_looks;
    const times = looks === 1 ? 'once' : `${looks} times`;
    const before = looks === 0 ? 'Nobody has looked at it so far.'
        : `It has been looked at ${times} so far; the more looks, the less a figure is worth.`;
    const promotion = await ask({
        title: `Promote trial ${trial.trial}?`,
        text: [
            h('p', {}, `Its model reached ${fraction(trial.val_accuracy)} on the validation set. `,
                'Promoting measures it on the test set: ', h('strong', {}, 'this looks at the test set'),
                ' of this data set and is recorded for good.'),
            h('p', { class: 'looks' }, before),
        ],
        yes: 'Look at the test set', isGrave: true,
        act: () => post('/v1/promotions', { trial: trial.trial }),
    });
    if (!promotion) return null;
    tell(promotion.measured_now ? 'Measured on the test set' : 'It was measured before',
        h('p', { class: 'large' }, fraction(promotion.test_accuracy)),
        h('p', {}, `${count(promotion.correct)} of ${plural(promotion.test_examples, 'test sample')} right; `,
            `95 % interval ${interval(promotion)}. Validation accuracy was ${fraction(promotion.val_accuracy)}. `,
            promotion.measured_now ? `This was look ${promotion.test_looks} at this test set.`
                : 'Nothing was measured again.'));
    return promotion;
}

/** Whether it is of a trial's model alone and as it is. */
export const isPlain = (promotion) => !promotion.members && !promotion.mirror;

/** What it is of: "trial 17", "ensemble of trials 17, 4 with mirror images". */
export const subject = ({ trial, members, mirror }) => [
    members
        ? ['ensemble of trials ',
            members.map((one, place) => [place > 0 && ', ', link('trial', one.trial, one.trial)])]
        : link('trial', trial),
    mirror && ' with mirror images',
];

export const interval = (promotion) => promotion.interval_95.map((bound) => bound.toFixed(3)).join('–');
