import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { REPOSITORY } from './requirements.ts'

/** What of a service the tests look at; everything else is in `raw`. */
export interface ComposeService {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly profiles?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly [field: string]: unknown
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

export const COMPOSE_TEXT = readFileSync(join(REPOSITORY, 'docker-compose.yml'), 'utf8')

/** Variables of an env file: `NAME=value` a line, `#` before a comment. */
export function readEnvFile(name: string): Map<string, string> {
  const lines = readFileSync(join(REPOSITORY, name), 'utf8').split('\n')
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

/**
 * The file as `docker compose` takes it: merge keys resolved, variables filled in. Throws with the words of `${NAME:?words}` where
 * that has no value, and for a variable without value or default.
 */
export function readCompose(environment: ReadonlyMap<string, string>): ComposeFile {
  const file: unknown = parse(COMPOSE_TEXT, { merge: true, strict: true, uniqueKeys: true })
  return filledIn(file, environment) as ComposeFile
}

/** Every variable that the file names. */
export function variablesNamed(): Set<string> {
  const text = COMPOSE_TEXT.replaceAll('$$', '')
  return new Set(Array.from(text.matchAll(/\$\{([A-Z_]+)/g), (match) => match[1]!))
}

function filledIn(value: unknown, environment: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return interpolated(value, environment)
  if (Array.isArray(value)) return value.map((one) => filledIn(one, environment))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filledIn(inner, environment)]),
  )
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?words}`, one inside the other too; `$$` is a dollar sign. */
function interpolated(text: string, environment: ReadonlyMap<string, string>): string {
  let result = ''
  for (let at = 0; at < text.length;) {
    if (text.startsWith('$$', at)) {
      result += '$'
      at += 2
    } else if (text.startsWith('${', at)) {
      const end = endOfVariable(text, at)
      result += valueOf(text.slice(at + 2, end), environment)
      at = end + 1
    } else if (text[at] === '$') {
      throw new Error(`a lone $ in ${JSON.stringify(text)}`)
    } else result += text[at++]!
  }
  return result
}

function endOfVariable(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error(`no } in ${JSON.stringify(text)}`)
}

function valueOf(expression: string, environment: ReadonlyMap<string, string>): string {
  const [, name, operator, rest] = /^([A-Z_]+)(?::([-?])([^]*))?$/.exec(expression) ?? []
  if (name === undefined) throw new Error(`cannot read \${${expression}}`)
  const value = environment.get(name) ?? ''
  if (value !== '') return value
  if (operator === '-') return interpolated(rest!, environment)
  throw new Error(operator === '?' ? rest : `${name} has no value`)
}
