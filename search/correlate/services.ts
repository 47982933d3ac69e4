import type { LogRecord } from '../../model/record.ts'

/**
 * Words before an address that say what it is for: the way to elsewhere, or a service that everybody uses. Who
 * the line is about uses it too.
 */
const OF_ALL =
  /\b(?:via|through|gateway|gw|default route|next[- ]?hop|router|relay|giaddr|(?:name|dns|time|ntp|log|syslog|proxy|licen[cs]e|key|radius|ldap|authentication)[- ]?server|dns|ntp|resolver|forwarder|proxy|collector|domain controller|kdc|kms|vcenter)(?:[ _-](?:server|address|addr|ip|is|at|host))*["']?\s?[=:(["'\\]{0,3}\s?(?:\w{2,6}:\/\/)?$/i

/** So far back the words may begin. */
const LOOKS_BACK = 40

/** Whether a record names an address, wherever it does in its message, as that of a service or a way for everybody. */
export function isNamedForAll({ body }: LogRecord, address: string): boolean {
  let isNamed = false
  for (let at = body.indexOf(address); at >= 0; at = body.indexOf(address, at + 1)) {
    if (!OF_ALL.test(body.slice(Math.max(0, at - LOOKS_BACK), at))) return false
    isNamed = true
  }
  return isNamed
}
