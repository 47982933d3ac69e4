/**
 * The names of storage volumes: NAA IEEE Registered Extended (SPC-4, 7.8.6.6.5), which is a 6, six digits of the
 * vendor's IEEE company id and 25 of the vendor's own. Two vendors put the serial number of the volume into those, so
 * that a line of the array, which knows the serial number, and one of a host, which knows the name, tell of one volume.
 */

/** Pure FlashArray: then the serial number, 24 hexadecimal digits, in small letters. */
const PURE = '624a9370'
/** NetApp ONTAP: then the serial number, twelve characters of ASCII, in hexadecimal. (7-Mode had `60a98000`.) */
const ONTAP = '600a0980'

const PURE_SERIAL = /^[0-9a-f]{24}$/i
/** Characters of ASCII without blanks and quotes, as ONTAP makes them. */
const ONTAP_SERIAL = /^[\da-z][\w#$%&()*+/<>?@[\]^{|}~-]{11}$/i
/** Letters of both sizes or signs: dates, versions and the serial numbers of disks have neither. */
const IS_ONTAP = /[a-z][^]*[A-Z]|[A-Z][^]*[a-z]|[#$%&()*+/<>?@[\]^{|}~]/

/**
 * The name of the volume with a serial number, `naa.` and 32 digits; undefined where a serial number is neither of
 * Pure nor of ONTAP, or has no digit or no letter.
 */
export function deviceOfSerial(serial: string): string | undefined {
  if (!/\d/.test(serial) || !/[a-z]/i.test(serial)) return undefined
  if (PURE_SERIAL.test(serial)) return `naa.${PURE}${serial.toLowerCase()}`
  if (!ONTAP_SERIAL.test(serial) || !IS_ONTAP.test(serial)) return undefined
  const digits = Array.from(serial, (char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
  return `naa.${ONTAP}${digits.join('')}`
}

/** The serial number in a name of {@link deviceOfSerial}, of Pure in small letters; undefined where there is none. */
export function serialOfDevice(naa: string): string | undefined {
  const [, vendor, own] = /^naa\.([0-9a-f]{8})([0-9a-f]{24})$/i.exec(naa) ?? []
  if (vendor === undefined) return undefined
  if (vendor.toLowerCase() === PURE) return own!.toLowerCase()
  if (vendor.toLowerCase() !== ONTAP) return undefined
  const serial = own!.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)))
  return ONTAP_SERIAL.test(serial) && /\d/.test(serial) ? serial : undefined
}

/**
 * With what names of array vendors begin: 32 digits that do are a name, not a checksum. Pure, NetApp (ONTAP, 7-Mode,
 * E-Series twice), Dell EMC (Unity and VNX, PowerMax, PowerStore, Compellent), IBM, Hitachi, HPE (3PAR and Primera, EVA,
 * MSA), Infinidat, the target of Linux.
 */
const VENDORS: ReadonlySet<string> = new Set(
  (
    '624a937 600a098 60a9800 60080e5 600a0b8 6006016 6000097 68ccf09 6000d31 6005076 60060e8 ' +
    '60002ac 6001438 600c0ff 6742b0f 6001405'
  ).split(' '),
)

/** Whether 32 hexadecimal digits are the name of a volume, although nothing before them says so. */
export const isDeviceName = (digits: string): boolean =>
  VENDORS.has(digits.slice(0, 7).toLowerCase())
