// What the command line of a test or of scripts/screenshots says.
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';

export function options(defaults = {}) {
  const { values } = parseArgs({
    options: {
      binary: { type: 'string' }, // the program that is tested
      locale: { type: 'string' },
      only: { type: 'string' }, // rows whose name has this in it
      long: { type: 'boolean' }, // names at their longest
      output: { type: 'string' }, // a folder
    },
  });
  const binary = resolve(values.binary ?? process.env.PROMOTIONS_BINARY ?? 'build/dev/promotions');
  return { ...defaults, ...values, binary };
}
