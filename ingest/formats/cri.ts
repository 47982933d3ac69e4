import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { readRfc3339 } from './read-stamp.ts'

/** Behind the time: the stream, `F` (full) or `P` (partial, the line goes on), then what was printed. */
const HEADER = /^ (stdout|stderr) ([FP])(?: |$)/

function parse(line: string): ParsedLine | undefined {
  const stamp = readRfc3339(line)
  if (stamp === undefined) return undefined
  const at = stamp.text.length
  const header = HEADER.exec(line.slice(at, at + 12))
  if (header === null) return undefined
  const body = line.slice(at + header[0].length)
  return {
    body: body === '' ? line : body,
    stamp,
    attributes: { 'log.iostream': header[1]!, 'log.cri.partial': header[2] === 'P' },
  }
}

function sniff(line: string): number {
  if (line.charCodeAt(10) !== 84) return 0
  return / std(?:out|err) [FP](?: |$)/.test(line.slice(19, 50)) && parse(line) ? 0.94 : 0
}

/**
 * What a container printed as its runtime keeps it under /var/log/pods: the time it was printed and the
 * stream, then a line of whatever format the program in the container writes.
 */
export const cri: LogFormat = {
  name: 'cri',
  title: 'Container runtimes (CRI: containerd, CRI-O)',
  reference:
    'https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md',
  envelope: true,
  sniff,
  parse,
  samples: [
    {
      line: '2026-11-21T09:42:00.000123Z stderr F reconnecting to the broker',
      parsed: {
        body: 'reconnecting to the broker',
        stamp: {
          kind: 'instant',
          us: micros(1795254120000123),
          ns: 0,
          resolutionUs: 1,
          text: '2026-11-21T09:42:00.000123Z',
        },
        attributes: { 'log.iostream': 'stderr', 'log.cri.partial': false },
      },
    },
    {
      line: '2026-11-21T09:42:00.000123456+01:00 stdout P half of a long line',
      parsed: { body: 'half of a long line', attributes: { 'log.cri.partial': true } },
    },
  ],
}
