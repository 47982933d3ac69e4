import { cpSync, symlinkSync } from 'node:fs'
import { join, sep } from 'node:path'
import { REPOSITORY } from './requirements.ts'

export interface ProgramCopy {
  readonly program: string
  /** Where its sample belongs; not there. */
  readonly sample: string
}

/** Copies the built program without its sample into a folder. */
export function copyProgram(folder: string): ProgramCopy {
  const built = join(REPOSITORY, 'dist')
  const sample = join(built, 'sample')
  cpSync(built, join(folder, 'dist'), {
    recursive: true,
    filter: (path) => path !== sample && !path.startsWith(sample + sep),
  })
  cpSync(join(REPOSITORY, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'))
  return {
    program: join(folder, 'dist/search/cli/plumbline.js'),
    sample: join(folder, 'dist/sample'),
  }
}
