// The language of the trial table's filter: `state:completed hidden_size>=160 val_accuracy>0.5 diverg`.

const term = /^([A-Za-z_][\w.]*)(>=|<=|!=|>|<|=|:)(.*)$/;

/**
 * A test for rows. All terms must hold; `:` and `=` take several values with commas; a word without an operator is
 * looked for in the texts of a row.
 * @returns {{test: (row: unknown[]) => boolean, problem: string | null}}
 */
export function parseFilter(text, columns) {
    const tests = [];
    const wrong = (problem) => ({ test: () => true, problem });
    for (const word of text.trim().split(/\s+/).filter(Boolean)) {
        const match = term.exec(word);
        if (!match) {
            const part = word.toLowerCase();
            tests.push((row) => row.some((value) => typeof value === 'string' && value.toLowerCase().includes(part)));
            continue;
        }
        const [, name, operator, wanted] = match;
        const place = columns.indexOf(name);
        if (place < 0) return wrong(`no column is called ${name}; there are ${columns.join(', ')}`);
        if (wanted === '') return wrong(`${name}${operator} needs a value`);
        const test = comparison(operator, wanted);
        if (!test) return wrong(`${name}${operator} needs a number, not ${wanted}`);
        tests.push((row) => test(row[place]));
    }
    return { test: (row) => tests.every((test) => test(row)), problem: null };
}

function comparison(operator, wanted) {
    const values = wanted.split(',').map((value) => value.toLowerCase());
    const isEqual = (value) => values.some((one) => (typeof value === 'number'
        ? one !== '' && value === Number(one) : String(value ?? 'none').toLowerCase() === one));
    if (operator === ':' || operator === '=') return isEqual;
    if (operator === '!=') return (value) => !isEqual(value);
    const bound = Number(wanted);
    if (Number.isNaN(bound)) return null;
    const tests = {
        '>': (value) => value > bound, '<': (value) => value < bound,
        '>=': (value) => value >= bound, '<=': (value) => value <= bound,
    };
    return (value) => typeof value === 'number' && tests[operator](value);
}
