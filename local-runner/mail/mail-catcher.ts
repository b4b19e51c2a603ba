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
  readonly mails: () => readonly CaughtMail[]
  /** Listens on the port or the next free one. @returns that port */
  readonly listen: (port: number, host: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** How many more ports are tried when one is taken. */
const PORTS_TRIED = 50

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Header names are lower-case; repeated headers are joined with a comma. An invalid message has few fields, or none. */
async function parseMail(message: Buffer) {
  const { headers, messageId, subject = '', text = '' } = await PostalMime.parse(message)
  const values = Map.groupBy(headers, ({ key }) => key)
  return {
    messageId,
    subject,
    headers: Object.fromEntries(
      [...values].map(([key, lines]) => [key, lines.map(({ value }) => value).join(', ')]),
    ),
    text,
  }
}

const isTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** An SMTP server that accepts every mail, delivers none and keeps the newest in memory. */
export function createMailCatcher({ capacity, now }: MailCatcherDeps): MailCatcher {
  const kept: CaughtMail[] = []
  const keep = async (from: string, to: readonly string[], message: Buffer) => {
    const { messageId, subject, headers, text } = await parseMail(message)
    const receivedAt = new Date(now()).toISOString()
    kept.unshift({
      ...(messageId !== undefined && { messageId }),
      from,
      to,
      subject,
      headers,
      text,
      receivedAt,
    })
    if (kept.length > capacity) kept.pop()
  }

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
        .then((message) => keep(from, to, message))
        .then(() => callback())
        .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error))))
    },
  })
  // Errors of a client that sends garbage or disconnects are ignored.
  server.on('error', () => undefined)

  return {
    mails: () => kept,
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
