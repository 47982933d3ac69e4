import { once } from 'node:events'
import { connect } from 'node:net'
import { otherLines, type OtherSize } from './other-plant.ts'
import { patternOf, SharedIdentifiers, type TrueLine, type Truth } from './truth.ts'

const LOCAL0 = 16

/**
 * The truth of the other plant: two lines belong together when the plant says that they identify the same thing,
 * however they spell it and whatever else they have in common. It has no inventory, so no link by dependency is true.
 */
export class OtherTruth implements Truth {
  readonly lines: readonly TrueLine[]
  readonly #shared = new SharedIdentifiers()

  /** Sends everything over one connection and remembers it. */
  static async send(
    { startUs, ...size }: OtherSize & { readonly startUs: number },
    syslog: { host: string; port: number },
  ): Promise<OtherTruth> {
    const truth = new OtherTruth(size, startUs)
    const socket = connect(syslog)
    await once(socket, 'connect')
    socket.end(truth.lines.map(({ frame }) => `${frame}\n`).join(''))
    await once(socket, 'close')
    return truth
  }

  private constructor(size: OtherSize, startUs: number) {
    this.lines = otherLines(size).map(
      ({ us, host, app, severity, text, identifiers, cause }, index) => {
        const time = new Date((startUs + us) / 1_000).toISOString()
        const frame = `<${LOCAL0 * 8 + severity}>1 ${time} ${host} ${app} - - - ${text}`
        const line: TrueLine = {
          n: index + 1,
          us: startUs + us,
          frame,
          pattern: patternOf(frame),
          identifiers,
          about: new Set<string>(),
          cause,
          severity,
        }
        return line
      },
    )
    for (const line of this.lines) this.#shared.add(line)
  }

  sharing(line: TrueLine, withinUs: number): TrueLine[] {
    return this.#shared.sharing(line, withinUs)
  }

  isShared(_value: string, a: TrueLine, b: TrueLine): boolean {
    return a.identifiers.some((identifier) => b.identifiers.includes(identifier))
  }

  isConnected(): boolean {
    return false
  }
}
