#!/usr/bin/env node
import { EXIT, reportError } from './exit.ts'
import { buildProgram } from './program.ts'

// `plumbline search … | head` closes the pipe: what was asked for has been shown.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed)
})

try {
  await buildProgram().parseAsync(process.argv)
} catch (error) {
  const [command, query] = process.argv.slice(2)
  process.exitCode = reportError(
    error,
    command === 'search' || command === 'tail' ? query : undefined,
  )
}
