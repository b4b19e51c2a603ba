import { decodeWords } from './decode-words.ts'

export interface ParsedMail {
  /** Lower-case names; a repeated one is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The first text/plain part, decoded. */
  readonly text: string
}

function split(raw: string): { readonly head: string; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(raw)
  return end
    ? { head: raw.slice(0, end.index), body: raw.slice(end.index + end[0].length) }
    : { head: raw, body: '' }
}

function parseHeaders(head: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = decodeWords(line.slice(colon + 1).trim())
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}

function decodeBody(body: string, encoding: string | undefined): string {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case 'base64':
      return Buffer.from(body, 'base64').toString()
    case 'quoted-printable': {
      const text = body.replace(/=\r?\n/g, '')
      return Buffer.from(
        text.replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
        'latin1',
      ).toString()
    }
    default:
      return Buffer.from(body, 'latin1').toString()
  }
}

function findText(headers: Readonly<Record<string, string>>, body: string): string | undefined {
  const type = headers['content-type'] ?? 'text/plain'
  if (/^text\/plain\b/i.test(type)) return decodeBody(body, headers['content-transfer-encoding'])
  const boundary = /^multipart\/[^;]+;.*?boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined) return undefined
  for (const part of body.split(`--${boundary}`).slice(1)) {
    const { head, body: partBody } = split(part.replace(/^\r?\n/, ''))
    const text = findText(parseHeaders(head), partBody.replace(/\r?\n$/, ''))
    if (text !== undefined) return text
  }
  return undefined
}

/** Reads a message as far as a mail catcher needs. Never throws: what cannot be read is shown as it came. */
export function parseMail(message: Buffer): ParsedMail {
  // Latin-1 keeps every byte, so each part can be decoded by its own rules.
  const { head, body } = split(message.toString('latin1'))
  const headers = parseHeaders(head)
  return { headers, text: findText(headers, body) ?? Buffer.from(body, 'latin1').toString() }
}
