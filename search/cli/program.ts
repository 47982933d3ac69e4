import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { addBackup, addRestore } from './backup.ts'
import { addCopy } from './copy.ts'
import { addFormats } from './formats.ts'
import { addImport } from './import.ts'
import { addSearch } from './search.ts'
import { addServe } from './serve.ts'
import { addSources } from './sources.ts'
import { addTail } from './tail.ts'
import { addWhy } from './why.ts'

/** The command line, in the order of its help. */
export function buildProgram(): Command {
  const program = new Command('plumbline')
    .description('finds out why a virtual desktop is slow')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(plumbline help COMMAND shows how to use it)')
  addServe(program)
  addImport(program)
  addSearch(program)
  addTail(program)
  addWhy(program)
  addSources(program)
  addFormats(program)
  addBackup(program)
  addRestore(program)
  addCopy(program)
  return program
}
