import { expect, test } from 'vitest'
import { unreachable } from '../../../../search/store/elastic/unreachable.ts'

const PLAIN = { urls: ['http://es1:9200/'], hasCa: false }
const TLS = { urls: ['https://es1:9200/'], hasCa: false }

// What real servers made Node say is in tests/elastic/secured.test.ts; these take a wrong name or an old certificate.
test.each([
  [
    "Hostname/IP does not match certificate's altnames: Host: es9. is not in the cert's altnames: DNS:es1",
    TLS,
    /cannot trust Elasticsearch at https:\/\/es1:9200\//,
    /for other names/,
  ],
  ['certificate has expired', TLS, /cannot trust/, /renew its certificate, and check the clocks/],
  ['self-signed certificate', { ...TLS, hasCa: true }, /cannot trust/, /has not signed/],
  ['connect ECONNREFUSED 10.0.0.1:9200', TLS, /cannot reach/, /check that it runs/],
  ['other side closed', TLS, /cannot reach/, /check that it runs/],
  ['socket hang up', PLAIN, /cannot reach/, /write https:\/\//],
] as const)('%s', (said, tried, message, hint) => {
  const error = unreachable(said, tried, undefined)
  expect(error.code).toBe('storage_unavailable')
  expect(error.message).toMatch(message)
  expect(error.message).toContain(said)
  expect(error.hint).toMatch(hint)
})
