import type { Readable } from 'node:stream'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { openPort } from '../http/listen-on.ts'

export interface CaughtMail {
  readonly messageId?: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** Lower-case names; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** ISO 8601. */
  readonly receivedAt: string
}

export interface MailCatcherDeps {
  /** How many mails are kept; the oldest are dropped. */
  readonly capacity: number
  /** Epoch ms. */
  readonly now: () => number
}

export interface MailCatcher {
  /** Newest first. */
  readonly mails: () => Promise<readonly CaughtMail[]>
  /** Listens on the port or the next free one. @returns that port */
  readonly listen: (port: number, host: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** How many more ports are tried when one is taken. */
const PORTS_TRIED = 50

/** As it came, until somebody looks. */
interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly receivedAt: string
  readonly bytes: Buffer
}

function readAll(stream: Readable): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => resolve(Buffer.concat(chunks)))
  stream.on('error', reject)
  return promise
}

/** Header names are lower-case; repeated headers are joined with a comma. An invalid message has few fields, or none. */
async function parseMail({ from, to, receivedAt, bytes }: Received): Promise<CaughtMail> {
  const envelope = { from, to, receivedAt }
  try {
    const { headers, messageId, subject = '', text = '' } = await PostalMime.parse(bytes)
    const values = Map.groupBy(headers, ({ key }) => key)
    return {
      ...envelope,
      ...(messageId !== undefined && { messageId }),
      subject,
      headers: Object.fromEntries(
        [...values].map(([key, lines]) => [key, lines.map(({ value }) => value).join(', ')]),
      ),
      text,
    }
  } catch {
    return { ...envelope, subject: '', headers: {}, text: bytes.toString() }
  }
}

const isTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** An SMTP server that accepts every mail, delivers none and keeps the newest in memory. */
export function createMailCatcher({ capacity, now }: MailCatcherDeps): MailCatcher {
  // Most mails are never looked at, and parsing one takes longer than taking it.
  const kept: (Received | Promise<CaughtMail>)[] = []
  const keep = (received: Received) => {
    kept.push(received)
    if (kept.length > capacity) void kept.shift()
  }
  const parsed = (one: Received | Promise<CaughtMail>, index: number) =>
    (kept[index] = one instanceof Promise ? one : parseMail(one))

  const server = new SMTPServer({
    authOptional: true,
    // Otherwise each connection waits for a DNS lookup of 127.0.0.1.
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, callback) => callback(null, { user: 'anyone' }),
    onData: (stream, { envelope }, callback) => {
      const from = envelope.mailFrom ? envelope.mailFrom.address : ''
      const to = envelope.rcptTo.map(({ address }) => address)
      readAll(stream)
        .then((bytes) => {
          keep({ from, to, bytes, receivedAt: new Date(now()).toISOString() })
          callback()
        })
        .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error))))
    },
  })
  // Errors of a client that sends garbage or disconnects are ignored.
  server.on('error', () => undefined)

  return {
    mails: async () => (await Promise.all(kept.map(parsed))).toReversed(),
    listen: async (port, host) => {
      for (let candidate = port; ; candidate++) {
        try {
          return await openPort(server.server, candidate, host)
        } catch (error) {
          if (!isTaken(error) || candidate === port + PORTS_TRIED) throw error
        }
      }
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
