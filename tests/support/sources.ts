import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { REPOSITORY } from './requirements.ts'

export interface SourceFile {
  /** Path from the checkout's root, with `/`. */
  readonly path: string
  readonly text: string
  /** Files of ours, as paths from the checkout's root. */
  readonly ours: readonly string[]
  /** npm packages and Node's own modules, as written. */
  readonly foreign: readonly string[]
}

/** Every TypeScript file under a folder of the checkout, with what it imports (types included). */
export function sourcesUnder(folder: string): SourceFile[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readSource(posix.join(folder, name.replaceAll('\\', '/'))))
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(REPOSITORY, path), 'utf8')
  const names = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName)
  const isOurs = (name: string): boolean => name.startsWith('.')
  return {
    path,
    text,
    ours: names.filter(isOurs).map((name) => posix.join(posix.dirname(path), name)),
    foreign: names.filter((name) => !isOurs(name)),
  }
}
