import fc from 'fast-check'

/**
 * One seed for every property of a run, so that a commit passes or fails by what it is. FUZZ_SEED takes
 * another one; `FUZZ_SEED=$RANDOM FUZZ_RUNS=100000 npm run check` goes looking.
 */
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? 20_261_121) })
