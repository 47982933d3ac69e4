import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary.ts'

/** A clock that one process sees, beside the true one; its monotonic clock stays true. */
export interface OwnClock {
  /** For the process. */
  readonly env: Readonly<Record<string, string>>
  /** Sets it to an offset from the true time: `+26h`, `-1h`, `+0`. */
  readonly jump: (offset: string) => void
}

/** A true clock at first; `library` is that of {@link findClockLibrary} in requirements.ts. */
export function ownClock(library: string): OwnClock {
  const file = join(temporaryFolder(), 'clock')
  const jump = (offset: string): void => writeFileSync(file, `${offset}\n`)
  jump('+0')
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    },
    jump,
  }
}
