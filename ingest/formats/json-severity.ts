import type { AttributeValue } from '../../model/record.ts'
import { SEVERITY, severityFromSyslog, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'

/** pino and bunyan: 10 trace … 60 fatal. */
const PINO = [0, 1, 5, 9, 13, 17, 21] as const
/** Python's `levelno`: 10 DEBUG, 20 INFO, 30 WARNING, 40 ERROR, 50 CRITICAL. */
const PYTHON = [0, 5, 9, 13, 17, 18] as const
/** nxlog's SeverityValue: 1 debug … 5 critical [K]. */
const NXLOG = [0, 5, 9, 13, 17, 18] as const
/** Windows event levels: 0 log always, 1 critical, 2 error, 3 warning, 4 information, 5 verbose. */
const WINDOWS = [9, 18, 17, 13, 9, 5] as const

/** What loggers write for levels beside the words of `model/severity.ts`. */
const OTHER_WORDS: Readonly<Record<string, Severity>> = {
  // log15 and Grafana.
  eror: SEVERITY.error,
  dbug: SEVERITY.debug,
  // winlogbeat sends the level in the language of the machine (German, French, Spanish, Italian).
  fehler: SEVERITY.error,
  warnung: SEVERITY.warn,
  informationen: SEVERITY.info,
  kritisch: SEVERITY.critical,
  ausführlich: SEVERITY.debug,
  erreur: SEVERITY.error,
  avertissement: SEVERITY.warn,
  critique: SEVERITY.critical,
  commentaires: SEVERITY.debug,
  advertencia: SEVERITY.warn,
  información: SEVERITY.info,
  crítico: SEVERITY.critical,
  detallado: SEVERITY.debug,
  errore: SEVERITY.error,
  avviso: SEVERITY.warn,
  informazioni: SEVERITY.info,
  critico: SEVERITY.critical,
  dettagliato: SEVERITY.debug,
}

/** `INFO+2`, `DEBUG-4`: a level between those that Go's slog has names for. */
const SHIFTED = /^(DEBUG|INFO|WARN|ERROR)[+-]\d{1,3}$/

function fromWord(word: string): Severity {
  const severity = severityFromWord(word)
  if (severity > 0) return severity
  const shifted = SHIFTED.exec(word)
  if (shifted !== null) return severityFromWord(shifted[1]!)
  const other = word.length > 16 ? undefined : OTHER_WORDS[word.toLowerCase()]
  return typeof other === 'number' ? other : SEVERITY.unknown
}

function fromNumber(name: string, level: number): Severity {
  switch (name) {
    case 'severityNumber':
    case 'severity_number':
    case 'SeverityNumber':
      return level >= 1 && level <= 24 ? Math.floor(level) : SEVERITY.unknown
    case 'SeverityValue':
      return NXLOG[level] ?? SEVERITY.unknown
    case 'Level':
    case 'Event.System.Level':
      return WINDOWS[level] ?? SEVERITY.unknown
    case 'levelno':
      return PYTHON[level / 10] ?? SEVERITY.unknown
    default:
      // Loggers of our field count in tens; GELF and syslog tools count 0–7.
      return level >= 10
        ? (PINO[Math.floor(level / 10)] ?? SEVERITY.unknown)
        : severityFromSyslog(level)
  }
}

/** The severity that a member of a document named `name` gives; 0 when its value is none. */
export function severityOfMember(name: string, value: AttributeValue): Severity {
  if (typeof value === 'number') return fromNumber(name, value)
  if (typeof value !== 'string') return SEVERITY.unknown
  const word = value.trim()
  const severity = fromWord(word)
  if (severity > 0 || !/^\d{1,3}$/.test(word)) return severity
  return fromNumber(name, Number(word))
}

/** Bits of the event keywords that say an audit failed or succeeded (MS-EVEN6, winmeta.xml). */
const AUDIT_FAILURE = 0x10n << 48n
const AUDIT_SUCCESS = 0x20n << 48n

/** What the keywords of a Windows audit event say: a failure is a warning, a success information. */
export function severityOfKeywords(keywords: AttributeValue | undefined): Severity {
  if (typeof keywords === 'number')
    return fromKeywordBits(BigInt.asUintN(64, BigInt(Math.trunc(keywords))))
  if (typeof keywords !== 'string') return SEVERITY.unknown
  if (/^(0x[0-9a-f]{1,16}|-?\d{1,20})$/i.test(keywords)) {
    return fromKeywordBits(BigInt.asUintN(64, BigInt(keywords)))
  }
  if (/audit[ _]failure/i.test(keywords)) return SEVERITY.warn
  return /audit[ _]success/i.test(keywords) ? SEVERITY.info : SEVERITY.unknown
}

function fromKeywordBits(bits: bigint): Severity {
  if ((bits & AUDIT_FAILURE) !== 0n) return SEVERITY.warn
  return (bits & AUDIT_SUCCESS) !== 0n ? SEVERITY.info : SEVERITY.unknown
}
