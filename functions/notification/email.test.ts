import { connect as connectTo, createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { createEmail, toMessageId } from './email.ts'

const message = { to: 'c-1@example.test', subject: 'Your order', text: 'Grüße\n' }
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const answer = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

/** A real SMTP server, and the mails it has taken, their long headers unfolded. */
async function smtp(options: SMTPServerOptions = {}) {
  const mails: string[] = []
  const server = new SMTPServer({
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
  server.on('error', () => undefined)
  stops.push(() => new Promise((resolve) => server.close(() => resolve())))
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return { mails, ...createEmail(urlOf(server.server)) }
}

/** A server that says what it is told to, line by line, and `break` to break the connection. */
async function scripted(reply: (line: string) => string | undefined, greeting = '220 ready') {
  const sockets = new Set<ReturnType<typeof connectTo>>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    const say = (text: string | undefined) =>
      text === 'break' ? socket.destroy() : text !== undefined && socket.write(`${text}\r\n`)
    say(greeting)
    let rest = ''
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) say(reply(line))
    })
  })
  stops.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return createEmail(urlOf(server))
}

const urlOf = (server: Pick<Server, 'address'>) =>
  `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`

test('sends a mail whose Message-ID follows from the key', async () => {
  const { send, mails } = await smtp()
  expect(await send('ord_1:1:email', message)).toEqual({ outcome: 'SENT' })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain(`Message-ID: ${toMessageId('ord_1:1:email')}`)
  expect(mails[0]).toContain('To: c-1@example.test')
  expect(mails[0]).toContain('Subject: Your order')
  expect(toMessageId('ord_1:2:email')).not.toBe(toMessageId('ord_1:1:email'))
})

test('knows that nothing went out when nobody listens', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const url = urlOf(gone)
  gone.close()
  await once(gone, 'close')
  expect(await createEmail(url).send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when the server never greets', async () => {
  const { send } = await scripted(() => undefined, '')
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test.each([
  ['refuses the session', (line: string) => (line.startsWith('EHLO') ? '554 go away' : '554 no')],
  ['breaks off at EHLO', () => 'break'],
  ['breaks off at MAIL FROM', (line: string) => (line.startsWith('EHLO') ? '250 hello' : 'break')],
  ['breaks off at DATA', (line: string) => (line === 'DATA' ? 'break' : '250 ok')],
  ['wants a login first', (line: string) => (line.startsWith('EHLO') ? '250 hello' : '530 log in first')],
])('knows that nothing went out when the server %s', async (_what, reply) => {
  const { send } = await scripted(reply)
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when a pipelining server breaks off before it answers', async () => {
  const { send } = await scripted((line) =>
    line.startsWith('EHLO') ? '250-hello\r\n250 PIPELINING' : line === 'DATA' ? 'break' : undefined,
  )
  expect(await send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('knows that nothing went out when the server is busy (4xx), at RCPT and after DATA', async () => {
  const atRcpt = await smtp({ onRcptTo: (_to, _session, callback) => callback(answer(451, 'try later')) })
  expect(await atRcpt.send('k', message)).toMatchObject({
    outcome: 'NOT_SENT',
    reason: expect.stringContaining('451') as unknown,
  })
  const afterData = await smtp({
    onData: (stream, _session, callback) => {
      stream.resume()
      stream.on('end', () => callback(answer(452, 'disk full')))
    },
  })
  expect(await afterData.send('k', message)).toMatchObject({ outcome: 'NOT_SENT' })
})

test('takes a 5xx about the mail as final, at RCPT and after DATA', async () => {
  const atRcpt = await smtp({ onRcptTo: (_to, _session, callback) => callback(answer(550, 'no such user')) })
  expect(await atRcpt.send('k', message)).toMatchObject({
    outcome: 'REFUSED',
    reason: expect.stringContaining('no such user') as unknown,
  })
  const afterData = await smtp({
    onData: (stream, _session, callback) => {
      stream.resume()
      stream.on('end', () => callback(answer(554, 'spam')))
    },
  })
  expect(await afterData.send('k', message)).toMatchObject({ outcome: 'REFUSED' })
})

test.each([
  ['with pipelining', '250-hello\r\n250 PIPELINING'],
  ['without', '250 hello'],
])('does not know what became of a mail whose server dies after DATA, %s', async (_how, hello) => {
  const { send } = await scripted((line) => {
    if (line.startsWith('EHLO')) return hello
    if (line === 'DATA') return '354 go on'
    if (line === '.') return 'break'
    return /^(MAIL|RCPT)/.test(line) ? '250 ok' : undefined
  })
  expect(await send('k', message)).toMatchObject({ outcome: 'UNKNOWN' })
})

test('gives up, not knowing, on a server that takes the mail and never answers', async () => {
  const { send } = await scripted((line) => {
    if (line === 'DATA') return '354 go on'
    return /^(EHLO|MAIL|RCPT)/.test(line) ? '250 ok' : undefined
  })
  expect(await send('k', message)).toMatchObject({ outcome: 'UNKNOWN' })
})
