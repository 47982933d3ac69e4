import { describe, expect, it } from 'vitest'
import { TemplateMiner } from '../../../ingest/templates/miner.ts'
import { fillTemplate, templateText } from '../../../model/template.ts'
import { textAt, TextPacker } from '../../../model/text-column.ts'

/** What the miner makes of the last message's slots. */
function variablesOf(miner: TemplateMiner): string {
  const packer = new TextPacker()
  miner.writeVariables(packer)
  packer.next()
  return textAt(packer.toColumn(), 0)
}

function texts(miner: TemplateMiner, bodies: readonly string[]): string[] {
  return bodies.map((body) => {
    miner.mine(body)
    expect(fillTemplate(miner.template.pattern, variablesOf(miner))).toBe(body)
    return templateText(miner.template.pattern)
  })
}

const USERS = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy', 'jo']
const logins = USERS.map((user, i) => `session of (${user}), desktop ${i} opened`)

describe('the template miner', () => {
  it('keeps apart what differs in a few words: they are states', () => {
    expect(
      texts(new TemplateMiner(), ['link up', 'link down', 'link up', 'link flapping']),
    ).toEqual(['link up', 'link down', 'link up', 'link flapping'])
  })

  it('makes a slot of a word with many values, and says what was replaced', () => {
    const miner = new TemplateMiner()
    const found = texts(miner, logins)
    expect(found[0]).toBe('session of (ada), desktop <num> opened')
    expect(found.slice(8)).toEqual(Array(2).fill('session of (<word>), desktop <num> opened'))
    const replaced = miner.takeGeneralisations()
    expect(replaced.map(([old]) => templateText(old))).toEqual(
      USERS.slice(0, 8).map((user) => `session of (${user}), desktop <num> opened`),
    )
    expect(new Set(replaced.map(([, wider]) => wider)).size).toBe(1)
    expect(miner.takeGeneralisations()).toEqual([])
    expect(texts(miner, logins)[0]).toBe('session of (<word>), desktop <num> opened')
  })

  it('widens a second word of what it has widened', () => {
    const miner = new TemplateMiner()
    const moves = USERS.flatMap((from) =>
      USERS.map((to) => `file moved by ${from} to ${to} (3 kB)`),
    )
    texts(miner, moves)
    expect(new Set(texts(miner, moves))).toEqual(
      new Set(['file moved by <word> to <word> (<num> kB)']),
    )
  })

  it('lets a word slot hold one token only, and a wider one whatever stands between two blanks', () => {
    const miner = new TemplateMiner()
    texts(miner, logins)
    expect(texts(miner, ['session of (900), desktop 5 opened'])).toEqual([
      'session of (<word>), desktop <num> opened',
    ])
    const joined = ['session of (vm-9/x:10.0.0.1), desktop 5 opened']
    expect(texts(miner, joined)).toEqual(['session of (<words>), desktop <num> opened'])
    expect(variablesOf(miner)).toBe('vm-9/x:10.0.0.1\x1f5')
    expect(texts(miner, logins)[0]).toBe('session of (<word>), desktop <num> opened')
  })

  it('mints nothing anew after a restart', () => {
    const before = new TemplateMiner()
    const bodies = [...logins, 'link up', 'link down', 'fan 3 at 900 rpm']
    texts(before, bodies)
    const patterns = [
      ...new Set(bodies.map((body) => (before.mine(body), before.template.pattern))),
    ]
    const old = before.takeGeneralisations().map(([pattern]) => pattern)
    const after = new TemplateMiner([...old, ...patterns])
    expect(texts(after, bodies)).toEqual(texts(before, bodies))
    expect(after.takeGeneralisations()).toEqual([])
  })

  it('mines the same from the same messages', () => {
    const miners = [new TemplateMiner(), new TemplateMiner()] as const
    const bodies = [...logins, 'a b', ...logins, 'x 1']
    expect(texts(miners[0], bodies)).toEqual(texts(miners[1], bodies))
  })

  it('keeps bodies without structure whole', () => {
    expect(texts(new TemplateMiner(), ['a\0b', 'a\x1fb', 'x'.repeat(5000), ''])).toEqual([
      '<text>',
      '<text>',
      '<text>',
      '',
    ])
  })

  it('has room for a bounded number of templates', () => {
    const miner = new TemplateMiner()
    const letters = (n: number): string => n.toString(36).replace(/\d/g, (d) => 'ghijklmnop'[+d]!)
    let whole = 0
    for (let i = 0; i < 60_000; i++) {
      miner.mine(`${letters(i)} ${letters(i * 7)} ${letters(i * 13)}`)
      if (miner.template.pattern === '\0x') whole++
    }
    expect(whole).toBe(10_000)
  })

  it('finds the variables of a message again by the template it had, whatever came since', () => {
    const first = new TemplateMiner()
    const bodies = [
      ...logins,
      ...USERS.flatMap((from) => USERS.map((to) => `file moved by ${from} to ${to} (3 kB)`)),
      ...[
        '',
        'é',
        'a\0b',
        `x\x1fy 1`,
        'disk naa.600a098038304437 at 10.0.0.1:80',
        'w '.repeat(3000),
      ],
    ]
    const mined = bodies.map((body) => {
      first.mine(body)
      return { body, pattern: first.template.pattern, variables: variablesOf(first) }
    })
    expect(new Set(mined.map(({ pattern }) => pattern)).size).toBeGreaterThan(10)
    const again = new TemplateMiner()
    for (const { body, pattern, variables } of mined.reverse()) {
      expect(again.mineAs(body, pattern)).toBe(true)
      expect(again.template.pattern).toBe(pattern)
      expect(variablesOf(again)).toBe(variables)
    }
    expect(again.mineAs('session of ada', 'file of \0s')).toBe(false)
  })
})
