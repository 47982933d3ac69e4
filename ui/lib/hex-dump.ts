/** Bytes of a line. */
const WIDTH = 16
/** Bytes written at most; what is longer is kept as received and can be saved. */
const MOST = 16_384

/** `00000010  72 6e 65 6c 3a 20 63 70  75 31 34 3a 32 30 39 38  rnel: cpu14:2098`, a line each 16 bytes. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, MOST); at += WIDTH) {
    const row = [...bytes.subarray(at, at + WIDTH)]
    const half = (from: number): string =>
      row
        .slice(from, from + 8)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' ')
        .padEnd(23)
    const seen = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
    lines.push(`${at.toString(16).padStart(8, '0')}  ${half(0)}  ${half(8)}  ${seen.join('')}`)
  }
  if (bytes.length > MOST) lines.push(`… ${bytes.length - MOST} bytes more`)
  return lines.join('\n')
}

/** The bytes of base64. Throws on what is none. */
export const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
