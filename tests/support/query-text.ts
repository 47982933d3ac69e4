import fc from 'fast-check'

/** Queries people type, of every part of the language. */
export const QUERY_SAMPLES: readonly string[] = [
  'apd timeout',
  '"all paths down" -flap',
  'host:esx-* severity>=warn (naa.600a* or vmhba1:C0:T1:L3)',
  'entity:vdi-0417 near:"pool 1" layer:storage team:network',
  'time>=now-15m time<2026-11-20T10:00:00Z latency:[5 to 20}',
  'key.naa:naa.600* or key:(10.0.0.1 or "a b") not app:vmkernel',
  '/lost (access|path)/i body:/x\\/y/ user:jdoe a=b `user name`:"x"',
  'host~"esx 0?" body="x" http.status:500 host:* op:()',
  '½ ﬁle Größe "½ x" 😀',
  '| stats count(), p95(latency) as slow, distinct(host) by layer, bin(1m) | sort slow desc | limit 10',
  'x | top 5 host | fields host',
  'x | rate 1m by host',
  'x | patterns',
  'x | dedup host, template | fields time, `user name`, body',
]

const PIECES = [
  ...QUERY_SAMPLES.flatMap((text) => text.split(/\b/)),
  ...[
    '"',
    '`',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '|',
    '/',
    '\\',
    ':',
    '=',
    '>',
    '<',
    '!',
    '~',
    '*',
    '?',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    '\n',
    ',',
    '-',
    '.',
    '\u0000',
    '\ud800',
    '😀',
    '\u2028',
    'and',
    'or',
    'not',
    ' to ',
  ],
]

const spliced = fc
  .tuple(fc.constantFrom(...QUERY_SAMPLES), fc.nat(120), fc.nat(4), fc.constantFrom(...PIECES))
  .map(([text, at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut))

/** Texts near queries: samples with pieces exchanged, pieces strung together, plain noise. */
export const arbitraryQueryText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((p) => p.join('')),
  },
  { weight: 3, arbitrary: spliced },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
)
