import { expect, test } from 'vitest'
import { statusOf } from '../../../search/sample/status.ts'
import { SMALL_MANIFEST } from '../../support/small-sample.ts'

const facts = {
  missing: null,
  state: 'absent',
  shown: false,
  progress: 0,
  failure: null,
  folder: '/data/sample-incident',
  manifest: SMALL_MANIFEST,
  loaded: undefined,
  ownRecords: 0,
} as const

test('the view to begin with is the desktop while it is slow, and some minutes around', () => {
  expect(statusOf(facts).about).toMatchObject({
    records: 4,
    points: 2,
    slow: { desktop: 'VDI-1', from: '2026-11-20T10:38:19Z' },
    view: { query: 'near:VDI-1', from: '2026-11-20T10:30:19Z', to: '2026-11-20T11:00:00Z' },
  })
})

test('where nobody complains it is the whole sample', () => {
  const calm = { ...SMALL_MANIFEST }
  delete calm.slow
  expect(statusOf({ ...facts, manifest: calm }).about).toMatchObject({
    slow: null,
    view: { query: '', from: '2026-11-20T09:00:00Z', to: '2026-11-20T11:00:00Z' },
  })
})

test('without files it says why, and tells nothing of a sample', () => {
  const status = statusOf({ ...facts, manifest: undefined, missing: 'there is none' })
  expect(status).toMatchObject({ available: false, missing: 'there is none', about: null })
})
