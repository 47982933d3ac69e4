import { AppError, messageOf, type ErrorCode } from '../../model/errors.ts'

const CAUSES: Readonly<Record<string, readonly [code: ErrorCode, advice: string]>> = {
  EADDRINUSE: ['address_in_use', 'another program has this port; stop it or choose another port'],
  EACCES: ['permission_denied', 'ports below 1024 need rights; choose a higher port'],
  EADDRNOTAVAIL: ['configuration', 'this machine does not have this address'],
  ENOTFOUND: ['configuration', 'the name is not known; give an address of this machine'],
}

/** Why a socket could not be opened, in words for the operator. */
export function listenError(
  transport: string,
  host: string,
  port: number,
  cause: unknown,
): AppError {
  const known = CAUSES[(cause as NodeJS.ErrnoException).code ?? '']
  const [code, advice] = known ?? ['configuration', messageOf(cause)]
  return new AppError(code, `cannot listen for syslog on ${transport} ${host}:${port}: ${advice}`, {
    cause,
  })
}
