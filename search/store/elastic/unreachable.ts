import { AppError } from '../../../model/errors.ts'

/** Where a connection was tried, and whether an authority of its own was named. */
export interface Tried {
  readonly urls: readonly string[]
  readonly hasCa: boolean
}

/** Where Elasticsearch cannot be reached, in words of ours: what the client says is that of OpenSSL or of a socket. */
export function unreachable(said: string, tried: Tried, cause: unknown): AppError {
  const place = tried.urls.join(', ')
  const hint = hintFor(said, tried)
  const isDistrust = /certificate|altnames/i.test(said)
  const doing = isDistrust ? 'cannot trust' : 'cannot reach'
  return new AppError('storage_unavailable', `${doing} Elasticsearch at ${place}: ${said}`, {
    cause,
    hint,
  })
}

function hintFor(said: string, { urls, hasCa }: Tried): string {
  if (/altnames|does not match certificate/i.test(said)) {
    return 'its certificate is for other names: use one of those with --elastic'
  }
  if (/expired|not yet valid/i.test(said)) {
    return 'renew its certificate, and check the clocks of both machines'
  }
  if (/certificate/i.test(said)) {
    return hasCa
      ? 'who is named with --elastic-ca has not signed its certificate'
      : 'name who signed its certificate with --elastic-ca FILE (of Elasticsearch itself: config/certs/http_ca.crt)'
  }
  if (/wrong version number|packet length too long|EPROTO/i.test(said)) {
    return 'it does not speak TLS there: write http:// with --elastic'
  }
  const isPlain = urls.some((url) => url.startsWith('http:'))
  if (isPlain && /other side closed|socket hang up|ECONNRESET/i.test(said)) {
    return 'where it speaks TLS, write https:// with --elastic'
  }
  return 'check that it runs and that the address is right; it is asked again'
}
