import type { SampleStatus, StartFacts } from '../../model/api.ts'
import type { ApiParts } from '../../search/api/parts.ts'

/** A sample that is neither loaded nor could be. */
export const ABSENT: SampleStatus = {
  available: false,
  missing: 'there is no sample incident in /nowhere',
  state: 'absent',
  shown: false,
  progress: 0,
  failure: null,
  folder: '/data/sample-incident',
  ownRecords: 0,
  loaded: { records: 0, points: 0 },
  about: null,
}

const START: StartFacts = {
  empty: true,
  dataFolder: { given: './data', path: '/srv/data' },
  freeBytes: 6_400,
  recordsThatFit: 100,
  listeners: [{ protocol: 'http', address: '127.0.0.1:7600' }],
}

/** The parts of the API around the first start, for tests of other things. */
export const NO_SAMPLE: Pick<ApiParts, 'sample' | 'start'> = {
  sample: {
    status: async () => ABSENT,
    load: async () => undefined,
    show: async () => undefined,
    remove: async () => undefined,
    notes: () => ({ cuts: [], remarks: [] }),
    switches: () => 0,
  },
  start: async () => START,
}
