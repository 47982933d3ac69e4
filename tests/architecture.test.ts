import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  allows,
  readDependencyTable,
  readImportTable,
  readPaths,
  readTable,
  ruleFor,
} from './support/import-table.ts'
import { REPOSITORY } from './support/requirements.ts'
import { sourcesUnder, type SourceFile } from './support/sources.ts'

const architecture = readFileSync(join(REPOSITORY, 'ARCHITECTURE.md'), 'utf8')
const rules = readImportTable(architecture)
const sources = ['model', 'ingest', 'search', 'simulator', 'ui'].flatMap(sourcesUnder)

/** What the words of the last cell of the import table mean to a machine. */
const FORBIDDEN: Readonly<Record<string, (source: SourceFile) => readonly string[]>> = {
  Node: ({ foreign }) => foreign.filter((name) => name.startsWith('node:')),
  'npm packages': ({ foreign }) => foreign.filter((name) => !name.startsWith('node:')),
  'I/O': ({ foreign }) =>
    foreign.filter((name) =>
      /^node:(fs|net|tls|dgram|https?|dns|child_process|worker_)/.test(name),
    ),
  HTTP: ({ foreign }) => foreign.filter((name) => /^(node:https?|fastify)/.test(name)),
  fetch: ({ text }) => text.match(/\bfetch\(/g) ?? [],
  'a clock': ({ text }) => text.match(/\b(Date\.now|performance\.now|new Date\(\)|hrtime)/g) ?? [],
}

describe('ARCHITECTURE.md', () => {
  test('has a row for every source folder', () => {
    expect(rules.length).toBeGreaterThan(5)
    expect(sources.filter((source) => ruleFor(source.path, rules) === undefined)).toEqual([])
  })

  test('names only paths that exist', () => {
    const paths = readPaths(architecture)
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([])
  })

  test('gives a reason for every dependency and for no other', () => {
    const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(readDependencyTable(architecture).sort()).toEqual(
      Object.keys(manifest.dependencies).sort(),
    )
  })
})

describe('the page', () => {
  test('is built of the packages that ARCHITECTURE.md gives a reason for', () => {
    const used = sources
      .filter(({ path }) => path.startsWith('ui/') && !path.endsWith('.config.ts'))
      .flatMap(({ foreign }) => foreign.map(packageOf))
    const reasons = readTable(architecture, 'Built into the page')
    expect([...new Set(used)].filter((name) => !reasons.includes(name))).toEqual([])
  })
})

/** `@scope/name` or `name` of what an import names. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

describe('imports', () => {
  test.each(rules.map((rule) => [rule.folder, rule] as const))(
    '%s imports only what its row allows',
    (_folder, rule) => {
      const stray = sources
        .filter((source) => ruleFor(source.path, rules) === rule)
        .flatMap((source) =>
          source.ours
            .filter((target) => !allows(rule, target, rules))
            .map((target) => `${source.path} imports ${target}`),
        )
      expect(stray).toEqual([])
    },
  )

  test.each(rules.map((rule) => [rule.folder, rule] as const))(
    '%s does nothing its row forbids',
    (_folder, rule) => {
      const checks = Object.entries(FORBIDDEN).filter(([word]) => rule.mayNot.includes(word))
      const found = sources
        .filter((source) => ruleFor(source.path, rules) === rule)
        .flatMap((source) =>
          checks.flatMap(([word, find]) =>
            find(source).map((what) => `${source.path} uses ${what} (${word})`),
          ),
        )
      expect(found).toEqual([])
    },
  )
})

describe('file names', () => {
  test('are kebab-case and say what is inside', () => {
    const wrong = sources
      .map((source) => source.path)
      .filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(terms|d|config))?\.tsx?$/.test(basename(path)))
    expect(wrong).toEqual([])
  })

  test('are never a drawer for anything', () => {
    const drawers = sources
      .map((source) => source.path)
      .filter((path) => /(^|\/)(utils?|helpers?|common|misc|manager)(\.tsx?|\/)/.test(path))
    expect(drawers).toEqual([])
  })
})
