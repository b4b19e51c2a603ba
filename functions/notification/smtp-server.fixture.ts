import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'
import type { Channel, Send } from './channel.ts'
import { createEmail } from './email.ts'

export const message = { to: 'c-1@example.test', subject: 'Your order', text: 'Grüße\n' }

export const answer = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

/** A real SMTP server, the mails that it has accepted (long headers unfolded), and a channel to it. */
export async function smtp(options: SMTPServerOptions = {}, now?: () => number) {
  const mails: string[] = []
  const smtpServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, callback) => {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => {
        mails.push(text.replaceAll(/\r\n[ \t]+/g, ' '))
        callback()
      })
    },
    ...options,
  })
  smtpServer.on('error', () => undefined)
  return { mails, ...(await listening(smtpServer.server, now)) }
}

/** A server with scripted replies, `break` to break the connection, and a channel to it. */
export async function scripted(
  replyTo: (line: string, connection: number) => string | undefined,
  greeting = '220 ready',
) {
  const server = createServer((socket) => {
    const connection = ++connections
    socket.on('error', () => undefined)
    const reply = (text: string | undefined) =>
      text === 'break' ? socket.destroy() : text !== undefined && socket.write(`${text}\r\n`)
    reply(greeting)
    let rest = ''
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) reply(replyTo(line, connection))
    })
  })
  let connections = 0
  return listening(server)
}

async function listening(server: Server, now?: () => number) {
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = urlOf(server)
  /** `sockets`: the server's ends of all connections so far. */
  return { url, sockets, send: sendBy(createEmail(url, now)) }
}

/** Sends a message as soon as the channel is free. */
export const sendBy =
  ({ whenFree }: Channel): Send =>
  (key, message) =>
    whenFree((send) => send(key, message))

export const urlOf = (server: Pick<Server, 'address'>) =>
  `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
